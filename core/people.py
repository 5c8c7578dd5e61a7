"""Who works here: a name, chosen once, kept with every edit."""

from __future__ import annotations

import getpass
import unicodedata

from core import clock, errors
from core.sqlite import Database

LONGEST_NAME = 80


def checked_name(name: str) -> str:
    """A name as it is kept: NFC, no control characters, single spaces.

    :raises BadInput: for an empty or over-long name.
    """
    clean = unicodedata.normalize("NFC", str(name))
    clean = " ".join("".join(c if c.isprintable() else " " for c in clean).split())
    if not clean or len(clean) > LONGEST_NAME:
        raise errors.BadInput(
            "A name needs 1 to {limit} characters.", "Say who is working.", limit=LONGEST_NAME
        )
    return clean


def identify(db: Database, name: str) -> int:
    """The id of a person, added on first sight. Needs a write transaction."""
    clean = checked_name(name)
    row = db.execute("SELECT id FROM people WHERE name = ?", [clean]).fetchone()
    if row is not None:
        return int(row[0])
    cursor = db.execute("INSERT INTO people (name, created_at) VALUES (?, ?)", [clean, clock.now()])
    return int(cursor.lastrowid or 0)


def find(db: Database, name: str) -> int | None:
    """The id of a person; None for one who never worked here."""
    row = db.execute("SELECT id FROM people WHERE name = ?", [checked_name(name)]).fetchone()
    return None if row is None else int(row[0])


def by_name(db: Database, name: str) -> int:
    """The id of a person who worked here.

    :raises UnknownItem: when nobody of that name did.
    """
    row = db.execute("SELECT id FROM people WHERE name = ?", [name]).fetchone()
    if row is None:
        raise errors.UnknownItem(
            "Nobody named {name} has worked here.",
            "Known: {known}.",
            name=name,
            known=", ".join(names(db)),
        )
    return int(row[0])


def names(db: Database) -> list[str]:
    """Everyone who ever worked here, by name."""
    return [row[0] for row in db.execute("SELECT name FROM people ORDER BY name")]


def operating_system_user() -> str:
    """The name of the account this process runs under; "user" where there is none."""
    try:
        return checked_name(getpass.getuser())
    except (OSError, KeyError, ImportError, errors.BadInput):
        return "user"

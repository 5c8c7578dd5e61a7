"""What can be labelled: classes and skeletons. ``core.class_changes`` changes them."""

from __future__ import annotations

import json
from typing import Any

from core import errors, stored
from core.skeletons import SKELETONS
from core.sqlite import Database

FIRST = (
    ("person", {"en": "person", "ko": "사람"}, "#4f9dff", "1"),
    ("glove", {"en": "glove", "ko": "글러브"}, "#ff6b6b", "2"),
    ("bag", {"en": "bag", "ko": "샌드백"}, "#f5b84b", "3"),
    ("pad", {"en": "pad", "ko": "미트"}, "#b58cff", "4"),
)


def add_first(db: Database) -> None:
    """The classes and skeletons of a new workspace."""
    for skeleton in SKELETONS.values():
        db.execute(
            "INSERT INTO skeletons (name, joints, bones, sigmas) VALUES (?, ?, ?, ?)",
            [
                skeleton.name,
                json.dumps(skeleton.joints),
                json.dumps(skeleton.bones),
                json.dumps(skeleton.sigmas),
            ],
        )
    for name, names, colour, hotkey in FIRST:
        db.execute(
            "INSERT INTO classes (name, names, colour, hotkey) VALUES (?, ?, ?, ?)",
            [name, json.dumps(names, ensure_ascii=False), colour, hotkey],
        )


def every(db: Database) -> list[dict[str, Any]]:
    """All classes by index, archived ones too."""
    rows = db.query(
        "SELECT id, name, names, kind, colour, hotkey, attributes, skeleton, archived "
        "FROM classes ORDER BY id"
    )
    return [
        {
            **row,
            "names": stored.names(row["names"]),
            "attributes": stored.shown(row["attributes"]),
            "archived": bool(row["archived"]),
        }
        for row in rows
    ]


def known_as(db: Database, name: str) -> int | None:
    """The id of the class of a name, or of the one that had it last: models know no new names."""
    row = db.execute("SELECT id FROM classes WHERE name = ?", [name]).fetchone()
    row = (
        row
        or db.execute(
            "SELECT c.id FROM schema_changes s JOIN classes c ON c.id = CAST(s.target AS INTEGER) "
            "WHERE s.kind = 'class' AND json_extract(s.before, '$.name') = ? "
            "ORDER BY s.seq DESC LIMIT 1",
            [name],
        ).fetchone()
    )
    return None if row is None else int(row[0])


def by_name(db: Database, name: str) -> int:
    """The id of a class, also by a name that it had before.

    :raises UnknownItem: when there is none of that name.
    """
    found = known_as(db, name)
    if found is None:
        known = ", ".join(row[0] for row in db.execute("SELECT name FROM classes ORDER BY id"))
        raise errors.UnknownItem(
            "There is no class named {name}.", "Known classes: {known}.", name=name, known=known
        )
    return found


def require(db: Database, identity: Any) -> int:
    """Check that a class id exists.

    :raises UnknownItem: when it does not.
    """
    found = None
    if isinstance(identity, int):
        found = db.execute("SELECT id FROM classes WHERE id = ?", [identity]).fetchone()
    if found is None:
        raise errors.UnknownItem("There is no class {name}.", name=identity)
    return int(found[0])


def kind(db: Database, identity: int) -> str:
    """Whether a class is of objects or of events: ``object`` or ``event``."""
    return str(db.execute("SELECT kind FROM classes WHERE id = ?", [identity]).fetchone()[0])


def find(db: Database, identity: int) -> dict[str, Any] | None:
    """A class as :func:`every` gives it; None when there is none."""
    return next((row for row in every(db) if row["id"] == identity), None)


def one(db: Database, identity: int) -> dict[str, Any]:
    """As :func:`find`.

    :raises UnknownItem: when there is none.
    """
    return find(db, require(db, identity)) or {}


def attributes(db: Database, identity: int) -> dict[str, dict[str, Any]]:
    """What a class defines about its labels, see ``core.attributes``."""
    row = db.execute("SELECT attributes FROM classes WHERE id = ?", [identity]).fetchone()
    return stored.shown(row[0]) if row else {}


def skeletons(db: Database) -> dict[str, dict[str, Any]]:
    """All skeletons by name: joint names and bones (pairs of joint indices)."""
    return {
        row["name"]: {
            "joints": stored.items(row["joints"], f"skeleton {row['name']}, joints"),
            "bones": stored.items(row["bones"], f"skeleton {row['name']}, bones"),
        }
        for row in db.query("SELECT name, joints, bones FROM skeletons")
    }

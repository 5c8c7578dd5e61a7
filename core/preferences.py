"""What a person has set up for themselves, such as their keys; it follows them to any browser.

These are no labels: the newest wins, and no journal keeps what was before.
"""

from __future__ import annotations

import json
from typing import Any

from core import errors, people, stored
from core.sqlite import Database

NAMES = ("keys",)
LARGEST = 64 * 1024


def every(db: Database, person: str) -> dict[str, Any]:
    """All that a person has set up, by name; nothing for one who never worked here."""
    known = people.find(db, person)
    if known is None:
        return {}
    found = {}
    for name in NAMES:
        key = _key(known, name)
        row = db.execute("SELECT value FROM settings WHERE key = ?", [key]).fetchone()
        if row is not None:
            found[name] = stored.table(row[0], f"settings, {key}")
    return found


def put(db: Database, person: str, name: str, value: dict[str, Any]) -> None:
    """Keep one of a person's preferences. Needs a write transaction.

    :raises UnknownItem: for a name that is none of :data:`NAMES`.
    :raises BadInput: for more than :data:`LARGEST` bytes.
    """
    if name not in NAMES:
        raise errors.UnknownItem("There is no preference {name}.", name=name[:40])
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(text.encode()) > LARGEST:
        raise errors.BadInput("A preference may hold {limit} bytes.", limit=LARGEST)
    db.execute(
        "INSERT INTO settings (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [_key(people.identify(db, person), name), text],
    )


def _key(person: int, name: str) -> str:
    return f"person {person}, {name}"

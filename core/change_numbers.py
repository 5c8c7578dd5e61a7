"""Every change of a label has a number, by which open pages ask what is new."""

from __future__ import annotations

from core import stored
from core.sqlite import Database


def newest(db: Database) -> int:
    """The number of the newest change to any label; 0 in a new workspace."""
    row = db.execute("SELECT value FROM settings WHERE key = 'change'").fetchone()
    return stored.whole(row[0], "settings, change") if row else 0


def take(db: Database) -> int:
    """Take the next change number. Needs a write transaction."""
    row = db.execute(
        "INSERT INTO settings (key, value) VALUES ('change', '1') "
        "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
    ).fetchall()[0]
    return int(row[0])

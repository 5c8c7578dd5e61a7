"""The log of who changed classes and skeletons, when and how; append-only.

Classes belong to no video and are no part of an annotator's undo: a change is taken back by
making the opposite one. The number of the newest entry tells open pages that there is news.
"""

from __future__ import annotations

import json
from typing import Any

from core import clock, errors, people, stored
from core.sqlite import Database


def newest(db: Database) -> int:
    """The number of the newest change; 0 in a new workspace."""
    return int(db.execute("SELECT max(seq) FROM schema_changes").fetchone()[0] or 0)


def last(db: Database, kind: str, target: int | str) -> tuple[int, str]:
    """Number and person of the newest change of one class or skeleton; 0 and "" for none."""
    row = db.execute(
        "SELECT s.seq, p.name FROM schema_changes s JOIN people p ON p.id = s.person "
        "WHERE s.kind = ? AND s.target = ? ORDER BY s.seq DESC LIMIT 1",
        [kind, str(target)],
    ).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


def target(db: Database, batch: str) -> str | None:
    """What an earlier change of this id was about; None when there was none.

    :raises BadInput: for an id that cannot be one.
    """
    if not isinstance(batch, str) or not 1 <= len(batch) <= 80:
        raise errors.BadInput("A change needs an id of 1 to 80 characters.")
    row = db.execute("SELECT target FROM schema_changes WHERE id = ?", [batch]).fetchone()
    return None if row is None else str(row[0])


def record(
    db: Database,
    batch: str,
    person: str,
    kind: str,
    target: int | str,
    verb: str,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    """Write down a change. Needs a write transaction.

    :param before: the touched values as they were; ``after``: as they are.
    """
    sides = [json.dumps(side, ensure_ascii=False) for side in (before, after)]
    db.execute(
        "INSERT INTO schema_changes (id, person, kind, target, verb, before, after, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [batch, people.identify(db, person), kind, str(target), verb, *sides, clock.now()],
    )


def history(db: Database, *, limit: int = 50) -> list[dict[str, Any]]:
    """The newest changes, newest first."""
    rows = db.query(
        "SELECT s.seq, s.kind, s.target, s.verb, s.before, s.after, s.at, p.name AS person "
        "FROM schema_changes s JOIN people p ON p.id = s.person ORDER BY s.seq DESC LIMIT ?",
        [limit],
    )
    return [
        {**row, "before": stored.shown(row["before"]), "after": stored.shown(row["after"])}
        for row in rows
    ]

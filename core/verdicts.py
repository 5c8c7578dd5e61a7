"""Decisions of reviewers, append-only, and the one function that derives a state from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core import clock
from core.sqlite import Database

DECISIONS = ("accept", "reject", "fix", "skip")
STATE_AFTER = {"accept": "accepted", "reject": "rejected", "fix": "fixed"}
_TABLES = {"track": "tracks", "segment": "segments"}


Stretch = tuple[int, int, str]
"""The first and last frame of a part, and what is decided about it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody decided, over the whole or over a frame range; two alike are the same."""

    decision: str
    first: int | None
    last: int | None
    person: int


def add(
    db: Database,
    *,
    kind: str,
    target: int,
    decision: str,
    person: int,
    batch: int,
    span: tuple[int, int] | None = None,
) -> None:
    """Append a verdict over the whole, or over a frame range, and keep the state."""
    first, last = span if span else (None, None)
    db.execute(
        "INSERT INTO verdicts (kind, target, decision, first_frame, last_frame, person, batch, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [kind, target, decision, first, last, person, batch, clock.now()],
    )
    keep_state(db, kind, target)


def live(db: Database, kind: str, target: int) -> list[dict[str, Any]]:
    """Verdicts that were not withdrawn, oldest first."""
    return list(
        db.query(
            "SELECT seq, decision, first_frame, last_frame, person, batch, at FROM verdicts v "
            "WHERE kind = ? AND target = ? AND decision != 'withdraw' AND NOT EXISTS "
            "(SELECT 1 FROM verdicts w WHERE w.kind = v.kind AND w.target = v.target "
            "AND w.withdraws = v.seq) ORDER BY seq",
            [kind, target],
        )
    )


def withdraw(db: Database, *, kind: str, target: int, of: int, person: int, batch: int) -> None:
    """Take back what a batch (or its redo) decided about a target."""
    for row in live(db, kind, target):
        origin = db.execute(
            "SELECT coalesce(of, seq) FROM batches WHERE seq = ?", [row["batch"]]
        ).fetchone()[0]
        if origin == of:
            _take_back(db, kind, target, row["seq"], person, batch)
    keep_state(db, kind, target)


def _take_back(db: Database, kind: str, target: int, verdict: int, person: int, batch: int) -> None:
    db.execute(
        "INSERT INTO verdicts (kind, target, decision, withdraws, person, batch, at) "
        "VALUES (?, ?, 'withdraw', ?, ?, ?, ?)",
        [kind, target, verdict, person, batch, clock.now()],
    )


def repeat(db: Database, *, kind: str, target: int, of: int, person: int, batch: int) -> None:
    """Decide again what batch ``of`` decided about a target."""
    rows = db.query(
        "SELECT decision, first_frame, last_frame FROM verdicts "
        "WHERE kind = ? AND target = ? AND batch = ? AND decision != 'withdraw' ORDER BY seq",
        [kind, target, of],
    )
    for row in list(rows):
        span = None if row["first_frame"] is None else (row["first_frame"], row["last_frame"])
        add(
            db,
            kind=kind,
            target=target,
            decision=row["decision"],
            person=person,
            batch=batch,
            span=span,
        )


def now(db: Database, kind: str, target: int) -> list[Verdict]:
    """What is decided about a target, in order."""
    return [_verdict(row) for row in live(db, kind, target)]


def as_of(db: Database, kind: str, target: int, batch: int) -> list[Verdict]:
    """What was decided about a target just before a batch."""
    rows = db.query(
        "SELECT decision, first_frame, last_frame, person FROM verdicts v "
        "WHERE kind = ? AND target = ? AND decision != 'withdraw' AND batch < ? AND NOT EXISTS "
        "(SELECT 1 FROM verdicts w WHERE w.kind = v.kind AND w.target = v.target "
        "AND w.withdraws = v.seq AND w.batch < ?) ORDER BY seq",
        [kind, target, batch, batch],
    )
    return [_verdict(row) for row in rows]


def _verdict(row: dict[str, Any]) -> Verdict:
    return Verdict(row["decision"], row["first_frame"], row["last_frame"], row["person"])


def become(
    db: Database, kind: str, target: int, wanted: list[Verdict], *, person: int, batch: int
) -> None:
    """Make a target decided as it once was; a decision given back stays its maker's."""
    rows = live(db, kind, target)
    same = 0
    while same < min(len(rows), len(wanted)) and _verdict(rows[same]) == wanted[same]:
        same += 1
    for row in rows[same:]:
        _take_back(db, kind, target, row["seq"], person, batch)
    for verdict in wanted[same:]:
        span = None
        if verdict.first is not None and verdict.last is not None:
            span = verdict.first, verdict.last
        add(
            db,
            kind=kind,
            target=target,
            decision=verdict.decision,
            person=verdict.person,
            batch=batch,
            span=span,
        )
    keep_state(db, kind, target)


def put_parts(
    db: Database, kind: str, target: int, parts: Iterable[Stretch], *, person: int, batch: int
) -> None:
    """Have just these parts of a target decided; what is decided about the whole stays."""
    rows = now(db, kind, target)
    wholes = [i for i, row in enumerate(rows) if row.first is None and row.decision in STATE_AFTER]
    until = wholes[-1] if wholes else -1
    kept = [row for i, row in enumerate(rows) if i <= until or row.decision not in STATE_AFTER]
    made = [Verdict(word, a, b, _maker(rows, (a, b, word)) or person) for a, b, word in parts]
    become(db, kind, target, kept + made, person=person, batch=batch)


def _maker(rows: list[Verdict], part: Stretch) -> int | None:
    """Who decided a part, or the larger one that it was cut from."""
    for row in reversed(rows):
        if row.first is None or row.last is None or row.decision != part[2]:
            continue
        if row.first <= part[0] <= row.last:
            return row.person
    return None


def replaced(db: Database, kind: str, target: int, batch: int) -> bool:
    """Whether a batch took back earlier verdicts about a target."""
    rows = db.execute(
        "SELECT 1 FROM verdicts WHERE kind = ? AND target = ? AND batch = ? "
        "AND withdraws IS NOT NULL LIMIT 1",
        [kind, target, batch],
    )
    return rows.fetchone() is not None


def overlaid(stretches: Iterable[Stretch], first: int, last: int, word: str) -> list[Stretch]:
    """Stretches that do not overlap, in order, with another word on some frames."""
    if first > last:
        return list(stretches)
    kept = []
    for start, end, old in stretches:
        if start < first:
            kept.append((start, min(end, first - 1), old))
        if end > last:
            kept.append((max(start, last + 1), end, old))
    return sorted([*kept, (first, last, word)])


def spliced(parts: Iterable[tuple[Iterable[Stretch], int, int]]) -> tuple[Stretch, ...]:
    """What is decided about the parts of a track that goes on as parts of others.

    :param parts: stretches with the first and last frame they count for, by time.
    """
    made: list[Stretch] = []
    for stretches, first, last in parts:
        for start, end, word in stretches:
            start, end = max(start, first), min(end, last)
            if made and made[-1][1:] == (start - 1, word) and start <= end:
                made[-1] = (made[-1][0], end, word)
            elif start <= end:
                made.append((start, end, word))
    return tuple(made)


def derive(db: Database, kind: str, target: int) -> str:
    """The state of a track or segment: its last live verdict over the whole, else its origin."""
    for row in reversed(live(db, kind, target)):
        if row["first_frame"] is None and row["decision"] in STATE_AFTER:
            return STATE_AFTER[row["decision"]]
    table = _TABLES[kind]
    run = db.execute(f"SELECT run FROM {table} WHERE id = ?", [target]).fetchone()[0]
    return "manual" if run is None else "suggested"


def keep_state(db: Database, kind: str, target: int) -> None:
    """Write the derived state into the row."""
    if kind in _TABLES:
        db.execute(
            f"UPDATE {_TABLES[kind]} SET state = ? WHERE id = ?",
            [derive(db, kind, target), target],
        )

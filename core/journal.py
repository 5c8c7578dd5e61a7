"""The journal: every change a person made, and undo, redo and history as reads of it.

A batch is one action of one person. ``do`` batches change things; ``undo`` and ``redo`` batches
point at the ``do`` batch they reverse or repeat. An edit keeps the touched parts before and after,
in the form of ``core.kinds``; one of a video itself keeps ``{"video": {column: value}}``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from core import clock, errors, kinds, stored, videos
from core.kinds import Label, Parts
from core.sqlite import Database


def open_batch(
    db: Database,
    batch: str,
    *,
    person: int,
    video: int | None,
    kind: str,
    of: int | None = None,
    created: dict[str, int] | None = None,
) -> int:
    """Write the head of a batch and return its sequence number."""
    cursor = db.execute(
        "INSERT INTO batches (id, person, video, kind, of, created, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [batch, person, video, kind, of, json.dumps(created or {}), clock.now()],
    )
    return int(cursor.lastrowid or 0)


def find(db: Database, batch: str) -> int | None:
    """The video of a batch already applied; None for a new one."""
    row = db.execute("SELECT coalesce(video, 0) FROM batches WHERE id = ?", [batch]).fetchone()
    return None if row is None else int(row[0])


def created(db: Database, batch: str) -> dict[str, int]:
    """The ids a batch gave to the client's own names."""
    row = db.execute("SELECT created FROM batches WHERE id = ?", [batch]).fetchone()
    return stored.table(row[0], f"batch {batch}, created")


def touched(db: Database, batch: str, *, kind: str = "track") -> list[int]:
    """Ids of the tracks (or objects of another kind) that a batch changed."""
    rows = db.execute(
        "SELECT DISTINCT e.target FROM edits e JOIN batches b ON b.seq = e.batch "
        "WHERE b.id = ? AND e.kind = ? ORDER BY e.target",
        [batch, kind],
    )
    return [int(row[0]) for row in rows]


def revisions(db: Database, batch: str) -> dict[str, dict[int, int]]:
    """The revision that a batch led each label to, by kind and id; others may be on since."""
    found: dict[str, dict[int, int]] = {}
    for kind, target, revision in db.execute(
        "SELECT e.kind, e.target, max(e.revision) FROM edits e JOIN batches b ON b.seq = e.batch "
        "WHERE b.id = ? GROUP BY e.kind, e.target",
        [batch],
    ):
        found.setdefault(kind, {})[target] = revision
    return found


def write(
    db: Database, *, batch: int, person: int, verb: str, before: Label, after: Label, change: int
) -> None:
    """Journal a change of a label and carry it out."""
    kind = kinds.of(before)
    old, new = kinds.difference(kind.parts(before), kind.parts(after))
    record(db, batch, person, before, verb, old, new)
    kind.carry_out(db, before.id, new, change)


def write_addition(
    db: Database, *, batch: int, person: int, label: Label, verb: str = "add"
) -> None:
    """Journal a new label; undoing it marks the label deleted and keeps its rows."""
    kind = kinds.of(label)
    record(db, batch, person, label, verb, kind.absent, kinds.plain(kind.parts(label)), new=True)


def record(
    db: Database,
    batch: int,
    person: int,
    label: Label,
    verb: str,
    before: Parts,
    after: Parts,
    *,
    new: bool = False,
) -> None:
    """Journal a change of a label: the touched parts, as they were and as they become."""
    db.execute(
        "INSERT INTO edits (batch, person, video, kind, target, verb, before, after, revision, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            batch,
            person,
            label.video,
            kinds.of(label).name,
            label.id,
            verb,
            json.dumps(before, ensure_ascii=False),
            json.dumps(after, ensure_ascii=False),
            label.revision + (0 if new else 1),
            clock.now(),
        ],
    )


def stale(db: Database, label: Label) -> errors.Stale:
    """The refusal of a change that did not see a label as it is now; says who changed it last."""
    kind = kinds.of(label)
    return kind.stale(label, last_changed_by(db, kind.name, [label.id]).get(label.id))


def last_changed_by(db: Database, kind: str, targets: Sequence[int]) -> dict[int, str]:
    """Who changed each of some labels last; those that no person changed are not in it."""
    rows = db.execute(
        "SELECT e.target, p.name FROM json_each(?) wanted JOIN edits e ON e.seq = "
        "(SELECT max(seq) FROM edits WHERE kind = ? AND target = wanted.value) "
        "JOIN people p ON p.id = e.person",
        [json.dumps(targets), kind],
    )
    return {int(target): name for target, name in rows}


def side(text: str, edit: int) -> Parts:
    """One side of a journalled change, as :func:`record` or :func:`record_video` wrote it.

    :param edit: its number. :raises StorageDamaged: for anything else.
    """
    place = f"edit {edit}"
    found = stored.table(text, place)
    if found.keys() == {"video"}:
        whole = isinstance(found["video"], dict) and found["video"].keys() <= videos.CHANGEABLE
    else:
        fitting = [kind for kind in kinds.KINDS.values() if found.keys() == set(kind.sections)]
        whole = any(kind.is_whole(found) for kind in fitting)
    if not whole:
        raise stored.damaged(place)
    return found


def next_to_undo(db: Database, person: int, video: int | None) -> int | None:
    """The person's newest ``do`` batch that is not undone; None when there is none.

    One that could not be undone because of somebody else's change has an ``undo`` without edits;
    it is tried again when nothing else is left.
    """
    row = db.execute(
        "SELECT b.seq, (SELECT CASE WHEN l.kind = 'redo' THEN 0 WHEN EXISTS "
        "(SELECT 1 FROM edits x WHERE x.batch = l.seq) THEN 2 ELSE 1 END FROM batches l "
        "WHERE l.of = b.seq ORDER BY l.seq DESC LIMIT 1) AS passed FROM batches b "
        "WHERE b.person = ? AND (? IS NULL OR b.video = ?) AND b.kind = 'do' "
        "AND coalesce(passed, 0) < 2 ORDER BY coalesce(passed, 0), b.seq DESC LIMIT 1",
        [person, video, video],
    ).fetchone()
    return None if row is None else int(row[0])


def next_to_redo(db: Database, person: int, video: int | None) -> int | None:
    """The batch undone last, unless the person did something new since."""
    row = db.execute(
        "SELECT b.of FROM batches b WHERE b.person = ? AND (? IS NULL OR b.video = ?) "
        "AND b.kind = 'undo' AND EXISTS (SELECT 1 FROM edits x WHERE x.batch = b.seq) "
        "AND b.seq = (SELECT max(l.seq) FROM batches l WHERE l.of = b.of) "
        "AND b.seq > coalesce((SELECT max(d.seq) FROM batches d WHERE d.person = b.person "
        "AND (? IS NULL OR d.video = ?) AND d.kind = 'do'), 0) ORDER BY b.seq DESC LIMIT 1",
        [person, video, video, video, video],
    ).fetchone()
    return None if row is None else int(row[0])


def depths(db: Database, person: int, video: int | None, *, limit: int = 999) -> tuple[int, int]:
    """How many batches the person can undo and redo (capped, for a counter)."""
    last = (
        "coalesce((SELECT l.kind FROM batches l WHERE l.of = b.seq ORDER BY l.seq DESC LIMIT 1), "
        "'redo')"
    )
    undo = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM batches b WHERE b.person = ? "
        "AND (? IS NULL OR b.video = ?) AND b.kind = 'do' "
        f"AND {last} = 'redo' ORDER BY b.seq DESC LIMIT ?)",
        [person, video, video, limit],
    ).fetchone()[0]
    redo = db.execute(
        "SELECT count(*) FROM batches b WHERE b.person = ? AND (? IS NULL OR b.video = ?) "
        "AND b.kind = 'undo' AND EXISTS (SELECT 1 FROM edits x WHERE x.batch = b.seq) "
        "AND b.seq = (SELECT max(l.seq) FROM batches l WHERE l.of = b.of) "
        "AND b.seq > coalesce((SELECT max(d.seq) FROM batches d WHERE d.person = b.person "
        "AND (? IS NULL OR d.video = ?) AND d.kind = 'do'), 0)",
        [person, video, video, video, video],
    ).fetchone()[0]
    return int(undo), int(redo)


def record_video(
    db: Database,
    batch: int,
    person: int,
    verb: str,
    video: int,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    revision: int,
) -> None:
    """Journal a change of a video itself: the touched columns, as they were and as they are."""
    parts = [json.dumps({"video": part}, ensure_ascii=False) for part in (before, after)]
    db.execute(
        "INSERT INTO edits (batch, person, video, kind, target, verb, before, after, revision, at) "
        "VALUES (?, ?, ?, 'video', ?, ?, ?, ?, ?, ?)",
        [batch, person, video, video, verb, *parts, revision, clock.now()],
    )


def _require(db: Database, kind: str, target: int) -> None:
    if kind != "video":
        kinds.named(kind).get(db, target)
    elif videos.by_id(db, target) is None:
        raise errors.UnknownItem("There is no video {name}.", name=target)


def history(db: Database, kind: str, target: int) -> list[dict[str, Any]]:
    """Everything people did to an object, oldest first.

    :param kind: track, segment or video. :raises UnknownItem: when there is no such object.
    """
    _require(db, kind, target)
    rows = db.query(
        "SELECT e.seq, b.id AS batch, b.kind AS batch_kind, p.name AS person, e.at, e.verb, "
        "e.before, e.after, e.revision, coalesce((SELECT l.kind FROM batches l WHERE l.of = b.seq "
        "AND EXISTS (SELECT 1 FROM edits x WHERE x.batch = l.seq) "
        "ORDER BY l.seq DESC LIMIT 1), '') = 'undo' AS undone FROM edits e "
        "JOIN batches b ON b.seq = e.batch JOIN people p ON p.id = e.person "
        "WHERE e.kind = ? AND e.target = ? ORDER BY e.seq",
        [kind, target],
    )
    return [
        {
            **row,
            "undone": bool(row["undone"]),
            "before": side(row["before"], row["seq"]),
            "after": side(row["after"], row["seq"]),
        }
        for row in rows
    ]

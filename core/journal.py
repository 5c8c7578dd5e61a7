"""The journal: every change a person made, and undo, redo and history as reads of it.

A batch is one action of one person. ``do`` batches change things; ``undo`` and ``redo`` batches
point at the ``do`` batch they reverse or repeat. An edit keeps the touched parts before and after:
``{"track": {column: value}, "keyframes": {frame: keyframe or null}}``.
"""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from core import clock, errors, stored, tracks, videos
from core.labels import Keyframe
from core.tracks import Track

_COLUMNS = {
    "class": "class_id",
    "name": "name",
    "first_frame": "first",
    "last_frame": "last",
    "deleted": "deleted",
    "attributes": "attributes",
}
_SET = {
    "class": "UPDATE tracks SET class = ? WHERE id = ?",
    "name": "UPDATE tracks SET name = ? WHERE id = ?",
    "first_frame": "UPDATE tracks SET first_frame = ? WHERE id = ?",
    "last_frame": "UPDATE tracks SET last_frame = ? WHERE id = ?",
    "deleted": "UPDATE tracks SET deleted = ? WHERE id = ?",
    "attributes": "UPDATE tracks SET attributes = ? WHERE id = ?",
}


NOTHING: dict[str, Any] = {"track": {"deleted": True}, "keyframes": {}}
"""How a track was before its addition. Undoing that marks it deleted and keeps its rows."""


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


def parts(track: Track) -> tuple[dict[str, Any], dict[int, Keyframe]]:
    """What the journal keeps of a track: columns by name, keyframes by frame."""
    columns = {column: getattr(track, field) for column, field in _COLUMNS.items()}
    return columns, {keyframe.frame: keyframe.as_stored() for keyframe in track.keyframes}


def difference(before: Track, after: Track) -> tuple[dict[str, Any], dict[str, Any]]:
    """The touched parts of a track, as they were and as they become."""
    columns_before, keyframes_before = parts(before)
    columns_after, keyframes_after = parts(after)
    columns = [name for name in _COLUMNS if columns_before[name] != columns_after[name]]
    frames = sorted(
        frame
        for frame in keyframes_before.keys() | keyframes_after.keys()
        if keyframes_before.get(frame) != keyframes_after.get(frame)
    )

    def part(values: dict[str, Any], keyframes: dict[int, Keyframe]) -> dict[str, Any]:
        return {
            "track": {name: values[name] for name in columns},
            "keyframes": {
                str(frame): keyframes[frame].to_json() if frame in keyframes else None
                for frame in frames
            },
        }

    return part(columns_before, keyframes_before), part(columns_after, keyframes_after)


def write_track(
    db: Database, *, batch: int, person: int, verb: str, before: Track, after: Track, change: int
) -> None:
    """Journal a change of a track and carry it out."""
    old, new = difference(before, after)
    record(db, batch, person, before, verb, old, new)
    carry_out(db, before.id, new, change)


def write_addition(
    db: Database, *, batch: int, person: int, track: Track, verb: str = "add"
) -> None:
    """Journal a new track, whose rows are there already."""
    columns, keyframes = parts(track)
    after = {
        "track": columns,
        "keyframes": {str(frame): found.to_json() for frame, found in keyframes.items()},
    }
    record(db, batch, person, track, verb, NOTHING, after, revision=track.revision)


def record(
    db: Database,
    batch: int,
    person: int,
    track: Track,
    verb: str,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    revision: int | None = None,
) -> None:
    """Journal a change of a track: the touched parts, as they were and as they become.

    :param revision: that it leads to, if not the next one.
    """
    db.execute(
        "INSERT INTO edits (batch, person, video, kind, target, verb, before, after, revision, at) "
        "VALUES (?, ?, ?, 'track', ?, ?, ?, ?, ?, ?)",
        [
            batch,
            person,
            track.video,
            track.id,
            verb,
            json.dumps(before, ensure_ascii=False),
            json.dumps(after, ensure_ascii=False),
            track.revision + 1 if revision is None else revision,
            clock.now(),
        ],
    )


def side(text: str, edit: int) -> dict[str, Any]:
    """One side of a journalled change, as :func:`record` or :func:`record_video` wrote it.

    :param edit: its number. :raises StorageDamaged: for anything else.
    """
    place = f"edit {edit}"
    found = stored.table(text, place)
    if found.keys() == {"video"}:
        whole = isinstance(found["video"], dict) and found["video"].keys() <= videos.CHANGEABLE
    elif found.keys() == {"track", "keyframes"}:
        columns, frames = found["track"], found["keyframes"]
        whole = (
            isinstance(columns, dict)
            and isinstance(frames, dict)
            and columns.keys() <= _SET.keys()
            and all(_is_keyframe(frame, found) for frame, found in frames.items())
        )
    else:
        whole = False
    if not whole:
        raise stored.damaged(place)
    return found


def _is_keyframe(frame: str, found: Any) -> bool:
    """Whether a journalled keyframe (None for one that is gone) can be written back."""
    if found is None:
        return frame.isascii() and frame.isdecimal()
    try:
        made = Keyframe.from_json(found)
        numbers = [*made.box.values(), *(v for joint in made.joints or () for v in joint.values())]
    except (LookupError, TypeError):
        return False
    sure = made.score is None or stored.number(made.score)
    return frame == str(made.frame) and sure and all(map(stored.number, numbers))


def carry_out(db: Database, track: int, parts: dict[str, Any], change: int) -> None:
    """Give parts of a track the values they are to have."""
    for column, value in parts["track"].items():
        kept = json.dumps(value, ensure_ascii=False) if column == "attributes" else value
        # The span's ends move together, so that first <= last holds at every step.
        if column not in ("first_frame", "last_frame"):
            db.execute(_SET[column], [kept, track])
    if {"first_frame", "last_frame"} & parts["track"].keys():
        db.execute(
            "UPDATE tracks SET first_frame = coalesce(?, first_frame), "
            "last_frame = coalesce(?, last_frame) WHERE id = ?",
            [parts["track"].get("first_frame"), parts["track"].get("last_frame"), track],
        )
    gone = [int(frame) for frame, found in parts["keyframes"].items() if found is None]
    if gone:
        tracks.remove_keyframes(db, track, gone)
    kept_frames = [found for found in parts["keyframes"].values() if found is not None]
    if kept_frames:
        tracks.put_keyframes(db, track, [Keyframe.from_json(found) for found in kept_frames])
    # What a newer run has hidden meanwhile comes back: a person's work is never unseen.
    db.execute(
        "UPDATE tracks SET revision = revision + 1, changed = ?, hidden = 0 WHERE id = ?",
        [change, track],
    )


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
    if kind == "track":
        tracks.get(db, target)
    elif kind == "video" and videos.by_id(db, target) is None:
        raise errors.UnknownItem("There is no video {name}.", name=target)
    elif kind == "segment":
        row = db.execute("SELECT 1 FROM segments WHERE id = ?", [target]).fetchone()
        if row is None:
            raise errors.UnknownItem("There is no segment {name}.", name=target)


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

"""Undo and redo: a journalled batch applied backwards or again; never over others' work."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from core import errors, journal, stored, tracks, verdicts, videos
from core.tracks import Track


def reverse(db: Database, kind: str, *, of: int, batch: str, person: int) -> int:
    """Undo or redo batch ``of``; returns its video.

    :raises Stale: when a touched part no longer is what that batch left.
    """
    video = db.execute("SELECT video FROM batches WHERE seq = ?", [of]).fetchone()[0]
    seq = journal.open_batch(db, batch, person=person, video=video, kind=kind, of=of)
    change = tracks.next_change(db)
    rows = list(
        db.query(
            "SELECT seq, kind, target, verb, before, after FROM edits WHERE batch = ? ORDER BY seq",
            [of],
        )
    )
    done: set[int] = set()
    for row in reversed(rows) if kind == "undo" else rows:
        wanted = journal.side(row["before"], row["seq"])
        left = journal.side(row["after"], row["seq"])
        if (row["kind"] == "video") != ("video" in wanted) or wanted.keys() != left.keys():
            raise stored.damaged(f"edit {row['seq']}")
        if kind == "redo":
            wanted, left = left, wanted
        if row["kind"] == "video":
            _reverse_video(db, seq, person, kind, row["target"], left["video"], wanted["video"])
            continue
        current = tracks.get(db, row["target"])
        # Taking back an addition takes all of the track away, so all of it is looked at.
        if kind == "undo" and wanted == journal.NOTHING:
            same = _untouched(db, current, left, person)
        else:
            same = _as_left(current, left, wanted)
        if not same:
            raise errors.Stale(
                "Track {name} was changed by someone else meanwhile.",
                "Look at the current state, then decide which one to keep.",
                current=[{**current.to_json(), "deleted": current.deleted}],
                name=current.id,
            )
        journal.record(db, seq, person, current, kind, left, wanted)
        journal.carry_out(db, current.id, wanted, change)
        if row["target"] not in done:
            done.add(row["target"])
            again = verdicts.withdraw if kind == "undo" else verdicts.repeat
            again(db, kind="track", target=row["target"], of=of, person=person, batch=seq)
    return int(video or 0)


def _reverse_video(
    db: Database,
    batch: int,
    person: int,
    verb: str,
    video: int,
    left: dict[str, Any],
    wanted: dict[str, Any],
) -> None:
    now = videos.columns(db, video)
    if any(now[name] != value for name, value in left.items()):
        raise errors.Stale(
            "{name} was changed by someone else meanwhile.",
            "Look at the current state, then decide which one to keep.",
            name=now["name"],
        )
    videos.put_back(db, video, wanted)
    journal.record_video(
        db, batch, person, verb, video, before=left, after=wanted, revision=now["revision"] + 1
    )


def _untouched(db: Database, track: Track, left: dict[str, Any], person: int) -> bool:
    columns, keyframes = journal.parts(track)
    stored = {str(frame): found.to_json() for frame, found in keyframes.items()}
    same = columns == left["track"] and stored == left["keyframes"]
    return same and all(row["person"] == person for row in verdicts.live(db, "track", track.id))


def _as_left(track: Track, left: dict[str, Any], wanted: dict[str, Any]) -> bool:
    columns, keyframes = journal.parts(track)
    return all(
        columns[name] == value for name, value in left["track"].items() if name in wanted["track"]
    ) and all(
        (keyframes[int(frame)].to_json() if int(frame) in keyframes else None) == value
        for frame, value in left["keyframes"].items()
        if frame in wanted["keyframes"]
    )

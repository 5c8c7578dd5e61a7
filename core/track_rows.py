"""Writing tracks and their keyframes; each needs a write transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.labels import Keyframe
from core.sqlite import Database
from core.tracks import KEYFRAME_COLUMNS, Track, joints_to_blob


def add_row(
    db: Database,
    *,
    video: int,
    class_id: int,
    first: int,
    last: int,
    change: int,
    run: int | None = None,
    number: int | None = None,
    person: int | None = None,
    skeleton: str | None = None,
    score: float | None = None,
    name: str = "",
) -> int:
    """Insert a track without keyframes and return its id.

    :param number: which of its run's tracks it belongs to; of a person's track None.
    """
    cursor = db.execute(
        "INSERT INTO tracks (video, class, run, number, person, skeleton, name, first_frame, "
        "last_frame, score, state, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            video,
            class_id,
            run,
            number,
            person,
            skeleton,
            name,
            first,
            last,
            score,
            "suggested" if run is not None else "manual",
            change,
        ],
    )
    return int(cursor.lastrowid or 0)


def add_like(db: Database, track: Track, *, first: int, last: int, change: int) -> int:
    """Insert a track without keyframes that is like another in all but its span."""
    cursor = db.execute(
        "INSERT INTO tracks (video, class, run, number, person, skeleton, name, score, attributes, "
        "first_frame, last_frame, state, changed) SELECT video, class, run, number, person, "
        "skeleton, name, score, attributes, ?, ?, CASE WHEN run IS NULL THEN 'manual' "
        "ELSE 'suggested' END, ? FROM tracks WHERE id = ?",
        [first, last, change, track.id],
    )
    return int(cursor.lastrowid or 0)


def put_keyframes(db: Database, track: int, keyframes: Sequence[Keyframe]) -> None:
    """Insert or replace keyframes and keep the track's count."""
    db.conn.executemany(
        f"INSERT INTO keyframes ({KEYFRAME_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (track, frame) DO UPDATE SET x = excluded.x, y = excluded.y, "
        "w = excluded.w, h = excluded.h, joints = excluded.joints, occluded = excluded.occluded, "
        "outside = excluded.outside, score = excluded.score, source = excluded.source",
        [
            (
                track,
                keyframe.frame,
                *keyframe.box.values(),
                joints_to_blob(keyframe.joints),
                int(keyframe.occluded),
                int(keyframe.outside),
                keyframe.score,
                keyframe.source,
            )
            for keyframe in keyframes
        ],
    )
    count_keyframes(db, track)


def remove_keyframes(db: Database, track: int, frames: Iterable[int]) -> None:
    """Delete keyframes and keep the track's count."""
    db.conn.executemany(
        "DELETE FROM keyframes WHERE track = ? AND frame = ?", [(track, f) for f in frames]
    )
    count_keyframes(db, track)


def count_keyframes(db: Database, track: int) -> None:
    """Derive ``tracks.keyframes`` again."""
    db.execute(
        "UPDATE tracks SET keyframes = (SELECT count(*) FROM keyframes WHERE track = tracks.id) "
        "WHERE id = ?",
        [track],
    )

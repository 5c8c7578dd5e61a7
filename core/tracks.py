"""Tracks and their keyframes: rows in, rows out. Changes by people go through ``core.edits``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sqlite_utils import Database

from core import errors, stored
from core.labels import Box, Joint, Joints, Keyframe, State, position

LAST_FRAME = 2**31 - 1
LAST_CHANGE = 2**63 - 1

_KEYFRAME = "track, frame, x, y, w, h, joints, occluded, outside, score, source"
_TRACK = (
    "t.id, t.video, t.class, t.run, t.person, t.skeleton, t.name, t.first_frame, t.last_frame, "
    "t.score, t.state, t.hidden, t.deleted, t.keyframes, t.attributes, t.revision, t.changed"
)
_NAMED = (
    f"SELECT {_TRACK}, r.model AS model, p.name AS person_name FROM tracks t "
    "LEFT JOIN runs r ON r.id = t.run LEFT JOIN people p ON p.id = t.person "
)


@dataclass(frozen=True, slots=True)
class Track:
    """One object over time. ``first`` and ``last`` are its span, both included."""

    id: int
    video: int
    class_id: int
    run: int | None
    person: str | None
    model: str | None
    skeleton: str | None
    name: str
    first: int
    last: int
    score: float | None
    state: State
    hidden: bool
    deleted: bool
    attributes: dict[str, Any]
    revision: int
    keyframes: tuple[Keyframe, ...] = ()
    partial: tuple[tuple[int, int, str], ...] = field(default=())

    def at(self, frame: int) -> Keyframe | None:
        """Where the object is at a frame; None where it is absent."""
        return position(self.keyframes, frame, first=self.first, last=self.last)

    def dense(self) -> Iterator[Keyframe]:
        """Its position at every frame where it is present."""
        for frame in range(self.first, self.last + 1):
            found = self.at(frame)
            if found is not None:
                yield found

    def to_json(self) -> dict[str, Any]:
        """The form of the API."""
        return {
            "id": self.id,
            "class": self.class_id,
            "state": self.state,
            "score": self.score,
            "first": self.first,
            "last": self.last,
            "run": self.run,
            "model": self.model,
            "person": self.person,
            "revision": self.revision,
            "skeleton": self.skeleton,
            "attributes": self.attributes,
            "name": self.name,
            "keyframes": [keyframe.to_json() for keyframe in self.keyframes],
            "partial": [list(part) for part in self.partial],
        }


def joints_to_blob(joints: Joints | None) -> bytes | None:
    """Joints as little-endian float32 rows of x, y, score, visibility."""
    if joints is None:
        return None
    return np.array([joint.values() for joint in joints], dtype="<f4").tobytes()


def joints_from_blob(blob: bytes | None) -> Joints | None:
    """The inverse of :func:`joints_to_blob`."""
    if blob is None:
        return None
    rows = np.frombuffer(blob, dtype="<f4").reshape(-1, 4).tolist()
    return tuple(Joint(x, y, score, int(visibility)) for x, y, score, visibility in rows)


def _keyframe(row: dict[str, Any]) -> Keyframe:
    return Keyframe(
        row["frame"],
        Box(row["x"], row["y"], row["w"], row["h"]),
        joints_from_blob(row["joints"]),
        bool(row["occluded"]),
        bool(row["outside"]),
        row["score"],
        row["source"],
    )


def _track(row: dict[str, Any], keyframes: Iterable[Keyframe] = ()) -> Track:
    return Track(
        id=row["id"],
        video=row["video"],
        class_id=row["class"],
        run=row["run"],
        person=row["person_name"],
        model=row["model"],
        skeleton=row["skeleton"],
        name=row["name"],
        first=row["first_frame"],
        last=row["last_frame"],
        score=row["score"],
        state=row["state"],
        hidden=bool(row["hidden"]),
        deleted=bool(row["deleted"]),
        attributes=stored.table(row["attributes"], f"track {row['id']}, attributes"),
        revision=row["revision"],
        keyframes=tuple(keyframes),
    )


def _with_parts(db: Database, found: list[Track]) -> list[Track]:
    parts: dict[int, list[tuple[int, int, str]]] = {}
    for row in db.query(
        "SELECT v.target, v.first_frame, v.last_frame, v.decision FROM verdicts v "
        "JOIN json_each(?) wanted ON wanted.value = v.target "
        "WHERE v.kind = 'track' AND v.first_frame IS NOT NULL AND v.decision != 'skip' "
        "AND v.seq NOT IN (SELECT withdraws FROM verdicts WHERE withdraws IS NOT NULL "
        "AND kind = v.kind AND target = v.target) ORDER BY v.seq",
        [json.dumps([track.id for track in found])],
    ):
        parts.setdefault(row["target"], []).append(
            (row["first_frame"], row["last_frame"], row["decision"])
        )
    return [
        replace(track, partial=tuple(parts[track.id])) if track.id in parts else track
        for track in found
    ]


def get(db: Database, identity: int) -> Track:
    """One track with all its keyframes, deleted or hidden ones too.

    :raises UnknownItem: when there is none.
    """
    rows = list(db.query(_NAMED + "WHERE t.id = ?", [identity]))
    if not rows:
        raise errors.UnknownItem("There is no track {name}.", name=identity)
    keyframes = db.query(
        f"SELECT {_KEYFRAME} FROM keyframes WHERE track = ? ORDER BY frame", [identity]
    )
    return _with_parts(db, [_track(rows[0], (_keyframe(row) for row in keyframes))])[0]


def window(
    db: Database, video: int, *, first: int = 0, last: int = LAST_FRAME, state: str | None = None
) -> list[Track]:
    """Visible tracks that overlap a range, with the keyframes inside it and one either side."""
    rows = list(
        db.query(
            _NAMED + "WHERE t.video = ? AND t.deleted = 0 AND t.hidden = 0 "
            "AND t.first_frame <= ? AND t.last_frame >= ? AND (? IS NULL OR t.state = ?) "
            "ORDER BY t.id",
            [video, last, first, state, state],
        )
    )
    return _filled(db, rows, first, last)


def changed_since(
    db: Database, video: int, change: int, *, upto: int = LAST_CHANGE
) -> tuple[list[Track], list[int]]:
    """Tracks changed after a change number (``upto`` included): those to show, and the ids of
    those gone."""
    rows = list(
        db.query(
            _NAMED + "WHERE t.video = ? AND t.changed > ? AND t.changed <= ? ORDER BY t.id",
            [video, change, upto],
        )
    )
    shown = [row for row in rows if not row["deleted"] and not row["hidden"]]
    gone = [row["id"] for row in rows if row["deleted"] or row["hidden"]]
    return _filled(db, shown, 0, LAST_FRAME), gone


def change_page(db: Database, video: int, change: int, *, keyframes: int = 20_000) -> int | None:
    """Up to which change one answer should go, so that it holds about this many keyframes.

    A change is never cut in two. None when everything fits.
    """
    rows = db.execute(
        "SELECT changed, keyframes + 20 FROM tracks WHERE video = ? AND changed > ? UNION ALL "
        "SELECT changed, 20 FROM segments WHERE video = ? AND changed > ? ORDER BY changed",
        [video, change, video, change],
    )
    held, reached = 0, None
    for changed, size in rows:
        if held >= keyframes and changed != reached:
            return reached
        held, reached = held + size, int(changed)
    return None


def _filled(db: Database, rows: list[dict[str, Any]], first: int, last: int) -> list[Track]:
    keyframes: dict[int, list[Keyframe]] = {row["id"]: [] for row in rows}
    for row in db.query(
        f"SELECT {_KEYFRAME} FROM json_each(?) wanted "
        "JOIN keyframes k ON k.track = wanted.value "
        "AND k.frame >= coalesce((SELECT max(b.frame) FROM keyframes b "
        "WHERE b.track = wanted.value AND b.frame <= ?), 0) "
        "AND k.frame <= coalesce((SELECT min(a.frame) FROM keyframes a "
        "WHERE a.track = wanted.value AND a.frame >= ?), ?) ORDER BY k.track, k.frame",
        [json.dumps(list(keyframes)), first, last, LAST_FRAME],
    ):
        keyframes[row["track"]].append(_keyframe(row))
    return _with_parts(db, [_track(row, keyframes[row["id"]]) for row in rows])


def several(db: Database, identities: Sequence[int], *, keyframes: bool = True) -> list[Track]:
    """Tracks by id, deleted and hidden ones too; an unknown id gives none.

    :param keyframes: with all of their keyframes, or with none.
    """
    rows = list(
        db.query(
            _NAMED + "JOIN json_each(?) wanted ON wanted.value = t.id ORDER BY t.id",
            [json.dumps(list(identities))],
        )
    )
    if not keyframes:
        return _with_parts(db, [_track(row) for row in rows])
    return _filled(db, rows, 0, LAST_FRAME)


def summaries(db: Database, video: int) -> list[dict[str, Any]]:
    """Every visible track of a video without its keyframes, for lists."""
    return [
        {
            "id": row["id"],
            "class": row["class"],
            "state": row["state"],
            "score": row["score"],
            "first": row["first_frame"],
            "last": row["last_frame"],
            "keyframes": row["keyframes"],
            "run": row["run"],
            "model": row["model"],
            "person": row["person_name"],
            "revision": row["revision"],
            "skeleton": row["skeleton"],
            "name": row["name"],
            **_own_attributes(row),
        }
        for row in db.query(
            _NAMED + "WHERE t.video = ? AND t.deleted = 0 AND t.hidden = 0 ORDER BY t.id", [video]
        )
    ]


def _own_attributes(row: dict[str, Any]) -> dict[str, Any]:
    """A track's attributes where it has any: a list of 10,000 stays small."""
    if row["attributes"] == "{}":
        return {}
    return {"attributes": stored.table(row["attributes"], f"track {row['id']}, attributes")}


def change_number(db: Database) -> int:
    """The number of the newest change to any label; 0 in a new workspace."""
    row = db.execute("SELECT value FROM settings WHERE key = 'change'").fetchone()
    return stored.whole(row[0], "settings, change") if row else 0


def next_change(db: Database) -> int:
    """Take the next change number. Needs a write transaction."""
    row = db.execute(
        "INSERT INTO settings (key, value) VALUES ('change', '1') "
        "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
    ).fetchall()[0]
    return int(row[0])


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
        f"INSERT INTO keyframes ({_KEYFRAME}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
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

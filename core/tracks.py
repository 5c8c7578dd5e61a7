"""Tracks and their keyframes: rows in, rows out. Changes by people go through ``core.edits``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sqlite_utils import Database

from core import errors, stored, verdicts
from core.labels import Box, Joint, Joints, Keyframe, State, position

LAST_FRAME = 2**31 - 1
LAST_CHANGE = 2**63 - 1

KEYFRAME_COLUMNS = "track, frame, x, y, w, h, joints, occluded, outside, score, source"
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
    """The tracks with their verdicts on parts; a later verdict counts on the frames it is about."""
    parts: dict[int, list[verdicts.Stretch]] = {}
    for row in db.query(
        "SELECT v.target, v.first_frame, v.last_frame, v.decision FROM (SELECT DISTINCT p.target "
        "FROM verdicts p JOIN json_each(?) wanted ON wanted.value = p.target "
        "WHERE p.kind = 'track' AND p.first_frame IS NOT NULL) parted "
        "JOIN verdicts v ON v.kind = 'track' AND v.target = parted.target "
        "WHERE v.decision IN ('accept', 'reject', 'fix') "
        "AND v.seq NOT IN (SELECT withdraws FROM verdicts WHERE withdraws IS NOT NULL "
        "AND kind = v.kind AND target = v.target) ORDER BY v.seq",
        [json.dumps([track.id for track in found])],
    ):
        first, last, decision = row["first_frame"], row["last_frame"], row["decision"]
        before = parts.get(row["target"], [])
        whole = first is None
        parts[row["target"]] = [] if whole else verdicts.overlaid(before, first, last, decision)
    return [
        replace(track, partial=tuple(parts[track.id])) if parts.get(track.id) else track
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
        f"SELECT {KEYFRAME_COLUMNS} FROM keyframes WHERE track = ? ORDER BY frame", [identity]
    )
    return _with_parts(db, [_track(rows[0], (_keyframe(row) for row in keyframes))])[0]


def window(
    db: Database,
    video: int,
    *,
    first: int = 0,
    last: int = LAST_FRAME,
    state: str | None = None,
    keyframes: bool = True,
) -> list[Track]:
    """Visible tracks that overlap a range, with the keyframes inside it and one either side.

    :param keyframes: with those keyframes, or with none.
    """
    rows = list(
        db.query(
            _NAMED + "WHERE t.video = ? AND t.deleted = 0 AND t.hidden = 0 "
            "AND t.first_frame <= ? AND t.last_frame >= ? AND (? IS NULL OR t.state = ?) "
            "ORDER BY t.id",
            [video, last, first, state, state],
        )
    )
    return _filled(db, rows, first, last) if keyframes else _with_parts(db, [*map(_track, rows)])


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
    for row in keyframe_rows(db, list(keyframes), first, last):
        keyframes[row["track"]].append(_keyframe(row))
    return _with_parts(db, [_track(row, keyframes[row["id"]]) for row in rows])


def keyframe_rows(
    db: Database, identities: Sequence[int], first: int, last: int
) -> Iterator[dict[str, Any]]:
    """Stored keyframes of some tracks inside a range, and one either side; by track and frame."""
    return db.query(
        f"SELECT {KEYFRAME_COLUMNS} FROM json_each(?) wanted "
        "JOIN keyframes k ON k.track = wanted.value "
        "AND k.frame >= coalesce((SELECT max(b.frame) FROM keyframes b "
        "WHERE b.track = wanted.value AND b.frame <= ?), 0) "
        "AND k.frame <= coalesce((SELECT min(a.frame) FROM keyframes a "
        "WHERE a.track = wanted.value AND a.frame >= ?), ?) ORDER BY k.track, k.frame",
        [json.dumps(list(identities)), first, last, LAST_FRAME],
    )


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
        return _with_parts(db, [*map(_track, rows)])
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

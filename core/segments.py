"""Segments: events, captions and other time ranges. Rows in, rows out.

Changes by people go through ``core.edits``. A segment lies on whole frames, both ends included.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core import errors, stored
from core.labels import State
from core.sqlite import Database

SegmentKind = Literal["event", "caption", "answer", "transcript", "description"]
KINDS: tuple[SegmentKind, ...] = ("event", "caption", "answer", "transcript", "description")

NOTE = "note"
"""The attribute that is an event's own note; no class may define one of this name."""

_SEGMENT = (
    "SELECT s.id, s.video, s.kind, s.class, s.track, s.first_frame, s.last_frame, s.text, "
    "s.language, s.score, s.run, s.state, s.hidden, s.deleted, s.attributes, s.revision, "
    "r.model AS model, p.name AS person_name FROM segments s "
    "LEFT JOIN runs r ON r.id = s.run LEFT JOIN people p ON p.id = s.person "
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A range of frames, ``first`` to ``last``, with a class (an event) or a text (a caption)."""

    id: int
    video: int
    kind: SegmentKind
    class_id: int | None
    track: int | None
    first: int
    last: int
    text: str
    language: str
    score: float | None
    run: int | None
    model: str | None
    person: str | None
    state: State
    hidden: bool
    deleted: bool
    attributes: dict[str, Any]
    revision: int

    def to_json(self) -> dict[str, Any]:
        """The form of the API."""
        return {
            "id": self.id,
            "kind": self.kind,
            "class": self.class_id,
            "track": self.track,
            "first": self.first,
            "last": self.last,
            "text": self.text,
            "language": self.language,
            "score": self.score,
            "run": self.run,
            "model": self.model,
            "person": self.person,
            "state": self.state,
            "attributes": self.attributes,
            "revision": self.revision,
        }


def _segment(row: dict[str, Any]) -> Segment:
    return Segment(
        id=row["id"],
        video=row["video"],
        kind=row["kind"],
        class_id=row["class"],
        track=row["track"],
        first=row["first_frame"],
        last=row["last_frame"],
        text=row["text"],
        language=row["language"],
        score=row["score"],
        run=row["run"],
        model=row["model"],
        person=row["person_name"],
        state=row["state"],
        hidden=bool(row["hidden"]),
        deleted=bool(row["deleted"]),
        attributes=stored.table(row["attributes"], f"segment {row['id']}, attributes"),
        revision=row["revision"],
    )


def get(db: Database, identity: int) -> Segment:
    """One segment, deleted or hidden ones too.

    :raises UnknownItem: when there is none.
    """
    rows = list(db.query(_SEGMENT + "WHERE s.id = ?", [identity]))
    if not rows:
        raise errors.UnknownItem("There is no segment {name}.", name=identity)
    return _segment(rows[0])


def several(db: Database, identities: Sequence[int]) -> list[Segment]:
    """Segments by id, deleted and hidden ones too; an unknown id gives none."""
    rows = db.query(
        _SEGMENT + "JOIN json_each(?) wanted ON wanted.value = s.id ORDER BY s.id",
        [json.dumps(list(identities))],
    )
    return [_segment(row) for row in rows]


def bound(db: Database, *tracks: int) -> list[Segment]:
    """The visible segments that are about one of some tracks."""
    rows = db.query(
        _SEGMENT + "WHERE s.track IN (SELECT value FROM json_each(?)) "
        "AND s.deleted = 0 AND s.hidden = 0 ORDER BY s.id",
        [json.dumps(tracks)],
    )
    return [_segment(row) for row in rows]


def astray(db: Database, tracks: Sequence[int], segments: Sequence[int]) -> list[Segment]:
    """The visible ones of some segments, and of those about some tracks, whose track is deleted."""
    rows = db.query(
        _SEGMENT + "JOIN tracks t ON t.id = s.track AND t.deleted = 1 "
        "WHERE (s.track IN (SELECT value FROM json_each(?)) "
        "OR s.id IN (SELECT value FROM json_each(?))) "
        "AND s.deleted = 0 AND s.hidden = 0 ORDER BY s.id",
        [json.dumps(tracks), json.dumps(segments)],
    )
    return [_segment(row) for row in rows]


def shown(db: Database, video: int) -> list[Segment]:
    """The visible segments of a video in the order of time."""
    rows = db.query(
        _SEGMENT + "WHERE s.video = ? AND s.deleted = 0 AND s.hidden = 0 "
        "ORDER BY s.first_frame, s.last_frame, s.id",
        [video],
    )
    return [_segment(row) for row in rows]


def changed_since(
    db: Database, video: int, change: int, *, upto: int
) -> tuple[list[Segment], list[int]]:
    """Segments changed after a change number (``upto`` included): those to show, and the ids of
    those gone."""
    rows = db.query(
        _SEGMENT + "WHERE s.video = ? AND s.changed > ? AND s.changed <= ? ORDER BY s.id",
        [video, change, upto],
    )
    found = [_segment(row) for row in rows]
    seen = [one for one in found if not one.deleted and not one.hidden]
    return seen, [one.id for one in found if one.deleted or one.hidden]


def add_row(
    db: Database,
    *,
    video: int,
    kind: SegmentKind,
    first: int,
    last: int,
    change: int,
    class_id: int | None = None,
    track: int | None = None,
    text: str = "",
    language: str = "",
    score: float | None = None,
    run: int | None = None,
    person: int | None = None,
    attributes: dict[str, Any] | None = None,
) -> int:
    """Insert a segment and return its id: a suggestion with a ``run``, else a person's own."""
    cursor = db.execute(
        "INSERT INTO segments (video, kind, class, track, first_frame, last_frame, text, language, "
        "score, run, person, attributes, state, changed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(video, kind, class_id, track, first, last, text, language, score, run, person),
            json.dumps(attributes or {}, ensure_ascii=False),
            "suggested" if run is not None else "manual",
            change,
        ],
    )
    return int(cursor.lastrowid or 0)

"""Places in a video that are worth a jump: where nothing is labelled, where a model was unsure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.sqlite import Database

Direction = Literal[-1, 1]

_BATCH = 250
_SHOWN = (
    "t.video = ? AND t.deleted = 0 AND t.hidden = 0 AND t.state != 'rejected' "
    "AND NOT (t.state = 'suggested' AND coalesce(t.score, 1) < ?)"
)
_ONWARD = (
    f"SELECT t.id, t.first_frame FROM tracks t WHERE {_SHOWN} AND t.state = 'suggested' "
    "AND t.last_frame >= ? ORDER BY t.first_frame"
)
_BACK = (
    f"SELECT t.id, t.last_frame FROM tracks t WHERE {_SHOWN} AND t.state = 'suggested' "
    "AND t.first_frame <= ? ORDER BY t.last_frame DESC"
)
# The first of consecutive low keyframes; beginnings of tracks whose keyframes have no score.
_LOWS = """
SELECT k.frame, k.track FROM json_each(?) wanted JOIN keyframes k
    ON k.track = wanted.value AND k.outside = 0 AND k.score IS NOT NULL
    WHERE k.score < ? AND coalesce((SELECT b.score FROM keyframes b WHERE b.track = k.track
        AND b.outside = 0 AND b.score IS NOT NULL AND b.frame < k.frame
        ORDER BY b.frame DESC LIMIT 1), 1) >= ?
UNION ALL SELECT t.first_frame, t.id FROM json_each(?) wanted JOIN tracks t ON t.id = wanted.value
    WHERE t.score < ? AND NOT EXISTS (SELECT 1 FROM keyframes k
        WHERE k.track = t.id AND k.outside = 0 AND k.score IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a jump leads; ``wrapped`` when it went on from the other end of the video."""

    frame: int
    track: int | None = None
    wrapped: bool = False


def empty(
    db: Database, video: int, *, frames: int, frame: int, step: Direction, confidence: float = 0.0
) -> Place | None:
    """The next or previous beginning of a stretch of frames on which no track is present.

    Rejected tracks do not count, nor suggestions with a score below ``confidence``.

    :return: None where every frame has a track.
    """
    present = np.zeros(frames + 1, np.int64)
    for first, last, change in _presence(db, video, confidence):
        present[min(first, frames)] += change
        present[min(last + 1, frames)] -= change
    bare = np.cumsum(present)[:frames] <= 0
    starts = np.flatnonzero(bare & ~np.concatenate(([False], bare[:-1])))
    if not starts.size:
        return None
    if step > 0:
        index = int(np.searchsorted(starts, frame, side="right"))
        return Place(int(starts[index % starts.size]), wrapped=index == starts.size)
    index = int(np.searchsorted(starts, frame, side="left")) - 1
    return Place(int(starts[index]), wrapped=index < 0)


def _presence(db: Database, video: int, confidence: float) -> Iterator[tuple[int, int, int]]:
    """Ranges of frames with 1 for a track that is there, -1 for a part of it where it is not."""
    spans = db.execute(
        "SELECT max(t.first_frame, coalesce((SELECT min(frame) FROM keyframes WHERE track = t.id), "
        f"t.last_frame + 1)), t.last_frame FROM tracks t WHERE {_SHOWN}",
        [video, confidence],
    )
    yield from ((first, last, 1) for first, last in spans if first <= last)
    gaps = db.execute(
        "SELECT k.frame, min(t.last_frame, coalesce((SELECT min(n.frame) FROM keyframes n "
        "WHERE n.track = k.track AND n.frame > k.frame) - 1, t.last_frame)) "
        f"FROM tracks t JOIN keyframes k ON k.track = t.id AND k.outside = 1 WHERE {_SHOWN}",
        [video, confidence],
    )
    yield from ((first, last, -1) for first, last in gaps if first <= last)


def low_score(
    db: Database,
    video: int,
    *,
    frame: int,
    track: int,
    step: Direction,
    below: float,
    confidence: float = 0.0,
) -> Place | None:
    """The next or previous place where the score of a suggestion falls below a bound.

    A place is the first of consecutive keyframes with a low score, or the beginning of a track
    without such scores whose own score is low. Places are in order of frame, then track; the
    search begins at ``(frame, track)``.

    :return: None where no suggestion is that unsure.
    """
    far = (-1, -1) if step > 0 else (2**31, 2**62)
    for start in ((frame, track), far):
        found = _nearest_low(db, video, start, step, below, confidence)
        if found is not None:
            return Place(*found, wrapped=start == far)
    return None


def _nearest_low(
    db: Database,
    video: int,
    start: tuple[int, int],
    step: Direction,
    below: float,
    confidence: float,
) -> tuple[int, int] | None:
    """Tracks are looked at in the order in which they can hold the nearest place."""
    onward = step > 0
    rows = db.execute(
        _ONWARD if onward else _BACK,
        [video, confidence, start[0]],
    ).fetchall()
    best: tuple[int, int] | None = None
    for index in range(0, len(rows), _BATCH):
        batch = rows[index : index + _BATCH]
        if best is not None and (batch[0][1] - best[0]) * step > 0:
            break
        places = _lows(db, [row[0] for row in batch], below)
        if onward:
            best = min([p for p in places if p > start] + ([best] if best else []), default=None)
        else:
            best = max([p for p in places if p < start] + ([best] if best else []), default=None)
    return best


def _lows(db: Database, ids: list[int], below: float) -> list[tuple[int, int]]:
    """Frame and track wherever the score of one of some tracks falls below a bound."""
    found = db.execute(
        _LOWS,
        [json.dumps(ids), below, below, json.dumps(ids), below],
    )
    return [(int(frame), int(track)) for frame, track in found]

"""Where two objects meet: frames at which their boxes begin to overlap after having been apart.

Identities are mixed up there, so these are the frames to look at. The annotator has the same for
two tracks that it knows whole (``crossings.js``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from core import tracks
from core.sqlite import Database
from core.tracks import Track

MEET = 0.15
APART = 0.05
BEFORE = 150
"""Frames before a stretch that tell whether two were apart when it begins."""
SMALLEST, LARGEST = 32, 256
MOST = 60_000
"""Places of tracks that one search looks at: about a second of work."""

Boxes = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a jump leads, and who meets; ``wrapped`` when it went on from the video's other end."""

    frame: int
    track: int
    other: int
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing until the frame that was reached; another search goes on from there."""

    reached: int


def nearest(
    db: Database,
    video: int,
    *,
    frames: int,
    frame: int,
    step: Literal[-1, 1],
    reached: int | None = None,
    track: int | None = None,
    confidence: float = 0.0,
) -> Crossing | Pause | None:
    """The next or previous crossing of a track with any other, or of any two.

    Rejected tracks do not count, nor suggestions with a score below ``confidence``.

    :param frame: where the search began; :param reached: how far it came before.
    :return: None where no two meet.
    """
    looked = 0
    size = SMALLEST if reached is None else LARGEST
    for wrapped, first, last in _ranges(frames, frame, step, reached):
        for start, end in _stretches(*_narrowed(db, track, first, last), step, size):
            if looked >= MOST:
                return Pause(start - 1 if step > 0 else end + 1)
            shown = _shown(db, video, start, end, confidence)
            found = _meetings(shown, start, end, track)
            meeting = next(found, None) if step > 0 else max(found, default=None)
            if meeting:
                return Crossing(*meeting, wrapped)
            looked += len(shown) * (end - start + BEFORE)
    return None


def _ranges(
    frames: int, frame: int, step: int, reached: int | None
) -> Iterator[tuple[bool, int, int]]:
    """What is left of the way to the video's end, and of that from its other end back: whether
    it is the second, first and last frame."""
    at = frame if reached is None else reached
    second = reached is not None and (reached - frame) * step <= 0
    if step > 0:
        if not second:
            yield False, at + 1, frames - 1
        yield True, at + 1 if second else 0, frame
    else:
        if not second:
            yield False, 0, at - 1
        yield True, frame, at - 1 if second else frames - 1


def _narrowed(db: Database, track: int | None, first: int, last: int) -> tuple[int, int]:
    """Of a range the part that a track is on."""
    if track is None:
        return first, last
    found = tracks.several(db, [track], keyframes=False)
    return (max(first, found[0].first), min(last, found[0].last)) if found else (first, first - 1)


def _stretches(first: int, last: int, step: int, size: int) -> Iterator[tuple[int, int]]:
    """A range in parts, growing from a size, in the direction of the search."""
    while first <= last:
        if step > 0:
            yield first, min(first + size - 1, last)
            first += size
        else:
            yield max(last - size + 1, first), last
            last -= size
        size = min(2 * size, LARGEST)


def _shown(db: Database, video: int, start: int, end: int, confidence: float) -> list[Track]:
    return [
        track
        for track in tracks.window(db, video, first=max(start - BEFORE, 0), last=end)
        if track.state != "rejected"
        and (track.state != "suggested" or track.score is None or track.score >= confidence)
    ]


def _meetings(
    shown: Sequence[Track], start: int, end: int, track: int | None
) -> Iterator[tuple[int, int, int]]:
    """Frame and both tracks of each crossing in a range."""
    ids = [one.id for one in shown]
    if len(ids) < 2 or (track is not None and track not in ids):
        return
    rows = list(range(len(ids))) if track is None else [ids.index(track)]
    begin = max(start - BEFORE, 0)
    placed = np.stack([_places(one, begin, end) for one in shown])
    pairs = np.array(
        [[other > row or track is not None for other in range(len(ids))] for row in rows]
    )
    pairs[np.arange(len(rows)), rows] = False
    apart = np.zeros(pairs.shape, bool)
    for frame in range(begin, end + 1):
        boxes = placed[:, frame - begin]
        overlap = _overlaps(boxes[rows], boxes)
        meeting = pairs & apart & (overlap > MEET)
        apart = (apart & (overlap <= MEET)) | (overlap <= APART)
        if frame >= start:
            for row, other in np.argwhere(meeting):
                yield frame, ids[rows[row]], ids[other]


def _places(track: Track, first: int, last: int) -> Boxes:
    """The corners of a track's box on each frame, shape (frames, 4): x, y, right, bottom; NaN where
    it is absent."""
    frames = np.arange(first, last + 1)
    found = np.full((frames.size, 4), np.nan)
    if not track.keyframes:
        return found
    marks = np.array([keyframe.frame for keyframe in track.keyframes])
    outside = np.array([keyframe.outside for keyframe in track.keyframes])
    boxes = np.array([keyframe.box.values() for keyframe in track.keyframes], float)
    before = np.searchsorted(marks, frames, side="right") - 1
    after = np.minimum(before + 1, marks.size - 1)
    held = (after == before) | outside[after]
    share = np.where(
        held, 0.0, (frames - marks[before]) / np.maximum(marks[after] - marks[before], 1)
    )
    here = boxes[before] + share[:, None] * (boxes[after] - boxes[before])
    there = (before >= 0) & ~outside[before] & (frames >= track.first) & (frames <= track.last)
    found[there] = np.concatenate([here[:, :2], here[:, :2] + here[:, 2:]], axis=1)[there]
    return found


def _overlaps(some: Boxes, others: Boxes) -> Boxes:
    """IoU of boxes given by their corners, shape (some, others); NaN where one is absent."""
    wide, high = (
        np.minimum(some[:, None, far], others[:, far])
        - np.maximum(some[:, None, near], others[:, near])
        for near, far in ((0, 2), (1, 3))
    )
    shared = np.maximum(wide, 0) * np.maximum(high, 0)
    areas = [(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (some, others)]
    found: Boxes = shared / (areas[0][:, None] + areas[1] - shared)
    return found

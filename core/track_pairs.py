"""Edits of identity: one track becomes two, two become one, two exchange what lies ahead.

Tracks go in, tracks come out; ``core.edits`` journals the differences. No object moves on any
frame: only which track it belongs to changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core import attributes, errors, verdicts
from core.labels import checked_frame
from core.stretches import cut, placed, spliced
from core.track_changes import checked_place
from core.tracks import LAST_FRAME, Track

BRIDGED = 5
"""Frames between two merged tracks that are interpolated at most; over more the object is absent
(the same as a run bridges for an object that moved)."""

Part = tuple[Track, int, int]
"""A track, with the first and last frame that another has of it."""

PairChange = Callable[[int, Track, Track, Mapping[str, Any]], tuple[Track, Track]]
"""Of the video's number of frames, the edit's track, its other track and the edit."""


def split(frames: int, track: Track, edit: Mapping[str, Any]) -> tuple[Track, Track]:
    """The part of a track before a frame, and the part from there on.

    :raises BadInput: when one of them would be empty.
    """
    frame = checked_place(frames, edit)
    before = spliced(track, cut(track, 0, frame - 1))
    after = spliced(track, cut(track, frame, LAST_FRAME))
    if before.deleted or after.deleted:
        raise errors.BadInput(
            "Track {name} cannot be split at frame {frame}: one part would be empty.",
            name=track.id,
            frame=frame,
        )
    if before.last < frame - 1:
        # It was absent before the split: a merge must find that again.
        mark = replace(before.keyframes[-1], frame=before.last + 1, outside=True, source="human")
        before = replace(before, keyframes=(*before.keyframes, mark), last=frame - 1)
    return _decided(before, [(track, 0, frame - 1)]), _decided(after, [(track, frame, LAST_FRAME)])


def _decided(made: Track, parts: list[Part]) -> Track:
    """A track with the verdicts on parts of those whose frames it has."""
    return replace(made, partial=verdicts.spliced((one.partial, a, b) for one, a, b in parts))


def _check_alike(track: Track, other: Track) -> None:
    if track.id == other.id:
        raise errors.BadInput("Choose two different tracks.")
    if track.skeleton != other.skeleton:
        raise errors.BadInput(
            "Tracks {name} and {other} have different skeletons.",
            "Boxes and poses, or poses of different skeletons, stay tracks of their own.",
            name=track.id,
            other=other.id,
        )


def _merge(frames: int, track: Track, other: Track, edit: Mapping[str, Any]) -> tuple[Track, Track]:
    """The edit's own track goes on as both; on frames that both are on, it counts."""
    _check_alike(track, other)
    if track.class_id != other.class_id:
        raise errors.BadInput(
            "Tracks {name} and {other} are of different classes.",
            "Give both the same class first.",
            name=track.id,
            other=other.id,
        )
    both = spliced(track, *(cut(*part) for part in _alternating(track, other)))
    both = _bridged(both, track, other)
    named = replace(both, name=track.name or other.name)
    # Fixed attributes are the track's before the other's.
    table = {**other.attributes, **track.attributes}
    return _told(named, table, _alternating(track, other)), replace(other, deleted=True)


def _told(made: Track, table: Mapping[str, Any], parts: list[Part]) -> Track:
    """A track with what its parts say of their frames: attributes that change, and verdicts."""
    cuts = [(one, max(first, one.first), min(last, one.last)) for one, first, last in parts]
    there = [part for part in cuts if part[1] <= part[2]]
    changing = attributes.spliced(table, [(one.attributes, a, b) for one, a, b in there])
    return _decided(replace(made, attributes=changing), there)


def _alternating(track: Track, other: Track) -> list[Part]:
    """The track wherever it is present, the other one in between, by time."""
    found: list[Part] = []
    free = 0
    for first, last in _present(track):
        found += [(other, free, first - 1), (track, first, last)]
        free = last + 1
    return [*found, (other, free, LAST_FRAME)]


def _present(track: Track) -> list[tuple[int, int]]:
    """The ranges of frames that a track is on, by its marks."""
    ranges: list[tuple[int, int]] = []
    start: int | None = None
    for keyframe in track.keyframes:
        if keyframe.outside and start is not None:
            ranges.append((start, keyframe.frame - 1))
            start = None
        elif not keyframe.outside and start is None:
            start = max(keyframe.frame, track.first)
    return ranges if start is None else [*ranges, (start, track.last)]


def _bridged(both: Track, track: Track, other: Track) -> Track:
    """The merged track, interpolated over the gap from the end of one to a start soon after."""
    earlier, later = sorted((track, other), key=lambda one: one.first)
    end = both.at(earlier.last)
    if not 1 < later.first - earlier.last <= BRIDGED + 1 or not end or not both.at(later.first):
        return both
    rest = (k for k in both.keyframes if not earlier.last < k.frame < later.first)
    return replace(both, keyframes=placed(tuple(rest), end))


def _swap(frames: int, track: Track, other: Track, edit: Mapping[str, Any]) -> tuple[Track, Track]:
    """From a frame to ``last`` (or to the end) each goes on as the other.

    One that has nothing left is deleted: to give a part to a track that ended before is the same
    exchange, with nothing in return.
    """
    _check_alike(track, other)
    frame = checked_place(frames, edit)
    last = LAST_FRAME if edit.get("last") is None else checked_frame(edit["last"])
    if last < frame:
        raise errors.BadInput("A range needs a first and a last frame.")
    if cut(track, frame, last) is None and cut(other, frame, last) is None:
        raise errors.BadInput(
            "Neither track {name} nor track {other} is on a frame to exchange.",
            name=track.id,
            other=other.id,
        )
    return _exchanged(track, other, frame, last), _exchanged(other, track, frame, last)


def _exchanged(track: Track, other: Track, frame: int, last: int) -> Track:
    parts: list[Part] = [(track, 0, frame - 1), (other, frame, last), (track, last + 1, LAST_FRAME)]
    made = spliced(track, *(cut(*part) for part in parts))
    return _told(made, track.attributes, parts)


def _reassign(
    frames: int, track: Track, other: Track, edit: Mapping[str, Any]
) -> tuple[Track, Track]:
    """From a frame on, what this track is belongs to the other; what the other is there, to it."""
    if track.at(checked_place(frames, edit)) is None:
        raise errors.BadInput("The track is not present at frame {frame}.", frame=edit.get("frame"))
    return _swap(frames, track, other, {"frame": edit["frame"]})


CHANGES: dict[str, PairChange] = {"merge": _merge, "swap": _swap, "reassign": _reassign}

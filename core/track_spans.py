"""Edits along the time of one track: its ends, its keyframes' places, where it is absent or hidden.

As in ``core.track_changes``: the track before goes in, the track after comes out. No frame outside
the scope of an edit moves: positions at its borders become keyframes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from core import errors
from core.labels import Keyframe, checked_frame, position
from core.sqlite import Database
from core.stretches import Stretch, cut, placed, present, spliced
from core.track_changes import Change, checked_place
from core.tracks import LAST_FRAME, Track


def reach(track: Track, frame: int) -> tuple[int, int]:
    """First and last frame that a change at ``frame`` moves: as far as the neighbouring keyframes,
    or to the ends of the track."""
    before = max((k.frame + 1 for k in track.keyframes if k.frame < frame), default=track.first)
    after = min((k.frame - 1 for k in track.keyframes if k.frame > frame), default=track.last)
    return min(before, frame), max(after, frame)


def _absent(frame: int) -> errors.BadInput:
    return errors.BadInput("The track is not present at frame {frame}.", frame=frame)


def _nowhere() -> errors.BadInput:
    return errors.BadInput("The track would be on no frame at all.", "Delete the track instead.")


def _span(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    first = checked_place(frames, edit, "first") if "first" in edit else track.first
    last = checked_place(frames, edit, "last") if "last" in edit else track.last
    kept = spliced(track, cut(track, first, last))
    if first > last or kept.deleted:
        raise _nowhere()
    if "first" in edit and first < track.first:
        start = replace(kept.keyframes[0], frame=first, source="human")
        kept = replace(kept, first=first, keyframes=placed(kept.keyframes, start))
    if "last" in edit and last > track.last:
        kept = replace(kept, last=last)
    return kept


def _move(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    frame, to = checked_place(frames, edit), checked_place(frames, edit, "to")
    moved = next((k for k in track.keyframes if k.frame == frame), None)
    if moved is None:
        raise errors.BadInput("There is no keyframe at frame {frame}.", frame=frame)
    low = max((k.frame for k in track.keyframes if k.frame < frame), default=-1)
    high = min((k.frame for k in track.keyframes if k.frame > frame), default=frames)
    if not low < to < high:
        raise errors.BadInput(
            "A keyframe moves only between its neighbours: frames {first} to {last} here.",
            first=low + 1,
            last=high - 1,
        )
    rest = (k for k in track.keyframes if k.frame != frame)
    return replace(
        track,
        keyframes=placed(tuple(rest), replace(moved, frame=to, source="human")),
        first=to if low < 0 else track.first,
        last=to if frame == track.last else max(track.last, to),
    )


def _until(frames: int, edit: Mapping[str, Any], frame: int) -> int | None:
    if edit.get("last") is None:
        return None
    last = checked_place(frames, edit, "last")
    if last < frame:
        raise errors.BadInput("A range needs a first and a last frame.")
    return last


def _from(track: Track, frame: int) -> Iterator[Keyframe]:
    return (k for k in track.keyframes if k.frame > frame)


def _outside(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    frame = checked_place(frames, edit)
    last = _until(frames, edit, frame)
    changed = _return if edit.get("value") in (0, False) else _leave
    made = changed(track, frame, last)
    if not present(made):
        raise _nowhere()
    return made


def _leave(track: Track, frame: int, last: int | None) -> Track:
    """Absent from a frame to ``last``, or for as long as it would have been present."""
    here = track.at(frame)
    if here is None:
        raise _absent(frame)
    gone = min((k.frame - 1 for k in _from(track, frame) if k.outside), default=track.last)
    end = gone if last is None else min(last, track.last)
    pins = [track.at(frame - 1), track.at(end + 1)]
    marks = [replace(k, outside=True) for k in _from(track, frame) if k.frame <= end]
    mark = replace(here, outside=True, source="human")
    found = (pin for pin in pins if pin is not None)
    return replace(track, keyframes=placed(track.keyframes, *found, mark, *marks))


def _return(track: Track, frame: int, last: int | None) -> Track:
    """Present from a frame to ``last``, or to where it was present next, as its marks tell."""
    shown = tuple(replace(k, outside=False) for k in track.keyframes)
    here = position(shown, frame, first=track.first, last=track.last)
    if here is None or track.at(frame) is not None:
        raise errors.BadInput("The track is not absent at frame {frame}.", frame=frame)
    back = min((k.frame - 1 for k in _from(track, frame) if not k.outside), default=track.last)
    end = back if last is None else min(last, back)
    between = [replace(k, outside=False) for k in _from(track, frame) if k.frame <= end]
    made = placed(track.keyframes, replace(here, source="human"), *between)
    if end < back and all(k.frame != end + 1 for k in made):
        rest = replace([here, *between][-1], frame=end + 1, outside=True, source="human")
        made = placed(made, rest)
    return replace(track, keyframes=made)


def _occluded(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    """Hidden by something (or seen again) from a frame to ``last``, or until that changes."""
    frame = checked_place(frames, edit)
    value = edit.get("value") not in (0, False)
    here = track.at(frame)
    if here is None:
        raise _absent(frame)
    last = _until(frames, edit, frame)
    if last is None:
        changes = (k.frame - 1 for k in _from(track, frame) if k.outside or k.occluded == value)
        last = frame if here.occluded == value else min(changes, default=track.last)
    pins = [] if (after := track.at(last + 1)) is None else [after]
    between = (k for k in _from(track, frame) if k.frame <= last and not k.outside)
    changed = (replace(k, occluded=value) for k in between)
    here = replace(here, occluded=value, source="human")
    return replace(track, keyframes=placed(track.keyframes, *pins, here, *changed))


def _copy(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    """The position at a frame for the ``count`` frames after it too."""
    frame = checked_place(frames, edit)
    here = track.at(frame)
    if here is None:
        raise _absent(frame)
    count = checked_frame(edit.get("count"))
    end = min(frame + count, frames - 1)
    if end == frame:
        raise errors.BadInput("There is no frame to copy to.")
    same = [replace(here, frame=place, source="human") for place in (frame, end)]
    return spliced(
        track,
        cut(track, 0, frame - 1),
        Stretch(frame, end, tuple(same)),
        cut(track, end + 1, LAST_FRAME),
    )


def _delete(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    scope = edit.get("scope", "frame")
    if scope == "track":
        return replace(track, deleted=True)
    frame = checked_place(frames, edit)
    if track.at(frame) is None:
        raise _absent(frame)
    scopes = {
        "frame": (frame, frame),
        "onward": (frame, LAST_FRAME),
        "between": reach(track, frame),
    }
    if scope not in scopes:
        raise errors.BadInput("There is no scope {scope} of a deletion.", scope=scope)
    first, last = scopes[scope]
    return spliced(track, cut(track, 0, first - 1), cut(track, last + 1, LAST_FRAME))


CHANGES: dict[str, Change] = {
    "span": _span,
    "move": _move,
    "outside": _outside,
    "occluded": _occluded,
    "copy": _copy,
    "delete": _delete,
}

"""Tracks put together from stretches of tracks, so that no frame of a stretch moves (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.labels import Keyframe
from core.tracks import Track


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where an object is from one frame to another, both included.

    Before the first keyframe the object is absent; the last one holds to the end.
    """

    first: int
    last: int
    keyframes: tuple[Keyframe, ...]


def cut(track: Track, first: int, last: int) -> Stretch | None:
    """The part of a track from ``first`` to ``last``; None when it has no frame there.

    The positions at both ends become keyframes where they were interpolated.
    """
    first, last = max(first, track.first), min(last, track.last)
    if first > last:
        return None
    kept = {k.frame: k for k in track.keyframes if first <= k.frame <= last}
    later = next((k for k in track.keyframes if k.frame > last), None)
    ends = [first] if later is None or later.outside else [first, last]
    for frame in ends:
        here = track.at(frame)
        if here is not None:
            kept.setdefault(frame, here)
    found = tuple(kept[frame] for frame in sorted(kept))
    return Stretch(first, last, found) if any(not k.outside for k in found) else None


def spliced(track: Track, *stretches: Stretch | None) -> Track:
    """A track that is where the stretches say, in their order, and absent between them.

    It begins and ends on a frame where the object is. Without any stretch it is deleted.
    """
    keyframes: list[Keyframe] = []
    until = 0
    for stretch in stretches:
        if stretch is None:
            continue
        start = next(i for i, k in enumerate(stretch.keyframes) if not k.outside)
        begins = stretch.keyframes[start].frame
        if keyframes and not keyframes[-1].outside:
            keyframes += _closing(keyframes[-1], until, begins)
        keyframes += stretch.keyframes[start:]
        until = stretch.last
    return _ended(track, keyframes, until) if keyframes else replace(track, deleted=True)


def _closing(end: Keyframe, until: int, begins: int) -> list[Keyframe]:
    """What ends a stretch whose last keyframe holds, before another begins."""
    if begins > until + 1:
        return [replace(end, frame=until + 1, outside=True, source="human")]
    return [replace(end, frame=until, source="interpolated")] if end.frame < until else []


def _ended(track: Track, keyframes: Sequence[Keyframe], until: int) -> Track:
    present = max(i for i, k in enumerate(keyframes) if not k.outside)
    if present < len(keyframes) - 1:
        until = keyframes[present + 1].frame - 1
    kept = tuple(keyframes[: present + 1])
    return replace(track, keyframes=kept, first=kept[0].frame, last=until)


def placed(keyframes: Sequence[Keyframe], *new: Keyframe) -> tuple[Keyframe, ...]:
    """Keyframes with new ones added, or in place of those on the same frames."""
    by_frame = {keyframe.frame: keyframe for keyframe in (*keyframes, *new)}
    return tuple(by_frame[frame] for frame in sorted(by_frame))


def present(track: Track) -> bool:
    """Whether the track is on any frame at all."""
    return any(not k.outside and k.frame <= track.last for k in track.keyframes)

"""The keyframes of an object that is being followed: as few as keep the bound, as it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from core.labels import Box, Detection, Joint, Joints, Keyframe
from core.sparsify import sparsify
from core.stretches import placed
from core.tracking import Observation
from core.tracks import Track

SMALLEST_IOU = 0.95
DIGITS = 2
"""Of a pixel: boxes are rounded before keyframes are chosen, so that the bound holds as stored."""

_NEVER = 2**31


@dataclass(slots=True)
class Trail:
    """Sightings of one object, from a keyframe that stays to the newest one.

    ``direction`` is 1 where the frames rise and -1 where they fall.
    """

    start: Keyframe
    direction: int
    _seen: list[Observation] = field(default_factory=list)
    _kept: int = 0

    def __post_init__(self) -> None:
        score = 1.0 if self.start.score is None else self.start.score
        first = self.start.frame * self.direction
        self._seen = [(first, Detection("", self.start.box, score))]

    @property
    def anchor(self) -> int:
        """The frame of the keyframe that stays."""
        return self._seen[0][0] * self.direction

    @property
    def reached(self) -> int:
        """The frame of the newest sighting."""
        return self._seen[-1][0] * self.direction

    @property
    def unkept(self) -> int:
        """How many sightings came since :meth:`kept`."""
        return len(self._seen) - 1 - self._kept

    def add(self, frame: int, box: Box, score: float) -> None:
        """The next sighting."""
        rounded = Box(*(round(side, DIGITS) for side in box.values()))
        self._seen.append((frame * self.direction, Detection("", rounded, round(score, 4))))

    def keyframes(self) -> list[Keyframe]:
        """Keyframes from behind the anchor to the newest sighting, by frame.

        With the anchor they give every sighting back within the bound; the newest one may be
        replaced as the trail goes on, those between stay as long as the anchor does.
        """
        found = [
            replace(
                keyframe,
                frame=keyframe.frame * self.direction,
                joints=_carried(self.start, keyframe.box),
            )
            for keyframe in sparsify(self._seen, iou=SMALLEST_IOU, gap=_NEVER)[1:]
        ]
        return found[:: self.direction]

    def kept(self, keyframes: Iterable[Keyframe]) -> None:
        """What :meth:`keyframes` gave is stored: all but the newest one stays as it is."""
        frames = {keyframe.frame for keyframe in keyframes} - {self.reached}
        places = [
            place for place, (frame, _) in enumerate(self._seen) if frame * self.direction in frames
        ]
        if places:
            self._seen = self._seen[places[-1] :]
        self._kept = len(self._seen) - 1


def _carried(start: Keyframe, box: Box) -> Joints | None:
    """The pose of the start, moved and scaled as its box was."""
    if start.joints is None:
        return None
    across, down = box.w / start.box.w, box.h / start.box.h
    return tuple(
        Joint(
            box.x + (joint.x - start.box.x) * across,
            box.y + (joint.y - start.box.y) * down,
            joint.score,
            joint.visibility,
        )
        for joint in start.joints
    )


def followed(track: Track, trail: Trail, keyframes: Sequence[Keyframe]) -> Track:
    """The track with what was seen; what a model said of these frames before gives way.

    The frame it began at becomes a keyframe, so that no frame on its other side moves.
    """
    first, last = sorted((trail.anchor, trail.reached))
    kept = {
        keyframe.frame: keyframe
        for keyframe in track.keyframes
        if not first <= keyframe.frame <= last or keyframe.frame == trail.anchor
    }
    kept.setdefault(trail.anchor, replace(trail.start, source="human"))
    kept |= {keyframe.frame: keyframe for keyframe in keyframes}
    return replace(
        track,
        keyframes=tuple(kept[frame] for frame in sorted(kept)),
        first=min(track.first, first),
        last=max(track.last, last),
    )


def unseen(track: Track, trail: Trail) -> tuple[int, int] | None:
    """First and last frame that a lost object would be held on, though nobody saw it there.

    They lie beyond the newest sighting, as far as the track goes; of a run's track as far as the
    next keyframe, because the run saw it there. None where it is absent anyway.
    """
    reached, forwards = trail.reached, trail.direction > 0
    first, last = (reached + 1, track.last) if forwards else (track.first, reached - 1)
    if track.run is not None:
        beyond = [k.frame for k in track.keyframes if first <= k.frame <= last]
        if beyond:
            first, last = (first, beyond[0] - 1) if forwards else (beyond[-1] + 1, last)
    there = any(track.at(frame) is not None for frame in range(first, last + 1))
    return (first, last) if there else None


def without(track: Track, first: int, last: int) -> Track:
    """The track without the frames from ``first`` to ``last`` that :func:`unseen` found."""
    rest = tuple(k for k in track.keyframes if not first <= k.frame <= last)
    if first == track.first:
        return replace(track, keyframes=rest, first=last + 1)
    held = max((k for k in rest if k.frame < first), key=lambda k: k.frame)
    mark = replace(held, frame=first, outside=True, source="model")
    return replace(track, keyframes=placed(rest, mark))

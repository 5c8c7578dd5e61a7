"""Boxes, joints, keyframes and what a model says about a frame.

Space is pixels of the upright, full-resolution frame: floats, top-left origin, boxes ``x y w h``.
Frames are 0-based indices in presentation order; ranges include both ends.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from core import errors

Source = Literal["model", "human", "interpolated"]
State = Literal["suggested", "accepted", "rejected", "fixed", "manual"]

STATES: tuple[State, ...] = ("suggested", "accepted", "rejected", "fixed", "manual")
ABSENT, OCCLUDED, VISIBLE = 0, 1, 2
LARGEST_COORDINATE = 1e6


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned box in pixels: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def area(self) -> float:
        return max(self.w, 0.0) * max(self.h, 0.0)

    def iou(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        width = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        height = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        if width <= 0 or height <= 0:
            return 0.0
        shared = width * height
        return shared / (self.area + other.area - shared)

    def clipped(self, width: float, height: float) -> Box:
        """The part inside a picture of ``width`` x ``height`` pixels (may be empty)."""
        left, top = min(max(self.x, 0.0), width), min(max(self.y, 0.0), height)
        right = min(max(self.x + self.w, 0.0), width)
        bottom = min(max(self.y + self.h, 0.0), height)
        return Box(left, top, right - left, bottom - top)

    def values(self) -> tuple[float, float, float, float]:
        return (self.x, self.y, self.w, self.h)


@dataclass(frozen=True, slots=True)
class Joint:
    """One joint of a skeleton: pixels, score 0..1, visibility 0 absent, 1 occluded, 2 visible."""

    x: float
    y: float
    score: float = 1.0
    visibility: int = VISIBLE

    def values(self) -> tuple[float, float, float, int]:
        return (self.x, self.y, self.score, self.visibility)


Joints = tuple[Joint, ...]


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A stored position of a track at one frame."""

    frame: int
    box: Box
    joints: Joints | None = None
    occluded: bool = False
    outside: bool = False
    score: float | None = None
    source: Source = "human"

    def to_json(self) -> dict[str, Any]:
        """The form used by the API, the journal and exports."""
        box = self.box
        return {
            "f": self.frame,
            "x": box.x,
            "y": box.y,
            "w": box.w,
            "h": box.h,
            "occluded": int(self.occluded),
            "outside": int(self.outside),
            "score": self.score,
            "source": self.source,
            "joints": None if self.joints is None else [list(j.values()) for j in self.joints],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Keyframe:
        """The inverse of :meth:`to_json`, to the last bit. For input use the ``checked_`` ones."""
        joints = data["joints"]
        return cls(
            frame=data["f"],
            box=Box(*(data[side] for side in "xywh")),
            joints=None if joints is None else tuple(Joint(*joint) for joint in joints),
            occluded=bool(data["occluded"]),
            outside=bool(data["outside"]),
            score=data["score"],
            source=data["source"],
        )

    def as_stored(self) -> Keyframe:
        """The same with joints rounded to 32 bits, as the store keeps them."""
        if self.joints is None:
            return self
        rows = np.array([joint.values() for joint in self.joints], np.float32).tolist()
        joints = tuple(Joint(x, y, score, int(visibility)) for x, y, score, visibility in rows)
        return replace(self, joints=joints)


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded frame: ``image`` is contiguous uint8 RGB, shape (H, W, 3), upright.

    ``time`` is seconds from the start of the stream's clock.
    """

    index: int
    time: float
    image: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Detection:
    """What a model saw once: a class, a box, a score and perhaps a pose."""

    class_name: str
    box: Box
    score: float
    joints: Joints | None = None
    skeleton: str | None = None


@dataclass(frozen=True, slots=True)
class FrameResult:
    """All a model saw in one frame; ``model_seconds`` is the time inside the model call alone."""

    index: int
    detections: tuple[Detection, ...]
    model_seconds: float = 0.0


LostReason = Literal["left", "points", "error", "changed"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a followed object is in one frame: its box in pixels, and how sure, 0..1."""

    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Lost:
    """A followed object is lost, and stays so.

    :ivar reason: it ``left`` the picture, too few ``points`` of it were found again, those did not
        come back to where they began (``error``), or it no longer looks like itself (``changed``).
    """

    reason: LostReason


@dataclass(frozen=True, slots=True)
class FollowResult:
    """Where each followed object is in one frame, in the order they were given."""

    index: int
    objects: tuple[Sighting | Lost, ...]
    model_seconds: float = 0.0


def checked_number(value: Any, what: str) -> float:
    """A finite float below a million, rounded as the store keeps it (32-bit).

    :raises BadInput: for anything else (NaN, infinity, text, a bool).
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise errors.BadInput("{what} must be a number, not {value}.", what=what, value=repr(value))
    if not math.isfinite(value) or abs(value) > LARGEST_COORDINATE:
        raise errors.BadInput(
            "{what} must be a finite number below one million, not {value}.",
            what=what,
            value=repr(value),
        )
    return float(np.float32(value))


def checked_frame(value: Any) -> int:
    """A 0-based frame index.

    :raises BadInput: for a negative or fractional number, a bool or text.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise errors.BadInput(
            "A frame must be a whole number from 0, not {value}.", value=repr(value)
        )
    return value


def checked_box(values: Sequence[Any]) -> Box:
    """A box with positive sides.

    :param values: left, top, width, height in pixels.
    :raises BadInput: for a wrong count, a non-finite number or an empty box.
    """
    if not isinstance(values, list | tuple) or len(values) != 4:
        raise errors.BadInput("A box needs four numbers: left, top, width, height.")
    box = Box(*(checked_number(value, "box") for value in values))
    if box.w <= 0 or box.h <= 0:
        raise errors.BadInput("A box needs a width and a height above zero.")
    return box


def checked_joints(rows: Sequence[Any]) -> Joints:
    """Joints from ``[x, y, score, visibility]`` rows.

    :raises BadInput: for a malformed row.
    """
    if not isinstance(rows, list | tuple):
        raise errors.BadInput("A joint needs x, y, score and a visibility of 0, 1 or 2.")
    joints = []
    for row in rows:
        if not isinstance(row, list | tuple) or len(row) != 4 or row[3] not in (0, 1, 2):
            raise errors.BadInput("A joint needs x, y, score and a visibility of 0, 1 or 2.")
        joints.append(
            Joint(
                checked_number(row[0], "joint"),
                checked_number(row[1], "joint"),
                checked_number(row[2], "joint"),
                int(row[3]),
            )
        )
    return tuple(joints)


def position(
    keyframes: Sequence[Keyframe], frame: int, *, first: int, last: int
) -> Keyframe | None:
    """Where a track is at a frame, or None where it is absent.

    Boxes and joints are interpolated linearly between keyframes; joint visibility, ``occluded``
    and the hold before an outside keyframe follow the earlier keyframe. After the last keyframe
    its position holds until ``last``.

    :param keyframes: sorted by frame; :param first, last: span of the track, inclusive.
    """
    if not keyframes or not first <= frame <= last:
        return None
    right = bisect.bisect_right(keyframes, frame, key=lambda keyframe: keyframe.frame)
    if right == 0:
        return None
    before = keyframes[right - 1]
    if before.outside:
        return None
    if before.frame == frame:
        return before
    if right == len(keyframes) or keyframes[right].outside:
        return replace(before, frame=frame, source="interpolated")
    return _between(before, keyframes[right], frame)


def _between(before: Keyframe, after: Keyframe, frame: int) -> Keyframe:
    share = (frame - before.frame) / (after.frame - before.frame)

    def mix(a: float, b: float) -> float:
        return a + (b - a) * share

    box = Box(*(mix(a, b) for a, b in zip(before.box.values(), after.box.values(), strict=True)))
    joints = before.joints
    if joints is not None and after.joints is not None and len(joints) == len(after.joints):
        joints = tuple(
            Joint(mix(a.x, b.x), mix(a.y, b.y), mix(a.score, b.score), a.visibility)
            for a, b in zip(joints, after.joints, strict=True)
        )
    score = before.score
    if before.score is not None and after.score is not None:
        score = mix(before.score, after.score)
    return Keyframe(frame, box, joints, before.occluded, False, score, "interpolated")

"""Reduce a dense track to few keyframes that stay true to what the model saw.

One correction by a person should move its neighbours, so a track is stored as keyframes with linear
interpolation between them (``labels.position``). Keyframes are raw observations, never smoothed;
every observed frame between them stays within a bound of the raw output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.labels import OCCLUDED, VISIBLE, Detection, Joints, Keyframe
from core.tracking import Observation

Array = npt.NDArray[np.float64]

OCCLUDED_SLACK = 4.0
"""A joint that the model only guesses may be this many times farther off than one it sees."""

STAYED = 0.5
"""IoU of the boxes before and after a gap from which an object counts as having stayed there."""

FIRST_BLOCK = 16
MARGIN = 1e-6
"""Keeps the bound when coordinates are stored as 32-bit floats."""


def sparsify(
    observations: Sequence[Observation],
    *,
    iou: float = 0.95,
    joint_error: float = 0.03,
    gap: int = 30,
    leap: int | None = None,
) -> list[Keyframe]:
    """Keyframes, sorted by frame, from which interpolation gives every observation back.

    At each observed frame the interpolated box has at least ``iou`` with the raw one, and each
    visible joint lies within ``joint_error`` of its raw place (occluded ones within four times
    that, absent ones anywhere). From each keyframe the next is the farthest that keeps the bound.

    :param observations: rising in frame.
    :param iou: smallest IoU of an interpolated box with the raw one, above 0 and at most 1.
    :param joint_error: largest distance of a joint, as a share of the longer side of the raw box.
    :param gap: frames from one observation to the next that are interpolated at most; over a
        longer gap the track is ``outside`` from the frame after the last observation.
    :param leap: the same for an object that moved away meanwhile: whose boxes before and after the
        gap have an IoU below ``STAYED``. What it did between is then anybody's guess.
    """
    leap = gap if leap is None else min(leap, gap)
    keyframes: list[Keyframe] = []
    before: Observation | None = None
    for part in _parts(observations, gap, leap):
        if before is not None and _unseen(before, part[0], gap, leap):
            last = keyframes[-1]
            keyframes.append(replace(last, frame=last.frame + 1, outside=True))
        before = part[-1]
        dense = _Dense.of(part, iou=iou, joint_error=joint_error)
        keyframes += [_keyframe(*part[index]) for index in _chosen(dense)]
    return keyframes


def fewest(
    frames: Array,
    boxes: Array,
    places: Array,
    visibility: npt.NDArray[np.int64],
    *,
    iou: float,
    joint_error: float,
) -> list[int]:
    """Which of n rising frames to keep, both ends among them; the bound is :func:`sparsify`'s.

    :param frames: (n,). :param boxes: (n, 4), x y w h. :param places: (n, 2 * joints), x and y of
        each joint by turns. :param visibility: (n, joints).
    """
    return _chosen(_Dense.built(frames, boxes, places, visibility, iou, joint_error))


def _parts(observations: Sequence[Observation], gap: int, leap: int) -> list[Sequence[Observation]]:
    """Runs without a gap that is not bridged, in which all observations have as many joints."""
    cuts = [
        index
        for index, (before, after) in enumerate(pairwise(observations), start=1)
        if _unseen(before, after, gap, leap) or _joint_count(before[1]) != _joint_count(after[1])
    ]
    edges = [0, *cuts, len(observations)]
    return [observations[start:end] for start, end in pairwise(edges) if end > start]


def _unseen(before: Observation, after: Observation, gap: int, leap: int) -> bool:
    """Whether nothing is known of the frames between two observations."""
    frames = after[0] - before[0]
    return frames > gap or (frames > leap and before[1].box.iou(after[1].box) < STAYED)


def _joint_count(seen: Detection) -> int:
    return len(seen.joints or ())


def _keyframe(frame: int, seen: Detection) -> Keyframe:
    return Keyframe(frame, seen.box, seen.joints, score=seen.score, source="model")


@dataclass(frozen=True, slots=True)
class _Dense:
    """A run of observations as arrays: n frames, c = 4 box sides + x and y of each joint.

    ``below`` and ``above`` say how far a column may be off at most; ``reach`` is the same for the
    distance of joints, pixels.
    """

    frames: Array  # (n,)
    values: Array  # (n, c): left, top, right, bottom, x0, y0, x1, y1, ...
    below: Array  # (n, c)
    above: Array  # (n, c)
    reach: Array  # (n, joints)
    iou: float

    @classmethod
    def of(cls, part: Sequence[Observation], *, iou: float, joint_error: float) -> _Dense:
        frames = np.array([frame for frame, _ in part], dtype=np.float64)
        boxes = np.array([seen.box.values() for _, seen in part], dtype=np.float64)
        joints = _joint_arrays([seen.joints or () for _, seen in part])
        return cls.built(frames, boxes, *joints, iou, joint_error)

    @classmethod
    def built(
        cls,
        frames: Array,
        boxes: Array,
        places: Array,
        visibility: npt.NDArray[np.int64],
        iou: float,
        joint_error: float,
    ) -> _Dense:
        sides = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)
        size = boxes[:, 2:]
        # An IoU of q bounds each side: at most (1 - q) of the size inwards, (1 / q - 1) outwards.
        inwards, outwards = size * (1 - iou), size * (1 / iou - 1)
        slack = np.select(
            [visibility == VISIBLE, visibility == OCCLUDED], [1.0, OCCLUDED_SLACK], np.inf
        )
        reach = joint_error * size.max(axis=1)[:, None] * slack
        each = np.repeat(reach, 2, axis=1)
        return cls(
            frames=frames,
            values=np.concatenate([sides, places], axis=1),
            below=np.concatenate([outwards, inwards, each], axis=1),
            above=np.concatenate([inwards, outwards, each], axis=1),
            reach=reach,
            iou=iou,
        )


def _joint_arrays(poses: Sequence[Joints]) -> tuple[Array, npt.NDArray[np.int64]]:
    places = np.array([[value for j in pose for value in (j.x, j.y)] for pose in poses], float)
    visibility = np.array([[j.visibility for j in pose] for pose in poses], dtype=np.int64)
    return places.reshape(len(poses), -1), visibility.reshape(len(poses), -1)


def _chosen(dense: _Dense) -> list[int]:
    chosen = [0]
    while chosen[-1] < len(dense.frames) - 1:
        chosen.append(_farthest(dense, chosen[-1]))
    return chosen


def _farthest(dense: _Dense, start: int) -> int:
    """The farthest observation that a straight line from ``start`` reaches within the bound."""
    block = FIRST_BLOCK
    while True:
        end = min(start + 1 + block, len(dense.frames))
        reachable, open_end = _reachable(dense, start, end)
        if not open_end or end == len(dense.frames):
            break
        block *= 2
    for index in reversed(reachable):
        if _holds(dense, start, index):
            return index
    return start + 1


def _reachable(dense: _Dense, start: int, end: int) -> tuple[list[int], bool]:
    """Which observations a line may lead to as far as single columns tell, and whether more may.

    Each observation allows a range of slopes per column; a line needs a slope in all ranges on its
    way (the swing filter of Elmeleegy et al., 2009).
    """
    ahead = slice(start + 1, end)
    time = (dense.frames[ahead] - dense.frames[start])[:, None]
    away = dense.values[ahead] - dense.values[start]
    lowest = np.maximum.accumulate((away - dense.below[ahead]) / time)
    highest = np.minimum.accumulate((away + dense.above[ahead]) / time)
    slope = away[1:] / time[1:]
    fits = np.all((slope >= lowest[:-1]) & (slope <= highest[:-1]), axis=1)
    open_end = bool(np.all(lowest[-1] <= highest[-1]))
    return [start + 2 + int(index) for index in np.flatnonzero(fits)], open_end


def _holds(dense: _Dense, start: int, end: int) -> bool:
    """Whether all observations between two are within the bound of the line between them."""
    between = slice(start + 1, end)
    share = (dense.frames[between] - dense.frames[start]) / (
        dense.frames[end] - dense.frames[start]
    )
    line = dense.values[start] + (dense.values[end] - dense.values[start]) * share[:, None]
    raw = dense.values[between]
    if np.any(_ious(line[:, :4], raw[:, :4]) < dense.iou + MARGIN):
        return False
    away = (line[:, 4:] - raw[:, 4:]).reshape(len(raw), -1, 2)
    return bool(np.all(np.hypot(away[..., 0], away[..., 1]) <= dense.reach[between] - MARGIN))


def _ious(one: Array, other: Array) -> Array:
    """IoU of boxes row by row; columns are left, top, right, bottom."""
    low, high = np.maximum(one[:, :2], other[:, :2]), np.minimum(one[:, 2:], other[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = (one[:, 2:] - one[:, :2]).prod(axis=1) + (other[:, 2:] - other[:, :2]).prod(axis=1)
    return np.asarray(shared / np.maximum(areas - shared, MARGIN))

"""Fewer keyframes for a track that has many, within an error bound chosen for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from core import errors
from core.labels import Keyframe, checked_number
from core.sparsify import Array, fewest
from core.sqlite import Database
from core.tracks import Track

IOU = (0.5, 0.99)
JOINT_ERROR = (0.005, 0.5)
"""The bounds that make sense: nothing is exact to the last bit, and less is another track."""


def refitted(track: Track, *, iou: float, joint_error: float) -> Track:
    """The track with the fewest keyframes that keep it within a bound of where it is now.

    Keyframes made by people stay, and so do marks of absence and changes of ``occluded``; the ends
    of each stretch between them stay too. Never more keyframes than before.

    :param iou: smallest IoU of a box with the one before.
    :param joint_error: largest distance of a joint, as a share of the box's longer side.
    :raises BadInput: for bounds beyond ``IOU`` and ``JOINT_ERROR``.
    """
    for value, (least, most) in ((iou, IOU), (joint_error, JOINT_ERROR)):
        if not least <= value <= most:
            raise errors.BadInput(
                "The bound {value} is not between {least} and {most}.",
                value=value,
                least=least,
                most=most,
            )
    fixed = _fixed(track.keyframes)
    kept = {k.frame: k for k in fixed}
    places = {k.frame: index for index, k in enumerate(track.keyframes)}
    for one, two in pairwise(fixed):
        stretch = track.keyframes[places[one.frame] : places[two.frame] + 1]
        if len(stretch) > 2:
            for frame in _between(stretch, iou=iou, joint_error=joint_error):
                found = track.at(frame)
                if found is not None:
                    kept[frame] = found
    return replace(track, keyframes=tuple(kept[frame] for frame in sorted(kept)))


def _between(stretch: Sequence[Keyframe], *, iou: float, joint_error: float) -> list[int]:
    """Frames between the ends of a stretch that need a keyframe. All have as many joints."""
    at = np.array([k.frame for k in stretch], np.float64)
    frames = np.arange(at[0], at[-1] + 1)
    boxes = np.array([k.box.values() for k in stretch])
    joints = np.array([[j.values() for j in k.joints or ()] for k in stretch], np.float64)
    joints = joints.reshape(len(stretch), -1, 4)
    earlier = np.searchsorted(at, frames, side="right") - 1
    chosen = fewest(
        frames,
        _interpolated(frames, at, boxes),
        _interpolated(frames, at, joints[..., :2].reshape(len(stretch), -1)),
        joints[earlier, :, 3].astype(np.int64),
        iou=iou,
        joint_error=joint_error,
    )
    return [int(frames[index]) for index in chosen[1:-1]]


def _interpolated(frames: Array, at: Array, values: Array) -> Array:
    """Columns of values at some frames, as (frames, columns)."""
    columns = [np.interp(frames, at, column) for column in values.T]
    return np.stack(columns, axis=1) if columns else np.empty((len(frames), 0))


def changed(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    """The track that an edit with ``iou`` and ``joint_error`` asks for.

    :raises BadInput: for bounds that are none, or when nothing would change.
    """
    iou = checked_number(edit.get("iou"), "iou")
    joint_error = checked_number(edit.get("joint_error"), "joint_error")
    made = refitted(track, iou=round(iou, 6), joint_error=round(joint_error, 6))
    if made.keyframes == track.keyframes:
        raise errors.BadInput("No keyframe can go within this bound.")
    return made


def _fixed(keyframes: tuple[Keyframe, ...]) -> list[Keyframe]:
    """Those that stay whatever the bound."""
    around: list[Keyframe | None] = [None, *keyframes, None]
    return [
        k
        for before, k, after in zip(around, keyframes, around[2:], strict=False)
        if k.outside
        or k.source == "human"
        or before is None
        or after is None
        or before.outside
        or after.outside
        or before.occluded != k.occluded
        or any(len(near.joints or ()) != len(k.joints or ()) for near in (before, after))
    ]

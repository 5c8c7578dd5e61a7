"""Left and right of a pose exchanged, where a model (or a hand) took one for the other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core import classes, errors
from core.labels import Joints, Keyframe
from core.sqlite import Database
from core.stretches import Stretch, cut, spliced
from core.track_changes import checked_place
from core.tracks import LAST_FRAME, Track


def opposite(names: Sequence[str]) -> list[int]:
    """For each joint the index of the one on the other side, or its own.

    Sides are told by the words ``left`` and ``right`` in a name: ``left_hip``, ``mouth_right``.
    """
    other = {"left": "right", "right": "left"}
    places = {name: index for index, name in enumerate(names)}
    words = (re.split(r"([ _-])", name) for name in names)
    mirrored = ("".join(other.get(word, word) for word in found) for found in words)
    return [places.get(name, index) for index, name in enumerate(mirrored)]


def changed(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    """The track with its sides exchanged from ``first`` to ``last``, both included.

    :raises BadInput: when it has no pose there, or its skeleton has no sides.
    """
    first, last = checked_place(frames, edit, "first"), checked_place(frames, edit, "last")
    part = cut(track, first, last) if first <= last else None
    if part is None or all(k.joints is None for k in part.keyframes):
        raise errors.BadInput(
            "The track has no pose on frames {first} to {last}.", first=first, last=last
        )
    skeleton = classes.skeletons(db).get(track.skeleton or "", {"joints": []})
    order = opposite(skeleton["joints"])
    if order == sorted(order):
        raise errors.BadInput("The joints of this pose have no left and right.")
    mirrored = tuple(_mirrored(k, order) for k in part.keyframes)
    return spliced(
        track,
        cut(track, 0, first - 1),
        Stretch(part.first, part.last, mirrored),
        cut(track, last + 1, LAST_FRAME),
    )


def _mirrored(keyframe: Keyframe, order: Sequence[int]) -> Keyframe:
    joints = keyframe.joints
    if joints is None or len(joints) != len(order):
        return keyframe
    exchanged: Joints = tuple(joints[index] for index in order)
    return replace(keyframe, joints=exchanged, source="human")

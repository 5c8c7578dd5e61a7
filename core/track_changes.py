"""What each kind of edit makes of a track: the track before goes in, the track after comes out.

Nothing is written here; ``core.edits`` journals the difference and carries it out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core import attributes, classes, errors
from core.labels import Joints, Keyframe, checked_box, checked_frame, checked_joints
from core.sqlite import Database
from core.stretches import placed
from core.tracks import Track

LARGEST_ATTRIBUTES = 10_000

Change = Callable[[Database, int, Track, Mapping[str, Any]], Track]
"""Of a database to look things up in, the video's number of frames, a track and an edit."""


def checked_place(frames: int, edit: Mapping[str, Any], name: str = "frame") -> int:
    """The frame an edit names.

    :raises BadInput: when it is none of the video's ``frames``.
    """
    frame = checked_frame(edit.get(name))
    if frame >= frames:
        raise errors.BadInput(
            "Frame {frame} is beyond the video's last frame, {last}.",
            frame=frame,
            last=frames - 1,
        )
    return frame


def check_skeleton(db: Database, name: Any, joints: Joints | None) -> None:
    """Whether a pose fits the skeleton it names.

    :raises BadInput: when it does not, or there is no such skeleton.
    """
    if name is None:
        return
    skeleton = classes.skeletons(db).get(name) if isinstance(name, str) else None
    if skeleton is None:
        raise errors.UnknownItem("There is no skeleton {name}.", name=name)
    if joints is not None and len(joints) != len(skeleton["joints"]):
        raise errors.BadInput(
            "The pose has {found} joints; its skeleton has {wanted}.",
            found=len(joints),
            wanted=len(skeleton["joints"]),
        )


def _fix(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    frame = checked_place(frames, edit)
    found = track.at(frame) or next((k for k in track.keyframes if k.frame == frame), None)
    box = edit.get("box")
    joints = edit.get("joints")
    if found is None and box is None:
        raise errors.BadInput("The track is not present at frame {frame}.", frame=frame)
    keyframe = Keyframe(
        frame,
        checked_box(box or []) if box is not None or found is None else found.box,
        checked_joints(joints) if joints is not None else (found.joints if found else None),
        bool(edit.get("occluded", found.occluded if found else False)),
        bool(edit.get("outside", False)),
        found.score if found else None,
        "human",
    )
    _check_joint_count(track, keyframe)
    check_skeleton(db, track.skeleton, keyframe.joints)
    return replace(
        track,
        keyframes=placed(track.keyframes, keyframe),
        first=min(track.first, frame),
        last=max(track.last, frame),
    )


def _check_joint_count(track: Track, keyframe: Keyframe) -> None:
    known = next((k.joints for k in track.keyframes if k.joints is not None), None)
    if known is not None and keyframe.joints is not None and len(known) != len(keyframe.joints):
        raise errors.BadInput(
            "The pose has {found} joints; its skeleton has {wanted}.",
            found=len(keyframe.joints),
            wanted=len(known),
        )


def _unset(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    frame = checked_place(frames, edit)
    rest = tuple(keyframe for keyframe in track.keyframes if keyframe.frame != frame)
    if len(rest) == len(track.keyframes):
        raise errors.BadInput("There is no keyframe at frame {frame}.", frame=frame)
    if not any(not keyframe.outside for keyframe in rest):
        raise errors.BadInput(
            "The last keyframe of a track cannot be removed.", "Delete the track instead."
        )
    return replace(track, keyframes=rest, first=max(track.first, rest[0].frame))


def _class(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    return replace(track, class_id=classes.require(db, edit.get("class")))


def checked_attributes(given: Any) -> dict[str, Any]:
    """Attributes as an edit gives them.

    :raises BadInput: for what is no table, or too large a one.
    """
    try:
        size = len(json.dumps(given, ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError):
        size = None  # NaN or broken Unicode would make every later answer unreadable
    if not isinstance(given, dict) or size is None or size > LARGEST_ATTRIBUTES:
        raise errors.BadInput("Attributes must be a small table of names and values.")
    return dict(given)


def _attributes(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    given = checked_attributes(edit.get("attributes"))
    defined = classes.attributes(db, track.class_id)
    return replace(track, attributes=attributes.checked_table(defined, track.attributes, given))


def with_attribute(
    defined: attributes.Definitions, frames: int, table: Mapping[str, Any], edit: Mapping[str, Any]
) -> dict[str, Any]:
    """Attributes with the one value that an edit gives, takes away (None) or changes at a frame.

    :raises BadInput: for a value or a frame that cannot be; UnknownItem for an unknown attribute.
    """
    name, frame = str(edit.get("name", "")), checked_place(frames, {"frame": 0, **edit})
    return checked_attributes(attributes.with_value(defined, table, name, edit.get("value"), frame))


def _attribute(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    """One value: for the whole track, or from a frame on where it changes along the track."""
    defined = classes.attributes(db, track.class_id)
    return replace(track, attributes=with_attribute(defined, frames, track.attributes, edit))


def _unchanged(db: Database, frames: int, track: Track, edit: Mapping[str, Any]) -> Track:
    return track


CHANGES: dict[str, Change] = {
    "fix": _fix,
    "unset": _unset,
    "class": _class,
    "attributes": _attributes,
    "attribute": _attribute,
    "accept": _unchanged,
    "reject": _unchanged,
    "skip": _unchanged,
}

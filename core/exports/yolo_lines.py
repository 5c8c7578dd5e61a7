"""One label as a line of YOLO: class, centre and size, perhaps 17 joints, all over the picture's.

Eight digits bring every coordinate back within 1/1000 pixel, also in very large pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.labels import ABSENT, Box, Joints
from core.skeletons import COCO_17

NO_POSE = " 0 0 0" * len(COCO_17.joints)
CLIPPED_PIXELS = 0.01


@dataclass(frozen=True, slots=True)
class Size:
    """Of the upright full-resolution picture, in pixels."""

    width: int
    height: int


def box_line(index: int, box: Box, size: Size) -> str:
    """``class x y w h``: the centre and size of a box that lies inside the picture, 0 to 1."""
    x, y = (box.x + box.w / 2) / size.width, (box.y + box.h / 2) / size.height
    return f"{index} {x:.8f} {y:.8f} {box.w / size.width:.8f} {box.h / size.height:.8f}"


def is_clipped(box: Box, size: Size) -> bool:
    """Whether a box reaches more than 1/100 pixel beyond the picture."""
    beyond = max(-box.x, -box.y, box.x + box.w - size.width, box.y + box.h - size.height)
    return beyond > CLIPPED_PIXELS


def joints_text(joints: Joints, size: Size) -> tuple[str, int]:
    """`` x y v`` for each joint, and how many were dropped because they lie beyond the picture.

    Joints that are not labelled, and those beyond the picture, are 0 0 0: nothing but numbers from
    0 to 1 is a coordinate in this format.
    """
    text, beyond = "", 0
    for joint in joints:
        inside = 0 <= joint.x <= size.width and 0 <= joint.y <= size.height
        if joint.visibility != ABSENT and inside:
            x, y = joint.x / size.width, joint.y / size.height
            text += f" {x:.8f} {y:.8f} {joint.visibility}"
        else:
            text += " 0 0 0"
            beyond += joint.visibility != ABSENT
    return text, beyond

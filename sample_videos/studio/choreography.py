"""The script of the bout in frames at 30 fps: where they stand, who does what and when.

Everything the truth says about actions is written here first and only then drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

FPS = 30
FRAMES = 300
WIDTH, HEIGHT = 640, 360


@dataclass(frozen=True, slots=True)
class Action:
    """Something one boxer does from frame ``first`` to ``last``, both included.

    ``kind`` is jab, cross, hook, block, slip or stagger; ``contact`` the frame of the impact.
    ``outcome`` of a punch: landed, blocked (by the other's ``catch`` hand) or missed.
    """

    kind: str
    person: int
    hand: str | None
    first: int
    last: int
    contact: int
    outcome: str | None = None
    catch: str | None = None


# Separation in metres, direction from red to blue in degrees (0: blue on the right, -90: blue
# behind red) and middle point of the two, each as (frame, value) keys.
SEPARATION = (
    (0, 1.9), (22, 1.42), (34, 1.38), (56, 1.32), (67, 1.13), (88, 1.16), (107, 1.06),
    (124, 1.25), (140, 1.22), (165, 1.08), (185, 1.08), (205, 1.24), (221, 1.30), (236, 1.33),
    (247, 1.23), (262, 1.17), (280, 1.4), (299, 1.6),
)  # fmt: skip
DIRECTION = (
    (0, 10), (50, 2), (110, -8), (128, -22), (150, -68), (164, -86), (180, -100), (196, -140),
    (214, -170), (250, -181), (299, -186),
)  # fmt: skip
MIDDLE_X = ((0, -0.25), (60, -0.05), (120, 0.15), (180, 0.30), (240, 0.42), (299, 0.5))
MIDDLE_Z = ((0, 0.0), (90, 0.05), (165, -0.34), (240, 0.0), (299, 0.0))

ACTIONS = (
    Action("jab", 1, "left", 28, 44, 34, "blocked", "left"),
    Action("block", 2, "left", 29, 44, 34),
    Action("jab", 1, "left", 50, 65, 56, "landed"),
    Action("stagger", 2, None, 56, 72, 56),
    Action("cross", 1, "right", 60, 80, 67, "missed"),
    Action("slip", 2, None, 60, 78, 67),
    Action("jab", 2, "right", 82, 97, 88, "landed"),
    Action("stagger", 1, None, 88, 104, 88),
    Action("hook", 2, "right", 98, 120, 107, "blocked", "left"),
    Action("block", 1, "left", 99, 119, 107),
    Action("jab", 1, "left", 134, 149, 140, "missed"),
    Action("cross", 2, "left", 214, 234, 221, "blocked", "right"),
    Action("block", 1, "right", 215, 232, 221),
    Action("jab", 1, "left", 230, 244, 236, "landed"),
    Action("stagger", 2, None, 236, 250, 236),
    Action("cross", 1, "right", 240, 261, 247, "landed"),
    Action("stagger", 2, None, 247, 270, 247),
    Action("hook", 1, "left", 252, 276, 262, "blocked", "right"),
    Action("block", 2, "right", 253, 274, 262),
)  # fmt: skip

PUNCHES = ("jab", "cross", "hook")
EVENT_KINDS = (*PUNCHES, "block")

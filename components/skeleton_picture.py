"""A drawn preview of a skeleton as SVG: a standing figure where the joints are a body's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT, EDGE = 320, 420, 26
_STEPS = 240

# One half of a body seen from the front, in a unit square; its right side is mirrored.
_MIDDLE = {"nose": (0.5, 0.12)}
_LEFT = {
    "eye": (0.53, 0.085),
    "eye_inner": (0.515, 0.085),
    "eye_outer": (0.555, 0.085),
    "ear": (0.585, 0.105),
    "mouth": (0.525, 0.155),
    "shoulder": (0.64, 0.25),
    "elbow": (0.73, 0.4),
    "wrist": (0.78, 0.54),
    "pinky": (0.82, 0.59),
    "index": (0.79, 0.61),
    "thumb": (0.75, 0.58),
    "hip": (0.58, 0.55),
    "knee": (0.6, 0.75),
    "ankle": (0.61, 0.93),
    "heel": (0.595, 0.965),
    "foot_index": (0.67, 0.975),
}

Points = npt.NDArray[np.float64]


def _of_a_body(name: str) -> tuple[float, float] | None:
    """Where a joint of that name is in a body; None for other names."""
    if name in _MIDDLE:
        return _MIDDLE[name]
    for part in (name.partition("_"), name.rpartition("_")):
        side, rest = (part[0], part[2]) if part[0] in ("left", "right") else (part[2], part[0])
        if side in ("left", "right") and rest in _LEFT:
            x, y = _LEFT[rest]
            return (x, y) if side == "left" else (1 - x, y)
    return None


def places(joints: Sequence[str], bones: Sequence[Sequence[int]]) -> Points:
    """Where to draw the joints, shape (J, 2) in a unit square.

    Joints of a body stand where they are in one; the others are laid out so that bones are short
    and joints apart, always in the same way.
    """
    known = [_of_a_body(name) for name in joints]
    turn = [2 * math.pi * index / max(len(joints), 1) for index in range(len(joints))]
    points = np.array(
        [
            place or (0.5 + 0.35 * math.sin(angle), 0.5 - 0.35 * math.cos(angle))
            for place, angle in zip(known, turn, strict=True)
        ]
    )
    free = np.array([place is None for place in known])
    if free.any():
        _settle(points, free, np.array(bones, dtype=int).reshape(-1, 2))
    return points


def _settle(points: Points, free: npt.NDArray[np.bool_], bones: npt.NDArray[np.int_]) -> None:
    """Fruchterman and Reingold's springs, in place, for the joints that are free."""
    length = 0.75 / math.sqrt(len(points))
    for step in range(_STEPS):
        apart = points[:, None] - points[None, :]
        distance = np.maximum(np.hypot(*np.moveaxis(apart, -1, 0)), 1e-3)
        force = (apart * (length**2 / distance**2)[..., None]).sum(axis=1)
        for a, b in bones:
            pull = (points[a] - points[b]) * (distance[a, b] / length)
            force[a] -= pull
            force[b] += pull
        size = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-9)
        move = force / size[:, None] * np.minimum(size, 0.1 * (1 - step / _STEPS))[:, None]
        points[free] += move[free]
        np.clip(points, 0, 1, out=points)


def svg(joints: Sequence[str], bones: Sequence[Sequence[int]], *, dark: bool) -> str:
    """The picture, with each joint's number from 1 beside it and its name as a title."""
    ink, bone, ground = (
        ("#e6e9ee", "#5aa9ff", "#161a20") if dark else ("#1a2028", "#1567c2", "#fff")
    )
    room = np.array([WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE])
    at = EDGE + places(joints, bones) * room
    lines = "".join(
        f'<line x1="{at[a][0]:.1f}" y1="{at[a][1]:.1f}" x2="{at[b][0]:.1f}" y2="{at[b][1]:.1f}"/>'
        for a, b in bones
    )
    marks = "".join(
        f'<g><title>{escape(name)}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
        f'<text x="{x + 7:.1f}" y="{y - 5:.1f}">{index + 1}</text></g>'
        for index, (name, (x, y)) in enumerate(zip(joints, at, strict=True))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><rect width="100%" height="100%" rx="8" fill="{ground}"/>'
        f'<g stroke="{bone}" stroke-width="2.5" stroke-linecap="round">{lines}</g>'
        f'<g fill="{ink}" font-family="sans-serif" font-size="10">{marks}</g></svg>'
    )


def swatch(colour: str) -> str:
    """A small square of a class's colour."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="18" height="18">'
        f'<rect width="18" height="18" rx="4" fill="{colour}"/></svg>'
    )

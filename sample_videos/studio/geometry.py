"""Small vector mathematics in metres: y up, right-handed, angles in radians."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

UP: Vector = np.array([0.0, 1.0, 0.0])


def vector(x: float, y: float, z: float) -> Vector:
    return np.array([x, y, z], dtype=np.float64)


def unit(value: Vector) -> Vector:
    length = math.sqrt(float(value @ value))
    return value / max(length, 1e-12)


def mix(a: Vector, b: Vector, share: float) -> Vector:
    return a + (b - a) * share


def turn(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> Matrix:
    """Axes as columns (left, up, forward) of a body turned by yaw, then pitch, then roll.

    Yaw 0 looks along +z and grows towards the body's left (+x); pitch > 0 leans forward;
    roll > 0 leans to the body's right.
    """
    cy, sy = math.cos(yaw), math.sin(yaw)
    cp, sp = math.cos(pitch), math.sin(pitch)
    cr, sr = math.cos(roll), math.sin(roll)
    about_y = np.array([[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, cp, -sp], [0.0, sp, cp]])
    about_z = np.array([[cr, sr, 0.0], [-sr, cr, 0.0], [0.0, 0.0, 1.0]])
    # The roll is inverted so that a positive value leans to the right (-x).
    matrix: Matrix = about_y @ about_x @ about_z.T
    return matrix


def ease(share: float) -> float:
    """Smoothstep: 0 below 0, 1 above 1, no speed at either end."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3.0 - 2.0 * share)


def curve(keys: Sequence[tuple[float, float]], at: float) -> float:
    """A smooth monotone curve through (time, value) keys, constant outside them.

    Cubic Hermite with Fritsch-Carlson style tangents (harmonic mean), so it never overshoots.
    """
    if at <= keys[0][0]:
        return keys[0][1]
    if at >= keys[-1][0]:
        return keys[-1][1]
    index = max(i for i, key in enumerate(keys) if key[0] <= at)
    (t0, v0), (t1, v1) = keys[index], keys[index + 1]
    span = t1 - t0
    m0, m1 = _tangent(keys, index) * span, _tangent(keys, index + 1) * span
    s = (at - t0) / span
    s2, s3 = s * s, s * s * s
    return (
        (2 * s3 - 3 * s2 + 1) * v0
        + (s3 - 2 * s2 + s) * m0
        + (3 * s2 - 2 * s3) * v1
        + (s3 - s2) * m1
    )


def _tangent(keys: Sequence[tuple[float, float]], index: int) -> float:
    if index in (0, len(keys) - 1):
        return 0.0
    (t0, v0), (t1, v1), (t2, v2) = keys[index - 1 : index + 2]
    before, after = (v1 - v0) / (t1 - t0), (v2 - v1) / (t2 - t1)
    if before * after <= 0:
        return 0.0
    return 2 * before * after / (before + after)


def bend(root: Vector, end: Vector, upper: float, lower: float, pole: Vector) -> Vector:
    """The middle joint of a two-bone limb from ``root`` to ``end``, bent towards ``pole``.

    ``end`` must be within reach (see :func:`reach`).
    """
    span = end - root
    length = math.sqrt(float(span @ span))
    along = span / max(length, 1e-9)
    x = (upper * upper - lower * lower + length * length) / (2 * max(length, 1e-9))
    height = math.sqrt(max(upper * upper - x * x, 0.0))
    side = unit(pole - along * float(pole @ along))
    return root + along * x + side * height


def reach(root: Vector, end: Vector, length: float) -> Vector:
    """``end``, pulled back towards ``root`` where it is farther than ``length``."""
    span = end - root
    distance = math.sqrt(float(span @ span))
    if distance <= length:
        return end
    return root + span * (length / distance)

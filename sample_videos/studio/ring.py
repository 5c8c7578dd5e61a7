"""A boxing ring: canvas, ropes, posts; the ropes in front of the people are bodies (props.py)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from sample_videos.studio import geometry
from sample_videos.studio.cast import Colour
from sample_videos.studio.geometry import Vector
from sample_videos.studio.planes import Floor, Picture, Plane, fill, letters, noise

CANVAS_SCALE = 110  # texture pixels per metre
ROPE_HEIGHTS = (0.42, 0.74, 1.06, 1.36)
ROPE_COLOURS = ((0.75, 0.75, 0.75), (0.10, 0.16, 0.55), (0.75, 0.75, 0.75), (0.60, 0.04, 0.05))
LEFT_POST, RIGHT_POST = (0.55, 0.03, 0.035), (0.03, 0.09, 0.45)


@dataclass(frozen=True, slots=True)
class Ring:
    """The canvas from (``left``, ``back``) to (``right``, ``front``), metres, and its colours.

    ``words`` are printed above and below the middle of the circle; ``spot`` is the half width,
    middle (z) and half depth of what the lamps light.
    """

    left: float
    right: float
    back: float
    front: float
    ground: Colour
    ink: Colour
    edge: Colour
    words: tuple[str, str]
    circle: float
    spot: tuple[float, float, float]


@cache
def canvas(ring: Ring) -> Picture:
    """The floor's albedo: canvas with a printed circle, lettering, seams and scuffs; RGB."""
    width = int((ring.right - ring.left) * CANVAS_SCALE)
    depth = int((ring.front - ring.back) * CANVAS_SCALE)
    floor: Picture = np.empty((depth, width, 3), dtype=np.float32)
    floor[:] = ring.ground
    for cell, amount in ((90.0, 0.045), (14.0, 0.03), (2.0, 0.025)):
        floor *= 1 + amount * noise(depth, width, cell, int(cell))[..., None]
    print_layer = np.zeros((depth, width), dtype=np.uint8)
    across, along = width // 2, int((0.35 - ring.back) * CANVAS_SCALE)
    big = ring.circle
    cv2.circle(print_layer, (across, along), int(1.55 * big * CANVAS_SCALE), 255, 9, cv2.LINE_AA)
    cv2.circle(print_layer, (across, along), int(1.42 * big * CANVAS_SCALE), 150, 3, cv2.LINE_AA)
    above, below = along - int(0.55 * big * CANVAS_SCALE), along + int(0.75 * big * CANVAS_SCALE)
    letters(print_layer, ring.words[0], across, above, 2.55 * big, 13)
    letters(print_layer, ring.words[1], across, below, 1.9 * big, 9)
    share = cv2.GaussianBlur(print_layer, (0, 0), 0.8).astype(np.float32)[..., None] / 255 * 0.72
    floor = floor * (1 - share) + np.array(ring.ink, dtype=np.float32) * share
    edge = int(0.30 * CANVAS_SCALE)
    for band in (floor[:edge], floor[:, :edge], floor[:, -edge:]):
        band[:] = band * 0.25 + np.array(ring.edge, dtype=np.float32)
    for column in range(int(1.75 * CANVAS_SCALE), width, int(1.75 * CANVAS_SCALE)):
        floor[:, column : column + 2] *= 0.86
    return floor.astype(np.float32)


def floor_light(ring: Ring, x: Picture, z: Picture) -> Picture:
    """How bright the spot lights make the floor at ring coordinates."""
    wide, middle, deep = ring.spot
    distance = np.sqrt((x / wide) ** 2 + ((z - middle) / deep) ** 2)
    return (0.26 + 0.86 / (1 + (distance**4) * 0.9)).astype(np.float32)


@cache
def lit_canvas(ring: Ring) -> Picture:
    """The canvas under the lights, without the boxers' shadows."""
    x, z = Floor(ring.left, ring.back, CANVAS_SCALE, lambda: canvas(ring)).grid()
    warm = np.array((1.04, 1.0, 0.95), dtype=np.float32)
    return canvas(ring) * floor_light(ring, x, z)[..., None] * warm


def floor(ring: Ring) -> Floor:
    return Floor(ring.left, ring.back, CANVAS_SCALE, lambda: lit_canvas(ring))


def back_ropes(ring: Ring) -> Plane:
    """The ropes at the back with both posts."""
    origin = geometry.vector(ring.left - 0.3, 1.7, ring.back)
    return _rope_plane(ring.right - ring.left, origin, geometry.vector(1, 0, 0))


def side_ropes(ring: Ring, x: float, depth: float) -> Plane:
    """The ropes at a side, from the back ``depth`` metres to the front."""
    return _side_plane(depth, geometry.vector(x, 1.7, ring.back))


def _draw_ropes(texture: Picture, scale: int, start: float, length: float, sag: float) -> None:
    columns = np.arange(texture.shape[1], dtype=np.float32) / scale - start
    inside = (columns >= 0) & (columns <= length)
    dip = sag * np.clip(columns * (length - columns) * 4 / length**2, 0, 1)
    rows = np.arange(texture.shape[0], dtype=np.float32)[:, None] / scale
    radius = 0.019
    for height, colour in zip(ROPE_HEIGHTS, ROPE_COLOURS, strict=True):
        offset = (rows - (1.7 - height + dip[None, :])) / radius
        cover = np.clip((1 - np.abs(offset)) * radius * scale + 0.5, 0, 1) * inside
        light = 0.30 + 0.75 * np.clip(-offset * 0.75 + 0.45, 0, 1)
        twist = 1 + 0.10 * np.sin(columns[None, :] * 70 + offset * 1.2)
        colours = np.array(colour, dtype=np.float32) * (light * twist)[..., None]
        texture[..., :3] = texture[..., :3] * (1 - cover[..., None]) + colours * cover[..., None]
        texture[..., 3] = texture[..., 3] * (1 - cover) + cover


def _rope_plane(width: float, origin: Vector, right: Vector) -> Plane:
    scale = 170
    texture = np.zeros((int(1.75 * scale), int((width + 0.6) * scale), 4), dtype=np.float32)
    _draw_ropes(texture, scale, 0.3, width, 0.02)
    for share in (0.25, 0.5, 0.75):  # vertical straps that tie the ropes together
        column = int((0.3 + width * share) * scale)
        fill(texture, column - 3, column + 3, 1.70 - 1.36, 1.70 - 0.42, scale, (0.5, 0.5, 0.5))
    for x, colour in ((0.3, LEFT_POST), (0.3 + width, RIGHT_POST)):
        _post(texture, x, scale, colour)
    return Plane(origin, right, geometry.vector(0, -1, 0), scale, texture)


def _side_plane(length: float, origin: Vector) -> Plane:
    scale = 120
    texture = np.zeros((int(1.75 * scale), int(length * scale), 4), dtype=np.float32)
    _draw_ropes(texture, scale, 0.0, length, 0.03)
    return Plane(origin, geometry.vector(0, 0, 1), geometry.vector(0, -1, 0), scale, texture)


def _post(texture: Picture, x: float, scale: int, colour: Colour) -> None:
    middle = int(x * scale)
    half = int(0.05 * scale)
    fill(texture, middle - half, middle + half, 0.14, 1.70, scale, (0.10, 0.10, 0.11))
    for height in ROPE_HEIGHTS:
        pad = int(0.115 * scale)
        fill(
            texture, middle - pad, middle + pad, 1.70 - height - 0.105, 1.70 - height + 0.105,
            scale, colour,
        )  # fmt: skip
        stripe = slice(int((1.70 - height - 0.012) * scale), int((1.70 - height + 0.012) * scale))
        texture[stripe, middle - pad : middle + pad, :3] = 0.55

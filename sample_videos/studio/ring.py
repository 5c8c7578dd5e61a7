"""The ring and the hall as textured planes: canvas, ropes, posts, crowd. Linear RGB, no people.

Texture coordinates are metres on the plane; :class:`Plane` carries premultiplied RGBA.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from sample_videos.studio import camera, geometry
from sample_videos.studio.geometry import Vector

Picture = npt.NDArray[Any]  # float32 throughout
SIZE = (camera.WIDTH, camera.HEIGHT)
LEFT, RIGHT, BACK, FRONT = -3.55, 3.55, -3.3, 3.6
CANVAS_SCALE = 110  # texture pixels per metre
ROPE_HEIGHTS = (0.42, 0.74, 1.06, 1.36)
ROPE_COLOURS = ((0.75, 0.75, 0.75), (0.10, 0.16, 0.55), (0.75, 0.75, 0.75), (0.60, 0.04, 0.05))


@dataclass(frozen=True, slots=True)
class Plane:
    """A rectangle in the hall: its corner, two directions and a premultiplied RGBA texture."""

    origin: Vector
    right: Vector
    down: Vector
    scale: float
    texture: Picture

    def onto(self, view: camera.View, dx: float, dy: float) -> Picture:
        """The plane as the camera sees it, sampled at (dx, dy) of each pixel."""
        matrix = view.homography(self.origin, self.right, self.down)
        texel = np.diag([1 / self.scale, 1 / self.scale, 1.0])
        texel[:2, 2] = 0.5 / self.scale
        shift = np.array([[1, 0, -dx], [0, 1, -dy], [0, 0, 1.0]])
        drawn = cv2.warpPerspective(
            self.texture, shift @ matrix @ texel, SIZE, flags=cv2.INTER_LINEAR
        )
        return drawn.astype(np.float32, copy=False)


def _noise(height: int, width: int, cell: float, seed: int) -> Picture:
    """Smooth noise, mean 0, about -1..1, with features of ``cell`` texels."""
    random = np.random.default_rng(seed)
    small = random.standard_normal((math.ceil(height / cell) + 2, math.ceil(width / cell) + 2))
    large = cv2.resize(small.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return large * np.float32(0.5)


@lru_cache(maxsize=1)
def canvas() -> Picture:
    """The floor's albedo: canvas with a printed circle, lettering, seams and scuffs; RGB."""
    width, depth = int((RIGHT - LEFT) * CANVAS_SCALE), int((FRONT - BACK) * CANVAS_SCALE)
    floor: Picture = np.empty((depth, width, 3), dtype=np.float32)
    floor[:] = (0.40, 0.45, 0.52)
    for cell, amount in ((90.0, 0.045), (14.0, 0.03), (2.0, 0.025)):
        floor *= 1 + amount * _noise(depth, width, cell, int(cell))[..., None]
    print_layer = np.zeros((depth, width), dtype=np.uint8)
    middle = (width // 2, int((0.35 - BACK) * CANVAS_SCALE))
    cv2.circle(print_layer, middle, int(1.55 * CANVAS_SCALE), 255, 9, cv2.LINE_AA)
    cv2.circle(print_layer, middle, int(1.42 * CANVAS_SCALE), 150, 3, cv2.LINE_AA)
    _letters(print_layer, "DATAGUARD", middle[0], middle[1] - int(0.55 * CANVAS_SCALE), 2.55, 13)
    _letters(print_layer, "SPARRING", middle[0], middle[1] + int(0.75 * CANVAS_SCALE), 1.9, 9)
    share = cv2.GaussianBlur(print_layer, (0, 0), 0.8).astype(np.float32)[..., None] / 255 * 0.72
    floor = floor * (1 - share) + np.array((0.045, 0.085, 0.26), dtype=np.float32) * share
    edge = int(0.30 * CANVAS_SCALE)
    for band in (floor[:edge], floor[:, :edge], floor[:, -edge:]):
        band[:] = band * 0.25 + np.array((0.035, 0.055, 0.16), dtype=np.float32)
    for column in range(int(1.75 * CANVAS_SCALE), width, int(1.75 * CANVAS_SCALE)):
        floor[:, column : column + 2] *= 0.86
    return floor.astype(np.float32)


def _letters(
    layer: npt.NDArray[np.uint8], text: str, x: int, y: int, size: float, pen: int
) -> None:
    font = cv2.FONT_HERSHEY_DUPLEX
    (width, height), _ = cv2.getTextSize(text, font, size, pen)
    cv2.putText(layer, text, (x - width // 2, y + height // 2), font, size, 255, pen, cv2.LINE_AA)


def floor_light(x: Picture, z: Picture) -> Picture:
    """How bright the spot lights make the floor at ring coordinates."""
    distance = np.sqrt((x / 2.9) ** 2 + ((z - 0.1) / 2.7) ** 2)
    return (0.26 + 0.86 / (1 + (distance**4) * 0.9)).astype(np.float32)


def floor_grid(step: int = 1) -> tuple[Picture, Picture]:
    """Ring coordinates (x, z) of every ``step``-th texel of the canvas."""
    depth, width = canvas().shape[:2]
    x = LEFT + (np.arange(0, width, step, dtype=np.float32) + 0.5 * step) / CANVAS_SCALE
    z = BACK + (np.arange(0, depth, step, dtype=np.float32) + 0.5 * step) / CANVAS_SCALE
    grid = np.meshgrid(x, z)
    return grid[0].astype(np.float32), grid[1].astype(np.float32)


@lru_cache(maxsize=1)
def lit_canvas() -> Picture:
    """The canvas under the lights, without the boxers' shadows."""
    x, z = floor_grid()
    warm = np.array((1.04, 1.0, 0.95), dtype=np.float32)
    return canvas() * floor_light(x, z)[..., None] * warm


def floor(shade: Picture) -> Plane:
    """The floor with a shadow map of :func:`floor_grid`'s shape (1: lit) laid over it."""
    lit = lit_canvas() * shade[..., None]
    alpha = np.ones((*lit.shape[:2], 1), dtype=np.float32)
    return Plane(
        geometry.vector(LEFT, 0, BACK), geometry.vector(1, 0, 0), geometry.vector(0, 0, 1),
        CANVAS_SCALE, np.concatenate([lit, alpha], axis=2),
    )  # fmt: skip


@lru_cache(maxsize=1)
def ropes() -> tuple[Plane, ...]:
    """Back and side ropes with posts and corner pads, drawn over the floor."""
    width = RIGHT - LEFT
    back = _rope_plane(width, geometry.vector(LEFT - 0.3, 1.7, BACK), geometry.vector(1, 0, 0))
    depth = 5.2
    left = _side_plane(depth, geometry.vector(LEFT, 1.7, BACK))
    right = _side_plane(depth, geometry.vector(RIGHT, 1.7, BACK))
    return (left, right, back)


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
        _fill(texture, column - 3, column + 3, 1.70 - 1.36, 1.70 - 0.42, scale, (0.5, 0.5, 0.5))
    for x, colour in ((0.3, (0.55, 0.03, 0.035)), (0.3 + width, (0.03, 0.09, 0.45))):
        _post(texture, x, scale, colour)
    return Plane(origin, right, geometry.vector(0, -1, 0), scale, texture)


def _side_plane(length: float, origin: Vector) -> Plane:
    scale = 120
    texture = np.zeros((int(1.75 * scale), int(length * scale), 4), dtype=np.float32)
    _draw_ropes(texture, scale, 0.0, length, 0.03)
    return Plane(origin, geometry.vector(0, 0, 1), geometry.vector(0, -1, 0), scale, texture)


def _fill(
    texture: Picture, left: int, right: int, top: float, bottom: float, scale: int,
    colour: tuple[float, float, float],
) -> None:  # fmt: skip
    rows = slice(int(top * scale), int(bottom * scale))
    across = np.linspace(-1, 1, right - left, dtype=np.float32)
    shade = 0.45 + 0.6 * np.sqrt(np.clip(1 - (across - 0.1) ** 2, 0, 1))
    texture[rows, left:right, :3] = np.array(colour, dtype=np.float32) * shade[None, :, None]
    texture[rows, left:right, 3] = 1


def _post(texture: Picture, x: float, scale: int, colour: tuple[float, float, float]) -> None:
    middle = int(x * scale)
    half = int(0.05 * scale)
    _fill(texture, middle - half, middle + half, 0.14, 1.70, scale, (0.10, 0.10, 0.11))
    for height in ROPE_HEIGHTS:
        pad = int(0.115 * scale)
        _fill(
            texture, middle - pad, middle + pad, 1.70 - height - 0.105, 1.70 - height + 0.105,
            scale, colour,
        )  # fmt: skip
        stripe = slice(int((1.70 - height - 0.012) * scale), int((1.70 - height + 0.012) * scale))
        texture[stripe, middle - pad : middle + pad, :3] = 0.55

"""Flat things with a texture, as a camera sees them. Linear RGB, no people.

Texture coordinates are metres on the plane; :class:`Plane` carries premultiplied RGBA.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from sample_videos.studio import camera, geometry
from sample_videos.studio.geometry import Vector

Picture = npt.NDArray[Any]  # float32 throughout
SIZE = (camera.WIDTH, camera.HEIGHT)


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
        whole = shift @ matrix @ texel
        drawn = cv2.warpPerspective(self.texture, whole, SIZE, flags=cv2.INTER_LINEAR)
        drawn = drawn.astype(np.float32, copy=False)
        if self._reaches_behind(view):
            drawn *= _ahead(whole)
        return drawn

    def _reaches_behind(self, view: camera.View) -> bool:
        """Whether a corner lies behind the camera, where a homography would mirror it."""
        height, width = (length / self.scale for length in self.texture.shape[:2])
        corners = (
            self.origin + self.right * x + self.down * y for x in (0, width) for y in (0, height)
        )
        return any(float(view.axes[2] @ (corner - view.place)) <= 0 for corner in corners)


def _ahead(matrix: geometry.Matrix) -> Picture:
    """Which pixels (H, W, 1) see the part of a plane that lies before the camera, 0 or 1."""
    back = np.linalg.inv(matrix)
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(np.float64)
    depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    ahead: Picture = (depth > 0).astype(np.float32)[..., None]
    return ahead


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """A level floor from (``left``, ``back``): ``lit`` gives its colours under the lamps."""

    left: float
    back: float
    scale: int
    lit: Callable[[], Picture]

    def grid(self, step: int = 1) -> tuple[Picture, Picture]:
        """Coordinates (x, z) of every ``step``-th texel."""
        depth, width = self.lit().shape[:2]
        x = self.left + (np.arange(0, width, step, dtype=np.float32) + 0.5 * step) / self.scale
        z = self.back + (np.arange(0, depth, step, dtype=np.float32) + 0.5 * step) / self.scale
        grid = np.meshgrid(x, z)
        return grid[0].astype(np.float32), grid[1].astype(np.float32)

    def under(self, shade: Picture) -> Plane:
        """The floor with a shadow map of :meth:`grid`'s shape (1: lit), stretched to fit."""
        lit = self.lit()
        depth, width = lit.shape[:2]
        large = cv2.resize(shade, (width, depth), interpolation=cv2.INTER_LINEAR)
        return Plane(
            geometry.vector(self.left, 0, self.back), geometry.vector(1, 0, 0),
            geometry.vector(0, 0, 1), self.scale, opaque(lit * large.astype(np.float32)[..., None]),
        )  # fmt: skip


def opaque(image: Picture) -> Picture:
    alpha = np.ones((*image.shape[:2], 1), dtype=np.float32)
    return np.concatenate([image, alpha], axis=2)


def noise(height: int, width: int, cell: float, seed: int) -> Picture:
    """Smooth noise, mean 0, about -1..1, with features of ``cell`` texels."""
    random = np.random.default_rng(seed)
    small = random.standard_normal((math.ceil(height / cell) + 2, math.ceil(width / cell) + 2))
    large = cv2.resize(small.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return large * np.float32(0.5)


def letters(layer: npt.NDArray[np.uint8], text: str, x: int, y: int, size: float, pen: int) -> None:
    """Writes text into a layer, its middle at (x, y)."""
    font = cv2.FONT_HERSHEY_DUPLEX
    (width, height), _ = cv2.getTextSize(text, font, size, pen)
    cv2.putText(layer, text, (x - width // 2, y + height // 2), font, size, 255, pen, cv2.LINE_AA)


def fill(
    texture: Picture, left: int, right: int, top: float, bottom: float, scale: int,
    colour: tuple[float, float, float],
) -> None:  # fmt: skip
    """An upright bar, shaded as if it were round."""
    rows = slice(int(top * scale), int(bottom * scale))
    across = np.linspace(-1, 1, right - left, dtype=np.float32)
    shade = 0.45 + 0.6 * np.sqrt(np.clip(1 - (across - 0.1) ** 2, 0, 1))
    texture[rows, left:right, :3] = np.array(colour, dtype=np.float32) * shade[None, :, None]
    texture[rows, left:right, 3] = 1

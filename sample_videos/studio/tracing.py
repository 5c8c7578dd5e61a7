"""Which body surface each pixel sees: sphere tracing inside the outline of each group of cones."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from sample_videos.studio import camera, shapes
from sample_videos.studio.shapes import Array

WIDTH, HEIGHT = camera.WIDTH, camera.HEIGHT
STEPS = 26
CLOSE = 0.0012
FAR = np.float32(50.0)
_CIRCLE = np.stack([np.cos(np.arange(14) * np.pi / 7), np.sin(np.arange(14) * np.pi / 7)], axis=1)


@dataclass(frozen=True, slots=True)
class Hits:
    """Pixels (flat indices) that one group covers: depth along the ray, points, ray directions."""

    packed: shapes.Packed
    pixels: np.ndarray
    depth: Array
    points: Array
    rays: Array


def rays(view: camera.View, dx: float, dy: float) -> Array:
    """Unit ray directions (H * W, 3) through the points (dx, dy), 0..1, of all pixels."""
    x = (np.arange(WIDTH) + dx - WIDTH / 2) / camera.FOCAL
    y = (np.arange(HEIGHT) + dy - HEIGHT / 2) / camera.FOCAL
    grid = np.empty((HEIGHT, WIDTH, 3))
    for i in range(3):
        grid[..., i] = x[None, :] * view.axes[0, i] + y[:, None] * view.axes[1, i] + view.axes[2, i]
    grid /= np.sqrt((grid * grid).sum(axis=2))[..., None]
    return grid.reshape(-1, 3).astype(np.float32)


def trace(packed: shapes.Packed, view: camera.View, directions: Array) -> Hits | None:
    """Where the rays of a picture meet one group, or None where it is outside the picture."""
    pixels = _outline(packed, view)
    if pixels.size == 0:
        return None
    origin = (view.place - packed.centre).astype(np.float32)
    ray = directions[pixels]
    nearest, farthest = _span(packed, origin)
    depth = np.full(pixels.size, nearest, dtype=np.float32)
    active = np.arange(pixels.size)
    hit = np.zeros(pixels.size, dtype=bool)
    gap = np.zeros(pixels.size, dtype=np.float32)
    for _ in range(STEPS):
        points = origin + ray[active] * depth[active, None]
        distance = shapes.field_at(packed, points)[0]
        depth[active] += distance * np.float32(0.97)
        gap[active] = distance
        done = distance < CLOSE
        hit[active[done]] = True
        active = active[~done & (depth[active] < farthest)]
        if active.size == 0:
            break
    hit[active] = gap[active] < 4 * CLOSE
    if not hit.any():
        return None
    ray, depth = ray[hit], depth[hit]
    return Hits(packed, pixels[hit], depth, origin + ray * depth[:, None], ray)


def _span(packed: shapes.Packed, origin: Array) -> tuple[np.float32, np.float32]:
    """The depths between which a group lies."""
    ends = np.concatenate([packed.a, packed.a + packed.span])
    radii = np.concatenate([packed.ra, packed.ra + packed.slope])
    away = np.sqrt(((ends - origin) ** 2).sum(axis=1))
    return np.float32((away - radii).min() - 0.05), np.float32((away + radii).max() + 0.02)


def _outline(packed: shapes.Packed, view: camera.View) -> np.ndarray:
    """Flat indices of the pixels that a group may cover (a little more than it does)."""
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    swell = 0.6 / packed.group.k
    for a, b, ra, rb in zip(
        packed.group.a, packed.group.b, packed.group.ra, packed.group.rb, strict=True
    ):
        dots = []
        for point, radius in ((a, ra), (b, rb)):
            x, y, z = view.project(point)
            if z < 0.3:
                continue
            size = (radius + swell) * camera.FOCAL / (z - radius) + 1.5
            dots.append(_CIRCLE * (size * 1.026) + (x, y))
        if dots:
            corners = np.round(np.concatenate(dots)).astype(np.int32)
            cv2.fillConvexPoly(mask, cv2.convexHull(corners), 1)
    return np.flatnonzero(mask)

"""A boxing gym: brick and painted walls with windows, posters, lamps and bags; a rubber floor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from sample_videos.studio import geometry
from sample_videos.studio.cast import Colour
from sample_videos.studio.planes import Floor, Picture, Plane, letters, noise, opaque

WALL_SCALE, FLOOR_SCALE = 72, 64  # texture pixels per metre
HEIGHT = 4.8


@dataclass(frozen=True, slots=True)
class Room:
    """The corner of a gym: a back wall at ``back`` (z) and a side wall at ``left`` (x).

    ``below`` is where the floor lies (metres); ``brick``, ``band`` and ``ground`` are colours;
    ``glow`` that of what shines: panes by day (``windows``) or tubes in the evening. ``posters``
    are what is written on the walls.
    """

    left: float
    right: float
    back: float
    front: float
    below: float
    brick: Colour
    band: Colour
    ground: Colour
    glow: Colour
    windows: bool
    posters: tuple[str, ...]
    seed: int


@cache
def walls(room: Room) -> tuple[Plane, ...]:
    """Both walls, a little out of focus."""
    top = room.below + HEIGHT - 0.1  # the foot of a wall is behind the floor
    back = _wall(room, room.right - room.left, room.seed)
    side = _wall(room, room.front - room.back, room.seed + 1)
    shade = np.float32(0.78)  # the side wall turns away from the lamps
    side[..., :3] *= shade
    return (
        Plane(
            geometry.vector(room.left, top, room.front), geometry.vector(0, 0, -1),
            geometry.vector(0, -1, 0), WALL_SCALE, side,
        ),
        Plane(
            geometry.vector(room.left, top, room.back), geometry.vector(1, 0, 0),
            geometry.vector(0, -1, 0), WALL_SCALE, back,
        ),
    )  # fmt: skip


def _wall(room: Room, length: float, seed: int) -> Picture:
    random = np.random.default_rng(seed)
    height, width = int(HEIGHT * WALL_SCALE), int(length * WALL_SCALE)
    image = _bricks(room, height, width, random)
    rows = np.linspace(0, HEIGHT, height, dtype=np.float32)[:, None, None]
    painted = int((HEIGHT - 1.25) * WALL_SCALE)
    image[painted:] = image[painted:] * 0.25 + np.array(room.band, dtype=np.float32) * 0.75
    image[painted - 4 : painted + 3] = np.array(room.band, dtype=np.float32) * 0.3
    image *= 0.55 + 0.55 * np.exp(-(((rows - 1.9) / 1.7) ** 2))  # lamps light the upper middle
    for number, x in enumerate(np.arange(1.1, length - 1.0, 2.35)):
        _hang(image, room, number, float(x), random)
    for x in np.arange(0.5, length, 1.7):
        _equipment(image, float(x + random.uniform(-0.3, 0.3)), random)
    image = cv2.GaussianBlur(image, (0, 0), 2.1)
    glow = np.zeros_like(image)
    for x in np.arange(0.9, length, 2.35):
        (_window if room.windows else _tube)(glow, float(x), room.glow)
    image = image + cv2.GaussianBlur(glow, (0, 0), 1.8) + 0.35 * cv2.GaussianBlur(glow, (0, 0), 22)
    return opaque(image.astype(np.float32))


def _bricks(room: Room, height: int, width: int, random: np.random.Generator) -> Picture:
    """Courses of bricks, each a little different, with pale joints."""
    course, brick = 0.105, 0.32
    y = np.arange(height, dtype=np.float32)[:, None] / WALL_SCALE
    x = np.arange(width, dtype=np.float32)[None, :] / WALL_SCALE
    row = (y / course).astype(np.int32)
    column = ((x + (row % 2) * brick / 2) / brick).astype(np.int32)
    tints = random.uniform(0.72, 1.22, (row.max() + 1, column.max() + 1)).astype(np.float32)
    shade = tints[np.broadcast_to(row, column.shape), column][..., None]
    image = np.array(room.brick, dtype=np.float32) * shade
    joint = (y % course < 0.02) | ((x + (row % 2) * brick / 2) % brick < 0.02)
    image[joint] = image[joint] * 0.5 + np.float32(0.07)
    image *= 1 + 0.10 * noise(height, width, 40.0, int(random.integers(1 << 30)))[..., None]
    return image


def _box(
    image: Picture, x: float, y: float, size: tuple[float, float], colour: tuple[float, ...]
) -> None:
    """Fills a rectangle by its left end and its top below the wall's top, in metres."""
    left, top = int(x * WALL_SCALE), int(y * WALL_SCALE)
    right, bottom = left + int(size[0] * WALL_SCALE), top + int(size[1] * WALL_SCALE)
    image[max(top, 0) : bottom, max(left, 0) : right] = colour


def _hang(image: Picture, room: Room, number: int, x: float, random: np.random.Generator) -> None:
    """A poster or a banner between the windows."""
    text = room.posters[number % len(room.posters)]
    paper = random.choice([0.05, 0.16, 0.30]) * random.uniform(0.7, 1.3, 3)
    y = HEIGHT - 2.55
    _box(image, x + 0.42, y, (0.92, 1.12), tuple(paper * 0.4))
    _box(image, x + 0.46, y + 0.04, (0.84, 1.04), tuple(paper))
    layer = np.zeros(image.shape[:2], dtype=np.uint8)
    across = int((x + 0.88) * WALL_SCALE)
    letters(layer, text, across, int((y + 0.24) * WALL_SCALE), 0.52, 2)
    for step in range(3):  # a glove's worth of stripes
        left, top = int((x + 0.56) * WALL_SCALE), int((y + 0.46 + 0.19 * step) * WALL_SCALE)
        layer[top : top + 8, left : left + 48 - 11 * step] = 210
    share = layer.astype(np.float32)[..., None] / 255
    ink = np.array(random.choice([(0.5, 0.08, 0.05), (0.55, 0.5, 0.3), (0.1, 0.25, 0.4)]))
    image += share * (ink.astype(np.float32) - image)


def _equipment(image: Picture, x: float, random: np.random.Generator) -> None:
    """What stands along the wall: a rack of weights, a bench, a spare bag on its chain."""
    kind = int(random.integers(3))
    if kind == 0:
        for level in (0.25, 0.62):
            _box(image, x, HEIGHT - level - 0.06, (1.1, 0.05), (0.09, 0.09, 0.10))
            for place in np.arange(0.05, 1.05, 0.2):
                left, top = int((x + place) * WALL_SCALE), int((HEIGHT - level - 0.12) * WALL_SCALE)
                cv2.circle(image, (left, top), 6, (0.018, 0.018, 0.02), -1, cv2.LINE_AA)
        _box(image, x, HEIGHT - 0.68, (0.05, 0.68), (0.07, 0.07, 0.08))
        _box(image, x + 1.05, HEIGHT - 0.68, (0.05, 0.68), (0.07, 0.07, 0.08))
    elif kind == 1:
        _box(image, x, HEIGHT - 0.46, (1.15, 0.09), (0.16, 0.03, 0.03))
        _box(image, x + 0.08, HEIGHT - 0.38, (0.06, 0.38), (0.05, 0.05, 0.05))
        _box(image, x + 1.0, HEIGHT - 0.38, (0.06, 0.38), (0.05, 0.05, 0.05))
    else:
        tint = random.uniform(0.02, 0.09, 3)
        _box(image, x + 0.38, HEIGHT - 2.9, (0.025, 1.2), (0.06, 0.06, 0.06))
        _box(image, x + 0.22, HEIGHT - 1.75, (0.34, 1.1), tuple(tint))
        _box(image, x + 0.26, HEIGHT - 1.75, (0.08, 1.1), tuple(tint * 1.9))


def _window(glow: Picture, x: float, colour: Colour) -> None:
    """A tall window with bars, by day."""
    _box(glow, x - 0.45, 0.35, (1.0, 1.45), colour)
    for bar in (0.0, 0.33, 0.66, 1.0):
        _box(glow, x - 0.47 + bar * 0.98, 0.35, (0.04, 1.45), (0.02, 0.02, 0.02))
    for bar in (0.0, 0.48, 0.96, 1.43):
        _box(glow, x - 0.47, 0.33 + bar, (1.04, 0.04), (0.02, 0.02, 0.02))


def _tube(glow: Picture, x: float, colour: Colour) -> None:
    """A fluorescent tube high on the wall."""
    _box(glow, x - 0.55, 0.75, (1.25, 0.07), colour)


@cache
def rubber(room: Room) -> Picture:
    """The floor's colours: mats with joints and coloured crumbs; brighter below the lamps."""
    width = int((room.right - room.left) * FLOOR_SCALE)
    depth = int((room.front - room.back) * FLOOR_SCALE)
    image: Picture = np.empty((depth, width, 3), dtype=np.float32)
    image[:] = room.ground
    for cell, amount in ((70.0, 0.06), (9.0, 0.05), (2.0, 0.05)):
        image *= 1 + amount * noise(depth, width, cell, room.seed + int(cell))[..., None]
    crumbs = np.random.default_rng(room.seed).random((depth, width)) > 0.985
    image[crumbs] *= 1.8
    for line in range(FLOOR_SCALE, width, FLOOR_SCALE):
        image[:, line : line + 2] *= 0.55
    for line in range(FLOOR_SCALE, depth, FLOOR_SCALE):
        image[line : line + 2] *= 0.55
    x = room.left + (np.arange(width, dtype=np.float32) + 0.5) / FLOOR_SCALE
    z = room.back + (np.arange(depth, dtype=np.float32) + 0.5) / FLOOR_SCALE
    away = np.sqrt((x[None, :] / 3.4) ** 2 + ((z[:, None] - 0.6) / 3.4) ** 2)
    return image * (0.34 + 0.80 / (1 + away**4))[..., None]


def floor(room: Room) -> Floor:
    return Floor(room.left, room.back, FLOOR_SCALE, lambda: rubber(room))


def ground(room: Room) -> Plane:
    """The floor of a room in which a ring stands, ``below`` the canvas; no shadows fall on it."""
    image = rubber(room) * np.float32(0.7)
    return Plane(
        geometry.vector(room.left, room.below, room.back), geometry.vector(1, 0, 0),
        geometry.vector(0, 0, 1), FLOOR_SCALE, opaque(image),
    )  # fmt: skip

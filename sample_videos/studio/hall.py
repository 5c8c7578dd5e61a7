"""The dark hall behind the ring: rows of blurred spectators, banners and lamps."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from sample_videos.studio import geometry
from sample_videos.studio.planes import Picture, Plane, opaque

SCALE = 64  # texture pixels per metre
WIDTH, TOP, BOTTOM = 26.0, 6.0, -1.3
DISTANCE = -8.5


@lru_cache(maxsize=1)
def planes() -> tuple[Plane, ...]:
    """What lies behind the ring, from far to near: the crowd, the ground, a barrier."""
    return (_crowd(), _ground(), _barrier())


def _crowd() -> Plane:
    width, height = int(WIDTH * SCALE), int((TOP - BOTTOM) * SCALE)
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    wall = np.array((0.020, 0.024, 0.045), dtype=np.float32) * (0.5 + 1.2 * rows)
    image: Picture = np.broadcast_to(wall, (height, width, 3)).astype(np.float32).copy()
    random = np.random.default_rng(11)
    for row in range(9):
        level = 3.4 - row * 0.52  # seats rise to the back: far rows are drawn first
        gloom = 0.35 + 0.65 * row / 8
        for x in np.arange(0.2, WIDTH, 0.62):
            _spectator(image, float(x + random.uniform(-0.13, 0.13)),
                       level + float(random.uniform(-0.05, 0.05)), gloom, random)  # fmt: skip
    image = cv2.GaussianBlur(image, (0, 0), 5.0)
    lamps = np.zeros_like(image)
    for x in np.arange(1.2, WIDTH, 2.3):
        colour = random.uniform(0.75, 1.0, 3) * random.choice([1.6, 2.6])
        across, below = x + random.uniform(-0.4, 0.4), random.uniform(1.75, 2.1)
        centre = (int(across * SCALE), int(below * SCALE))
        cv2.circle(lamps, centre, 9, tuple(float(c) for c in colour), -1, cv2.LINE_AA)
    for _ in range(26):  # phones and cameras among the crowd
        centre = (int(random.uniform(0, width)), int(random.uniform(2.7, 5.6) * SCALE))
        cv2.circle(lamps, centre, 3, (0.55, 0.62, 0.75), -1, cv2.LINE_AA)
    image += cv2.GaussianBlur(lamps, (0, 0), 2.2) + 1.3 * cv2.GaussianBlur(lamps, (0, 0), 26.0)
    haze: Picture = cv2.GaussianBlur(_beams(image.shape[:2], random), (0, 0), 16.0)
    image += haze
    return Plane(
        geometry.vector(-WIDTH / 2, TOP, DISTANCE), geometry.vector(1, 0, 0),
        geometry.vector(0, -1, 0), SCALE, opaque(image),
    )  # fmt: skip


def _beams(shape: tuple[int, ...], random: np.random.Generator) -> Picture:
    """Light from the lamps in the haze above the crowd."""
    height, width = shape
    beams = np.zeros((height, width, 3), dtype=np.float32)
    for x in range(60, width, 147):
        lean = int(random.uniform(-160, 160))
        top, foot, half = int(1.6 * SCALE), int(4.6 * SCALE), int(random.uniform(40, 90))
        corners = [[x - 6, top], [x + 6, top], [x + lean + half, foot], [x + lean - half, foot]]
        beam = np.zeros_like(beams)
        tint = random.choice([0.6, 1.0, 1.4])
        cv2.fillPoly(beam, [np.array(corners, dtype=np.int32)], (0.020 * tint, 0.026, 0.042))
        fade = np.clip((foot - np.arange(height, dtype=np.float32)) / (foot - top), 0, 1)
        beams += beam * (fade * fade)[:, None, None]
    return beams


def _spectator(
    image: Picture, x: float, level: float, gloom: float, random: np.random.Generator
) -> None:
    """Shoulders, a head and hair, a few texels across: only a blur is seen of it."""
    shade = random.uniform(0.015, 0.075) * random.choice([0.5, 1.0, 1.7])
    cloth = shade * gloom * random.uniform(0.72, 1.28, 3)
    skin = np.array((0.30, 0.19, 0.13)) * random.uniform(0.35, 1.05) * gloom * 0.6
    hair = np.array((0.02, 0.016, 0.014)) * random.uniform(0.5, 3)
    column, row = int(x * SCALE), int((TOP - level) * SCALE)

    def oval(dx: int, dy: int, size: tuple[int, int], colour: np.ndarray) -> None:
        centre = (column + dx, row + dy)
        cv2.ellipse(image, centre, size, 0, 0, 360, tuple(float(c) for c in colour), -1)

    oval(0, 34, (17, 26), cloth)
    oval(0, 0, (7, 9), skin)
    oval(0, -4, (7, 6), hair)


def _barrier() -> Plane:
    """A low board with lettering between the ring and the crowd."""
    scale = 80
    width, height = int(22 * scale), int(1.5 * scale)
    image = np.full((height, width, 3), 0.010, dtype=np.float32)
    layer = np.zeros((height, width), dtype=np.uint8)
    for x in range(0, width, 5 * scale):
        cv2.putText(layer, "DATAGUARD", (x, 62), cv2.FONT_HERSHEY_DUPLEX, 1.5, 255, 5, cv2.LINE_AA)
    glow = cv2.GaussianBlur(layer, (0, 0), 2.0).astype(np.float32)[..., None] / 255
    image += glow * np.array((0.10, 0.20, 0.42), dtype=np.float32)
    image[:5] = 0.06
    return Plane(
        geometry.vector(-11, 0.45, -6.2), geometry.vector(1, 0, 0), geometry.vector(0, -1, 0),
        scale, opaque(image),
    )  # fmt: skip


def _ground() -> Plane:
    """The dark floor of the hall around the ring, one metre below the canvas."""
    scale = 24
    random = np.random.default_rng(5)
    image: Picture = np.full((int(9.0 * scale), int(24 * scale), 3), 0.016, dtype=np.float32)
    image *= 1 + 0.3 * random.random(image.shape[:2], dtype=np.float32)[..., None]
    image = cv2.GaussianBlur(image, (0, 0), 2.0)
    return Plane(
        geometry.vector(-12, -1.0, -6.4), geometry.vector(1, 0, 0), geometry.vector(0, 0, 1),
        scale, opaque(image),
    )  # fmt: skip

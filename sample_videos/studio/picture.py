"""One frame: several samples over the open shutter, shading, lens and sensor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from sample_videos.studio import camera, figure, hall, light, motion, paint, ring, tracing
from sample_videos.studio.shapes import Array

WIDTH, HEIGHT = camera.WIDTH, camera.HEIGHT
SHUTTER = 0.5  # share of the frame time that the shutter is open
SEED = 2024
# Place in the pixel and time in the shutter of each sample; the first is its very middle.
SAMPLES = (
    (0.50, 0.50, 0.0),
    (0.17, 0.36, -0.42),
    (0.83, 0.64, -0.25),
    (0.36, 0.86, 0.12),
    (0.64, 0.14, 0.30),
    (0.90, 0.30, 0.45),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one sample saw: linear picture (H*W, 3), and per pixel depth and index of the group.

    ``owner`` is -1 where no body is; ``alone`` holds per person the pixels that the body would
    cover if nobody else were there, ``groups`` what the indices mean.
    """

    colour: Array
    depth: Array
    owner: npt.NDArray[np.int16]
    alone: dict[int, npt.NDArray[np.bool_]]
    groups: list[tuple[int, str]]


def sample(at: float, dx: float, dy: float, floor: ring.Plane | None) -> Seen:
    """One look at an instant; without ``floor`` only the geometry is found, no colours."""
    view = camera.view(at)
    directions = tracing.rays(view, dx, dy)
    size = WIDTH * HEIGHT
    seen = Seen(
        _background(view, dx, dy, floor) if floor else np.zeros((0, 3), np.float32),
        np.full(size, tracing.FAR, dtype=np.float32),
        np.full(size, -1, dtype=np.int16),
        {},
        [],
    )
    poses = [motion.pose(person, at) for person in (1, 2)]
    found: list[tracing.Hits] = []
    for pose in poses:
        person = pose.trunk.boxer.id
        seen.alone[person] = np.zeros(size, dtype=bool)
        for packed in figure.packed(pose):
            hits = tracing.trace(packed, view, directions)
            seen.groups.append((person, packed.group.kind))
            if hits is None:
                continue
            seen.alone[person][hits.pixels] = True
            nearer = hits.depth < seen.depth[hits.pixels]
            seen.depth[hits.pixels[nearer]] = hits.depth[nearer]
            seen.owner[hits.pixels[nearer]] = len(seen.groups) - 1
            found.append(hits)
    if floor:
        centres, radii = light.blockers(poses)
        for hits in found:
            _shade(seen, hits, centres, radii)
    return seen


def _background(view: camera.View, dx: float, dy: float, floor: ring.Plane) -> Array:
    picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.float32)
    for plane in (*hall.planes(), floor, *ring.ropes()):
        drawn = plane.onto(view, dx, dy)
        picture *= 1 - drawn[..., 3:]
        picture += drawn[..., :3]
    return picture.reshape(-1, 3)


def _shade(seen: Seen, hits: tracing.Hits, centres: Array, radii: Array) -> None:
    """Writes the colours of the points of one group that are in front."""
    front = hits.depth <= seen.depth[hits.pixels]
    if not front.any():
        return
    points, rays = hits.points[front], hits.rays[front]
    packed = hits.packed
    boxer = motion.boxer_of(packed.group.person)
    found = paint.surface(packed, boxer, points)
    world = points + packed.centre.astype(np.float32)
    normal = found.normal
    key = normal @ light.KEY
    lit = light.shadow(world, light.KEY, centres, radii, 0.22, 0.055) * np.clip(key * 6 + 0.6, 0, 1)
    soft = 0.16 if found.skin else 0.05
    key = np.clip((key + soft) / (1 + soft), 0, 1) * lit
    sky = (0.5 + 0.5 * normal[:, 1])[:, None]
    lamp = key[:, None] * light.KEY_COLOUR + sky * light.SKY + (1 - sky) * light.BOUNCE
    lamp += np.clip(normal @ light.SECOND, 0, 1)[:, None] * light.SECOND_COLOUR
    lamp += np.clip(normal @ light.FILL, 0, 1)[:, None] * light.FILL_COLOUR
    if found.skin:  # light that enters and leaves the skin is red where the shade begins
        edge = np.exp(-((normal @ light.KEY - 0.05) ** 2) / 0.03) * 0.10
        lamp += edge[:, None] * np.array((1.0, 0.30, 0.18), dtype=np.float32)
    colour = found.albedo * lamp
    for lamp_at, strength in (
        (light.KEY, lit * 0.9), (light.RIM_LEFT, 0.5), (light.RIM_RIGHT, 0.5), (light.FILL, 0.15)
    ):  # fmt: skip
        half = lamp_at - rays
        half /= np.sqrt((half * half).sum(axis=1))[:, None]
        shine = np.clip((normal * half).sum(axis=1), 0, 1) ** found.sharpness
        colour += (shine * found.gloss * strength)[:, None] * light.KEY_COLOUR * 0.55
    grazing = np.clip(1 + (normal * rays).sum(axis=1), 0, 1) ** 3
    rim = np.clip(normal @ light.RIM_LEFT, 0, 1) + np.clip(normal @ light.RIM_RIGHT, 0, 1)
    colour += (grazing * rim)[:, None] * light.RIM_COLOUR * (0.25 + 0.75 * found.albedo)
    seen.colour[hits.pixels[front]] = colour


@lru_cache(maxsize=1)
def _vignette() -> Array:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    radius2 = ((x - WIDTH / 2) / WIDTH) ** 2 + ((y - HEIGHT / 2) / WIDTH) ** 2
    vignette: Array = (1 - 0.55 * radius2)[..., None].astype(np.float32)
    return vignette


def render(frame: int) -> tuple[npt.NDArray[np.uint8], Seen]:
    """A finished frame, uint8 RGB (H, W, 3), and its middle sample: the same bits each time."""
    cv2.setNumThreads(1)
    poses = [motion.pose(person, float(frame)) for person in (1, 2)]
    floor = ring.floor(light.floor_shade(poses))
    total = np.zeros((HEIGHT * WIDTH, 3), dtype=np.float32)
    middle = None
    for dx, dy, moment in SAMPLES:
        seen = sample(frame + moment * SHUTTER, dx, dy, floor)
        middle = middle or seen
        total += seen.colour
    assert middle is not None
    return develop(total.reshape(HEIGHT, WIDTH, 3) / len(SAMPLES), frame), middle


def develop(linear: Array, frame: int) -> npt.NDArray[np.uint8]:
    """Lens glow, vignette, tone curve and sensor noise (seeded by the frame number)."""
    bright = np.clip(linear - 1.0, 0, None)
    linear = linear + 0.35 * cv2.GaussianBlur(bright, (0, 0), 7.0)
    linear = linear * _vignette() * 1.12
    # Extended Reinhard curve (2002, equation 4) with a softer shoulder; white at 2.6.
    toned = linear * (1 + linear / (2.6 * 2.6)) / (1 + linear * 0.55)
    picture = np.clip(toned, 0, 1) ** np.float32(1 / 2.2) * 255
    random = np.random.default_rng([SEED, frame])
    grain = random.standard_normal((HEIGHT, WIDTH, 1), dtype=np.float32)
    colour_grain = random.standard_normal((HEIGHT, WIDTH, 3), dtype=np.float32)
    strength = 1.1 + 1.0 * np.sqrt(np.clip(1 - picture / 255, 0, 1))
    picture = picture + strength * (0.85 * grain + 0.45 * colour_grain)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)

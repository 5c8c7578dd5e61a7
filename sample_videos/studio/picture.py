"""One frame: several samples over the open shutter, shading, lens and sensor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from sample_videos.studio import camera, figure, light, motion, paint, planes, shapes, tracing
from sample_videos.studio.film import Film
from sample_videos.studio.shapes import Array

WIDTH, HEIGHT = camera.WIDTH, camera.HEIGHT
SHUTTER = 0.5  # share of the frame time that the shutter is open
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

    ``owner`` is -1 where no body is and ``groups`` says what the indices mean: a person (0: a
    thing) and a kind. ``alone`` holds the pixels that each person's body and (by kind) each thing
    would cover if nothing else were there.
    """

    colour: Array
    depth: Array
    owner: npt.NDArray[np.int16]
    alone: dict[int | str, npt.NDArray[np.bool_]]
    groups: list[tuple[int, str]]


def sample(film: Film, at: float, dx: float, dy: float, floor: planes.Plane) -> Seen:
    """One look at an instant, at (dx, dy) of each pixel, over a floor with its shadows."""
    view = film.view(at)
    directions = tracing.rays(view, dx, dy)
    size = WIDTH * HEIGHT
    seen = Seen(
        _background(film, view, dx, dy, floor),
        np.full(size, tracing.FAR, dtype=np.float32),
        np.full(size, -1, dtype=np.int16),
        {},
        [],
    )
    poses = [motion.pose(film.script, boxer.id, at) for boxer in film.script.cast]
    things = film.stage.things(at)
    found: list[tracing.Hits] = []
    for group in [*(g for pose in poses for g in figure.groups(pose)), *things]:
        alone = seen.alone.setdefault(group.person or group.kind, np.zeros(size, dtype=bool))
        hits = tracing.trace(shapes.pack(group), view, directions)
        seen.groups.append((group.person, group.kind))
        if hits is None:
            continue
        alone[hits.pixels] = True
        nearer = hits.depth < seen.depth[hits.pixels]
        seen.depth[hits.pixels[nearer]] = hits.depth[nearer]
        seen.owner[hits.pixels[nearer]] = len(seen.groups) - 1
        found.append(hits)
    blocked = light.blockers(poses, things)
    for hits in found:
        _shade(film, seen, hits, *blocked)
    return seen


def _background(film: Film, view: camera.View, dx: float, dy: float, floor: planes.Plane) -> Array:
    picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.float32)
    for plane in (*film.stage.behind(), floor, *film.stage.over()):
        drawn = plane.onto(view, dx, dy)
        picture *= 1 - drawn[..., 3:]
        picture += drawn[..., :3]
    return picture.reshape(-1, 3)


def _shade(film: Film, seen: Seen, hits: tracing.Hits, centres: Array, radii: Array) -> None:
    """Writes the colours of the points of one group that are in front."""
    front = hits.depth <= seen.depth[hits.pixels]
    if not front.any():
        return
    points, rays = hits.points[front], hits.rays[front]
    packed = hits.packed
    lamps = film.stage.lamps
    if packed.group.person:
        found = paint.surface(packed, film.script.person(packed.group.person), points)
    else:
        found = film.stage.paint(packed, points)
    world = points + packed.centre.astype(np.float32)
    normal = found.normal
    left, right = lamps.rims
    key = normal @ lamps.key
    lit = light.shadow(world, lamps.key, centres, radii, 0.22, 0.055) * np.clip(key * 6 + 0.6, 0, 1)
    soft = 0.16 if found.skin else 0.05
    key = np.clip((key + soft) / (1 + soft), 0, 1) * lit
    sky = (0.5 + 0.5 * normal[:, 1])[:, None]
    lamp = key[:, None] * lamps.key_colour + sky * lamps.sky + (1 - sky) * lamps.bounce
    lamp += np.clip(normal @ lamps.second, 0, 1)[:, None] * lamps.second_colour
    lamp += np.clip(normal @ lamps.fill, 0, 1)[:, None] * lamps.fill_colour
    if found.skin:  # light that enters and leaves the skin is red where the shade begins
        edge = np.exp(-((normal @ lamps.key - 0.05) ** 2) / 0.03) * 0.10
        lamp += edge[:, None] * np.array((1.0, 0.30, 0.18), dtype=np.float32)
    colour = found.albedo * lamp
    for lamp_at, strength in (
        (lamps.key, lit * 0.9), (left, 0.5), (right, 0.5), (lamps.fill, 0.15)
    ):  # fmt: skip
        half = lamp_at - rays
        half /= np.sqrt((half * half).sum(axis=1))[:, None]
        shine = np.clip((normal * half).sum(axis=1), 0, 1) ** found.sharpness
        colour += (shine * found.gloss * strength)[:, None] * lamps.key_colour * 0.55
    grazing = np.clip(1 + (normal * rays).sum(axis=1), 0, 1) ** 3
    rim = np.clip(normal @ left, 0, 1) + np.clip(normal @ right, 0, 1)
    colour += (grazing * rim)[:, None] * lamps.rim_colour * (0.25 + 0.75 * found.albedo)
    seen.colour[hits.pixels[front]] = colour


@lru_cache(maxsize=1)
def _vignette() -> Array:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    radius2 = ((x - WIDTH / 2) / WIDTH) ** 2 + ((y - HEIGHT / 2) / WIDTH) ** 2
    vignette: Array = (1 - 0.55 * radius2)[..., None].astype(np.float32)
    return vignette


def render(film: Film, frame: int) -> tuple[npt.NDArray[np.uint8], Seen]:
    """A finished frame, uint8 RGB (H, W, 3), and its middle sample: the same bits each time."""
    cv2.setNumThreads(1)
    poses = [motion.pose(film.script, boxer.id, float(frame)) for boxer in film.script.cast]
    blocked = light.blockers(poses, film.stage.things(float(frame)))
    floor = film.stage.floor.under(light.floor_shade(film.stage.floor, film.stage.lamps, blocked))
    total = np.zeros((HEIGHT * WIDTH, 3), dtype=np.float32)
    middle = None
    for dx, dy, moment in SAMPLES:
        seen = sample(film, frame + moment * SHUTTER, dx, dy, floor)
        middle = middle or seen
        total += seen.colour
    assert middle is not None
    linear = total.reshape(HEIGHT, WIDTH, 3) / len(SAMPLES)
    return develop(linear * film.stage.exposure, [film.seed, frame]), middle


def develop(linear: Array, seed: list[int]) -> npt.NDArray[np.uint8]:
    """Lens glow, vignette, tone curve and sensor noise (the same for the same seed)."""
    bright = np.clip(linear - 1.0, 0, None)
    linear = linear + 0.35 * cv2.GaussianBlur(bright, (0, 0), 7.0)
    linear = linear * _vignette() * 1.12
    # Extended Reinhard curve (2002, equation 4) with a softer shoulder; white at 2.6.
    toned = linear * (1 + linear / (2.6 * 2.6)) / (1 + linear * 0.55)
    picture = np.clip(toned, 0, 1) ** np.float32(1 / 2.2) * 255
    random = np.random.default_rng(seed)
    grain = random.standard_normal((HEIGHT, WIDTH, 1), dtype=np.float32)
    colour_grain = random.standard_normal((HEIGHT, WIDTH, 3), dtype=np.float32)
    strength = 1.1 + 1.0 * np.sqrt(np.clip(1 - picture / 255, 0, 1))
    picture = picture + strength * (0.85 * grain + 0.45 * colour_grain)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)

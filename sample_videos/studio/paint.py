"""Materials: colour, gloss and small relief of skin, cloth and leather at surface points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_videos.studio import cast, shapes
from sample_videos.studio.shapes import Array


@dataclass(slots=True)
class Surface:
    """What shading needs at N points: linear albedo (N, 3), specular strength and exponent."""

    albedo: Array
    normal: Array
    gloss: Array
    sharpness: float
    skin: bool


def surface(packed: shapes.Packed, boxer: cast.Boxer, points: Array) -> Surface:
    """The material at surface points, relative to the group's centre."""
    normal, weight, along = shapes.surface(packed, points)
    group = packed.group
    axes = group.axes.astype(np.float32)
    away = (group.origin - packed.centre).astype(np.float32)
    local = (points - away) @ axes / np.float32(boxer.scale)
    facing = normal @ axes
    kind = group.kind.split("_")[0]
    if kind == "shorts" and not boxer.trousers:
        return _shorts(boxer, local, facing, normal, weight, along, axes)
    if kind == "glove":
        return _glove(boxer, local, normal, weight)
    if kind == "pad":
        return _pad(boxer, local, normal)
    if kind in ("shirt", "shorts") or (kind == "leg" and boxer.trousers):
        colour = boxer.top if kind == "shirt" and boxer.top else boxer.shorts
        return _loose(colour, local, normal, axes)
    if kind == "boot":
        return _boot(boxer, points + packed.centre.astype(np.float32), normal, local)
    if kind == "hair":
        return _hair(boxer, local, normal)
    found = _skin(boxer, local, normal)
    if kind == "head":
        _face(found, boxer, local)
    elif kind == "torso":
        _chest(found, local, facing)
        if boxer.top and not boxer.shirt:
            _tank(found, boxer, local)
    return found


def _flat(colour: cast.Colour, count: int) -> Array:
    return np.tile(np.array(colour, dtype=np.float32), (count, 1))


def _spot(local: Array, at: tuple[float, float], size: tuple[float, float]) -> Array:
    """A soft round spot on the front, seen along the forward axis: 1 in the middle."""
    x = (local[:, 0] - at[0]) / size[0]
    y = (local[:, 1] - at[1]) / size[1]
    return np.clip(1.35 - np.sqrt(x * x + y * y), 0, 0.5) * 2


def _tint(found: Surface, share: Array, colour: tuple[float, float, float]) -> None:
    blend = share[:, None].astype(np.float32)
    found.albedo = found.albedo * (1 - blend) + np.array(colour, dtype=np.float32) * blend


def _skin(boxer: cast.Boxer, local: Array, normal: Array) -> Surface:
    albedo = _flat(boxer.skin, len(local))
    mottle = np.sin(local[:, 0] * 61 + np.sin(local[:, 1] * 43)) * np.sin(local[:, 1] * 57 + 1)
    albedo *= (1 + 0.045 * mottle)[:, None].astype(np.float32)
    gloss = np.full(len(local), 0.30, dtype=np.float32)
    return Surface(albedo, normal, gloss, 26.0, True)


def _face(found: Surface, boxer: cast.Boxer, local: Array) -> None:
    front = (local[:, 2] > 0.02).astype(np.float32)
    if boxer.beard:
        low = np.clip((-0.036 - local[:, 1]) / 0.012, 0, 1)
        low *= np.clip((local[:, 2] + 0.03) / 0.02, 0, 1)
        low *= np.clip((0.075 - np.abs(local[:, 1] + 0.06)) / 0.02, 0, 1)
        _tint(found, 0.72 * low, (boxer.hair[0] * 1.5, boxer.hair[1] * 1.5, boxer.hair[2] * 1.5))
    if boxer.haircut != "bald":
        temple = np.clip((0.040 - local[:, 2]) / 0.012, 0, 1)
        temple *= np.clip((local[:, 1] - 0.022) / 0.014, 0, 1)
        _tint(found, 0.85 * temple, boxer.hair)
    _features(found, boxer, local, front)


def _features(found: Surface, boxer: cast.Boxer, local: Array, front: Array) -> None:
    """Eyes, brows and mouth."""
    skin = boxer.skin
    dark = tuple(0.55 * c for c in skin)
    for sign in (1.0, -1.0):
        socket = _spot(local, (sign * 0.033, 0.021), (0.024, 0.016)) * front
        _tint(found, 0.45 * socket, (dark[0], dark[1], dark[2]))
        white = _spot(local, (sign * 0.033, 0.020), (0.014, 0.007)) * front
        _tint(found, 0.9 * white, (0.5, 0.48, 0.45))
        iris = _spot(local, (sign * 0.032, 0.019), (0.006, 0.007)) * front
        _tint(found, iris, (0.02, 0.015, 0.01))
        _tint(found, _spot(local, (sign * 0.034, 0.043), (0.022, 0.006)) * front, boxer.hair)
    lips = np.clip((local[:, 2] - 0.068) / 0.008, 0, 1)
    mouth = _spot(local, (0.0, -0.052), (0.021, 0.007)) * lips
    _tint(found, 0.8 * mouth, (skin[0] * 0.62, skin[1] * 0.36, skin[2] * 0.36))
    _tint(found, 0.6 * _spot(local, (0.0, -0.052), (0.018, 0.002)) * lips, (0.03, 0.01, 0.01))


def _chest(found: Surface, local: Array, facing: Array) -> None:
    front = np.clip(facing[:, 2] * 2, 0, 1)
    for sign in (1.0, -1.0):
        nipple = _spot(local, (sign * 0.088, 0.048), (0.012, 0.011)) * front
        _tint(found, 0.6 * nipple, (0.16, 0.07, 0.05))
    middle = np.exp(-((local[:, 0] / 0.007) ** 2)) * front * (local[:, 1] < 0.12)
    found.albedo *= (1 - 0.34 * middle)[:, None].astype(np.float32)
    for y in (0.012, -0.045, -0.100):
        row = np.exp(-(((local[:, 1] - y) / 0.006) ** 2)) * front * (np.abs(local[:, 0]) < 0.07)
        found.albedo *= (1 - 0.26 * row)[:, None].astype(np.float32)
    spine = np.exp(-((local[:, 0] / 0.010) ** 2)) * np.clip(-facing[:, 2] * 2, 0, 1)
    found.albedo *= (1 - 0.25 * spine)[:, None].astype(np.float32)


def _tank(found: Surface, boxer: cast.Boxer, local: Array) -> None:
    """A tight top: below the collar bones, with straps over the shoulders."""
    wide, high = np.abs(local[:, 0]), local[:, 1]
    armhole = 0.158 - 0.046 * np.clip((high - 0.03) / 0.10, 0, 1)
    side = np.clip((armhole - wide) / 0.006, 0, 1)
    neckline = 0.085 + 0.9 * np.clip(wide - 0.02, 0, None)
    low = np.clip((neckline - high) / 0.006, 0, 1)
    strap = np.clip((wide - 0.066) / 0.005, 0, 1)
    share = side * np.maximum(low, strap)
    colour = boxer.top or boxer.shorts
    _tint(found, share, colour)
    edge = np.clip(1 - np.abs(high - neckline + 0.008) / 0.006, 0, 1) * side * (wide < 0.066)
    _tint(found, edge, boxer.trim)
    found.gloss = np.where(share > 0.5, np.float32(0.12), found.gloss)


def _loose(colour: cast.Colour, local: Array, normal: Array, axes: Array) -> Surface:
    """Cotton with folds that hang down."""
    found = Surface(
        _flat(colour, len(local)), normal, np.full(len(local), 0.08, np.float32), 10.0, False
    )
    x, y, z = local[:, 0], local[:, 1], local[:, 2]
    wave = np.cos(24 * x + 7 * y + 2.0 * np.sin(13 * y + 5 * z)) * 0.26
    cross = np.cos(27 * z - 15 * y + 1.5 * np.sin(17 * x)) * 0.26
    relief = np.stack([wave, 0.4 * (wave + cross), cross], axis=1).astype(np.float32)
    bent = normal + relief @ axes.T
    found.normal = bent / np.sqrt((bent * bent).sum(axis=1))[:, None]
    return found


def _pad(boxer: cast.Boxer, local: Array, normal: Array) -> Surface:
    """Leather with a ring and a white target on its face."""
    found = Surface(
        _flat(boxer.gloves, len(local)), normal, np.full(len(local), 0.40, np.float32), 30.0, False
    )
    radius = np.sqrt(local[:, 0] ** 2 + local[:, 1] ** 2) * np.float32(boxer.scale)
    face = np.clip(local[:, 2] / 0.006, 0, 1)
    _tint(found, np.clip((0.070 - radius) / 0.004, 0, 1) * face, boxer.trim)
    _tint(found, np.clip((0.058 - radius) / 0.004, 0, 1) * face, boxer.gloves)
    _tint(found, np.clip((0.026 - radius) / 0.004, 0, 1) * face, boxer.trim)
    return found


def _shorts(
    boxer: cast.Boxer, local: Array, facing: Array, normal: Array, weight: Array,
    along: Array, axes: Array,
) -> Surface:  # fmt: skip
    albedo = _flat(boxer.shorts, len(local))
    found = Surface(albedo, normal, np.full(len(local), 0.16, np.float32), 14.0, False)
    legs = weight[:, 1] + weight[:, 3]
    down = np.where(weight[:, 1] > weight[:, 3], along[:, 1], along[:, 3])
    left = weight[:, 0] + weight[:, 1] > 0.5
    outwards = np.where(left, facing[:, 0], -facing[:, 0])
    side = np.clip((outwards - 0.90) / 0.03, 0, 1)
    _tint(found, side, boxer.trim)
    hem = np.clip((down - 0.90) / 0.012, 0, 1) * (legs > 0.5)
    _tint(found, hem, boxer.trim)
    band = np.clip((local[:, 1] - 0.082) / 0.006, 0, 1)
    _tint(found, band, boxer.trim)
    line = np.exp(-(((local[:, 1] - 0.112) / 0.010) ** 4))
    _tint(found, line, boxer.shorts)
    # Folds: relief from a few crossing waves, deeper towards the hem.
    x, y, z = local[:, 0], local[:, 1], local[:, 2]
    wave = np.cos(26 * x + 9 * y + 2.2 * np.sin(17 * y + 6 * z)) * 0.38
    cross = np.cos(31 * z - 13 * y + 1.7 * np.sin(21 * x)) * 0.34
    depth = (0.35 + 0.65 * np.clip(-y / 0.25, 0, 1)) * (1 - band)
    relief = np.stack([wave * depth, 0.25 * (wave + cross) * depth, cross * depth], axis=1)
    bent = normal + (relief.astype(np.float32) @ axes.T)
    found.normal = bent / np.sqrt((bent * bent).sum(axis=1))[:, None]
    return found


def _glove(boxer: cast.Boxer, local: Array, normal: Array, weight: Array) -> Surface:
    found = Surface(
        _flat(boxer.gloves, len(local)), normal, np.full(len(local), 0.55, np.float32), 38.0, False
    )
    cuff = np.clip((-0.062 - local[:, 1]) / 0.005, 0, 1)
    _tint(found, cuff, boxer.trim)
    strap = np.exp(-(((local[:, 1] + 0.092) / 0.010) ** 4))
    _tint(found, strap, (0.05, 0.05, 0.055))
    seam = np.exp(-((weight[:, 3] - 0.5) ** 2) / 0.02) * 0.4
    found.albedo *= (1 - seam)[:, None].astype(np.float32)
    return found


def _boot(boxer: cast.Boxer, world: Array, normal: Array, local: Array) -> Surface:
    found = Surface(
        _flat(boxer.shoes, len(local)), normal, np.full(len(local), 0.25, np.float32), 20.0, False
    )
    _tint(found, np.exp(-((local[:, 0] / 0.006) ** 2)) * (local[:, 2] > 0.01), boxer.trim)
    top = np.clip((local[:, 1] - 0.118) / 0.006, 0, 1)
    _tint(found, top, boxer.trim)
    sole = np.clip((0.020 - world[:, 1]) / 0.006, 0, 1)
    _tint(found, sole, (0.30, 0.28, 0.25))
    return found


def _hair(boxer: cast.Boxer, local: Array, normal: Array) -> Surface:
    strands = 1 + 0.25 * np.sin(local[:, 0] * 420 + np.sin(local[:, 1] * 90) * 2)
    albedo = _flat(boxer.hair, len(local)) * strands[:, None].astype(np.float32)
    return Surface(albedo, normal, np.full(len(local), 0.12, np.float32), 12.0, False)

"""Lamps over the ring and the soft shadows that bodies cast on the floor and on each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_videos.studio import geometry, motion, trunks
from sample_videos.studio.geometry import Vector
from sample_videos.studio.planes import Floor, Picture
from sample_videos.studio.shapes import Array, Group


def lamp(x: float, y: float, z: float) -> Array:
    """The direction towards a lamp."""
    return geometry.unit(geometry.vector(x, y, z)).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Lamps:
    """The lamps of a stage: unit directions towards them, and linear colours.

    ``key`` and ``second`` cast shadows on the floor, ``rims`` light edges from behind, ``sky``
    and ``bounce`` come from above and below.
    """

    key: Array
    second: Array
    fill: Array
    rims: tuple[Array, Array]
    key_colour: Array
    second_colour: Array
    fill_colour: Array
    rim_colour: Array
    sky: Array
    bounce: Array


def blockers(poses: list[motion.Pose], things: list[Group]) -> tuple[Array, Array]:
    """Spheres that stand for bodies and things in shadows: centres (M, 3), radii (M,)."""
    centres: list[Vector] = []
    radii: list[float] = []

    def add(point: Vector, radius: float) -> None:
        centres.append(point)
        radii.append(radius)

    for pose in poses:
        body = pose.trunk
        s = body.boxer.scale
        add(body.head + 0.02 * body.head_axes[:, 1], 0.095 * s)
        add(body.chest + 0.09 * body.chest_axes[:, 1] * s, 0.145 * s)
        add(body.chest - 0.05 * body.chest_axes[:, 1] * s, 0.135 * s)
        add(body.pelvis + geometry.UP * 0.05, 0.15 * s)
        for side in trunks.SIDES:
            shoulder, elbow, wrist = body.shoulders[side], pose.elbows[side], pose.wrists[side]
            add(shoulder, 0.065 * s)
            add(geometry.mix(shoulder, elbow, 0.55), 0.05 * s)
            add(elbow, 0.042 * s)
            add(geometry.mix(elbow, wrist, 0.6), 0.038 * s)
            add(pose.gloves[side], 0.072 * s)
            hip, knee, ankle = body.hips[side], pose.knees[side], pose.ankles[side]
            add(geometry.mix(hip, knee, 0.25), 0.115 * s)
            add(geometry.mix(hip, knee, 0.65), 0.105 * s)
            add(knee, 0.06 * s)
            add(geometry.mix(knee, ankle, 0.35), 0.052 * s)
            add(geometry.mix(knee, ankle, 0.75), 0.042 * s)
            add(ankle, 0.045 * s)
            add(geometry.mix(pose.heels[side], pose.toes[side], 0.6), 0.042 * s)
    for thing in things:
        for a, b, radius in zip(thing.a, thing.b, thing.ra, strict=True):
            count = int(np.ceil(float(np.linalg.norm(b - a)) / radius)) if radius > 0.1 else 0
            for share in np.linspace(0, 1, count):
                add(geometry.mix(a, b, float(share)), 0.85 * radius)
    return np.array(centres, dtype=np.float32), np.array(radii, dtype=np.float32)


def shadow(
    points: Array, lamp: Array, centres: Array, radii: Array, softness: float, skip: float
) -> Array:
    """Share of a lamp that reaches points (N,), 0..1.

    Each sphere dims by how near the ray towards the lamp passes; spheres nearer than ``skip``
    metres along the ray (the body part itself) fade out.
    """
    along = centres @ lamp - (points @ lamp)[:, None]
    gap = np.zeros_like(along)
    for i in range(3):
        part = centres[:, i] - points[:, i, None] - along * lamp[i]
        gap += part * part
    np.sqrt(gap, out=gap)
    gap -= radii
    edge = np.maximum(along, 0.05) * np.float32(softness)
    lit = np.clip(0.5 + gap / edge, 0, 1)
    lit = lit * lit * (3 - 2 * lit)
    counts = np.clip((along - skip - 0.55 * radii) / (0.9 * radii + 0.02), 0, 1)
    lit = 1 - (1 - lit) * counts
    # Neighbouring spheres of one limb overlap: the darkest counts, the rest only a little.
    darkest = lit.min(axis=1)
    left: Array = (darkest * (0.75 + 0.25 * np.prod(lit, axis=1))).astype(np.float32)
    return left


def nearness(points: Array, centres: Array, radii: Array) -> Array:
    """Ambient light that bodies leave on the floor, 0..1: dark right below feet and trunk."""
    dim = np.zeros(points.shape[0], dtype=np.float32)
    for centre, radius in zip(centres, radii, strict=True):
        offset = centre - points
        distance2 = (offset * offset).sum(axis=1)
        # Solid angle of a sphere above a plane (Lambert): cos * r^2 / d^2.
        dim += np.clip(offset[:, 1], 0, None) / np.sqrt(distance2) * radius * radius / distance2
    left: Array = np.exp(-0.9 * dim).astype(np.float32)
    return left


def floor_shade(floor: Floor, lamps: Lamps, blocked: tuple[Array, Array], step: int = 3) -> Picture:
    """The shadow map of a floor: 1 where fully lit, for every ``step``-th texel."""
    centres, radii = blocked
    x, z = floor.grid(step)
    middle = centres.mean(axis=0)
    near = ((x - middle[0]) ** 2 + (z - middle[2]) ** 2 < 2.6**2).ravel()
    points = np.stack([x.ravel()[near], np.zeros(int(near.sum()), np.float32), z.ravel()[near]], 1)
    points = points.astype(np.float32)
    key = shadow(points, lamps.key, centres, radii, 0.13, 0.0)
    second = shadow(points, lamps.second, centres, radii, 0.16, 0.0)
    shade = np.ones(x.shape, dtype=np.float32).ravel()
    shade[near] = 0.18 * nearness(points, centres, radii) + 0.60 * key + 0.22 * second
    return shade.reshape(x.shape)

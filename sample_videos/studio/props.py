"""Things with a body: a heavy bag on its chain, the ropes and the post in front of a ring."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from sample_videos.studio import geometry, ring
from sample_videos.studio.choreography import FPS
from sample_videos.studio.geometry import Matrix, Vector
from sample_videos.studio.paint import Surface
from sample_videos.studio.planes import Picture, letters
from sample_videos.studio.shapes import Array, Group, Packed, surface


@dataclass(frozen=True, slots=True)
class Blow:
    """A hit at a frame: how far it swings the bag (radians, towards x and z) and twists it."""

    frame: float
    x: float
    z: float
    twist: float


@dataclass(frozen=True, slots=True)
class Bag:
    """A heavy bag that hangs from ``pivot``; heights and lengths in metres when it is at rest."""

    pivot: Vector
    bottom: float = 0.56
    top: float = 1.66
    radius: float = 0.172

    def axes(self, blows: Sequence[Blow], at: float) -> Matrix:
        """Axes of the bag as columns (left, up, forward) after the blows so far."""
        x = z = twist = 0.0
        for blow in blows:
            since = (at - blow.frame) / FPS
            if since > 0:
                # A pendulum of about two metres, and a slower twist of the chain.
                swing = math.exp(-0.62 * since) * math.sin(2.25 * since)
                x, z = x + blow.x * swing, z + blow.z * swing
                twist += blow.twist * math.exp(-0.9 * since) * math.sin(1.7 * since)
        up = geometry.unit(geometry.vector(-x, 1.0, -z))
        ahead = geometry.vector(math.sin(twist), 0.0, math.cos(twist))
        ahead = geometry.unit(ahead - up * float(ahead @ up))
        return np.stack([np.cross(up, ahead), up, ahead], axis=1)

    def middle(self, axes: Matrix, height: float) -> Vector:
        """The point of the bag's axis that is at ``height`` when it is at rest."""
        return self.pivot - axes[:, 1] * (float(self.pivot[1]) - height)

    def groups(self, axes: Matrix) -> list[Group]:
        """The leather body, and the straps and chain that carry it."""
        centre = self.middle(axes, (self.bottom + self.top) / 2)
        body = Group(0, "bag", 60.0, centre, axes)
        low, high = self.middle(axes, self.bottom), self.middle(axes, self.top)
        body.cone(centre, low, self.radius, self.radius * 0.985, cut=True)
        body.cone(centre, high, self.radius, self.radius, cut=True)
        chain = Group(0, "chain", 300.0, high, axes)
        swivel = high + axes[:, 1] * 0.30
        for turn in range(4):
            angle = math.pi * (0.25 + 0.5 * turn)
            rim = axes[:, 0] * math.cos(angle) + axes[:, 2] * math.sin(angle)
            chain.cone(high + rim * (self.radius - 0.02), swivel, 0.010, 0.008)
        length, link = float(np.linalg.norm(self.pivot - swivel)), 0.066
        for number in range(int(length / link)):
            along = swivel + axes[:, 1] * link * number
            side = axes[:, 0 if number % 2 else 2] * 0.016
            for across in (side, -side):
                chain.cone(along + across, along + across + axes[:, 1] * 0.062, 0.008, 0.008)
        return [body, chain]


def bag_label(text: str, colour: tuple[float, float, float]) -> Picture:
    """What is printed on each half of a bag: float32 RGBA over height (rows) and angle."""
    height, width = 550, 540  # a pixel for 2 mm of height and 1 mm around
    layer = np.zeros((height, width), dtype=np.uint8)
    letters(layer, text, width // 2, 190, 2.3, 12)
    layer[92:104] = layer[262:274] = 255
    share = cv2.GaussianBlur(layer, (0, 0), 1.0).astype(np.float32)[..., None] / 255
    ink = np.array(colour, dtype=np.float32)
    return np.concatenate([np.broadcast_to(ink, (height, width, 3)), share], axis=2)


def paint_bag(packed: Packed, points: Array, label: Picture) -> Surface:
    """Leather with darker ends, seams and print; steel for the chain."""
    normal, _, _ = surface(packed, points)
    group = packed.group
    count = len(points)
    if group.kind == "chain":
        steel = np.full((count, 3), 0.28, dtype=np.float32)
        return Surface(steel, normal, np.full(count, 0.9, np.float32), 40.0, False)
    axes = group.axes.astype(np.float32)
    local = (points - (group.origin - packed.centre).astype(np.float32)) @ axes
    facing = normal @ axes
    albedo = np.tile(np.array((0.215, 0.030, 0.026), dtype=np.float32), (count, 1))
    angle = np.arctan2(local[:, 0], local[:, 2]) / math.pi  # -1..1, 0 ahead
    rows = np.clip((0.55 - local[:, 1]) * label.shape[0] / 1.1, 0, label.shape[0] - 1)
    columns = (np.abs(angle) < 0.5) * (angle + 0.5) + (np.abs(angle) >= 0.5) * (angle % 1 - 0.5)
    columns = np.clip((columns % 1) * label.shape[1], 0, label.shape[1] - 1)
    printed = label[rows.astype(np.int32), columns.astype(np.int32)]
    ends = np.clip((np.abs(local[:, 1]) - 0.47) / 0.006, 0, 1)[:, None].astype(np.float32)
    share = printed[:, 3:] * 0.85 * (1 - ends)
    albedo = albedo * (1 - share) + printed[:, :3] * share
    albedo = albedo * (1 - ends) + np.array((0.022, 0.020, 0.020), dtype=np.float32) * ends
    wear = np.sin(local[:, 0] * 47 + np.sin(local[:, 1] * 31) * 2) * np.sin(local[:, 1] * 37)
    seam = np.exp(-((((angle % 0.5) - 0.25) / 0.006) ** 2))
    albedo = albedo * (1 + 0.07 * wear - 0.4 * seam)[:, None].astype(np.float32)
    crease = 0.05 * np.sin(local[:, 1] * 41 + 2.4 * np.sin(angle * 11)) * np.sin(local[:, 1] * 13)
    crease = crease.astype(np.float32)
    bent = normal + axes[:, 1] * (crease * (np.abs(facing[:, 1]) < 0.5))[:, None]
    bent /= np.sqrt((bent * bent).sum(axis=1))[:, None]
    return Surface(albedo, bent, np.full(count, 0.34, np.float32), 24.0, False)


def corner(
    at: tuple[float, float], ends: Sequence[tuple[float, float]], inwards: tuple[float, float]
) -> list[Group]:
    """A ring's corner near the camera: the post, a cushion and the ropes to the next corners.

    ``at`` and ``ends`` are places on the floor plan; ``inwards`` the direction to the middle.
    """
    foot = geometry.vector(at[0], 0.0, at[1])
    inward = geometry.unit(geometry.vector(inwards[0], 0.0, inwards[1]))
    axes = np.stack([np.cross(geometry.UP, inward), geometry.UP, inward], axis=1)
    post = Group(0, "post", 90.0, foot - inward * 0.13, axes)
    post.cone(post.origin, post.origin + geometry.UP * 1.46, 0.048, 0.048)
    cushion = Group(0, "cushion", 90.0, foot, axes)
    cushion.cone(foot + geometry.UP * 0.46, foot + geometry.UP * 1.34, 0.085, 0.085)
    groups = [post, cushion]
    for end in ends:
        far = geometry.vector(end[0], 0.0, end[1])
        for number, height in enumerate(ring.ROPE_HEIGHTS):
            rope = Group(0, f"rope_{number}", 200.0, foot, axes)
            up = geometry.UP * height
            middle = geometry.mix(foot, far, 0.5) + up - geometry.UP * 0.02
            rope.cone(foot + up, middle, 0.019, 0.019)
            rope.cone(middle, far + up, 0.019, 0.019)
            groups.append(rope)
    return groups


def paint_corner(packed: Packed, points: Array, cushion: tuple[float, float, float]) -> Surface:
    """Steel for the post, a coloured cushion with a white band, ropes in their colours."""
    normal, _, _ = surface(packed, points)
    world = points + packed.centre.astype(np.float32)
    count = len(points)
    albedo = np.full((count, 3), 0.05, dtype=np.float32)
    if packed.group.kind == "cushion":
        albedo[:] = cushion
        band = np.clip((0.09 - np.abs(world[:, 1] - 0.90)) / 0.005, 0, 1)[:, None]
        albedo = (albedo * (1 - band) + 0.62 * band).astype(np.float32)
    elif packed.group.kind.startswith("rope"):
        albedo[:] = ring.ROPE_COLOURS[int(packed.group.kind.split("_")[1])]
        along = world[:, 0] + world[:, 2]
        albedo = albedo * (1 + 0.10 * np.sin(along * 70 + world[:, 1] * 60))[:, None]
    return Surface(albedo.astype(np.float32), normal, np.full(count, 0.25, np.float32), 18.0, False)

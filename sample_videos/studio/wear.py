"""What only some people wear or hold: a loose shirt, trousers, a pony tail, focus pads."""

from __future__ import annotations

import numpy as np

from sample_videos.studio import geometry, motion
from sample_videos.studio.geometry import Matrix, Vector
from sample_videos.studio.shapes import Group
from sample_videos.studio.trunks import SIDES, sign

PAD_RADIUS, PAD_THICK = 0.118, 0.026  # of the disc; half of its thickness
PAD_AHEAD = 0.042  # of the disc's middle before the middle of the hand


def shirt(pose: motion.Pose) -> Group:
    """A T-shirt: a tube that hangs over the belt and two short sleeves, open at their ends."""
    body = pose.trunk
    s, m = body.boxer.scale, body.boxer.scale * body.boxer.bulk
    group = Group(body.boxer.id, "shirt", 42.0, body.chest, body.chest_axes)
    belly = body.boxer.belly
    hem = body.pelvis - geometry.UP * 0.050 * s
    for side in SIDES:
        across = sign(side)
        low = hem + body.pelvis_axes[:, 0] * across * 0.066 * s
        group.cone(group.at(across * 0.078, 0.09, -0.004, s), low, 0.118 * m, 0.124 * m, cut=True)
        yoke = group.at(across * 0.045, 0.190, -0.020, s)
        shoulder, elbow = body.shoulders[side], pose.elbows[side]
        group.cone(yoke, shoulder, 0.066 * m, 0.076 * m)
        for place in ((0.120, 0.10, -0.045), (0.115, 0.09, 0.035)):  # shoulder blade and breast
            group.cone(group.at(across * place[0], *place[1:], s), shoulder, 0.066 * m, 0.062 * m)
        sleeve = geometry.mix(shoulder, elbow, 0.66)
        group.cone(shoulder, sleeve, 0.076 * m, 0.070 * m, cut=True)
    front = body.chest_axes[:, 2] * (0.050 + 0.03 * belly) * s
    middle = group.at(0, -0.06, 0.046 + 0.034 * belly, s)
    wide = (0.104 + 0.036 * belly) * m
    group.cone(middle, hem + front, wide, wide, cut=True)
    return group


def trouser_leg(pose: motion.Pose, side: str) -> Group:
    """A loose leg from the hip to over the boot."""
    body = pose.trunk
    m = body.boxer.scale * body.boxer.bulk
    hip, knee, ankle = body.hips[side], pose.knees[side], pose.ankles[side]
    ahead = geometry.unit(pose.toes[side] - pose.heels[side])
    thigh = geometry.unit(knee - hip)
    front = geometry.unit(ahead - thigh * float(ahead @ thigh))
    axes = np.stack([np.cross(-thigh, front), -thigh, front], axis=1)
    group = Group(body.boxer.id, "leg", 60.0, knee, axes)
    hem = geometry.mix(ankle, knee, 0.06)
    group.cone(hip, knee, 0.098 * m, 0.074 * m)
    group.cone(knee, hem, 0.072 * m, 0.060 * m, cut=True)
    group.cone(geometry.mix(knee, ankle, 0.72), hem, 0.062 * m, 0.064 * m, cut=True)
    return group


def tail(hair: Group, pose: motion.Pose) -> None:
    """Adds a pony tail that trails behind the head's movement."""
    body = pose.trunk
    s = body.boxer.scale
    root = hair.at(0, 0.070, -0.105, s)
    away = -body.head_axes[:, 2] * 0.055 * s + pose.trail * 0.8
    middle = root + away - geometry.UP * 0.085 * s
    end = middle + pose.trail * 0.9 - body.head_axes[:, 2] * 0.004 - geometry.UP * 0.12 * s
    hair.cone(hair.at(0, 0.066, -0.085, s), root, 0.026 * s, 0.024 * s)
    hair.cone(root, middle, 0.026 * s, 0.030 * s)
    hair.cone(middle, end, 0.030 * s, 0.012 * s)


def pad_axes(pose: motion.Pose, side: str) -> Matrix:
    """Axes of a pad as columns: across the disc, up the disc, out of its face."""
    out = pose.palms[side]
    arm = geometry.unit(pose.gloves[side] - pose.wrists[side])
    up = arm - out * float(arm @ out)
    if float(up @ up) < 0.01:
        up = geometry.UP - out * float(geometry.UP @ out)
    up = geometry.unit(up)
    return np.stack([np.cross(up, out), up, out], axis=1)


def pad(pose: motion.Pose, side: str) -> list[Group]:
    """A focus pad, a thick disc before the hand, and the back of the hand in its strap."""
    body = pose.trunk
    s = body.boxer.scale
    axes = pad_axes(pose, side)
    hand = pose.gloves[side]
    middle = hand + axes[:, 2] * PAD_AHEAD
    disc = Group(body.boxer.id, f"pad_{side}", 110.0, middle, axes)
    rim = PAD_RADIUS - PAD_THICK

    def on_rim(turn: float) -> Vector:
        away: Vector = (axes[:, 0] * np.cos(turn) + axes[:, 1] * np.sin(turn)) * rim
        return middle + away

    for turn in np.arange(12) * np.pi / 6:
        disc.cone(on_rim(turn), on_rim(turn + np.pi / 6), PAD_THICK, PAD_THICK)
    for row in (-0.6, -0.3, 0.0, 0.3, 0.6):
        half = 0.86 * rim * np.sqrt(1 - row * row)
        at: Vector = middle + axes[:, 1] * rim * row
        disc.cone(at - axes[:, 0] * half, at + axes[:, 0] * half, 0.022, 0.022)
    back = Group(body.boxer.id, f"hand_{side}", 95.0, hand, axes)
    wrist = pose.wrists[side]
    back.cone(wrist, geometry.mix(wrist, hand, 0.5), 0.034 * s, 0.040 * s)
    back.cone(geometry.mix(wrist, hand, 0.5), hand, 0.044 * s, 0.046 * s)
    return [disc, back]

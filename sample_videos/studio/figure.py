"""From a pose to bodies: muscles, head, hair, shorts, gloves and boots as groups of round cones."""

from __future__ import annotations

import numpy as np

from sample_videos.studio import geometry, motion, shapes
from sample_videos.studio.geometry import Matrix, Vector
from sample_videos.studio.shapes import Group

SIDES = motion.SIDES


def groups(pose: motion.Pose) -> list[Group]:
    """All groups of one boxer."""
    found = [_torso(pose), _head(pose), _hair(pose), _shorts(pose)]
    for side in SIDES:
        found += [_arm(pose, side), _glove(pose, side), _leg(pose, side), _boot(pose, side)]
    return found


def _torso(pose: motion.Pose) -> Group:
    body = pose.trunk
    s, m = body.boxer.scale, body.boxer.scale * body.boxer.bulk
    group = Group(body.boxer.id, "torso", 52.0, body.chest, body.chest_axes)

    def place(x: float, y: float, z: float) -> Vector:
        return group.at(x, y, z, s)

    low = body.pelvis + geometry.UP * 0.06 * s
    ahead = body.chest_axes[:, 2]
    left = body.pelvis_axes[:, 0]
    for sign in (1.0, -1.0):
        group.cone(
            low + left * 0.055 * sign * s, place(sign * 0.055, -0.10, 0.0), 0.082 * m, 0.082 * m
        )
        group.cone(
            low + (left * 0.028 * sign + ahead * 0.055) * s,
            place(sign * 0.030, -0.04, 0.068), 0.034 * m, 0.034 * m,
        )  # fmt: skip
        group.cone(
            place(sign * 0.058, -0.09, -0.005), place(sign * 0.066, 0.09, -0.008),
            0.082 * m, 0.088 * m,
        )  # fmt: skip
        group.cone(
            place(sign * 0.045, 0.065, 0.060), place(sign * 0.125, 0.100, 0.032), 0.050 * m, 0.046 * m
        )
        group.cone(
            place(sign * 0.075, -0.08, -0.030), place(sign * 0.135, 0.08, -0.035),
            0.040 * m, 0.055 * m,
        )  # fmt: skip
        group.cone(
            place(sign * 0.050, 0.03, -0.060), place(sign * 0.075, 0.14, -0.055), 0.05 * m, 0.05 * m
        )
        side = "left" if sign > 0 else "right"
        shoulder, elbow = body.shoulders[side], pose.elbows[side]
        group.cone(
            place(sign * 0.03, 0.225, -0.020), geometry.mix(shoulder, place(0, 0.17, -0.02), 0.15),
            0.042 * m, 0.048 * m,
        )  # fmt: skip
        group.cone(shoulder, geometry.mix(shoulder, elbow, 0.36), 0.058 * m, 0.042 * m)
    group.cone(
        place(0, 0.18, -0.015), geometry.mix(body.neck, body.head, 0.55), 0.058 * m, 0.050 * m
    )
    return group


def _arm(pose: motion.Pose, side: str) -> Group:
    body = pose.trunk
    s, m = body.boxer.scale, body.boxer.scale * body.boxer.bulk
    shoulder, elbow, wrist = body.shoulders[side], pose.elbows[side], pose.wrists[side]
    upper, lower = geometry.unit(elbow - shoulder), geometry.unit(wrist - elbow)
    # The inside of the elbow: where the forearm goes, seen along the upper arm.
    inside = lower - upper * float(lower @ upper)
    if float(inside @ inside) < 0.01:
        inside = body.chest_axes[:, 2]
    inside = geometry.unit(inside)
    outside = geometry.unit(np.cross(upper, inside))
    group = Group(body.boxer.id, "arm", 75.0, elbow, _axes(upper, inside))

    def on(a: Vector, b: Vector, share: float, shift: Vector) -> Vector:
        return geometry.mix(a, b, share) + shift * s

    group.cone(shoulder, elbow, 0.047 * m, 0.034 * m)
    group.cone(
        on(shoulder, elbow, -0.02, -inside * 0.004), on(shoulder, elbow, 0.34, -inside * 0.002),
        0.058 * m, 0.034 * m,
    )  # fmt: skip
    flex = 0.006 * max(0.0, -float(upper @ lower) + 0.4)
    group.cone(
        on(shoulder, elbow, 0.40, inside * (0.016 + flex)), on(shoulder, elbow, 0.74, inside * 0.014),
        0.033 * m, 0.027 * m,
    )  # fmt: skip
    group.cone(
        on(shoulder, elbow, 0.30, -inside * 0.018), on(shoulder, elbow, 0.70, -inside * 0.013),
        0.033 * m, 0.026 * m,
    )  # fmt: skip
    group.cone(elbow, wrist, 0.035 * m, 0.026 * m)
    group.cone(
        on(elbow, wrist, 0.05, outside * 0.012 + upper * 0.004),
        on(elbow, wrist, 0.50, outside * 0.004), 0.031 * m, 0.024 * m,
    )  # fmt: skip
    group.cone(
        on(elbow, wrist, 0.08, -outside * 0.012), on(elbow, wrist, 0.48, -outside * 0.004),
        0.029 * m, 0.024 * m,
    )  # fmt: skip
    return group


def _axes(along: Vector, ahead: Vector) -> Matrix:
    """Axes (left, up, forward) with up along a limb and forward as near to ``ahead`` as can be."""
    up = geometry.unit(along)
    forward = geometry.unit(ahead - up * float(ahead @ up))
    return np.stack([np.cross(up, forward), up, forward], axis=1)


def _glove(pose: motion.Pose, side: str) -> Group:
    body = pose.trunk
    s = body.boxer.scale
    wrist, centre = pose.wrists[side], pose.gloves[side]
    along = geometry.unit(centre - wrist)
    inward = -motion.sign(side) * body.chest_axes[:, 0]
    axes = _axes(along, inward)
    group = Group(body.boxer.id, f"glove_{side}", 95.0, centre, axes)
    up_side = geometry.unit(np.cross(along, axes[:, 2])) * motion.sign(side)
    group.cone(wrist - along * 0.035 * s, wrist + along * 0.02 * s, 0.041 * s, 0.040 * s)
    group.cone(centre - along * 0.018 * s, centre + along * 0.026 * s, 0.060 * s, 0.059 * s)
    group.cone(
        centre + along * 0.030 * s + axes[:, 2] * 0.012 * s,
        centre - along * 0.004 * s + axes[:, 2] * 0.026 * s, 0.048 * s, 0.044 * s,
    )  # fmt: skip
    thumb = centre + (up_side * 0.036 + axes[:, 2] * 0.030) * s
    group.cone(thumb - along * 0.038 * s, thumb + along * 0.014 * s, 0.022 * s, 0.024 * s)
    return group


def _leg(pose: motion.Pose, side: str) -> Group:
    body = pose.trunk
    s, m = body.boxer.scale, body.boxer.scale * body.boxer.bulk
    hip, knee, ankle = body.hips[side], pose.knees[side], pose.ankles[side]
    ahead = geometry.unit(pose.toes[side] - pose.heels[side])
    thigh = geometry.unit(knee - hip)
    front = geometry.unit(ahead - thigh * float(ahead @ thigh))
    group = Group(body.boxer.id, "leg", 62.0, knee, _axes(-thigh, front))
    group.cone(hip, knee, 0.078 * m, 0.046 * m)
    group.cone(
        geometry.mix(hip, knee, 0.25) + front * 0.028 * s,
        geometry.mix(hip, knee, 0.80) + front * 0.014 * s, 0.055 * m, 0.036 * m,
    )  # fmt: skip
    group.cone(
        geometry.mix(hip, knee, 0.30) - front * 0.030 * s,
        geometry.mix(hip, knee, 0.85) - front * 0.010 * s, 0.048 * m, 0.032 * m,
    )  # fmt: skip
    group.cone(knee + front * 0.012 * s, knee + front * 0.010 * s, 0.042 * m, 0.040 * m)
    group.cone(knee, ankle, 0.044 * m, 0.033 * m)
    shin = geometry.unit(ankle - knee)
    back = -geometry.unit(ahead - shin * float(ahead @ shin))
    group.cone(
        geometry.mix(knee, ankle, 0.12) + back * 0.024 * s,
        geometry.mix(knee, ankle, 0.48) + back * 0.018 * s, 0.036 * m, 0.030 * m,
    )  # fmt: skip
    return group


def _boot(pose: motion.Pose, side: str) -> Group:
    body = pose.trunk
    s = body.boxer.scale
    knee, ankle = pose.knees[side], pose.ankles[side]
    toe, heel = pose.toes[side], pose.heels[side]
    group = Group(body.boxer.id, "boot", 85.0, ankle, _axes(knee - ankle, toe - heel))
    group.cone(geometry.mix(ankle, knee, 0.34), ankle, 0.042 * s, 0.036 * s)
    group.cone(heel + geometry.UP * 0.003, geometry.mix(heel, toe, 0.45), 0.035 * s, 0.034 * s)
    group.cone(geometry.mix(heel, toe, 0.55), toe, 0.036 * s, 0.029 * s)
    group.cone(ankle, geometry.mix(heel, toe, 0.70), 0.036 * s, 0.032 * s)
    return group


def _shorts(pose: motion.Pose) -> Group:
    body = pose.trunk
    s, m = body.boxer.scale, body.boxer.scale * body.boxer.bulk
    group = Group(body.boxer.id, "shorts", 48.0, body.pelvis, body.pelvis_axes)
    waist = 0.5 + 0.5 * body.boxer.bulk
    for sign, side in ((1.0, "left"), (-1.0, "right")):
        hip, knee = body.hips[side], pose.knees[side]
        group.cone(
            group.at(sign * 0.045, -0.02, 0.0, s), group.at(sign * 0.050, 0.135, 0.012, s),
            0.112 * s * waist, 0.098 * s * waist, cut=True,
        )  # fmt: skip
        outer = body.pelvis_axes[:, 0] * sign * 0.012 * s
        hem = geometry.mix(hip, knee, 0.80) + outer
        group.cone(hip + geometry.UP * 0.01 + outer, hem, 0.098 * m, 0.108 * m, cut=True)
    return group


def _head(pose: motion.Pose) -> Group:
    body = pose.trunk
    s = body.boxer.scale
    group = Group(body.boxer.id, "head", 95.0, body.head, body.head_axes)

    def place(x: float, y: float, z: float) -> Vector:
        return group.at(x, y, z, s)

    group.cone(place(0, 0.045, -0.028), place(0, 0.052, 0.018), 0.072 * s, 0.064 * s)
    group.cone(place(0, 0.01, 0.008), place(0, -0.045, 0.034), 0.064 * s, 0.046 * s)
    for sign in (1.0, -1.0):
        group.cone(
            place(sign * 0.046, -0.035, 0.004), place(sign * 0.018, -0.082, 0.062),
            0.024 * s, 0.021 * s,
        )  # fmt: skip
        group.cone(
            place(sign * 0.030, -0.012, 0.062), place(sign * 0.048, -0.004, 0.040),
            0.018 * s, 0.018 * s,
        )  # fmt: skip
        group.cone(
            place(sign * 0.014, 0.036, 0.080), place(sign * 0.044, 0.036, 0.066),
            0.009 * s, 0.010 * s,
        )  # fmt: skip
        group.cone(
            place(sign * 0.076, 0.016, -0.012), place(sign * 0.073, -0.022, -0.004),
            0.014 * s, 0.011 * s,
        )  # fmt: skip
    group.cone(place(0, 0.022, 0.082), place(0, -0.020, 0.104), 0.010 * s, 0.015 * s)
    group.cone(place(0, -0.088, 0.066), place(0, -0.084, 0.070), 0.020 * s, 0.020 * s)
    group.cone(place(-0.014, -0.054, 0.078), place(0.014, -0.054, 0.078), 0.015 * s, 0.015 * s)
    group.cone(
        place(0, -0.05, -0.02), geometry.mix(body.neck, body.head, 0.2), 0.050 * s, 0.052 * s
    )
    return group


def _hair(pose: motion.Pose) -> Group:
    body = pose.trunk
    s = body.boxer.scale
    group = Group(body.boxer.id, "hair", 80.0, body.head, body.head_axes)
    thick = 0.004 if body.boxer.beard == 0 else 0.012
    group.cone(
        group.at(0, 0.058, -0.030, s), group.at(0, 0.072, 0.010, s),
        (0.070 + thick) * s, (0.054 + thick) * s,
    )  # fmt: skip
    group.cone(
        group.at(0, 0.015, -0.045, s), group.at(0, 0.045, -0.040, s),
        (0.060 + thick / 2) * s, (0.064 + thick) * s,
    )  # fmt: skip
    return group


def joints(pose: motion.Pose) -> dict[str, Vector]:
    """The 17 COCO joints in the ring, in COCO's order."""
    body = pose.trunk
    s = body.boxer.scale

    def face(x: float, y: float, z: float) -> Vector:
        return body.head + (body.head_axes @ geometry.vector(x, y, z)) * s

    found = {"nose": face(0, -0.018, 0.116)}
    for side in SIDES:
        found[f"{side}_eye"] = face(motion.sign(side) * 0.032, 0.022, 0.082)
    for side in SIDES:
        found[f"{side}_ear"] = face(motion.sign(side) * 0.084, -0.002, -0.008)
    for name, points in (
        ("shoulder", body.shoulders),
        ("elbow", pose.elbows),
        ("wrist", pose.wrists),
        ("hip", body.hips),
        ("knee", pose.knees),
        ("ankle", pose.ankles),
    ):
        for side in SIDES:
            found[f"{side}_{name}"] = points[side]
    return found


def packed(pose: motion.Pose) -> list[shapes.Packed]:
    """All groups of one boxer, ready to be traced."""
    return [shapes.pack(group) for group in groups(pose)]

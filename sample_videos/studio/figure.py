"""From a pose to bodies: muscles, head, hair, shorts, gloves and boots as groups of round cones."""

from __future__ import annotations

import numpy as np

from sample_videos.studio import geometry, motion, trunks, wear
from sample_videos.studio.geometry import Matrix, Vector
from sample_videos.studio.shapes import Group

SIDES = trunks.SIDES


def groups(pose: motion.Pose) -> list[Group]:
    """All groups of one person."""
    boxer = pose.trunk.boxer
    found = [_torso(pose), _head(pose)]
    if boxer.haircut != "bald":
        found.append(_hair(pose))
    found.append(_shorts(pose))
    for side in SIDES:
        hand = [_glove(pose, side)] if boxer.holds == "gloves" else wear.pad(pose, side)
        found += [_arm(pose, side), *hand, _leg(pose, side), _boot(pose, side)]
    if boxer.shirt:
        found.append(wear.shirt(pose))
    return found


def _torso(pose: motion.Pose) -> Group:
    body = pose.trunk
    s, m = body.boxer.scale, body.boxer.scale * body.boxer.bulk
    group = Group(body.boxer.id, "torso", 74.0, body.chest, body.chest_axes)

    def place(x: float, y: float, z: float) -> Vector:
        return group.at(x, y, z, s)

    waist, bust = 1 - 0.10 * body.boxer.bust, body.boxer.bust
    low = body.pelvis + geometry.UP * 0.06 * s
    ahead, left = body.chest_axes[:, 2], body.pelvis_axes[:, 0]
    for sign, side in ((1.0, "left"), (-1.0, "right")):
        flank = low + left * 0.060 * sign * s
        group.cone(flank, place(sign * 0.055, -0.10, 0.0), 0.088 * m * waist, 0.086 * m * waist)
        abdomen = low + (left * 0.030 * sign + ahead * 0.062) * s
        group.cone(abdomen, place(sign * 0.032, -0.03, 0.076), 0.036 * m, 0.036 * m)
        ribs = place(sign * 0.060, -0.09, -0.005)
        group.cone(ribs, place(sign * 0.068, 0.09, -0.008), 0.088 * m, 0.094 * m)
        breast = place(sign * 0.052, 0.058, 0.066)
        group.cone(breast, place(sign * 0.132, 0.098, 0.034), 0.054 * m, 0.048 * m)
        flat = place(sign * 0.082, -0.08, -0.030)
        group.cone(flat, place(sign * 0.148, 0.08, -0.035), 0.044 * m, 0.060 * m)
        blade = place(sign * 0.055, 0.03, -0.066)
        group.cone(blade, place(sign * 0.090, 0.14, -0.058), 0.052 * m, 0.054 * m)
        shoulder, elbow = body.shoulders[side], pose.elbows[side]
        yoke = geometry.mix(shoulder, place(0, 0.17, -0.02), 0.15)
        group.cone(place(sign * 0.032, 0.220, -0.022), yoke, 0.044 * m, 0.050 * m)
        group.cone(shoulder, geometry.mix(shoulder, elbow, 0.36), 0.062 * m, 0.045 * m)
        back = place(sign * 0.105, 0.115, -0.055)
        group.cone(back, geometry.mix(shoulder, elbow, 0.10), 0.050 * m, 0.050 * m)
        front = place(sign * 0.120, 0.120, 0.025)
        group.cone(front, geometry.mix(shoulder, elbow, 0.12), 0.046 * m, 0.050 * m)
        if bust:
            cup = place(sign * 0.062, 0.020, 0.066 + 0.014 * bust)
            group.cone(cup, place(sign * 0.080, 0.055, 0.062), 0.056 * m, 0.050 * m)
    if body.boxer.belly:
        round_front = place(0, -0.10, 0.045 + 0.03 * body.boxer.belly)
        group.cone(place(0, -0.02, 0.050), round_front, 0.105 * m, 0.120 * m)
        group.cone(round_front, low + ahead * 0.06 * s, 0.120 * m, 0.105 * m)
    throat = geometry.mix(body.neck, body.head, 0.55)
    group.cone(place(0, 0.18, -0.015), throat, 0.066 * m, 0.057 * m)
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
    group = Group(body.boxer.id, "arm", 100.0, elbow, _axes(upper, inside))

    flex = 0.008 * max(0.0, -float(upper @ lower) + 0.4)

    def muscle(
        ends: tuple[Vector, Vector], shares: tuple[float, float], shifts: tuple[Vector, Vector],
        radii: tuple[float, float],
    ) -> None:  # fmt: skip
        first = geometry.mix(*ends, shares[0]) + shifts[0] * s
        last = geometry.mix(*ends, shares[1]) + shifts[1] * s
        group.cone(first, last, radii[0] * m, radii[1] * m)

    bone, fore = (shoulder, elbow), (elbow, wrist)
    group.cone(shoulder, elbow, 0.050 * m, 0.037 * m)
    muscle(bone, (0.03, 0.38), (-inside * 0.004, -inside * 0.002), (0.061, 0.036))
    biceps = (inside * (0.020 + flex), inside * 0.016)
    muscle(bone, (0.42, 0.74), biceps, (0.036, 0.029))
    muscle(bone, (0.28, 0.70), (-inside * 0.022, -inside * 0.014), (0.036, 0.028))
    group.cone(elbow, wrist, 0.037 * m, 0.028 * m)
    outer = (outside * 0.015 + upper * 0.004, outside * 0.004)
    muscle(fore, (0.04, 0.52), outer, (0.034, 0.025))
    muscle(fore, (0.08, 0.50), (-outside * 0.014, -outside * 0.004), (0.031, 0.025))
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
    inward = -trunks.sign(side) * body.chest_axes[:, 0]
    axes = _axes(along, inward)
    group = Group(body.boxer.id, f"glove_{side}", 95.0, centre, axes)
    up_side = geometry.unit(np.cross(along, axes[:, 2])) * trunks.sign(side)
    group.cone(wrist - along * 0.045 * s, wrist + along * 0.02 * s, 0.045 * s, 0.043 * s)
    group.cone(centre - along * 0.018 * s, centre + along * 0.028 * s, 0.066 * s, 0.066 * s)
    knuckles = centre + (along * 0.034 + axes[:, 2] * 0.014) * s
    palm = centre + (axes[:, 2] * 0.028 - along * 0.004) * s
    group.cone(knuckles, palm, 0.053 * s, 0.048 * s)
    thumb = centre + (up_side * 0.042 + axes[:, 2] * 0.032) * s
    group.cone(thumb - along * 0.042 * s, thumb + along * 0.016 * s, 0.024 * s, 0.026 * s)
    return group


def _leg(pose: motion.Pose, side: str) -> Group:
    body = pose.trunk
    s, m = body.boxer.scale, body.boxer.scale * body.boxer.bulk
    if body.boxer.trousers:
        return wear.trouser_leg(pose, side)
    hip, knee, ankle = body.hips[side], pose.knees[side], pose.ankles[side]
    ahead = geometry.unit(pose.toes[side] - pose.heels[side])
    thigh = geometry.unit(knee - hip)
    front = geometry.unit(ahead - thigh * float(ahead @ thigh))
    group = Group(body.boxer.id, "leg", 80.0, knee, _axes(-thigh, front))
    shin = geometry.unit(ankle - knee)
    back = -geometry.unit(ahead - shin * float(ahead @ shin))
    aside = geometry.unit(np.cross(front, thigh)) * s

    def muscle(
        ends: tuple[Vector, Vector], shares: tuple[float, float], shifts: tuple[Vector, Vector],
        radii: tuple[float, float],
    ) -> None:  # fmt: skip
        first = geometry.mix(*ends, shares[0]) + shifts[0] * s
        last = geometry.mix(*ends, shares[1]) + shifts[1] * s
        group.cone(first, last, radii[0] * m, radii[1] * m)

    bone, low = (hip, knee), (knee, ankle)
    group.cone(hip, knee, 0.084 * m, 0.048 * m)
    muscle(bone, (0.25, 0.84), (front * 0.030, front * 0.016), (0.060, 0.038))
    muscle(bone, (0.30, 0.88), (-front * 0.032, -front * 0.012), (0.054, 0.034))
    group.cone(knee + front * 0.010 * s, knee + front * 0.008 * s, 0.045 * m, 0.043 * m)
    group.cone(knee, ankle, 0.044 * m, 0.035 * m)
    for sign in (1.0, -1.0):
        heads = (back * 0.026 + aside / s * 0.014 * sign, back * 0.020)
        muscle(low, (0.14, 0.50), heads, (0.038, 0.031))
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
    waist = (0.5 + 0.5 * body.boxer.bulk) * (1 - 0.07 * body.boxer.bust)
    for sign, side in ((1.0, "left"), (-1.0, "right")):
        hip, knee = body.hips[side], pose.knees[side]
        group.cone(
            group.at(sign * 0.051, -0.02, -0.008, s), group.at(sign * 0.051, 0.130, 0.010, s),
            0.118 * s * waist, 0.108 * s * waist, cut=True,
        )  # fmt: skip
        outer = body.pelvis_axes[:, 0] * sign * 0.012 * s
        hem = geometry.mix(hip, knee, 0.45 if body.boxer.trousers else 0.80) + outer
        group.cone(hip + geometry.UP * 0.01 + outer, hem, 0.098 * m, 0.108 * m, cut=True)
    group.cone(
        group.at(0, -0.02, -0.030, s), group.at(0, 0.130, -0.012, s),
        0.118 * s * waist, 0.110 * s * waist, cut=True,
    )  # fmt: skip
    return group


def _head(pose: motion.Pose) -> Group:
    body = pose.trunk
    s = body.boxer.scale
    group = Group(body.boxer.id, "head", 84.0, body.head, body.head_axes)

    def place(x: float, y: float, z: float) -> Vector:
        return group.at(x, y, z, s)

    group.cone(place(0, 0.046, -0.030), place(0, 0.054, 0.020), 0.074 * s, 0.064 * s)
    group.cone(place(0, 0.01, 0.008), place(0, -0.045, 0.032), 0.064 * s, 0.046 * s)
    for sign in (1.0, -1.0):
        jaw = place(sign * 0.050, -0.040, 0.004)
        group.cone(jaw, place(sign * 0.018, -0.088, 0.060), 0.023 * s, 0.021 * s)
        cheek = place(sign * 0.028, -0.024, 0.060)
        group.cone(cheek, place(sign * 0.046, -0.012, 0.036), 0.023 * s, 0.022 * s)
        brow = place(sign * 0.012, 0.040, 0.084)
        group.cone(brow, place(sign * 0.046, 0.038, 0.064), 0.011 * s, 0.011 * s)
        ear = place(sign * 0.078, 0.018, -0.014)
        group.cone(ear, place(sign * 0.074, -0.022, -0.004), 0.016 * s, 0.011 * s)
    group.cone(place(0, 0.026, 0.088), place(0, -0.018, 0.112), 0.010 * s, 0.016 * s)
    group.cone(place(0, -0.094, 0.066), place(0, -0.090, 0.072), 0.021 * s, 0.020 * s)
    group.cone(place(-0.014, -0.054, 0.080), place(0.014, -0.054, 0.080), 0.016 * s, 0.016 * s)
    nape = geometry.mix(body.neck, body.head, 0.2)
    group.cone(place(0, -0.05, -0.02), nape, 0.052 * s, 0.055 * s)
    return group


def _hair(pose: motion.Pose) -> Group:
    body = pose.trunk
    s = body.boxer.scale
    group = Group(body.boxer.id, "hair", 80.0, body.head, body.head_axes)
    thick = {"short": 0.004, "quiff": 0.010, "tail": 0.007}[body.boxer.haircut]
    group.cone(
        group.at(0, 0.060, -0.034, s), group.at(0, 0.078, 0.006, s),
        (0.072 + thick) * s, (0.054 + thick) * s,
    )  # fmt: skip
    group.cone(
        group.at(0, 0.010, -0.048, s), group.at(0, 0.045, -0.040, s),
        (0.060 + thick / 2) * s, (0.066 + thick) * s,
    )  # fmt: skip
    if body.boxer.haircut == "quiff":
        group.cone(
            group.at(0.012, 0.118, 0.010, s), group.at(0.014, 0.102, 0.050, s), 0.030 * s, 0.024 * s
        )
    if body.boxer.haircut == "tail":
        wear.tail(group, pose)
    return group


def joints(pose: motion.Pose) -> dict[str, Vector]:
    """The 17 COCO joints in the ring, in COCO's order."""
    body = pose.trunk
    s = body.boxer.scale

    def face(x: float, y: float, z: float) -> Vector:
        return body.head + (body.head_axes @ geometry.vector(x, y, z)) * s

    found = {"nose": face(0, -0.018, 0.126)}
    for side in SIDES:
        found[f"{side}_eye"] = face(trunks.sign(side) * 0.033, 0.020, 0.080)
    for side in SIDES:
        found[f"{side}_ear"] = face(trunks.sign(side) * 0.084, -0.002, -0.008)
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

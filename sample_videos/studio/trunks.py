"""The trunk at any instant: pelvis, chest, neck and head over planted feet."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from sample_videos.studio import actions, cast, choreography, feet, geometry
from sample_videos.studio.geometry import Matrix, Vector

SIDES = ("left", "right")
THIGH, SHANK, ANKLE = 0.445, 0.43, 0.088


@dataclass(frozen=True, slots=True)
class Trunk:
    """Pelvis to head, without limbs. Matrices hold the axes left, up, forward as columns."""

    boxer: cast.Boxer
    heading: float
    pelvis: Vector
    pelvis_axes: Matrix
    chest: Vector
    chest_axes: Matrix
    neck: Vector
    head: Vector
    head_axes: Matrix
    hips: dict[str, Vector]
    shoulders: dict[str, Vector]


def sign(side: str) -> float:
    return 1.0 if side == "left" else -1.0


def other_side(side: str) -> str:
    return "right" if side == "left" else "left"


@lru_cache(maxsize=256)
def trunk(script: choreography.Script, person: int, at: float, *, reacting: bool = True) -> Trunk:
    """The trunk of a person at a frame (may be fractional)."""
    boxer = script.person(person)
    done = actions.motion(script, person, at, reacting=reacting)
    place = script.stand(boxer, at)
    s, m = boxer.scale, boxer.mirror
    turns = 2 * math.pi * (boxer.rhythm * at / choreography.FPS + boxer.phase)
    straight = max(done.jab, done.cross, done.hook)
    ahead = 0.015 * math.sin(turns / 2 + 1) + 0.11 * done.jab + 0.10 * done.cross
    ahead += 0.07 * done.hook - 0.06 * done.stagger - 0.02 * done.block + 0.06 * done.swipe
    across = 0.018 * math.sin(turns / 2) + m * 0.10 * done.slip
    height = 0.895 * s + 0.011 * math.sin(turns) - 0.12 * done.slip
    height -= 0.025 * straight + 0.02 * done.block + 0.30 * done.duck
    to_lead = math.radians(18 * done.jab - 14 * done.windup * (1 - done.hook) + 30 * done.hook)
    to_rear = math.radians(62 * done.cross + 26 * done.swipe)
    yaw = place.heading - m * (math.radians(34 * boxer.bladed) + to_lead - to_rear)
    axes = geometry.turn(place.heading)
    pelvis = geometry.vector(place.x, height, place.z) + axes @ geometry.vector(across, 0, ahead)
    pelvis_yaw = place.heading - m * (
        math.radians(38 * boxer.bladed) + 0.6 * to_lead - 0.62 * to_rear
    )
    pelvis_axes = geometry.turn(pelvis_yaw, math.radians(7))
    hips = _hips(pelvis, pelvis_axes, boxer)
    drop = _needed_drop(script, person, at, hips, s)
    pelvis = pelvis - geometry.UP * drop
    hips = {side: hip - geometry.UP * drop for side, hip in hips.items()}
    lean = (
        13 * boxer.bladed
        + 5 * straight
        + 6 * done.block
        + 12 * done.slip
        + 14 * done.duck
        - 13 * done.stagger
    )
    spine_axes = axes @ geometry.turn(0, math.radians(lean), m * math.radians(-24) * done.slip)
    chest = pelvis + (0.10 * geometry.UP + 0.20 * spine_axes[:, 1]) * s
    chest_axes = spine_axes @ geometry.turn(yaw - place.heading)
    neck = chest + (0.215 * chest_axes[:, 1] - 0.012 * chest_axes[:, 2]) * s
    return _headed(
        Trunk(boxer, place.heading, pelvis, pelvis_axes, chest, chest_axes, neck, neck,
              geometry.turn(0.0), hips, _shoulders(neck, chest_axes, script, boxer, at)),
        done, turns,
    )  # fmt: skip


def _headed(body: Trunk, done: actions.Motion, turns: float) -> Trunk:
    s, m = body.boxer.scale, body.boxer.mirror
    look = geometry.turn(body.heading + m * math.radians(-10 + 22 * done.stagger))
    pitch = math.radians(
        9 + 7 * done.block - 12 * done.duck + 4 * math.sin(turns / 2) - 34 * done.stagger
    )
    roll = math.radians(3 * math.sin(turns / 2 + 0.6)) + m * math.radians(14) * done.slip
    head_axes = look @ geometry.turn(0, pitch, roll)
    column = geometry.unit(body.chest_axes[:, 1] + head_axes[:, 1])
    head = body.neck + (0.150 * column + 0.028 * head_axes[:, 2]) * s
    return replace(body, head=head, head_axes=head_axes)


def _hips(pelvis: Vector, axes: Matrix, boxer: cast.Boxer) -> dict[str, Vector]:
    wide = 0.095 * boxer.hips
    return {
        side: pelvis + (axes @ geometry.vector(sign(side) * wide, -0.02, 0)) * boxer.scale
        for side in SIDES
    }


def _shoulders(
    neck: Vector, axes: Matrix, script: choreography.Script, boxer: cast.Boxer, at: float
) -> dict[str, Vector]:
    found = {}
    wide = 0.197 * boxer.breadth
    for side in SIDES:
        made = strike(script, boxer.id, side, at)
        share = actions.extension(made, at) if made else 0.0
        local = geometry.vector(sign(side) * wide, -0.042 + 0.025 * share, 0.01 + 0.05 * share)
        found[side] = neck + (axes @ local) * boxer.scale
    return found


def _needed_drop(
    script: choreography.Script, person: int, at: float, hips: dict[str, Vector], s: float
) -> float:
    """How much the pelvis must sink so that both feet reach the floor (smooth maximum)."""
    longest = 0.975 * (THIGH + SHANK) * s
    total = 0.0
    for side in SIDES:
        foot = feet.foot(script, person, side, at)
        away = math.hypot(hips[side][0] - foot.x, hips[side][2] - foot.z)
        allowed = ANKLE * s + math.sqrt(max(longest * longest - away * away, 0.01))
        total += math.exp((float(hips[side][1]) - allowed) * 60)
    return math.log1p(total) / 60


def strike(
    script: choreography.Script, person: int, side: str, at: float
) -> choreography.Action | None:
    """The punch or swipe that a hand is making."""
    for action in script.actions:
        if (
            action.kind in choreography.STRIKES
            and action.person == person
            and action.hand == side
            and action.first <= at <= action.last
        ):
            return action
    return None

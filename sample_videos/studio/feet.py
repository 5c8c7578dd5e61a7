"""Where the feet stand: planted in the world, moved one at a time when the body gets away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from sample_videos.studio import cast, choreography, geometry

STEP_FRAMES = 7
LIFT = 0.055


@dataclass(frozen=True, slots=True)
class Foot:
    """A foot at one instant: ankle position on the floor plan, height of the step, direction."""

    x: float
    z: float
    lift: float
    yaw: float


@dataclass(frozen=True, slots=True)
class Step:
    start: int
    before: Foot
    after: Foot


def _wanted(script: choreography.Script, boxer: cast.Boxer, side: str, at: float) -> Foot:
    place = script.stand(boxer, at)
    lead = side == boxer.lead
    mirror = boxer.mirror
    wider = 1 + 0.5 * (1 - boxer.bladed)
    across = (0.10 if lead else -0.15) * wider * mirror * boxer.scale
    ahead = (0.27 if lead else -0.25) * boxer.bladed * boxer.scale
    left_x, left_z = math.cos(place.heading), -math.sin(place.heading)
    ahead_x, ahead_z = math.sin(place.heading), math.cos(place.heading)
    yaw = place.heading - mirror * math.radians((14 if lead else 52) * boxer.bladed)
    x = place.x + left_x * across + ahead_x * ahead
    z = place.z + left_z * across + ahead_z * ahead
    return Foot(x, z, 0.0, yaw)


def _error(planted: Foot, wanted: Foot) -> float:
    distance = math.hypot(planted.x - wanted.x, planted.z - wanted.z)
    return distance + 0.25 * abs(_angle(wanted.yaw - planted.yaw))


def _angle(value: float) -> float:
    return math.remainder(value, 2 * math.pi)


@cache
def steps(script: choreography.Script, person: int) -> dict[str, tuple[Step, ...]]:
    """All steps of a person, made once: the foot that is farther from its place moves first."""
    boxer = script.person(person)
    first = -20
    planted = {side: _wanted(script, boxer, side, first) for side in ("left", "right")}
    made: dict[str, list[Step]] = {"left": [], "right": []}
    busy_until = first
    for frame in range(first, choreography.FRAMES + 20):
        if frame < busy_until:
            continue
        errors = {s: _error(planted[s], _wanted(script, boxer, s, frame + 5)) for s in planted}
        side = max(errors, key=lambda s: errors[s])
        if errors[side] < 0.085:
            continue
        after = _wanted(script, boxer, side, frame + STEP_FRAMES + 5)
        made[side].append(Step(frame, planted[side], after))
        planted[side] = after
        busy_until = frame + STEP_FRAMES - 1
    before = {side: _wanted(script, boxer, side, first) for side in planted}
    start = {side: Step(first - 40, before[side], before[side]) for side in planted}
    return {side: (start[side], *made[side]) for side in planted}


def foot(script: choreography.Script, person: int, side: str, at: float) -> Foot:
    """A foot at a frame: standing still, or on its way in a step."""
    step = [s for s in steps(script, person)[side] if s.start <= at][-1]
    share = (at - step.start) / STEP_FRAMES
    if share >= 1:
        return step.after
    moved = geometry.ease(share)
    length = math.hypot(step.after.x - step.before.x, step.after.z - step.before.z)
    lift = LIFT * min(1.0, 0.35 + length * 3) * math.sin(math.pi * share)
    return Foot(
        step.before.x + (step.after.x - step.before.x) * moved,
        step.before.z + (step.after.z - step.before.z) * moved,
        lift,
        step.before.yaw + _angle(step.after.yaw - step.before.yaw) * moved,
    )

"""Where the feet stand: planted in the world, moved one at a time when the body gets away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from sample_videos.studio import cast, choreography, geometry

STEP_FRAMES = 7
LIFT = 0.055


@dataclass(frozen=True, slots=True)
class Stand:
    """Where and which way the body is, on the floor: metres and radians (0 looks along +z)."""

    x: float
    z: float
    heading: float


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


def stand(person: int, at: float) -> Stand:
    """Where a boxer stands at a frame (may be fractional), facing the other one."""
    half = geometry.curve(choreography.SEPARATION, at) / 2
    half += 0.012 * math.sin(at * 0.21)
    angle = math.radians(geometry.curve(choreography.DIRECTION, at))
    x = geometry.curve(choreography.MIDDLE_X, at)
    z = geometry.curve(choreography.MIDDLE_Z, at)
    sign = -1.0 if person == cast.RED.id else 1.0
    dx, dz = math.cos(angle), math.sin(angle)
    return Stand(x + sign * half * dx, z + sign * half * dz, math.atan2(-sign * dx, -sign * dz))


def _wanted(boxer: cast.Boxer, side: str, at: float) -> Foot:
    place = stand(boxer.id, at)
    lead = side == boxer.lead
    mirror = boxer.mirror
    across = (0.10 if lead else -0.15) * mirror * boxer.scale
    ahead = (0.27 if lead else -0.25) * boxer.scale
    left_x, left_z = math.cos(place.heading), -math.sin(place.heading)
    ahead_x, ahead_z = math.sin(place.heading), math.cos(place.heading)
    yaw = place.heading - mirror * math.radians(14 if lead else 52)
    x = place.x + left_x * across + ahead_x * ahead
    z = place.z + left_z * across + ahead_z * ahead
    return Foot(x, z, 0.0, yaw)


def _error(planted: Foot, wanted: Foot) -> float:
    distance = math.hypot(planted.x - wanted.x, planted.z - wanted.z)
    return distance + 0.25 * abs(_angle(wanted.yaw - planted.yaw))


def _angle(value: float) -> float:
    return math.remainder(value, 2 * math.pi)


@cache
def steps(person: int) -> dict[str, tuple[Step, ...]]:
    """All steps of a boxer, made once: the foot that is farther from its place moves first."""
    boxer = next(b for b in cast.CAST if b.id == person)
    first = -20
    planted = {side: _wanted(boxer, side, first) for side in ("left", "right")}
    made: dict[str, list[Step]] = {"left": [], "right": []}
    busy_until = first
    for frame in range(first, choreography.FRAMES + 20):
        if frame < busy_until:
            continue
        errors = {s: _error(planted[s], _wanted(boxer, s, frame + 5)) for s in planted}
        side = max(errors, key=lambda s: errors[s])
        if errors[side] < 0.085:
            continue
        after = _wanted(boxer, side, frame + STEP_FRAMES + 5)
        made[side].append(Step(frame, planted[side], after))
        planted[side] = after
        busy_until = frame + STEP_FRAMES - 1
    start = {side: Step(first - 40, _wanted(boxer, side, first), _wanted(boxer, side, first))
             for side in planted}  # fmt: skip
    return {side: (start[side], *made[side]) for side in planted}


def foot(person: int, side: str, at: float) -> Foot:
    """A foot at a frame: standing still, or on its way in a step."""
    step = [s for s in steps(person)[side] if s.start <= at][-1]
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

"""The joints at any instant: the trunk, legs on planted feet, arms that reach their targets."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from sample_videos.studio import actions, cast, choreography, feet, geometry
from sample_videos.studio.geometry import Matrix, Vector

SIDES = ("left", "right")
UPPER_ARM, FOREARM, FIST = 0.295, 0.262, 0.094
THIGH, SHANK, ANKLE = 0.445, 0.43, 0.088
HEAD_REACH, GLOVE_REACH = 0.10, 0.074


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


@dataclass(frozen=True, slots=True)
class Pose:
    """All joints of a boxer at one instant, in metres in the ring."""

    trunk: Trunk
    elbows: dict[str, Vector]
    wrists: dict[str, Vector]
    gloves: dict[str, Vector]
    knees: dict[str, Vector]
    ankles: dict[str, Vector]
    toes: dict[str, Vector]
    heels: dict[str, Vector]


def other(person: int) -> cast.Boxer:
    return cast.BLUE if person == cast.RED.id else cast.RED


def boxer_of(person: int) -> cast.Boxer:
    return cast.RED if person == cast.RED.id else cast.BLUE


def sign(side: str) -> float:
    return 1.0 if side == "left" else -1.0


@lru_cache(maxsize=256)
def trunk(person: int, at: float, *, reacting: bool = True) -> Trunk:
    """The trunk of a boxer at a frame (may be fractional)."""
    boxer = boxer_of(person)
    done = actions.motion(person, at, reacting=reacting)
    place = feet.stand(person, at)
    s, m = boxer.scale, boxer.mirror
    turns = 2 * math.pi * (boxer.rhythm * at / choreography.FPS + boxer.phase)
    straight = max(done.jab, done.cross, done.hook)
    ahead = 0.015 * math.sin(turns / 2 + 1) + 0.11 * done.jab + 0.10 * done.cross
    ahead += 0.07 * done.hook - 0.06 * done.stagger - 0.02 * done.block
    across = 0.018 * math.sin(turns / 2) + m * 0.10 * done.slip
    height = 0.895 * s + 0.011 * math.sin(turns) - 0.12 * done.slip
    height -= 0.025 * straight + 0.02 * done.block
    to_lead = math.radians(18 * done.jab - 14 * done.windup * (1 - done.hook) + 30 * done.hook)
    to_rear = math.radians(62 * done.cross)
    yaw = place.heading - m * (math.radians(34) + to_lead - to_rear)
    axes = geometry.turn(place.heading)
    pelvis = geometry.vector(place.x, height, place.z) + axes @ geometry.vector(across, 0, ahead)
    pelvis_yaw = place.heading - m * (math.radians(38) + 0.6 * to_lead - 0.62 * to_rear)
    pelvis_axes = geometry.turn(pelvis_yaw, math.radians(7))
    hips = _hips(pelvis, pelvis_axes, s)
    drop = _needed_drop(person, at, hips, s)
    pelvis = pelvis - geometry.UP * drop
    hips = {side: hip - geometry.UP * drop for side, hip in hips.items()}
    lean = 13 + 5 * straight + 6 * done.block + 12 * done.slip - 13 * done.stagger
    spine_axes = axes @ geometry.turn(0, math.radians(lean), m * math.radians(-24) * done.slip)
    chest = pelvis + (0.10 * geometry.UP + 0.20 * spine_axes[:, 1]) * s
    chest_axes = spine_axes @ geometry.turn(yaw - place.heading)
    neck = chest + (0.215 * chest_axes[:, 1] - 0.012 * chest_axes[:, 2]) * s
    return _headed(
        Trunk(boxer, place.heading, pelvis, pelvis_axes, chest, chest_axes, neck, neck,
              geometry.turn(0.0), hips, _shoulders(neck, chest_axes, person, at, s)),
        done, turns,
    )  # fmt: skip


def _headed(body: Trunk, done: actions.Motion, turns: float) -> Trunk:
    s, m = body.boxer.scale, body.boxer.mirror
    look = geometry.turn(body.heading + m * math.radians(-10 + 22 * done.stagger))
    pitch = math.radians(9 + 7 * done.block + 4 * math.sin(turns / 2) - 34 * done.stagger)
    roll = math.radians(3 * math.sin(turns / 2 + 0.6)) + m * math.radians(14) * done.slip
    head_axes = look @ geometry.turn(0, pitch, roll)
    column = geometry.unit(body.chest_axes[:, 1] + head_axes[:, 1])
    head = body.neck + (0.150 * column + 0.028 * head_axes[:, 2]) * s
    return replace(body, head=head, head_axes=head_axes)


def _hips(pelvis: Vector, axes: Matrix, s: float) -> dict[str, Vector]:
    return {
        side: pelvis + (axes @ geometry.vector(sign(side) * 0.095, -0.02, 0)) * s for side in SIDES
    }


def _shoulders(neck: Vector, axes: Matrix, person: int, at: float, s: float) -> dict[str, Vector]:
    found = {}
    for side in SIDES:
        punch = _punch(person, side, at)
        share = actions.extension(punch, at) if punch else 0.0
        local = geometry.vector(sign(side) * 0.197, -0.042 + 0.025 * share, 0.01 + 0.05 * share)
        found[side] = neck + (axes @ local) * s
    return found


def _needed_drop(person: int, at: float, hips: dict[str, Vector], s: float) -> float:
    """How much the pelvis must sink so that both feet reach the floor (smooth maximum)."""
    longest = 0.975 * (THIGH + SHANK) * s
    total = 0.0
    for side in SIDES:
        foot = feet.foot(person, side, at)
        away = math.hypot(hips[side][0] - foot.x, hips[side][2] - foot.z)
        allowed = ANKLE * s + math.sqrt(max(longest * longest - away * away, 0.01))
        total += math.exp((float(hips[side][1]) - allowed) * 60)
    return math.log1p(total) / 60


def _punch(person: int, side: str, at: float) -> choreography.Action | None:
    for action in choreography.ACTIONS:
        if (
            action.kind in choreography.PUNCHES
            and action.person == person
            and action.hand == side
            and action.first <= at <= action.last
        ):
            return action
    return None


def _guard(body: Trunk, side: str, at: float) -> Vector:
    """Where the glove is held: lead hand ahead of the chin, rear hand at the cheek."""
    boxer = body.boxer
    turns = 2 * math.pi * (boxer.rhythm * at / choreography.FPS + boxer.phase)
    lead = side == boxer.lead
    axes = geometry.turn(body.heading)
    wave = 0.014 * math.sin(turns + (0.8 if lead else 2.4))
    across = sign(side) * (0.085 if lead else 0.075)
    ahead = (0.335 if lead else 0.185) + wave
    up = (-0.115 if lead else -0.135) + 0.012 * math.sin(turns / 2 + (0 if lead else 2))
    anchor = body.neck + geometry.UP * 0.15 * boxer.scale
    return anchor + (axes @ geometry.vector(across, up, ahead)) * boxer.scale


def _block_place(body: Trunk, action: choreography.Action) -> Vector:
    punch = next(
        a
        for a in choreography.ACTIONS
        if a.kind in choreography.PUNCHES and a.contact == action.contact
    )
    side = sign(action.hand or "left")
    local = (
        geometry.vector(side * 0.155, 0.0, 0.09)
        if punch.kind == "hook"
        else geometry.vector(side * 0.03, -0.03, 0.215)
    )
    return body.head + (geometry.turn(body.heading) @ local) * body.boxer.scale


@lru_cache(maxsize=256)
def glove(person: int, side: str, at: float) -> Vector:
    """Centre of a glove at a frame, before the arm's reach limits it."""
    body = trunk(person, at)
    place = _guard(body, side, at)
    for action in choreography.ACTIONS:
        if action.person != person or action.hand != side:
            continue
        if not action.first <= at <= action.last:
            continue
        if action.kind == "block":
            place = geometry.mix(place, _block_place(body, action), actions.hold(action, at))
        else:
            share = actions.extension(action, at)
            place = _on_the_way(place, target(action), share, action, body)
    return place


def _on_the_way(
    start: Vector, end: Vector, share: float, action: choreography.Action, body: Trunk
) -> Vector:
    if action.kind != "hook":
        return geometry.mix(start, end, share)
    outwards = geometry.turn(body.heading) @ geometry.vector(sign(action.hand or "left"), 0, 0.05)
    middle = geometry.mix(start, end, 0.5) + outwards * 0.36
    first, second = geometry.mix(start, middle, share), geometry.mix(middle, end, share)
    return geometry.mix(first, second, share)


@lru_cache(maxsize=64)
def target(action: choreography.Action) -> Vector:
    """Where a punch goes: fixed in the ring, known before it starts."""
    rival = other(action.person)
    moment = action.contact
    if action.outcome == "missed" and any(a.kind == "slip" for a in _answers(action)):
        moment = action.first
    rival_body = trunk(rival.id, float(moment), reacting=False)
    head = rival_body.head
    towards = geometry.turn(trunk(action.person, float(action.contact)).heading)[:, 2]
    sidewards = geometry.turn(rival_body.heading)[:, 0]
    if action.outcome == "blocked" and action.catch:
        caught = glove(rival.id, action.catch, float(action.contact))
        gap = 1.75 * GLOVE_REACH
        if action.kind == "hook":
            return caught + sidewards * sign(action.catch) * gap - towards * 0.02
        return caught - towards * gap
    if action.outcome == "landed":
        return head - towards * (HEAD_REACH + GLOVE_REACH) - geometry.UP * 0.015
    if moment == action.first:
        return head + towards * 0.02
    return head - towards * 0.36


def _answers(action: choreography.Action) -> list[choreography.Action]:
    return [
        a for a in choreography.ACTIONS if a.person != action.person and a.contact == action.contact
    ]


@lru_cache(maxsize=64)
def pose(person: int, at: float) -> Pose:
    """The whole body of a boxer at a frame (may be fractional)."""
    body = trunk(person, at)
    s = body.boxer.scale
    axes = geometry.turn(body.heading)
    elbows, wrists, gloves = {}, {}, {}
    for side in SIDES:
        shoulder = body.shoulders[side]
        lower = (FOREARM + FIST) * s
        end = geometry.reach(shoulder, glove(person, side, at), UPPER_ARM * s + lower - 0.004)
        elbow = geometry.bend(shoulder, end, UPPER_ARM * s, lower, _elbow_pole(body, side, at))
        elbows[side] = elbow
        wrists[side] = elbow + geometry.unit(end - elbow) * FOREARM * s
        gloves[side] = end
    knees, ankles, toes, heels = {}, {}, {}, {}
    cross = actions.motion(person, at).cross
    for side in SIDES:
        foot = feet.foot(person, side, at)
        rear = side != body.boxer.lead
        yaw = foot.yaw + (body.boxer.mirror * math.radians(38) * cross if rear else 0.0)
        raised = (0.035 + 0.045 * cross if rear else 0.006) + 0.4 * foot.lift
        forward = geometry.vector(math.sin(yaw), 0, math.cos(yaw))
        ankle = geometry.vector(foot.x, ANKLE * s + foot.lift + raised, foot.z)
        ankle = geometry.reach(body.hips[side], ankle, 0.995 * (THIGH + SHANK) * s)
        pole = forward + 0.6 * axes[:, 2] + 0.1 * sign(side) * axes[:, 0]
        knees[side] = geometry.bend(body.hips[side], ankle, THIGH * s, SHANK * s, pole)
        ankles[side] = ankle
        toes[side] = geometry.vector(
            float(ankle[0]), 0.036 * s + foot.lift, float(ankle[2])
        ) + forward * (0.155 * s)
        heels[side] = ankle - geometry.UP * 0.05 * s - forward * 0.045 * s
    return Pose(body, elbows, wrists, gloves, knees, ankles, toes, heels)


def _elbow_pole(body: Trunk, side: str, at: float) -> Vector:
    """Elbows hang down in the guard; in a hook the elbow rises to the level of the fist."""
    axes = geometry.turn(body.heading)
    down = geometry.vector(sign(side) * 0.42, -1.0, -0.25)
    punch = _punch(body.boxer.id, side, at)
    if punch:
        share = min(1.0, 1.6 * actions.extension(punch, at))
        aside = (1.3, 0.35, -0.2) if punch.kind == "hook" else (0.75, -0.65, -0.1)
        flung = geometry.vector(sign(side) * aside[0], aside[1], aside[2])
        down = geometry.mix(down, flung, share)
    pole: Vector = axes @ down
    return pole

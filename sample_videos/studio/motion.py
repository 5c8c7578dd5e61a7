"""The whole body at any instant: legs on planted feet, arms that reach their targets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from sample_videos.studio import actions, choreography, feet, geometry, hands, trunks
from sample_videos.studio.geometry import Vector
from sample_videos.studio.trunks import ANKLE, SHANK, SIDES, THIGH, Trunk, sign

UPPER_ARM, FOREARM, FIST = 0.295, 0.262, 0.094
TRAILING = 3.5  # frames that hair lags behind the head


@dataclass(frozen=True, slots=True)
class Pose:
    """All joints of a person at one instant, in metres.

    ``gloves`` are the centres of the hands, ``palms`` the directions in which pads look, ``trail``
    leads from the head to where it was a moment ago.
    """

    trunk: Trunk
    elbows: dict[str, Vector]
    wrists: dict[str, Vector]
    gloves: dict[str, Vector]
    palms: dict[str, Vector]
    knees: dict[str, Vector]
    ankles: dict[str, Vector]
    toes: dict[str, Vector]
    heels: dict[str, Vector]
    trail: Vector


@lru_cache(maxsize=64)
def pose(script: choreography.Script, person: int, at: float) -> Pose:
    """The whole body of a person at a frame (may be fractional)."""
    body = trunks.trunk(script, person, at)
    s = body.boxer.scale
    axes = geometry.turn(body.heading)
    elbows, wrists, gloves = {}, {}, {}
    for side in SIDES:
        shoulder = body.shoulders[side]
        lower = (FOREARM + FIST) * s
        wanted = hands.place(script, person, side, at)
        end = geometry.reach(shoulder, wanted, UPPER_ARM * s + lower - 0.004)
        pole = hands.elbow_pole(script, body, side, at)
        elbow = geometry.bend(shoulder, end, UPPER_ARM * s, lower, pole)
        elbows[side] = elbow
        wrists[side] = elbow + geometry.unit(end - elbow) * FOREARM * s
        gloves[side] = end
    knees, ankles, toes, heels = {}, {}, {}, {}
    cross = actions.motion(script, person, at).cross
    for side in SIDES:
        foot = feet.foot(script, person, side, at)
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
    palms = {side: hands.palm(script, body, side, at) for side in SIDES}
    trail = trunks.trunk(script, person, at - TRAILING).head - body.head
    return Pose(body, elbows, wrists, gloves, palms, knees, ankles, toes, heels, trail)

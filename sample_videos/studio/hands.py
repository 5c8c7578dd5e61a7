"""Where the hands are: held in the guard, on the way to a target, raised to catch a punch."""

from __future__ import annotations

import math
from functools import lru_cache

from sample_videos.studio import actions, choreography, geometry, trunks
from sample_videos.studio.geometry import Vector
from sample_videos.studio.trunks import Trunk, sign

HEAD_REACH, GLOVE_REACH = 0.10, 0.074
ROUND = ("hook", "swipe")  # strikes that come from the side


def _guard(script: choreography.Script, body: Trunk, side: str, at: float) -> Vector:
    """Where a hand is held: lead glove ahead of the chin, rear glove at the cheek; pads lower."""
    boxer = body.boxer
    turns = 2 * math.pi * (boxer.rhythm * at / choreography.FPS + boxer.phase)
    lead = side == boxer.lead
    axes = geometry.turn(body.heading)
    if boxer.holds == "pads":
        sway = 0.012 * math.sin(turns / 2 + (0 if lead else 2))
        # The hand that rests while the other swipes makes room for a head that ducks.
        striking = trunks.strike(script, boxer.id, side, at)
        away = 0.0 if striking else actions.motion(script, boxer.id, at).swipe
        local = geometry.vector(
            sign(side) * (0.20 + 0.12 * away), sway - 0.36 - 0.05 * away, 0.34 - 0.22 * away
        )
        return body.neck + (axes @ local) * boxer.scale
    wave = 0.014 * math.sin(turns + (0.8 if lead else 2.4))
    across = sign(side) * (0.085 if lead else 0.075)
    ahead = (0.335 if lead else 0.185) + wave
    up = (-0.115 if lead else -0.135) + 0.012 * math.sin(turns / 2 + (0 if lead else 2))
    anchor = body.neck + geometry.UP * 0.15 * boxer.scale
    return anchor + (axes @ geometry.vector(across, up, ahead)) * boxer.scale


@lru_cache(maxsize=256)
def place(script: choreography.Script, person: int, side: str, at: float) -> Vector:
    """Centre of a glove, or of the hand in a pad, at a frame, before the arm's reach limits it."""
    body = trunks.trunk(script, person, at)
    found = _guard(script, body, side, at)
    for action in script.actions:
        if action.person != person or action.hand != side:
            continue
        if not action.first <= at <= action.last:
            continue
        if action.kind in choreography.CATCHES:
            found = geometry.mix(found, script.hold(action, at), actions.hold(action, at))
            if action.kind == "catch":
                give = 0.05 * actions.stagger(action, at)
                found = found - palm(script, body, side, at) * give
        else:
            share = actions.extension(action, at)
            found = _on_the_way(found, script.target(action), share, action, body)
    return found


def _on_the_way(
    start: Vector, end: Vector, share: float, action: choreography.Action, body: Trunk
) -> Vector:
    if action.kind not in ROUND:
        return geometry.mix(start, end, share)
    outwards = geometry.turn(body.heading) @ geometry.vector(sign(action.hand or "left"), 0, 0.05)
    middle = geometry.mix(start, end, 0.5) + outwards * 0.36
    if action.kind == "swipe":  # level with the head from early on
        middle[1] = end[1]
    first, second = geometry.mix(start, middle, share), geometry.mix(middle, end, share)
    return geometry.mix(first, second, share)


def palm(script: choreography.Script, body: Trunk, side: str, at: float) -> Vector:
    """Which way the face of a pad looks: ahead, and sideways where a hook comes from."""
    axes = geometry.turn(body.heading)
    ahead = axes[:, 2] - 0.12 * geometry.UP - 0.15 * sign(side) * axes[:, 0]
    for action in script.actions:
        if (action.person, action.hand, action.kind) != (body.boxer.id, side, "catch"):
            continue
        if action.first <= at <= action.last:
            punch = next(a for a in script.answers(action) if a.kind in choreography.PUNCHES)
            inward = 0.5 * axes[:, 2] - 0.9 * sign(side) * axes[:, 0]
            wanted = inward if punch.kind == "hook" else axes[:, 2] - 0.05 * geometry.UP
            ahead = geometry.mix(ahead, wanted, actions.hold(action, at))
    return geometry.unit(ahead)


def elbow_pole(script: choreography.Script, body: Trunk, side: str, at: float) -> Vector:
    """Elbows hang down in the guard; in a hook the elbow rises to the level of the fist."""
    axes = geometry.turn(body.heading)
    down = geometry.vector(sign(side) * 0.42, -1.0, -0.25)
    made = trunks.strike(script, body.boxer.id, side, at)
    if made:
        share = min(1.0, 1.6 * actions.extension(made, at))
        aside = (1.3, 0.35, -0.2) if made.kind in ROUND else (0.75, -0.65, -0.1)
        flung = geometry.vector(sign(side) * aside[0], aside[1], aside[2])
        down = geometry.mix(down, flung, share)
    pole: Vector = axes @ down
    return pole

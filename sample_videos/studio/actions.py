"""How far each action is at an instant: extension of a punch, turn of the body, sway of a slip."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sample_videos.studio import choreography, geometry


@dataclass(frozen=True, slots=True)
class Motion:
    """What a boxer's actions do to the trunk at an instant; all shares are 0..1."""

    jab: float = 0.0
    cross: float = 0.0
    hook: float = 0.0
    swipe: float = 0.0
    windup: float = 0.0
    block: float = 0.0
    catch: float = 0.0
    slip: float = 0.0
    duck: float = 0.0
    stagger: float = 0.0


def extension(action: choreography.Action, at: float) -> float:
    """Way of the glove from the guard (0) to the target (1): fastest just before the contact."""
    if at <= action.first or at >= action.last:
        return 0.0
    if at <= action.contact:
        share = (at - action.first) / (action.contact - action.first)
        start = 0.25 if action.kind != "jab" else 0.1
        share = max(share - start, 0.0) / (1 - start)
        way: float = share**1.9 * (1.35 - 0.35 * share)
        return way
    return 1.0 - geometry.ease((at - action.contact - 0.6) / (action.last - action.contact - 0.6))


def body_turn(action: choreography.Action, at: float) -> float:
    """Share of hip and shoulder rotation: it runs ahead of the hand."""
    if at <= action.first or at >= action.last:
        return 0.0
    if at <= action.contact + 1:
        return geometry.ease((at - action.first) / (action.contact + 1 - action.first))
    return 1.0 - geometry.ease((at - action.contact - 1) / (action.last - action.contact - 1))


def hold(action: choreography.Action, at: float) -> float:
    """Share of a catch, slip or duck: up before the contact, down after it."""
    rise = action.contact - action.first
    up = geometry.ease((at - action.first) / max(rise * 0.85, 1))
    down = geometry.ease((at - action.contact - 4) / max(action.last - action.contact - 4, 1))
    return up * (1 - down)


def stagger(action: choreography.Action, at: float) -> float:
    """Share of the reaction to a landed punch: sudden, then fading."""
    since = at - action.contact
    if since <= 0 or at >= action.last:
        return 0.0
    rise = geometry.ease(since / 2.5)
    return rise * math.exp(-max(since - 2.5, 0) / 4.0) * (1 - geometry.ease((since - 8) / 8))


def motion(script: choreography.Script, person: int, at: float, *, reacting: bool = True) -> Motion:
    """All that a boxer's actions do at an instant; without ``reacting`` no punch moves the head."""
    found: dict[str, float] = {}
    for action in script.actions:
        if action.person != person or not action.first <= at <= action.last:
            continue
        amount = _amount(action, at, reacting)
        found[action.kind] = max(found.get(action.kind, 0.0), amount)
        if action.kind == "hook":
            share = (at - action.first) / (action.contact - action.first)
            found["windup"] = max(math.sin(math.pi * min(max(share * 1.4, 0), 1)), 0.0)
    return Motion(**found)


def _amount(action: choreography.Action, at: float, reacting: bool) -> float:
    if action.kind in choreography.STRIKES:
        return body_turn(action, at)
    if action.kind == "stagger":
        return stagger(action, at) if reacting else 0.0
    return hold(action, at)

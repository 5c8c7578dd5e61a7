"""Sparring: two boxers in a ring, from the side; they change sides, one hides the other."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sample_videos.studio import camera, geometry, hall, hands, ring, trunks
from sample_videos.studio.cast import Boxer
from sample_videos.studio.choreography import PUNCHES, Action, Script, Stand
from sample_videos.studio.film import Film, Stage
from sample_videos.studio.films.sparring_words import CAPTIONS, QUESTIONS
from sample_videos.studio.geometry import Vector
from sample_videos.studio.hands import GLOVE_REACH, HEAD_REACH
from sample_videos.studio.light import Lamps, lamp
from sample_videos.studio.planes import Plane
from sample_videos.studio.sound import Noises
from sample_videos.studio.trunks import sign

RED = Boxer(
    id=1,
    name="red",
    names={"en": "the boxer in red", "ko": "빨간 글러브 선수"},
    scale=1.03,
    bulk=1.0,
    lead="left",
    phase=0.0,
    rhythm=1.85,
    skin=(0.235, 0.115, 0.066),
    hair=(0.012, 0.010, 0.009),
    beard=0.0,
    shorts=(0.62, 0.022, 0.030),
    trim=(0.86, 0.70, 0.30),
    gloves=(0.66, 0.020, 0.026),
    shoes=(0.62, 0.62, 0.62),
)

BLUE = Boxer(
    id=2,
    name="blue",
    names={"en": "the boxer in blue", "ko": "파란 글러브 선수"},
    scale=0.965,
    bulk=1.12,
    lead="right",
    phase=0.37,
    rhythm=1.7,
    skin=(0.62, 0.375, 0.255),
    hair=(0.095, 0.045, 0.020),
    beard=1.0,
    shorts=(0.030, 0.085, 0.48),
    trim=(0.85, 0.85, 0.85),
    gloves=(0.022, 0.10, 0.60),
    shoes=(0.030, 0.032, 0.040),
    haircut="quiff",
)

# Separation in metres, direction from red to blue in degrees (0: blue on the right, -90: blue
# behind red) and middle point of the two, each as (frame, value) keys.
SEPARATION = (
    (0, 1.9), (22, 1.42), (34, 1.38), (56, 1.32), (67, 1.13), (88, 1.16), (107, 1.06),
    (124, 1.25), (140, 1.22), (165, 1.08), (185, 1.08), (205, 1.24), (221, 1.30), (236, 1.33),
    (247, 1.23), (262, 1.17), (280, 1.4), (299, 1.6),
)  # fmt: skip
DIRECTION = (
    (0, 10), (50, 2), (110, -8), (128, -22), (150, -68), (164, -86), (180, -100), (196, -140),
    (214, -170), (250, -181), (299, -186),
)  # fmt: skip
MIDDLE_X = ((0, -0.25), (60, -0.05), (120, 0.15), (180, 0.30), (240, 0.42), (299, 0.5))
MIDDLE_Z = ((0, 0.0), (90, 0.05), (165, -0.34), (240, 0.0), (299, 0.0))

ACTIONS = (
    Action("jab", 1, "left", 28, 44, 34, "blocked", "left"),
    Action("block", 2, "left", 29, 44, 34),
    Action("jab", 1, "left", 50, 65, 56, "landed"),
    Action("stagger", 2, None, 56, 72, 56),
    Action("cross", 1, "right", 60, 80, 67, "missed"),
    Action("slip", 2, None, 60, 78, 67),
    Action("jab", 2, "right", 82, 97, 88, "landed"),
    Action("stagger", 1, None, 88, 104, 88),
    Action("hook", 2, "right", 98, 120, 107, "blocked", "left"),
    Action("block", 1, "left", 99, 119, 107),
    Action("jab", 1, "left", 134, 149, 140, "missed"),
    Action("cross", 2, "left", 214, 234, 221, "blocked", "right"),
    Action("block", 1, "right", 215, 232, 221),
    Action("jab", 1, "left", 230, 244, 236, "landed"),
    Action("stagger", 2, None, 236, 250, 236),
    Action("cross", 1, "right", 240, 261, 247, "landed"),
    Action("stagger", 2, None, 247, 270, 247),
    Action("hook", 1, "left", 252, 276, 262, "blocked", "right"),
    Action("block", 2, "right", 253, 274, 262),
)  # fmt: skip

TRACK = ((0, -0.55), (100, -0.15), (200, 0.35), (299, 0.70))
PAN = ((0, -0.75), (70, -0.28), (150, 0.12), (220, 0.42), (299, 0.78))


def stand(boxer: Boxer, at: float) -> Stand:
    """Where a boxer stands at a frame (may be fractional), facing the other one."""
    half = geometry.curve(SEPARATION, at) / 2
    half += 0.012 * math.sin(at * 0.21)
    angle = math.radians(geometry.curve(DIRECTION, at))
    x = geometry.curve(MIDDLE_X, at)
    z = geometry.curve(MIDDLE_Z, at)
    side = -1.0 if boxer.id == RED.id else 1.0
    dx, dz = math.cos(angle), math.sin(angle)
    return Stand(x + side * half * dx, z + side * half * dz, math.atan2(-side * dx, -side * dz))


def hold(action: Action, at: float) -> Vector:
    """Where a glove blocks: before the face, or beside it against a hook."""
    body = trunks.trunk(SCRIPT, action.person, at)
    punch = next(a for a in SCRIPT.actions if a.kind in PUNCHES and a.contact == action.contact)
    side = sign(action.hand or "left")
    local = (
        geometry.vector(side * 0.155, 0.0, 0.09)
        if punch.kind == "hook"
        else geometry.vector(side * 0.03, -0.03, 0.215)
    )
    return body.head + (geometry.turn(body.heading) @ local) * body.boxer.scale


@lru_cache(maxsize=64)
def target(action: Action) -> Vector:
    """Where a punch goes: fixed in the ring, known before it starts."""
    rival = SCRIPT.other(action.person)
    moment = action.contact
    if action.outcome == "missed" and any(a.kind == "slip" for a in SCRIPT.answers(action)):
        moment = action.first
    rival_body = trunks.trunk(SCRIPT, rival.id, float(moment), reacting=False)
    head = rival_body.head
    own = trunks.trunk(SCRIPT, action.person, float(action.contact))
    towards = geometry.turn(own.heading)[:, 2]
    sidewards = geometry.turn(rival_body.heading)[:, 0]
    if action.outcome == "blocked" and action.catch:
        caught = hands.place(SCRIPT, rival.id, action.catch, float(action.contact))
        gap = 1.75 * GLOVE_REACH
        if action.kind == "hook":
            return caught + sidewards * sign(action.catch) * gap - towards * 0.02
        return caught - towards * gap
    if action.outcome == "landed":
        return head - towards * (HEAD_REACH + GLOVE_REACH) - geometry.UP * 0.015
    if moment == action.first:
        return head + towards * 0.02
    return head - towards * 0.36


def view(at: float) -> camera.View:
    """A slow pan and track along the ring, with the slight sway of a handheld camera."""
    sway = 0.006 * math.sin(at * 0.083) + 0.003 * math.sin(at * 0.19 + 1)
    place = geometry.vector(
        geometry.curve(TRACK, at) + sway, 1.46 + 0.004 * math.sin(at * 0.11 + 2), 3.36
    )
    look = geometry.vector(geometry.curve(PAN, at) + sway, 0.92 + 0.004 * math.sin(at * 0.13), 0.0)
    return camera.towards(place, look)


SCRIPT = Script(
    name="sparring",
    cast=(RED, BLUE),
    actions=ACTIONS,
    event_kinds=(*PUNCHES, "block"),
    stand=stand,
    target=target,
    hold=hold,
    captions=CAPTIONS,
    questions=QUESTIONS,
)

RING = ring.Ring(
    left=-3.55, right=3.55, back=-3.3, front=3.6,
    ground=(0.40, 0.45, 0.52), ink=(0.045, 0.085, 0.26), edge=(0.035, 0.055, 0.16),
    words=("DATAGUARD", "SPARRING"), circle=1.0, spot=(2.9, 0.1, 2.7),
)  # fmt: skip

LAMPS = Lamps(
    key=lamp(0.30, 1.0, 0.42),
    second=lamp(-0.55, 1.0, -0.10),
    fill=lamp(-0.25, 0.25, 1.0),
    rims=(lamp(-0.75, 0.45, -0.75), lamp(0.80, 0.50, -0.65)),
    key_colour=np.array((1.62, 1.48, 1.30), dtype=np.float32),
    second_colour=np.array((0.40, 0.40, 0.44), dtype=np.float32),
    fill_colour=np.array((0.17, 0.18, 0.21), dtype=np.float32),
    rim_colour=np.array((0.42, 0.50, 0.66), dtype=np.float32),
    sky=np.array((0.15, 0.155, 0.175), dtype=np.float32),
    bounce=np.array((0.13, 0.14, 0.155), dtype=np.float32),
)


@lru_cache(maxsize=1)
def ropes() -> tuple[Plane, ...]:
    left, right = ring.side_ropes(RING, RING.left, 5.2), ring.side_ropes(RING, RING.right, 5.2)
    return (left, right, ring.back_ropes(RING))


FILM = Film(
    script=SCRIPT,
    stage=Stage(lamps=LAMPS, floor=ring.floor(RING), behind=hall.planes, over=ropes),
    view=view,
    noises=Noises(bells=((2, 0.34), (11, 0.30)), hit="body", voices=1.0, seed=77),
    seed=2024,
)

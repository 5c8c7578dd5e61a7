"""Pad work: a boxer and a trainer with focus pads, seen from behind a corner of the ring."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sample_videos.studio import camera, geometry, gym, hands, motion, props, ring, trunks
from sample_videos.studio.cast import Boxer
from sample_videos.studio.choreography import PUNCHES, Action, Script, Stand
from sample_videos.studio.film import Film, Stage
from sample_videos.studio.films.pad_work_words import CAPTIONS, QUESTIONS
from sample_videos.studio.geometry import Vector
from sample_videos.studio.light import Lamps, lamp
from sample_videos.studio.paint import Surface
from sample_videos.studio.planes import Plane
from sample_videos.studio.shapes import Array, Group, Packed
from sample_videos.studio.sound import Noises
from sample_videos.studio.trunks import sign
from sample_videos.studio.wear import PAD_AHEAD, PAD_THICK

BOXER = Boxer(
    id=1,
    name="boxer",
    names={"en": "the boxer", "ko": "선수"},
    scale=0.985,
    bulk=0.94,
    lead="right",
    phase=0.6,
    rhythm=1.8,
    skin=(0.52, 0.315, 0.205),
    hair=(0.012, 0.011, 0.011),
    beard=0.0,
    shorts=(0.66, 0.64, 0.60),
    trim=(0.035, 0.23, 0.10),
    gloves=(0.030, 0.21, 0.095),
    shoes=(0.60, 0.60, 0.58),
    top=(0.040, 0.25, 0.115),
)

TRAINER = Boxer(
    id=2,
    name="trainer",
    names={"en": "the trainer", "ko": "트레이너"},
    scale=0.98,
    bulk=1.13,
    lead="left",
    phase=0.1,
    rhythm=1.2,
    skin=(0.135, 0.066, 0.040),
    hair=(0.115, 0.108, 0.10),
    beard=1.0,
    shorts=(0.022, 0.028, 0.055),
    trim=(0.70, 0.68, 0.62),
    gloves=(0.42, 0.030, 0.028),
    shoes=(0.55, 0.55, 0.55),
    haircut="bald",
    belly=0.7,
    bladed=0.45,
    holds="pads",
    top=(0.36, 0.37, 0.39),
    shirt=True,
    trousers=True,
)

# Separation in metres, direction from boxer to trainer in degrees (0: trainer towards +x,
# -90: towards -z) and middle point of the two, each as (frame, value) keys.
SEPARATION = (
    (0, 1.95), (30, 1.56), (44, 1.64), (58, 1.60), (70, 1.49), (88, 1.64), (98, 1.58), (110, 1.48),
    (122, 1.34), (138, 1.04), (150, 0.94), (166, 1.42), (178, 1.32), (194, 1.62), (206, 1.55),
    (220, 1.06), (232, 0.92), (248, 1.30), (262, 1.46), (299, 1.9),
)  # fmt: skip
DIRECTION = ((0, -66), (70, -52), (130, -44), (200, -22), (250, -30), (299, -44))
MIDDLE_X = ((0, 0.55), (120, 0.88), (220, 0.72), (299, 0.8))
MIDDLE_Z = ((0, 0.8), (120, 0.62), (220, 0.82), (299, 0.7))


def _punch(kind: str, hand: str, contact: int) -> tuple[Action, Action]:
    """A punch and the catch that answers it: straight ones cross over, hooks meet their name."""
    pad = hand if kind == "hook" else trunks.other_side(hand)
    before, after = {"jab": (6, 10), "cross": (7, 13), "hook": (10, 14)}[kind]
    first, last = contact - before, contact + after
    return (
        Action(kind, BOXER.id, hand, first, last, contact, "landed", pad),
        Action("catch", TRAINER.id, pad, contact - 10, contact + 10, contact),
    )


def _swipe(contact: int) -> tuple[Action, Action]:
    """The trainer swings a pad at the head; the boxer ducks under it."""
    return (
        Action("swipe", TRAINER.id, "right", contact - 14, contact + 14, contact, "missed"),
        Action("duck", BOXER.id, None, contact - 16, contact + 15, contact),
    )


ACTIONS = (
    *_punch("jab", "right", 30),
    *_punch("jab", "right", 58),
    *_punch("cross", "left", 69),
    *_punch("jab", "right", 98),
    *_punch("cross", "left", 109),
    *_punch("hook", "right", 122),
    *_swipe(150),
    *_punch("cross", "left", 167),
    *_punch("hook", "right", 179),
    *_punch("jab", "right", 206),
    *_swipe(232),
    *_punch("hook", "right", 249),
    *_punch("cross", "left", 262),
)


def stand(person: Boxer, at: float) -> Stand:
    """Where somebody stands at a frame (may be fractional), facing the other one."""
    half = geometry.curve(SEPARATION, at) / 2 + 0.008 * math.sin(at * 0.19)
    angle = math.radians(geometry.curve(DIRECTION, at))
    x, z = geometry.curve(MIDDLE_X, at), geometry.curve(MIDDLE_Z, at)
    side = -1.0 if person.id == BOXER.id else 1.0
    dx, dz = math.cos(angle), math.sin(angle)
    return Stand(x + side * half * dx, z + side * half * dz, math.atan2(-side * dx, -side * dz))


def hold(action: Action, at: float) -> Vector:
    """Where a pad is offered: beside the chin, for a hook nearer and in the middle."""
    body = trunks.trunk(SCRIPT, action.person, at)
    punch = next(a for a in SCRIPT.answers(action) if a.kind in PUNCHES)
    across = sign(action.hand or "left")
    local = (
        geometry.vector(across * 0.04, 0.12, 0.38)
        if punch.kind == "hook"
        else geometry.vector(across * 0.115, 0.10, 0.42)
    )
    return body.neck + (geometry.turn(body.heading) @ local) * body.boxer.scale


@lru_cache(maxsize=64)
def target(action: Action) -> Vector:
    """Where a glove meets its pad, or how far a swipe goes past the head."""
    if action.kind == "swipe":
        rival = trunks.trunk(SCRIPT, BOXER.id, float(action.first), reacting=False)
        axes = geometry.turn(trunks.trunk(SCRIPT, action.person, float(action.contact)).heading)
        past = -sign(action.hand or "left") * axes[:, 0] * 0.26
        return rival.head + past - axes[:, 2] * 0.06 + geometry.UP * 0.02
    pad = action.catch or "left"
    holder = motion.pose(SCRIPT, TRAINER.id, float(action.contact))
    gap = PAD_AHEAD + PAD_THICK + hands.GLOVE_REACH - 0.010
    return holder.gloves[pad] + holder.palms[pad] * gap


def view(at: float) -> camera.View:
    """From behind the corner, a little above the ropes, swaying on a shoulder."""
    sway = 0.007 * math.sin(at * 0.07) + 0.003 * math.sin(at * 0.23 + 1)
    pan = geometry.curve(((0, -0.05), (150, 0.06), (299, -0.02)), at)
    place = geometry.vector(3.52 + sway, 1.98 + 0.004 * math.sin(at * 0.1), 3.42 - sway)
    return camera.towards(place, geometry.vector(0.62 + pan, 0.84, 0.52 - pan))


SCRIPT = Script(
    name="pad_work",
    cast=(BOXER, TRAINER),
    actions=ACTIONS,
    event_kinds=(*PUNCHES, "catch", "swipe", "duck"),
    stand=stand,
    target=target,
    hold=hold,
    captions=CAPTIONS,
    questions=QUESTIONS,
)

RING = ring.Ring(
    left=-2.7, right=2.7, back=-2.7, front=2.7,
    ground=(0.50, 0.47, 0.40), ink=(0.16, 0.030, 0.026), edge=(0.10, 0.020, 0.018),
    words=("DATAGUARD", "GYM"), circle=0.72, spot=(2.6, 0.0, 2.6),
)  # fmt: skip
ROOM = gym.Room(
    left=-6.2, right=6.0, back=-6.0, front=6.0, below=-0.95,
    brick=(0.120, 0.135, 0.150), band=(0.030, 0.060, 0.085), ground=(0.055, 0.056, 0.060),
    glow=(1.7, 1.9, 2.1), windows=False, posters=("HANDS UP", "BREATHE", "PAD WORK", "GYM"),
    seed=47,
)  # fmt: skip

# Evening: a cool row of tubes overhead, a warm lamp low from the right.
LAMPS = Lamps(
    key=lamp(0.25, 1.0, 0.35),
    second=lamp(0.75, 0.80, -0.45),
    fill=lamp(0.55, 0.30, 0.60),
    rims=(lamp(-0.80, 0.45, 0.10), lamp(0.10, 0.50, -0.90)),
    key_colour=np.array((1.28, 1.38, 1.46), dtype=np.float32),
    second_colour=np.array((0.62, 0.46, 0.28), dtype=np.float32),
    fill_colour=np.array((0.26, 0.27, 0.29), dtype=np.float32),
    rim_colour=np.array((0.60, 0.48, 0.34), dtype=np.float32),
    sky=np.array((0.18, 0.20, 0.22), dtype=np.float32),
    bounce=np.array((0.15, 0.13, 0.11), dtype=np.float32),
)

CORNER = ((2.62, 2.62), ((-2.62, 2.62), (2.62, -2.62)), (-1.0, -1.0))


def things(_: float) -> list[Group]:
    return props.corner(*CORNER)


def paint(packed: Packed, points: Array) -> Surface:
    return props.paint_corner(packed, points, (0.30, 0.028, 0.026))


def behind() -> tuple[Plane, ...]:
    return (*gym.walls(ROOM), gym.ground(ROOM))


@lru_cache(maxsize=1)
def over() -> tuple[Plane, ...]:
    """The ropes on the far sides."""
    return (ring.side_ropes(RING, RING.left, 5.3), ring.back_ropes(RING))


FILM = Film(
    script=SCRIPT,
    stage=Stage(
        lamps=LAMPS, floor=ring.floor(RING), behind=behind, over=over, things=things, paint=paint
    ),
    view=view,
    noises=Noises(bells=((284, 0.30), (293, 0.26)), hit="pad", voices=0.3, seed=79),
    seed=2026,
)

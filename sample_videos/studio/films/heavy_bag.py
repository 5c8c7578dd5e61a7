"""Heavy bag: one boxer at a swinging bag, first from the front, then from three quarters."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sample_videos.studio import camera, geometry, gym, props
from sample_videos.studio.cast import Boxer
from sample_videos.studio.choreography import PUNCHES, Action, Script, Stand
from sample_videos.studio.film import Film, Stage
from sample_videos.studio.films.heavy_bag_words import CAPTIONS, QUESTIONS
from sample_videos.studio.geometry import Vector
from sample_videos.studio.hands import GLOVE_REACH
from sample_videos.studio.light import Lamps, lamp
from sample_videos.studio.paint import Surface
from sample_videos.studio.planes import Plane
from sample_videos.studio.props import Bag, Blow
from sample_videos.studio.shapes import Array, Group, Packed
from sample_videos.studio.sound import Noises
from sample_videos.studio.trunks import sign

BOXER = Boxer(
    id=1,
    name="teal",
    names={"en": "the boxer in the teal top", "ko": "청록색 상의를 입은 선수"},
    scale=0.945,
    bulk=0.88,
    lead="left",
    phase=0.15,
    rhythm=1.9,
    skin=(0.40, 0.215, 0.135),
    hair=(0.016, 0.011, 0.009),
    beard=0.0,
    shorts=(0.020, 0.022, 0.028),
    trim=(0.72, 0.72, 0.70),
    gloves=(0.70, 0.33, 0.018),
    shoes=(0.035, 0.040, 0.050),
    haircut="tail",
    breadth=0.93,
    hips=1.08,
    bust=1.0,
    top=(0.010, 0.215, 0.225),
)

# Distance from the bag at rest in metres and direction to it in degrees (0 looks along +z).
DISTANCE = (
    (0, 1.42), (20, 1.17), (40, 1.17), (54, 1.14), (66, 1.05), (84, 1.22), (98, 1.10),
    (110, 1.03), (123, 0.955), (140, 1.20), (160, 1.12), (176, 0.96), (190, 1.12), (202, 1.12),
    (213, 1.03), (227, 0.915), (244, 1.04), (258, 1.25), (272, 1.16), (299, 1.4),
)  # fmt: skip
DIRECTION = ((0, 4), (70, -4), (140, 3), (200, 14), (250, 24), (299, 26))

ACTIONS = (
    Action("jab", 1, "left", 24, 40, 30, "landed", height=1.42),
    Action("jab", 1, "left", 48, 63, 54, "landed", height=1.45),
    Action("cross", 1, "right", 58, 79, 65, "landed", height=1.40),
    Action("jab", 1, "left", 92, 107, 98, "landed", height=1.43),
    Action("cross", 1, "right", 102, 122, 109, "landed", height=1.38),
    Action("hook", 1, "left", 113, 136, 123, "landed", height=1.40),
    Action("hook", 1, "left", 164, 188, 174, "landed", height=1.06),
    Action("jab", 1, "left", 196, 211, 202, "landed", height=1.44),
    Action("cross", 1, "right", 206, 226, 213, "landed", height=1.38),
    Action("hook", 1, "left", 217, 240, 227, "landed", height=1.42),
    Action("cross", 1, "right", 235, 256, 242, "landed", height=1.36),
    Action("jab", 1, "left", 266, 282, 272, "landed", height=1.43),
)
SWING = {"jab": 0.030, "cross": 0.075, "hook": 0.062}  # radians
CUT = 150

BAG = Bag(geometry.vector(0.0, 3.25, 1.15))
HOOK_AHEAD = 0.55  # how far ahead of the bag's side a hook meets it, as a share of the radius


def stand(_: Boxer, at: float) -> Stand:
    """Where the boxer stands at a frame (may be fractional), facing the bag at rest."""
    angle = math.radians(geometry.curve(DIRECTION, at))
    away = geometry.curve(DISTANCE, at) + 0.010 * math.sin(at * 0.23)
    x, _, z = BAG.pivot
    return Stand(float(x) - away * math.sin(angle), float(z) - away * math.cos(angle), angle)


@lru_cache(maxsize=1)
def blows() -> tuple[props.Blow, ...]:
    """What each punch does to the bag, from the script alone."""
    found = []
    for action in ACTIONS:
        axes = geometry.turn(stand(BOXER, float(action.contact)).heading)
        way, twist = axes[:, 2], 0.05 * sign(action.hand or "left")
        if action.kind == "hook":
            way = 0.5 * axes[:, 2] - sign(action.hand or "left") * 0.85 * axes[:, 0]
            twist *= -4
        swing = SWING[action.kind] * way
        found.append(Blow(action.contact, float(swing[0]), float(swing[2]), twist))
    return tuple(found)


@lru_cache(maxsize=32)
def target(action: Action) -> Vector:
    """Where a punch meets the bag, which still swings from the blows before."""
    at = float(action.contact)
    middle = BAG.middle(BAG.axes(blows(), at), action.height)
    axes = geometry.turn(stand(BOXER, at).heading)
    if action.kind == "hook":
        towards = sign(action.hand or "left") * axes[:, 0] - HOOK_AHEAD * axes[:, 2]
    else:
        towards = -axes[:, 2]
    return middle + geometry.unit(towards) * (BAG.radius + GLOVE_REACH - 0.008)


def hold(action: Action, _: float) -> Vector:
    raise LookupError(f"nobody catches a {action.kind} here")


def view(at: float) -> camera.View:
    """From the front past the bag; after the cut from three quarters, slowly closer."""
    sway = 0.005 * math.sin(at * 0.09) + 0.003 * math.sin(at * 0.21 + 1)
    if at < CUT - 0.5:
        across = geometry.curve(((0, -1.20), (CUT, -0.92)), at)
        return camera.towards(
            geometry.vector(across + sway, 1.40, 3.72), geometry.vector(0.04 + sway, 1.00, 0.2)
        )
    turn = math.radians(geometry.curve(((CUT, 50), (299, 60)), at))
    away = geometry.curve(((CUT, 3.45), (299, 3.2)), at)
    place = geometry.vector(
        away * math.sin(turn) + sway, 1.50 + 0.3 * sway, 0.55 + away * math.cos(turn)
    )
    return camera.towards(place, geometry.vector(0.02 + sway, 0.98, 0.52))


SCRIPT = Script(
    name="heavy_bag",
    cast=(BOXER,),
    actions=ACTIONS,
    event_kinds=PUNCHES,
    stand=stand,
    target=target,
    hold=hold,
    captions=CAPTIONS,
    questions=QUESTIONS,
)

ROOM = gym.Room(
    left=-5.0, right=9.5, back=-4.3, front=4.2, below=0.0,
    brick=(0.205, 0.092, 0.058), band=(0.055, 0.075, 0.082), ground=(0.115, 0.125, 0.14),
    glow=(1.9, 1.95, 1.9), windows=True, posters=("TRAIN", "FOCUS", "BOXING", "ROUND 3"), seed=31,
)  # fmt: skip

# Day through the windows on the left of the picture, lamps above, a bright room.
LAMPS = Lamps(
    key=lamp(-0.60, 0.85, 0.62),
    second=lamp(0.35, 1.0, 0.15),
    fill=lamp(0.70, 0.30, 0.75),
    rims=(lamp(-0.80, 0.40, -0.60), lamp(0.55, 0.60, -0.75)),
    key_colour=np.array((1.45, 1.42, 1.34), dtype=np.float32),
    second_colour=np.array((0.46, 0.42, 0.34), dtype=np.float32),
    fill_colour=np.array((0.24, 0.22, 0.20), dtype=np.float32),
    rim_colour=np.array((0.50, 0.55, 0.58), dtype=np.float32),
    sky=np.array((0.20, 0.205, 0.205), dtype=np.float32),
    bounce=np.array((0.12, 0.105, 0.095), dtype=np.float32),
)

LABEL = props.bag_label("DATAGUARD", (0.60, 0.56, 0.48))


def things(at: float) -> list[Group]:
    return BAG.groups(BAG.axes(blows(), at))


def paint(packed: Packed, points: Array) -> Surface:
    return props.paint_bag(packed, points, LABEL)


def walls() -> tuple[Plane, ...]:
    return gym.walls(ROOM)


def _nothing() -> tuple[Plane, ...]:
    return ()


FILM = Film(
    script=SCRIPT,
    stage=Stage(
        lamps=LAMPS, floor=gym.floor(ROOM), behind=walls, over=_nothing, things=things, paint=paint
    ),
    view=view,
    noises=Noises(bells=((3, 0.26),), hit="bag", voices=0.35, seed=78),
    seed=2025,
    labelled=("bag",),
    cuts=(CUT,),
)

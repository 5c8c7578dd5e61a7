"""What a film's script is made of, in frames at 30 fps: who stands where and does what and when.

Everything the truth says about actions is written in a script first and only then drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sample_videos.studio.cast import Boxer
from sample_videos.studio.geometry import Vector
from sample_videos.studio.words import Caption, Question

FPS = 30
FRAMES = 300
WIDTH, HEIGHT = 640, 360

PUNCHES = ("jab", "cross", "hook")
STRIKES = (*PUNCHES, "swipe")  # all that moves a hand to a target
CATCHES = ("block", "catch")  # all that holds a hand where a strike will end


@dataclass(frozen=True, slots=True)
class Action:
    """Something one person does from frame ``first`` to ``last``, both included.

    ``kind`` is a strike, a catch, slip, duck or stagger; ``contact`` the frame of the impact.
    ``outcome`` of a punch: landed, blocked (by the other's ``catch`` hand) or missed. A punch that
    lands on a pad names the hand that holds it in ``catch``; ``height`` says how high a punch
    hits the bag (metres over the floor).
    """

    kind: str
    person: int
    hand: str | None
    first: int
    last: int
    contact: int
    outcome: str | None = None
    catch: str | None = None
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Stand:
    """Where and which way the body is, on the floor: metres and radians (0 looks along +z)."""

    x: float
    z: float
    heading: float


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """One film's people and what they do.

    ``stand`` says where a person is at a frame (may be fractional), ``target`` where a strike
    ends, ``hold`` where the hand of a catch is, ``event_kinds`` which actions the truth lists.
    Scripts are told apart by identity, so they can be keys of caches.
    """

    name: str
    cast: tuple[Boxer, ...]
    actions: tuple[Action, ...]
    event_kinds: tuple[str, ...]
    stand: Callable[[Boxer, float], Stand]
    target: Callable[[Action], Vector]
    hold: Callable[[Action, float], Vector]
    captions: Sequence[Caption]
    questions: Sequence[Question]

    def person(self, number: int) -> Boxer:
        return next(boxer for boxer in self.cast if boxer.id == number)

    def other(self, number: int) -> Boxer:
        """The other one of two."""
        return next(boxer for boxer in self.cast if boxer.id != number)

    def answers(self, action: Action) -> list[Action]:
        """What the other one does at the contact of an action."""
        return [
            a for a in self.actions if a.person != action.person and a.contact == action.contact
        ]

"""A film: a script, a stage to play it on, a camera that looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sample_videos.studio.camera import View
from sample_videos.studio.choreography import Script
from sample_videos.studio.light import Lamps
from sample_videos.studio.paint import Surface
from sample_videos.studio.planes import Floor, Plane
from sample_videos.studio.shapes import Array, Group, Packed
from sample_videos.studio.sound import Noises


def _nothing(_: float) -> list[Group]:
    return []


def _no_paint(packed: Packed, _: Array) -> Surface:
    raise LookupError(f"nothing says what {packed.group.kind} is made of")


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What is there besides the people.

    ``behind`` and ``over`` are the planes drawn before and after the floor; ``things`` are bodies
    with person 0 at a frame (may be fractional), ``paint`` gives their material at points.
    """

    lamps: Lamps
    floor: Floor
    behind: Callable[[], tuple[Plane, ...]]
    over: Callable[[], tuple[Plane, ...]]
    things: Callable[[float], list[Group]] = _nothing
    paint: Callable[[Packed, Array], Surface] = _no_paint
    exposure: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Everything that makes a clip and its truth.

    ``labelled`` names the kinds of things that the truth lists; ``cuts`` are the first frames of
    new shots; ``seed`` is that of the sensor noise.
    """

    script: Script
    stage: Stage
    view: Callable[[float], View]
    noises: Noises
    seed: int
    labelled: tuple[str, ...] = ()
    cuts: tuple[int, ...] = ()

"""What the played annotator does: the first thing that is wrong, by the same rules in both arms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from benchmarks import policy
from benchmarks.hand import Hand
from core.labels import Box, Keyframe
from core.tracks import Track

FRAMES = 40
ANN, BEN = Box(10, 10, 20, 40), Box(100, 10, 20, 40)
Truth = Mapping[int, Mapping[int, Box]]
"""By person and frame."""


@dataclass
class Diary:
    """A hand that does nothing but write down what it was told."""

    did: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def actions(self) -> int:
        return len(self.did)

    def __getattr__(self, name: str) -> Callable[..., None]:
        def note(*words: Any) -> None:
            if name != "saved":
                self.did.append((name, *words))

        return note


def track(number: int, boxes: Mapping[int, Box | None]) -> Track:
    """A keyframe on every frame; None is an absence."""
    frames = sorted(boxes)
    keyframes = tuple(
        Keyframe(frame, box or ANN, outside=box is None) for frame, box in sorted(boxes.items())
    )
    return Track(
        id=number,
        video=1,
        class_id=1,
        run=1,
        person=None,
        model="m",
        skeleton=None,
        name="",
        first=frames[0],
        last=frames[-1],
        score=0.9,
        state="suggested",
        hidden=False,
        deleted=False,
        attributes={},
        revision=1,
        keyframes=keyframes,
    )


def everywhere(box: Box, frames: Iterable[int] = range(FRAMES)) -> dict[int, Box]:
    return dict.fromkeys(frames, box)


def done(truth: Truth, *found: Track, tools: bool = True) -> list[tuple[Any, ...]]:
    """What the hand did at one look."""
    people = {
        frame: [
            {"id": person, "box": list(boxes[frame].values()), "visible": 1.0}
            for person, boxes in truth.items()
            if frame in boxes
        ]
        for frame in range(FRAMES)
    }
    looks = iter([False, True])
    diary = Diary()
    policy.correct(
        cast(Hand, diary),
        lambda: policy.Scene(people, list(found), good_enough=next(looks)),
        tools=tools,
        most=99,
    )
    # Where it goes and what it chooses are told by their frame and track alone.
    return [did[:2] if did[0] in ("go_to", "select") else did for did in diary.did]


TRUTH = {1: everywhere(ANN), 2: everywhere(BEN)}
GOOD = track(1, everywhere(ANN))


def test_nothing_is_done_when_it_is_good_enough() -> None:
    diary = Diary()
    scene = policy.Scene({}, [], good_enough=True)
    policy.correct(cast(Hand, diary), lambda: scene, tools=True, most=99)
    assert diary.did == []


@pytest.mark.parametrize("tools", [True, False])
def test_a_track_of_nobody_is_rejected(tools: bool) -> None:
    chair = track(2, everywhere(Box(200, 200, 20, 20)))
    assert done(TRUTH, GOOD, chair, tools=tools) == [("go_to", 20), ("select", 2), ("key", "x")]


@pytest.mark.parametrize(("tools", "last"), [(True, ("key", "s")), (False, ("delete", "onward"))])
def test_a_track_that_changes_its_person_is_cut_there(tools: bool, last: tuple[str, str]) -> None:
    mixed = track(1, {**everywhere(ANN, range(15)), **everywhere(BEN, range(15, FRAMES))})
    assert done(TRUTH, mixed, tools=tools) == [("go_to", 15), ("select", 1), last]


def test_parts_of_one_person_become_one_track() -> None:
    first, second = track(1, everywhere(ANN, range(20))), track(2, everywhere(ANN, range(25, 40)))
    truth = {1: everywhere(ANN)}
    assert done(truth, first, second) == [("go_to", 19), ("select", 1), ("merge_with", 2)]
    assert done(truth, first, second, tools=False) == [
        ("go_to", 25),
        ("select", 2),
        ("delete", "track"),
        ("go_to", 19),
        ("select", 1),
        ("copy_forward", 20),
    ]


@pytest.mark.parametrize(
    ("span", "edge", "wanted", "key"),
    [
        (range(10, FRAMES), 10, 0, "Shift+BracketLeft"),
        (range(30), 29, FRAMES - 1, "Shift+BracketRight"),
    ],
)
def test_a_track_begins_and_ends_where_its_person_does(
    span: range, edge: int, wanted: int, key: str
) -> None:
    short = track(1, everywhere(ANN, span))
    assert done({1: everywhere(ANN)}, short) == [
        ("go_to", edge),
        ("select", 1),
        ("go_to", wanted),
        ("key", key),
    ]


def test_an_absence_of_somebody_who_is_seen_ends() -> None:
    away = {**everywhere(ANN), **dict.fromkeys(range(10, 14))}
    assert done({1: everywhere(ANN)}, track(1, away)) == [
        ("go_to", 9),
        ("select", 1),
        ("go_to", 10),
        ("key", "Shift+Q"),
    ]


def test_somebody_who_is_not_seen_becomes_absent_and_is_back_after() -> None:
    seen = everywhere(ANN, [*range(10), *range(20, FRAMES)])
    assert done({1: seen}, GOOD) == [
        ("go_to", 10),
        ("select", 1),
        ("key", "Shift+Q"),
        ("go_to", 20),
        ("key", "Shift+Q"),
    ]


def test_the_worst_box_is_fitted() -> None:
    wrong = {**everywhere(ANN), 7: Box(12, 10, 20, 40), 8: Box(16, 10, 20, 40)}
    assert done({1: everywhere(ANN)}, track(1, wrong)) == [
        ("go_to", 8),
        ("select", 1),
        ("fit", ANN),
    ]

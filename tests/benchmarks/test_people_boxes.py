from __future__ import annotations

import pytest

from benchmarks import people_boxes
from benchmarks.matching import Tally
from core.labels import Box


def person(x: int, *, small: bool = False) -> dict[str, object]:
    return {"id": 1, "x": x, "y": 0, "w": 10, "h": 10, "small": small}


CLIP = {
    "width": 400,
    "height": 100,
    "frames": {"3": [person(0), person(60), person(30, small=True)], "9": [person(0)]},
    "ignore": {"3": [[100, 0, 50, 50]], "9": []},
}
FOUND = {
    3: [Box(0, 0, 10, 10), Box(30, 0, 10, 10), Box(110, 0, 10, 10), Box(300, 0, 10, 10)],
    9: [Box(1, 0, 10, 10)],
}


def test_the_protocol_by_hand() -> None:
    """Frame 3: one of two found, one on a small person, one to ignore, one wrong; 9: found."""
    tally = people_boxes.compare(CLIP, lambda frame: FOUND[frame])
    assert (tally.truth, tally.found, tally.matched) == (3, 3, 2)


def test_pooled_and_mean_differ_as_they_should() -> None:
    clips = {"a": Tally(10, 10, 10, [1.0] * 10), "b": Tally(2, 4, 1, [1.0])}
    values = {figure.name: figure.value for figure in people_boxes.summary("tracks", clips)}
    assert values == {
        "recall, pooled, tracks": pytest.approx(11 / 12),
        "precision, pooled, tracks": pytest.approx(11 / 14),
        "recall, mean over clips, tracks": pytest.approx(0.75),
        "precision, mean over clips, tracks": pytest.approx(0.625),
    }


def test_clips_that_parameters_were_chosen_on_are_told_apart() -> None:
    clips = {people_boxes.CHOSEN_ON[0]: Tally(4, 4, 1, [0.5]), "other.mp4": Tally(2, 2, 2, [1, 1])}
    values = {figure.name: figure.value for figure in people_boxes.apart("tracks", clips)}
    assert values == {
        "recall, clips chosen on, tracks": 0.25,
        "precision, clips chosen on, tracks": 0.25,
        "recall, other clips, tracks": 1.0,
        "precision, other clips, tracks": 1.0,
        "mean IoU of matched boxes, pooled, tracks": pytest.approx(2.5 / 3),
    }

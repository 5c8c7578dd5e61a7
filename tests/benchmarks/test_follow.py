from __future__ import annotations

import pytest

from benchmarks import follow
from benchmarks.follow import Walk
from core.labels import Box, Picture
from models import load_follower
from tests.moving import Scene, across

SCENE = Scene(across)


def test_what_walks_have_in_common() -> None:
    found = [Walk((0.9, 0.4), 100, "left", 1, 1), Walk((0.8,) * 20, 20, None, 1, 1)]
    values = {figure.name: figure for figure in follow.summary(found, "")}
    assert values["share of followed frames with IoU >= 0.5"].value == pytest.approx(21 / 22)
    median = values["frames until it was lost, median"]
    assert (median.value, median.details["lost"]) == (11, {"left": 1})
    later = values["share of follows with IoU >= 0.5 after 15 frames"]
    assert (later.value, later.details["not_lost"]) == (0.5, 1)
    assert values["share of follows with IoU >= 0.5 after 30 frames"].value == 0


def test_a_scene_is_walked_both_ways() -> None:
    pictures: list[Picture] = SCENE.pictures(0, 30)
    boxes: dict[int, Box] = {frame: across(frame) for frame in range(31)}
    with load_follower("medianflow", []) as follower:
        there, back = follow.walks(follower, pictures, boxes, 15)
    assert (there.asked, back.asked) == (15, 15)
    assert min(*there.overlaps, *back.overlaps) > 0.85

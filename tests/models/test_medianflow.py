"""Median flow on generated scenes, of which the truth is exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

import models
from core.labels import Box, FollowResult, Lost, Picture, Sighting
from models.base import Follower
from tests.moving import Scene, across, texture


@pytest.fixture
def follower() -> Iterator[Follower]:
    with models.load_follower("medianflow", [], {}, "cpu") as loaded:
        yield loaded


def walk(follower: Follower, scene: Scene, first: int, last: int) -> list[FollowResult]:
    """Follow the thing from its true place at ``first``."""
    pictures = scene.pictures(first, last)
    return list(follower.follow(pictures[0], [scene.place(first)], pictures[1:]))


def overlaps(scene: Scene, results: list[FollowResult]) -> list[float]:
    return [
        scene.place(result.index).iou(one.box) if isinstance(one, Sighting) else 0.0
        for result in results
        for one in result.objects
    ]


def ending(results: list[FollowResult]) -> tuple[int, str]:
    """The frame at which the only object was lost, and why."""
    (one,) = results[-1].objects
    assert isinstance(one, Lost)
    assert all(isinstance(result.objects[0], Sighting) for result in results[:-1])
    return results[-1].index, one.reason


SCENES: dict[str, Callable[[int], Box]] = {
    "still": lambda frame: Box(100, 80, 60, 70),
    "across": across,
    "fast": lambda frame: Box(10 + 7.0 * (frame % 30), 60 + 3.0 * (frame % 30), 60, 70),
    "shrinking": lambda frame: Box(80 + frame, 40 + frame, 140 - 2.0 * frame, 150 - 2.0 * frame),
    "one way wider": lambda frame: Box(100 - frame, 80, 60 + 2.0 * frame, 70),
    "small": lambda frame: Box(100 + 1.3 * frame, 80, 18, 22),
}


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize(("first", "last"), [(0, 29), (29, 0)], ids=["forwards", "backwards"])
def test_the_box_stays_on_the_thing(follower: Follower, name: str, first: int, last: int) -> None:
    scene = Scene(SCENES[name])
    results = walk(follower, scene, first, last)
    step = 1 if last > first else -1
    assert [result.index for result in results] == list(range(first + step, last + step, step))
    assert min(overlaps(scene, results)) > (0.8 if name == "small" else 0.88)


@pytest.mark.parametrize(("width", "height"), [(213, 121), (341, 255), (427, 99)])
def test_odd_sizes_and_padded_rows(follower: Follower, width: int, height: int) -> None:
    scene = Scene(lambda f: Box(20.5 + 2 * f, 20.25, 60, 65), width=width, height=height)
    results = walk(follower, scene, 0, 20)
    assert min(overlaps(scene, results)) > 0.9
    padded = []
    for picture in scene.pictures(0, 20):
        wide = np.zeros((height, width + 12, 3), np.uint8)
        wide[:, :width] = picture.image
        padded.append(replace(picture, image=wide[:, :width]))
    again = list(follower.follow(padded[0], [scene.place(0)], padded[1:]))
    assert [result.objects for result in again] == [result.objects for result in results]


def test_a_thing_behind_a_post_is_lost_there_and_nothing_is_followed_in_its_place(
    follower: Follower,
) -> None:
    scene = Scene(lambda f: Box(20 + 4.0 * f, 80, 60, 70), post=Box(160, 0, 90, 240))
    frame, reason = ending(walk(follower, scene, 0, 59))
    # It touches the post at frame 20 and is all behind it at frame 35.
    assert 22 <= frame <= 36
    assert reason in ("points", "error", "changed")


@pytest.mark.parametrize(
    "place",
    [
        lambda f: Box(200 + 4.0 * f, 80, 60, 70),
        lambda f: Box(80 - 4.0 * f, 80, 60, 70),
        lambda f: Box(120, 60 - 4.0 * f, 60, 70),
        lambda f: Box(120, 140 + 4.0 * f, 60, 70),
    ],
    ids=["right", "left", "top", "bottom"],
)
def test_a_thing_that_leaves_the_picture_is_lost(
    follower: Follower, place: Callable[[int], Box]
) -> None:
    scene = Scene(place)
    results = walk(follower, scene, 0, 59)
    frame, _ = ending(results)
    visible = place(frame).clipped(320, 240).area / place(frame).area
    assert visible < 0.75
    for result in results[:-1]:
        (one,) = result.objects
        assert isinstance(one, Sighting)
        assert one.box.clipped(320, 240) == one.box


def test_another_scene_loses_it_at_once(follower: Follower) -> None:
    scene = Scene(across)
    cut = [Picture(1, 0.1, texture(320, 240, 9, (120, 120, 120)))]
    results = list(follower.follow(scene.picture(0), [across(0)], cut))
    assert isinstance(results[0].objects[0], Lost)


def test_a_blank_wall_has_nothing_to_follow_but_stands_still(follower: Follower) -> None:
    wall = [Picture(frame, frame / 30, np.full((90, 120, 3), 128, np.uint8)) for frame in range(5)]
    results = list(follower.follow(wall[0], [Box(30, 30, 40, 40)], wall[1:]))
    for result in results:
        (one,) = result.objects
        assert isinstance(one, Lost) or one.box.iou(Box(30, 30, 40, 40)) > 0.99


def test_two_things_are_followed_apart_and_end_apart(follower: Follower) -> None:
    scene = Scene(lambda f: Box(200 + 4.0 * f, 80, 60, 70))
    still = Box(20, 60, 50, 60)
    pictures = scene.pictures(0, 40)
    results = list(follower.follow(pictures[0], [scene.place(0), still], pictures[1:]))
    assert len(results) == 40
    assert isinstance(results[-1].objects[0], Lost)
    other = results[-1].objects[1]
    assert isinstance(other, Sighting)
    assert other.box.iou(still) > 0.95

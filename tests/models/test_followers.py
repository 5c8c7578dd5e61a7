"""What every model of the task ``track`` must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import models
from core import errors
from core.labels import Box, FollowResult, Lost, Picture, Sighting
from models.base import Follower, Model
from tests.moving import Scene, across

pytestmark = pytest.mark.xdist_group("models")

NAMES = [entry.model.name for entry in models.catalogue([]) if entry.model.task == "track"]
SCENE = Scene(across, width=213, height=121)


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest) -> Model:
    return models.find(request.param)


@pytest.fixture
def folders(model: Model, request: pytest.FixtureRequest) -> list[Path]:
    return [] if model.checkpoint is None else [request.getfixturevalue("tiny_weights")]


@pytest.fixture
def follower(model: Model, folders: list[Path]) -> Iterator[Follower]:
    with models.load_follower(model.name, folders, {}, "cpu") as loaded:
        yield loaded


def seen(results: list[FollowResult]) -> list[tuple[object, ...]]:
    """Results without the time they took."""
    return [(result.index, result.objects) for result in results]


def walk(follower: Follower, pictures: list[Picture], *boxes: Box) -> list[FollowResult]:
    return list(follower.follow(pictures[0], boxes or [across(5)], pictures[1:]))


def test_one_result_per_picture_either_way_with_sound_values(follower: Follower) -> None:
    for last in (9, 0):
        pictures = SCENE.pictures(5, last)
        results = walk(follower, pictures, across(5), Box(1, 1, 40, 40))
        assert [result.index for result in results] == [one.index for one in pictures[1:]]
        for result in results:
            assert result.model_seconds > 0
            assert len(result.objects) == 2
            for one in result.objects:
                if isinstance(one, Sighting):
                    assert 0 <= one.score <= 1
                    assert min(one.box.w, one.box.h) > 0
                    assert one.box.clipped(213, 121) == one.box


def test_it_streams_and_may_be_left(follower: Follower) -> None:
    taken: list[int] = []

    def feed() -> Iterator[Picture]:
        for picture in SCENE.pictures(6, 30):
            taken.append(picture.index)
            yield picture

    stream = follower.follow(SCENE.picture(5), [across(5)], feed())
    for wanted in (6, 7):
        assert next(stream).index == wanted
        assert taken[-1] == wanted
    del stream
    assert len(walk(follower, SCENE.pictures(5, 7))) == 2


def test_the_same_again_also_after_another_load(
    model: Model, folders: list[Path], follower: Follower
) -> None:
    pictures = SCENE.pictures(5, 9)
    first = seen(walk(follower, pictures))
    assert seen(walk(follower, pictures)) == first
    with models.load_follower(model.name, folders, {}, "cpu") as other:
        assert seen(walk(other, pictures)) == first


def test_padded_rows_change_nothing(follower: Follower) -> None:
    pictures = SCENE.pictures(5, 8)
    padded = []
    for picture in pictures:
        wide = np.zeros((121, 225, 3), np.uint8)
        wide[:, :213] = picture.image
        padded.append(replace(picture, image=wide[:, :213]))
    assert seen(walk(follower, padded)) == seen(walk(follower, pictures))


def test_tiny_pictures_and_boxes_beyond_the_edge(follower: Follower) -> None:
    tiny = [Picture(n, n / 30, np.full((5, 9, 3), 40 * n, np.uint8)) for n in range(3)]
    for box in (Box(0, 0, 9, 5), Box(-3, -3, 30, 30), Box(8, 4, 0.5, 0.5)):
        for result in walk(follower, tiny, box):
            (one,) = result.objects
            assert isinstance(one, Lost) or min(one.box.w, one.box.h) > 0


def test_no_pictures_no_results_and_closed_is_closed(follower: Follower) -> None:
    assert list(follower.follow(SCENE.picture(5), [across(5)], [])) == []
    follower.close()
    follower.close()
    with pytest.raises(errors.ModelUnavailable):
        walk(follower, SCENE.pictures(5, 6))

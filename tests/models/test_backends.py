"""What every backend must do, over the whole catalogue and the stand-in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import models
from core import errors, skeletons
from core.labels import FrameResult, Picture
from models import weights
from models.base import Backend, Model

pytestmark = pytest.mark.xdist_group("models")

Pictures = Callable[..., list[Picture]]
PICTURE_TASKS = {"pose", "box", "mask"}
NAMES = [
    *(entry.model.name for entry in models.catalogue([]) if entry.model.task in PICTURE_TASKS),
    "scripted",
]


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest) -> Model:
    return models.find(request.param)


@pytest.fixture
def folders(model: Model, request: pytest.FixtureRequest) -> list[Path]:
    """Where the model's weights lie: tiny ones for those that load checkpoints."""
    if model.checkpoint is not None:
        return [request.getfixturevalue("tiny_weights")]
    for spec in model.weights:
        if not weights.candidates(spec, weights.folders()):
            pytest.skip(f"{spec.name} is not there; run: python -m models.weights")
    return weights.folders()


@pytest.fixture
def backend(model: Model, folders: list[Path], request: pytest.FixtureRequest) -> Iterator[Backend]:
    if model.checkpoint is not None:
        yield request.getfixturevalue("tiny_backend")(model.name)
        return
    with models.load(model.name, folders, {}, "cpu") as loaded:
        yield loaded


def seen(results: list[FrameResult]) -> list[tuple[object, ...]]:
    """Results without the time they took."""
    return [(result.index, result.detections) for result in results]


def test_one_result_per_picture_in_order(backend: Backend, noise: Pictures) -> None:
    pictures = [replace(picture, index=7 + 3 * picture.index) for picture in noise(count=5)]
    results = list(backend.suggest(pictures))
    assert [result.index for result in results] == [7, 10, 13, 16, 19]
    assert all(result.model_seconds >= 0 for result in results)


def test_values_are_sound(
    model: Model, backend: Backend, noise: Pictures, clip: Callable[..., Iterator[Picture]]
) -> None:
    for pictures in (noise(), list(clip("basketball_two_players.mp4", count=12))):
        height, width = pictures[0].image.shape[:2]
        for result in backend.suggest(pictures):
            for found in result.detections:
                assert found.class_name in model.classes
                assert all(math.isfinite(value) for value in found.box.values())
                assert found.box.w > 0
                assert found.box.h > 0
                assert found.box.x >= 0
                assert found.box.x + found.box.w <= width + 1e-6
                assert found.box.y >= 0
                assert found.box.y + found.box.h <= height + 1e-6
                assert 0 <= found.score <= 1
                assert found.skeleton == model.skeleton
                check_joints(model, found.joints)


def check_joints(model: Model, joints: object) -> None:
    if model.skeleton is None:
        assert joints is None
        return
    assert isinstance(joints, tuple)
    assert len(joints) == len(skeletons.SKELETONS[model.skeleton].joints)
    for joint in joints:
        assert math.isfinite(joint.x)
        assert math.isfinite(joint.y)
        assert 0 <= joint.score <= 1
        assert joint.visibility in (0, 1, 2)


def test_nothing_in_nothing_out(backend: Backend) -> None:
    assert list(backend.suggest([])) == []


def test_same_input_twice_same_output(
    backend: Backend, clip: Callable[..., Iterator[Picture]]
) -> None:
    pictures = list(clip("basketball_two_players.mp4", count=15))
    first = seen(list(backend.suggest(pictures)))
    assert any(detections for _, detections in first), "the clip shows people"
    assert seen(list(backend.suggest(pictures))) == first


def test_a_second_load_gives_the_same_output(
    model: Model,
    backend: Backend,
    folders: list[Path],
    clip: Callable[..., Iterator[Picture]],
) -> None:
    pictures = list(clip("tai_chi_solo.mp4", count=6))
    with models.load(model.name, folders, {}, "cpu") as other:
        assert seen(list(other.suggest(pictures))) == seen(list(backend.suggest(pictures)))


def test_close_twice_then_a_clear_error(model: Model, folders: list[Path], noise: Pictures) -> None:
    backend = models.load(model.name, folders, {}, "cpu")
    backend.close()
    backend.close()
    with pytest.raises(errors.ModelUnavailable):
        list(backend.suggest(noise()))


def test_streams(model: Model, backend: Backend, noise: Pictures) -> None:
    taken: list[int] = []

    def feed() -> Iterator[Picture]:
        for picture in noise(count=6):
            taken.append(picture.index)
            yield picture

    for result in backend.suggest(feed()):
        assert max(taken) <= result.index + model.ahead - 1


def test_stopping_early_is_fine(backend: Backend, noise: Pictures) -> None:
    stream = backend.suggest(noise(count=6))
    assert next(stream).index == 0
    del stream
    assert len(list(backend.suggest(noise(count=2)))) == 2


def test_padded_rows_change_nothing(
    backend: Backend, clip: Callable[..., Iterator[Picture]]
) -> None:
    """Pictures whose rows are padded (odd widths from a decoder) are read right."""
    pictures = list(clip("tai_chi_solo.mp4", count=3))
    padded = []
    for picture in pictures:
        height, width = picture.image.shape[:2]
        wide = np.zeros((height, width + 12, 3), dtype=np.uint8)
        wide[:, :width] = picture.image
        padded.append(replace(picture, image=wide[:, :width]))
    assert not padded[0].image.flags.c_contiguous
    assert seen(list(backend.suggest(padded))) == seen(list(backend.suggest(pictures)))


@pytest.mark.parametrize("name", ["tai_chi_solo.mp4", "basketball_two_players.mp4"])
def test_people_are_found_at_odd_widths(
    backend: Backend, name: str, clip: Callable[..., Iterator[Picture]]
) -> None:
    """340 and 426 pixels: the widths at which wrong strides give no pose and no error."""
    results = list(backend.suggest(clip(name, count=8)))
    assert sum(bool(result.detections) for result in results) >= 7


def test_times_that_stand_still_are_survived(backend: Backend, noise: Pictures) -> None:
    pictures = [replace(picture, time=0.0) for picture in noise()]
    assert len(list(backend.suggest(pictures))) == len(pictures)


def test_a_picture_of_a_few_pixels(backend: Backend, noise: Pictures) -> None:
    assert len(list(backend.suggest(noise(count=2, width=9, height=5)))) == 2

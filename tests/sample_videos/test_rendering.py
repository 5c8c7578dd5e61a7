"""Frames of every sample, rendered anew: the committed picture, the committed truth."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sample_videos.studio import picture, truth
from sample_videos.studio.films import FILMS

ANEW = {"sparring": (34, 167, 262), "heavy_bag": (65, 123, 227), "pad_work": (30, 148, 249)}
SHOTS = [(name, frame) for name, frames in ANEW.items() for frame in frames]


@cache
def shot(name: str, frame: int) -> truth.Shot:
    return truth.shoot(name, frame)


@pytest.fixture
def film(name: str) -> Any:
    return FILMS[name]


def test_every_film_is_rendered_anew() -> None:
    assert set(ANEW) == set(FILMS)


@pytest.mark.parametrize(("name", "frame"), SHOTS)
def test_frame_rendered_anew_is_the_committed_one(
    name: str, frame: int, images: list[np.ndarray]
) -> None:
    image = shot(name, frame)[0].astype(np.float64)
    assert signal_to_noise(image, images[frame]) > 30
    assert signal_to_noise(image, images[frame]) > signal_to_noise(image, images[frame - 1]) + 1


def signal_to_noise(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / np.mean((one - other.astype(np.float64)) ** 2)))


@pytest.mark.parametrize(("name", "frame"), SHOTS)
def test_truth_found_anew_is_the_committed_one(
    name: str, frame: int, known: dict[str, Any]
) -> None:
    # Another processor may round differently: a hundredth of a pixel, one pixel of an outline.
    anew, kept = shot(name, frame)[1], known["frames"][frame]
    for one, other in zip(anew["people"], kept["people"], strict=True):
        assert np.allclose(one["keypoints"], other["keypoints"], rtol=0, atol=0.011)
    for key in ("people", "objects"):
        for one, other in zip(anew.get(key, []), kept.get(key, []), strict=True):
            assert one["id"] == other["id"]
            for box in ("box", "full_box"):
                assert np.abs(np.subtract(one[box], other[box])).max() <= 1
            assert one["visible"] == pytest.approx(other["visible"], abs=0.002)


@pytest.mark.parametrize("name", list(FILMS))
def test_a_frame_renders_to_the_same_bits_twice(name: str) -> None:
    frame = ANEW[name][1]
    assert np.array_equal(picture.render(FILMS[name], frame)[0], shot(name, frame)[0])

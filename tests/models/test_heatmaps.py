"""Places of joints from heatmaps, against the library that does it one by one."""

from __future__ import annotations

import numpy as np
import pytest

from models import _heatmaps

pytestmark = pytest.mark.xdist_group("models")


def bump(x: float, y: float, height: float = 0.9, spread: float = 2.0) -> np.ndarray:
    """A heatmap of 64 x 48 with one peak between its pixels."""
    rows, columns = np.mgrid[0:64, 0:48]
    return (height * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread**2))).astype(
        np.float32
    )


@pytest.mark.parametrize(("x", "y"), [(20, 30), (20.3, 30.4), (11.75, 9.2), (40.5, 50.5)])
def test_a_peak_is_found_between_pixels(x: float, y: float) -> None:
    import torch

    places, heights = _heatmaps.peaks(torch.from_numpy(bump(x, y))[None, None])
    assert places[0, 0].tolist() == pytest.approx([x, y], abs=0.01)
    assert float(heights[0, 0]) == pytest.approx(0.9, abs=0.06)


def test_places_are_the_librarys() -> None:
    """Peaks in the middle, at each border and in corners, two peaks, and noise upon them."""
    import torch
    from transformers.models.vitpose import image_processing_pil_vitpose as library

    random = np.random.default_rng(5)
    spots = [(20.3, 30.4), (0, 31.2), (47, 8.8), (23.7, 0), (12.1, 63), (0, 0), (47, 63), (1.2, 62)]
    planes = np.stack([bump(*spot) for spot in spots])
    planes[0] += bump(35, 12, 0.7)
    noisy = planes + random.normal(0, 0.01, planes.shape).astype(np.float32)
    heatmaps = np.stack([planes, noisy])
    highest, scores = library.get_keypoint_predictions(heatmaps)
    theirs = library.post_dark_unbiased_data_processing(highest, heatmaps, kernel=11)
    places, heights = _heatmaps.peaks(torch.from_numpy(heatmaps))
    assert places.numpy() == pytest.approx(theirs, abs=1e-4)
    assert heights.numpy() == pytest.approx(scores[..., 0])


def test_a_heatmap_without_a_peak_has_no_place() -> None:
    import torch

    places, heights = _heatmaps.peaks(torch.zeros(1, 2, 64, 48))
    assert places.isnan().all()
    assert heights.tolist() == [[0, 0]]

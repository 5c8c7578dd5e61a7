"""The bare loop shares no code with the program, so it must be shown that it does the same."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import bare_loop
from models import _regions, blazepose, weights


def test_both_show_the_networks_the_same_squares() -> None:
    found = weights.candidates(blazepose.WEIGHTS, weights.folders())
    if not found:
        pytest.skip("no bundle; run: python -m models.weights")
    ours, bare = _regions.Networks(found[0]), bare_loop.Networks(found[0])
    image = np.random.default_rng(3).integers(0, 255, (240, 341, 3)).astype(np.uint8)
    region = _regions.Region(170.0, 100.5, 210.0, 0.4)

    marks = np.asarray(bare.call(image, "landmarks", 170.0, 100.5, 210.0, 0.4)[0]).reshape(-1, 5)
    place = _regions._placing(region, _regions.LANDMARKS_SIDE)
    points = marks[: _regions.JOINTS, :2] @ place[:, :2].T + place[:, 2]
    assert np.allclose(ours.look(image, region).points, points, atol=1e-3)

    window = _regions.Region(120.0, 120.0, 240.0, 0.0)
    seen = ours._detector(
        _regions._cut(image, window, _regions.DETECTOR_SIDE).astype(np.float32) / 127.5 - 1.0
    )
    again = bare.call(image, "detector", 120.0, 120.0, 240.0, 0.0)
    assert all(np.allclose(one, other, atol=1e-5) for one, other in zip(seen, again, strict=True))

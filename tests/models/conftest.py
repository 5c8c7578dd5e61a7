"""Fixtures for model tests: the stand-in model and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import models
from core import containers
from core.labels import Picture
from models.base import Backend

EXTRA = Path(__file__).parent / "extra"


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in model can be found in every test here."""
    monkeypatch.setenv("DATAGUARD_EXTRA_MODELS", str(EXTRA))


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weights folder with a tiny checkpoint of each family, made once. Do not change it."""
    from tests.models import tiny  # torch and transformers take ten seconds to import

    folder = tmp_path_factory.mktemp("tiny") / "weights"
    tiny.make(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_backend(tiny_weights: Path) -> Callable[..., Backend]:
    """``tiny_backend("dfine", threshold=0.4)``: a tiny model, loaded once for each setting."""
    loaded: dict[str, Backend] = {}

    def load(name: str, **parameters: object) -> Backend:
        key = repr((name, sorted(parameters.items())))
        if key not in loaded:
            loaded[key] = models.load(name, [tiny_weights], parameters, "cpu")
        return loaded[key]

    return load


@pytest.fixture
def noise() -> Callable[..., list[Picture]]:
    """Pictures of noise, the same each time: ``noise(count=5, width=340, height=256)``."""

    def make(count: int = 4, width: int = 320, height: int = 240, first: int = 0) -> list[Picture]:
        random = np.random.default_rng(7)
        return [
            Picture(index, index / 25, random.integers(0, 256, (height, width, 3), dtype=np.uint8))
            for index in range(first, first + count)
        ]

    return make


@pytest.fixture
def clip(shared_data: Path) -> Callable[..., Iterator[Picture]]:
    """Frames of a real clip in order: ``clip("tai_chi_solo.mp4", count=10)``; skips without it."""

    def frames(name: str, count: int = 10, start: int = 0) -> Iterator[Picture]:
        path = shared_data / "videos" / name
        with containers.open_media(path) as container:
            for index, frame in enumerate(container.decode(container.streams.video[0])):
                if index >= start + count:
                    return
                if index >= start:
                    image = np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
                    yield Picture(index, float(frame.time or 0), image)

    return frames

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from sample_videos.studio.film import Film
from sample_videos.studio.films import FILMS

FOLDER = Path(__file__).resolve().parents[2] / "sample_videos"


@cache
def _truth(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _images(name: str) -> list[np.ndarray]:
    with av.open(str(FOLDER / f"{name}.mp4")) as clip:
        return [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]


@pytest.fixture(params=list(FILMS))
def film(request: pytest.FixtureRequest) -> Film:
    """Each film, one after another; a test of one film alone overrides this."""
    return FILMS[request.param]


@pytest.fixture
def clip(film: Film) -> Path:
    """The committed clip; the truth lies beside it."""
    return FOLDER / f"{film.script.name}.mp4"


@pytest.fixture
def known(film: Film) -> dict[str, Any]:
    return _truth(film.script.name)


@pytest.fixture
def images(film: Film) -> list[np.ndarray]:
    return _images(film.script.name)


@pytest.fixture
def people(known: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Every person of every frame."""
    return [(frame["frame"], person) for frame in known["frames"] for person in frame["people"]]

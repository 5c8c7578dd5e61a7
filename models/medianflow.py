"""Median flow: follows an object from one drawn box; nothing is to be downloaded for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from models.base import N_, Follower, Model, Parameter, Value


def _load(folders: Sequence[Path], given: Mapping[str, Value], device: str) -> Follower:
    from models._median_flow import MedianFlow

    return MedianFlow(float(given["likeness"]))


MODEL = Model(
    name="medianflow",
    task="track",
    version="1",
    licence="Apache-2.0",
    description=N_("Follows an object from the box you drew, until it is lost. Needs no download."),
    load=_load,
    requires=("cv2",),
    parameters=(
        Parameter(
            name="likeness",
            kind="number",
            default=0.85,
            minimum=0.0,
            maximum=0.95,
            label=N_("Likeness"),
            help=N_("Higher stops sooner when the object no longer looks as it did."),
        ),
    ),
)

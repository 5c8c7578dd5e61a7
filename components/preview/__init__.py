"""One exact frame with what a model found on it, drawn over the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"
_PREVIEW = st.components.v2.component(
    "dataguard.preview",
    js=(_ASSETS / "main.js").read_text("utf-8"),
    css=(_ASSETS / "style.css").read_text("utf-8"),
)


def show(
    picture: str,
    *,
    width: int,
    height: int,
    ratio: float,
    detections: Sequence[Mapping[str, Any]],
    bones: Mapping[str, Sequence[Sequence[int]]],
    colours: Mapping[str, str],
    note: str,
    missing: str,
    key: str,
) -> None:
    """Draw a frame.

    :param picture: address of the exact frame.
    :param width, height: of the upright frame, the space of all coordinates, in pixels.
    :param ratio: width of a pixel over its height.
    :param detections: class, score, box [x, y, w, h], skeleton, joints [[x, y, score, vis]].
    :param bones: pairs of joints per skeleton. :param colours: per class.
    :param note: over the picture, such as "Trying …". :param missing: where there is no picture.
    """
    _PREVIEW(
        key=key,
        data={
            "picture": picture,
            "width": width,
            "height": height,
            "ratio": ratio,
            "detections": list(detections),
            "bones": {name: list(pairs) for name, pairs in bones.items()},
            "colours": dict(colours),
            "note": note,
            "missing": missing,
        },
    )

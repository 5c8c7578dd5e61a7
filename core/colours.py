"""Colours of classes: a palette that stays readable, and how readable another one is.

Tags on the picture are dark words on the class's colour, so that is what contrast is measured
against. A colour never tells a class by itself: its name stands beside it everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from core import errors

TAG = "#0d1116"
ENOUGH = 4.5
"""Contrast that WCAG 2.2 asks of small text."""
PALETTE = (
    *("#4f9dff", "#ff6b6b", "#f5b84b", "#b58cff", "#3ecf8e", "#ff8ad1"),
    *("#38c6d9", "#c5d94a", "#ff9457", "#8f9bff", "#7fd6a4", "#d9a7ff"),
)
_HEX = re.compile(r"#[0-9a-f]{6}")


def checked(colour: object) -> str:
    """A colour as it is kept: ``#rrggbb``, small letters.

    :raises BadInput: for anything else.
    """
    clean = colour.strip().lower() if isinstance(colour, str) else ""
    if not _HEX.fullmatch(clean):
        raise errors.BadInput("A colour is written as {example}.", example=PALETTE[0])
    return clean


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, other: str = TAG) -> float:
    """The contrast ratio of two colours as WCAG defines it, 1..21."""
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def unused(taken: Iterable[str]) -> str:
    """The first colour of the palette that is not taken, else the first."""
    held = set(taken)
    return next((colour for colour in PALETTE if colour not in held), PALETTE[0])

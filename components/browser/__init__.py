"""What the browser keeps between visits: cookies for small choices, and the colour theme."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"
_CHOICES = st.components.v2.component(
    "dataguard.browser",
    js=(_ASSETS / "main.js").read_text("utf-8"),
    css=(_ASSETS / "style.css").read_text("utf-8"),
)
_PREFIX = "dataguard_"


def cookie(name: str) -> str:
    """What :func:`keep` stored on an earlier visit; text from a stranger, empty when missing."""
    return unquote(st.context.cookies.get(_PREFIX + name, ""))[:200]


def keep(**values: str) -> None:
    """Store small texts in the browser for a year. Draws nothing."""
    _CHOICES(key="browser-keep", data={"cookies": {_PREFIX + k: v for k, v in values.items()}})


def theme_switch(label: str, names: dict[str, str], *, paths: list[str]) -> None:
    """Buttons for light, dark, or the system's choice.

    Streamlit reads its theme when a page is loaded, from a key per address: the choice is stored
    for all ``paths`` and the page is loaded again.

    :param names: texts of "System", "Light" and "Dark".
    """
    _CHOICES(
        key="browser-theme",
        data={"cookies": {}, "theme": {"label": label, "names": names, "paths": paths}},
    )


def theme() -> str:
    """The colours in use: "light" or "dark"."""
    return "light" if st.context.theme.type == "light" else "dark"


def window_height(*, default: int) -> int:
    """The height of the browser's window in CSS pixels; ``default`` until it is known."""
    result = _CHOICES(
        key="browser-height",
        data={"cookies": {}, "measure": True},
        default={"height": default},
        on_height_change=lambda: None,
    )
    height = result.height
    return int(height) if isinstance(height, int | float) and 200 <= height <= 10_000 else default

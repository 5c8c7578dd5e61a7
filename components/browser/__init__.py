"""What the browser keeps between visits: cookies for small choices, and the colour theme."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import streamlit as st

from components import session

_ASSETS = Path(__file__).parent / "assets"
_CHOICES = st.components.v2.component(
    "dataguard.browser",
    js=(_ASSETS / "main.js").read_text("utf-8"),
    css=(_ASSETS / "style.css").read_text("utf-8"),
)
_PREFIX = "dataguard_"


def cookie(name: str) -> str:
    """What :func:`keep` stored on an earlier visit; text from a stranger, empty when missing."""
    kept = st.context.cookies.get(_PREFIX + name, "")
    return unquote(kept)[:200] if isinstance(kept, str) else ""


def keep(values: Mapping[str, str], *, away: Mapping[str, str]) -> None:
    """Store small texts in the browser for a year. Draws nothing.

    :param away: "title" and "text" of what is said while the server does not answer.
    """
    cookies = {_PREFIX + name: value for name, value in values.items()}
    _CHOICES(key="browser-keep", data={"cookies": cookies, "away": dict(away)})


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


def room_below(*, leave: str, subject: int) -> int | None:
    """The height from here to the lower end of the window, in CSS pixels.

    Draws nothing; None until the browser has told, once per tab.

    :param leave: key of a container whose buttons give up the keyboard when ``subject`` changes,
        so that what is below takes it.
    """
    result = _CHOICES(
        key="browser-room",
        data={"cookies": {}, "measure": True, "leave": leave, "subject": subject},
        default={"room": session.get("room")},
        on_room_change=lambda: None,
    )
    room = result.room
    if isinstance(room, int | float) and 100 <= room <= 10_000:
        session.put("room", int(room))
    return session.get("room")

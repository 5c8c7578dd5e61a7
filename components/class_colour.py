"""The colour of a class: the readable ones to press on, any other beside them.

They look like the tags on the picture: dark words on the colour (shell.css).
"""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from components import session
from components.surroundings import Page
from core import colours

_KEY = "class-palette"


def names(page: Page) -> dict[str, str]:
    """What the palette's colours are called."""
    _ = page.text
    called = (
        *(_("blue"), _("red"), _("amber"), _("violet"), _("green"), _("pink")),
        *(_("cyan"), _("lime"), _("orange"), _("periwinkle"), _("mint"), _("lilac")),
    )
    return dict(zip(colours.PALETTE, called, strict=True))


def choose(page: Page, key: str, own: str | None, taken: Collection[str]) -> str:
    """The chosen colour, ``#rrggbb``.

    :param key: tells the widgets of one class, as it is stored, from those of another.
    :param own: the class's colour now, None for a new class. :param taken: colours of classes.
    """
    _ = page.text
    picker, palette = session.key("class-colour", key), session.key(_KEY, key)
    # Told anew at every run: a browser that had no time to draw the first would keep black.
    chosen = session.widget(picker) or own or colours.unused(taken)
    session.set_widget(picker, chosen)
    offered = {
        colour: _("{colour}, taken", colour=name) if colour in taken and colour != own else name
        for colour, name in names(page).items()
    }
    session.set_widget(palette, chosen if chosen in offered else None)
    with st.container(horizontal=True, key=_KEY, gap="medium"):
        given = st.color_picker(_("Colour"), key=picker)
        st.pills(
            _("Readable colours"),
            list(offered),
            format_func=offered.__getitem__,
            key=palette,
            on_change=_take,
            args=(picker, palette),
            width="stretch",
        )
    return str(given)


def _take(picker: str, palette: str) -> None:
    """A press on the chosen one changes nothing."""
    colour = session.widget(palette)
    if colour:
        session.set_widget(picker, colour)

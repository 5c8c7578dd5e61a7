"""What is said about a model wherever one is shown: what it finds, its terms, can it run."""

from __future__ import annotations

import streamlit as st

from components import escape
from components.surroundings import Page
from core import language
from models.base import Entry

LIMITS = {
    "blazepose": language.mark(
        "It looks at the whole picture at once: it misses small people in crowds and people far "
        "away, and may take figures on posters for people."
    )
}
TASKS = {
    "pose": language.mark("People with their joints"),
    "box": language.mark("Boxes"),
    "track": language.mark("Follows an object"),
}


def head(page: Page, entry: Entry, *, badge: str = "") -> None:
    """Name, task and state; what it does, what it cannot do; version, licence and size.

    :param badge: in place of "Available".
    """
    _ = page.text
    model = entry.model
    title, side = st.columns([5, 2], vertical_alignment="center")
    title.markdown(f"**{escape.markdown(model.name)}** · {escape.markdown(task(page, entry))}")
    with side.container(horizontal=True, horizontal_alignment="right"):
        if not entry.available:
            st.badge(_("Not available"), color="red", icon=":material/block:")
        elif badge:
            st.badge(badge, color="blue", icon=":material/check:")
        else:
            st.badge(_("Available"), color="green", icon=":material/check:")
    st.markdown(escape.markdown(_(model.description)))
    if model.name in LIMITS:
        limit = escape.markdown(_(LIMITS[model.name]))
        st.markdown(f":material/visibility_off: {limit}")
        helps = _("Detectors such as dfine or rfdetr, which need a checkpoint, are made for that.")
        st.markdown(f":material/lightbulb: {escape.markdown(helps)}")
    facts = (
        escape.plain(model.version),
        _("Licence {name}", name=entry.licence or model.licence),
        size(page, entry.size) if entry.size else "",
    )
    st.caption(escape.markdown(" · ".join(fact for fact in facts if fact)))


def task(page: Page, entry: Entry) -> str:
    """What a model gives, in the reader's language."""
    return page.text(TASKS.get(entry.model.task, entry.model.task))


def size(page: Page, count: int) -> str:
    """A number of bytes as people say it."""
    if count >= 1e9:
        return page.text("{size} GB", size=f"{count / 1e9:,.1f}")
    return page.text("{size} MB", size=f"{count / 1e6:,.1f}")


def reason(page: Page, entry: Entry) -> None:
    """Why a model cannot run, or what it will do at its first use, and what helps."""
    parts = [page.text(part, **entry.values) for part in (entry.reason, entry.hint) if part]
    if parts:
        show = st.info if entry.available else st.warning
        show(escape.markdown(" ".join(parts)))

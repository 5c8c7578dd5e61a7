"""What the daily examination of the workspace found, where a lead looks."""

from __future__ import annotations

import streamlit as st

from components import escape
from components.surroundings import Page
from core import checkup


def show(page: Page, *, always: bool) -> None:
    """A warning when something is wrong or the last one is long ago.

    :param always: one quiet line also when all is well.
    """
    found = checkup.last(page.workspace)
    if found is None:
        if always:
            st.caption(page.text("This workspace has not been examined yet; it is once a day."))
        return
    message, values = checkup.words(found)
    text = escape.markdown(page.text(message, **values))
    hint = checkup.hint(found)
    if not found.sound:
        st.error(f"**{text}**  \n{escape.markdown(page.text(hint))}")
    elif always and found.late:
        st.warning(f"{text}  \n{escape.markdown(page.text(hint))}")
    elif always:
        st.caption(text)

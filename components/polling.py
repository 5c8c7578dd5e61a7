"""Parts of a page that are drawn again by themselves while something is going on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


def repeat(part: Callable[..., bool], seconds: float | None, *given: Any) -> None:
    """Draw a part now, and every so many seconds until the page runs again; None draws it once.

    :param part: answers whether the page around it is out of date; the page is then run anew.
    """
    alone = False

    def drawn(*values: Any) -> None:
        nonlocal alone
        by_itself, alone = alone, True
        # A run of the whole page is never cut short: it may carry a click on something below.
        if part(*values) and by_itself:
            st.rerun()

    st.fragment(drawn, run_every=seconds)(*given)

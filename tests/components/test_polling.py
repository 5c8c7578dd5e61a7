"""A part that draws itself again never cuts short a run that carries a click."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _script() -> None:
    import streamlit as st

    from components import polling

    def part() -> bool:
        st.session_state.drawn = st.session_state.get("drawn", 0) + 1
        return True  # the page is always out of date

    polling.repeat(part, None)
    if st.button("below"):
        st.session_state.heard = st.session_state.get("heard", 0) + 1


def test_a_click_below_is_heard_although_the_page_is_out_of_date() -> None:
    app = AppTest.from_function(_script).run()
    assert app.session_state.drawn == 1
    app.button[0].click().run()
    assert app.session_state.heard == 1
    assert app.session_state.drawn == 2

"""What strangers may write into the address."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.filterwarnings("ignore")


def _script() -> None:
    import streamlit as st

    from components import address

    st.text(repr((address.workspace(), address.number("video"), address.numbers("videos"))))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (None, None, ())),
        ({"w": "own", "video": "12", "videos": "1,2"}, ("own", 12, (1, 2))),
        ({"w": "../etc", "video": "-1", "videos": "1,,2"}, (None, None, ())),
        ({"w": "OWN", "video": "1e3", "videos": "1;2"}, (None, None, ())),
        ({"video": "9" * 40, "videos": ",".join(["1"] * 600)}, (None, None, ())),
        ({"video": "١٢"}, (None, None, ())),
        ({"video": "<b>", "delete": "1"}, (None, None, ())),
    ],
)
def test_st_10_only_known_forms_are_read(given: dict[str, str], expected: object) -> None:
    app = AppTest.from_function(_script)
    app.query_params.update(given)
    app.run()
    assert app.text[0].value == repr(expected)

"""What one browser tab remembers between script runs: a few plain values and nothing that matters.

The only file that touches Streamlit's session state. Labels, decisions and drafts never live here:
a session dies with its connection. Values are str, int, float, bool, None or tuples of them.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

_PREFIX = "dg."


def key(*parts: object) -> str:
    """The key of a widget, from the parts that tell it apart."""
    return ".".join(str(part) for part in parts)


def get(name: str, default: Any = None) -> Any:
    """A remembered value."""
    return st.session_state.get(_PREFIX + name, default)


def put(name: str, value: Any) -> None:
    """Remember a value.

    :raises TypeError: for anything but simple values.
    """
    if not _simple(value):
        raise TypeError(f"session state holds simple values, not {type(value).__name__}")
    st.session_state[_PREFIX + name] = value


def take(name: str) -> Any:
    """A remembered value, forgotten with this call; None when there is none."""
    return st.session_state.pop(_PREFIX + name, None)


def widget(name: str, default: Any = None) -> Any:
    """What a widget holds, by its key."""
    return st.session_state.get(name, default)


def set_widget(name: str, value: Any) -> None:
    """Give a widget a value; before it is drawn, or in a callback."""
    st.session_state[name] = value


def forget_widget(name: str) -> None:
    """Let a widget start from its default again."""
    st.session_state.pop(name, None)


def keep_widgets(*names: str) -> None:
    """Keep widgets' values while their page is not on screen; Streamlit would forget them."""
    for name in names:
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]


def _simple(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(_simple(item) for item in value)
    return value is None or isinstance(value, str | int | float | bool)

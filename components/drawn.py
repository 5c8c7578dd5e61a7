"""Pictures that the program draws itself, as SVG inside the page: nothing of anybody's media."""

from __future__ import annotations

from typing import Literal

import streamlit as st


def show(svg: str, *, width: int | Literal["content"] = "content") -> None:
    """Show a drawing.

    :param svg: made by the program; names in it are escaped. :param width: in CSS pixels.
    """
    st.image(svg, width=width)

"""Adding videos by drag and drop: sent in pieces to our own route, resumable, several at a time.

Uploads live in the tab, not in the widget: they go on while another page is open, and after a lost
connection or a reload the same file continues where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"
_UPLOADER = st.components.v2.component(
    "dataguard.uploader",
    js=(_ASSETS / "main.js").read_text("utf-8"),
    css=(_ASSETS / "style.css").read_text("utf-8"),
)


def show(
    *,
    workspace: str,
    person: str,
    language: str,
    texts: dict[str, str],
    key: str,
    on_added: Callable[[], None] = lambda: None,
) -> bool:
    """Draw the drop area and the list of uploads.

    :param workspace: key of the workspace the files go to.
    :param texts: what it says, in the reader's language; see ``assets/main.js`` for the names.
    :returns: True once after an upload was handed over, so that the page shows the new video.
    """
    result = _UPLOADER(
        key=key,
        data={"w": workspace, "person": person, "language": language, "texts": texts},
        on_added_change=on_added,
    )
    return bool(result.added)

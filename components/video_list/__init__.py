"""The videos of a workspace as rows: picture, facts, labels by state, work in progress, actions.

One component for the whole list, so that a script run costs the same for one video as for fifty,
and every name is set as text, never as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"
_LIST = st.components.v2.component(
    "dataguard.video_list",
    js=(_ASSETS / "main.js").read_text("utf-8"),
    css=(_ASSETS / "style.css").read_text("utf-8"),
)
ACTIONS = ("open", "suggest", "rename", "tag", "remove")


@dataclass(frozen=True, slots=True)
class Row:
    """What a row shows; all texts are finished, in the reader's language."""

    id: int
    name: str
    picture: str
    ready: bool
    length: str = ""
    facts: str = ""
    tags: tuple[str, ...] = ()
    people: str = ""
    counts: tuple[tuple[str, int, str], ...] = ()
    status: str = ""
    tone: str = ""
    progress: float | None = None
    remark: str = ""


def show(
    rows: Sequence[Row],
    *,
    texts: dict[str, str],
    key: str,
    on_act: Callable[[], None] = lambda: None,
) -> dict[str, Any] | None:
    """Draw the rows.

    :param texts: column titles and names of the actions.
    :returns: ``{"action": one of ACTIONS, "videos": [ids]}`` once after a click, else None.
    """
    result = _LIST(
        key=key, data={"rows": [asdict(row) for row in rows], "texts": texts}, on_act_change=on_act
    )
    return checked(result.act)


def checked(given: Any) -> dict[str, Any] | None:
    """What the browser sent, if it is an action that the list offers; else None."""
    if not isinstance(given, dict) or given.get("action") not in ACTIONS:
        return None
    chosen = given.get("videos")
    if not isinstance(chosen, list) or not chosen or len(chosen) > 500:
        return None
    if not all(isinstance(video, int) and not isinstance(video, bool) for video in chosen):
        return None
    return {"action": given["action"], "videos": chosen}

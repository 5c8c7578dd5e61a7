"""A page whose workspace cannot be used: what is wrong, what helps, what still works."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components import controls, escape
from components.surroundings import Page
from core import errors

_MOST_COPIES = 3


def show(page: Page, error: errors.StorageError) -> None:
    """In place of the page."""
    _ = page.text
    text, hint = error.text(page.text), error.hint_text(page.text)
    st.error(f"**{escape.markdown(text)}**" + (f"  \n{escape.markdown(hint)}" if hint else ""))
    copies = _copies(page) if isinstance(error, errors.StorageDamaged) else []
    if copies:
        st.markdown(escape.markdown(_("Copies of an earlier state in this workspace:")))
        for path in copies:
            st.code(
                f'python cli.py --workspace "{page.workspace.root}" restore "{path}"',
                language=None,
            )
    with st.container(horizontal=True, gap="small"):
        st.button(_("Try again"), key="trouble-again", icon=":material/refresh:")
        if page.key == "own":
            st.button(
                _("Open the demo"),
                key="trouble-demo",
                on_click=controls.open_workspace,
                args=("demo",),
                type="tertiary",
                icon=":material/play_circle:",
            )
    st.caption(_("Nothing was changed. The page goes on as soon as the cause is gone."))


def _copies(page: Page) -> list[Path]:
    """What a restore or a migration kept, newest first."""
    folder = page.workspace.root
    found = [*folder.glob("before-restore-*.db"), *folder.glob("dataguard-before-format-*.db")]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[:_MOST_COPIES]

"""The frame around every page: navigation, who is working, which workspace, language, errors.

``app.py`` names this file as Streamlit's main script; pages start with :func:`enter`.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import streamlit as st

from components import address, browser, controls, escape, session, storage_trouble
from components.surroundings import PAGES, ROOT, Page
from core import db, errors, language, particles, people, workspace

STYLE = Path(__file__).with_name("shell.css")
MARK = Path(__file__).with_name("mark.svg")
log = logging.getLogger("dataguard.screens")
_inside_frame: ContextVar[bool] = ContextVar("inside_frame", default=False)


def run() -> None:
    """One script run: the frame, then the page inside it."""
    st.html(STYLE)
    inside = _inside_frame.set(True)
    try:
        page = _page()
        with guard(page):
            chosen = _navigation(page)
            # After the navigation: its icon as a favicon would be fetched from the internet.
            st.set_page_config(
                page_title=f"{chosen.title} · DataGuard",
                page_icon=str(MARK),
                layout="wide",
                initial_sidebar_state="collapsed",
            )
            st.logo(str(MARK), size="small")
            controls.show(page)
            try:
                chosen.run()
            except errors.StorageError as error:
                storage_trouble.show(page, error)
    finally:
        _inside_frame.reset(inside)


def enter(title: str = "") -> Page:
    """The first line of every page: who works, where, in which language.

    :param title: heading, already translated; "" draws none.
    """
    page = _page()
    if not _inside_frame.get():
        # Streamlit ran the page without the frame: hand over to it, same page.
        _navigation(page)
        st.rerun()
    address.name_workspace(page.key)
    if title:
        heading(title)
    return page


def heading(title: str, note: str = "") -> None:
    """A page's title with one quiet line beside it."""
    with st.container(key="heading", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.markdown(f"### {escape.markdown(title)}", width="content")
        if note:
            st.caption(note, width="content")


def lead_to_library(page: Page, reason: str) -> None:
    """Say why there is nothing here and where to begin; ends the run."""
    with st.container(border=True):
        st.markdown(f"#### {escape.markdown(reason)}")
        if st.button(page.text("Go to the library"), type="primary", key="to-library"):
            page.open("library")
    st.stop()


@contextmanager
def guard(page: Page | None = None) -> Iterator[Page]:
    """Show what goes wrong inside as a message; pages and fragments run in it."""
    found = page or _page()
    try:
        yield found
    except errors.DataGuardError as error:
        show_error(found, error)
    except Exception:
        reference = uuid.uuid4().hex[:8]
        _log_unexpected(found, reference)
        text = found.text(
            "Something went wrong that should not have (reference {reference}). "
            "Nothing that was saved is lost.",
            reference=reference,
        )
        hint = found.text("Reload the page. The log file screens.log in the workspace says more.")
        st.error(f"{escape.markdown(text)}  \n{escape.markdown(hint)}")


def show_error(page: Page, error: errors.DataGuardError) -> None:
    """An error's message and hint, in the reader's language."""
    text, hint = error.text(page.text), error.hint_text(page.text)
    st.error(f"**{escape.markdown(text)}**" + (f"  \n{escape.markdown(hint)}" if hint else ""))


def error_text(page: Page, stored: dict[str, Any] | None) -> str:
    """What a stored error (of a job or a video) says, in the reader's language."""
    if not stored:
        return ""
    values = stored.get("values") or {}
    parts = (stored.get("message") or stored.get("text") or "", stored.get("hint") or "")
    try:
        return " ".join(particles.fill(page.text(part), values) for part in parts if part)
    except (KeyError, IndexError, ValueError):
        return str(stored.get("text", ""))


def _log_unexpected(page: Page, reference: str) -> None:
    log.exception("reference %s", reference)
    try:
        page.workspace.logs.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(page.workspace.logs / "screens.log", encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    record = log.makeRecord(
        log.name, logging.ERROR, __file__, 0, f"reference {reference}", (), _exception()
    )
    handler.handle(record)
    handler.close()


def _exception() -> Any:
    import sys

    return sys.exc_info()


def _page() -> Page:
    key = _workspace_key()
    return Page(
        workspace=workspace.default() if key == "own" else workspace.demo(),
        key=key,
        person=_person(),
        language=_language(),
    )


def _workspace_key() -> str:
    named = address.workspace()
    if named:
        session.put("workspace", named)
    elif session.get("workspace") not in address.WORKSPACES:
        session.put("workspace", "own" if _own_has_videos() else "demo")
    return str(session.get("workspace"))


def _own_has_videos() -> bool:
    own = workspace.default()
    if not own.exists:
        return False
    try:
        with db.reader(own) as connection:
            row = connection.execute("SELECT 1 FROM videos WHERE state != 'removed' LIMIT 1")
            return row.fetchone() is not None
    except errors.DataGuardError:
        return True  # open it all the same, so that its error is seen


def _person() -> str:
    if not session.get("person"):
        known = browser.cookie("person")
        try:
            session.put("person", people.checked_name(known))
            session.put("person_chosen", True)
        except errors.BadInput:
            session.put("person", people.operating_system_user())
    return str(session.get("person"))


def _language() -> str:
    if session.get("language") not in language.LANGUAGES:
        wish = browser.cookie("language") or st.context.locale
        session.put("language", language.best(wish))
    return str(session.get("language"))


def titles(page: Page) -> dict[str, str]:
    """The pages' names in the reader's language."""
    _ = page.text
    return {
        "library": _("Library"),
        "suggest": _("Suggest"),
        "label": _("Label"),
        "statistics": _("Statistics"),
        "export": _("Export"),
        "classes": _("Classes"),
        "models": _("Models"),
    }


def _navigation(page: Page) -> Any:
    named = titles(page)
    return st.navigation(
        [
            st.Page(
                ROOT / "pages" / f"{name}.py",
                title=named[name],
                url_path=name,
                default=name == "library",
            )
            for name in PAGES
        ],
        position="top",
    )


if __name__ == "__main__":
    # Streamlit runs this file as a script; pages import it as a module: both must share one state.
    from components import shell

    shell.run()

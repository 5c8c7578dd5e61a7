"""The frame around every page: navigation, who is working, which workspace, language, errors.

``app.py`` names this file as Streamlit's main script; pages start with :func:`enter`.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from sqlite_utils import Database

from components import address, browser, escape, session
from core import db, errors, language, people, workspace
from core.workspace import Workspace

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
STYLE = Path(__file__).with_name("shell.css")
MARK = Path(__file__).with_name("mark.svg")
PAGES = ("library", "suggest", "label", "statistics", "export")
log = logging.getLogger("dataguard.screens")
_inside_frame: ContextVar[bool] = ContextVar("inside_frame", default=False)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page needs to know: where it works, for whom and in which language."""

    workspace: Workspace
    key: str
    person: str
    language: str

    def text(self, message: str, /, **values: object) -> str:
        """A message in the reader's language; pages call it ``_``."""
        found = language.translator(self.language)(message)
        return found.format(**values) if values else found

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """A message that depends on a number, ``{n}``; pages call it ``_n``."""
        found = language.translations(self.language).ngettext(one, many, n)
        return found.format(n=f"{n:,}", **values)

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """A connection for reading, closed at the end."""
        with db.reader(self.workspace) as connection:
            yield connection

    def write(self, change: Callable[[Database], T]) -> T:
        """Run a change in the one writer; returns when it is on disk."""
        return db.write(self.workspace, change)

    def address(self, **values: object) -> None:
        """Make the address name the workspace and what is on screen."""
        address.show(w=self.key, **values)

    def open(self, name: str, **values: object) -> None:
        """Go to another page; ends this run."""
        wanted = {key: str(value) for key, value in values.items() if value is not None}
        st.switch_page(ROOT / "pages" / f"{name}.py", query_params={"w": self.key, **wanted})


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
            _controls(page)
            _keep(page)
            _greeting(page)
            chosen.run()
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
        return " ".join(page.text(part).format(**values) for part in parts if part)
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


def _controls(page: Page) -> None:
    """Workspace, language and person, at the right end of the top bar."""
    _ = page.text
    names = {"own": _("My workspace"), "demo": _("Demo")}
    with st.container(key="frame", horizontal=True, vertical_alignment="center", gap="small"):
        session.set_widget("frame-workspace", page.key)
        st.segmented_control(
            _("Workspace"),
            list(names),
            format_func=names.__getitem__,
            key="frame-workspace",
            label_visibility="collapsed",
            required=True,
            on_change=_choose_workspace,
        )
        with st.popover(
            escape.markdown(page.person), icon=":material/person:", key="frame-person", wrap=False
        ):
            _settings(page)


def _settings(page: Page) -> None:
    _ = page.text
    session.set_widget("frame-name", page.person)
    st.text_input(
        _("Who is working"),
        key="frame-name",
        max_chars=people.LONGEST_NAME,
        on_change=_choose_person,
        help=_("This name is kept with every edit you make."),
    )
    session.set_widget("frame-language", page.language)
    st.segmented_control(
        _("Language"),
        list(language.LANGUAGES),
        format_func=language.LANGUAGES.__getitem__,
        key="frame-language",
        required=True,
        on_change=_choose_language,
    )
    browser.theme_switch(
        _("Colours"),
        {"System": _("As the system"), "Light": _("Light"), "Dark": _("Dark")},
        paths=["/", *(f"/{name}" for name in PAGES)],
    )
    st.caption(escape.markdown(_("Workspace folder: {path}", path=page.workspace.root)))


def _keep(page: Page) -> None:
    """Store who works and in which language in the browser, for the next visit."""
    kept = {"language": page.language} if session.get("language_chosen") else {}
    if session.get("person_chosen"):
        kept["person"] = page.person
    if kept:
        with st.container(key="keep"):
            browser.keep(**kept)


def _greeting(page: Page) -> None:
    """On the first visit: who is working? Nobody has to answer before they look around."""
    if session.get("person_chosen"):
        return
    _ = page.text
    with (
        st.container(key="greeting"),
        st.form("greeting-form", border=False),
        st.container(horizontal=True, vertical_alignment="center", gap="small"),
    ):
        st.markdown(f"**{escape.markdown(_('Who is working?'))}**", width="content")
        st.text_input(
            _("Your name"),
            page.person,
            key="greeting-name",
            max_chars=people.LONGEST_NAME,
            label_visibility="collapsed",
            width=220,
        )
        st.form_submit_button(
            _("Start"), type="primary", key="greeting-ok", on_click=_choose_greeting
        )
        st.caption(
            _("The name is kept with every edit. No password; nothing leaves this computer."),
            width="content",
        )


def demo_note(page: Page) -> None:
    """That this is the demo, and the one click that leads out of it."""
    _ = page.text
    with st.container(key="demo-note", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            _("**This is the demo.** Try everything: it has its own workspace with a sample clip."),
            width="stretch",
        )
        st.button(
            _("Open my own workspace"),
            key="demo-leave",
            on_click=open_workspace,
            args=("own",),
            icon=":material/arrow_forward:",
            icon_position="right",
        )


def _choose_workspace() -> None:
    chosen = session.widget("frame-workspace")
    if chosen in address.WORKSPACES:
        open_workspace(chosen)


def open_workspace(key: str) -> None:
    """Change to another workspace; what the address named in the old one is dropped."""
    session.put("workspace", key)
    address.show(w=key)


def _choose_person() -> None:
    _set_person(str(session.widget("frame-name") or ""))


def _choose_greeting() -> None:
    _set_person(str(session.widget("greeting-name") or ""))


def _set_person(name: str) -> None:
    try:
        session.put("person", people.checked_name(name))
    except errors.BadInput:
        return  # an empty field keeps the name there was
    session.put("person_chosen", True)


def _choose_language() -> None:
    chosen = session.widget("frame-language")
    if chosen in language.LANGUAGES:
        session.put("language", chosen)
        session.put("language_chosen", True)


if __name__ == "__main__":
    # Streamlit runs this file as a script; pages import it as a module: both must share one state.
    from components import shell

    shell.run()

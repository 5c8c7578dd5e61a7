"""The frame's controls: which workspace, who works, which language, which colours."""

from __future__ import annotations

import streamlit as st

from components import address, browser, escape, session
from components.surroundings import PAGES, Page
from core import errors, language, people


def show(page: Page) -> None:
    """Everything of the frame but the navigation."""
    _bar(page)
    _keep(page)
    _greeting(page)


def _bar(page: Page) -> None:
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
    """Store who works, in which language and what was dismissed, for the next visit."""
    kept = {"language": page.language} if session.get("language_chosen") else {}
    if session.get("person_chosen"):
        kept["person"] = page.person
    if session.get("jobs_dismissed"):
        kept["dismissed"] = ".".join(session.get("jobs_dismissed"))
    away = {
        "title": page.text("The server does not answer"),
        "text": page.text(
            "This page goes on by itself when it is back. "
            "If it was stopped, start it again; nothing that was saved is lost."
        ),
    }
    with st.container(key="keep"):
        browser.keep(kept, away=away)


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
            _("**This is the demo.** Try everything: it has its own workspace with sample clips."),
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

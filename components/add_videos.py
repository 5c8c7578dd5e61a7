"""Adding videos: drop files, or name a folder of the machine the server runs on."""

from __future__ import annotations

import streamlit as st

from components import escape, session, shell, uploader
from components.surroundings import Page
from core import errors, ingest, paths, worker


def show(page: Page) -> None:
    """The drop area, and below it the folder field where it is allowed."""
    _ = page.text
    uploader.show(
        workspace=page.key,
        person=page.person,
        language=page.language,
        texts=_texts(page),
        key=session.key("uploader", page.key),
        on_added=lambda: _uploaded(page),
    )
    if not paths.is_loopback(st.get_option("server.address")):
        return
    with st.form(session.key("add-folder", page.key), border=False):
        field, copy, button = st.columns([6, 3, 1], vertical_alignment="bottom", gap="medium")
        field.text_input(
            _("Or a folder or file on this computer"),
            key="add-path",
            placeholder=str(paths.roots()[0]),
            help=escape.markdown(
                _("Folders are searched for videos. Allowed: {roots}", roots=_roots())
            ),
        )
        copy.checkbox(
            _("Keep a copy in the workspace"),
            key="add-copy",
            help=_("Otherwise the files stay where they are and are only read."),
        )
        button.form_submit_button(
            _("Add"), on_click=add_typed, args=(page,), width="stretch", key="add-submit"
        )
    _result(page)


def _roots() -> str:
    return ", ".join(str(root) for root in paths.roots())


def add_typed(page: Page) -> None:
    """Queue every video of the folder or file that was typed."""
    typed = str(session.widget("add-path") or "").strip()
    if not typed:
        return
    with shell.guard(page):
        try:
            place = paths.typed(typed, address=st.get_option("server.address"))
            files = ingest.expand([place], confined=True)
        except errors.DataGuardError as error:
            session.put("add_error", error.text(page.text))
            session.put("add_hint", error.hint_text(page.text))
            return
        copy = bool(session.widget("add-copy"))
        queued = page.write(
            lambda db: [
                ingest.queue(db, page.workspace, path=file, person=page.person, copy=copy)
                for file in files
            ]
        )
        session.put("add_queued", len(queued))
        session.set_widget("add-path", "")
        worker.ensure(page.workspace)


def _result(page: Page) -> None:
    message = session.take("add_error")
    hint = session.take("add_hint")
    queued = session.take("add_queued")
    if message:
        text = f"**{escape.markdown(message)}**"
        st.error(text + (f"  \n{escape.markdown(hint)}" if hint else ""))
    if queued:
        st.success(page.count("{n} video is being added.", "{n} videos are being added.", queued))


def _uploaded(page: Page) -> None:
    with shell.guard(page):
        worker.ensure(page.workspace)


def _texts(page: Page) -> dict[str, str]:
    _ = page.text
    return {
        "lead": _("Drop videos or folders here"),
        "note": _("MP4, MOV, MKV, WebM, AVI and more, of any size. Stopped uploads continue."),
        "choose": _("Choose files"),
        "waiting": _("Waiting"),
        "finishing": _("Checking …"),
        "done": _("Uploaded"),
        "known": _("Already in the library as {name}"),
        "away": _("Waiting for the server …"),
        "sent": _("{done} of {total} MB"),
        "left": _("{seconds} s left"),
        "cancel": _("Cancel"),
        "dismiss": _("Dismiss"),
        "again": _("Try again"),
        "cancelled": _("Cancelled"),
    }

"""Renaming, tagging and removing videos: small dialogs, each with one decision."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import escape, session, shell
from components.surroundings import Page
from core import errors, video_edits, videos

OFFERED_TAGS = 40


def ask(action: str, chosen: Sequence[int]) -> None:
    """Open a dialog on the next run, and keep it open until it is answered."""
    session.put("dialog", (action, *chosen))
    for widget in ("dialog-name", "dialog-tags", "dialog-new-tags"):
        session.forget_widget(widget)


def show(page: Page) -> None:
    """The open dialog, if any."""
    wanted = session.get("dialog")
    if not wanted:
        return
    _ = page.text
    action, chosen = wanted[0], wanted[1:]
    title, body = {
        "rename": (_("Rename"), _rename),
        "tag": (_("Tags"), _tag),
        "remove": (_("Remove from the library"), _remove),
    }[action]
    st.dialog(title, on_dismiss=_close)(body)(chosen)


def _close() -> None:
    session.put("dialog", None)


def _rename(chosen: tuple[int, ...]) -> None:
    with shell.guard() as page:
        _ = page.text
        with page.reading() as db:
            video = videos.get(db, chosen[0])
        name = st.text_input(
            _("Name"), video.name, key="dialog-name", max_chars=videos.LONGEST_NAME
        )
        st.caption(_("The file itself keeps its name."))
        if _decided(page, _("Rename")):
            page.write(lambda db: video_edits.rename(db, video.id, name, person=page.person))
            _done()


def _tag(chosen: tuple[int, ...]) -> None:
    with shell.guard() as page:
        _ = page.text
        with page.reading() as db:
            video = videos.get(db, chosen[0])
            known = {tag for other in videos.listed(db) for tag in other.tags}
        st.text(video.name)
        offered = [*video.tags, *sorted(known - set(video.tags))[:OFFERED_TAGS]]
        chosen_tags: list[str] = []
        if offered:
            chosen_tags = st.pills(
                _("Tags"),
                offered,
                selection_mode="multi",
                default=list(video.tags),
                format_func=escape.markdown,
                key="dialog-tags",
                label_visibility="collapsed",
            )
        typed = st.text_input(
            _("New tags"), placeholder=_("Separated by commas"), key="dialog-new-tags"
        )
        tags = [*chosen_tags, *(part.strip() for part in typed.split(",") if part.strip())]
        if _decided(page, _("Save")):
            page.write(lambda db: video_edits.tag(db, video.id, tags, person=page.person))
            _done()


def _remove(chosen: tuple[int, ...]) -> None:
    with shell.guard() as page:
        _ = page.text
        with page.reading() as db:
            names = [videos.get(db, video).name for video in chosen if _exists(db, video)]
        shown = "  \n".join(escape.markdown(name) for name in names[:10])
        st.markdown(shown + ("  \n…" if len(names) > 10 else ""))
        st.markdown(
            page.count(
                "{n} video leaves the library. Your own file is not touched, and its labels come "
                "back when the same file is added again.",
                "{n} videos leave the library. Your own files are not touched, and their labels "
                "come back when the same files are added again.",
                len(names),
            )
        )
        if _decided(page, _("Remove")):
            page.write(
                lambda db: [
                    video_edits.remove(db, one, person=page.person)
                    for one in chosen
                    if _exists(db, one)
                ]
            )
            _done()


def _exists(db: object, video: int) -> bool:
    try:
        videos.get(db, video)  # type: ignore[arg-type]
    except errors.UnknownItem:
        return False
    return True


def _decided(page: Page, verb: str) -> bool:
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(page.text("Cancel"), key="dialog-cancel"):
            _done()
        return st.button(verb, type="primary", key="dialog-ok")


def _done() -> None:
    _close()
    st.rerun()

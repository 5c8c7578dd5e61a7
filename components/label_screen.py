"""The Label screen: which video, where to open it, and the annotator that fills the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

import models
from components import address, annotator, browser, escape, library_rows, session
from components.surroundings import Page
from core import errors, videos
from core.videos import Video

BELOW = 12
SMALLEST = 420


@dataclass(frozen=True, slots=True)
class Place:
    """Where to open: a video, a frame, a selected track."""

    video: int
    frame: int = 0
    track: int | None = None


def ready(page: Page) -> Sequence[Video]:
    """Videos that can be labelled, in the order they were added."""
    with page.reading() as db:
        return [video for video in videos.listed(db) if video.state == "ready"]


def place(page: Page, listed: Sequence[Video]) -> Place:
    """Where the address leads; without one, where this person was last, else the first video.

    :raises UnknownItem: when the address names a video that is not there.
    """
    given = (address.number("video"), address.number("frame"), address.number("track"))
    opened, shown = session.get("label_opened"), session.get("label_shown")
    workspace = session.get("label_workspace")
    known = {video.id: video for video in listed}
    if workspace == page.key and opened and (given == shown or given == (None, None, None)):
        if opened[0] in known:
            return Place(*opened)
        given = (None, None, None)
    wanted = given[0] if given[0] is not None else listed[0].id
    if wanted not in known:
        raise errors.UnknownItem("There is no video {name}.", name=wanted)
    frame = min(given[1] or 0, known[wanted].frames - 1)
    session.put("label_shown", given)
    return open_at(page, Place(wanted, max(frame, 0), given[2]))


def open_at(page: Page, target: Place) -> Place:
    """Remember where the annotator was opened; it moves on by itself from there."""
    session.put("label_opened", (target.video, target.frame, target.track))
    session.put("label_workspace", page.key)
    return target


def picker(page: Page, listed: Sequence[Video], here: Place) -> None:
    """Previous, next, and any video by name."""
    _ = page.text
    ids = [video.id for video in listed]
    names = {video.id: video for video in listed}
    index = ids.index(here.video)
    session.set_widget("label-video", here.video)
    with st.container(key="label-bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            _("Previous video"),
            icon=":material/chevron_left:",
            key="label-previous",
            disabled=index == 0,
            on_click=open_at,
            args=(page, Place(ids[max(index - 1, 0)])),
        )
        st.selectbox(
            _("Video"),
            ids,
            format_func=lambda video: escape.plain(names[video].name),
            key="label-video",
            label_visibility="collapsed",
            on_change=lambda: open_at(page, Place(int(session.widget("label-video")))),
            width=380,
        )
        st.button(
            _("Next video"),
            icon=":material/chevron_right:",
            icon_position="right",
            key="label-next",
            disabled=index == len(ids) - 1,
            on_click=open_at,
            args=(page, Place(ids[min(index + 1, len(ids) - 1)])),
        )
        st.caption(
            _("{n} of {total}", n=f"{index + 1:,}", total=f"{len(ids):,}")
            + f" · {library_rows.clock(names[here.video].duration)}",
            width="content",
        )


def followers(page: Page) -> list[str]:
    """The models that can follow an object here; one that needs no weights is the usual one."""
    entries = [
        entry
        for entry in models.catalogue(list(page.workspace.weights))
        if entry.model.task == "track" and entry.available
    ]
    entries.sort(key=lambda entry: entry.model.checkpoint is not None)
    return [entry.model.name for entry in entries]


def annotate(page: Page, here: Place) -> None:
    """The annotator in the height that is left, and the address of what it shows."""
    with st.container(key="label-room", gap=None):
        room = browser.room_below(leave="label-bar", subject=here.video)
        if room is None:
            return  # the browser answers with another run: the annotator is made once, and fits
        status = annotator.show(
            video=here.video,
            workspace=page.key,
            person=page.person,
            language=page.language,
            theme=browser.theme(),
            frame=here.frame,
            track=here.track,
            followers=followers(page),
            height=max(room - BELOW, SMALLEST),
            key=session.key("annotator", page.key),
        )
    # Right after a change of video the annotator still tells of the one before.
    current = Place(here.video, status.frame, status.track)
    if session.get("label_video") != here.video:
        session.put("label_video", here.video)
        current = here
    session.put("label_shown", (current.video, current.frame, current.track))
    page.address(video=current.video, frame=current.frame, track=current.track)

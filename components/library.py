"""The library: what is there, found and sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components import controls, library_rows, session, video_dialogs, video_list
from components.library_rows import Counts
from components.surroundings import Page
from core import jobs, stats, videos
from core.jobs import Job
from core.videos import Video


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the library shows, read at once."""

    videos: Sequence[Video]
    counts: Mapping[int, Counts]
    jobs: Mapping[int, Sequence[Job]]

    @property
    def seconds(self) -> float:
        return sum(video.duration for video in self.videos)


def read(page: Page) -> Content:
    """All videos with their counts and open jobs."""
    with page.reading() as db:
        listed = videos.listed(db)
        counted = stats.library(db)
        open_jobs: dict[int, list[Job]] = {}
        for job in jobs.listed(db):
            if job.video is not None:
                open_jobs.setdefault(job.video, []).append(job)
    return Content(listed, {video: _counts(row) for video, row in counted.items()}, open_jobs)


def _counts(row: Mapping[str, int]) -> Counts:
    return Counts(
        people=int(row.get("people", 0)),
        by_state={state: int(row.get(state, 0)) for state in library_rows.STATES},
    )


def summary(page: Page, content: Content) -> str:
    """How much there is, in one line."""
    number = page.count("{n} video", "{n} videos", len(content.videos))
    return f"{number} · {library_rows.clock(content.seconds)}" if content.videos else number


def toolbar(page: Page, content: Content) -> Sequence[Video]:
    """Search and order; returns the videos that match, in order."""
    _ = page.text
    session.keep_widgets("library-search", "library-sort")
    with st.container(key="library-tools", horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            _("Search"),
            key="library-search",
            placeholder=_("Search names and tags"),
            label_visibility="collapsed",
            width=320,
            icon=":material/search:",
        )
        by = st.selectbox(
            _("Order"),
            list(library_rows.SORTS),
            format_func=lambda key: _(library_rows.SORTS[key]),
            key="library-sort",
            label_visibility="collapsed",
            width=200,
        )
        st.space("stretch")
        is_open = bool(session.get("adding"))
        st.button(
            _("Close") if is_open else _("Add videos"),
            key="library-add",
            type="secondary" if is_open else "primary",
            icon=None if is_open else ":material/add:",
            on_click=lambda: session.put("adding", not is_open),
        )
    matching = library_rows.found(content.videos, words or "")
    return library_rows.ordered(matching, by or "newest", content.counts)


def listing(page: Page, content: Content, shown: Sequence[Video]) -> None:
    """One page of videos, and what a click on them does."""
    _ = page.text
    if not shown:
        st.info(_("No video matches the search."))
        return
    size = library_rows.PAGE_SIZES[0]
    pages = -(-len(shown) // size)
    number = min(int(session.widget("library-page") or 1), pages)
    part = shown[(number - 1) * size : number * size]
    rows = [
        library_rows.row(
            page, video, content.counts.get(video.id, Counts()), content.jobs.get(video.id, ())
        )
        for video in part
    ]
    acted = video_list.show(rows, texts=_texts(page), key=session.key("videos", page.key))
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(pages, key="library-page")
    if acted:
        act(page, acted["action"], acted["videos"])


def act(page: Page, action: str, chosen: Sequence[int]) -> None:
    """Do what was clicked: go to another page, or ask in a dialog."""
    if action == "open":
        page.open("label", video=chosen[0])
    elif action == "suggest":
        page.open("suggest", videos=",".join(str(video) for video in chosen))
    else:
        video_dialogs.ask(action, chosen)


def _texts(page: Page) -> dict[str, str]:
    _ = page.text
    return {
        "video": _("Video"),
        "length": _("Length"),
        "people": _("People"),
        "labels": _("Labels"),
        "status": _("Status"),
        "noLabels": _("No labels yet"),
        "open": _("Label"),
        "suggest": _("Suggest"),
        "rename": _("Rename"),
        "tag": _("Tags"),
        "remove": _("Remove"),
        "more": _("More"),
        "selectAll": _("Select all on this page"),
        "selected": _("{n} selected"),
        "suggestSelected": _("Suggest for these"),
        "removeSelected": _("Remove these"),
        "clear": _("Clear selection"),
    }


def empty(page: Page) -> None:
    """What to do in a workspace without videos."""
    _ = page.text
    session.put("adding", True)  # the drop area stays when the first video appears
    st.markdown(f"#### {_('No videos yet')}")
    st.markdown(
        _(
            "Add videos, let a model on this computer suggest the people in them, "
            "then accept, fix or reject what it found."
        )
    )
    if page.key == "own":
        st.button(
            _("Look at the demo first"),
            key="library-demo",
            on_click=controls.open_workspace,
            args=("demo",),
            type="tertiary",
            icon=":material/play_circle:",
        )

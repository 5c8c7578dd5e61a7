"""The Export screen: choose labels, see how many, write them, download the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import streamlit as st

from components import escape, library_rows, session, shell, statistics_screen
from components.surroundings import Page
from core import classes, exports, people, stats, videos, worker
from core import language as languages
from core.exports import Options
from core.stats import Filter

FORMATS = {
    "ndjson": (
        languages.mark("NDJSON"),
        languages.mark(
            "Everything DataGuard knows: keyframes, poses, states, segments, one line per label."
        ),
    ),
    "coco": (
        languages.mark("COCO"),
        languages.mark("Instances and keypoints per frame, for training and common tools."),
    ),
    "yolo": (
        languages.mark("YOLO"),
        languages.mark("Boxes, one text file per frame, with data.yaml for training a detector."),
    ),
    "yolo-pose": (
        languages.mark("YOLO pose"),
        languages.mark("Boxes with the 17 joints of COCO, for training a pose model."),
    ),
}
KINDS = {
    "tracks": languages.mark("tracks"),
    "keyframes": languages.mark("keyframes"),
    "segments": languages.mark("segments"),
    "frames": languages.mark("frames"),
    "videos": languages.mark("videos"),
    "images": languages.mark("images"),
    "annotations": languages.mark("annotations"),
    "poses": languages.mark("poses"),
    "backgrounds": languages.mark("frames known to be empty"),
    "clipped": languages.mark("boxes clipped at the edge of the picture"),
    "joints_outside": languages.mark("joints outside the picture"),
    "track": languages.mark("track"),
    "segment": languages.mark("segment"),
    "position": languages.mark("position"),
    "pose": languages.mark("pose"),
}
REASONS = {
    "deleted": languages.mark("deleted"),
    "superseded": languages.mark("replaced by a newer run"),
    "video_removed": languages.mark("video removed from the library"),
    "video_not_selected": languages.mark("video not chosen"),
    "class_not_selected": languages.mark("class not chosen"),
    "state_not_selected": languages.mark("state not chosen"),
    "format_holds_no_segments": languages.mark("the format holds no segments"),
    "no_frame_selected": languages.mark("no chosen frame"),
    "frame_not_selected": languages.mark("frame not chosen"),
    "frame_unreadable": languages.mark("frame cannot be read"),
    "outside_picture": languages.mark("outside the picture"),
    "pose_is_not_coco17": languages.mark("the pose is not the one of COCO"),
    "format_holds_no_poses": languages.mark("the format holds no poses"),
    "class_without_poses": languages.mark("the class has no poses"),
    "video_not_ready": languages.mark("video not ready"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be exported; empty tuples mean all."""

    format: str
    states: tuple[str, ...]
    class_ids: tuple[int, ...]
    video_ids: tuple[int, ...]
    options: Options


def is_empty(page: Page) -> bool:
    """Whether there are neither videos nor exports of earlier ones."""
    with page.reading() as db:
        return not videos.listed(db) and not exports.finished(db, limit=1)


def choose(page: Page) -> Choice:
    """Format, states, classes, videos and how they are written."""
    _ = page.text
    with page.reading() as db:
        listed = {video.id: video.name for video in videos.listed(db) if video.state == "ready"}
        named = {row["id"]: statistics_screen.class_name(page, row) for row in classes.every(db)}
    session.keep_widgets("export-format", "export-states", "export-classes", "export-videos")
    format_name = st.segmented_control(
        _("Format"),
        list(FORMATS),
        default=None if session.widget("export-format") else "ndjson",
        required=True,
        format_func=lambda key: _(FORMATS[key][0]),
        key="export-format",
    )
    format_name = str(format_name or "ndjson")
    st.caption(_(FORMATS[format_name][1]))
    states = st.pills(
        _("States"),
        list(library_rows.STATES),
        selection_mode="multi",
        default=None if session.widget("export-states") else list(exports.DEFAULT_STATES),
        format_func=lambda state: library_rows.state_name(page, state),
        key="export-states",
    )
    class_ids = st.multiselect(
        _("Classes"),
        list(named),
        format_func=lambda key: escape.plain(named[key]),
        placeholder=_("All classes"),
        key="export-classes",
    )
    video_ids = st.multiselect(
        _("Videos"),
        list(listed),
        format_func=lambda key: escape.plain(listed[key]),
        placeholder=_("All videos"),
        key="export-videos",
    )
    options = _options(page, format_name)
    return Choice(format_name, tuple(states or ()), tuple(class_ids), tuple(video_ids), options)


def _options(page: Page, format_name: str) -> Options:
    _ = page.text
    if format_name == "ndjson":
        dense = st.checkbox(_("Positions of every frame beside the keyframes"), key="export-dense")
        return Options(dense=bool(dense))
    images = st.checkbox(
        _("With the pictures of the frames"),
        key="export-images",
        help=_("Makes a large export. Without them the file says so."),
    )
    every = st.number_input(
        _("One frame in"), min_value=1, max_value=1000, value=1, step=1, key="export-every"
    )
    val = _validation(page) if format_name.startswith("yolo") else None
    return Options(images=bool(images), every=int(every or 1), val=val)


def _validation(page: Page) -> float:
    """The share of the videos that is kept for validation."""
    _ = page.text
    percent = st.number_input(
        _("Videos for validation, %"),
        min_value=0,
        max_value=round(100 * exports.LARGEST_SHARE),
        value=round(100 * exports.DEFAULT_SHARE),
        step=5,
        key="export-val",
        help=_("Whole videos, never single frames; which ones follows from their content."),
    )
    return int(percent or 0) / 100


def preview(page: Page, choice: Choice) -> int:
    """How many tracks the choice holds, by class and state; returns the number."""
    _ = page.text
    counted = count(page, choice)
    with page.reading() as db:
        named = {row["name"]: statistics_screen.class_name(page, row) for row in classes.every(db)}
    total = sum(counted.values())
    st.metric(_("Tracks to export"), f"{total:,}", border=True)
    if total:
        found = [state for state in library_rows.STATES if any(s == state for _c, s in counted)]
        st.dataframe(
            [
                {
                    _("Class"): escape.plain(named[name]),
                    **{
                        library_rows.state_name(page, state): counted.get((name, state), 0)
                        for state in found
                    },
                }
                for name in sorted({name for name, _s in counted})
            ],
            hide_index=True,
            width="stretch",
            column_config={_("Class"): st.column_config.Column(width="medium")},
        )
    else:
        st.caption(_("No label matches. Choose more states, classes or videos."))
    return total


def count(page: Page, choice: Choice) -> Counter[tuple[str, str]]:
    """Tracks by class name and state that the choice takes."""
    counted: Counter[tuple[str, str]] = Counter()
    with page.reading() as db:
        wanted = {row["name"] for row in classes.every(db) if row["id"] in choice.class_ids}
        for video in choice.video_ids or (None,):
            for group in stats.overview(db, Filter(video=video))["groups"]:
                chosen = not wanted or group["class"] in wanted
                if chosen and group["state"] in choice.states:
                    counted[group["class"], group["state"]] += group["tracks"]
    return counted


def begin(page: Page, choice: Choice) -> None:
    """Queue the export; what goes wrong is shown at the top of the page."""

    def queue(db: Any) -> int:
        return exports.queue(
            db,
            format=choice.format,
            states=choice.states,
            class_ids=choice.class_ids,
            video_ids=choice.video_ids,
            options=choice.options,
            person=people.identify(db, page.person),
        )

    with shell.guard(page):
        page.write(queue)
        worker.ensure(page.workspace)


def finished(page: Page) -> None:
    """Exports that were written, each with its download, its hash and what was left out."""
    _ = page.text
    with page.reading() as db:
        rows = exports.finished(db, limit=20)
    st.markdown(f"##### {_('Finished exports')}")
    if not rows:
        st.caption(_("Nothing was exported yet."))
    for row in rows:
        with st.container(border=True, gap="small"):
            _one(page, row)


def _one(page: Page, row: Mapping[str, Any]) -> None:
    _ = page.text
    name, link = st.columns([4, 2], vertical_alignment="center")
    written = ", ".join(
        _("{kind}: {n}", kind=_(KINDS.get(kind, kind)), n=f"{number:,}")
        for kind, number in row["written"].items()
        if number
    )
    when = str(row["at"])[:16].replace("T", " ")
    format_name = _(FORMATS[row["format"]][0]) if row["format"] in FORMATS else row["format"]
    name.markdown(
        f"**{escape.markdown(row['name'])}** · {escape.markdown(format_name)}  \n"
        f"{escape.markdown(written)}"
    )
    with link.container(horizontal=True, horizontal_alignment="right"):
        st.link_button(
            _("Download ({size} MB)", size=f"{max(row['bytes'] / 1e6, 0.1):,.1f}"),
            f"/api/exports/{quote(row['archive'], safe='')}?w={page.key}",
            icon=":material/download:",
        )
    st.caption(
        escape.markdown(_("{time} UTC · {person}", time=when, person=row["person"] or "–"))
        + "  \n"
        + f"SHA-256 `{row['sha256']}`"
    )
    _left_out(page, row["skipped"])


def _left_out(page: Page, skipped: Sequence[Mapping[str, Any]]) -> None:
    _ = page.text
    if not skipped:
        st.caption(_("Nothing was left out."))
        return
    total = sum(row["count"] for row in skipped)
    with st.expander(page.count("{n} label left out", "{n} labels left out", total)):
        st.dataframe(
            [
                {
                    _("Reason"): escape.plain(_(REASONS.get(row["reason"], row["reason"]))),
                    _("Kind"): escape.plain(_(KINDS.get(row["kind"], row["kind"]))),
                    _("Number"): row["count"],
                }
                for row in skipped
            ],
            hide_index=True,
            width="stretch",
        )
        st.caption(_("The file skipped.json in the archive names each of them."))

"""The Statistics screen: what the data set holds, how good the models are, who did what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, escape, job_list, library_rows, palette, session
from components.surroundings import Page
from core import classes, stats, videos
from core.stats import Filter

MEASURES = ("tracks", "labelled_frames", "positions")
ROWS = 15
CONFIG = {"displayModeBar": False}


def is_empty(page: Page) -> bool:
    """Whether there is no video that could be counted."""
    with page.reading() as db:
        return not any(video.state == "ready" for video in videos.listed(db))


def choose(page: Page) -> Filter:
    """The filter: one video, one class, or all."""
    _ = page.text
    with page.reading() as db:
        listed = {video.id: video.name for video in videos.listed(db) if video.state == "ready"}
        named = {row["id"]: class_name(page, row) for row in classes.every(db)}
    session.keep_widgets("stats-video", "stats-class")
    with st.container(key="stats-filter", horizontal=True, gap="small"):
        video = st.selectbox(
            _("Video"),
            [None, *listed],
            format_func=lambda key: escape.plain(listed[key]) if key else _("All videos"),
            key="stats-video",
            label_visibility="collapsed",
            width=320,
        )
        class_id = st.selectbox(
            _("Class"),
            [None, *named],
            format_func=lambda key: escape.plain(named[key]) if key else _("All classes"),
            key="stats-class",
            label_visibility="collapsed",
            width=200,
        )
    return Filter(video=video, class_id=class_id)


def class_name(page: Page, row: Mapping[str, Any]) -> str:
    """A class in the reader's language."""
    return str(row["names"].get(page.language) or row["name"])


def totals(page: Page, found: Mapping[str, Any]) -> None:
    """The figures a lead asks for first."""
    _ = page.text
    tiles = (
        (_("Videos"), f"{found['videos']:,}", ""),
        (_("Length"), job_list.duration(page, found["seconds"]), ""),
        (_("Frames"), f"{found['frames']:,}", ""),
        (_("Tracks"), f"{found['tracks']:,}", _("Objects followed over time.")),
        (
            _("Labelled frames"),
            f"{found['labelled_frames']:,}",
            _("Frames with at least one label."),
        ),
        (_("Positions"), f"{found['positions']:,}", _("One per label and frame.")),
    )
    for column, (name, value, note) in zip(st.columns(len(tiles)), tiles, strict=True):
        column.metric(name, value, help=note or None, border=True)


def by_class(page: Page, found: Mapping[str, Any]) -> None:
    """Tracks, frames or positions by class and state."""
    _ = page.text
    words = {
        "tracks": _("Tracks"),
        "labelled_frames": _("Labelled frames"),
        "positions": _("Positions"),
    }
    with st.container(border=True):
        head, switch = st.columns([2, 3], vertical_alignment="center")
        head.markdown(f"##### {_('By class and state')}")
        measure = switch.segmented_control(
            _("Count"),
            MEASURES,
            default="tracks",
            required=True,
            format_func=words.__getitem__,
            key="stats-measure",
            label_visibility="collapsed",
        )
        with page.reading() as db:
            named = {row["name"]: class_name(page, row) for row in classes.every(db)}
        rows: dict[str, dict[str, int]] = {}
        for group in found["groups"]:
            rows.setdefault(named[group["class"]], {})[group["state"]] = group[measure]
        draw(page, list(rows.items()), unit=words[str(measure)], key="chart-class")


def by_video(page: Page, wanted: Filter) -> None:
    """Tracks by state, for the videos with most left to review."""
    _ = page.text
    with page.reading() as db:
        counted = stats.by_video(db, wanted)
        names = {video.id: video.name for video in videos.listed(db)}
    counted.sort(key=lambda row: (-row["suggested"], -row["tracks"]))
    with st.container(border=True):
        st.markdown(f"##### {_('By video')}")
        if len(counted) > ROWS:
            st.caption(_("The {n} with most to review, of {total}.", n=ROWS, total=len(counted)))
        rows = [(names.get(row["video"], ""), row) for row in counted[:ROWS]]
        draw(page, rows, unit=_("Tracks"), key="chart-video")


def draw(page: Page, rows: Sequence[tuple[str, Mapping[str, int]]], *, unit: str, key: str) -> None:
    """Bars by state, or a word that there is nothing."""
    if not rows:
        st.caption(page.text("No labels yet."))
        return
    names = {state: library_rows.state_name(page, state) for state in palette.STATES}
    figure = charts.stacked(rows, palette.STATES, names, unit=unit)
    st.plotly_chart(figure, config=CONFIG, key=key, alt=unit)


def by_model(page: Page, wanted: Filter) -> None:
    """How people judged each version of a model."""
    _ = page.text
    with page.reading() as db:
        rows = stats.by_model(db, wanted)
    with st.container(border=True):
        st.markdown(f"##### {_('Models')}")
        st.caption(_("Accepted and fixed suggestions count as found rightly; deleted as wrong."))
        if not rows:
            st.caption(_("No model has suggested anything yet."))
            return
        titles = [(f"{row['model']} · {row['version']}", row) for row in rows]
        draw(page, titles, unit=_("Suggestions"), key="chart-model")
        st.dataframe(
            [
                {
                    _("Model"): escape.plain(row["model"]),
                    _("Version"): escape.plain(row["version"]),
                    _("Decided"): row["decided"],
                    _("Acceptance"): _percent(row["acceptance"]),
                    _("Right as suggested"): _percent(row["untouched"]),
                    _("Frames"): row.get("frames", 0),
                }
                for row in rows
            ],
            hide_index=True,
            width="stretch",
        )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def by_person(page: Page, wanted: Filter) -> None:
    """Decisions and actions of each person."""
    _ = page.text
    with page.reading() as db:
        rows = stats.by_person(db, Filter(video=wanted.video))
    with st.container(border=True):
        st.markdown(f"##### {_('People')}")
        if not rows:
            st.caption(_("Nobody has changed anything yet."))
            return
        names = {
            "accept": _("accepted"),
            "fix": _("fixed"),
            "reject": _("rejected"),
            "skip": _("skipped"),
        }
        decided = [
            (row["person"], row["verdicts"]) for row in rows if any(row["verdicts"].values())
        ]
        if decided:
            unit = _("Decisions that stand")
            figure = charts.stacked(decided, palette.VERDICTS, names, unit=unit)
            st.plotly_chart(figure, config=CONFIG, key="chart-people", alt=unit)
        else:
            st.caption(_("Nobody has decided anything yet."))
        days = {row["person"]: row["days"] for row in rows if row["days"]}
        figure = charts.by_day(days, charts.looks_of(sorted(days)), unit=_("Actions per day"))
        st.plotly_chart(figure, config=CONFIG, key="chart-days", alt=_("Actions per day"))
        st.dataframe(
            [
                {
                    _("Person"): escape.plain(row["person"]),
                    _("Actions"): row["actions"],
                    _("Labels changed"): row["labels"],
                    _("Undone"): row["undone"],
                    _("Last active (UTC)"): str(row["last"])[:16].replace("T", " "),
                }
                for row in rows
            ],
            hide_index=True,
            width="stretch",
        )

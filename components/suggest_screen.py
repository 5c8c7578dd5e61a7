"""The Suggest screen: which videos, which model, how; and starting the runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

import models
from components import address, escape, job_list, library_rows, model_card, session, shell
from components.surroundings import Page
from core import jobs, people, runs, videos, worker
from core.videos import Video
from models.base import Entry, Parameter

RESULTS = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be run; ``last`` None means to the end of each video."""

    videos: tuple[Video, ...]
    model: Entry
    parameters: Mapping[str, Any]
    first: int = 0
    last: int | None = None
    every: int = 1

    def frames(self) -> int:
        """How many frames the model would look at."""
        total = 0
        for video in self.videos:
            end = video.frames - 1 if self.last is None else min(self.last, video.frames - 1)
            total += len(range(self.first, end + 1, self.every))
        return total


def is_empty(page: Page) -> bool:
    """Whether there is no video a model could look at."""
    with page.reading() as db:
        return not any(video.state == "ready" for video in videos.listed(db))


def choose_videos(page: Page) -> tuple[Video, ...]:
    """The videos to look at; those the address names are chosen at first."""
    _ = page.text
    with page.reading() as db:
        listed = {video.id: video for video in videos.listed(db) if video.state == "ready"}
    named = address.numbers("videos")
    if named and named != session.get("suggest_named"):
        session.put("suggest_named", named)
        session.set_widget("suggest-videos", [video for video in named if video in listed])
    elif session.widget("suggest-videos") is None and len(listed) == 1:
        session.set_widget("suggest-videos", list(listed))
    kept = [video for video in session.widget("suggest-videos") or () if video in listed]
    session.set_widget("suggest-videos", kept)
    chosen = st.multiselect(
        _("Videos"),
        list(listed),
        format_func=lambda video: escape.plain(listed[video].name),
        placeholder=_("Choose videos"),
        key="suggest-videos",
    )
    page.address(videos=",".join(str(video) for video in chosen) or None)
    session.put("suggest_named", tuple(chosen))
    return tuple(listed[video] for video in chosen)


def choose_model(page: Page) -> Entry | None:
    """The chosen model as a card, the others below; what each needs, whether it can run here."""
    _ = page.text
    entries = [
        entry
        for entry in models.catalogue(list(page.workspace.weights))
        if entry.model.task != "track"
    ]
    if not entries:
        st.warning(_("No model is installed."))
        return None
    names = [entry.model.name for entry in entries]
    usable = [entry.model.name for entry in entries if entry.available]
    if session.get("suggest_model") not in names:
        session.put("suggest_model", (usable or names)[0])
    name = session.get("suggest_model")
    chosen = next(entry for entry in entries if entry.model.name == name)
    others = sorted((e for e in entries if e is not chosen), key=lambda e: not e.available)
    _card(page, chosen, chosen=True)
    if others:
        words = page.count("{n} other model", "{n} other models", len(others))
        ready = sum(entry.available for entry in others)
        with st.expander(f"{words} · {_('{n} available', n=ready)}", expanded=False):
            for entry in others:
                _card(page, entry, chosen=False)
    return chosen


def _card(page: Page, entry: Entry, *, chosen: bool) -> None:
    _ = page.text
    model = entry.model
    with st.container(border=True, gap="small", key=session.key("model", model.name)):
        badge = _("Chosen") if chosen and entry.available else ""
        model_card.head(page, entry, badge=badge)
        model_card.reason(page, entry)
        with st.container(horizontal=True, gap="small"):
            if not chosen:
                st.button(
                    _("Choose"),
                    key=session.key("choose", model.name),
                    disabled=not entry.available,
                    on_click=session.put,
                    args=("suggest_model", model.name),
                )
            if not entry.available and st.button(
                _("Get it"), key=session.key("get", model.name), icon=":material/download:"
            ):
                page.open("models", model=model.name)


def choose_settings(page: Page, chosen: Sequence[Video], entry: Entry) -> Plan:
    """Range, every n-th frame, and the model's own parameters."""
    _ = page.text
    first, last = 0, None
    part, every = st.columns([3, 2], vertical_alignment="bottom")
    if not chosen:
        part, every = every, part
    if len(chosen) == 1:
        end = chosen[0].frames - 1
        key = session.key("suggest-range", page.key, chosen[0].id)
        if end > 0:
            first, last = part.slider(
                _("Frames"), 0, end, (0, end), key=key, help=_("First and last frame, both kept.")
            )
    elif chosen:
        part.caption(_("Several videos are looked at from beginning to end."))
    step = every.number_input(
        _("One frame in"),
        min_value=1,
        max_value=1000,
        value=1,
        step=1,
        key="suggest-every",
        help=_("2 looks at every second frame: twice as fast; what lies between is interpolated."),
    )
    parameters = choose_parameters(page, entry)
    return Plan(tuple(chosen), entry, parameters, first, last, int(step or 1))


def choose_parameters(page: Page, entry: Entry) -> dict[str, Any]:
    """The model's own parameters by name, as they stand in the fields."""
    with st.expander(page.text("Settings of the model"), expanded=False):
        return {
            parameter.name: _parameter(page, entry, parameter)
            for parameter in entry.model.parameters
        }


def _parameter(page: Page, entry: Entry, parameter: Parameter) -> Any:
    _ = page.text
    key = session.key("parameter", entry.model.name, parameter.name)
    words = {"label": escape.markdown(_(parameter.label)), "key": key}
    if parameter.help:
        words["help"] = escape.markdown(_(parameter.help))
    if parameter.kind == "choice":
        words_first = list(parameter.choices) or [str(parameter.default), *entry.files]
        choices = [*words_first, *entry.choices.get(parameter.name, ())]
        return st.selectbox(options=choices, **words)
    if parameter.kind == "text":
        longest = None if parameter.maximum is None else int(parameter.maximum)
        return st.text_input(value=str(parameter.default), max_chars=longest, **words)
    low, high = parameter.minimum, parameter.maximum
    if parameter.kind == "integer":
        return st.number_input(
            min_value=None if low is None else int(low),
            max_value=None if high is None else int(high),
            value=int(parameter.default),
            step=1,
            **words,
        )
    if low is None or high is None:
        return st.number_input(
            min_value=low, max_value=high, value=float(parameter.default), **words
        )
    return st.slider(
        min_value=float(low),
        max_value=float(high),
        value=float(parameter.default),
        step=0.05,
        **words,
    )


def offer(page: Page, chosen: Sequence[Video]) -> str:
    """What the button that starts the runs says."""
    if not chosen:
        return page.text("Suggest")
    return page.count("Suggest for {n} video", "Suggest for {n} videos", len(chosen))


def start(page: Page, plan: Plan) -> None:
    """Queue one run per video and make sure somebody works on them."""

    def queue(db: Any) -> list[int]:
        # Checked before anything is queued: a wrong text need not wait for the worker.
        parameters = plan.model.model.checked_parameters(plan.parameters)
        person = people.identify(db, page.person)
        return [
            runs.queue(
                db,
                video=video.id,
                model=plan.model.model.name,
                first=plan.first,
                last=plan.last,
                every=plan.every,
                parameters=parameters,
                person=person,
            )
            for video in plan.videos
        ]

    with shell.guard(page):
        page.write(queue)
        worker.ensure(page.workspace)


def results(page: Page) -> None:
    """The last finished runs, each with the way to its labels."""
    _ = page.text
    with page.reading() as db:
        done = [job for job in jobs.listed(db) if job.kind == "suggest" and job.state == "done"]
        names = {video.id: video.name for video in videos.listed(db)}
    done = [job for job in done if job.video in names and job.result][:RESULTS]
    if not done:
        return
    st.markdown(f"##### {_('Finished runs')}")
    with st.container(border=True, gap="small"):
        for job in done:
            result = job.result or {}
            what, side = st.columns([5, 2], vertical_alignment="center")
            seconds = float(result.get("seconds") or 0)
            facts = [
                page.count("{n} track", "{n} tracks", int(result.get("tracks", 0))),
                page.count("{n} frame", "{n} frames", int(result.get("frames", 0))),
                job_list.duration(page, seconds),
            ]
            what.markdown(
                f"**{escape.markdown(names[job.video])}** · "
                f"{escape.markdown(job.parameters.get('model', ''))}  \n"
                f"{escape.markdown(' · '.join(facts))}"
            )
            with side.container(horizontal=True, horizontal_alignment="right"):
                if st.button(_("Label"), key=session.key("result", job.id)):
                    page.open("label", video=job.video)


def length(page: Page, plan: Plan) -> str:
    """What a run would look at, in words."""
    number = page.count("{n} frame", "{n} frames", plan.frames())
    total = sum(video.duration for video in plan.videos)
    return f"{number} · {library_rows.clock(total)}"

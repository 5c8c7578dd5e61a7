"""Rows of the library: search, order, words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from components import library_rows, video_list
from components.library_rows import Counts
from components.surroundings import Page
from core import db as store
from core import jobs, videos
from core.videos import Video
from core.workspace import Workspace


@pytest.fixture
def page(workspace: Workspace) -> Page:
    return Page(workspace, "own", "Ada", "en")


@pytest.fixture
def make(workspace: Workspace, add_video: Callable[..., int]) -> Callable[..., Video]:
    def add(name: str, **values: object) -> Video:
        video = add_video(name=name)
        with store.reader(workspace) as db:
            return replace(videos.get(db, video), **values)

    return add


def names(found: list[Video]) -> list[str]:
    return [video.name for video in found]


def test_search_finds_names_and_tags_in_any_case_and_normal_form(
    make: Callable[..., Video],
) -> None:
    every = [make("Ring One.mp4"), make("b.mp4", tags=("스파링",)), make("c.mp4")]
    assert names(library_rows.found(every, "ring")) == ["Ring One.mp4"]
    assert names(library_rows.found(every, "one RING")) == ["Ring One.mp4"]
    assert names(library_rows.found(every, "스파링")) == ["b.mp4"]
    assert len(library_rows.found(every, "  ")) == 3


def test_orders(make: Callable[..., Video]) -> None:
    every = [
        make("clip 10.mp4", duration=5.0),
        make("clip 2.mp4", duration=9.0),
        make("a.mp4", duration=1.0),
    ]
    counts = {every[0].id: Counts(1, {"suggested": 4}), every[2].id: Counts(1, {"suggested": 9})}

    def order(by: str) -> list[str]:
        return names(library_rows.ordered(every, by, counts))

    assert order("newest") == ["a.mp4", "clip 2.mp4", "clip 10.mp4"]
    assert order("oldest") == ["clip 10.mp4", "clip 2.mp4", "a.mp4"]
    assert order("name") == ["a.mp4", "clip 2.mp4", "clip 10.mp4"]
    assert order("length")[0] == "clip 2.mp4"
    assert order("suggested") == ["a.mp4", "clip 10.mp4", "clip 2.mp4"]


def test_a_row_tells_what_is_left_to_do(page: Page, make: Callable[..., Video]) -> None:
    video = make("a.mp4")
    row = library_rows.row(page, video, Counts(2, {"suggested": 2, "accepted": 1}), [])
    assert row.status == "2 to review"
    assert row.people == "2"
    assert ("accepted", 1, "1 accepted") in row.counts
    assert library_rows.row(page, video, Counts(1, {"accepted": 1}), []).status == "Reviewed"


def test_a_row_shows_the_job_at_work_and_a_failure_with_its_reason(
    page: Page, workspace: Workspace, make: Callable[..., Video]
) -> None:
    video = make("a.mp4")
    store.write(workspace, lambda db: jobs.add(db, "suggest", video=video.id, total=10))
    with store.reader(workspace) as db:
        queued = jobs.listed(db)
    row = library_rows.row(page, video, Counts(), queued)
    assert (row.tone, row.progress) == ("busy", 0.0)
    done = [replace(job, state="done") for job in queued]
    assert library_rows.row(page, video, Counts(), done).status == "Looked through, nothing found"
    error = {"message": "{name} is empty.", "hint": "", "values": {"name": "a.mp4"}, "text": "x"}
    failed = replace(video, state="failed", error=error)
    assert library_rows.row(page, failed, Counts(), []).status == "a.mp4 is empty."


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.5, "0:00.5"), (9.94, "0:09.9"), (75.9, "1:15"), (3725, "1:02:05")],
)
def test_lengths(seconds: float, shown: str) -> None:
    assert library_rows.clock(seconds) == shown


@pytest.mark.parametrize(
    "given",
    [
        None,
        "open",
        {"action": "destroy", "videos": [1]},
        {"action": "open", "videos": []},
        {"action": "open", "videos": ["1"]},
        {"action": "open", "videos": [True]},
        {"action": "open", "videos": list(range(501))},
    ],
)
def test_what_the_browser_sends_is_checked(given: object) -> None:
    assert video_list.checked(given) is None
    assert video_list.checked({"action": "open", "videos": [3], "more": 1}) == {
        "action": "open",
        "videos": [3],
    }

"""Jobs in words: how far, how fast, how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from components import job_list
from components.surroundings import Page
from core import db as store
from core import jobs
from core.jobs import Job
from core.workspace import Workspace

NOW = datetime(2026, 1, 1, 12, 0, 10, tzinfo=UTC)
JOB = Job(
    id=1,
    kind="suggest",
    video=1,
    parameters={"model": "blazepose"},
    priority=0,
    state="running",
    done=100,
    total=300,
    cancel=False,
    claim="x",
    attempts=1,
    result=None,
    error=None,
    created_at="2026-01-01T12:00:00.000+00:00",
    started_at="2026-01-01T11:00:00.000+00:00",
    finished_at=None,
    claimed_at="2026-01-01T12:00:00.000+00:00",
    claimed_done=0,
)


@pytest.fixture
def page(workspace: Workspace) -> Page:
    return Page(workspace, "own", "Ada", "en")


def test_a_running_job_tells_speed_and_time_left(page: Page) -> None:
    text = job_list.progress_text(page, JOB, NOW)
    assert text == "100 of 300 frames · 10 per second · 20 s left"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"state": "queued", "done": 0}, "Waiting for its turn"),
        ({"done": 0}, "Starting …"),
        ({"claimed_done": 50}, "100 of 300 frames · 5 per second · 40 s left"),
        ({"claimed_done": 100}, "100 of 300 frames"),
        ({"cancel": True}, "Stopping …"),
        (
            {"kind": "download", "done": 20_500_000, "total": 1_041_500_000},
            "20.5 of 1,041.5 MB · 2.05 MB per second · 8 min 18 s left",
        ),
        ({"kind": "download", "done": 50_000, "total": 1_000_000}, "0.1 of 1.0 MB"),
        ({"kind": "ingest", "done": 500, "total": 1000}, "50 % · 10 s left"),
    ],
)
def test_other_states(page: Page, change: dict[str, object], text: str) -> None:
    assert job_list.progress_text(page, replace(JOB, **change), NOW) == text


def test_in_korean(page: Page) -> None:
    korean = replace(page, language="ko")
    assert "300프레임 중 100프레임" in job_list.progress_text(korean, JOB, NOW)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (7261, "2 h 1 min")]
)
def test_durations(page: Page, seconds: float, text: str) -> None:
    assert job_list.duration(page, seconds) == text


def test_failed_jobs_come_first_and_go_when_dismissed() -> None:
    listed = [
        replace(JOB, id=4, state="queued"),
        replace(JOB, id=3, state="failed"),
        replace(JOB, id=2, state="done"),
        JOB,
        replace(JOB, id=5, kind="try"),
    ]
    kinds = tuple(job_list.KINDS)
    assert [job.id for job in job_list.chosen(listed, kinds)] == [3, 1, 4]
    dismissed = {job_list.mark(job) for job in listed if job.id == 3}
    assert [job.id for job in job_list.chosen(listed, kinds, dismissed=dismissed)] == [1, 4]
    assert job_list.chosen(listed, ("export",)) == []


def test_dismissing_a_failure_hides_no_other(page: Page) -> None:
    older, newer = (replace(JOB, id=number, state="failed") for number in (1, 2))
    elsewhere = replace(newer, created_at="2026-01-02T00:00:00.000+00:00")
    shown = job_list.chosen(
        [newer, older, elsewhere], ["suggest"], dismissed=[job_list.mark(newer)]
    )
    assert shown == [older, elsewhere]


def test_a_row_has_room_for_the_share_alone(page: Page) -> None:
    assert job_list.short_progress(page, JOB) == "33 %"
    assert job_list.short_progress(page, replace(JOB, state="queued")) == "Waiting for its turn"


def test_many_waiting_jobs_are_folded() -> None:
    waiting = [replace(JOB, id=number, state="queued") for number in range(2, 12)]
    shown, rest = job_list.fold([JOB, *waiting])
    assert (len(shown), len(rest)) == (3, 8)
    assert job_list.fold(waiting[:3]) == (waiting[:3], [])


def test_names_in_a_title_are_not_markdown(page: Page) -> None:
    assert "**x**" not in job_list.title(page, JOB, "**x**").replace("**Suggesting**", "")


def test_a_job_that_ended_meanwhile_lets_the_run_of_the_page_go_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run may carry a click; the page is drawn once more by the next poll."""
    kept: dict[str, object] = {}
    polled: list[float | None] = []
    monkeypatch.setattr(job_list.session, "get", kept.get)
    monkeypatch.setattr(job_list.session, "put", kept.__setitem__)
    monkeypatch.setattr(
        job_list.polling, "repeat", lambda part, seconds, *given: polled.append(seconds)
    )
    drawn = Page(workspace, "own", "Ada", "en")
    store.open_workspace(workspace)
    job_list.show(drawn)
    job = store.write(workspace, lambda db: jobs.add(db, "proxy"))
    job_list.show(drawn)
    store.write(workspace, lambda db: jobs.cancel(db, job))
    job_list.show(drawn)
    assert kept["jobs_changed"] is True
    job_list.show(drawn)
    assert kept["jobs_changed"] is False
    assert polled == [None, job_list.POLL_SECONDS, job_list.POLL_SECONDS, None]

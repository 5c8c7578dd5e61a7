from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core import db as store
from core import errors, jobs, pipeline, worker
from core.jobs import Job
from core.workspace import Workspace


def _add(workspace: Workspace, count: int = 1, priority: int = 0) -> list[int]:
    def add(db: store.Database) -> list[int]:
        return [jobs.add(db, "test", priority=priority) for _ in range(count)]

    return store.write(workspace, add)


def _claim(workspace: Workspace, **options: int) -> Job | None:
    return store.write(workspace, lambda db: jobs.claim(db, **options))


def _get(workspace: Workspace, identity: int) -> Job:
    with store.reader(workspace) as db:
        return jobs.get(db, identity)


def test_each_job_is_claimed_once(workspace: Workspace) -> None:
    added = _add(workspace, 60)
    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(lambda _: _claim(workspace), range(80)))
    assert sorted(job.id for job in claimed if job) == added


def test_urgent_jobs_come_first_and_above_limits(workspace: Workspace) -> None:
    (slow,) = _add(workspace)
    (urgent,) = _add(workspace, priority=jobs.HIGH)
    first = _claim(workspace)
    assert first is not None
    assert first.id == urgent
    assert _claim(workspace, above=0) is None
    second = _claim(workspace)
    assert second is not None
    assert second.id == slow


def _forget(workspace: Workspace, identity: int) -> None:
    """As if the job's worker had been silent for long."""
    old = time.time() - 2 * jobs.STALE_SECONDS
    store.write(
        workspace,
        lambda db: db.execute("UPDATE jobs SET heartbeat = ? WHERE id = ?", [old, identity]),
    )


def test_a_silent_workers_job_is_taken_over_and_it_cannot_write_any_more(
    workspace: Workspace,
) -> None:
    (identity,) = _add(workspace)
    first = _claim(workspace)
    assert first is not None
    _forget(workspace, identity)
    second = _claim(workspace)
    assert second is not None
    assert (second.id, second.attempts) == (identity, 2)
    with pytest.raises(errors.Cancelled):
        store.write(workspace, lambda db: jobs.progress(db, first, done=1, total=2))
    store.write(workspace, lambda db: jobs.fail(db, first, errors.BadInput("late")))
    store.write(workspace, lambda db: jobs.finish(db, second, {"a": 1}))
    assert (_get(workspace, identity).state, _get(workspace, identity).result) == ("done", {"a": 1})


def test_a_job_that_kills_its_worker_is_given_up(workspace: Workspace) -> None:
    (identity,) = _add(workspace)
    for _ in range(jobs.LARGEST_ATTEMPTS):
        assert _claim(workspace) is not None
        _forget(workspace, identity)
    assert _claim(workspace) is None
    job = _get(workspace, identity)
    assert job.state == "failed"
    assert job.error is not None
    assert "not tried again" in job.error["text"]


def test_a_job_that_gets_on_may_lose_its_worker_any_number_of_times(workspace: Workspace) -> None:
    (identity,) = _add(workspace)
    for done in range(2 * jobs.LARGEST_ATTEMPTS):
        job = _claim(workspace)
        assert job is not None

        def get_on(db: store.Database, job: Job = job, done: int = done) -> None:
            jobs.progress(db, job, done=done, total=100, kept=True)

        store.write(workspace, get_on)
        _forget(workspace, identity)


@pytest.mark.parametrize("running", [False, True])
def test_cancel(workspace: Workspace, running: bool) -> None:
    (identity,) = _add(workspace)
    job = _claim(workspace) if running else None
    after = store.write(workspace, lambda db: jobs.cancel(db, identity))
    if job is None:
        assert after.state == "cancelled"
    else:
        with pytest.raises(errors.Cancelled) as stop:
            store.write(workspace, lambda db: jobs.progress(db, job, done=1, total=2))
        store.write(workspace, lambda db: jobs.fail(db, job, stop.value))
    assert _get(workspace, identity).state == "cancelled"
    with pytest.raises(errors.BadInput):
        store.write(workspace, lambda db: jobs.cancel(db, identity))


def test_a_cancelled_job_of_a_dead_worker_is_not_taken_up_again(workspace: Workspace) -> None:
    (identity,) = _add(workspace)
    _claim(workspace)
    store.write(workspace, lambda db: jobs.cancel(db, identity))
    _forget(workspace, identity)
    assert _claim(workspace) is None
    assert _get(workspace, identity).state == "cancelled"


def test_retry(workspace: Workspace) -> None:
    (identity,) = _add(workspace)
    job = _claim(workspace)
    assert job is not None
    with pytest.raises(errors.BadInput):
        store.write(workspace, lambda db: jobs.retry(db, identity))
    store.write(workspace, lambda db: jobs.fail(db, job, errors.BadInput("no {x}", x=1)))
    assert store.write(workspace, lambda db: jobs.retry(db, identity)).state == "queued"


def test_removed_videos_jobs_are_cancelled(
    workspace: Workspace, add_video: Callable[..., int]
) -> None:
    from core import videos

    video = add_video()
    identity = store.write(workspace, lambda db: jobs.add(db, "test", video=video))
    store.write(workspace, lambda db: videos.remove(db, video))
    assert _get(workspace, identity).state == "cancelled"


def test_a_job_from_before_the_clock_was_set_back_is_taken_over(workspace: Workspace) -> None:
    (identity,) = _add(workspace)
    assert _claim(workspace) is not None
    assert _claim(workspace) is None
    later = time.time() + 3600
    store.write(workspace, lambda db: db.execute("UPDATE jobs SET heartbeat = ?", [later]))
    second = _claim(workspace)
    assert second is not None
    assert second.id == identity


def test_once_waits_for_a_job_whose_worker_may_be_dead(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "STALE_SECONDS", 0.6)
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.1)
    (identity,) = _add(workspace)
    assert _claim(workspace) is not None

    def load(*_: object) -> pipeline.Loaded:
        raise AssertionError

    worker.Worker(workspace, load).serve(once=True)
    assert _get(workspace, identity).state == "failed"  # taken over, and of no known kind


@pytest.mark.parametrize("tampered", ["{", "[1]", "null", "[" * 100_000, '"text"'])
def test_sec_19_a_tampered_job_fails_alone_and_those_behind_it_run(
    workspace: Workspace, tampered: str
) -> None:
    broken, sound = _add(workspace, 2)
    store.write(
        workspace,
        lambda db: db.execute(
            "UPDATE jobs SET parameters = ?, result = ?, error = ? WHERE id = ?",
            [tampered, tampered, tampered, broken],
        ),
    )
    with store.reader(workspace) as db:
        listed = {job.id: job for job in jobs.listed(db)}
    assert (listed[broken].parameters, listed[broken].result, listed[broken].error) == (
        {},
        None,
        None,
    )
    claimed = _claim(workspace)
    assert claimed is not None
    assert claimed.id == sound
    failed = _get(workspace, broken)
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error["message"].startswith("What job {name} is to do cannot be read")
    assert _claim(workspace) is None

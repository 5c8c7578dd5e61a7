"""What the server does beside answering: the demo once, a worker while there is work, no storms."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core import background, jobs, uploads, videos
from core import db as store
from core.background import Background
from core.workspace import Workspace

Clip = Callable[[str], Path]


def queued(workspace: Workspace) -> list[str]:
    with store.reader(workspace) as db:
        return sorted(job.kind for job in jobs.listed(db))


def test_the_demo_opens_with_its_sample_and_suggestions_under_way(
    workspace: Workspace, clip: Clip
) -> None:
    background.open_demo(workspace, [clip("cfr.mp4")])
    with store.reader(workspace) as db:
        (video,) = videos.listed(db)
        (job,) = [job for job in jobs.listed(db) if job.kind == "suggest"]
    assert video.state == "ready"
    assert job.parameters["model"] == "blazepose"
    assert job.total == 120


def test_what_was_removed_from_the_demo_stays_removed(workspace: Workspace, clip: Clip) -> None:
    for _ in range(2):
        background.open_demo(workspace, [clip("three.mp4")])
    assert queued(workspace) == ["proxy", "suggest"]
    with store.reader(workspace) as db:
        (video,) = videos.listed(db)
    store.write(workspace, lambda db: videos.remove(db, video.id))
    background.open_demo(workspace, [clip("three.mp4")])
    with store.reader(workspace) as db:
        assert videos.listed(db) == []


def test_the_demo_opens_with_every_sample_in_order(workspace: Workspace, clip: Clip) -> None:
    samples = [clip("cfr.mp4"), clip("three.mp4"), clip("vfr.mp4")]
    for count in (1, 3, 3):  # as a demo that was opened when there was one sample
        background.open_demo(workspace, samples[:count])
    with store.reader(workspace) as db:
        names = {video.id: video.name for video in videos.listed(db)}
        found = [job for job in jobs.listed(db) if job.kind == "suggest"]
    assert [names[job.video or 0] for job in sorted(found, key=lambda job: job.id)] == [
        "cfr.mp4",
        "three.mp4",
        "vfr.mp4",
    ]


def test_the_worker_starts_before_the_second_sample_is_added(
    workspace: Workspace, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def ensure(found: Workspace) -> bool:
        with store.reader(found) as db:
            seen.append(len(videos.listed(db)))
        return False

    monkeypatch.setattr(background.worker, "ensure", ensure)
    served = Background(workspace, [workspace], samples=[clip("cfr.mp4"), clip("three.mp4")])
    served.start()
    assert wait_for(lambda: len(seen) >= 2)
    served.stop()
    assert seen[:2] == [1, 2]


def test_the_samples_of_the_demo_are_the_ones_that_are_shipped() -> None:
    from sample_videos.studio.films import FILMS

    assert [sample.stem for sample in background.SAMPLES] == list(FILMS)
    assert all(sample.exists() for sample in background.SAMPLES)


def test_a_start_that_was_killed_in_between_is_made_good(workspace: Workspace, clip: Clip) -> None:
    from core import ingest

    ingest.add(workspace, clip("three.mp4"), person="Ada")  # killed before the job was queued
    background.open_demo(workspace, [clip("three.mp4")])
    assert queued(workspace) == ["proxy", "suggest"]


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_nothing_that_goes_wrong_stops_the_thread(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def fail(found: Workspace) -> bool:
        asked.append(found.root)
        raise RuntimeError("boom")

    monkeypatch.setattr(background.worker, "ensure", fail)
    monkeypatch.setattr(background, "TICK_SECONDS", 0.01)
    absent = Workspace(tmp_path / "absent")
    served = Background(workspace, [workspace, absent], samples=[tmp_path / "no_such.mp4"])
    served.start()
    assert wait_for(lambda: len(asked) > 3)
    served.stop()
    assert set(asked) == {workspace.root}
    assert not absent.root.exists()  # looking at a workspace does not make it


def test_a_worker_that_ends_at_once_is_not_started_in_a_loop() -> None:
    starts = background._Starts()
    count, now = 0, 1000.0
    while now < 1000 + 600:
        if starts.due(now):
            starts.started(now)
            count += 1
        now += background.TICK_SECONDS
    assert count < 12


def test_a_worker_is_started_again_at_once_for_new_work() -> None:
    starts = background._Starts()
    now = 1000.0
    for _ in range(10):
        assert starts.due(now)
        starts.started(now)
        now += 120


def test_a_start_tidies_up(workspace: Workspace, tmp_path: Path) -> None:
    import os

    identity = uploads.begin(workspace, name="a.mp4", size=5, person="Ada").id
    past = time.time() - uploads.EXPIRY_SECONDS - 5
    for path in workspace.uploads.glob(f"{identity}.*"):
        os.utime(path, (past, past))
    served = Background(workspace, [workspace], samples=[tmp_path / "no_such.mp4"])
    served.start()
    assert wait_for(lambda: not list(workspace.uploads.iterdir()))
    served.stop()

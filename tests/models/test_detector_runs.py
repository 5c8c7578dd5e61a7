"""A detector through the whole pipeline: a job, the worker, rows in the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from commands import suggesting
from core import checkpoints, errors, ingest, jobs, runs
from core import db as store
from core.labels import FrameResult, Picture
from core.pipeline import Loaded
from core.videos import Video
from core.worker import Worker
from core.workspace import Workspace
from tests import media_clips

pytestmark = pytest.mark.xdist_group("models")


@pytest.fixture
def video(workspace: Workspace, tmp_path: Path) -> Video:
    """Forty frames of a clip that is stored on its side."""
    return ingest.add(workspace, media_clips.make("rot90.mp4", tmp_path), person="Ana")


@pytest.fixture
def worker(workspace: Workspace, tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A worker of the workspace that finds the tiny checkpoints."""
    monkeypatch.setenv("DATAGUARD_WEIGHTS", str(tiny_weights))
    return Worker(workspace, lambda *wanted: suggesting.load(workspace, *wanted))


def run(worker: Worker, video: Video, model: str, **parameters: Any) -> dict[str, Any]:
    """Queue a run, work it off and give its row; raises what the job failed with."""
    job = store.write(
        worker.workspace,
        lambda db: runs.queue(db, video=video.id, model=model, parameters=parameters, last=19),
    )
    worker.work_one(job=job)
    with store.reader(worker.workspace) as db:
        done = jobs.get(db, job)
        if done.error:
            raise errors.DataGuardError(
                done.error["message"], done.error["hint"], **done.error["values"]
            )
        return next(row for row in runs.listed(db) if row["job"] == job)


def tracks(workspace: Workspace, identity: int) -> list[tuple[Any, ...]]:
    """Class, skeleton, joints of the first keyframe and span of each track of a run."""
    with store.reader(workspace) as db:
        return db.execute(
            "SELECT c.name, t.skeleton, k.joints, t.first_frame, t.last_frame, k.x, k.y, k.w, k.h "
            "FROM tracks t JOIN classes c ON c.id = t.class JOIN keyframes k ON k.track = t.id "
            "WHERE t.run = ? ORDER BY t.id, k.frame",
            [identity],
        ).fetchall()


def test_dfine_gives_box_tracks(worker: Worker, video: Video, tiny_weights: Path) -> None:
    row = run(worker, video, "dfine", classes="person=person, sports ball=bag", batch=4)
    assert row["state"] == "done"
    assert row["frames"] == 20
    assert row["device"] == "cpu"
    assert row["weights_hash"] == checkpoints.digest(tiny_weights / "tiny--dfine")
    found = tracks(worker.workspace, row["id"])
    assert found
    assert {name for name, *_ in found} <= {"person", "bag"}
    assert {(skeleton, joints) for _, skeleton, joints, *_ in found} == {(None, None)}
    assert max(last for *_, last, _x, _y, _w, _h in found) == 19
    for *_, x, y, w, h in found:
        assert x >= 0
        assert x + w <= video.width + 0.01
        assert y >= 0
        assert y + h <= video.height + 0.01


def test_vitpose_gives_pose_tracks(worker: Worker, video: Video, tiny_weights: Path) -> None:
    row = run(worker, video, "vitpose")
    found = tracks(worker.workspace, row["id"])
    assert found
    assert {(name, skeleton) for name, skeleton, *_ in found} == {("person", "coco17")}
    assert all(len(joints) > 17 for _, _, joints, *_ in found)
    parts = [checkpoints.digest(tiny_weights / f"tiny--{name}") for name in ("dfine", "vitpose")]
    assert row["weights_hash"] == "+".join(parts)


def test_a_class_that_the_workspace_lacks_stops_the_run_before_it_begins(
    worker: Worker, video: Video
) -> None:
    with pytest.raises(errors.DataGuardError, match="no class named ball") as caught:
        run(worker, video, "dfine", classes="sports ball=ball")
    assert "person" in caught.value.hint_text()
    with store.reader(worker.workspace) as db:
        assert runs.listed(db) == []


class Noted:
    """A backend that finds nothing and notes when it is closed."""

    device = "cpu"

    def __init__(self, name: str, closed: list[str], at: Callable[[int], None]) -> None:
        self._name, self._closed, self._at = name, closed, at

    def suggest(self, pictures: Iterable[Picture]) -> Iterator[FrameResult]:
        for picture in pictures:
            self._at(picture.index)
            yield FrameResult(picture.index, ())

    def close(self) -> None:
        self._closed.append(self._name)


def test_models_not_used_lately_are_closed(worker: Worker, video: Video) -> None:
    closed: list[str] = []

    def load(name: str, parameters: Mapping[str, Any], device: str) -> Loaded:
        return Loaded(Noted(json.dumps(parameters), closed, lambda index: None), "1", None)

    worker.load = load
    for number in (1, 2, 1, 3, 1):
        run(worker, video, "any", n=number)
    assert closed == ['{"n": 2}']


def test_a_model_at_work_is_not_closed_for_urgent_ones(worker: Worker, video: Video) -> None:
    closed: list[str] = []
    loaded: list[str] = []

    def queue_tries(index: int) -> None:
        if index == 0:
            for number in range(3):
                asked = {"model": f"try {number}", "frame": 5, "parameters": {}}
                store.write(
                    worker.workspace,
                    lambda db, asked=asked: jobs.add(
                        db, "try", video=video.id, parameters=asked, priority=jobs.HIGH
                    ),
                )

    def load(name: str, parameters: Mapping[str, Any], device: str) -> Loaded:
        loaded.append(name)
        at = queue_tries if name == "long" else lambda index: None
        return Loaded(Noted(name, closed, at), "1", None)

    worker.load = load
    job = store.write(
        worker.workspace, lambda db: runs.queue(db, video=video.id, model="long", last=39)
    )
    worker.work_one(job=job)
    assert loaded == ["long", "try 0", "try 1", "try 2"]
    assert closed == ["try 0", "try 1"]

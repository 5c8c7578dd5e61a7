"""What benchmarks work on: temporary workspaces, the sample, the shared clips, a model's runs."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Skipped
from core import db as store
from core import errors, ingest, jobs, runs
from core.labels import FrameResult
from core.videos import Video
from core.workspace import ROOT, Workspace

SAMPLES = ROOT / "sample_videos"
SAMPLE = SAMPLES / "sparring.mp4"
DATA = Path(os.environ.get("DATAGUARD_TEST_DATA") or ROOT.parent / "shared" / "data")
CLIPS = DATA / "videos"
MODEL = "blazepose"
PERSON = "benchmark"
FREE_ATOM = b"\x00\x00\x00\x08free"


def say(text: str) -> None:
    """Show progress."""
    print(f"    {text}", file=sys.stderr, flush=True)


def required(path: Path) -> Path:
    """A file that is there.

    :raises Skipped: when it is not.
    """
    if not path.exists():
        raise Skipped(f"{path} is not there")
    return path


def truths() -> list[Path]:
    """The truth of each sample, by name; the clip lies beside it."""
    return sorted(SAMPLES.glob("*.json"))


@contextmanager
def workspace() -> Iterator[Workspace]:
    """An empty workspace in a temporary folder, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="dataguard-bench-") as folder:
        made = Workspace(Path(folder) / "workspace")
        store.open_workspace(made)
        try:
            yield made
        finally:
            store.close_all()


def add(place: Workspace, path: Path) -> Video:
    """Add a video; jobs that the add queued (its proxy) are dropped, they would disturb."""
    video = ingest.add(place, required(path), person=PERSON)
    drop_jobs(place)
    return video


def drop_jobs(place: Workspace) -> None:
    """Cancel every job that waits."""

    def change(db: store.Database) -> None:
        for job in jobs.listed(db):
            if job.state == "queued":
                jobs.cancel(db, job.id)

    store.write(place, change)


def copied(path: Path, folder: Path, number: int) -> Path:
    """A copy with the same frames and another hash: MP4 may end in empty atoms."""
    target = folder / f"{path.stem}-{number}{path.suffix}"
    shutil.copyfile(path, target)
    with target.open("ab") as file:
        file.write(FREE_ATOM * number)
    return target


def queue_run(place: Workspace, video: int, parameters: Mapping[str, Any] | None = None) -> int:
    """Queue a run of the model over a whole video, with defaults for the rest; its job."""
    return store.write(
        place,
        lambda db: runs.queue(db, video=video, model=MODEL, parameters=dict(parameters or {})),
    )


def suggest(
    place: Workspace, videos: Sequence[Video], parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Run the model over whole videos in this process, by the worker; the runs' records.

    :raises Skipped: where the model's weights cannot be had.
    """
    from commands import suggesting
    from core.worker import Worker

    worker = Worker(place, lambda *wanted: suggesting.load(place, *wanted))
    records = []
    for video in videos:
        say(f"suggesting on {video.name}")
        number = queue_run(place, video.id, parameters)
        worker.work_one(job=number)
        with store.reader(place) as db:
            records.append(_record(db, number))
    return records


def _record(db: store.Database, number: int) -> dict[str, Any]:
    job = jobs.get(db, number)
    if job.state == "done" and job.result is not None:
        return runs.get(db, job.result["run"])
    error = job.error or {}
    text = str(error.get("message", "")).format(**error.get("values", {}))
    if error.get("code") == errors.ModelUnavailable.code:
        raise Skipped(text)
    raise RuntimeError(f"the run ended as {job.state}: {text}")


def raw_results(place: Workspace, run: int) -> list[FrameResult]:
    """What the model said, frame by frame, from the run's log."""
    with store.reader(place) as db:
        return [result for chunk in runs.chunks(db, run) for result in chunk]

"""A try: one frame through a model, nothing kept but the result of its job."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from core import db as store
from core import ingest, runs, stored, videos
from core.jobs import Job
from core.labels import Detection
from core.pipeline import Loaded, suggesting
from core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model saw on one frame; ``seconds`` is its time for it."""

    seconds: float
    detections: tuple[Detection, ...]


def run_job(workspace: Workspace, job: Job, loaded: Loaded) -> dict[str, Any]:
    """Run a ``try`` job; its result is read back by :func:`read`.

    :raises BadInput: for a model that only follows.
    """
    backend = suggesting(job, loaded)
    with store.reader(workspace) as db:
        video = videos.ready(db, job.video or 0)
        reader = ingest.open_reader(db, workspace, video)
    with reader:
        picture = reader.read(int(job.parameters["frame"]))
    started = time.perf_counter()
    result = next(iter(backend.suggest(iter([picture]))))
    seconds = time.perf_counter() - started
    return {
        "seconds": result.model_seconds or seconds,
        "detections": [runs.detection_row(seen) for seen in result.detections],
    }


def read(job: Job) -> Trial | None:
    """What a try found; None where there is no result.

    :raises StorageDamaged: for what :func:`run_job` never writes.
    """
    if not job.result:
        return None
    try:
        seconds, rows = job.result["seconds"], job.result["detections"]
        if not stored.number(seconds):
            raise ValueError("no number")
        return Trial(float(seconds), tuple(runs.detection_of(row) for row in rows))
    except (LookupError, TypeError, ValueError) as error:
        raise stored.damaged(f"job {job.id}, result") from error

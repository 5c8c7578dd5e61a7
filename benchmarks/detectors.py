"""Detectors from checkpoints: frames a second of the worker against those of a bare loop.

Measured are the checkpoints that lie in the weights folders. Where there is none of D-FINE, a model
of its published size with random weights stands in: it is as fast as a real one and finds nothing,
and its figure says so.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import models
from benchmarks import figures, material, stand_ins
from benchmarks.figures import Figure
from benchmarks.pipeline import Child
from core import checkpoints, runs
from core import db as store
from core.workspace import Workspace
from models import _loading, _pixels, dfine, rtdetr, weights

ROUNDS = 3
SHARE = 0.9
FRAMES_ON_GPU, FRAMES_ON_PROCESSOR = 240, 24
CLASSES = {
    "d_fine": "DFineForObjectDetection",
    "rt_detr": "RTDetrForObjectDetection",
    "rt_detr_v2": "RTDetrV2ForObjectDetection",
}
MODELS = (dfine.MODEL, rtdetr.MODEL)


def measure() -> Iterator[Figure]:
    """The pipeline's speed as a share of the bare loop's, for each checkpoint that is there."""
    where = _loading.place("auto", "auto")
    if where.device == "cpu":
        yield figures.without_value(
            "detectors on a GPU", "skipped", "torch sees no GPU on this machine"
        )
    folders = weights.folders()
    for model in MODELS:
        assert model.checkpoint is not None
        listed = checkpoints.found(folders, model.checkpoint.model_types)
        for found in listed:
            yield _figure(model.name, found, where, note="")
        if not listed:
            yield figures.without_value(
                f"{model.name}, real weights", "skipped", "there is no checkpoint folder of it"
            )
    if not checkpoints.found(folders, ["d_fine"]):
        with tempfile.TemporaryDirectory() as folder:
            os.environ[weights.FOLDER] = folder
            stand_ins.make("dfine", Path(folder))
            (found,) = checkpoints.found([Path(folder)], ["d_fine"])
            yield _figure("dfine", found, where, note="random weights: speed only")


def _figure(
    name: str, found: checkpoints.Checkpoint, where: _loading.Place, *, note: str
) -> Figure:
    on_gpu = where.device != "cpu"
    count, batch = (FRAMES_ON_GPU, 16) if on_gpu else (FRAMES_ON_PROCESSOR, 1)
    material.say(f"{found.name} on {where.device}, {count} frames, {ROUNDS} rounds of both")
    with material.workspace() as place:
        video = material.add(place, material.SAMPLE)
        parameters = models.find(name).checked_parameters(
            {"checkpoint": found.name, "batch": batch}
        )
        pixels = _pixels.read(found.path, dfine.PIXELS)
        log = {
            "class": CLASSES[found.model_type],
            "folder": str(found.path),
            "height": pixels.height,
            "width": pixels.width,
            "frames": list(range(min(count, video.frames))),
            "batch": batch,
            "device": where.device,
            "precision": where.precision,
            "threshold": parameters["threshold"],
        }
        path = place.root / "log.json"
        path.write_text(json.dumps(log))
        with (
            closing(Child("-m", "benchmarks.pipeline_worker", str(place.root))) as worker,
            closing(Child("benchmarks/bare_detector.py", str(material.SAMPLE), str(path))) as bare,
        ):
            _ours(place, video.id, name, parameters, log, worker)  # loads and warms up
            seconds: dict[str, list[float]] = {"bare": [], "ours": []}
            run: dict[str, Any] = {}
            for _ in range(ROUNDS):
                bare.ask("go")
                seconds["bare"].append(bare.answer()["seconds"])
                took, run = _ours(place, video.id, name, parameters, log, worker)
                seconds["ours"].append(took)
    frames = len(log["frames"])
    bare_seconds, ours = figures.median(seconds["bare"]), figures.median(seconds["ours"])
    return figures.at_least(
        f"pipeline / bare loop, {found.name}, {where.device}",
        bare_seconds / ours,
        "x",
        SHARE,
        pipeline_fps=frames / ours,
        bare_loop_fps=frames / bare_seconds,
        model_seconds=run["model_seconds"],
        frames=frames,
        batch=batch,
        precision=where.precision,
        device=_device(where),
        note=note,
        pipeline_seconds=seconds["ours"],
        bare_loop_seconds=seconds["bare"],
    )


def _device(where: _loading.Place) -> str:
    if where.device == "cpu":
        return "cpu"
    import torch

    return str(torch.cuda.get_device_name(where.device))


def _ours(
    place: Workspace,
    video: int,
    name: str,
    parameters: dict[str, Any],
    log: dict[str, Any],
    worker: Child,
) -> tuple[float, dict[str, Any]]:
    """Seconds and record of one run of the worker."""
    job = store.write(
        place,
        lambda db: runs.queue(
            db, video=video, model=name, last=log["frames"][-1], parameters=parameters
        ),
    )
    worker.ask(str(job))
    seconds = float(worker.answer()["seconds"])
    with store.reader(place) as db:
        run = runs.listed(db, video)[0]
    if run["state"] != "done":
        raise RuntimeError(f"the run ended as {run['state']}")
    return seconds, run


if __name__ == "__main__":
    print(json.dumps([figure.to_json() for figure in measure()], indent=1))

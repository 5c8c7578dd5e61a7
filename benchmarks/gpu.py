"""Models of published sizes on a GPU: what each precision and each size of a batch gives.

Pictures are decoded before the clock starts: ``detectors`` measures the worker with all it does.
What counts is a picture from the processor's memory to boxes there. Models whose checkpoint lies in
a weights folder are measured with it, others with random weights, which are as fast.
"""

from __future__ import annotations

import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import models
from benchmarks import figures, material, stand_ins
from benchmarks.figures import Figure
from core import checkpoints, probe
from core.frames import FrameReader
from core.labels import Box, Detection, Picture
from models import _loading, _pixels, _poser, weights
from models._loading import Place
from models.base import Follower

DETECTORS = ("dfine", "rtdetr", "rfdetr", "groundingdino", "owlv2")
SETTINGS = (
    ("float32", 16),
    ("bfloat16", 1),
    ("bfloat16", 4),
    ("bfloat16", 16),
    ("bfloat16", 32),
    ("float16", 16),
)
PICTURES = 32
SECONDS = 1.5
"""How long each setting is measured, whole rounds."""
CROPS = (1, 8, 64)
FOLLOWED = (1, 4)
STEPS, EARLY, MIDDLE = 120, 40, 80
GROWTH_MB = 8.0
"""What following may take more of the GPU's memory between step ``MIDDLE`` and the last."""


def measure() -> Iterator[Figure]:
    """Frames, crops and followed frames a second.

    :raises Skipped: on a machine whose GPU torch cannot use.
    """
    where = _loading.place("auto", "auto")
    if where.device == "cpu":
        raise figures.Skipped("torch sees no GPU on this machine")
    pictures = _pictures(material.SAMPLE)
    boxes = _boxes(material.SAMPLE)
    with tempfile.TemporaryDirectory() as folder:
        for name in DETECTORS:
            yield from _detector(name, Path(folder), pictures)
        yield from _poses(Path(folder), pictures, boxes)
        yield from _following(Path(folder), pictures, boxes[0])


def _pictures(path: Path) -> list[Picture]:
    info = probe.probe(path)
    with FrameReader(path, info.times, info.rotation, size=info.size) as reader:
        return list(itertools.islice(reader.sequence(), PICTURES))


def _boxes(path: Path) -> list[list[Box]]:
    """The true boxes of the first frames."""
    truth = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return [
        [Box(*map(float, one["box"])) for one in frame["people"] if one["box"] is not None]
        for frame in truth["frames"][:PICTURES]
    ]


def _folders(name: str, folder: Path) -> tuple[list[Path], str]:
    """Where the checkpoint of a model is, and what is to be said of it."""
    spec = models.find(name).checkpoint
    assert spec is not None
    found = checkpoints.found(weights.folders(), spec.model_types)
    if found:
        return weights.folders(), found[0].name
    return [folder], f"{stand_ins.make(name, folder).name}: speed only"


def _detector(name: str, folder: Path, pictures: Sequence[Picture]) -> Iterator[Figure]:
    folders, of = _folders(name, folder)
    for precision, batch in SETTINGS:
        material.say(f"{of}, {precision}, batches of {batch}")
        given = {"precision": precision, "batch": batch}
        with models.load(name, folders, given, "auto") as backend:
            speed, memory = _speed(lambda made=backend: len(list(made.suggest(pictures))))
        yield figures.info(
            f"frames a second, {name}, {precision}, {batch} at once",
            speed,
            "1/s",
            **_details(of, memory),
        )


def _poses(
    folder: Path, pictures: Sequence[Picture], boxes: Sequence[Sequence[Box]]
) -> Iterator[Figure]:
    folders, of = _folders("vitpose", folder)
    for precision in ("float32", "bfloat16", "float16"):
        where = Place("cuda:0", precision)
        poser = _poser.Poser.load(folders, _loading.AUTOMATIC, where)
        for count in CROPS:
            material.say(f"{of}, {precision}, {count} crops")
            images, found = _crops(pictures, boxes, count, where)
            speed, memory = _speed(lambda p=poser, i=images, f=found: _posed(p, i, f))
            yield figures.info(
                f"crops a second, vitpose, {precision}, {count} at once",
                speed,
                "1/s",
                **_details(of, memory),
            )


def _crops(
    pictures: Sequence[Picture], boxes: Sequence[Sequence[Box]], count: int, where: Place
) -> tuple[Any, list[list[Detection]]]:
    """As many frames as hold ``count`` people, and the people."""
    left, found = count, []
    for people in boxes:
        found.append([Detection("person", box, 1.0) for box in people[:left]])
        left -= len(found[-1])
        if not left:
            break
    return _pixels.stacked(pictures[: len(found)], where.device), found


def _posed(poser: _poser.Poser, images: Any, found: Sequence[Sequence[Detection]]) -> int:
    import torch

    with torch.inference_mode():
        return sum(
            item.joints is not None for items in poser.posed(images, found) for item in items
        )


def _following(
    folder: Path, pictures: Sequence[Picture], people: Sequence[Box]
) -> Iterator[Figure]:
    folders, of = _folders("sam2video", folder)
    ahead = list(itertools.islice(itertools.cycle(pictures), STEPS))
    for precision, count in (("float32", 1), *(("bfloat16", count) for count in FOLLOWED)):
        material.say(f"{of}, {precision}, {count} objects")
        boxes = list(itertools.islice(itertools.cycle(people), count))
        with models.load_follower("sam2video", folders, {"precision": precision}) as follower:
            speed, middle, end = _followed(follower, pictures[0], boxes, ahead)
        what = f"sam2video, {precision}, {count} object{'s' * (count > 1)}"
        details = _details(of, end)
        yield figures.info(f"followed frames a second, {what}", speed, "1/s", **details)
        yield figures.at_most(
            f"growth of memory while following, {what}",
            end - middle,
            "MiB",
            GROWTH_MB,
            from_step=MIDDLE,
            to_step=STEPS,
        )


def _followed(
    follower: Follower, first: Picture, boxes: Sequence[Box], ahead: Sequence[Picture]
) -> tuple[float, float, float]:
    """Frames a second from step ``EARLY`` on; the most memory until the middle and the end, MiB."""
    import torch

    began, middle, step = time.perf_counter(), 0.0, 0
    for step, _ in enumerate(follower.follow(first, boxes, ahead), start=1):
        if step == EARLY:
            torch.cuda.reset_peak_memory_stats()
            began = time.perf_counter()
        if step == MIDDLE:
            middle = torch.cuda.max_memory_allocated() / 2**20
    if step < STEPS:
        raise RuntimeError(f"everything was lost at step {step}")
    speed = (STEPS - EARLY) / (time.perf_counter() - began)
    return speed, middle, torch.cuda.max_memory_allocated() / 2**20


def _speed(work: Callable[[], int]) -> tuple[float, float]:
    """Things done a second once it is warm, and the most of the GPU's memory meanwhile, MiB.

    :param work: does some, waits for the GPU, and says how many.
    """
    import torch

    work()
    torch.cuda.reset_peak_memory_stats()
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        done += work()
    speed = done / (time.perf_counter() - began)
    return speed, torch.cuda.max_memory_allocated() / 2**20


def _details(of: str, memory: float) -> dict[str, Any]:
    import torch

    return {"checkpoint": of, "memory_mb": memory, "device": torch.cuda.get_device_name(0)}

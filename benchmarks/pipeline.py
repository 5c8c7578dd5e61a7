"""The whole pipeline against the bare loop, with one and with two worker processes, and with both
passes of the model.

Both sides run in processes that are loaded and warm: what is timed is the work on one video (two
workers: one video each). Rounds of both alternate, and the side that begins changes each round.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import models
from benchmarks import figures, material, second_calls
from benchmarks.figures import Figure
from core import db as store
from core import runs
from core.videos import Video
from core.workspace import ROOT, Workspace
from models import weights

ROUNDS = 3
ENOUGH_SECONDS = 120
SHARE = 0.9
CLIPS = (material.SAMPLE, material.CLIPS / "basketball_two_players.mp4")
SLOW_CLIP = material.CLIPS / "hug_two_men_1080p.mp4"
"""Short: both passes take a quarter of a second a frame."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is raced: a clip, how many workers, how many passes of the model."""

    path: Path
    processes: int
    passes: int = 1

    @property
    def name(self) -> str:
        """Of its figure."""
        many = "es" * (self.processes > 1)
        both = ", both passes" * (self.passes > 1)
        return f"pipeline / bare loop, {self.path.name}, {self.processes} process{many}{both}"

    @property
    def parameters(self) -> dict[str, Any]:
        """Of its runs."""
        return {"passes": self.passes}


COURSES = (
    *(Course(path, processes) for path in CLIPS for processes in (1, 2)),
    Course(SLOW_CLIP, 1, passes=2),
)


class Child:
    """A process that answers each line with a line of JSON."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        self.answer()

    def ask(self, line: str) -> None:
        """Send a line; the process starts to work."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for its answer.

        :raises RuntimeError: when it ended instead.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a process ended with code {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@dataclass(slots=True)
class Race:
    """Seconds per round of both sides, and the model's share of the pipeline's time."""

    frames: int = 0
    bare: list[float] = field(default_factory=list)
    pipeline: list[float] = field(default_factory=list)
    model: list[float] = field(default_factory=list)
    bare_cpu: list[float] = field(default_factory=list)
    pipeline_cpu: list[float] = field(default_factory=list)
    detections: int = 0
    poses: int = 0


def measure() -> Iterator[Figure]:
    """Speed of the pipeline as a share of the bare loop's on each course."""
    for course in COURSES:
        if course.path.exists():
            yield _figure(course.name, _race(course))
        else:
            yield figures.without_value(course.name, "skipped", "no such file")


def _figure(name: str, race: Race) -> Figure:
    bare, ours = figures.median(race.bare), figures.median(race.pipeline)
    return figures.at_least(
        name,
        bare / ours,
        "x",
        SHARE,
        pipeline_fps=race.frames / ours,
        bare_loop_fps=race.frames / bare,
        frames=race.frames,
        pipeline_seconds=race.pipeline,
        bare_loop_seconds=race.bare,
        processor_share=figures.median(race.bare_cpu) / figures.median(race.pipeline_cpu),
        model_seconds=figures.median(race.model),
        poses_of_pipeline=race.detections,
        poses_of_bare_loop=race.poses,
    )


def _race(course: Course) -> Race:
    material.say(f"{course.name}, {ROUNDS} rounds of both")
    with material.workspace() as place, ExitStack() as stack:
        numbers = range(course.processes)
        clips = [material.copied(course.path, place.root, number) for number in numbers]
        videos = [material.add(place, clip) for clip in clips]
        workers = [
            stack.enter_context(_child("-m", "benchmarks.pipeline_worker", str(place.root)))
            for _ in videos
        ]
        log = _first_run(place, videos, workers, course)
        bare = [
            stack.enter_context(_child("benchmarks/bare_loop.py", str(clip), str(log)))
            for clip in clips
        ]
        race = Race()
        deadline = time.monotonic() + ENOUGH_SECONDS
        for turn in range(ROUNDS):
            if time.monotonic() > deadline:  # a slow or busy machine: fewer rounds
                break
            if turn % 2:
                _pipeline_round(race, place, videos, workers, course)
            _bare_round(race, bare)
            if not turn % 2:
                _pipeline_round(race, place, videos, workers, course)
        return race


@contextmanager
def _child(*command: str) -> Iterator[Child]:
    child = Child(*command)
    try:
        yield child
    finally:
        child.close()


def _first_run(
    place: Workspace, videos: Sequence[Video], workers: Sequence[Child], course: Course
) -> Path:
    """Warm the workers up with a run each, and write down what the run's log says."""
    for video, worker in zip(videos, workers, strict=True):
        worker.ask(str(material.queue_run(place, video.id, course.parameters)))
    for worker in workers:
        worker.answer()
    with store.reader(place) as db:
        run = runs.listed(db, videos[0].id)[0]
        frames = [result.index for chunk in runs.chunks(db, run["id"]) for result in chunk]
    if run["state"] != "done":
        raise figures.Skipped(f"the first run ended as {run['state']}: no weights?")
    model = models.find(material.MODEL)
    log = place.root / "log.json"
    settings = model.checked_parameters(run["parameters"])
    files = [weights.find(spec, place.weights) for spec in model.weights]
    assert files[0] is not None
    told = {**settings, "file": str(files[0].path), "frames": frames}
    if course.passes > 1:
        told["calls"] = second_calls.recorded(place, videos[0], settings)
    log.write_text(json.dumps(told))
    return log


def _bare_round(race: Race, children: Sequence[Child]) -> None:
    started = time.perf_counter()
    for child in children:
        child.ask("go")
    answers = [child.answer() for child in children]
    race.bare.append(time.perf_counter() - started)
    race.bare_cpu.append(sum(answer["cpu_seconds"] for answer in answers))
    race.frames = sum(answer["frames"] for answer in answers)
    race.poses = sum(answer["poses"] for answer in answers)


def _pipeline_round(
    race: Race,
    place: Workspace,
    videos: Sequence[Video],
    workers: Sequence[Child],
    course: Course,
) -> None:
    queued = [material.queue_run(place, video.id, course.parameters) for video in videos]
    started = time.perf_counter()
    for job, worker in zip(queued, workers, strict=True):
        worker.ask(str(job))
    answers = [worker.answer() for worker in workers]
    race.pipeline.append(time.perf_counter() - started)
    race.pipeline_cpu.append(sum(answer["cpu_seconds"] for answer in answers))
    with store.reader(place) as db:
        made = [runs.listed(db, video.id)[0] for video in videos]
        race.detections = sum(
            len(result.detections)
            for run in made
            for chunk in runs.chunks(db, run["id"])
            for result in chunk
        )
    race.model.append(sum(run["model_seconds"] for run in made) / len(made))
    assert all(run["state"] == "done" for run in made)
    assert sum(run["frames"] for run in made) == race.frames or not race.frames


if __name__ == "__main__":
    print(json.dumps([figure.to_json() for figure in measure()], indent=1))

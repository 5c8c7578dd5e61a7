"""Many people at once: 25 at the screens for five minutes, then 60 who save while a run and an
export go on.

Clients speak the browser's protocol to the real server (``crowd.py``). Everybody acts every three
seconds; what counts is how long each answer takes, that none fails, and that memory stands still.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from benchmarks import crowd, figures, generated, material, server
from benchmarks.crowd import Diary
from benchmarks.figures import Figure
from benchmarks.server import Server
from core import db as store
from core import jobs
from core.videos import Video
from core.workspace import ROOT, Workspace

PEOPLE, LEADS, THINK_SECONDS, SECONDS, WARM_SECONDS = 25, 5, 3.0, 300.0, 90.0
ANSWER_MS, GROWTH_MB, MEMORY_MB = 500, 1.0, 400
WRITERS, PAUSE_SECONDS, WRITING_SECONDS = 60, 1.0, 45.0
SAVE_MS, STOP_SECONDS = 1000, 20
TRACKS = 2_000
VIDEOS = 4


def measure() -> Iterator[Figure]:
    """Answers, errors and memory under load; edits kept under heavier load."""
    with material.workspace() as place:
        videos = prepare(place)
        with server.running(place) as running:
            yield from at_the_screens(running, videos)
            with suggesting(place, videos[0]) as frames, exporting(place) as exported:
                yield from writing(running, place, videos, frames=frames, exported=exported)


def prepare(place: Workspace, *, tracks: int = TRACKS, count: int = VIDEOS) -> list[Video]:
    """A workspace as in daily use: some videos, many labels."""
    material.say(f"writing {tracks * generated.KEYFRAMES:,} keyframes")
    generated.fill(place, tracks=tracks)
    return [
        material.add(place, material.copied(material.SAMPLE, place.root, number))
        for number in range(1, count + 1)
    ]


def at_the_screens(
    running: Server,
    videos: list[Video],
    *,
    people: int = PEOPLE,
    leads: int = LEADS,
    think: float = THINK_SECONDS,
    seconds: float = SECONDS,
    warm: float = WARM_SECONDS,
) -> Iterator[Figure]:
    """Annotators on the Label screen, leads on the others."""
    material.say(f"{people} people for {seconds:.0f} s")
    diary, memory = Diary(), list[tuple[float, float]]()
    makers: list[Any] = [partial(crowd.Lead, running.port, diary) for _ in range(leads)]
    for number in range(people - leads):
        video = videos[number % len(videos)]
        maker = partial(crowd.Annotator, running.port, diary, video, f"annotator {number}")
        makers.append(maker)

    def look(passed: float) -> None:
        if passed >= warm and (found := running.memory_mb()):
            memory.append((passed, found["now"]))

    before, started = running.cpu_seconds(), time.monotonic()
    crowd.work(makers, diary, think=think, seconds=seconds, meanwhile=look)
    busy = (running.cpu_seconds() - before) / (time.monotonic() - started)
    name = f"{people} people, one action in {think:g} s"
    for kind, taken in sorted(diary.seconds.items()):
        spread = figures.spread(taken)
        yield figures.at_most(f"{name}: {kind}, p95", spread["p95_ms"], "ms", ANSWER_MS, **spread)
    yield _errors(name, diary, processors_used=busy)
    if len(memory) > 1:
        yield figures.at_most(
            f"{name}: growth of memory", slope(memory) * 60, "MiB/min", GROWTH_MB, samples=memory
        )
        yield figures.at_most(f"{name}: memory", max(held for _, held in memory), "MiB", MEMORY_MB)


def slope(samples: list[tuple[float, float]]) -> float:
    """The growth per unit of the first column, by a straight line through all samples."""
    across, up = np.array(samples).T
    return float(np.polyfit(across, up, 1)[0])


def writing(
    running: Server,
    place: Workspace,
    videos: list[Video],
    *,
    people: int = WRITERS,
    think: float = PAUSE_SECONDS,
    seconds: float = WRITING_SECONDS,
    frames: Callable[[], int],
    exported: Callable[[], int],
) -> Iterator[Figure]:
    """Edits from everybody; each one that was called saved is looked for in the database.

    :param frames: how many the run has done. :param exported: how many exports are finished.
    """
    material.say(f"{people} people who save for {seconds:.0f} s")
    diary = Diary()
    makers = [
        partial(crowd.Hand, running.port, diary, videos[n % len(videos)].id, f"writer {n}")
        for n in range(people)
    ]
    before = frames(), exported()
    crowd.work(makers, diary, think=think, seconds=seconds)
    beside = {"frames_of_the_run": frames() - before[0], "exports": exported() - before[1]}
    name = f"{people} people saving beside a run and an export"
    spread = figures.spread(diary.seconds["edit"])
    yield figures.at_most(f"{name}: p99", spread["p99_ms"], "ms", SAVE_MS, **spread)
    yield figures.at_most(f"{name}: lost", lost(place, diary), "", 0, saved=len(diary.saved))
    yield _errors(name, diary, **beside)


def lost(place: Workspace, diary: Diary) -> int:
    """Batches that were acknowledged and are not in the journal with their edit."""
    with store.reader(place) as db:
        journalled = db.execute("SELECT id FROM batches WHERE seq IN (SELECT batch FROM edits)")
        kept = {row[0] for row in journalled}
    return len(set(diary.saved) - kept)


def _errors(name: str, diary: Diary, **details: Any) -> Figure:
    count = len(diary.errors)
    return figures.at_most(
        f"{name}: errors", count, "", 0, of=diary.actions, first=diary.errors[:5], **details
    )


@contextmanager
def exporting(place: Workspace) -> Iterator[Callable[[], int]]:
    """Exports by another process, one after another; gives how many are finished.

    :raises RuntimeError: at the end, when one failed.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.busy_exporter", str(place.root)], cwd=ROOT
    )
    try:
        yield lambda: sum(1 for _ in place.exports.glob("again-*"))
        if child.poll() is not None:
            raise RuntimeError(f"the export ended with code {child.returncode}")
    finally:
        child.kill()
        child.wait()


@contextmanager
def suggesting(place: Workspace, video: Video) -> Iterator[Callable[[], int]]:
    """A run of the model, which the server's worker takes up; gives how many frames are done."""
    number = material.queue_run(place, video.id)

    def state() -> jobs.Job:
        with store.reader(place) as db:
            return jobs.get(db, number)

    try:
        yield lambda: state().done
    finally:
        if state().open:
            store.write(place, lambda db: jobs.cancel(db, number))
        ends = time.monotonic() + STOP_SECONDS
        while state().open and time.monotonic() < ends:
            time.sleep(0.1)

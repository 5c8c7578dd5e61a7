"""Saving an edit: ``POST /api/edits`` on the real server until it is on disk (FULL sync).

Alone, while a run is writing (the real worker with the real model), and while another process
writes suggestions without a pause. The browser's part is measured by the browser tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import figures, material, server
from benchmarks.figures import Figure, Skipped
from benchmarks.server import Server
from core import db as store
from core import jobs
from core.workspace import ROOT, Workspace

EDITS = 300
PAUSE_SECONDS = 0.01
IDLE_MS, BUSY_MS = 150, 250
START_SECONDS = 90


def measure() -> list[Figure]:
    """Latencies in the three situations; a sample video with one box that is moved."""
    disk = {"fsync_p50_ms": 1e3 * figures.median(_syncs())}
    with material.workspace() as place:
        video = material.add(place, material.SAMPLE).id
        with server.running(place) as running:
            hand = _Hand(running, video)
            hand.edit(20)
            return [
                _figure("edit saved, idle", hand.edit(EDITS), IDLE_MS, **disk),
                _while_running(place, hand),
                _beside_a_writer(place, hand),
            ]


def _figure(name: str, seconds: list[float], limit: float, **details: Any) -> Figure:
    taken = figures.spread(seconds)
    return figures.at_most(f"{name}, p95", taken["p95_ms"], "ms", limit, **taken, **details)


class _Hand:
    """Somebody who moves a box again and again."""

    def __init__(self, running: Server, video: int) -> None:
        self._running, self._video = running, video
        answer, _ = self._send({"verb": "add", "class": 1, "frame": 0, "box": [9, 9, 50, 90]})
        self._track = answer["tracks"][0]
        self._turn = 0

    def _send(self, edit: dict[str, Any]) -> tuple[Any, float]:
        return self._running.post(
            "/edits",
            {
                "batch": uuid.uuid4().hex,
                "person": material.PERSON,
                "video": self._video,
                "edits": [edit],
            },
        )

    def edit(self, count: int, until: Callable[[], bool] = lambda: False) -> list[float]:
        """Move the box; seconds per edit. ``until`` is asked after every tenth."""
        taken = []
        for number in range(count):
            self._turn += 1
            answer, seconds = self._send(
                {
                    "verb": "fix",
                    "id": self._track["id"],
                    "revision": self._track["revision"],
                    "frame": self._turn % 50,
                    "box": [self._turn % 300, 9, 50, 90],
                }
            )
            self._track = answer["tracks"][0]
            taken.append(seconds)
            if number % 10 == 9 and until():
                break
            time.sleep(PAUSE_SECONDS)
        return taken


def _while_running(place: Workspace, hand: _Hand) -> Figure:
    """The server starts its worker by itself, as in daily use."""
    name = "edit saved, while a run is writing"
    job = material.queue_run(place, 1)

    def state() -> jobs.Job:
        with store.reader(place) as db:
            return jobs.get(db, job)

    deadline = time.monotonic() + START_SECONDS
    while (now := state()).open and now.done == 0 and time.monotonic() < deadline:
        time.sleep(0.1)
    if not now.open or now.done == 0:
        why = now.error or "it did not begin in time"
        return figures.without_value(name, "skipped", f"the run is {now.state}: {why}")
    first = now.done
    taken = hand.edit(10 * EDITS, until=lambda: not state().open)
    return _figure(name, taken, BUSY_MS, frames_of_the_run=state().done - first)


def _beside_a_writer(place: Workspace, hand: _Hand) -> Figure:
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.busy_writer", str(place.root), "1"], cwd=ROOT
    )
    try:
        _wait_for_chunks(place, child)
        before, started = _chunks(place), time.monotonic()
        taken = hand.edit(EDITS)
        rate = (_chunks(place) - before) / (time.monotonic() - started)
    finally:
        child.kill()
        child.wait()
    return _figure(
        "edit saved, while another process writes without a pause",
        taken,
        BUSY_MS,
        commits_per_second_of_the_other=rate,
    )


def _wait_for_chunks(place: Workspace, child: subprocess.Popen[bytes]) -> None:
    before, deadline = _chunks(place), time.monotonic() + START_SECONDS
    while _chunks(place) < before + 5:
        if child.poll() is not None or time.monotonic() > deadline:
            raise Skipped("the other writer did not start")
        time.sleep(0.05)


def _chunks(place: Workspace) -> int:
    with store.reader(place) as db:
        return int(db.execute("SELECT count(*) FROM run_frames").fetchone()[0])


def _syncs(count: int = 50) -> list[float]:
    """What the disk alone takes for a small append that must be kept."""
    taken = []
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "sync").open("wb") as file:
        for _ in range(count):
            started = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - started)
    return taken

"""Opening the annotator on a large video: 10,000 tracks, 36,000 frames, 1,000,000 keyframes.

What the annotator asks the server for when it opens, over the real routes; and what the library and
the statistics ask the store for. The picture itself is measured by ``frames``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks import figures, generated, material, server
from benchmarks.figures import Figure
from benchmarks.server import Server
from core import db as store
from core import stats, tracks
from core.workspace import Workspace

CHUNK = 128
PLACES = (0, 6_000, 18_000, 24_000, 35_000)
OPEN_SECONDS = 1.0
QUERIES = 30


def measure() -> list[Figure]:
    """Time, size and memory of what opening asks for; single queries of the store."""
    with material.workspace() as place:
        material.say("writing 1,000,000 keyframes")
        started = time.perf_counter()
        video = generated.fill(place)
        material.say(f"written in {time.perf_counter() - started:.0f} s")
        with server.running(place) as running:
            before = running.cpu_seconds()
            openings = [_open(running, video, frame) for frame in PLACES]
            server_side = {
                "server_processor_s_each": (running.cpu_seconds() - before) / len(openings),
                "server_memory_mb": running.memory_mb(),
            }
        return [_opening(openings, server_side), *_queries(place, video)]


def _open(running: Server, video: int, frame: int) -> dict[str, tuple[float, int]]:
    """Seconds and bytes of each request that the annotator makes when it opens at a frame."""
    first = frame // CHUNK * CHUNK
    requests: dict[str, tuple[str, dict[str, Any]]] = {
        "video": (f"/videos/{video}", {"person": "benchmark"}),
        "times": (f"/videos/{video}/times", {}),
        "objects": (f"/videos/{video}/objects", {}),
        "tracks here": (f"/videos/{video}/tracks", {"from": first, "to": first + CHUNK - 1}),
        "tracks ahead": (
            f"/videos/{video}/tracks",
            {"from": first + CHUNK, "to": first + 2 * CHUNK - 1},
        ),
    }
    taken = {}
    for name, (path, query) in requests.items():
        body, seconds = running.get(path, **query)
        taken[name] = (seconds, len(body))
    return taken


def _opening(openings: list[dict[str, tuple[float, int]]], server_side: dict[str, Any]) -> Figure:
    totals = [sum(seconds for seconds, _ in one.values()) for one in openings]
    each = {
        name: {
            "median_ms": 1e3 * figures.median([one[name][0] for one in openings]),
            "bytes": max(one[name][1] for one in openings),
        }
        for name in openings[0]
    }
    return figures.at_most(
        "annotator opened on 1 M keyframes, all requests one after another, slowest of five",
        max(totals),
        "s",
        OPEN_SECONDS,
        median_s=figures.median(totals),
        first_after_start_s=totals[0],
        requests=each,
        **server_side,
    )


def _queries(place: Workspace, video: int) -> list[Figure]:
    starts = [number * (generated.FRAMES // QUERIES) for number in range(QUERIES)]
    windows = [
        _timed(place, lambda db, s=start: tracks.window(db, video, first=s, last=s + CHUNK - 1))  # type: ignore[misc]
        for start in starts
    ]
    objects = [_timed(place, lambda db: tracks.summaries(db, video)) for _ in range(5)]
    return [
        figures.info(
            "window of 128 frames from the store, median",
            1e3 * figures.median(windows),
            "ms",
            **figures.spread(windows),
        ),
        figures.info(
            "list of 10,000 objects from the store, median", 1e3 * figures.median(objects), "ms"
        ),
        _repeated("statistics of the library, median", place, stats.library),
        _repeated("statistics overview, median", place, stats.overview),
    ]


def _repeated(name: str, place: Workspace, ask: Callable[[store.Database], Any]) -> Figure:
    seconds = [_timed(place, ask) for _ in range(5)]
    return figures.info(name, 1e3 * figures.median(seconds), "ms", first_ms=1e3 * seconds[0])


def _timed(place: Workspace, ask: Callable[[store.Database], Any]) -> float:
    started = time.perf_counter()
    with store.reader(place) as db:
        ask(db)
    return time.perf_counter() - started

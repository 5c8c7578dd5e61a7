"""The frame route against PyAV alone: one after another and at random, on files with a keyframe
every 250 frames, at constant and at variable rate. Every answer is checked to be the right frame.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import clips, figures, material, server
from benchmarks.figures import Figure
from benchmarks.server import Server
from core import content, previews
from core import db as store
from core.videos import Video
from core.worker import Worker
from core.workspace import Workspace

HD, FULL_HD = (1280, 720), (1920, 1080)
FRAMES, FULL_HD_FRAMES = 1000, 500
SEQUENTIAL, RANDOM, FULL_HD_RANDOM = 200, 80, 40
EXACT_SHARE = 1.2
PROXY_BUDGET_MS = 250


@dataclass(slots=True)
class Times:
    """Seconds per frame of both sides, and how many frames were not the one asked for."""

    route: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    wrong: int = 0


def measure() -> list[Figure]:
    """Sequential and random reads of three clips, and random reads of a proxy."""
    found: list[Figure] = []
    with material.workspace() as place:
        made = {
            "720p constant rate": _clip(place, "cfr.mp4", HD, FRAMES),
            "720p variable rate": _clip(place, "vfr.mp4", HD, FRAMES, vfr=True),
            "1080p constant rate": _clip(place, "large.mp4", FULL_HD, FULL_HD_FRAMES),
        }
        proxy = _proxy(place, made["1080p constant rate"][1])
        with server.running(place) as running:
            for name, (path, video) in made.items():
                material.say(name)
                alone = clips.Alone(path)
                if name.startswith("720p"):
                    found.append(_sequential(name, running, video, alone))
                count = RANDOM if name.startswith("720p") else FULL_HD_RANDOM
                found.append(_random(name, running, video, alone, count))
                alone.close()
    found.append(proxy)
    return found


def _clip(
    place: Workspace, name: str, size: tuple[int, int], frames: int, *, vfr: bool = False
) -> tuple[Path, Video]:
    material.say(f"making {name}")
    path = clips.make(place.root / name, size=size, frames=frames, vfr=vfr)
    return path, material.add(place, path)


def _address(video: Video, frame: int) -> tuple[str, dict[str, Any]]:
    return f"/videos/{video.id}/frames/{frame}.jpg", {"v": video.sha256[:12]}


def _asked(running: Server, video: Video, frame: int) -> tuple[bytes, float]:
    path, query = _address(video, frame)
    return running.get(path, **query)


def _sequential(name: str, running: Server, video: Video, alone: clips.Alone) -> Figure:
    times = Times()
    for frame in range(SEQUENTIAL):
        data, seconds = _asked(running, video, frame)
        times.route.append(seconds)
        times.wrong += clips.number_in_jpeg(data) != frame
    started = time.perf_counter()
    alone.first(SEQUENTIAL)
    each = (time.perf_counter() - started) / SEQUENTIAL
    return figures.info(
        f"frame route, sequential, {name}, median",
        1e3 * figures.median(times.route),
        "ms",
        **figures.spread(times.route),
        alone_mean_ms=1e3 * each,
        wrong=times.wrong,
    )


def _random(name: str, running: Server, video: Video, alone: clips.Alone, count: int) -> Figure:
    chosen = random.Random(11).sample(range(video.frames), count)
    times = Times()
    for frame in chosen:
        data, seconds = _asked(running, video, frame)
        times.route.append(seconds)
        times.wrong += clips.number_in_jpeg(data) != frame
        data, seconds = _timed(alone.random, frame)
        times.alone.append(seconds)
        times.wrong += clips.number_in_jpeg(data) != frame
    route, reference = figures.spread(times.route), figures.spread(times.alone)
    figure = figures.at_most(
        f"frame route, random, {name}, p95 / PyAV alone",
        route["p95_ms"] / reference["p95_ms"],
        "x",
        EXACT_SHARE,
        route=route,
        alone=reference,
        wrong=times.wrong,
    )
    if times.wrong:
        raise AssertionError(f"{times.wrong} wrong frames in {name}")
    return figure


def _timed(read: Callable[[int], bytes], frame: int) -> tuple[bytes, float]:
    started = time.perf_counter()
    data = read(frame)
    return data, time.perf_counter() - started


def _proxy(place: Workspace, video: Video) -> Figure:
    """Make a proxy by its job and read it at random: what a far seek shows first."""
    material.say("making a proxy")
    store.write(place, lambda db: previews.queue_proxy(db, video.id))
    started = time.perf_counter()
    Worker(place, _no_model).work_one()
    making = time.perf_counter() - started
    path = place.media_path(video.sha256, content.PROXY)
    if not path.exists():
        return figures.without_value("proxy", "failed", "the job made none")
    alone = clips.Alone(path)
    chosen = random.Random(12).sample(range(video.frames), FULL_HD_RANDOM)
    seconds = [_timed(alone.random, frame)[1] for frame in chosen]
    alone.close()
    return figures.at_most(
        "1080p proxy, random, read and decode without a browser, p95",
        figures.spread(seconds)["p95_ms"],
        "ms",
        PROXY_BUDGET_MS,
        **figures.spread(seconds),
        making_fps=video.frames / making,
    )


def _no_model(*_: Any) -> Any:
    raise AssertionError("this worker makes proxies alone")

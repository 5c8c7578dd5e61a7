"""Opening and closing the Label screen 500 times: nothing stays behind.

Streamlit keeps the last 128 sessions that went away for two minutes, in case they come back; they
are there after the warm-up, and what comes later may not grow.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks import figures, load, material, server
from benchmarks.figures import Figure, Skipped
from benchmarks.server import Client, Server
from benchmarks.sessions import Tab
from core.videos import Video

CYCLES, WARM_CYCLES = 500, 180
GROWTH_MB, MEMORY_MB = 1.0, 400
SETTLE_SECONDS = 8.0
TRACKS = 500


def measure() -> Iterator[Figure]:
    """Memory, file descriptors and threads over many visits."""
    with material.workspace() as place:
        videos = load.prepare(place, tracks=TRACKS)
        with server.running(place) as running:
            if not running.held():
                raise Skipped("this system does not tell what a process holds")
            yield from over_cycles(running, videos)


def over_cycles(
    running: Server,
    videos: list[Video],
    *,
    cycles: int = CYCLES,
    warm: int = WARM_CYCLES,
    settle: float = SETTLE_SECONDS,
) -> Iterator[Figure]:
    """Visit again and again; what the server holds after the warm-up and at the end."""
    started = time.monotonic()
    for number in range(warm):
        visit(running.port, videos[number % len(videos)], number)
    before = least_held(running, settle)
    memory = []
    for number in range(warm, cycles):
        visit(running.port, videos[number % len(videos)], number)
        memory.append((number / 100, running.memory_mb()["now"]))
        if number % 100 == 0:
            material.say(f"cycle {number}: {memory[-1][1]:.0f} MiB")
    after = least_held(running, settle)
    name = f"{cycles} times opened and closed"
    yield figures.at_most(
        f"{name}: growth of memory per 100",
        load.slope(memory),
        "MiB",
        GROWTH_MB,
        seconds=time.monotonic() - started,
        samples=memory[:: max(len(memory) // 60, 1)],
    )
    yield figures.at_most(f"{name}: memory", max(held for _, held in memory), "MiB", MEMORY_MB)
    for kind, count in after.items():
        more = max(count - before[kind], 0)
        yield figures.at_most(f"{name}: more {kind}", more, "", 0, before=before[kind], after=count)


def visit(port: int, video: Video, number: int) -> None:
    """Open the annotator, look at a frame and the labels, and close the tab.

    :raises RuntimeError: when a page shows an error, or a request is refused.
    """
    client, query = Client(port), {"w": "own", "video": str(video.id)}
    try:
        with Tab(port, "visitor") as tab:
            for _ in range(2):  # the first run asks the browser for the height of its window
                drawn = tab.draw("label", **query)
                if drawn.exceptions:
                    raise RuntimeError(f"the page says {drawn.exceptions[0]}")
                tab.tell("browser-room", room=800)
            client.get(f"/videos/{video.id}/objects")
            client.get(f"/videos/{video.id}/tracks", **{"from": 0, "to": 127})
            frame = number % video.frames
            client.get(f"/videos/{video.id}/frames/{frame}.jpg", v=video.sha256[:12])
    finally:
        client.close()


def least_held(running: Server, seconds: float) -> dict[str, int]:
    """The fewest descriptors and threads within some seconds: what passes by is not counted."""
    least = running.held()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        time.sleep(0.1)
        least = {kind: min(count, least[kind]) for kind, count in running.held().items()}
    return least

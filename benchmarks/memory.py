"""Memory of the web process after somebody has looked around: pages, frames, tracks, edits.

No model is loaded in it; this is checked as well.
"""

from __future__ import annotations

import random
import uuid

from benchmarks import clips, figures, generated, material, server, sessions
from benchmarks.figures import Figure, Skipped
from benchmarks.server import Server
from core.videos import Video
from core.workspace import Workspace

LIMIT_MB = 400
PAGES = ("library", "suggest", "label", "statistics", "export", "models")
ROUNDS = 3
FRAMES = 120
WINDOWS = 20


def measure() -> list[Figure]:
    """Resident memory at the start, after browsing, and at its largest."""
    with material.workspace() as place:
        large = material.add(
            place, clips.make(place.root / "large.mp4", size=(1920, 1080), frames=300)
        )
        material.add(place, material.SAMPLE)
        material.say("writing 1,000,000 keyframes")
        long = generated.fill(place)
        with server.running(place) as running:
            if not running.memory_mb():
                raise Skipped("this system does not tell the memory of a process")
            started = running.memory_mb()["now"]
            drawn = _browse(running, place, large, long)
            after = running.memory_mb()
            heavy = sorted(running.modules())
    figure = figures.at_most(
        "web process after browsing, resident memory",
        after["now"],
        "MiB",
        LIMIT_MB,
        largest_mb=after["largest"],
        at_start_mb=started,
        pages_drawn=drawn,
    )
    return [
        figure,
        figures.at_most("model libraries in the web process", len(heavy), "", 0, found=heavy),
    ]


def _browse(running: Server, place: Workspace, video: Video, long: int) -> dict[str, int]:
    """What a day at the screens does, in short."""
    drawn: dict[str, int] = {}
    for _ in range(ROUNDS):
        for page in PAGES:
            material.say(f"page {page}")
            seen = sessions.open_page(running.port, page, w="own", video=str(video.id))
            if seen.exceptions:
                raise RuntimeError(f"page {page}: {seen.exceptions[0]}")
            drawn[page] = seen.elements
    material.say("frames, tracks, edits")
    chance = random.Random(4)
    for number in range(FRAMES):
        frame = number if number % 2 else chance.randrange(video.frames)
        running.get(f"/videos/{video.id}/frames/{frame}.jpg", v=video.sha256[:12])
    for _ in range(WINDOWS):
        first = chance.randrange(generated.FRAMES - 128)
        running.get(f"/videos/{long}/tracks", **{"from": first, "to": first + 127})
    running.get(f"/videos/{long}/objects")
    running.get(f"/videos/{long}/times")
    for number in range(WINDOWS):
        edit = {"verb": "add", "class": 1, "frame": number, "box": [9, 9, 50, 90]}
        sent = {"batch": uuid.uuid4().hex, "person": material.PERSON, "video": video.id}
        running.post("/edits", {**sent, "edits": [edit]})
    return drawn

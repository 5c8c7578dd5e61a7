"""Files changed at random: what the first look, the frame reader and the proxy make of them.

Small clips of every container and codec have some of their bytes changed, always the same ones for
a seed. Each changed file is looked at in a process of its own with the limits of the first look;
one that it accepts is then read and made a proxy of, as the web process and the worker do it
without limits. A decoder that fails during the look takes that child alone, which is what it is
for; whatever fails later would take the program.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks import figures
from benchmarks.figures import Figure
from core import errors, first_look, probe_child, proxy, rehearsal
from core.frames import FrameReader
from tests import clips

EACH = 500
SEED = 20261125
SECONDS = 20
MEMORY = 3 * 2**30
_READS = 6
_HEAD = 2048  # where the tables of most containers lie, or as far from the end

_SMALL: dict[str, Any] = {"frames": 12, "size": (64, 64), "group": 4}


def _ticks(frame: int) -> int:
    return (frame + frame // 5 * 4) * 1000


def _edit_list(path: Path) -> Path:
    whole = clips.encode(path.with_name(f"whole-{path.name}"), **_SMALL)
    return clips.cut_copy(whole, path, first=5, group=4)


def _clip(**options: Any) -> Callable[[Path], Path]:
    return lambda path: clips.encode(path, **{**_SMALL, **options})


FIXTURES: Mapping[str, Callable[[Path], Path]] = {
    "h264.mp4": _clip(sound="aac"),
    "edit_list.mp4": _edit_list,
    "fragmented.mp4": _clip(container_options={"movflags": "frag_keyframe+empty_moov"}),
    "turned.mov": _clip(rotation=90, container="mov", sound="pcm_s16le"),
    "vfr.mkv": _clip(
        container="matroska", time_base=Fraction(1, 30000), pts=_ticks, sound="libmp3lame"
    ),
    "hevc10.mp4": _clip(
        codec="libx265",
        pixel_format="yuv420p10le",
        options={"preset": "ultrafast", "x265-params": "log-level=none"},
    ),
    "av1.mp4": _clip(codec="libsvtav1", b_frames=0, options={"preset": "12"}),
    "vp8.webm": _clip(codec="libvpx", container="webm", options={"deadline": "realtime"}),
    "vp9.webm": _clip(codec="libvpx-vp9", container="webm", options={"deadline": "realtime"}),
    "open_gop.ts": _clip(container="mpegts", options={"x264-params": "open-gop=1"}, sound="aac"),
    "mpeg2.ts": _clip(codec="mpeg2video", container="mpegts", sound="mp2"),
    "mpeg4.avi": _clip(codec="mpeg4", container="avi", b_frames=2, sound="libmp3lame"),
    "mjpeg.avi": _clip(codec="mjpeg", container="avi", pixel_format="yuvj420p", b_frames=0),
}

# How far a file came.
REFUSED, ACCEPTED, UNEXPECTED = 10, 11, 12
_LOOKING, _USING = b"1", b"2"


def changed(data: bytes, chance: random.Random) -> bytes:
    """Some bytes of a file replaced: anywhere, or near its ends."""
    made = bytearray(data)
    near_ends = chance.random() < 0.4
    for _ in range(2 ** chance.randrange(7)):
        place = chance.randrange(min(len(made), _HEAD) if near_ends else len(made))
        if near_ends and chance.random() < 0.5:
            place = len(made) - 1 - place
        made[place] = chance.randrange(256)
    return bytes(made)


@dataclass(slots=True)
class Report:
    """What became of the changed files; ``trouble`` names those that would have harmed others."""

    outcomes: Counter[str] = field(default_factory=Counter)
    trouble: list[str] = field(default_factory=list)

    def note(self, name: str, ended: int, reached: bytes) -> bool:
        """Count a file by how its process ended and what it was doing; True for no trouble."""
        if ended in (REFUSED, ACCEPTED):
            self.outcomes["accepted" if ended == ACCEPTED else "refused"] += 1
        elif ended == -signal.SIGALRM and reached == _LOOKING:
            self.outcomes["hung in the first look"] += 1
        elif ended < 0 and reached == _LOOKING:
            self.outcomes["failed in the first look"] += 1
        else:
            self.trouble.append(f"{name}: {ended} after {reached.decode() or '0'}")
            return False
        return True


def run(each: int = EACH, *, seed: int = SEED, keep: Path | None = None) -> Report:
    """Change every fixture ``each`` times and see what becomes of it.

    :param keep: a folder for the files that made trouble.
    """
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        started: deque[tuple[Path, int, int]] = deque()

        def wait() -> None:
            place, child, come = started.popleft()
            ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            with os.fdopen(come, "rb") as pipe:
                reached = pipe.read()[-1:]
            if not report.note(place.name, ended, reached) and keep is not None:
                shutil.move(place, keep / place.name)
            place.unlink(missing_ok=True)

        for name, make in FIXTURES.items():
            data = make(Path(folder) / name).read_bytes()
            for number in range(each):
                place = Path(folder) / f"{number}-{name}"
                place.write_bytes(changed(data, random.Random(f"{seed} {name} {number}")))
                started.append((place, *_start(place)))
                if len(started) > (os.cpu_count() or 1):
                    wait()
        while started:
            wait()
    return report


def _start(path: Path) -> tuple[int, int]:
    """Use a file in a process of its own; its number and the pipe that says how far it came."""
    come, gone = os.pipe()
    child = os.fork()
    if child:
        os.close(gone)
        return child, come
    ended = UNEXPECTED
    try:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        ended = _use(path, gone)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(ended)


def _use(path: Path, told: int) -> int:
    """All that the program does with a file that people add."""
    for kind, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (limit, limit))
    os.write(told, _LOOKING)
    try:
        info = first_look.look(path, _silent)
        rehearsal.rehearse(path, info, _silent)
    except (errors.VideoUnreadable, MemoryError):
        return REFUSED
    probe_child.decoded(probe_child.encoded(info))
    os.write(told, _USING)
    chance = random.Random(0)
    with FrameReader(path, info.times, info.rotation, size=info.size) as reader:
        for _ in range(_READS):
            _allowed(lambda: reader.read(chance.randrange(info.times.count)))
    out = path.with_name(f"{path.name}.out")
    try:
        _allowed(lambda: proxy.make_proxy(path, info, out))
    finally:
        out.unlink(missing_ok=True)
    return ACCEPTED


def _allowed(act: Callable[[], object]) -> None:
    """Do what may be refused with a reason, and nothing else."""
    try:
        act()
    except errors.VideoUnreadable:
        return


def _silent(done: int, total: int | None) -> None:
    return


def measure() -> Iterator[Figure]:
    """Five hundred changes of every fixture."""
    started = time.monotonic()
    report = run()
    yield figures.info(
        "changed files",
        EACH * len(FIXTURES),
        "files",
        seconds=time.monotonic() - started,
        **report.outcomes,
    )
    yield figures.at_most(
        "changed files that would have harmed the program",
        len(report.trouble),
        "files",
        0,
        which=report.trouble[:20],
    )


if __name__ == "__main__":
    found = run(int(sys.argv[1]))
    print(json.dumps({"outcomes": found.outcomes, "trouble": found.trouble}))

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import errors
from core.frames import FrameReader
from core.media import MediaInfo
from core.reader_pool import ReaderPool
from tests import clips

Clip = Callable[[str], Path]
Probed = Callable[[str], MediaInfo]


@pytest.fixture
def opener(clip: Clip, probed: Probed) -> Callable[[str], Callable[[], FrameReader]]:
    def for_video(name: str) -> Callable[[], FrameReader]:
        info = probed(name)
        return lambda: FrameReader(clip(name), info.times, info.rotation, size=info.size)

    return for_video


Opener = Callable[[str], Callable[[], FrameReader]]


def test_many_requests_few_decoders(opener: Opener) -> None:
    pool = ReaderPool(limit=3, per_video=2)
    names = ["cfr.mp4", "vfr.mp4", "open_gop.ts", "negative.mkv"]
    openers = {name: opener(name) for name in names}
    chance = random.Random(1)
    asked = [(chance.choice(names), chance.randrange(120)) for _ in range(200)]
    most = 0
    lock = threading.Lock()

    def read(request: tuple[str, int]) -> bool:
        nonlocal most
        name, frame = request
        picture = pool.read(name, frame, openers[name])
        with lock:
            most = max(most, pool.open_readers)
        return (picture.index, clips.number(picture.image)) == (frame, frame)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read, asked))
    assert most <= 3
    pool.close()
    assert pool.open_readers == 0


def test_neighbours_are_served_by_the_reader_that_stands_there(opener: Opener) -> None:
    pool = ReaderPool(limit=4, per_video=2)
    opened: list[FrameReader] = []

    def counted() -> FrameReader:
        opened.append(opener("gop250.mp4")())
        return opened[-1]

    for frame in range(20):
        pool.read("v", frame, counted)
    assert len(opened) == 1
    pool.read("v", 240, counted)  # far away: a second reader, the first keeps its place
    assert len(opened) == 2
    pool.read("v", 20, counted)
    pool.read("v", 241, counted)
    pool.read("v", 120, counted)
    assert len(opened) == 2
    pool.close()


def test_the_longest_unused_reader_makes_room(opener: Opener) -> None:
    pool = ReaderPool(limit=2, per_video=1)
    for name in ("cfr.mp4", "vfr.mp4", "one.mp4", "three.mp4"):
        assert clips.number(pool.read(name, 0, opener(name)).image) == 0
        assert pool.open_readers <= 2
    pool.close()


def test_errors_leave_the_pool_usable(opener: Opener, tmp_path: Path, probed: Probed) -> None:
    pool = ReaderPool(limit=1, per_video=1)
    gone = probed("cfr.mp4").times
    with pytest.raises(errors.VideoMissing):
        pool.read("gone", 0, lambda: FrameReader(tmp_path / "gone.mp4", gone))
    with pytest.raises(errors.BadInput):
        pool.read("v", 999, opener("cfr.mp4"))
    assert clips.number(pool.read("v", 7, opener("cfr.mp4")).image) == 7
    pool.forget("v")
    assert pool.open_readers == 0
    assert clips.number(pool.read("v", 8, opener("cfr.mp4")).image) == 8
    pool.close()

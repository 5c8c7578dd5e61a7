"""Files that lie, ask for too much or break the decoder: one answer each, nothing else harmed."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import db as store
from core import (
    decoding,
    errors,
    first_look,
    ingest,
    probe,
    proxy_sound,
    rehearsal,
    videos,
)
from core.workspace import ROOT, Workspace
from tests import clips

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="processes are watched through /proc"
)

Clip = Callable[[str], Path]
MIB = 2**20


def _boxes(data: bytes, kind: bytes) -> list[int]:
    """Where the payloads of the MP4 boxes of a kind begin."""
    found, start = [], 0
    while (place := data.find(kind, start)) >= 0:
        found.append(place + 4)
        start = place + 4
    return found


def _lying_about_time(path: Path, source: Path) -> Path:
    """Every duration in the header is 2^31 - 1 ticks."""
    data = bytearray(source.read_bytes())
    for kind, place in ((b"mvhd", 16), (b"tkhd", 20), (b"mdhd", 16)):
        boxes = _boxes(bytes(data), kind)
        assert boxes
        for box in boxes:
            data[box + place : box + place + 4] = b"\x7f\xff\xff\xff"
    path.write_bytes(data)
    return path


def _lying_about_samples(path: Path, source: Path) -> Path:
    """The table of sample sizes claims 268 million entries."""
    data = bytearray(source.read_bytes())
    (box,) = _boxes(bytes(data), b"stsz")
    data[box + 8 : box + 12] = b"\x0f\xff\xff\xff"
    path.write_bytes(data)
    return path


def _peak(path: Path) -> tuple[dict[str, object], int]:
    """The last line that the limited child says about a file, and the most memory it had."""
    request = {
        "path": b64encode(os.fsencode(path)).decode(),
        "memory": 3 * 2**30,
        "cpu_seconds": 60,
    }
    program = (
        "import sys; from core import probe_child; probe_child.main();"
        "print(open('/proc/self/status').read(), file=sys.stderr)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"},
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.flush()
        said = child.stdout.read()
        status = child.stderr.read().decode()
        child.stdin.close()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return json.loads(said.splitlines()[-1]), int(peak.split()[1]) * 1024


def test_vid_15_durations_come_from_the_frames_not_from_the_header(
    clip: Clip, tmp_path: Path
) -> None:
    info = probe.probe(_lying_about_time(tmp_path / "long.mp4", clip("cfr.mp4")))
    assert (info.times.count, info.times.duration) == (clips.FRAMES, 4)


def test_vid_15_counts_of_the_header_reserve_no_memory(clip: Clip, tmp_path: Path) -> None:
    said, peak = _peak(_lying_about_samples(tmp_path / "many.mp4", clip("cfr.mp4")))
    assert said["error"]["kind"] == "VideoUnreadable"  # type: ignore[index]
    assert peak < 300 * MIB


def _huge(path: Path, clip: Clip) -> Path:
    """VP8 whose pictures say that they are 16,000 pixels square; the container says 320 x 240."""
    data = bytearray(clip("vp8.webm").read_bytes())
    side = (16_000).to_bytes(2, "little")
    start = data.find(b"\x9d\x01\x2a")
    assert start > 0
    while start > 0:
        data[start + 3 : start + 7] = side + side
        start = data.find(b"\x9d\x01\x2a", start + 7)
    path.write_bytes(data)
    return path


def _patched_jpeg(path: Path) -> Path:
    """Motion JPEG in an AVI; each picture says that it is 65,000 pixels square."""
    clips.encode(
        path, frames=10, codec="mjpeg", container="avi", pixel_format="yuvj420p", b_frames=0
    )
    data = path.read_bytes()
    mark = b"\xff\xc0\x00\x11\x08"
    assert mark in data
    parts = data.split(mark)
    path.write_bytes(
        parts[0] + b"".join(mark + b"\xfd\xe8\xfd\xe8" + part[4:] for part in parts[1:])
    )
    return path


def test_vid_20_a_large_picture_behind_a_small_header_takes_no_memory(
    clip: Clip, tmp_path: Path
) -> None:
    said, peak = _peak(_huge(tmp_path / "bomb.webm", clip))
    assert said["error"]["kind"] == "VideoUnreadable"  # type: ignore[index]
    assert peak < 300 * MIB


def test_vid_21_a_picture_that_lies_about_its_size_takes_no_memory(tmp_path: Path) -> None:
    said, peak = _peak(_patched_jpeg(tmp_path / "bomb.avi"))
    assert said["error"]["kind"] == "VideoUnreadable"  # type: ignore[index]
    assert peak < 300 * MIB


@pytest.mark.parametrize("name", ["cfr.mp4", "vfr.mkv", "open_gop.ts"])
def test_vid_22_more_frames_than_the_limit_are_refused_with_the_limit(
    name: str, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_look, "MOST_FRAMES", 119)
    with pytest.raises(errors.VideoUnreadable, match="more than 119 frames"):
        first_look.look(clip(name), lambda done, total: None)
    monkeypatch.setattr(first_look, "MOST_FRAMES", 120)
    assert first_look.look(clip(name), lambda done, total: None).times.count == 120


def _long(path: Path) -> Path:
    """30,000 tiny pictures."""
    return clips.encode(
        path,
        frames=30_000,
        size=(16, 16),
        codec="mpeg4",
        container="matroska",
        b_frames=0,
        group=1000,
    )


def test_vid_22_many_frames_show_progress_and_end_with_time_or_a_cancel(tmp_path: Path) -> None:
    path = _long(tmp_path / "long.mkv")
    said: list[tuple[int, int | None]] = []

    def follow(done: int, total: int | None) -> None:
        said.append((done, total))
        if total is not None and done > 0:
            raise errors.Cancelled("Stopped.")

    with pytest.raises(errors.Cancelled):
        probe.probe(path, progress=follow)
    assert said[-1][1] == 30_000
    assert said[-1][0] < 30_000
    with pytest.raises(errors.VideoUnreadable, match="took too long"):
        probe.probe(path, timeout=0.9)
    assert _children() == []


STALL = 5
"""Seconds in which a child has started, on a machine that does other things as well."""


def _children() -> list[int]:
    """The limited children of this process that are running."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == os.getpid() and b"core.probe_child" in (place / "cmdline").read_bytes():
                found.append(int(place.name))
    return found


def test_sec_07_a_decoder_that_crashes_takes_its_own_file_alone(
    workspace: Workspace, clip: Clip
) -> None:
    struck: list[int] = []

    def strike(doing: str, done: int, total: int | None) -> None:
        for child in _children() if doing == "reading" and not struck else ():
            struck.append(child)
            os.kill(child, signal.SIGSEGV)

    before = ingest.add(workspace, clip("three.mp4"), person="Ada")
    with pytest.raises(errors.VideoUnreadable, match=r"cfr\.mp4 made the decoder fail") as refused:
        ingest.add(workspace, clip("cfr.mp4"), person="Ada", progress=strike)
    assert len(struck) == 1
    assert refused.value.hint
    after = ingest.add(workspace, clip("one.mp4"), person="Ada")
    with store.reader(workspace) as db:
        assert {video.id for video in videos.listed(db)} == {before.id, after.id}


def test_sec_07_the_child_has_its_limits(clip: Clip) -> None:
    seen: list[tuple[int, ...]] = []

    def look(done: int, total: int | None) -> None:
        for child in _children():
            kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)
            seen.append(tuple(resource.prlimit(child, kind)[1] for kind in kinds))

    probe.probe(clip("cfr.mp4"), progress=look, timeout=100)
    cpus = os.cpu_count() or 1
    assert set(seen) == {(3 * 2**30, 100 * cpus + 1, 0)}


def test_sec_07_a_child_that_hangs_is_ended(clip: Clip) -> None:
    stopped: set[int] = set()

    def stop(done: int, total: int | None) -> None:
        for child in _children():
            stopped.add(child)
            os.kill(child, signal.SIGSTOP)

    started = time.monotonic()
    with pytest.raises(errors.VideoUnreadable, match="took too long"):
        probe.probe(clip("gop250.mp4"), progress=stop, stall=STALL)
    assert time.monotonic() - started < 60
    assert len(stopped) == 2
    assert _children() == []


def test_sec_07_what_hangs_with_threads_is_read_without(clip: Clip) -> None:
    hung: list[int] = []

    def stop_once(done: int, total: int | None) -> None:
        for child in _children() if not hung else ():
            hung.append(child)
            os.kill(child, signal.SIGSTOP)

    assert probe.probe(clip("gop250.mp4"), progress=stop_once, stall=STALL).times.count == 300
    assert len(hung) == 1
    assert _children() == []


def test_sec_07_what_fails_behind_the_first_look_fails_in_the_child(
    clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures behind keyframes and all sound are decoded there as well."""
    did: list[str] = []
    seek, decoded = decoding.Decoder.seek, proxy_sound.decoded

    def seeking(decoder: decoding.Decoder, key: int) -> None:
        did.append(f"seek {key}")
        seek(decoder, key)

    def sounding(source: Any, stream: Any) -> Any:
        did.append("sound")
        return decoded(source, stream)

    monkeypatch.setattr(decoding.Decoder, "seek", seeking)
    monkeypatch.setattr(proxy_sound, "decoded", sounding)
    path = clip("with_sound.mp4")
    info = first_look.look(path, lambda done, total: None)
    said: list[tuple[int, int | None]] = []
    rehearsal.rehearse(path, info, lambda done, total: said.append((done, total)))
    assert did == ["seek 0", "seek 30", "seek 60", "seek 90", "sound"]
    assert len(said) > 100
    assert set(said) == {(119, 120)}

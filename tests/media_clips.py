"""The catalogue of generated clips, by name; see ``clip`` in ``conftest.py``."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests import clips

NTSC = Fraction(30000, 1001)


def vfr_pts(frame: int) -> int:
    """Ticks of 1/30000 s: a pause of five frames after each ten."""
    return (frame + frame // 10 * 5) * 1000


def _cut(path: Path) -> Path:
    whole = clips.encode(path.with_name("whole_" + path.name))
    return clips.cut_copy(whole, path, first=31)


def _damaged(path: Path) -> Path:
    """400 bytes overwritten in the middle of the media data."""
    clips.encode(path, options={"qp": "10"})
    data = bytearray(path.read_bytes())
    middle = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 3
    data[middle : middle + 400] = bytes((i * 37 + 11) % 256 for i in range(400))
    path.write_bytes(data)
    return path


def _truncated(path: Path) -> Path:
    clips.encode(path, container_options={"movflags": "+faststart"})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.6)])
    return path


def _no_index(path: Path) -> Path:
    clips.encode(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.5)])
    return path


def _transport(path: Path, **options: Any) -> Path:
    """MPEG-TS with open groups."""
    return clips.encode(path, container="mpegts", options={"x264-params": "open-gop=1"}, **options)


def _twice(path: Path) -> Path:
    """Two recordings in one file: the clock jumps back in the middle."""
    once = _transport(path).read_bytes()
    path.write_bytes(once + once)
    return path


def _two_sizes(path: Path) -> Path:
    """Two recordings of different sizes in one file."""
    first = _transport(path).read_bytes()
    second = _transport(path, size=(426, 240), frames=60).read_bytes()
    path.write_bytes(first + second)
    return path


def _tail(path: Path) -> Path:
    """The end of a recording: it starts in the middle of a group, without its keyframe."""
    whole = _transport(path).read_bytes()
    path.write_bytes(whole[188 * 60 :])
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {
    "cfr.mp4": lambda p: clips.encode(p),
    "ntsc.mp4": lambda p: clips.encode(p, rate=NTSC),
    "vfr.mp4": lambda p: clips.encode(p, time_base=Fraction(1, 30000), pts=vfr_pts),
    "vfr.mkv": lambda p: clips.encode(
        p, time_base=Fraction(1, 30000), pts=vfr_pts, container="matroska"
    ),
    "rot90.mp4": lambda p: clips.encode(p, rotation=90, frames=40),
    "rot180.mp4": lambda p: clips.encode(p, rotation=180, frames=40),
    "rot270.mp4": lambda p: clips.encode(p, rotation=270, frames=40),
    "sar.mp4": lambda p: clips.encode(p, sar=Fraction(2), frames=30),
    "sar_rot90.mp4": lambda p: clips.encode(p, sar=Fraction(2), rotation=90, frames=30),
    "fragmented.mp4": lambda p: clips.encode(
        p, container_options={"movflags": "frag_keyframe+empty_moov"}
    ),
    "offset.mp4": lambda p: clips.encode(p, shift=150),
    "negative.mkv": lambda p: clips.encode(
        p,
        container="matroska",
        shift=-15,
        container_options={"avoid_negative_ts": "disabled"},
    ),
    "open_gop.ts": _transport,
    "twice.ts": _twice,
    "two_sizes.ts": _two_sizes,
    "tail.ts": _tail,
    "open_gop.mp4": lambda p: clips.encode(p, options={"x264-params": "open-gop=1"}),
    "hevc.mp4": lambda p: clips.encode(
        p, codec="libx265", options={"preset": "ultrafast", "x265-params": "log-level=none"}
    ),
    "hdr10.mp4": lambda p: clips.encode(
        p,
        codec="libx265",
        pixel_format="yuv420p10le",
        frames=40,
        options={
            "preset": "ultrafast",
            "x265-params": "log-level=none:hdr10=1:colorprim=bt2020:transfer=smpte2084:"
            "colormatrix=bt2020nc",
        },
    ),
    "av1.mp4": lambda p: clips.encode(
        p, codec="libsvtav1", frames=40, b_frames=0, options={"preset": "8", "crf": "5"}
    ),
    "crowded.mkv": lambda p: clips.encode(p, rate=Fraction(2000), container="matroska"),
    "edit_list.mp4": _cut,
    "truncated.mp4": _truncated,
    "no_index.mp4": _no_index,
    "damaged.mp4": _damaged,
    "one.mp4": lambda p: clips.encode(p, frames=1),
    "three.mp4": lambda p: clips.encode(p, frames=3),
    "none.mp4": lambda p: clips.encode(p, frames=0),
    "sound_only.mp4": lambda p: clips.tone(p),
    "with_sound.mp4": lambda p: clips.encode(p, sound="aac"),
    "odd444.mp4": lambda p: clips.encode(p, size=(321, 241), pixel_format="yuv444p", frames=40),
    "wide426.mp4": lambda p: clips.encode(p, size=(426, 240), frames=20),
    "wide340.mp4": lambda p: clips.encode(p, size=(340, 256), frames=20),
    "vp9.webm": lambda p: clips.encode(
        p, codec="libvpx-vp9", container="webm", frames=60, options={"deadline": "realtime"}
    ),
    "vp8.webm": lambda p: clips.encode(
        p, codec="libvpx", container="webm", frames=60, options={"deadline": "realtime"}
    ),
    "mpeg4.avi": lambda p: clips.encode(
        p,
        codec="mpeg4",
        container="avi",
        b_frames=2,
        options={"qmin": "2", "qmax": "4"},
        sound="libmp3lame",
    ),
    "gop250.mp4": lambda p: clips.encode(p, frames=300, group=250),
    "large.mp4": lambda p: clips.encode(p, frames=2, size=(3840, 2160), b_frames=0),
    "portrait.mp4": lambda p: clips.encode(p, frames=10, size=(180, 320)),
}


def make(name: str, folder: Path) -> Path:
    """Write the named clip into a folder."""
    return MAKERS[name](folder / name)

"""Proxy frame n is source frame n, at the same time from the start."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core import containers, errors, probe, proxy
from core.frames import FrameReader
from core.media import MediaInfo
from tests import clips

Clip = Callable[[str], Path]
Probed = Callable[[str], MediaInfo]


@pytest.fixture
def made(clip: Clip, probed: Probed, tmp_path: Path) -> Callable[[str], tuple[Path, MediaInfo]]:
    def make(name: str) -> tuple[Path, MediaInfo]:
        out = tmp_path / f"{name}.proxy.mp4"
        proxy.make_proxy(clip(name), probed(name), out)
        return out, probe.probe(out)

    return make


Made = Callable[[str], tuple[Path, MediaInfo]]

CLIPS = {
    "cfr.mp4": 0,
    "ntsc.mp4": 0,
    "vfr.mp4": 0,
    "crowded.mkv": 0,
    "rot90.mp4": 0,
    "rot180.mp4": 0,
    "rot270.mp4": 0,
    "sar.mp4": 0,
    "offset.mp4": 0,
    "negative.mkv": 0,
    "edit_list.mp4": 31,
    "open_gop.ts": 0,
    "one.mp4": 0,
    "odd444.mp4": 0,
    "wide426.mp4": 0,
    "vp9.webm": 0,
    "mpeg4.avi": 0,
    "hevc.mp4": 0,
    "hdr10.mp4": 0,
    "av1.mp4": 0,
}


@pytest.mark.parametrize("name", CLIPS)
def test_proxy_frame_n_is_source_frame_n(name: str, made: Made, probed: Probed) -> None:
    source = probed(name).times
    path, info = made(name)
    assert info.times.count == source.count
    start = source.seconds(0)
    for n in range(source.count):
        assert info.times.seconds(n) == source.seconds(n) - start
    with FrameReader(path, info.times) as reader:
        numbers = [clips.number(picture.image) for picture in reader.sequence()]
    assert numbers == [n + CLIPS[name] for n in range(source.count)]
    assert (info.codec, info.pixel_format, info.rotation, info.sar) == ("h264", "yuv420p", 0, 1)
    assert info.size == proxy.proxy_size(*probed(name).size)
    assert (info.width % 2, info.height % 2) == (0, 0)


def test_it_can_be_scrubbed_and_streamed(made: Made) -> None:
    path, info = made("gop250.mp4")
    packets = info.times.packets
    keys = np.flatnonzero(packets.keyframe)
    assert np.diff([*keys, len(packets)]).max() <= proxy.GROUP
    assert np.array_equal(packets.pts, packets.dts)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert info.times.duration == 10


def test_vid_16_an_odd_size_maps_on_the_whole_proxy(made: Made) -> None:
    assert proxy.proxy_size(321, 241) == (320, 240) or proxy.proxy_size(321, 241) == (322, 242)
    path, info = made("odd444.mp4")
    with FrameReader(path, info.times) as reader:
        image = reader.read(1).image
    # The lit cell at the bottom right reaches to the proxy's edge: scaled, not padded.
    assert image[-3:, -3:].mean() > 180


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((1920, 1080), (1920, 1080)),
        ((1080, 1920), (1080, 1920)),
        ((3840, 2160), (1920, 1080)),
        ((2160, 3840), (1080, 1920)),
        ((7680, 1080), (1920, 270)),
        ((1, 1), (2, 2)),
        ((8192, 3), (1920, 2)),
    ],
)
def test_the_size_is_even_and_bounded(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert proxy.proxy_size(*size) == wanted


def test_vid_12_unreadable_frames_repeat_the_one_before(made: Made, probed: Probed) -> None:
    times = probed("damaged.mp4").times
    path, info = made("damaged.mp4")
    assert info.times.count == times.count
    with FrameReader(path, info.times) as reader:
        for n in np.flatnonzero(times.unreadable).tolist():
            before, here = reader.read(n - 1).image, reader.read(n).image
            assert np.abs(before.astype(int) - here).mean() < 3
        last = times.count - 1
        assert clips.number(reader.read(last).image) == last


def test_vid_17_ten_bits_become_eight_in_the_proxy_alone(
    clip: Clip, probed: Probed, made: Made
) -> None:
    before = clip("hdr10.mp4").read_bytes()
    source = probed("hdr10.mp4")
    path, info = made("hdr10.mp4")
    assert (source.codec, source.pixel_format) == ("hevc", "yuv420p10le")
    assert (info.codec, info.pixel_format) == ("h264", "yuv420p")
    assert [info.times.seconds(n) for n in range(40)] == [
        source.times.seconds(n) - source.times.seconds(0) for n in range(40)
    ]
    assert clip("hdr10.mp4").read_bytes() == before
    with (
        FrameReader(clip("hdr10.mp4"), source.times) as exact,
        FrameReader(path, info.times) as copy,
    ):
        for n in (1, 17, 39):
            black_white = exact.read(n).image
            assert black_white.dtype == np.uint8
            assert (clips.number(black_white), clips.number(copy.read(n).image)) == (n, n)
            # The picture is 30 and 230; neither is clipped nor left in ten bits.
            assert int(black_white.min()) == pytest.approx(30, abs=12)
            assert int(black_white.max()) == pytest.approx(230, abs=12)


def test_vid_19_av1_is_counted_read_and_copied(probed: Probed, made: Made) -> None:
    source = probed("av1.mp4")
    assert (source.codec, source.times.count) == ("av1", 40)
    assert not source.times.unreadable.any()
    assert source.warnings == ()
    _, info = made("av1.mp4")
    assert (info.codec, info.times.count) == ("h264", 40)


def test_sound_comes_along(made: Made) -> None:
    path, info = made("with_sound.mp4")
    assert (info.audio, info.audio_rate, info.audio_channels) == ("aac", 44100, 2)
    with containers.open_media(path) as media:
        heard = [frame for frame in media.decode(audio=0) if frame.pts is not None]
    last = heard[-1]
    assert last.time is not None
    assert last.time + last.samples / last.sample_rate == pytest.approx(4.0, abs=0.06)
    loud = np.concatenate([frame.to_ndarray()[0] for frame in heard])
    assert np.abs(loud[4410:-4410]).max() == pytest.approx(0.2, abs=0.05)


def _heard(source: Path, folder: Path) -> tuple[int, npt.NDArray[np.float32]]:
    """The sound of the proxy of a clip: its rate, and the samples of the first channel."""
    out = folder / "proxy.mp4"
    proxy.make_proxy(source, probe.probe(source), out)
    with containers.open_media(out) as media:
        found = [frame for frame in media.decode(audio=0) if frame.pts is not None]
        rate = media.streams.audio[0].codec_context.sample_rate
    return rate, np.concatenate([frame.to_ndarray()[0] for frame in found])


def test_sound_that_changes_its_form_comes_along(tmp_path: Path) -> None:
    form = {"container": "mpegts", "frames": 60, "sound": "aac"}
    first = clips.encode(tmp_path / "a.ts", **form)
    second = clips.encode(
        tmp_path / "b.ts", **form, shift=60, sound_form=(48000, "mono"), sound_start=2
    )
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    rate, samples = _heard(both, tmp_path)
    loud = np.abs(samples[: len(samples) // rate * rate].reshape(-1, rate // 2)).max(axis=1)
    assert len(loud) >= 8
    assert loud[:8] == pytest.approx(0.2, abs=0.06)


def test_silence_before_the_sound_keeps_its_length(tmp_path: Path) -> None:
    """Longer than what the resampler fills at once."""
    source = clips.encode(
        tmp_path / "late.mkv",
        container="matroska",
        frames=20,
        rate=Fraction(1),
        sound="libmp3lame",
        sound_start=14,
    )
    rate, samples = _heard(source, tmp_path)
    assert np.abs(samples[: int(13.9 * rate)]).max() < 0.01
    assert np.abs(samples[int(14.2 * rate) : int(19.5 * rate)]).max() == pytest.approx(
        0.2, abs=0.05
    )
    assert len(samples) / rate == pytest.approx(20, abs=0.1)


def test_a_day_of_silence_is_not_written(tmp_path: Path) -> None:
    """Times may lie: the sound is left out, the pictures come along."""
    source = clips.encode(
        tmp_path / "days.mkv",
        container="matroska",
        frames=2,
        pts=lambda frame: frame * 30 * 100_000,
        sound="libmp3lame",
        sound_start=90_000,
    )
    out = tmp_path / "proxy.mp4"
    started = time.process_time()
    proxy.make_proxy(source, probe.probe(source), out)
    assert time.process_time() - started < 20
    made = probe.probe(out)
    assert (made.times.count, made.audio) == (2, None)


def test_mp3_in_avi_becomes_aac(made: Made) -> None:
    _, info = made("mpeg4.avi")
    assert (info.audio, info.times.count) == ("aac", clips.FRAMES)


def test_a_cancel_leaves_nothing(clip: Clip, probed: Probed, tmp_path: Path) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 10

    out = tmp_path / "proxy.mp4"
    with pytest.raises(errors.Cancelled):
        proxy.make_proxy(clip("cfr.mp4"), probed("cfr.mp4"), out, None, cancelled)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_to_the_end(clip: Clip, probed: Probed, tmp_path: Path) -> None:
    said: list[tuple[int, int | None]] = []
    proxy.make_proxy(
        clip("three.mp4"), probed("three.mp4"), tmp_path / "p.mp4", lambda *now: said.append(now)
    )
    assert said == [(1, 3), (2, 3), (3, 3)]


def test_a_proxy_that_does_not_match_is_thrown_away(
    clip: Clip, probed: Probed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof compares with the source: a proxy one frame late is noticed."""
    honest = proxy._pictures

    def late(reader: FrameReader, info: MediaInfo) -> Any:
        shown = list(honest(reader, info))
        yield from [shown[0], *shown[:-1]]

    monkeypatch.setattr(proxy, "_pictures", late)
    with pytest.raises(errors.VideoUnreadable, match="does not match"):
        proxy.make_proxy(clip("cfr.mp4"), probed("cfr.mp4"), tmp_path / "p.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written(clip: Clip, probed: Probed, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(errors.StorageError):
        proxy.make_proxy(clip("one.mp4"), probed("one.mp4"), tmp_path / "file" / "p.mp4")


def test_real_video_with_a_hole_and_rotation(real_video: Clip, tmp_path: Path) -> None:
    path = real_video("dog_phone_vfr_rot180.mp4")
    info = probe.probe(path)
    proxy.make_proxy(path, info, tmp_path / "p.mp4")
    copy = probe.probe(tmp_path / "p.mp4")
    assert copy.times.duration == info.times.duration == Fraction(214179, 90000)
    assert (copy.rotation, copy.size, copy.audio) == (0, (1280, 720), "aac")

"""A frame number always gives the same picture, proved by pictures that hold their number."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import errors, frames
from core.frames import FrameReader
from core.media import MediaInfo
from tests import clips

Clip = Callable[[str], Path]
Probed = Callable[[str], MediaInfo]

# Clip: number in the picture of frame 0.
EXACT = {
    "cfr.mp4": 0,
    "ntsc.mp4": 0,
    "vfr.mp4": 0,
    "vfr.mkv": 0,
    "rot90.mp4": 0,
    "rot180.mp4": 0,
    "rot270.mp4": 0,
    "sar.mp4": 0,
    "sar_rot90.mp4": 0,
    "fragmented.mp4": 0,
    "offset.mp4": 0,
    "negative.mkv": 0,
    "open_gop.ts": 0,
    "open_gop.mp4": 0,
    "hevc.mp4": 0,
    "hdr10.mp4": 0,
    "av1.mp4": 0,
    "crowded.mkv": 0,
    "edit_list.mp4": 31,
    "one.mp4": 0,
    "three.mp4": 0,
    "with_sound.mp4": 0,
    "odd444.mp4": 0,
    "wide426.mp4": 0,
    "wide340.mp4": 0,
    "portrait.mp4": 0,
    "vp8.webm": 0,
    "vp9.webm": 0,
    "mpeg4.avi": 0,
    "gop250.mp4": 0,
}


@pytest.fixture
def reader(clip: Clip, probed: Probed) -> Callable[..., FrameReader]:
    def open_reader(name: str, **options: int) -> FrameReader:
        info = probed(name)
        return FrameReader(clip(name), info.times, info.rotation, size=info.size, **options)

    return open_reader


Open = Callable[..., FrameReader]


@pytest.mark.parametrize("name", EXACT)
def test_vid_01_to_18_each_frame_is_exact_in_any_order(
    name: str, reader: Open, probed: Probed
) -> None:
    info, first = probed(name), EXACT[name]
    count = info.times.count
    with reader(name) as source:
        through = {picture.index: picture for picture in source.sequence()}
    assert sorted(through) == list(range(count))
    for n, picture in through.items():
        assert clips.number(picture.image) == n + first
        assert picture.image.shape == (info.height, info.width, 3)
        assert picture.image.flags.c_contiguous
        assert picture.time == float(info.times.seconds(n))
    order = list(range(count))
    random.Random(name).shuffle(order)
    with reader(name) as source:
        for n in order:
            assert np.array_equal(source.read(n).image, through[n].image), n


def test_vid_07_a_clock_that_jumps_back(reader: Open, probed: Probed) -> None:
    times = probed("twice.ts").times
    wanted = [*range(120), *range(120)]
    with reader("twice.ts") as source:
        assert [clips.number(picture.image) for picture in source.sequence()] == wanted
        order = list(range(240))
        random.Random(5).shuffle(order)
        assert [clips.number(source.read(n).image) for n in order] == [wanted[n] for n in order]
    assert np.all(np.diff(times.pts) > 0)


def test_vid_07_a_recording_without_its_start(reader: Open, probed: Probed) -> None:
    count = probed("tail.ts").times.count
    with reader("tail.ts") as source:
        numbers = [clips.number(picture.image) for picture in source.sequence()]
        order = list(range(count))
        random.Random(5).shuffle(order)
        assert [clips.number(source.read(n).image) for n in order] == [numbers[n] for n in order]
    assert numbers == list(range(120 - count, 120))
    assert count >= 60


def test_a_change_of_size_is_scaled_to_the_size_of_most(reader: Open, probed: Probed) -> None:
    info = probed("two_sizes.ts")
    assert info.size == (320, 240)
    assert "changes its picture size" in info.warnings[0].message
    with reader("two_sizes.ts") as source:
        pictures = [source.read(n) for n in (0, info.times.count - 1)]
    assert [clips.number(picture.image) for picture in pictures] == [0, 59]
    assert {picture.image.shape for picture in pictures} == {(240, 320, 3)}


@pytest.mark.parametrize("name", ["cfr.mp4", "open_gop.ts", "negative.mkv", "mpeg4.avi"])
def test_stepping_back_is_exact(name: str, reader: Open, probed: Probed) -> None:
    with reader(name) as source:
        numbers = [clips.number(source.read(n).image) for n in range(119, -1, -1)]
    assert numbers == list(range(119, -1, -1))


@pytest.mark.parametrize("name", ["cfr.mp4", "vfr.mkv", "open_gop.ts", "gop250.mp4", "rot90.mp4"])
def test_backwards_hands_out_each_frame_once(
    name: str, reader: Open, probed: Probed, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = probed(name).times.count - 1
    monkeypatch.setattr(frames, "_RUN_BYTES", 20 * 320 * 240 * 3 // 2)
    with reader(name) as video:
        read = [
            (picture.index, clips.number(picture.image)) for picture in video.backwards(last, 3)
        ]
        assert read == [(frame, frame) for frame in range(last, 2, -1)]
        assert [picture.index for picture in video.backwards(0)] == [0]


def test_backwards_leaves_unreadable_frames_out(reader: Open, probed: Probed) -> None:
    lost = probed("damaged.mp4").times.unreadable
    last = len(lost) - 1
    with reader("damaged.mp4") as video:
        read = [picture.index for picture in video.backwards(last)]
    assert read == [frame for frame in range(last, -1, -1) if not lost[frame]]


def test_a_small_cache_changes_nothing(reader: Open) -> None:
    with reader("gop250.mp4", cache_bytes=1) as source:
        wanted = [299, 298, 0, 249, 250, 251, 249, 150, 151]
        assert [clips.number(source.read(n).image) for n in wanted] == wanted
        assert [clips.number(p.image) for p in source.sequence(280, 299)] == list(range(280, 300))


def test_a_sequence_may_leave_frames_out(reader: Open) -> None:
    with reader("cfr.mp4") as source:
        found = [(p.index, clips.number(p.image)) for p in source.sequence(10, 100, 7)]
    assert found == [(n, n) for n in range(10, 101, 7)]


def test_many_threads_see_what_one_sees(reader: Open) -> None:
    with reader("gop250.mp4", threads=1) as one, reader("gop250.mp4", threads=4) as many:
        for n in (0, 1, 249, 250, 299, 100):
            assert np.array_equal(one.read(n).image, many.read(n).image)


@pytest.mark.parametrize("name", ["wide340.mp4", "wide426.mp4", "odd444.mp4"])
def test_pictures_of_odd_widths_are_contiguous(name: str, reader: Open) -> None:
    with reader(name) as source:
        image = source.read(3).image
    assert image.strides == (image.shape[1] * 3, 3, 1)
    assert image.flags.c_contiguous
    assert image.dtype == np.uint8


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_vid_06_the_top_left_corner_is_upright(rotation: int, reader: Open) -> None:
    name = f"rot{rotation}.mp4" if rotation else "cfr.mp4"
    with reader(name) as source:
        image = source.read(1).image  # only the last bit, bottom right, is set
    assert image[-30:, -40:].mean() > 180
    assert image[:30, :40].mean() < 70


def test_vid_11_a_file_cut_short(reader: Open, probed: Probed) -> None:
    count = probed("truncated.mp4").times.count
    with reader("truncated.mp4") as source:
        numbers = [clips.number(picture.image) for picture in source.sequence()]
    assert len(numbers) == count
    # The last group may lack a picture that stands behind the cut in the file.
    assert numbers[: count - 4] == list(range(count - 4))
    assert numbers == sorted(set(numbers))


def test_vid_12_frames_around_damage_keep_their_number(reader: Open, probed: Probed) -> None:
    times = probed("damaged.mp4").times
    good = [n for n in range(times.count) if not times.unreadable[n]]
    bad = [n for n in range(times.count) if times.unreadable[n]]
    with reader("damaged.mp4") as source:
        assert [picture.index for picture in source.sequence()] == good
        after = [n for n in good if n >= 90]
        assert [clips.number(source.read(n).image) for n in reversed(after)] == after[::-1]
        for n in bad:
            with pytest.raises(errors.FrameUnreadable, match=f"Frame {n} of damaged.mp4"):
                source.read(n)


@pytest.mark.parametrize("frame", [-1, 120, 10**9])
def test_a_frame_that_does_not_exist(frame: int, reader: Open) -> None:
    with reader("cfr.mp4") as source, pytest.raises(errors.BadInput, match="frames 0 to 119"):
        source.read(frame)


def test_a_missing_file(probed: Probed, tmp_path: Path) -> None:
    with pytest.raises(errors.VideoMissing):
        FrameReader(tmp_path / "gone.mp4", probed("cfr.mp4").times)


def test_another_file_under_the_name_is_noticed(clip: Clip, probed: Probed) -> None:
    other = FrameReader(clip("hevc.mp4"), probed("cfr.mp4").times)
    with other, pytest.raises(errors.FrameUnreadable):
        other.read(40)


@pytest.mark.parametrize("name", ["makeup_closeup_speech.avi", "dog_phone_vfr_rot180.mp4"])
def test_real_videos_are_exact_in_any_order(name: str, real_video: Clip) -> None:
    from core import probe

    path = real_video(name)
    info = probe.probe(path)
    with FrameReader(path, info.times, info.rotation, size=info.size) as source:
        through = {p.index: int(p.image.astype(np.int64).sum()) for p in source.sequence()}
    order = list(range(info.times.count))
    random.Random(0).shuffle(order)
    with FrameReader(path, info.times, info.rotation, size=info.size) as source:
        for n in order:
            assert int(source.read(n).image.astype(np.int64).sum()) == through[n]


def test_colours_are_those_of_the_source(tmp_path: Path) -> None:
    """Limited and full range, BT.601 and BT.709 all come back within a few levels."""
    import av

    from core import containers

    wanted = np.zeros((64, 64, 3), np.uint8)
    wanted[:, :, 0], wanted[:, :, 1], wanted[:, :, 2] = 200, 60, 30
    for pixel_format, space in (("yuv420p", 1), ("yuv420p", 6), ("yuvj420p", 6)):
        path = tmp_path / f"{pixel_format}{space}.mp4"
        with containers.create_media(path) as out:
            stream = out.add_stream("libx264", rate=25)
            stream.width = stream.height = 64
            stream.pix_fmt = pixel_format
            stream.codec_context.colorspace = space
            shown = av.VideoFrame.from_ndarray(wanted, format="rgb24").reformat(
                format=pixel_format,
                dst_colorspace=1 if space == 1 else 5,
                dst_color_range=2 if pixel_format == "yuvj420p" else 1,
            )
            for packet in [*stream.encode(shown), *stream.encode(None)]:
                out.mux(packet)
        with containers.open_media(path) as media:
            picture = next(media.decode(video=0))
        assert frames.colour_space(picture) == (1 if space == 1 else 5)
        assert frames.colour_range(picture) == (2 if pixel_format == "yuvj420p" else 1)

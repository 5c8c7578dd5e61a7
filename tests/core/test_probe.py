"""The first look: counts, times, rotation of what files really hold, and what is refused."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from core import errors, probe
from core.media import MediaInfo
from tests import clips, media_clips

Clip = Callable[[str], Path]
Probed = Callable[[str], MediaInfo]
NTSC = Fraction(30000, 1001)
ROOT = Path(__file__).resolve().parents[2]

# name: frames, fps (exact or to 3 decimals), variable, upright size, rotation, seconds
REAL = {
    "basketball_two_players.mp4": (300, NTSC, False, (426, 240), 0, 10.01),
    "arm_wrestling_glitch_end.mp4": (280, Fraction(28), False, (340, 256), 0, 10.00),
    "makeup_closeup_speech.avi": (164, Fraction(25), False, (320, 240), 0, 6.56),
    "hug_two_men_1080p.mp4": (72, 28.052, True, (1920, 1080), 0, 2.57),
    "pool_cleaning_legs_only.mp4": (300, Fraction(30), False, (340, 256), 0, 10.00),
    "tai_chi_solo.mp4": (300, NTSC, False, (340, 256), 0, 10.01),
    "night_crowd_cctv_3fps.mp4": (8, Fraction(3), False, (1920, 1080), 0, 2.67),
    "chaplin_two_men_bw.mp4": (241, Fraction(25), False, (640, 360), 0, 9.64),
    "dog_phone_vfr_rot180.mp4": (25, 10.505, True, (1280, 720), 180, 2.38),
    "bunny_animated_vp8.webm": (24, Fraction(24), False, (1280, 720), 0, 1.00),
    "keyboard_rot90_3frames.mov": (3, Fraction(30), False, (320, 568), 90, 0.10),
}
SOUND = {
    "makeup_closeup_speech.avi": ("mp3", 44100, 2),
    "chaplin_two_men_bw.mp4": ("mp3", 44100, 2),
    "dog_phone_vfr_rot180.mp4": ("aac", 48000, 1),
    "bunny_animated_vp8.webm": ("vorbis", 44100, 2),
}


@pytest.mark.parametrize("name", REAL)
def test_real_videos_have_the_right_counts_times_and_rotation(
    name: str, real_video: Callable[[str], Path]
) -> None:
    frames, fps, variable, size, rotation, seconds = REAL[name]
    info = probe.probe(real_video(name))
    times = info.times
    assert (times.count, times.vfr, info.size, info.rotation) == (frames, variable, size, rotation)
    assert times.fps == fps if isinstance(fps, Fraction) else round(float(times.fps), 3) == fps
    assert float(times.duration) == pytest.approx(seconds, abs=0.006)
    assert times.seconds(0) == 0
    assert not times.unreadable.any()
    assert info.warnings == ()
    assert (info.audio, info.audio_rate, info.audio_channels) == SOUND.get(name, (None, 0, 0))
    assert info.bytes == real_video(name).stat().st_size


def test_pixel_shape_is_told(real_video: Callable[[str], Path]) -> None:
    assert probe.probe(real_video("arm_wrestling_glitch_end.mp4")).sar == Fraction(64, 51)
    assert probe.probe(real_video("pool_cleaning_legs_only.mp4")).sar == Fraction(1024, 765)


def seconds(info: MediaInfo) -> list[Fraction]:
    return [info.times.seconds(n) for n in range(info.times.count)]


def test_vid_01_constant_rate_with_b_frames(probed: Probed) -> None:
    info = probed("cfr.mp4")
    assert seconds(info) == [Fraction(n, 30) for n in range(clips.FRAMES)]
    assert (info.codec, info.container, info.pixel_format) == ("h264", "mp4", "yuv420p")
    assert info.times.keyframes.nonzero()[0].tolist() == [0, 30, 60, 90]


def test_vid_01_ntsc_rate_is_exact(probed: Probed) -> None:
    info = probed("ntsc.mp4")
    assert info.times.fps == NTSC
    assert seconds(info) == [n / NTSC for n in range(clips.FRAMES)]


def test_vid_02_variable_rate_keeps_each_time(probed: Probed) -> None:
    info = probed("vfr.mp4")
    assert info.times.vfr
    wanted = [Fraction(media_clips.vfr_pts(n), 30000) for n in range(clips.FRAMES)]
    assert seconds(info) == wanted


def test_vid_02_frames_that_share_a_time_are_kept_apart(probed: Probed) -> None:
    info = probed("crowded.mkv")
    assert info.times.count == clips.FRAMES
    found = seconds(info)
    assert all(a < b for a, b in itertools.pairwise(found))
    assert all(abs(t - Fraction(n, 2000)) <= Fraction(1, 1000) for n, t in enumerate(found))


def test_vid_03_an_edit_list_hides_frames(probed: Probed) -> None:
    info = probed("edit_list.mp4")
    assert info.times.count == clips.FRAMES - 31
    assert seconds(info)[:3] == [0, Fraction(1, 30), Fraction(2, 30)]


def test_vid_04_a_fragmented_file_is_counted(probed: Probed) -> None:
    info = probed("fragmented.mp4")
    assert info.times.count == clips.FRAMES
    assert info.times.fps == 30


def test_vid_05_a_start_offset_stays_in_the_times(probed: Probed) -> None:
    assert seconds(probed("offset.mp4"))[:2] == [5, 5 + Fraction(1, 30)]


def test_vid_05_negative_times_lose_no_frame(probed: Probed) -> None:
    info = probed("negative.mkv")
    assert info.times.count == clips.FRAMES
    assert all(
        abs(t - Fraction(n - 15, 30)) <= Fraction(1, 1000) for n, t in enumerate(seconds(info))
    )
    assert info.times.fps == 30


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_vid_06_rotation_gives_the_upright_size(rotation: int, probed: Probed) -> None:
    info = probed(f"rot{rotation}.mp4")
    assert (info.rotation, info.size) == (rotation, (320, 240))
    coded = (320, 240) if rotation == 180 else (240, 320)
    assert (info.coded_width, info.coded_height) == coded


def test_vid_07_mpeg_ts_with_open_groups(probed: Probed) -> None:
    info = probed("open_gop.ts")
    assert (info.container, info.times.count, info.times.fps) == ("mpegts", clips.FRAMES, 30)


def test_vid_08_pixel_shape_does_not_change_the_size(probed: Probed) -> None:
    assert (probed("sar.mp4").size, probed("sar.mp4").sar) == ((320, 240), 2)
    turned = probed("sar_rot90.mp4")
    assert (turned.size, turned.sar) == ((320, 240), Fraction(1, 2))


def test_vid_09_one_frame(probed: Probed) -> None:
    times = probed("one.mp4").times
    assert (times.count, times.fps, times.duration) == (1, 30, Fraction(1, 30))


def test_vid_10_no_index(clip: Clip) -> None:
    with pytest.raises(errors.VideoUnreadable, match=r"no_index\.mp4 is incomplete"):
        probe.probe(clip("no_index.mp4"))


def test_vid_11_a_file_cut_short_is_used_as_far_as_it_goes(probed: Probed) -> None:
    info = probed("truncated.mp4")
    assert 20 < info.times.count < clips.FRAMES
    assert not info.times.unreadable.any()
    (remark,) = info.warnings
    assert remark.values["readable"] == info.times.count
    assert remark.text().endswith(f"{info.times.count} of 120 frames can be read.")


def test_vid_12_damaged_frames_keep_their_number(probed: Probed) -> None:
    info = probed("damaged.mp4")
    assert info.times.count == clips.FRAMES
    broken = int(info.times.unreadable.sum())
    assert 0 < broken < 60
    assert info.warnings[0].values == {
        "name": "damaged.mp4",
        "readable": 120 - broken,
        "total": 120,
    }


def test_vid_19_opened_but_without_pictures_is_a_refusal(clip: Clip, tmp_path: Path) -> None:
    """All that the container says is right; no picture can be decoded."""
    data = bytearray(clip("av1.mp4").read_bytes())
    start = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    data[start:end] = bytes(end - start)
    path = tmp_path / "hollow.mp4"
    path.write_bytes(data)
    with pytest.raises(errors.VideoUnreadable, match=r"None of the pictures of hollow\.mp4"):
        probe.probe(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"just some text", "not a video"),
        (b"<html><body>hello</body></html>", "not a video"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(100), "incomplete"),
    ],
)
def test_vid_13_sec_10_no_video_is_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(errors.VideoUnreadable, match=reason):
        probe.probe(path)


def test_vid_13_zero_frames_are_refused(clip: Clip) -> None:
    with pytest.raises(errors.VideoUnreadable, match=r"no (frames|pictures)"):
        probe.probe(clip("none.mp4"))


def test_vid_14_sound(clip: Clip, probed: Probed) -> None:
    with pytest.raises(errors.VideoUnreadable, match="sound but no pictures"):
        probe.probe(clip("sound_only.mp4"))
    assert probed("cfr.mp4").audio is None
    with_sound = probed("with_sound.mp4")
    assert (with_sound.audio, with_sound.times.count) == ("aac", clips.FRAMES)


def test_vid_16_odd_size(probed: Probed) -> None:
    info = probed("odd444.mp4")
    assert (info.size, info.pixel_format, info.times.count) == ((321, 241), "yuv444p", 40)


def test_vid_18_webm_without_header_counts(probed: Probed) -> None:
    info = probed("vp9.webm")
    assert (info.container, info.codec, info.times.count) == ("webm", "vp9", 60)
    assert info.times.duration == 2


def test_avi_has_no_times_of_its_own(probed: Probed) -> None:
    info = probed("mpeg4.avi")
    assert seconds(info) == [Fraction(n, 30) for n in range(clips.FRAMES)]
    assert (info.audio, info.container) == ("mp3", "avi")


def test_vid_20_a_picture_too_large_is_refused_before_decoding(tmp_path: Path) -> None:
    path = clips.encode(
        tmp_path / "huge.mkv",
        frames=1,
        size=(8704, 4352),
        codec="mpeg2video",
        container="matroska",
        b_frames=0,
    )
    with pytest.raises(errors.VideoUnreadable):
        probe.probe(path)


def test_the_hash_is_the_contents(clip: Clip, tmp_path: Path, probed: Probed) -> None:
    copy = tmp_path / "other name.mp4"
    shutil.copy(clip("cfr.mp4"), copy)
    said: list[tuple[int, int | None]] = []
    digest = probe.sha256_of(copy, lambda done, total: said.append((done, total)))
    assert digest == probed("cfr.mp4").sha256
    assert said[-1] == (copy.stat().st_size, copy.stat().st_size)
    with pytest.raises(errors.VideoMissing):
        probe.sha256_of(tmp_path / "gone")


def test_two_looks_give_the_same_table(clip: Clip, probed: Probed) -> None:
    again = probe.probe(clip("vfr.mp4"))
    assert again.times.digest() == probed("vfr.mp4").times.digest()


def test_progress_comes_and_a_cancel_ends_it(clip: Clip) -> None:
    said: list[tuple[int, int | None]] = []
    probe.probe(clip("cfr.mp4"), progress=lambda done, total: said.append((done, total)))
    assert said[-1] == (120, 120)

    def stop(done: int, total: int | None) -> None:
        raise errors.Cancelled("Stopped.")

    with pytest.raises(errors.Cancelled):
        probe.probe(clip("cfr.mp4"), progress=stop)


def test_sec_07_a_child_over_its_limits_is_a_refusal(clip: Clip) -> None:
    with pytest.raises(errors.VideoUnreadable, match=r"decoder fail|memory"):
        probe.probe(clip("cfr.mp4"), memory=150 * 2**20)
    with pytest.raises(errors.VideoUnreadable, match="too long"):
        probe.probe(clip("cfr.mp4"), timeout=0.01)


def test_the_child_ends_with_its_parent(clip: Clip) -> None:
    path = b64encode(os.fsencode(clip("gop250.mp4"))).decode()
    request = {"path": path, "memory": 3 * 2**30, "cpu_seconds": 60}
    done = subprocess.run(
        [sys.executable, "-m", "core.probe_child"],
        input=json.dumps(request).encode() + b"\n",
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    assert done.returncode == 3
    assert b"result" not in done.stdout

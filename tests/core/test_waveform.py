"""Peaks and onsets: the sound of a clip as the timeline draws it, whatever pieces it comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import content, errors, ingest, jobs, previews, videos, waveform
from core import db as store
from core.jobs import Job
from core.waveform import Samples, Waveform
from core.workspace import Workspace

RATE = waveform.RATE


def pieces(sound: Samples, size: int = 1000) -> Iterator[Samples]:
    for start in range(0, len(sound), size):
        yield sound[start : start + size]


def beats(moments: list[float], seconds: float, *, noise: float = 0.004) -> Samples:
    """Strokes of a fading tone over faint noise."""
    chance = np.random.default_rng(3)
    sound = chance.normal(0, noise, int(seconds * RATE))
    for number, moment in enumerate(moments):
        start = int(moment * RATE)
        time = np.arange(min(8000, len(sound) - start)) / RATE
        pitch = 300 + 170 * (number % 4)
        sound[start : start + len(time)] += (
            0.5 * np.exp(-time * 18) * np.sin(2 * np.pi * pitch * time)
        )
    return np.clip(sound, -1, 1).astype(np.float32)


def test_strokes_are_found_where_they_are_and_nothing_else() -> None:
    moments = [0.31, 0.92, 1.1, 1.75, 2.6, 4.003, 5.5]
    found = waveform.of_samples(pieces(beats(moments, 7.0)))
    strong = found.onsets
    for moment in moments:
        assert np.abs(strong - moment).min() < 0.01, moment
    assert len(strong) <= len(moments) + 2
    assert (np.diff(strong) > 0).all()


def test_silence_and_nothing_have_no_onsets() -> None:
    quiet = waveform.of_samples(pieces(np.zeros(RATE, np.float32)))
    assert (len(quiet.peaks), len(quiet.onsets)) == (100, 0)
    none = waveform.of_samples(iter(()))
    assert (len(none.peaks), len(none.onsets)) == (0, 0)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40_000), st.integers(1, 5000), st.integers(0, 2**16))
def test_how_the_sound_is_cut_into_pieces_does_not_matter(
    length: int, size: int, seed: int
) -> None:
    sound = np.random.default_rng(seed).uniform(-1, 1, length).astype(np.float32)
    whole = waveform.of_samples(iter([sound]))
    cut = waveform.of_samples(pieces(sound, size))
    assert np.array_equal(whole.peaks, cut.peaks)
    assert np.array_equal(whole.onsets, cut.onsets)
    assert len(whole.peaks) == -(-length // waveform.HOP)
    for number, (low, high) in enumerate(whole.peaks):
        part = sound[number * waveform.HOP : (number + 1) * waveform.HOP]
        assert low <= round(float(part.min()) * 127) + 1
        assert high >= round(float(part.max()) * 127) - 1


def test_a_block_boundary_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = beats([0.2, 0.63, 1.4, 2.1], 3.0)
    whole = waveform.of_samples(pieces(sound))
    monkeypatch.setattr(waveform, "_PIECE", 37)
    cut = waveform.of_samples(pieces(sound))
    assert np.array_equal(whole.peaks, cut.peaks)
    assert cut.onsets == pytest.approx(whole.onsets)


def test_long_sound_gets_fewer_peaks_and_keeps_the_loudest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waveform, "MOST_PEAKS", 64)
    sound = np.zeros(RATE * 2, np.float32)
    sound[17_000] = 0.9
    found = waveform.of_samples(pieces(sound))
    assert len(found.peaks) <= 64
    place = int(np.argmax(found.peaks[:, 1]))
    assert found.peaks[place, 1] == 114
    assert place / found.rate <= 17_000 / RATE < (place + 1) / found.rate


def test_the_file_holds_what_was_found() -> None:
    made = waveform.of_samples(pieces(beats([0.4], 1.0)))
    again = Waveform.from_bytes(made.to_bytes())
    assert np.array_equal(again.peaks, made.peaks)
    assert np.array_equal(again.onsets, made.onsets)
    assert again.rate == made.rate == 100


def job_of(workspace: Workspace) -> Job:
    job = store.write(workspace, jobs.claim)
    assert job is not None
    return job


def test_the_proxy_job_makes_it_and_a_video_without_sound_has_none(
    workspace: Workspace, clip: Callable[[str], Path]
) -> None:
    video = ingest.add(workspace, clip("with_sound.mp4"), person="Ada")
    path = workspace.media_path(video.sha256, content.WAVEFORM)
    with store.reader(workspace) as db:
        assert previews.waveform_path(db, workspace, video) is None
    ingest.run_proxy(workspace, job_of(workspace))
    found = Waveform.from_bytes(path.read_bytes())
    assert len(found.peaks) / found.rate == pytest.approx(float(video.duration or 0), abs=0.1)
    assert found.peaks[20:-20, 1].min() >= 20  # a steady tone of a fifth of full scale
    assert found.peaks.max() <= 40
    content.forget(workspace, video.sha256)
    assert not path.exists()

    silent = ingest.add(workspace, clip("cfr.mp4"), person="Ada")
    with store.reader(workspace) as db:
        silent = videos.get(db, silent.id)
        with pytest.raises(errors.UnknownItem):
            previews.waveform_path(db, workspace, silent)


def test_a_proxy_that_nobody_can_decode_gets_an_empty_one(
    tmp_path: Path, clip: Callable[[str], Path]
) -> None:
    waveform.write(clip("cfr.mp4"), tmp_path / "waveform.bin")
    assert len(Waveform.from_bytes((tmp_path / "waveform.bin").read_bytes()).peaks) == 0

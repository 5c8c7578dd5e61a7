from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import errors
from core.labels import Box, Keyframe
from core.refit import changed, refitted
from core.tracks import Track
from tests.core.made_tracks import FRAMES, made, patient, place


@patient
@given(made(), st.floats(0.5, 0.99), st.floats(0.005, 0.5))
def test_a_refit_keeps_its_bound_human_keyframes_and_absence(
    track: Track, iou: float, joint_error: float
) -> None:
    fitted = refitted(track, iou=iou, joint_error=joint_error)
    assert len(fitted.keyframes) <= len(track.keyframes)
    assert set(fitted.keyframes) >= {k for k in track.keyframes if k.outside or k.source == "human"}
    for frame in range(FRAMES):
        before, after = track.at(frame), fitted.at(frame)
        assert (before is None) == (after is None)
        if before is None or after is None:
            continue
        assert before.occluded == after.occluded
        assert before.box.iou(after.box) >= iou - 1e-6
        for old, new in zip(before.joints or (), after.joints or (), strict=True):
            slack = {0: 1e9, 1: 4.0, 2: 1.0}[old.visibility]
            most = joint_error * max(before.box.w, before.box.h) * slack
            assert abs(old.x - new.x) <= most + 1e-6


def _dense() -> Track:
    """A model's track with a keyframe on every frame: a straight way with a small wobble."""
    keyframes = tuple(
        Keyframe(f, Box(10 * f + f % 2, 0, 100, 200), source="model", score=0.9) for f in range(30)
    )
    return Track(
        1, 1, 1, 5, None, "scripted", None, "", 0, 29, 0.9, "suggested",
        False, False, {}, 1, keyframes,
    )  # fmt: skip


def test_a_wider_bound_leaves_fewer_keyframes_and_what_a_person_placed() -> None:
    counts = [len(refitted(_dense(), iou=iou, joint_error=0.05).keyframes) for iou in (0.99, 0.9)]
    assert counts[0] > counts[1] == 2
    corrected = list(_dense().keyframes)
    corrected[14] = replace(corrected[14], box=Box(140, 1, 100, 200), source="human")
    fitted = refitted(replace(_dense(), keyframes=tuple(corrected)), iou=0.9, joint_error=0.05)
    assert [k.frame for k in fitted.keyframes] == [0, 14, 29]
    assert fitted.keyframes[1] == corrected[14]


@pytest.mark.parametrize(
    "edit",
    [
        {"iou": 1.0, "joint_error": 0.1},
        {"iou": 0.9},
        {"iou": "much", "joint_error": 0.1},
        {"iou": 0.9, "joint_error": 0},
    ],
)
def test_a_bound_without_sense_is_refused(edit: dict[str, Any]) -> None:
    with pytest.raises(errors.BadInput):
        changed(None, FRAMES, _dense(), edit)  # type: ignore[arg-type]


def test_a_refit_that_changes_nothing_is_refused() -> None:
    edit = {"iou": 0.9, "joint_error": 0.05}
    fitted = changed(None, FRAMES, _dense(), edit)  # type: ignore[arg-type]
    assert place(fitted, 29) == place(_dense(), 29)
    with pytest.raises(errors.BadInput):
        changed(None, FRAMES, fitted, edit)  # type: ignore[arg-type]

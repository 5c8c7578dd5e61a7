"""A window in the form of the API: the same as through tracks and their keyframes, but rounded."""

from __future__ import annotations

from typing import Any

import pytest

from core import db as store
from core import track_windows, tracks
from tests.core.conftest import Desk

POSE = [[10.123456 + 3 * n, 20.987654 - n, 0.12345, n % 3] for n in range(17)]


def _joints(documents: list[dict[str, Any]]) -> list[list[float]]:
    """The joints of all keyframes, which are taken out."""
    poses = [keyframe.pop("joints") for track in documents for keyframe in track["keyframes"]]
    return [joint for pose in poses if pose is not None for joint in pose]


@pytest.mark.parametrize("span", [(0, 99), (14, 14), (11, 30), (41, 99)])
def test_a_window_is_that_of_tracks_with_joints_rounded(
    desk: Desk, suggested: tracks.Track, span: tuple[int, int]
) -> None:
    desk.add()
    add = {"verb": "add", "class": 1, "skeleton": "coco17", "last": 50}
    (posed,) = desk.do({**add, "frame": 5, "box": [1.234567, 2, 90, 80], "joints": POSE}).tracks
    moved = [[x + 1 / 3, y, score, seen] for x, y, score, seen in POSE]
    fix = {"verb": "fix", "id": posed.id, "revision": 1, "frame": 40, "joints": moved}
    desk.do(fix, {"verb": "accept", "id": suggested.id, "revision": 1, "range": [2, 12]})
    first, last = span
    with store.reader(desk.workspace) as db:
        read = track_windows.read(db, desk.video, first=first, last=last)
        found = tracks.window(db, desk.video, first=first, last=last)
    expected = [track.to_json() for track in found]
    rounded, stored = _joints(read), _joints(expected)
    assert read == expected
    assert len(read) == sum(t.first <= last and t.last >= first for t in found)
    assert len(rounded) == len(stored) == 17 * sum(len(t.keyframes) for t in found if t.skeleton)
    for one, exact in zip(rounded, stored, strict=True):
        assert one == pytest.approx(exact, abs=0.005001)
        assert one == [round(value, 3 if at == 2 else 2) for at, value in enumerate(one)]
        assert isinstance(one[3], int)

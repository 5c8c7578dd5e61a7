from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks import clips, generated, material
from core import db as store
from core import ingest, tracks
from core.workspace import Workspace


def test_generated_clips_show_their_frame_number(tmp_path: Path) -> None:
    path = clips.make(tmp_path / "vfr.mp4", size=(480, 270), frames=40, vfr=True)
    alone = clips.Alone(path)
    assert [clips.number_in_jpeg(alone.random(frame)) for frame in (31, 2, 17)] == [31, 2, 17]
    assert [clips.number_in_jpeg(data) for data in alone.first(4)] == [0, 1, 2, 3]
    assert len(set(np.diff(alone.pts))) > 3
    alone.close()


def test_a_copy_has_the_same_frames_and_another_hash(workspace: Workspace, tmp_path: Path) -> None:
    path = clips.make(tmp_path / "clip.mp4", size=(480, 270), frames=12)
    first = ingest.add(workspace, path, person="tester")
    second = ingest.add(workspace, material.copied(path, tmp_path, 1), person="tester")
    assert first.sha256 != second.sha256
    assert first.frames == second.frames == 12


def test_a_generated_workspace_is_sound(workspace: Workspace) -> None:
    video = generated.fill(workspace, tracks=30)
    with store.reader(workspace) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        found = tracks.window(db, video)
        assert len(found) == 30
        assert {len(track.keyframes) for track in found} == {generated.KEYFRAMES}
        assert {track.state for track in found} == {"suggested", "accepted", "manual"}
        assert all(k.joints is None or len(k.joints) == 33 for k in found[0].keyframes)

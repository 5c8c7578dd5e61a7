from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from core import db as store
from core import edits, errors, journal, video_edits, videos
from core.workspace import Workspace


def _undo(workspace: Workspace, person: str = "Ana") -> None:
    batch = uuid.uuid4().hex
    store.write(workspace, lambda db: edits.undo(db, batch=batch, person=person)).unless_refused()


def test_changes_to_a_video_are_journalled_and_undone(
    workspace: Workspace, add_video: Callable[..., int]
) -> None:
    video = add_video(name="clip.mp4")
    store.write(workspace, lambda db: video_edits.rename(db, video, "round 1", person="Ana"))
    store.write(workspace, lambda db: video_edits.tag(db, video, ["ring"], person="Ana"))
    store.write(workspace, lambda db: video_edits.remove(db, video, person="Ana"))
    with store.reader(workspace) as db:
        assert videos.listed(db) == []
        steps = journal.history(db, "video", video)
    assert [(step["verb"], step["person"]) for step in steps] == [
        ("rename", "Ana"),
        ("tag", "Ana"),
        ("remove", "Ana"),
    ]
    assert steps[0]["before"] == {"video": {"name": "clip.mp4"}}
    seen = []
    for _ in range(3):
        _undo(workspace)
        with store.reader(workspace) as db:
            seen.append((videos.get(db, video).name, videos.get(db, video).tags))
    assert seen == [("round 1", ("ring",)), ("round 1", ()), ("clip.mp4", ())]


def test_an_undo_does_not_overwrite_a_later_name(
    workspace: Workspace, add_video: Callable[..., int]
) -> None:
    video = add_video()
    store.write(workspace, lambda db: video_edits.rename(db, video, "mine", person="Ana"))
    store.write(workspace, lambda db: video_edits.rename(db, video, "theirs", person="Bo"))
    with pytest.raises(errors.Stale):
        _undo(workspace)
    with store.reader(workspace) as db:
        assert videos.get(db, video).name == "theirs"


def test_the_annotators_undo_leaves_the_video_alone(
    workspace: Workspace, add_video: Callable[..., int]
) -> None:
    video = add_video()
    store.write(workspace, lambda db: video_edits.rename(db, video, "named", person="Ana"))
    with pytest.raises(errors.NothingToUndo):
        store.write(
            workspace,
            lambda db: edits.undo(db, batch=uuid.uuid4().hex, person="Ana", video=video),
        )

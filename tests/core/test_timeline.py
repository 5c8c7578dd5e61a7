"""What a timeline is told of tracks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from core import db as store
from core import edits, timeline, tracks
from core.workspace import Workspace


def test_marks_are_the_keyframes_without_their_places(
    workspace: Workspace, add_video: Callable[..., int]
) -> None:
    video, other = add_video(), add_video(name="other.mp4")

    def do(where: int, *changes: dict[str, Any]) -> list[tracks.Track]:
        return list(
            store.write(
                workspace,
                lambda db: edits.apply(
                    db, batch=uuid.uuid4().hex, person="Ana", video=where, edits=changes
                ),
            ).tracks
        )

    def added(where: int) -> tracks.Track:
        box = [10, 20, 30, 40]
        new = {"verb": "add", "client": "t", "class": 1, "frame": 5, "last": 40, "box": box}
        return do(where, new)[0]

    kept, deleted, elsewhere = added(video), added(video), added(other)
    do(video, {"verb": "delete", "scope": "track", "id": deleted.id, "revision": deleted.revision})
    for frame, more in ((20, {"occluded": 1}), (30, {"outside": 1})):
        fix = {"verb": "fix", "id": kept.id, "revision": kept.revision, "frame": frame, **more}
        (kept,) = do(video, fix)
    accept = {"verb": "accept", "id": kept.id, "revision": kept.revision, "range": [5, 9]}
    (kept,) = do(video, accept)
    store.write(
        workspace,
        lambda db: db.execute(
            "UPDATE keyframes SET source = 'model', score = 0.123456 WHERE frame = 5"
        ),
    )
    with store.reader(workspace) as db:
        (found,) = timeline.marks(db, video, [kept.id, deleted.id, elsewhere.id, 999])
        whole = tracks.get(db, kept.id)
    assert found == {
        "id": kept.id,
        "revision": kept.revision,
        "first": 5,
        "last": 40,
        "frames": [5, 20, 30],
        "flags": [0, timeline.OCCLUDED | timeline.HUMAN, found["flags"][2]],
        "scores": [0.123, None, None],
        "partial": ((5, 9, "accept"),),
    }
    assert found["flags"][2] & timeline.OUTSIDE
    assert found["frames"] == [keyframe.frame for keyframe in whole.keyframes]

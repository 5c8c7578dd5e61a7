"""What a screen needs of a video before it shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from starlette.testclient import TestClient

from core import db as store
from core import edits, ingest, videos
from core.videos import Video
from core.workspace import Workspace

Clip = Callable[[str], Path]


def test_a_video_comes_with_classes_and_skeletons(client: TestClient, video: Video) -> None:
    found = client.get(f"/api/videos/{video.id}")
    document = found.json()
    wanted = {"id": video.id, "name": "rot90.mp4", "frames": 40, "width": 320, "height": 240}
    assert {key: document[key] for key in wanted} == wanted
    assert document["sar"] == [1, 1]
    assert document["proxy"] == "making"
    assert [row["name"] for row in document["classes"]] == ["person", "glove", "bag", "pad"]
    assert document["classes"][0]["names"]["ko"] == "사람"
    assert len(document["skeletons"]["coco17"]["joints"]) == 17
    assert found.headers["cache-control"] == "no-store"


def test_a_person_learns_what_can_be_undone(
    workspace: Workspace, client: TestClient, video: Video
) -> None:
    edit = {"verb": "add", "client": "c", "class": 1, "frame": 2, "box": [1, 2, 30, 40]}
    store.write(
        workspace,
        lambda db: edits.apply(db, batch="b", person="Ada", video=video.id, edits=[edit]),
    )
    for person, undo in (("Ada", 1), ("Bob", 0)):
        document = client.get(
            f"/api/videos/{video.id}", params={"w": "own", "person": person}
        ).json()
        assert (document["undo"], document["redo"], document["seq"]) == (undo, 0, 1)


def test_times_are_exact_and_nothing_else(
    workspace: Workspace, client: TestClient, clip: Clip
) -> None:
    video = ingest.add(workspace, clip("vfr.mp4"), person="Ada")
    answer = client.get(f"/api/videos/{video.id}/times")
    assert answer.headers["content-type"] == "application/octet-stream"
    seconds = np.frombuffer(answer.content, "<f8")
    with store.reader(workspace) as db:
        table = ingest.frame_times(db, video)
    assert seconds.tolist() == [float(table.seconds(frame)) for frame in range(video.frames)]
    again = client.get(
        f"/api/videos/{video.id}/times", headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_video_that_is_not_ready_is_said_clearly(
    workspace: Workspace, client: TestClient, video: Video
) -> None:
    store.write(workspace, lambda db: db.execute("UPDATE videos SET state = 'ingesting'"))
    answer = client.get(f"/api/videos/{video.id}")
    assert answer.status_code == 400
    assert "not ready" in answer.json()["error"]["text"]
    store.write(workspace, lambda db: videos.remove(db, video.id))
    assert client.get(f"/api/videos/{video.id}").status_code == 404

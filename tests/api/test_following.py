"""Following over HTTP: asked for once, done by a worker, told as it goes, stopped for good."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from commands import suggesting
from core import ingest, worker
from core.worker import Worker
from core.workspace import Workspace
from tests.moving import Scene, across


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[Workspace]:
    """For whom a worker process would have been started; the tests do its work themselves."""
    asked: list[Workspace] = []
    monkeypatch.setattr(worker, "ensure", lambda workspace, **_: asked.append(workspace))
    return asked


@pytest.fixture(scope="module")
def scene_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Scene(across, frames=40).encode(tmp_path_factory.mktemp("scene") / "scene.mp4")


@pytest.fixture
def track(client: TestClient, workspace: Workspace, scene_file: Path) -> dict[str, Any]:
    """Drawn at frame 10, where the thing is."""
    video = ingest.add(workspace, scene_file, person="Ada").id
    edit = {"verb": "add", "client": "c", "class": 1, "frame": 10, "box": across(10).values()}
    body = {"batch": uuid.uuid4().hex, "person": "Ada", "video": video, "edits": [edit]}
    made: dict[str, Any] = client.post("/api/edits", json=body).json()["tracks"][0]
    return {**made, "video": video}


def wish(track: dict[str, Any], /, **more: Any) -> dict[str, Any]:
    return {
        "batch": uuid.uuid4().hex,
        "person": "Ada",
        "video": track["video"],
        "track": track["id"],
        "revision": track["revision"],
        "frame": 10,
        "direction": "forwards",
        "model": "medianflow",
        **more,
    }


def work(workspace: Workspace) -> None:
    here = Worker(workspace, lambda *wanted: suggesting.load(workspace, *wanted))
    while here.work_one(above=0):
        pass


def test_the_track_grows_where_the_thing_goes(
    client: TestClient, workspace: Workspace, started: list[Workspace], track: dict[str, Any]
) -> None:
    body = wish(track)
    asked = client.post("/api/follow", json=body)
    assert asked.status_code == 200, asked.text
    assert client.post("/api/follow", json=body).json()["job"] == asked.json()["job"]
    assert started[0].root == workspace.root
    told = asked.json()
    assert (told["state"], told["reached"], told["worker"]) == ("queued", 10, False)
    work(workspace)
    answer = client.get(f"/api/follow/{told['job']}")
    assert answer.headers["cache-control"] == "no-store"
    done = answer.json()
    assert (done["state"], done["reached"], done["reason"]) == ("done", 39, "end")
    assert done["ending"]["values"]["frame"] == 39
    path = f"/api/videos/{track['video']}/tracks"
    (now,) = client.get(path).json()["tracks"]
    assert (now["first"], now["last"], now["state"]) == (10, 39, "manual")
    body = wish({**track, "revision": now["revision"]}, direction="backwards")
    client.post("/api/follow", json=body)
    work(workspace)
    (now,) = client.get(path).json()["tracks"]
    assert (now["first"], now["last"]) == (0, 39)
    undone = client.post(
        "/api/undo", json={"batch": "u", "person": "Ada", "video": track["video"]}
    ).json()
    assert (undone["tracks"][0]["first"], undone["tracks"][0]["last"]) == (10, 39)


def test_stopped_before_it_began_nothing_happens(
    client: TestClient, workspace: Workspace, track: dict[str, Any]
) -> None:
    job = client.post("/api/follow", json=wish(track)).json()["job"]
    for _ in range(2):
        told = client.post(f"/api/follow/{job}/stop").json()
        assert (told["state"], told["reason"], told["reached"]) == ("cancelled", "stopped", 10)
    work(workspace)
    (now,) = client.get(f"/api/videos/{track['video']}/tracks").json()["tracks"]
    assert now["revision"] == track["revision"]


def test_a_model_that_is_not_there_is_said(
    client: TestClient, workspace: Workspace, track: dict[str, Any]
) -> None:
    job = client.post("/api/follow", json=wish(track, model="nonsense")).json()["job"]
    work(workspace)
    told = client.get(f"/api/follow/{job}").json()
    assert told["state"] == "failed"
    assert told["error"]["text"] == "There is no model nonsense."


def test_what_is_refused(client: TestClient, track: dict[str, Any]) -> None:
    for more, status in (
        ({"revision": track["revision"] + 1}, 409),
        ({"frame": 12}, 400),
        ({"frame": -1}, 400),
        ({"track": 999}, 404),
        ({"direction": "sideways"}, 400),
        ({"extra": 1}, 400),
        ({"batch": ""}, 400),
    ):
        assert client.post("/api/follow", json=wish(track, **more)).status_code == status, more
    stale = client.post("/api/follow", json=wish(track, revision=99)).json()
    assert stale["current"][0]["id"] == track["id"]
    elsewhere = {"Origin": "http://elsewhere.example"}
    assert client.post("/api/follow", json=wish(track), headers=elsewhere).status_code == 403
    assert client.get("/api/follow/999").status_code == 404
    assert client.post("/api/follow/999/stop").status_code == 404

"""Uploads over HTTP: in pieces, after a cut, in the wrong order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import api
from core import db as store
from core import ingest, jobs, uploads, videos
from core.workspace import Workspace

Clip = Callable[[str], Path]


def begun(client: TestClient, size: int, name: str = "clip.mp4") -> str:
    answer = client.post("/api/uploads", json={"name": name, "size": size, "person": "Ada"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["offset"] == 0
    identity: str = answer.json()["upload"]
    return identity


def put(client: TestClient, identity: str, data: bytes, offset: int = 0) -> tuple[int, object]:
    params = {"w": "own", "offset": offset}
    answer = client.put(f"/api/uploads/{identity}", params=params, content=data)
    return answer.status_code, answer.json()


def test_a_file_is_sent_in_pieces(workspace: Workspace, client: TestClient, clip: Clip) -> None:
    data = clip("three.mp4").read_bytes()
    identity = begun(client, len(data), "복싱.mp4")
    assert put(client, identity, data[:1000]) == (200, {"offset": 1000})
    progress = client.get(f"/api/uploads/{identity}").json()
    assert progress == {"upload": identity, "offset": 1000, "size": len(data)}
    assert put(client, identity, data[1000:], 1000) == (200, {"offset": len(data)})
    done = client.post(f"/api/uploads/{identity}/finish", json={"person": "Ada"}).json()
    assert done["state"] == "ingesting"
    job = store.write(workspace, jobs.claim)
    assert job is not None
    assert job.id == done["job"]
    ingest.run_job(workspace, job)
    with store.reader(workspace) as db:
        assert videos.ready(db, done["video"]).name == "복싱.mp4"


def test_a_piece_may_be_larger_than_other_bodies(client: TestClient) -> None:
    size = api.LARGEST_BODY + 5
    identity = begun(client, size)
    assert put(client, identity, b"x" * size) == (200, {"offset": size})


def test_errors_are_clear(client: TestClient, workspace: Workspace) -> None:
    identity = begun(client, 1000)
    assert put(client, identity, b"x" * 10, 5)[0] == 409
    assert put(client, identity, b"x" * 2000)[0] == 400
    assert put(client, identity, b"x", -1)[0] == 400
    assert put(client, "0" * 32, b"x")[0] == 404
    assert put(client, "..", b"x")[0] in (404, 405)
    assert client.post(f"/api/uploads/{identity}/finish").status_code == 400
    for body in ({"name": "", "size": 5}, {"name": "a", "size": 0}, {"name": "a", "size": "5"}):
        assert client.post("/api/uploads", json=body).status_code == 400
    assert client.delete(f"/api/uploads/{identity}").status_code == 200
    assert client.get(f"/api/uploads/{identity}").status_code == 404
    assert not list(workspace.uploads.iterdir())


def test_a_full_disk_is_507(
    client: TestClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("usage", (), {"free": 10})
    monkeypatch.setattr("core.workspace.shutil.disk_usage", lambda _: usage)
    answer = client.post("/api/uploads", json={"name": "a.mp4", "size": uploads.LARGEST})
    assert answer.status_code == 507
    assert answer.json()["error"]["code"] == "storage_full"

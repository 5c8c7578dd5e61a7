"""Jumps and preferences over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import crossings
from core.videos import Video


def _draw(client: TestClient, video: int, first: int, last: int) -> dict[str, Any]:
    edit = {"verb": "add", "class": 1, "frame": first, "last": last, "box": [1, 2, 30, 40]}
    body = {"batch": uuid.uuid4().hex, "person": "Ada", "video": video, "edits": [edit]}
    answer = client.post("/api/edits", json=body)
    assert answer.status_code == 200, answer.text
    track: dict[str, Any] = answer.json()["tracks"][0]
    return track


def test_the_next_crossing(
    client: TestClient, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = _draw(client, video.id, 0, 8), _draw(client, video.id, 0, 8)

    def jump(**more: Any) -> dict[str, Any]:
        params = {"w": "own", "frame": 0, "step": 1, **more}
        answer: dict[str, Any] = client.get(
            f"/api/videos/{video.id}/crossing", params=params
        ).json()
        return answer

    assert jump() == {"frame": None, "track": None, "other": None}
    away = {"verb": "fix", "id": other["id"], "revision": 1, "frame": 0, "box": [200, 2, 30, 40]}
    back = {"verb": "fix", "id": other["id"], "revision": 1, "frame": 5, "box": [1, 2, 30, 40]}
    body = {"batch": "away", "person": "Ada", "video": video.id, "edits": [away, back]}
    assert client.post("/api/edits", json=body).status_code == 200
    found = {"frame": 5, "track": one["id"], "other": other["id"], "wrapped": False}
    assert jump() == found
    assert jump(track=one["id"], step=-1) == {**found, "wrapped": True}
    assert jump(track=other["id"]) == {**found, "track": other["id"], "other": one["id"]}
    monkeypatch.setattr(crossings, "MOST", 1)
    paused = jump(frame=6)
    assert paused == {"frame": None, "track": None, "other": None, "reached": 38}
    assert jump(frame=6, reached=38) == {**paused, "reached": -1}
    assert jump(frame=6, reached=-1) == {**found, "wrapped": True}


def test_the_next_frame_without_labels(client: TestClient, video: Video) -> None:
    _draw(client, video.id, 0, 3)
    _draw(client, video.id, 7, 8)

    def jump(frame: int, step: int) -> tuple[int | None, bool]:
        answer = client.get(
            f"/api/videos/{video.id}/empty", params={"w": "own", "frame": frame, "step": step}
        ).json()
        return answer["frame"], answer["wrapped"]

    assert jump(0, 1) == (4, False)
    assert jump(4, 1) == (9, False)
    assert jump(9, 1) == (4, True)
    assert jump(9, -1) == (4, False)
    assert jump(0, -1) == (9, True)
    low = client.get(
        f"/api/videos/{video.id}/low-score", params={"w": "own", "frame": 0, "step": 1}
    )
    assert low.json() == {"frame": None, "track": None, "wrapped": False}
    for bad in ({"frame": -1, "step": 1}, {"frame": 0, "step": 2}):
        answer = client.get(f"/api/videos/{video.id}/empty", params={"w": "own", **bad})
        assert answer.status_code == 400


def test_preferences_follow_the_person(client: TestClient, video: Video) -> None:
    def read(person: str) -> Any:
        return client.get("/api/preferences", params={"w": "own", "person": person}).json()

    def keep(**sent: Any) -> int:
        return client.post("/api/preferences", json=sent).status_code

    assert read("Ada") == {}
    for preset in ("dataguard", "cvat"):
        assert keep(person="Ada", name="keys", value={"preset": preset}) == 200
    assert read("ada") == {"keys": {"preset": "cvat"}}
    assert read("Bo") == {}
    assert keep(person="Ada", name="change", value={}) == 404
    assert keep(person="Ada", name="keys", value={"x": "y" * 70_000}) == 400
    assert keep(person="", name="keys", value={}) == 400
    assert read("Ada") == {"keys": {"preset": "cvat"}}

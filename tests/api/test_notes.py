"""Notes and presence over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import presence
from core.videos import Video


def send(client: TestClient, video: int, **note: Any) -> Any:
    body = {"batch": uuid.uuid4().hex, "person": "Ada", "video": video, **note}
    return client.post("/api/notes", json=body)


def changes(client: TestClient, video: int, **more: Any) -> Any:
    return client.get(f"/api/videos/{video}/changes", params={"w": "own", "since": 0, **more})


def test_a_note_is_sent_read_and_announced(client: TestClient, video: Video) -> None:
    assert changes(client, video.id).json()["notes"] == 0
    sent = send(client, video.id, batch="n-1", text="Look <b>here</b>", frame=3, x=4.5, y=6)
    assert sent.status_code == 200, sent.text
    assert sent.json()["batch"] == "n-1"
    again = send(client, video.id, batch="n-1", text="Look <b>here</b>", frame=3, x=4.5, y=6)
    assert again.json() == sent.json()
    answer = send(client, video.id, replies_to="n-1", state="resolved", person="Bo").json()
    found = client.get(f"/api/videos/{video.id}/notes").json()
    assert found == {"seq": answer["seq"], "notes": answer["notes"]}
    (thread,) = found["notes"]
    assert (thread["text"], thread["state"]) == ("Look <b>here</b>", "resolved")
    assert changes(client, video.id).json()["notes"] == found["seq"]


@pytest.mark.parametrize(
    "note",
    [
        {"text": "x"},
        {"text": "x", "frame": 10**9},
        {"text": "x", "frame": 0, "x": "left", "y": 1},
        {"text": "x", "frame": 0, "colour": "red"},
        {"text": "x", "frame": 0, "batch": ""},
        {"text": "", "frame": 0},
        {"replies_to": 1, "state": "closed"},
    ],
)
def test_a_bad_note_is_a_clear_refusal(
    client: TestClient, video: Video, note: dict[str, Any]
) -> None:
    answer = send(client, video.id, **note)
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["message"]
    assert client.get(f"/api/videos/{video.id}/notes").json()["notes"] == []


def test_people_who_have_the_video_open_see_each_other(
    client: TestClient, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = {"page": "p1", "person": "Ada"}
    assert changes(client, video.id, **ada).json()["people"] == []
    bo = changes(client, video.id, page="p2", person="Bo", track=5).json()
    assert bo["people"] == [{"person": "Ada", "tracks": []}]
    changes(client, video.id, page="p3", person="Bo", track=9)
    assert changes(client, video.id, **ada).json()["people"] == [{"person": "Bo", "tracks": [5, 9]}]
    # One who only asks is not there; a page that asks no more is closed.
    assert [one["person"] for one in changes(client, video.id).json()["people"]] == ["Ada", "Bo"]
    monkeypatch.setattr(presence, "LASTING", -1.0)
    assert changes(client, video.id, **ada).json()["people"] == []

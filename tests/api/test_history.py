"""History over HTTP: pages, what putting back would change, one batch that can be undone."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.testclient import TestClient

from core.videos import Video


def send(client: TestClient, path: str, video: int, person: str = "Ada", **more: Any) -> Any:
    body = {"batch": uuid.uuid4().hex, "person": person, "video": video, **more}
    return client.post(f"/api/{path}", json=body)


def test_a_video_is_read_page_by_page_and_put_back_to_a_moment(
    client: TestClient, video: Video
) -> None:
    path = f"/api/videos/{video.id}"
    box = {"verb": "add", "class": 1, "frame": 2, "box": [1, 2, 30, 40]}
    for person in ("Ada", "Bob", "Bob"):
        assert send(client, "edits", video.id, person, edits=[box]).status_code == 200
    first = client.get(f"{path}/history", params={"limit": 2}).json()
    rest = client.get(f"{path}/history", params={"limit": 2, "before": first["next"]}).json()
    assert [one["person"] for one in first["entries"] + rest["entries"]] == ["Bob", "Bob", "Ada"]
    assert rest["next"] is None

    before = first["entries"][1]["batch"]
    preview = client.get(f"{path}/restore", params={"before": before}).json()
    assert preview == {
        "before": before,
        "seen": first["entries"][0]["batch"],
        "tracks": 2,
        "segments": 0,
        "people": [{"person": "Bob", "changes": 2}],
    }
    asked = {"before": before, "seen": preview["seen"]}
    stale = send(client, "restore", video.id, **asked | {"seen": before})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale")
    done = send(client, "restore", video.id, **asked).json()
    assert (len(done["gone"]), done["tracks"], done["undo"]) == (2, [], 2)
    assert len(client.get(f"{path}/tracks").json()["tracks"]) == 1
    undone = send(client, "undo", video.id).json()
    assert len(undone["tracks"]) == 2
    nothing = client.get(f"{path}/restore", params={"at": "2100-01-01T00:00:00Z"}).json()
    assert (nothing["tracks"], nothing["people"]) == (0, [])
    again = send(client, "restore", video.id, before=nothing["before"], seen=nothing["seen"])
    assert (again.status_code, again.json()["error"]["code"]) == (409, "nothing")

    one = {"kind": "track", "id": 1}
    told = client.get(f"{path}/history", params=one).json()["entries"]
    assert [(entry["person"], entry["edits"][0]["verb"]) for entry in told] == [("Ada", "add")]
    alone = {**one, "before": told[0]["batch"]}
    seen = client.get(f"{path}/restore", params=alone).json()
    assert (seen["tracks"], seen["people"]) == (1, [{"person": "Ada", "changes": 1}])
    assert send(client, "restore", video.id, **alone, seen=seen["seen"]).json()["gone"] == [1]


def test_odd_questions_are_refused_in_words(client: TestClient, video: Video) -> None:
    path = f"/api/videos/{video.id}"
    for wrong in ({"limit": 0}, {"limit": 100_000}, {"before": -1}, {"kind": "video", "id": 1}):
        assert client.get(f"{path}/history", params=wrong).status_code == 400
    assert client.get(f"{path}/restore", params={"at": "yesterday"}).status_code == 400
    assert client.get("/api/videos/99/history").status_code == 404
    assert send(client, "restore", video.id, before="x", seen=1).status_code == 400

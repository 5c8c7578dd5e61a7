"""Labels over HTTP: windows, edits that apply once, conflicts that show both sides, undo."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from core import db as store
from core import tracks
from core.videos import Video
from core.workspace import Workspace


def send(client: TestClient, video: int, *edits: dict[str, Any], **more: Any) -> Any:
    body = {"batch": uuid.uuid4().hex, "person": "Ada", "video": video, "edits": edits, **more}
    return client.post("/api/edits", json=body)


def drawn(client: TestClient, video: int, frame: int = 2, **more: Any) -> dict[str, Any]:
    edit = {"verb": "add", "client": "tmp-1", "class": 1, "frame": frame, "box": [1, 2, 30, 40]}
    answer = send(client, video, {**edit, **more})
    assert answer.status_code == 200, answer.text
    track: dict[str, Any] = answer.json()["tracks"][0]
    return track


def test_a_box_is_drawn_and_found_again(client: TestClient, video: Video) -> None:
    track = drawn(client, video.id, last=9)
    assert (track["state"], track["first"], track["last"], track["person"]) == (
        *("manual", 2, 9),
        "Ada",
    )
    path = f"/api/videos/{video.id}"
    objects = client.get(f"{path}/objects").json()
    assert [row["id"] for row in objects["objects"]] == [track["id"]]
    for query, count in (({"from": 0, "to": 1}, 0), ({"from": 9, "to": 20}, 1), ({}, 1)):
        found = client.get(f"{path}/tracks", params={"w": "own", **query})
        assert len(found.json()["tracks"]) == count
        assert found.headers["cache-control"] == "no-store"
    assert client.get(f"{path}/tracks").json()["tracks"] == [track]


def test_marks_come_for_some_tracks_and_a_bounded_number(client: TestClient, video: Video) -> None:
    first, second = (drawn(client, video.id, frame, last=9) for frame in (1, 5))
    path = f"/api/videos/{video.id}/marks"
    found = client.get(path, params={"w": "own", "ids": f"{second['id']},{first['id']}"})
    assert [(one["id"], one["frames"], one["flags"]) for one in found.json()["marks"]] == [
        (first["id"], [1], [4]),
        (second["id"], [5], [4]),
    ]
    assert found.headers["cache-control"] == "no-store"
    for bad in ("", "x", "1,", ",".join(["1"] * 501)):
        assert client.get(path, params={"w": "own", "ids": bad}).status_code == 400


def test_tracks_by_id_come_whole(client: TestClient, video: Video) -> None:
    drawn_tracks = [drawn(client, video.id, frame) for frame in (1, 5, 9)]
    ids = f"{drawn_tracks[0]['id']},{drawn_tracks[2]['id']}"
    found = client.get(
        f"/api/videos/{video.id}/tracks", params={"w": "own", "from": 0, "to": 0, "ids": ids}
    )
    assert [track["id"] for track in found.json()["tracks"]] == [
        drawn_tracks[0]["id"],
        drawn_tracks[2]["id"],
    ]
    for bad in ("x", "1;2", "1,", "9" * 16):
        answer = client.get(f"/api/videos/{video.id}/tracks", params={"w": "own", "ids": bad})
        assert answer.status_code == 400


def test_dat_09_a_batch_sent_three_times_applies_once(client: TestClient, video: Video) -> None:
    edit = {"verb": "add", "client": "c", "class": 1, "frame": 0, "box": [1, 2, 30, 40]}
    answers = [send(client, video.id, edit, batch="same").json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["created"] == {"c": answers[0]["tracks"][0]["id"]}
    objects = client.get(f"/api/videos/{video.id}/objects").json()["objects"]
    assert len(objects) == 1


def test_dat_04_a_stale_edit_gets_the_current_state(client: TestClient, video: Video) -> None:
    track = drawn(client, video.id)
    fix = {"verb": "fix", "id": track["id"], "revision": track["revision"], "frame": 2}
    first = send(client, video.id, {**fix, "box": [9, 9, 9, 9]}, person="Ada")
    second = send(client, video.id, {**fix, "box": [5, 5, 5, 5]}, person="Bob")
    assert (first.status_code, second.status_code) == (200, 409)
    document = second.json()
    assert document["error"]["code"] == "stale"
    assert document["current"][0]["revision"] == first.json()["tracks"][0]["revision"]
    assert document["current"][0]["keyframes"][0]["x"] == 9


def test_dat_04_of_many_edits_of_one_revision_one_wins(client: TestClient, video: Video) -> None:
    track = drawn(client, video.id)
    fix = {"verb": "fix", "id": track["id"], "revision": track["revision"], "frame": 2}
    codes: list[int] = []

    def change(number: int) -> None:
        answer = send(client, video.id, {**fix, "box": [number, 1, 5, 5]}, person=f"P{number}")
        codes.append(answer.status_code)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200] + [409] * 7


def test_a_batch_applies_whole_or_not_at_all(client: TestClient, video: Video) -> None:
    track = drawn(client, video.id)
    answer = send(
        client,
        video.id,
        {"verb": "class", "id": track["id"], "revision": track["revision"], "class": 2},
        {"verb": "fix", "id": 999, "revision": 1, "frame": 0, "box": [1, 1, 1, 1]},
    )
    assert answer.status_code == 404
    assert client.get(f"/api/videos/{video.id}/tracks").json()["tracks"] == [track]


def test_undo_redo_and_history(client: TestClient, video: Video) -> None:
    track = drawn(client, video.id)
    reversal = {"person": "Ada", "video": video.id}
    undone = client.post("/api/undo", json={"batch": "u1", **reversal}).json()
    assert (undone["gone"], undone["undo"], undone["redo"]) == ([track["id"]], 0, 1)
    nothing = client.post("/api/undo", json={"batch": "u2", **reversal})
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "nothing")
    redone = client.post("/api/redo", json={"batch": "r1", **reversal}).json()
    assert redone["tracks"][0]["keyframes"] == track["keyframes"]
    history = client.get("/api/history", params={"w": "own", "kind": "track", "id": track["id"]})
    assert [edit["verb"] for edit in history.json()["edits"]] == ["add", "undo", "redo"]


def test_changes_tell_what_others_did(client: TestClient, video: Video) -> None:
    track = drawn(client, video.id)
    path = f"/api/videos/{video.id}/changes"
    seq = client.get(f"/api/videos/{video.id}/objects").json()["seq"]
    assert client.get(path, params={"w": "own", "since": seq}).json() == {
        "seq": seq,
        "restored": 0,
        "tracks": [],
        "gone": [],
        "changed_by": {},
        "segments": [],
        "gone_segments": [],
        "removed_by": {},
        "more": False,
        "notes": 0,
        "schema": 0,
        "people": [],
    }
    accept = {"verb": "accept", "id": track["id"], "revision": track["revision"]}
    changed = send(client, video.id, accept, person="Bob").json()
    news = client.get(path, params={"w": "own", "since": seq}).json()
    assert news["tracks"] == changed["tracks"]
    assert (news["tracks"][0]["person"], news["changed_by"]) == ("Ada", {str(track["id"]): "Bob"})
    revision = changed["tracks"][0]["revision"]
    delete = {"verb": "delete", "id": track["id"], "revision": revision, "scope": "track"}
    send(client, video.id, delete, person="Bob")
    news = client.get(path, params={"w": "own", "since": seq}).json()
    assert (news["gone"], news["changed_by"]) == ([track["id"]], {})
    assert news["removed_by"] == {"track": {str(track["id"]): "Bob"}, "segment": {}}


def test_what_a_newer_run_hid_was_removed_by_nobody(
    client: TestClient, workspace: Workspace, video: Video
) -> None:
    track = drawn(client, video.id)
    skip = {"verb": "skip", "id": track["id"], "revision": track["revision"]}
    send(client, video.id, skip, person="Bob")
    store.write(workspace, lambda db: db.execute("UPDATE tracks SET hidden = 1"))
    news = client.get(f"/api/videos/{video.id}/changes", params={"w": "own", "since": 0}).json()
    assert news["gone"] == [track["id"]]
    assert news["removed_by"] == {"track": {}, "segment": {}}


def test_many_changes_come_in_pages_and_none_is_lost(
    client: TestClient, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    for start in range(0, 30, 3):
        adds = [
            {"verb": "add", "client": f"c{n}", "class": 1, "frame": n, "box": [1, 2, 30, 40]}
            for n in range(start, start + 3)
        ]
        send(client, video.id, *adds)
    defaults = dict(tracks.change_page.__kwdefaults__ or {}, keyframes=100)
    monkeypatch.setattr(tracks.change_page, "__kwdefaults__", defaults)
    seen: list[int] = []
    since, more, pages = 0, True, 0
    while more:
        answer = client.get(
            f"/api/videos/{video.id}/changes", params={"w": "own", "since": since}
        ).json()
        assert answer["seq"] > since
        since, more, pages = answer["seq"], answer["more"], pages + 1
        ids = [track["id"] for track in answer["tracks"]]
        assert len(ids) % 3 == 0  # a batch is never cut in two
        seen += ids
    assert sorted(seen) == list(range(1, 31))
    assert pages == 5
    assert since == client.get(f"/api/videos/{video.id}/objects").json()["seq"]


BAD = [
    {"verb": "add", "class": 1, "frame": 0, "box": [float("nan"), 1, 2, 3]},
    {"verb": "add", "class": 1, "frame": 0, "box": [float("inf"), 1, 2, 3]},
    {"verb": "add", "class": 1, "frame": 0, "box": [1, 1, 0, 3]},
    {"verb": "add", "class": 1, "frame": 0, "box": ["1", 1, 2, 3]},
    {"verb": "add", "class": 1, "frame": 40, "box": [1, 1, 2, 3]},
    {"verb": "add", "class": 1, "frame": 1.5, "box": [1, 1, 2, 3]},
    {"verb": "add", "class": 99, "frame": 0, "box": [1, 1, 2, 3]},
    {"verb": "drop table"},
    {"verb": None},
    {},
]


@pytest.mark.parametrize("edit", BAD)
def test_bad_edits_are_refused_and_change_nothing(
    workspace: Workspace, client: TestClient, video: Video, edit: dict[str, Any]
) -> None:
    import json

    body = {"batch": "b", "person": "Ada", "video": video.id, "edits": [edit]}
    answer = client.post(
        "/api/edits", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 404)
    with store.reader(workspace) as db:
        assert db.execute("SELECT count(*) FROM batches").fetchone()[0] == 0
        assert db.execute("SELECT count(*) FROM tracks").fetchone()[0] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"batch":"b"}',
        b"[" * 100_000,
        b'{"batch":"b","person":"Ada","video":1,"edits":[],"more":1}',
        b'{"batch":"b","person":"Ada","video":"1","edits":[{}]}',
        b'{"batch":"b","person":"Ada","video":' + b"9" * 5000 + b',"edits":[{}]}',
        b'{"batch":"b","person":"\\ud800","video":1,"edits":[{"verb":"add"}]}',
        "{'batch'}".encode("utf-16"),
    ],
)
def test_malformed_bodies_are_refused(client: TestClient, video: Video, body: bytes) -> None:
    answer = client.post("/api/edits", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 404), answer.text
    assert answer.json()["error"]["code"] in ("bad_input", "unknown")


def test_a_form_of_another_site_is_not_taken_for_json(client: TestClient, video: Video) -> None:
    body = b'{"batch":"b","person":"Ada","video":1,"edits":[{"verb":"add"}]}'
    answer = client.post("/api/edits", content=body, headers={"content-type": "text/plain"})
    assert answer.status_code == 400


def test_unknown_things_are_404(client: TestClient, video: Video) -> None:
    for path in ("objects", "tracks", "changes?since=0", "times", "proxy.mp4", "thumbnail.jpg"):
        name, _, query = path.partition("?")
        params = {"w": "own", **dict(part.split("=") for part in query.split("&") if part)}
        assert client.get(f"/api/videos/99/{name}", params=params).status_code == 404
    history = client.get("/api/history", params={"w": "own", "kind": "track", "id": 5})
    assert history.status_code == 404


def test_an_edit_that_names_no_revision_is_refused(client: TestClient, video: Video) -> None:
    track = drawn(client, video.id)
    for seen in ({}, {"revision": None}, {"revision": True}):
        answer = send(client, video.id, {"verb": "accept", "id": track["id"], **seen})
        assert answer.status_code == 400
    assert client.get(f"/api/videos/{video.id}/tracks").json()["tracks"] == [track]


def test_events_are_added_listed_changed_and_refused_when_stale(
    client: TestClient, video: Video
) -> None:
    path = f"/api/videos/{video.id}"
    made = client.post("/api/event-classes").json()["classes"]
    assert client.post("/api/event-classes").json()["classes"] == made
    jab = next(row["id"] for row in made if row["name"] == "jab")
    edit = {"kind": "segment", "verb": "add", "client": "s1", "class": jab, "first": 2, "last": 5}
    answer = send(client, video.id, edit).json()
    (event,) = answer["segments"]
    assert answer["created"] == {"s1": event["id"]}
    assert (answer["tracks"], answer["gone_segments"]) == ([], [])
    assert event == {
        "id": event["id"],
        "kind": "event",
        "class": jab,
        "track": None,
        "first": 2,
        "last": 5,
        "text": "",
        "language": "",
        "score": None,
        "run": None,
        "model": None,
        "person": "Ada",
        "state": "manual",
        "attributes": {},
        "revision": 1,
    }
    listed = client.get(f"{path}/segments").json()
    assert listed["segments"] == [event]

    move = {"kind": "segment", "verb": "span", "id": event["id"], "revision": 1, "last": 7}
    (moved,) = send(client, video.id, move, person="Bob").json()["segments"]
    stale = send(client, video.id, move)
    now = {**moved, "deleted": False, "changed_by": "Bob"}
    assert (stale.status_code, stale.json()["current"]) == (409, [now])
    nameless = send(client, video.id, {**move, "revision": None})
    assert nameless.status_code == 400
    lone = {**move, "verb": "merge", "revision": 2, "other": 1}
    assert send(client, video.id, lone).status_code == 400

    changes = {"w": "own", "since": listed["seq"]}
    assert client.get(f"{path}/changes", params=changes).json()["segments"] == [moved]
    delete = {"kind": "segment", "verb": "delete", "id": event["id"], "revision": 2}
    assert send(client, video.id, delete).json()["gone_segments"] == [event["id"]]
    found = client.get(f"{path}/changes", params=changes).json()
    assert (found["segments"], found["gone_segments"]) == ([], [event["id"]])
    assert found["removed_by"] == {"track": {}, "segment": {str(event["id"]): "Ada"}}
    history = {"w": "own", "kind": "segment", "id": event["id"]}
    told = client.get("/api/history", params=history).json()["edits"]
    assert [edit["verb"] for edit in told] == ["add", "span", "delete"]


def test_an_edit_of_two_tracks_names_both_revisions(client: TestClient, video: Video) -> None:
    one, two = drawn(client, video.id, last=9), drawn(client, video.id, last=9)
    swap = {"verb": "swap", "id": one["id"], "revision": 1, "other": two["id"], "frame": 4}
    assert send(client, video.id, swap).status_code == 400
    done = send(client, video.id, {**swap, "other_revision": 1}).json()
    assert [track["revision"] for track in done["tracks"]] == [2, 2]


def test_the_keyframes_of_a_refit_are_counted_before_it(client: TestClient, video: Video) -> None:
    track = drawn(client, video.id, last=9)
    for frame in (4, 6):
        fix = {"verb": "fix", "id": track["id"], "revision": track["revision"], "frame": frame}
        track = send(client, video.id, fix).json()["tracks"][0]
    path = f"/api/videos/{video.id}/tracks/{track['id']}/refit"
    bound = {"iou": 0.9, "joint_error": 0.05}
    found = client.get(path, params=bound).json()
    assert found == {"now": 3, "keyframes": 3, "human": 3}
    for bad in ({"iou": 2}, {"iou": "x"}, {"joint_error": -1}):
        assert client.get(path, params={**bound, **bad}).status_code == 400
    other = f"/api/videos/{video.id + 1}/tracks/{track['id']}/refit"
    assert client.get(other, params=bound).status_code == 404

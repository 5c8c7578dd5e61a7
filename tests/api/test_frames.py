"""The frame route: the exact frame or an error, cached for good under the video's hash."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from core import ingest
from core.videos import Video
from core.workspace import Workspace
from tests import clips

Clip = Callable[[str], Path]


def shown(data: bytes) -> int:
    """The frame number that a JPEG shows."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return clips.number(np.asarray(image, np.uint8))


@pytest.mark.parametrize("name", ["vfr.mp4", "open_gop.ts", "edit_list.mp4", "negative.mkv"])
def test_dat_15_every_frame_is_the_one_asked_for(
    workspace: Workspace, client: TestClient, clip: Clip, name: str
) -> None:
    video = ingest.add(workspace, clip(name), person="Ada")
    first = shown(client.get(f"/api/videos/{video.id}/frames/0.jpg").content)
    frames = random.Random(4).sample(range(video.frames), min(video.frames, 40))
    with ThreadPoolExecutor(6) as threads:
        answers = list(
            threads.map(lambda n: client.get(f"/api/videos/{video.id}/frames/{n}.jpg"), frames)
        )
    assert [shown(answer.content) - first for answer in answers] == frames
    assert [answer.headers["x-frame-index"] for answer in answers] == [str(n) for n in frames]


def test_a_frame_may_be_kept_for_good_under_its_version(client: TestClient, video: Video) -> None:
    address = f"/api/videos/{video.id}/frames/7.jpg"
    version = {"w": "own", "v": video.sha256[:12]}
    found = client.get(address, params=version)
    assert found.status_code == 200
    assert found.headers["content-type"] == "image/jpeg"
    assert found.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "decode;dur=" in found.headers["server-timing"]
    again = client.get(address, params=version, headers={"if-none-match": found.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "decode" not in client.get(address, params=version).headers["server-timing"]


def test_without_a_version_a_frame_is_asked_for_again(client: TestClient, video: Video) -> None:
    found = client.get(f"/api/videos/{video.id}/frames/7.jpg")
    assert found.headers["cache-control"] == "private, no-cache"


def test_dat_17_a_page_of_another_content_gets_an_error(client: TestClient, video: Video) -> None:
    found = client.get(f"/api/videos/{video.id}/frames/7.jpg", params={"w": "own", "v": "0" * 12})
    assert found.status_code == 400
    assert "Load the page again" in found.json()["error"]["hint"]


def test_a_width_scales_down_and_never_up(client: TestClient, video: Video) -> None:
    for width, expected in ((64, 64), (4000, video.width)):
        answer = client.get(
            f"/api/videos/{video.id}/frames/3.jpg", params={"w": "own", "width": width}
        )
        image = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        assert image.shape[1] == expected
        assert shown(answer.content) == 3


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *(("/api/videos/{id}/frames/40.jpg", 404), ("/api/videos/{id}/frames/-1.jpg", 404)),
        *(("/api/videos/{id}/frames/99999999999999999999.jpg", 404),),
        *(("/api/videos/{id}/frames/1.5.jpg", 400), ("/api/videos/{id}/frames/x.jpg", 400)),
        *(("/api/videos/77/frames/1.jpg", 404), ("/api/videos/{id}/frames/1.png", 404)),
        *(("/api/videos/{id}/frames/1.jpg?w=own&width=1", 400),),
        *(("/api/videos/{id}/frames/1.jpg?w=..", 400), ("/api/videos/{id}/frames/1.jpg?w=x", 400)),
    ],
)
def test_what_does_not_exist_is_said_clearly(
    client: TestClient, video: Video, address: str, status: int
) -> None:
    path, _, query = address.format(id=video.id).partition("?")
    answer = client.get(
        path, params=dict(part.split("=") for part in (query or "w=own").split("&"))
    )
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "hint", "values", "text"}


def test_vid_12_an_unreadable_frame_keeps_its_number_and_is_an_error(
    workspace: Workspace, client: TestClient, clip: Clip
) -> None:
    video = ingest.add(workspace, clip("damaged.mp4"), person="Ada")
    assert video.unreadable
    with_table = client.get(f"/api/videos/{video.id}/times").content
    assert len(with_table) == 8 * video.frames
    answers = [
        client.get(f"/api/videos/{video.id}/frames/{frame}.jpg") for frame in range(video.frames)
    ]
    bad = [answer for answer in answers if answer.status_code == 422]
    assert len(bad) == video.unreadable
    assert {answer.json()["error"]["code"] for answer in bad} == {"frame_unreadable"}
    assert {answer.status_code for answer in answers} == {200, 422}


def test_a_file_that_is_gone_or_changed_is_said_clearly(
    workspace: Workspace, client: TestClient, clip: Clip, tmp_path: Path
) -> None:
    path = tmp_path / "mine.mp4"
    path.write_bytes(clip("three.mp4").read_bytes())
    video = ingest.add(workspace, path, person="Ada")
    assert client.get(f"/api/videos/{video.id}/frames/0.jpg").status_code == 200
    path.write_bytes(clip("one.mp4").read_bytes())
    for frame in (0, 1):
        answer = client.get(f"/api/videos/{video.id}/frames/{frame}.jpg")
        assert answer.status_code == 410
        assert answer.json()["error"]["code"] == "video_missing"
    path.unlink()
    assert client.get(f"/api/videos/{video.id}/frames/2.jpg").status_code == 410

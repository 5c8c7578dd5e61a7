"""Proxies, thumbnails and exports: single ranges, fixed types, nothing outside its folder."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import ranges
from core import content, ingest, jobs
from core import db as store
from core.videos import Video
from core.workspace import Workspace

DATA = bytes(range(256)) * 1000


@pytest.fixture
def proxy(workspace: Workspace, video: Video) -> str:
    """The address of a proxy (its bytes are made up)."""
    path = workspace.media_path(video.sha256, content.PROXY)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(DATA)
    return f"/api/videos/{video.id}/proxy.mp4"


def test_the_waveform_is_made_by_a_job_and_then_served(
    workspace: Workspace, client: TestClient, clip: Callable[[str], Path]
) -> None:
    video = ingest.add(workspace, clip("with_sound.mp4"), person="Ada")
    path = f"/api/videos/{video.id}/waveform"
    assert [client.get(path).status_code for _ in range(2)] == [202, 202]
    with store.reader(workspace) as db:
        (job,) = [job for job in jobs.listed(db) if job.kind == "proxy"]
    claimed = store.write(workspace, lambda db: jobs.claim(db, job=job.id))
    assert claimed is not None
    ingest.run_proxy(workspace, claimed)
    answer = client.get(path)
    kept = workspace.media_path(video.sha256, content.WAVEFORM).read_bytes()
    assert (answer.status_code, answer.content) == (200, kept)
    again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    silent = ingest.add(workspace, clip("cfr.mp4"), person="Ada")
    assert client.get(f"/api/videos/{silent.id}/waveform").status_code == 404


def test_a_whole_file(client: TestClient, proxy: str) -> None:
    answer = client.get(proxy)
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-", 0, len(DATA) - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=255990-999999999", 255990, len(DATA) - 1),
        ("bytes=-5", len(DATA) - 5, len(DATA) - 1),
        ("bytes=-99999999", 0, len(DATA) - 1),
    ],
)
def test_one_range(client: TestClient, proxy: str, wanted: str, first: int, last: int) -> None:
    answer = client.get(proxy, headers={"range": wanted})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(DATA)}"
    assert answer.headers["content-length"] == str(last - first + 1)
    assert answer.content == DATA[first : last + 1]


@pytest.mark.parametrize(
    "wanted",
    [
        *("bytes=256000-", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=a-b", "items=0-1", "x"),
        *("bytes=0-,0-", "bytes=0-1,5-6", "bytes=" + "9" * 40 + "-", "bytes=0-1-2", ""),
    ],
)
def test_other_ranges_are_416(client: TestClient, proxy: str, wanted: str) -> None:
    answer = client.get(proxy, headers={"range": wanted})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


def test_sec_23_a_list_of_ranges_is_answered_fast(client: TestClient, proxy: str) -> None:
    many = "bytes=" + ",".join(["0-"] * 10_000)
    started = time.process_time()  # others share this machine
    answer = client.get(proxy, headers={"range": many})
    assert answer.status_code == 416
    assert time.process_time() - started < 1
    started = time.process_time()
    for _ in range(100):
        assert ranges.parse(many, len(DATA)) is None
        assert ranges.parse("bytes=" + "0" * 10**6, len(DATA)) is None
    assert time.process_time() - started < 0.5


def test_a_changed_file_is_not_continued(client: TestClient, proxy: str) -> None:
    etag = client.get(proxy).headers["etag"]
    same = client.get(proxy, headers={"range": "bytes=0-9", "if-range": etag})
    other = client.get(proxy, headers={"range": "bytes=0-9", "if-range": '"old"'})
    assert (same.status_code, other.status_code) == (206, 200)
    assert client.get(proxy, headers={"if-none-match": etag}).status_code == 304


def test_no_proxy_yet_is_said_clearly(client: TestClient, video: Video) -> None:
    answer = client.get(f"/api/videos/{video.id}/proxy.mp4")
    assert answer.status_code == 404
    assert "no proxy" in answer.json()["error"]["text"]


def test_a_missing_thumbnail_is_made(
    workspace: Workspace, client: TestClient, video: Video
) -> None:
    path = workspace.media_path(video.sha256, content.THUMBNAIL)
    path.unlink(missing_ok=True)
    answer = client.get(f"/api/videos/{video.id}/thumbnail.jpg")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.content == path.read_bytes()
    for version, kept in ((video.sha256[:12], True), ("0" * 12, False), ("", False)):
        again = client.get(
            f"/api/videos/{video.id}/thumbnail.jpg", params={"w": "own", "v": version}
        )
        assert ("immutable" in again.headers["cache-control"]) == kept


def test_st_15_an_export_says_its_hash(workspace: Workspace, client: TestClient) -> None:
    folder = workspace.exports / "2026-11-21 coco"
    folder.mkdir()
    path = folder / "instances 복싱.json"
    found = set()
    for text in ("car", "bus"):  # the same length, as the same name
        path.write_text(f'{{"class": "{text}"}}' + " " * 2_000_000)
        answer = client.get("/api/exports/2026-11-21 coco/instances 복싱.json")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert answer.headers["x-content-sha256"] == digest
        assert digest == hashlib.sha256(answer.content).hexdigest()
        disposition = answer.headers["content-disposition"]
        assert disposition.startswith("attachment; ")
        assert digest[:12] in disposition
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        found.add(disposition)
    assert len(found) == 2


@pytest.mark.parametrize(
    "name",
    [
        *("../dataguard.db", "%2e%2e/dataguard.db", "..%2fdataguard.db", "/etc/passwd", "link"),
        *("..\\dataguard.db", "a/../../dataguard.db", "link/dataguard.db", "", ".", "%00", "CON"),
    ],
)
def test_sec_02_exports_do_not_lead_elsewhere(
    workspace: Workspace, client: TestClient, name: str
) -> None:
    (workspace.exports / "link").symlink_to(workspace.root)
    answer = client.get(f"/api/exports/{name}")
    assert answer.status_code in (403, 404, 400)
    assert b"SQLite" not in answer.content


@pytest.mark.parametrize("name", ["page.html", "picture.svg", "x.js", "x"])
def test_sec_10_no_export_is_shown_as_a_page(
    workspace: Workspace, client: TestClient, name: str
) -> None:
    (workspace.exports / name).write_text("<html><script>alert(1)</script></html>")
    answer = client.get(f"/api/exports/{name}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_assets_come_from_one_folder_with_fixed_types(client: TestClient) -> None:
    answer = client.get("/assets/annotator/api.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(
        "/assets/annotator/api.js", headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    for name in ("", "missing.js", "../__init__.py", "%2e%2e/__init__.py", "a%00.js"):
        assert client.get(f"/assets/annotator/{name}").status_code in (403, 404)


def test_messages_and_health(client: TestClient) -> None:
    assert client.get("/api/health").json() == {"state": "ok"}
    assert isinstance(client.get("/api/messages/ko.json").json(), dict)
    for name in ("xx", "..", "en%2f..", "../../pyproject"):
        assert client.get(f"/api/messages/{name}.json").status_code == 404


def test_the_api_describes_itself_and_loads_nothing_from_elsewhere(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    assert {"/edits", "/videos/{video}/frames/{frame}.jpg"} <= set(document["paths"])
    for path in ("docs", "redoc"):
        assert client.get(f"/api/{path}").status_code == 404


def test_nothing_is_open_to_every_origin(client: TestClient, video: Video) -> None:
    paths = ("/api/health", f"/api/videos/{video.id}", "/assets/annotator/api.js", "/api/nope")
    for path in paths:
        answer = client.get(path, headers={"origin": "http://127.0.0.1:8501"})
        assert "access-control-allow-origin" not in answer.headers


def test_files_are_not_listed(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    (workspace.exports / "one").mkdir()
    assert client.get("/api/exports/one").status_code == 404

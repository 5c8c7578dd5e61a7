"""The guard: which hosts and origins are let through, and how large a body may be."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

import api
from api import failures
from core import errors

SELF = "http://127.0.0.1:8501"


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:8501", "127.0.0.1:1", "[::1]:8501", "LOCALHOST", "localhost."),
        "labels.example:443",
    ],
)
def test_sec_11_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/api/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example", "evil.example:8501", "127.0.0.1.evil.example"),
        *("", "user@localhost", "localhost:x", "localhost/x", "localhost#", "169.254.169.254"),
        *(
            "127.0.0.2",
            "0.0.0.0",
            "evil.example@localhost",
            "localhost:99999",
            "[::1",
            "a,localhost",
        ),
    ],
)
def test_sec_11_other_names_are_not(client: TestClient, host: str) -> None:
    answer = client.get("/api/health", headers={"host": host})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "refused"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": SELF},
        {"origin": SELF, "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {"origin": "https://127.0.0.1:8501"},
    ],
)
def test_sec_11_own_pages_may_call(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/api/health", headers=headers).status_code == 200
    answer = client.post("/api/undo", json={"batch": "b", "person": "Ada"}, headers=headers)
    assert answer.status_code == 409  # nothing to undo


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "http://localhost:3000"},
        {"origin": "http://localhost:8501"},
        {"origin": "http://127.0.0.1"},
        {"origin": "http://127.0.0.1:8501.evil.example"},
        {"origin": "http://127.0.0.1:85011"},
        {"origin": "ftp://127.0.0.1:8501"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
        {"origin": SELF, "sec-fetch-site": "cross-site"},
    ],
)
def test_sec_11_other_pages_may_not(client: TestClient, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/api/health"), ("POST", "/api/undo"), ("OPTIONS", "/api/undo")):
        answer = client.request(
            method, path, json={} if method == "POST" else None, headers=headers
        )
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


def test_a_large_body_is_refused(client: TestClient) -> None:
    data = b'{"batch":"' + b"x" * api.LARGEST_BODY + b'"}'
    headers = {"content-type": "application/json"}
    for content in (data, (part for part in (data[:1000], data[1000:]))):  # with and without length
        assert client.post("/api/edits", content=content, headers=headers).status_code == 413


def test_every_error_has_a_status() -> None:
    def kinds(parent: type[errors.DataGuardError]) -> set[type[errors.DataGuardError]]:
        return {parent} | {kind for child in parent.__subclasses__() for kind in kinds(child)}

    statuses = {kind.code: failures.status(kind("x")) for kind in kinds(errors.DataGuardError)}
    assert statuses == {
        "error": 400,
        "bad_input": 400,
        "unknown": 404,
        "video_unreadable": 422,
        "frame_unreadable": 422,
        "video_missing": 410,
        "model_unavailable": 503,
        "unreachable": 502,
        "stale": 409,
        "nothing": 409,
        "storage": 503,
        "storage_full": 507,
        "storage_damaged": 503,
        "newer_workspace": 503,
        "cancelled": 409,
        "refused": 403,
    }


def test_an_unexpected_error_shows_no_traceback(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: str) -> dict[str, str]:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("core.language.messages", fail)
    answer = client.get("/api/messages/en.json")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json()["error"]["code"] == "error"
    assert "secret detail" in caplog.text

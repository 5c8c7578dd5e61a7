"""The real server in a process of its own: security by raw sockets, kill -9, no models inside."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from core import db as store
from core import ingest
from core.workspace import ROOT, Workspace
from tests.ports import free_port
from tests.waiting import wait_until

Clip = Callable[[str], Path]

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="raw signals and /proc"),
    pytest.mark.xdist_group("server"),
]
HEAVY = ("mediapipe", "torch", "transformers", "trackers")


@dataclass
class Server:
    """``streamlit run app.py`` over workspaces of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def own(self) -> Workspace:
        return Workspace(self.folder / "own")

    @property
    def demo(self) -> Workspace:
        return Workspace(self.folder / "demo")

    def start(self) -> None:
        environment = {
            **os.environ,
            "DATAGUARD_WORKSPACE": str(self.own.root),
            "DATAGUARD_DEMO": str(self.demo.root),
        }
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, f"--server.port={self.port}"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                assert self.call("GET", "/api/health")[0] == 200
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "server.log").read_text())

    def kill(self) -> None:
        """As a crash: no warning, no tidying up."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        timeout: float = 30,
    ) -> tuple[int, Any]:
        """Status and JSON document (or bytes) of a request as our own page makes it."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=data, method=method
        )
        request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        try:
            return status, json.loads(content)
        except ValueError:
            return status, content

    def raw(self, lines: list[str], *, wait: float = 10) -> tuple[int, dict[str, str]]:
        """Status and headers of a request given line by line."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
            head = b""
            while b"\r\n\r\n" not in head and (part := connection.recv(65536)):
                head += part
        first, *rest = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        pairs = (line.partition(":")[::2] for line in rest)
        return int(first.split()[1]), {name.lower(): value.strip() for name, value in pairs}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"), free_port())
    made.start()
    yield made
    made.kill()
    end_workers(made)


def end_workers(server: Server) -> None:
    """Workers outlive the server on purpose; those of the test's workspaces end with it."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes()
        except OSError:
            continue
        if b"cli.py" in command and str(server.folder).encode() in command:
            os.kill(int(entry.parent.name), signal.SIGKILL)


def handshake(server: Server, host: str, origin: str | None) -> int:
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    return server.raw([*lines, *([f"Origin: {origin}"] if origin is not None else [])])[0]


def test_sec_11_the_socket_opens_for_our_own_page_alone(server: Server) -> None:
    good = f"127.0.0.1:{server.port}"
    cases = {
        (good, f"http://{good}"): 101,
        (f"localhost:{server.port}", f"http://localhost:{server.port}"): 101,
        ("evil.example", "http://evil.example"): 403,
        (good, "http://evil.example"): 403,
        (good, f"http://{good}.evil.example"): 403,
        (good, "null"): 403,
        (good, "http://localhost:3000"): 403,
        (good, f"http://localhost:{server.port}"): 403,
        ("evil.example", f"http://{good}"): 403,
    }
    assert {case: handshake(server, *case) for case in cases} == cases


def test_sec_11_the_api_refuses_other_names_and_pages(server: Server) -> None:
    good = f"127.0.0.1:{server.port}"
    request = ["GET /api/health HTTP/1.1", "Connection: close"]
    for lines, expected in (
        ([f"Host: {good}"], 200),
        (["Host: evil.example"], 403),
        ([f"Host: {good}", "Origin: http://localhost:3000"], 403),
        ([f"Host: {good}", "Origin: null"], 403),
        ([f"Host: {good}", "Sec-Fetch-Site: same-site"], 403),
        ([f"Host: {good}", f"Origin: http://{good}", "Sec-Fetch-Site: same-origin"], 200),
    ):
        status, headers = server.raw([*request, *lines])
        assert status == expected, lines
        assert "access-control-allow-origin" not in headers


STRANGE = (
    *("/?next=https://evil.example", "/label?url=//evil.example&return=javascript:alert(1)"),
    *("/label/?next=https://evil.example", "/api?next=https://evil.example"),
    *("/api/docs?url=//evil.example", "/api/health/?next=//evil.example"),
    *("//evil.example/", "//evil.example", "///evil.example/..", "/\\evil.example/"),
    *("/%2f%2fevil.example/", "/%5cevil.example/", "//evil.example/api/", "/api//evil.example/"),
    *("/assets//evil.example/", "/label//evil.example/%2e%2e"),
    *("/api/videos/?next=//evil.example", "/%0d%0aLocation:%20https://evil.example/"),
)


@pytest.mark.parametrize("path", STRANGE)
def test_sec_12_no_address_leads_elsewhere(server: Server, path: str) -> None:
    """Whatever a link to us holds, the answer is ours or an address on this server."""
    good = f"127.0.0.1:{server.port}"
    status, headers = server.raw([f"GET {path} HTTP/1.1", f"Host: {good}", "Connection: close"])
    assert status < 500
    assert "refresh" not in headers
    target = urljoin(f"http://{good}/", headers.get("location", "/"))
    assert urlsplit(target).netloc == good
    assert not headers.get("location", "").startswith(("//", "/\\"))


def test_sec_11_streamlit_s_own_routes_refuse_other_names(server: Server) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/media/x", "/label"):
        status, headers = server.raw(
            [f"GET {path} HTTP/1.1", "Host: evil.example", "Connection: close"]
        )
        assert status == 403, path
        assert headers.get("access-control-allow-origin") != "*"


def test_no_page_may_put_the_screens_in_a_frame(server: Server) -> None:
    for path in ("/", "/label", "/statistics"):
        status, headers = server.raw(
            [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Connection: close"]
        )
        assert status == 200
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


def test_sec_02_the_assets_route_does_not_lead_out(server: Server) -> None:
    host = f"Host: 127.0.0.1:{server.port}"
    for path in ("../../../../cli.py", "..%2f..%2fcli.py", "%2e%2e/%2e%2e/cli.py", "..\\cli.py"):
        status, _ = server.raw(
            [f"GET /assets/annotator/{path} HTTP/1.1", host, "Connection: close"]
        )
        assert status in (400, 403, 404), path


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    listening = {
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{server.port:04X}")
    }
    assert listening == {f"0100007F:{server.port:04X}"}


def test_answers_on_an_open_connection_do_not_wait_for_acknowledgements(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    seconds = []
    for _ in range(100):
        started = time.perf_counter()
        connection.request("GET", "/api/health")
        connection.getresponse().read()
        seconds.append(time.perf_counter() - started)
    connection.close()
    assert min(seconds[20:]) < 0.035  # with Nagle's algorithm none is below 40 ms


def test_the_web_process_loads_no_model_library(server: Server) -> None:
    assert server.process is not None
    maps = Path(f"/proc/{server.process.pid}/maps").read_text()
    assert not [name for name in HEAVY if f"/{name}/" in maps]


def test_the_import_graph_of_the_server_holds_no_model_library() -> None:
    code = f"import sys, app; print([n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_demo_is_opened_beside_the_answers(server: Server) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        status, video = server.call("GET", "/api/videos/1?w=demo")
        if status == 200:
            break
        time.sleep(0.2)
    assert (status, video["name"]) == (200, "sparring.mp4")


def test_vid_25_an_upload_cut_by_a_crash_goes_on(server: Server, clip: Clip) -> None:
    data = clip("gop250.mp4").read_bytes()
    half = len(data) // 2
    _, begun = server.call(
        "POST", "/api/uploads?w=own", {"name": "a.mp4", "size": len(data), "person": "Ada"}
    )
    identity = begun["upload"]
    # The browser goes away in the middle of a request.
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        head = (
            f"PUT /api/uploads/{identity}?w=own&offset=0 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}"
        )
        connection.sendall(f"{head}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data[:half])
        time.sleep(0.5)
    end = time.monotonic() + 60
    path = f"/api/uploads/{identity}?w=own"
    while server.call("GET", path)[1]["offset"] == 0 and time.monotonic() < end:
        time.sleep(0.05)
    server.kill()
    server.start()
    offset = server.call("GET", path)[1]["offset"]
    assert 0 < offset <= half
    assert server.call("PUT", f"{path}&offset={offset}", data[offset:])[0] == 200
    status, done = server.call("POST", f"/api/uploads/{identity}/finish?w=own")
    assert status == 200
    end = time.monotonic() + 120  # the server starts a worker for it
    while time.monotonic() < end:
        status, video = server.call("GET", f"/api/videos/{done['video']}?w=own")
        if status == 200:
            break
        time.sleep(0.5)
    assert (status, video["frames"]) == (200, 300)


class Annotator(threading.Thread):
    """Draws boxes as fast as the server takes them, until it is gone."""

    def __init__(self, server: Server, video: int, person: str) -> None:
        super().__init__(daemon=True)
        self.server, self.video, self.person = server, video, person
        self.acknowledged: list[str] = []

    def run(self) -> None:
        while True:
            batch = uuid.uuid4().hex
            box = [len(self.acknowledged), 1, 5, 5]
            edit = {"verb": "add", "client": "c", "class": 1, "frame": 0, "box": box}
            body = {"batch": batch, "person": self.person, "video": self.video, "edits": [edit]}
            try:
                status, _ = self.server.call("POST", "/api/edits?w=own", body)
            except (OSError, http.client.HTTPException):
                return
            if status == 200:
                self.acknowledged.append(batch)


def test_dur_02_every_acknowledged_edit_survives_kill_9(server: Server, clip: Clip) -> None:
    video = ingest.add(server.own, clip("cfr.mp4"), person="Ada").id
    store.close_all()
    acknowledged: set[str] = set()
    for round_ in range(5):
        annotators = [Annotator(server, video, f"Person {number}") for number in range(4)]
        for annotator in annotators:
            annotator.start()
        wait_until(lambda made=annotators: all(one.acknowledged for one in made), what="changes")
        time.sleep(0.1 + 0.13 * round_)
        server.kill()
        for annotator in annotators:
            annotator.join(timeout=30)
            acknowledged |= set(annotator.acknowledged)
        server.start()
        with store.reader(server.own) as db:
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            kept = {row[0] for row in db.execute("SELECT id FROM batches")}
        assert acknowledged <= kept
    assert len(acknowledged) >= 20
    objects = server.call("GET", f"/api/videos/{video}/objects?w=own")[1]["objects"]
    assert len(objects) == len(kept)
    body = {"batch": uuid.uuid4().hex, "person": "Person 0", "video": video}
    assert server.call("POST", "/api/undo?w=own", body)[0] == 200
    store.close_all()


SAFE = {
    "server.address": "127.0.0.1",
    "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.maxUploadSize": 200,
    "server.maxMessageSize": 50,
    "server.disconnectedSessionTTL": 120,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "runner.magicEnabled": False,
    "browser.gatherUsageStats": False,
}


def test_st_01_the_shipped_settings_are_the_safe_ones() -> None:
    code = (
        "import json, sys, streamlit as st; "
        "print(json.dumps({name: st.get_option(name) for name in json.loads(sys.argv[1])}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(list(SAFE))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == SAFE
    shipped = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    named = {
        f"{part}.{name}": shipped[part][name]
        for part in ("server", "client", "runner", "browser")
        for name in shipped[part]
    }
    assert SAFE.items() <= named.items()
    for path in (*ROOT.glob("*.sh"), ROOT / "Makefile", ROOT / ".ci" / "run"):
        if path.exists():
            text = path.read_text("utf-8")
            assert "enableCORS" not in text
            assert "server.address" not in text

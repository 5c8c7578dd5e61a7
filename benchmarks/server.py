"""The real server in a process of its own, on a temporary workspace, and a client for it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from core import background
from core import db as store
from core.workspace import ROOT, Workspace

START_SECONDS = 90


class Client:
    """Somebody who asks the server about the workspace ``own``; one connection, kept open."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, **query: Any) -> tuple[bytes, float]:
        """The body of a 200 answer and the seconds it took.

        :raises RuntimeError: for any other answer.
        """
        return self._ask("GET", path, query)

    def post(self, path: str, document: Any) -> tuple[Any, float]:
        """Send JSON; the JSON answer and the seconds it took.

        :raises RuntimeError: for an answer other than 200.
        """
        body, seconds = self._ask("POST", path, {}, json.dumps(document).encode())
        return json.loads(body), seconds

    def _ask(
        self, method: str, path: str, query: dict[str, Any], body: bytes | None = None
    ) -> tuple[bytes, float]:
        address = f"/api{path}?{urlencode({'w': 'own', **query})}"
        headers = {"Content-Type": "application/json"} if body else {}
        started = time.perf_counter()
        try:
            answer, data = self._exchange(method, address, body, headers)
        except (ConnectionError, http.client.RemoteDisconnected):
            # The server drops idle connections after some seconds; browsers connect again, too.
            self._connection.close()
            answer, data = self._exchange(method, address, body, headers)
        seconds = time.perf_counter() - started
        if answer.status != 200:
            raise RuntimeError(f"{method} {address}: {answer.status} {data[:300]!r}")
        return data, seconds

    def _exchange(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        self._connection.request(method, address, body, headers)
        answer = self._connection.getresponse()
        return answer, answer.read()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Server(Client):
    """A running server, and what its process uses."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        super().__init__(port)
        self.process = process

    def cpu_seconds(self) -> float:
        """Processor time of the server so far; 0 where the system does not tell."""
        with suppress(OSError):
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def memory_mb(self) -> dict[str, float]:
        """Resident memory now and at its largest, MiB; empty where the system does not tell."""
        with suppress(OSError):
            lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
            sizes = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
            return {
                name: int(sizes[key].split()[0]) / 1024
                for name, key in (("now", "VmRSS"), ("largest", "VmHWM"))
            }
        return {}

    def held(self) -> dict[str, int]:
        """Open file descriptors and threads; empty where the system does not tell."""
        with suppress(OSError):
            folder = Path(f"/proc/{self.process.pid}")
            parts = {"descriptors": "fd", "threads": "task"}
            return {name: sum(1 for _ in (folder / part).iterdir()) for name, part in parts.items()}
        return {}

    def modules(self) -> set[str]:
        """Shared libraries in the process that belong to model code; should be empty."""
        with suppress(OSError):
            maps = Path(f"/proc/{self.process.pid}/maps").read_text()
            return {name for name in ("torch", "mediapipe", "transformers") if f"/{name}/" in maps}
        return set()


@contextmanager
def running(own: Workspace) -> Iterator[Server]:
    """Start the server on a workspace; its demo is empty and stays so.

    :raises RuntimeError: when it does not start.
    """
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="dataguard-bench-") as folder:
        demo = Workspace(Path(folder) / "demo")
        _keep_empty(demo)
        log = Path(folder) / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", "app.py"),
                    *("--server.headless", "true", "--server.port", str(port)),
                ],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATAGUARD_WORKSPACE": str(own.root),
                    "DATAGUARD_DEMO": str(demo.root),
                },
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait(process, port, log)
            yield Server(process, port)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _keep_empty(demo: Workspace) -> None:
    """Mark the demo as opened before, so that the server adds nothing and starts no model."""
    store.write(
        demo,
        lambda db: db.execute(
            "INSERT INTO settings (key, value) VALUES ('demo_opened', ?) ON CONFLICT DO NOTHING",
            [str(len(background.SAMPLES))],
        ),
    )
    store.close_all()


def _free_port() -> int:
    """Any that the system offers: two benchmarks at a time hardly ever get the same."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/api/openapi.json")
            if connection.getresponse().status == 200:
                return
        connection.close()
        time.sleep(0.2)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")

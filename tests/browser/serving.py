"""The app as ``streamlit run app.py`` starts it, on workspaces of a test's own.

The server is a process of its own that can be killed; it is forked from one that has imported what
a server imports. ``tests/test_app.py`` proves the same with the command itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import urllib.request
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from core.workspace import ROOT, Workspace

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.browser.imported"])


def _serve(port: int, environment: dict[str, str], log: Path) -> None:
    """The command, in this process; it ends when the tests do, however that comes."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    from streamlit.web import cli

    cli.main(["run", "app.py", "--server.port", str(port), "--server.headless", "true"])


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@dataclass
class Server:
    """A server on workspaces in a folder; not started yet."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: BaseProcess | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def own(self) -> Workspace:
        return Workspace(self.folder / "own")

    @property
    def demo(self) -> Workspace:
        return Workspace(self.folder / "demo")

    def start(self) -> None:
        log = self.folder / "server.log"
        environment = {**os.environ, **self.environment}
        self.process = _PROCESSES.Process(
            target=_serve, args=(self.port, environment, log), daemon=True
        )
        self.process.start()
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and self.process.is_alive():
            try:
                with urllib.request.urlopen(f"{self.url}/api/health", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(log.read_text() if log.exists() else "it did not start")

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nothing is said."""
        assert self.process is not None
        self.process.kill()
        self.process.join()

    def stop(self) -> None:
        if self.process is not None and self.process.is_alive():
            self.process.terminate()
            self.process.join(10)
            if self.process.is_alive():
                self.kill()

    def stop_workers(self) -> None:
        """End the worker processes of the workspaces (Linux)."""
        for pid in _workers_of(self.folder):
            os.kill(pid, signal.SIGKILL)


def _workers_of(folder: Path) -> list[int]:
    """Processes of the worker that were given a workspace below a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if "work" in command and any(part.startswith(str(folder)) for part in command):
            found.append(int(entry.name))
    return found

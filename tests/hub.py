"""A hub on 127.0.0.1: real HTTP, the addresses that huggingface_hub asks, and faults on demand."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

REVISION = "0123456789abcdef0123456789abcdef01234567"
PIECE = 16 * 1024


@dataclass
class Repository:
    """A model on the hub; files that end in .safetensors lie in its large-file storage."""

    files: dict[str, bytes]
    licence: str = "apache-2.0"
    gated: bool = False
    revision: str = REVISION
    tell: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, **settings: Any) -> Repository:
        return cls({path.name: path.read_bytes() for path in folder.iterdir()}, **settings)


HEAD = b'{"w": {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}}'
SMALL = len(HEAD).to_bytes(8, "little") + HEAD + b"\0" * 8
"""Sound safetensors of one tensor."""


def small(model_type: str = "d_fine", **settings: Any) -> Repository:
    """A model of a few bytes that passes every check and that nothing could load."""
    config = json.dumps({"model_type": model_type}).encode()
    return Repository({"config.json": config, "model.safetensors": SMALL}, **settings)


@dataclass
class Faults:
    """What goes wrong: ``cut`` bytes after which a file breaks off, once for each number; answers
    ``statuses`` to the next requests for files; ``swap`` other bytes in a file; ``pace`` bytes/s;
    ``storage`` is another hub that large files are sent by.
    """

    cut: dict[str, list[int]] = field(default_factory=dict)
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    swap: dict[str, bytes] = field(default_factory=dict)
    pace: float = 0.0
    ignore_ranges: bool = False
    storage: str = ""


class FakeHub:
    """``asked`` are the requests, ``sent`` the bytes of bodies by file name."""

    def __init__(self) -> None:
        self.models: dict[str, Repository] = {}
        self.faults = Faults()
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.sent: Counter[str] = Counter()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Bound", (Handler,), {"hub": self})
        )
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running() -> Iterator[FakeHub]:
    made = FakeHub()
    made.start()
    try:
        yield made
    finally:
        made.stop()


def _sibling(name: str, data: bytes) -> dict[str, Any]:
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    told: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": blob}
    if name.endswith(".safetensors"):
        sha256 = hashlib.sha256(data).hexdigest()
        told["lfs"] = {"sha256": sha256, "size": len(data), "pointerSize": 134}
    return told


class Handler(BaseHTTPRequestHandler):
    """Answers as the hub does, with the faults that are asked for."""

    protocol_version = "HTTP/1.1"
    hub: FakeHub

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self.hub.asked.append(self.path)
        self.hub.headers.append(dict(self.headers))
        path = self.path.split("?")[0]
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", path):
            self._info(found[1], found[2])
        elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self._file(found[1], found[2], found[3], stored=False)
        elif found := re.fullmatch(r"/storage/([^/]+/[^/]+)/([^/]+)/(.+)", path):
            self._file(found[1], found[2], found[3], stored=True)
        else:
            self._answer(404, b"", {})

    def _info(self, name: str, revision: str | None) -> None:
        model = self.hub.models.get(name)
        if model is None:
            self._answer(401, b"", {"X-Error-Code": "RepoNotFound"})
            return
        if revision not in (None, "main", model.revision):
            self._answer(404, b"", {"X-Error-Code": "RevisionNotFound"})
            return
        told = {
            "id": name,
            "modelId": name,
            "sha": model.revision,
            "private": False,
            "gated": "manual" if model.gated else False,
            "tags": [f"license:{model.licence}"],
            "cardData": {"license": model.licence},
            "siblings": [_sibling(*item) for item in model.files.items()],
            **model.tell,
        }
        self._answer(200, json.dumps(told).encode(), {"Content-Type": "application/json"})

    def _file(self, name: str, revision: str, file: str, *, stored: bool) -> None:
        model = self.hub.models.get(name)
        if self.hub.faults.statuses and file.endswith(".safetensors"):
            self._answer(self.hub.faults.statuses[0][0], b"", self.hub.faults.statuses.pop(0)[1])
        elif model is None or revision != model.revision or file not in model.files:
            self._answer(404, b"", {"X-Error-Code": "EntryNotFound"})
        elif model.gated:
            self._answer(403, b"", {"X-Error-Code": "GatedRepo"})
        elif file.endswith(".safetensors") and not stored:
            self._answer(
                302,
                b"",
                {"Location": f"{self.hub.faults.storage}/storage/{name}/{revision}/{file}"},
            )
        else:
            self._send(file, self.hub.faults.swap.get(file, model.files[file]))

    def _send(self, file: str, data: bytes) -> None:
        first, total = 0, len(data)
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        if wanted and not self.hub.faults.ignore_ranges:
            first = int(wanted[1])
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{total - 1}/{total}")
        self.send_header("Content-Length", str(total - first))
        self.end_headers()
        cuts = self.hub.faults.cut.get(file)
        end = min(total, first + cuts.pop(0)) if cuts else total
        sent = self.hub.sent
        for at in range(first, end, PIECE):
            piece = data[at : min(at + PIECE, end)]
            try:
                self.wfile.write(piece)
            except OSError:
                break
            sent[file] += len(piece)
            if self.hub.faults.pace:
                time.sleep(len(piece) / self.hub.faults.pace)
        self.close_connection = end < total

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

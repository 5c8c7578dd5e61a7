"""Uploads: streamed to disk, resumable at any byte, hashed on the way, one video in the end.

An upload is two files in the workspace's ``uploads`` folder: what has arrived (``ID.part``) and
what was announced (``ID.json``). Its offset is the size of the part, so a restart loses nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import content, errors, intake, videos
from core import db as store
from core.intake import File
from core.videos import Video
from core.workspace import Workspace

LARGEST = 256 * 2**30
MOST_OPEN = 200
EXPIRY_SECONDS = 24 * 3600.0
_CHUNK = 4 * 2**20
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    """An announced file: how much of it is there, out of how many bytes."""

    id: str
    name: str
    size: int
    offset: int
    person: str


@dataclass(slots=True)
class _Live:
    """What this process knows of an upload beyond its files."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    receiver: object | None = None
    digest: Any = None
    hashed: int = 0


_live: dict[Path, _Live] = {}
_live_lock = threading.Lock()


def _paths(workspace: Workspace, identity: str) -> tuple[Path, Path]:
    if not _ID.fullmatch(identity):
        raise errors.UnknownItem("There is no upload {name}.", name=identity[:40])
    folder = workspace.uploads
    return folder / f"{identity}.part", folder / f"{identity}.json"


def _state(part: Path) -> _Live:
    with _live_lock:
        return _live.setdefault(part, _Live())


def begin(workspace: Workspace, *, name: str, size: int, person: str) -> Upload:
    """Announce a file.

    :param size: its bytes.
    :raises BadInput: for an empty or absurdly large file.
    :raises StorageFull: when it and the other open uploads would not fit.
    """
    shown = videos.display_name(name)
    if not 0 < size <= LARGEST:
        raise errors.BadInput(
            "{name} has {size} bytes; a file of 1 byte to {limit} GB can be uploaded.",
            name=shown,
            size=size,
            limit=LARGEST // 2**30,
        )
    store.open_workspace(
        workspace
    )  # files beside a database that is not there mean that it is gone
    clean(workspace)
    others = open_uploads(workspace)
    if len(others) >= MOST_OPEN:
        raise errors.BadInput(
            "{count} uploads are open already.", "Finish or cancel some first.", count=len(others)
        )
    workspace.require_space(size + sum(other.size - other.offset for other in others))
    identity = uuid.uuid4().hex
    part, announced = _paths(workspace, identity)
    announced.write_text(json.dumps({"name": shown, "size": size, "person": person}))
    part.touch()
    return Upload(identity, shown, size, 0, person)


def get(workspace: Workspace, identity: str) -> Upload:
    """An open upload and how far it is.

    :raises UnknownItem: when there is none, or no longer.
    """
    part, announced = _paths(workspace, identity)
    facts = _facts(announced, identity)
    done = facts["size"] if "sha256" in facts else 0
    with suppress(FileNotFoundError):
        done = part.stat().st_size
    return Upload(identity, facts["name"], facts["size"], done, facts["person"])


def _facts(announced: Path, identity: str) -> dict[str, Any]:
    try:
        return dict(json.loads(announced.read_text()))
    except (OSError, ValueError) as error:
        raise errors.UnknownItem(
            "There is no upload {name}.", "Start the upload again.", name=identity
        ) from error


def open_uploads(workspace: Workspace) -> list[Upload]:
    """Every upload that was begun and not finished."""
    found = []
    for part in workspace.uploads.glob("*.part"):
        with suppress(errors.UnknownItem):
            found.append(get(workspace, part.stem))
    return found


class Receiver:
    """Takes the bytes of one request; a newer request for the same upload ends it."""

    def __init__(self, upload: Upload, part: Path, live: _Live) -> None:
        self._upload, self._live = upload, live
        self._file = part.open("r+b")
        self._file.seek(0, os.SEEK_END)
        self.offset = self._file.tell()

    def write(self, data: bytes) -> None:
        """Append bytes.

        :raises BadInput: beyond the announced size. :raises StorageFull: no space; the bytes are
            not kept and may be sent again. :raises Stale: a newer request took over.
        """
        with self._live.lock:
            if self._live.receiver is not self:
                raise errors.Stale("Upload {name} goes on elsewhere.", name=self._upload.name)
            if self.offset + len(data) > self._upload.size:
                raise errors.BadInput(
                    "{name} is larger than the {size} bytes that were announced.",
                    name=self._upload.name,
                    size=self._upload.size,
                )
            try:
                self._file.write(data)
                self._file.flush()
            except OSError as error:
                self._file.truncate(self.offset)
                if content.is_full(error):
                    raise content.full(Path(self._upload.name)) from error
                raise
            self._live.digest.update(data)
            self.offset += len(data)
            self._live.hashed = self.offset

    def close(self) -> None:
        """Let go of the file."""
        with self._live.lock, suppress(OSError):
            self._file.close()
            if self._live.receiver is self:
                self._live.receiver = None


@contextmanager
def receiving(workspace: Workspace, identity: str, *, offset: int) -> Iterator[Receiver]:
    """Go on with an upload at ``offset``, which must be where it stopped.

    :raises UnknownItem: when there is no such upload.
    :raises Stale: when the offset is another one; ``current`` carries it.
    """
    receiver = receive(workspace, identity, offset=offset)
    try:
        yield receiver
    finally:
        receiver.close()


def receive(workspace: Workspace, identity: str, *, offset: int) -> Receiver:
    """As :func:`receiving`, for callers that close the receiver themselves."""
    upload = get(workspace, identity)
    part, _ = _paths(workspace, identity)
    live = _state(part)
    with live.lock:
        receiver = Receiver(upload, part, live)
        if receiver.offset != offset:
            receiver._file.close()
            raise errors.Stale(
                "Upload {name} goes on at byte {offset}.",
                current=[{"offset": receiver.offset}],
                name=upload.name,
                offset=receiver.offset,
            )
        _catch_up(live, part, receiver.offset)
        live.receiver = receiver
    return receiver


def _catch_up(live: _Live, part: Path, offset: int) -> None:
    """Have the hash of what is there; read again what this process did not see arrive."""
    if live.digest is not None and live.hashed == offset:
        return
    live.digest = hashlib.sha256()
    with part.open("rb") as file:
        while chunk := file.read(_CHUNK):
            live.digest.update(chunk)
    live.hashed = offset


def finish(workspace: Workspace, identity: str) -> tuple[Video, int | None]:
    """Move a complete upload into the store; returns its video and the job that looks at it.

    May be called again when the answer was lost. The job is None for a content that is known.

    :raises UnknownItem: when there is no such upload. :raises BadInput: when bytes are missing.
    """
    part, announced = _paths(workspace, identity)
    live = _state(part)
    store.open_workspace(workspace)
    with live.lock:
        live.receiver = None
        facts = _facts(announced, identity)
        if "sha256" not in facts:
            facts["sha256"] = _complete(live, part, facts)
            _note(announced, facts)
        stored = workspace.media_path(facts["sha256"], content.ORIGINAL)
        _move(part, stored, facts)
        found = stored.stat()
        file = File(
            stored, facts["name"], facts["sha256"], found.st_size, found.st_mtime_ns, stored=True
        )
        person = facts["person"]
        outcome = store.write(
            workspace, lambda db: intake.expect(db, workspace, file, person=person)
        )
    with _live_lock:
        _live.pop(part, None)
    return outcome


def _complete(live: _Live, part: Path, facts: dict[str, Any]) -> str:
    there = part.stat().st_size if part.exists() else 0
    if there != facts["size"]:
        raise errors.BadInput(
            "{name} is not complete: {there} of {size} bytes have arrived.",
            "Go on with the upload.",
            name=facts["name"],
            there=there,
            size=facts["size"],
        )
    _catch_up(live, part, there)
    digest: str = live.digest.hexdigest()
    return digest


def _note(announced: Path, facts: dict[str, Any]) -> None:
    with content.replacing(announced) as part:
        part.write_text(json.dumps(facts))


def _move(part: Path, stored: Path, facts: dict[str, Any]) -> None:
    if stored.is_file() and stored.stat().st_size == facts["size"]:
        part.unlink(missing_ok=True)
    elif part.exists():
        content.into_place(part, stored)
    else:
        raise errors.UnknownItem(
            "The uploaded file of {name} is gone.", "Upload it again.", name=facts["name"]
        )


def cancel(workspace: Workspace, identity: str) -> None:
    """Drop an upload and what has arrived of it; one that is not there is no error."""
    part, announced = _paths(workspace, identity)
    live = _state(part)
    with live.lock:
        live.receiver = None
        part.unlink(missing_ok=True)
        announced.unlink(missing_ok=True)
    with _live_lock:
        _live.pop(part, None)


def clean(workspace: Workspace) -> None:
    """Drop the uploads that nobody went on with for a day."""
    for path in workspace.uploads.glob("*.*"):
        part = path.with_name(f"{path.name.split('.')[0]}.part")
        newest = max((_modified(file) for file in (path, part)), default=0.0)
        if time.time() - newest > EXPIRY_SECONDS:
            path.unlink(missing_ok=True)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

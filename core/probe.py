"""The first look at a new file, in a child process with limits, and the hash that names it."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from core import errors, probe_child
from core.media import MediaInfo, Remark

__all__ = ["MediaInfo", "Remark", "probe", "sha256_of"]

_ROOT = Path(__file__).resolve().parent.parent
_CHUNK = 4 * 2**20
_MEMORY = 3 * 2**30

Progress = Callable[[int, int | None], None]


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """The hash that identifies a video, read in pieces.

    :param progress: called with (bytes done, bytes in all); may raise to stop.
    :raises VideoMissing: no such file; :raises VideoUnreadable: it may not be read.
    """
    digest = hashlib.sha256()
    try:
        total = path.stat().st_size
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                if progress is not None:
                    progress(file.tell(), total)
    except FileNotFoundError as error:
        raise errors.VideoMissing(
            "The file of {name} is gone.",
            "Put it back where it was, or add it again from its new place.",
            name=path.name,
        ) from error
    except OSError as error:
        raise errors.VideoUnreadable(
            "{name} may not be read.", "Check the rights of the file.", name=path.name
        ) from error
    return digest.hexdigest()


def probe(
    path: Path,
    *,
    progress: Progress | None = None,
    sha256: str | None = None,
    timeout: float = 6 * 3600,
    stall: float = 60,
    memory: int = _MEMORY,
) -> MediaInfo:
    """Look at a file for the first time: demux, decode once, number and time all frames.

    The decoding happens in a child with limits on memory, CPU and wall time, so that a hostile
    file can at worst end that child.

    :param progress: called with (frames done, frames in all or None); whatever it raises ends
        the child and comes out of here (a cancel).
    :param sha256: the file's hash where it is known already (hashed on upload).
    :param timeout: wall seconds in all; :param stall: wall seconds without a sign of life. What
        hangs is tried once more without threads: those of some decoders wait for each other for
        ever where a file is damaged.
    :raises VideoMissing: no such file; :raises VideoUnreadable: why it cannot be used.
    """
    before = _fingerprint(path)
    end = time.monotonic() + timeout
    request = {
        "path": base64.b64encode(os.fsencode(path.absolute())).decode("ascii"),
        "memory": memory,
        "cpu_seconds": int(timeout * (os.cpu_count() or 1)) + 1,
    }
    try:
        answer = _ask(request, path.name, progress, end=end, stall=stall)
    except _TooSlow:
        alone = {**request, "threads": 1}
        answer = _patiently(lambda: _ask(alone, path.name, progress, end=end, stall=stall), path)
    info = MediaInfo(**probe_child.decoded(answer))
    digest = sha256 or sha256_of(path)
    if _fingerprint(path) != before:
        raise errors.VideoUnreadable(
            "{name} changed while it was read.", "Add it when it is complete.", name=path.name
        )
    return dataclasses.replace(info, sha256=digest, bytes=before[0])


def _fingerprint(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise errors.VideoMissing(
            "The file of {name} is gone.",
            "Put it back where it was, or add it again from its new place.",
            name=path.name,
        ) from error
    return stat.st_size, stat.st_mtime_ns


class _TooSlow(Exception):
    """No sign of life for too long, or the time is over."""


def _patiently(ask: Callable[[], dict[str, Any]], path: Path) -> dict[str, Any]:
    try:
        return ask()
    except _TooSlow as error:
        raise errors.VideoUnreadable(
            "Reading {name} took too long.",
            "Convert it to H.264 in an MP4 file first.",
            name=path.name,
        ) from error


def _ask(
    request: dict[str, Any], name: str, progress: Progress | None, *, end: float, stall: float
) -> dict[str, Any]:
    """Run the child and wait for its answer."""
    lines: queue.Queue[bytes] = queue.Queue()
    with tempfile.TemporaryFile() as complaints, _start(complaints) as child:
        reader = threading.Thread(target=_read_lines, args=(child.stdout, lines), daemon=True)
        reader.start()
        try:
            assert child.stdin is not None
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            answer = _listen(lines, progress, end, stall)
        except BrokenPipeError:
            answer = None
        finally:
            child.kill()
            reader.join()
        if answer is None:
            raise _crashed(name)
        return answer


def _start(complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "MALLOC_ARENA_MAX": "2",  # address space is limited, and each arena reserves some
        "OPENBLAS_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "core.probe_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        cwd=_ROOT,
        env=environment,
    )


def _listen(
    lines: queue.Queue[bytes], progress: Progress | None, end: float, stall: float
) -> dict[str, Any] | None:
    """Follow the child's lines to its answer; None when it ended without one."""
    while True:
        patience = min(stall, end - time.monotonic())
        try:
            line = lines.get(timeout=max(patience, 0))
        except queue.Empty:
            raise _TooSlow from None
        if not line:
            return None
        said = json.loads(line)
        if "result" in said:
            result: dict[str, Any] = said["result"]
            return result
        if "error" in said:
            raise _rebuilt(said["error"])
        if progress is not None:
            progress(*said["progress"])


def _read_lines(pipe: IO[bytes] | None, lines: queue.Queue[bytes]) -> None:
    if pipe is not None:
        for line in pipe:
            lines.put(line)
    lines.put(b"")


def _rebuilt(error: dict[str, Any]) -> errors.DataGuardError:
    kind = getattr(errors, error["kind"], errors.VideoUnreadable)
    rebuilt: errors.DataGuardError = kind(error["message"], error["hint"], **error["values"])
    return rebuilt


def _crashed(name: str) -> errors.VideoUnreadable:
    return errors.VideoUnreadable(
        "{name} made the decoder fail; the file is damaged or asks for too much.",
        "Copy or download the file again, or convert it to H.264 in an MP4 file.",
        name=name,
    )

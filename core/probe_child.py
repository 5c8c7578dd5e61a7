"""The limited child process of :mod:`core.probe`, run as ``python -m core.probe_child``.

Reads one JSON request line from its input, writes JSON lines: progress, then a result or an
error. It ends when its input closes, that is when its parent is gone.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from core import errors, first_look, media, rehearsal

_PROGRESS_SECONDS = 0.2


def main() -> None:
    """Answer one request."""
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit(request["memory"], request["cpu_seconds"])
    path = Path(os.fsdecode(base64.b64decode(request["path"])))
    try:
        report = _Report()
        threads = request.get("threads", first_look.THREADS)
        info = first_look.look(path, report, threads=threads)
        rehearsal.rehearse(path, info, report)
        report(info.times.count, info.times.count)
        answer = {"result": encoded(info)}
    except errors.DataGuardError as error:
        answer = {"error": {"kind": type(error).__name__, **error.to_json()}}
    except MemoryError:
        too_much = first_look.too_much_memory(path.name)
        answer = {"error": {"kind": type(too_much).__name__, **too_much.to_json()}}
    _write(answer)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(3)


def _limit(memory: int, cpu_seconds: int) -> None:
    """Cap address space and CPU time where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the wall limit of the parent has to do
        return
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):  # macOS knows RLIMIT_AS but refuses it
            continue


class _Report:
    """Progress lines, a few per second."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._last >= _PROGRESS_SECONDS or done == total:
            self._last = now
            _write({"progress": [done, total]})


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def encoded(info: media.MediaInfo) -> dict[str, Any]:
    """A :class:`MediaInfo` as JSON values."""
    data = {name: getattr(info, name) for name in info.__slots__}
    data["sar"] = [info.sar.numerator, info.sar.denominator]
    data["times"] = base64.b64encode(info.times.to_blob()).decode("ascii")
    data["warnings"] = [[remark.message, remark.values] for remark in info.warnings]
    return data


def decoded(data: dict[str, Any]) -> dict[str, Any]:
    """The inverse of :func:`encoded`, as keyword arguments for :class:`MediaInfo`."""
    from core.frame_times import FrameTimes

    return {
        **data,
        "sar": Fraction(*data["sar"]),
        "times": FrameTimes.from_blob(base64.b64decode(data["times"])),
        "warnings": tuple(media.Remark(message, values) for message, values in data["warnings"]),
    }


if __name__ == "__main__":
    main()

"""Bringing one file here: in pieces, from where it stopped, again when the connection breaks."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from core import errors, hub, offers
from core.jobs import Job
from core.offers import File, Offer
from core.progress import JobReport
from core.workspace import Workspace

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

LOOK_SECONDS = 0.5
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further attempt, counted anew whenever something arrived."""


@dataclass(slots=True)
class Teller:
    """Keeps the job's progress in bytes; every call may raise Cancelled or do urgent work."""

    workspace: Workspace
    job: Job
    between: Callable[[], None]
    total: int = 0
    done: int = 0
    _looked: float = 0.0
    _report: JobReport = field(init=False)

    def __post_init__(self) -> None:
        self._report = JobReport(self.workspace, self.job)

    def moved(self, count: int) -> None:
        """So many more bytes are here; fewer where some had to be dropped."""
        self.done += count
        self.look()

    def look(self) -> None:
        """Commit the progress now and then, which is also where a cancelled job stops."""
        now = time.monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._report.frames(self.done, self.total, kept=self.done > 0)
            self.between()

    def wait(self, seconds: float) -> None:
        """Let time pass, looking whether the job was cancelled."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.5))
            self.look()


def patiently(attempt: Callable[[], T], told: Teller) -> T:
    """Try again what may go well later, as long as something arrives in between.

    :raises Unreachable: when it did not go well for long enough.
    """
    failures, before = 0, told.done
    while True:
        try:
            return attempt()
        except errors.Unreachable as error:
            failures = 1 if told.done > before else failures + 1
            if failures > len(WAITS):
                raise
            before = told.done
            told.wait(max(WAITS[failures - 1], error.pause))


def fetch(client: httpx.Client, offer: Offer, file: File, part: Path, told: Teller) -> None:
    """Bring one file into ``part`` under its name, which it gets when its hash is right.

    :raises Unreachable: when the connection broke too often; what has arrived is kept.
    :raises ModelUnavailable: when its bytes are not those the hub told of.
    """
    target = part / file.name
    if target.is_file():
        told.moved(file.size)
        return
    partial = part / f"{file.name}.incomplete"
    resumed = partial.exists()
    told.moved(partial.stat().st_size if resumed else 0)
    patiently(lambda: _stream(client, offer, file, partial, told), told)
    if not _matches(file, partial) and resumed:
        # A crash may leave bytes that never reached the disk: once more, from the beginning.
        _drop(partial, told)
        patiently(lambda: _stream(client, offer, file, partial, told), told)
    if not _matches(file, partial):
        _drop(partial, told)
        raise errors.ModelUnavailable(
            "{file} of {hub} arrived with other bytes than the hub tells of; it was thrown away.",
            "Try again. If this happens again, something on the way changes what is fetched.",
            file=file.name,
            hub=offer.id,
        )
    partial.rename(target)


def _drop(partial: Path, told: Teller) -> None:
    told.moved(-partial.stat().st_size)
    partial.unlink()


def _stream(client: httpx.Client, offer: Offer, file: File, partial: Path, told: Teller) -> None:
    """Append what is missing of a file; on disk when this returns.

    :raises Unreachable: when the connection broke; what arrived is kept.
    """
    with partial.open("ab") as out:
        have = out.tell()
        if have > file.size:
            have = _restart(out, have, told)
        url = offers.address(offer.id, offer.revision, file.name)
        if have < file.size:
            with hub.asking(client, offer.id, url, skip=have) as answer:
                if have and not _continues(answer, have):
                    have = _restart(out, have, told)
                for (
                    piece
                ) in answer.iter_raw():  # as it comes: a size would hold the last piece back
                    have += len(piece)
                    if have > file.size:
                        raise _too_long(offer, file)
                    out.write(piece)
                    told.moved(len(piece))
            if have < file.size:
                raise errors.Unreachable(
                    "The connection to {host} ended before {file} was complete.",
                    "Try again: what has arrived is kept.",
                    host=hub.host(),
                    file=file.name,
                )
        out.flush()
        os.fsync(out.fileno())


def _restart(out: Any, have: int, told: Teller) -> int:
    out.truncate(0)
    told.moved(-have)
    return 0


def _continues(answer: httpx.Response, have: int) -> bool:
    """Whether an answer goes on at byte ``have``: a server may send all again instead."""
    place = answer.headers.get("Content-Range", "")
    return answer.status_code == 206 and place.startswith(f"bytes {have}-")


def _too_long(offer: Offer, file: File) -> errors.ModelUnavailable:
    return errors.ModelUnavailable(
        "{file} of {hub} is longer than the hub tells; the rest was not fetched.",
        "Try again. If this happens again, something on the way changes what is fetched.",
        file=file.name,
        hub=offer.id,
    )


def _matches(file: File, path: Path) -> bool:
    """Whether a file has the bytes the hub told of: their SHA-256, or git's name for them."""
    if path.stat().st_size != file.size:
        return False
    if file.sha256:
        digest = hashlib.sha256()
        expected = file.sha256
    else:
        digest = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
        expected = file.blob
    with path.open("rb") as data:
        while piece := data.read(2**20):
            digest.update(piece)
    return digest.hexdigest() == expected

"""How far a piece of work is: told to whoever asked, or kept in its job."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from core import db as store
from core import jobs
from core.jobs import Job
from core.workspace import Workspace

SHARES = 1000
"""What the ``total`` of an ingest job is: its progress is kept in thousandths."""

_COMMIT_SECONDS = 0.5
# Where each step of adding a video lies, in thousandths.
_STEPS = {"hashing": (0, 150), "reading": (150, 900), "copying": (900, 990)}

Report = Callable[[str, int, int | None], None]
"""Called with what is being done (hashing, reading, copying), how far, and of how much."""


def silent(doing: str, done: int, total: int | None) -> None:
    """A report that nobody reads."""


@dataclass(slots=True)
class JobReport:
    """Commits the progress of a job twice a second.

    Calling it raises Cancelled when the job was cancelled or another worker took it over.

    :ivar between: called as often; more urgent work may be done there.
    """

    workspace: Workspace
    job: Job
    between: Callable[[], None] = lambda: None
    _last: float = field(default=0.0)

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        first, end = _STEPS[doing]
        share = int((end - first) * min(done / total, 1.0)) if total else 0
        self.frames(first + share, SHARES)

    def frames(self, done: int, total: int, *, kept: bool = False) -> None:
        """Progress in a unit of the caller's; ``kept`` as of ``jobs.progress``."""
        if time.monotonic() - self._last >= _COMMIT_SECONDS:
            store.write(
                self.workspace,
                lambda db: jobs.progress(db, self.job, done=done, total=total, kept=kept),
            )
            self.between()
            self._last = time.monotonic()

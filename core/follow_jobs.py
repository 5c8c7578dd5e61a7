"""The worker's part of following: look on and on, keep what is seen, end where it has to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from core import change_numbers, errors, ingest, jobs, journal, tracks, verdicts, videos
from core import db as store
from core.ahead import Ahead
from core.following import Wish, span
from core.jobs import Job
from core.labels import Box, FollowResult, Lost, Picture
from core.sqlite import Database
from core.tracks import Track
from core.trails import Trail, followed, unseen, without
from core.videos import Video
from core.workspace import Workspace

FIRST_SECONDS = 0.1
KEEP_SECONDS = 0.4
"""How long sightings are gathered before they are kept: shorter at first, to be seen at once."""

MOST_UNKEPT = 64


@runtime_checkable
class Follower(Protocol):
    """What is needed of a loaded model; ``models.base.Follower`` is the full interface."""

    device: str

    def follow(
        self, first: Picture, boxes: Sequence[Box], pictures: Iterable[Picture]
    ) -> Iterator[FollowResult]:
        """One result per picture, in order, streaming."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...


def run_job(
    workspace: Workspace,
    job: Job,
    backend: object,
    *,
    between: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Do a ``follow`` job to its end and return where and why it ended.

    A job that was killed goes on from the last frame that was kept.

    :param between: called after each frame; other work may be done there.
    :raises Cancelled: when a person stopped it; what was kept stays.
    :raises BadInput: for a model that cannot follow.
    """
    if not isinstance(backend, Follower):
        raise errors.BadInput(
            "{model} cannot follow an object.",
            "Choose a model of the task track.",
            model=Wish.of(job).model,
        )
    work = _Work(workspace, job)
    reason = work.go_on(backend, between) if work.may_go_on else "edited"
    return {
        "track": work.track.id,
        "frames": abs(work.reached - work.wish.frame),
        "reached": work.reached,
        "reason": reason,
        "next": work.obstacle,
        "absent": work.absent,
        "model_seconds": round(work.model_seconds, 3),
    }


@dataclass(slots=True)
class _Work:
    workspace: Workspace
    job: Job
    wish: Wish = field(init=False)
    video: Video = field(init=False)
    track: Track = field(init=False)
    batch: int | None = field(init=False)
    revision: int = field(init=False)
    last: int = field(init=False)
    obstacle: int | None = field(init=False)
    reached: int = field(init=False)
    kept_at: float = field(init=False)
    absent: tuple[int, int] | None = None
    model_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.wish = wish = Wish.of(self.job)
        self.reached = wish.frame + wish.direction * self.job.done
        with store.reader(self.workspace) as db:
            self.video = videos.ready(db, self.job.video or 0)
            self.track = tracks.get(db, wish.track)
            self.batch, self.revision = _left(db, wish.batch, wish.revision)
        self.last, self.obstacle = span(self.video, self.track, self.reached, wish.direction)

    @property
    def may_go_on(self) -> bool:
        """Whether the track is as it was seen, or as this job left it."""
        present = self.track.at(self.reached) is not None
        return present and not self.track.deleted and self.track.revision == self.revision

    def go_on(self, backend: Follower, between: Callable[[], None]) -> str:
        """Follow, keep what is seen now and then, and say why it ended."""
        start = self.track.at(self.reached)
        assert start is not None
        trail = Trail(start, self.wish.direction)
        with store.reader(self.workspace) as db:
            reader = ingest.open_reader(db, self.workspace, self.video)
        forwards = self.wish.direction > 0
        wanted = (
            reader.sequence(self.reached, self.last)
            if forwards
            else reader.backwards(self.reached, self.last)
        )
        reason = "keyframe" if self.obstacle is not None else "end" if forwards else "begin"
        lost = False
        self.kept_at = time.monotonic() + FIRST_SECONDS - KEEP_SECONDS
        with reader, Ahead(wanted) as pictures:
            first = _first(pictures, self.reached)
            for result in backend.follow(first, [start.box], pictures):
                self.model_seconds += result.model_seconds
                seen = result.objects[0]
                if isinstance(seen, Lost):
                    reason, lost = seen.reason, self.obstacle is None
                    break
                trail.add(result.index, seen.box, seen.score)
                if self._due(trail) and not self._keep(trail):
                    return "edited"
                between()
        return reason if self._keep(trail, lost=lost) else "edited"

    def _due(self, trail: Trail) -> bool:
        return trail.unkept >= MOST_UNKEPT or time.monotonic() - self.kept_at >= KEEP_SECONDS

    def _keep(self, trail: Trail, *, lost: bool = False) -> bool:
        """Store what was seen; False where the track is no longer as this job left it.

        :param lost: the object is absent from where it was not seen any more.
        """
        keyframes = trail.keyframes()
        made = followed(self.track, trail, keyframes)
        absent = unseen(made, trail) if lost else None
        if not trail.unkept and absent is None:
            return True
        if absent is not None:
            made = without(made, *absent)
        kept = store.write(self.workspace, lambda db: self._change(db, trail.reached, made))
        if kept:
            trail.kept(keyframes)
            self.revision += 1
            self.track, self.reached, self.absent = made, trail.reached, absent
        self.kept_at = time.monotonic()
        return kept

    def _change(self, db: Database, reached: int, after: Track) -> bool:
        jobs.require_claim(db, self.job)
        before = tracks.get(db, after.id)
        if before.deleted or before.revision != self.revision:
            return False
        person = self.wish.person
        opening = self.batch is None
        if self.batch is None:
            self.batch = journal.open_batch(
                db, self.wish.batch, person=person, video=self.video.id, kind="do"
            )
        journal.write(
            db,
            batch=self.batch,
            person=person,
            verb="follow",
            before=before,
            after=after,
            change=change_numbers.take(db),
        )
        if opening and before.run is not None:
            verdicts.add(
                db,
                kind="track",
                target=before.id,
                decision="fix",
                person=person,
                batch=self.batch,
            )
        done = abs(reached - self.wish.frame)
        jobs.progress(db, self.job, done=done, total=abs(self.last - self.wish.frame), kept=True)
        return True


def _left(db: Database, batch: str, seen: int) -> tuple[int | None, int]:
    """The batch of a follow that was begun before, and the revision at which it left the track."""
    row = db.execute(
        "SELECT b.seq, max(e.revision) FROM batches b JOIN edits e ON e.batch = b.seq "
        "WHERE b.id = ? GROUP BY b.seq",
        [batch],
    ).fetchone()
    return (None, seen) if row is None else (int(row[0]), int(row[1]))


def _first(pictures: Iterator[Picture], frame: int) -> Picture:
    found = next(pictures, None)
    if found is None or found.index != frame:
        raise errors.FrameUnreadable(
            "Frame {frame} cannot be read, so nothing can be followed from it.",
            "Begin at another frame.",
            frame=frame,
        )
    return found

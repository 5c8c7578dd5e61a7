"""Following an object from a frame on: asked for by a person, done by the worker, kept as it goes.

What is followed becomes keyframes of the track, in one batch of the person's journal, so that one
undo takes all of it back. A keyframe that a person made is never replaced: the follow ends there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

from sqlite_utils import Database

from core import db as store
from core import errors, ingest, jobs, journal, people, tracks, verdicts, videos
from core.ahead import Ahead
from core.jobs import Job
from core.labels import Box, FollowResult, Keyframe, Lost, Picture
from core.language import N_
from core.tracks import Track
from core.trails import Trail
from core.videos import Video
from core.workspace import Workspace

KIND = "follow"
FIRST_SECONDS = 0.1
KEEP_SECONDS = 0.4
"""How long sightings are gathered before they are kept: shorter at first, to be seen at once."""

MOST_UNKEPT = 64

ENDINGS = {
    "end": N_("Followed to frame {frame}, where the video ends."),
    "begin": N_("Followed to frame 0, where the video begins."),
    "keyframe": N_("Followed to frame {frame}; a keyframe made by hand comes next, at {next}."),
    "left": N_("Followed to frame {frame}. Then it left the picture."),
    "points": N_("Followed to frame {frame}. Then too little of it was found again."),
    "error": N_("Followed to frame {frame}. Then it moved too fast or was covered."),
    "changed": N_("Followed to frame {frame}. Then it looked like something else."),
    "edited": N_("Followed to frame {frame}. Then the track was changed by a person."),
    "stopped": N_("Followed to frame {frame}."),
}
"""What is said at the end, by reason."""


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


def queue(
    db: Database,
    *,
    batch: str,
    person: str,
    video: int,
    track: int,
    revision: int,
    frame: int,
    direction: int,
    model: str,
) -> int:
    """Ask for a follow and return its job; asked twice with one batch id, it is one job.

    :param revision: of the track as the person saw it. :param direction: 1 or -1.
    :raises Stale: when somebody changed the track first; carries its current state.
    :raises BadInput: for a frame where the track is absent.
    """
    known = _asked(db, batch)
    if known is not None:
        return known
    if journal.find(db, batch) is not None:
        raise errors.BadInput("This batch id was used before.")
    found = videos.ready(db, video)
    current = tracks.get(db, track)
    if current.video != video:
        raise errors.UnknownItem("There is no track {name} in this video.", name=track)
    if current.deleted or current.revision != revision:
        raise errors.Stale(
            "Track {name} was changed by someone else meanwhile.",
            "Look at the current state, then decide which one to keep.",
            current=[{**current.to_json(), "deleted": current.deleted}],
            name=track,
        )
    if current.at(frame) is None:
        raise errors.BadInput("The track is not present at frame {frame}.", frame=frame)
    return jobs.add(
        db,
        KIND,
        video=video,
        parameters={
            "batch": batch,
            "person": people.identify(db, person),
            "track": track,
            "revision": revision,
            "frame": frame,
            "direction": direction,
            "model": model,
            "parameters": {},
            "device": "auto",
        },
        priority=jobs.HIGH,
        total=abs(_span(found, current, frame, direction)[0] - frame),
        person=people.identify(db, person),
    )


def _asked(db: Database, batch: str) -> int | None:
    row = db.execute(
        "SELECT id FROM jobs WHERE kind = ? AND json_valid(parameters) "
        "AND json_extract(parameters, '$.batch') = ?",
        [KIND, batch],
    ).fetchone()
    return None if row is None else int(row[0])


def _span(video: Video, track: Track, frame: int, direction: int) -> tuple[int, int | None]:
    """The last frame that may be followed to, and the person's keyframe that lies behind it."""
    ahead = [
        keyframe.frame
        for keyframe in track.keyframes
        if keyframe.source == "human" and (keyframe.frame - frame) * direction > 0
    ]
    if not ahead:
        return (video.frames - 1 if direction > 0 else 0), None
    nearest = min(ahead) if direction > 0 else max(ahead)
    return nearest - direction, nearest


def report(db: Database, identity: int) -> dict[str, Any]:
    """How far a follow is.

    ``reached`` is the newest frame that is kept; ``ending`` says why it ended, as a message with
    values, and ``error`` why it failed; ``worker`` whether any worker shows that it is alive;
    ``undo`` and ``redo`` count what the person can take back.

    :raises UnknownItem: when there is no such follow.
    """
    job = jobs.get(db, identity)
    if job.kind != KIND:
        raise errors.UnknownItem("There is no follow {name}.", name=identity)
    wanted, result = job.parameters, job.result or {}
    frame, direction = int(wanted["frame"]), int(wanted["direction"])
    reached = int(result.get("reached", frame + direction * job.done))
    reason = result.get("reason") or ("stopped" if job.cancel else None)
    ending = None
    if reason in ENDINGS:
        values = {"frame": reached, "next": result.get("next")}
        ending = {"message": ENDINGS[reason], "values": values}
    undo, redo = journal.depths(db, int(wanted["person"]), job.video)
    return {
        "job": job.id,
        "state": job.state,
        "video": job.video,
        "track": wanted["track"],
        "model": wanted["model"],
        "frame": frame,
        "direction": direction,
        "reached": reached,
        "reason": reason,
        "ending": ending,
        "error": job.error if job.state == "failed" else None,
        "worker": jobs.at_work(db),
        "undo": undo,
        "redo": redo,
    }


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
            model=job.parameters["model"],
        )
    work = _Work(workspace, job)
    reason = work.go_on(backend, between) if work.may_go_on else "edited"
    return {
        "track": work.track.id,
        "frames": abs(work.reached - work.frame),
        "reached": work.reached,
        "reason": reason,
        "next": work.obstacle,
        "model_seconds": round(work.model_seconds, 3),
    }


@dataclass(slots=True)
class _Work:
    workspace: Workspace
    job: Job
    video: Video = field(init=False)
    track: Track = field(init=False)
    batch: int | None = field(init=False)
    revision: int = field(init=False)
    last: int = field(init=False)
    obstacle: int | None = field(init=False)
    reached: int = field(init=False)
    kept_at: float = field(init=False)
    model_seconds: float = 0.0

    def __post_init__(self) -> None:
        wanted = self.job.parameters
        self.reached = self.frame + self.direction * self.job.done
        with store.reader(self.workspace) as db:
            self.video = videos.ready(db, self.job.video or 0)
            self.track = tracks.get(db, int(wanted["track"]))
            self.batch, self.revision = _left(db, wanted["batch"], int(wanted["revision"]))
        self.last, self.obstacle = _span(self.video, self.track, self.reached, self.direction)

    @property
    def frame(self) -> int:
        return int(self.job.parameters["frame"])

    @property
    def direction(self) -> int:
        return int(self.job.parameters["direction"])

    @property
    def may_go_on(self) -> bool:
        """Whether the track is as it was seen, or as this job left it."""
        present = self.track.at(self.reached) is not None
        return present and not self.track.deleted and self.track.revision == self.revision

    def go_on(self, backend: Follower, between: Callable[[], None]) -> str:
        """Follow, keep what is seen now and then, and say why it ended."""
        start = self.track.at(self.reached)
        assert start is not None
        trail = Trail(start, self.direction)
        with store.reader(self.workspace) as db:
            reader = ingest.open_reader(db, self.workspace, self.video)
        forwards = self.direction > 0
        wanted = (
            reader.sequence(self.reached, self.last)
            if forwards
            else reader.backwards(self.reached, self.last)
        )
        reason = "keyframe" if self.obstacle is not None else "end" if forwards else "begin"
        self.kept_at = time.monotonic() + FIRST_SECONDS - KEEP_SECONDS
        with reader, Ahead(wanted) as pictures:
            first = _first(pictures, self.reached)
            for result in backend.follow(first, [start.box], pictures):
                self.model_seconds += result.model_seconds
                seen = result.objects[0]
                if isinstance(seen, Lost):
                    reason = seen.reason
                    break
                trail.add(result.index, seen.box, seen.score)
                if self._due(trail) and not self._keep(trail):
                    return "edited"
                between()
        return reason if self._keep(trail) else "edited"

    def _due(self, trail: Trail) -> bool:
        return trail.unkept >= MOST_UNKEPT or time.monotonic() - self.kept_at >= KEEP_SECONDS

    def _keep(self, trail: Trail) -> bool:
        """Store what was seen; False where the track is no longer as this job left it."""
        if not trail.unkept:
            return True
        keyframes = trail.keyframes()
        kept = store.write(self.workspace, lambda db: self._change(db, trail, keyframes))
        if kept:
            trail.kept(keyframes)
            self.revision += 1
            self.reached = trail.reached
        self.kept_at = time.monotonic()
        return kept

    def _change(self, db: Database, trail: Trail, keyframes: Sequence[Keyframe]) -> bool:
        jobs.require_claim(db, self.job)
        before = tracks.get(db, self.track.id)
        if before.deleted or before.revision != self.revision:
            return False
        person, wanted = int(self.job.parameters["person"]), self.job.parameters
        opening = self.batch is None
        if self.batch is None:
            self.batch = journal.open_batch(
                db, wanted["batch"], person=person, video=self.video.id, kind="do"
            )
        journal.write(
            db,
            batch=self.batch,
            person=person,
            verb="follow",
            before=before,
            after=_followed(before, trail, keyframes),
            change=tracks.next_change(db),
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
        done = abs(trail.reached - self.frame)
        jobs.progress(db, self.job, done=done, total=abs(self.last - self.frame), kept=True)
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


def _followed(track: Track, trail: Trail, keyframes: Sequence[Keyframe]) -> Track:
    """The track with what was seen; what a model said of these frames before gives way.

    The frame it began at becomes a keyframe, so that no frame on its other side moves.
    """
    first, last = sorted((trail.anchor, trail.reached))
    kept = {
        keyframe.frame: keyframe
        for keyframe in track.keyframes
        if not first <= keyframe.frame <= last or keyframe.frame == trail.anchor
    }
    kept.setdefault(trail.anchor, replace(trail.start, source="human"))
    kept |= {keyframe.frame: keyframe for keyframe in keyframes}
    return replace(
        track,
        keyframes=tuple(kept[frame] for frame in sorted(kept)),
        first=min(track.first, first),
        last=max(track.last, last),
    )

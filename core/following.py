"""Following an object from a frame on: asked for by a person, and how far it is.

``core.follow_jobs`` does it. What is followed becomes keyframes of the track, in one batch of the
person's journal, so that one undo takes all of it back. A keyframe that a person made is never
replaced: the follow ends there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from core import errors, jobs, journal, people, stored, tracks, videos
from core.jobs import Job
from core.language import N_
from core.sqlite import Database
from core.tracks import Track
from core.videos import Video

KIND = "follow"

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

ABSENT = N_("It is absent from frame {first} to {last}.")
"""What is said too of an object that is lost, where nothing made by hand lies ahead."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a track as the person saw it, a frame, and where to from there.

    :ivar batch: id of the batch of edits that the follow will be. :ivar person: their number.
    :ivar direction: 1 or -1.
    """

    batch: str
    person: int
    track: int
    revision: int
    frame: int
    direction: int
    model: str

    @classmethod
    def of(cls, job: Job) -> Self:
        """The inverse of :meth:`parameters`.

        :raises StorageDamaged: for what was never asked for.
        """
        given = {name: job.parameters.get(name) for name in cls.__dataclass_fields__}
        numbers = ("person", "track", "revision", "frame", "direction")
        whole = all(type(given[name]) is int for name in numbers)
        if not whole or given["direction"] not in (1, -1) or not isinstance(given["batch"], str):
            raise stored.damaged(f"job {job.id}, parameters")
        return cls(**{**given, "model": str(given["model"])})  # type: ignore[arg-type]

    def parameters(self) -> dict[str, Any]:
        """What the job keeps; the last two say how the model is loaded."""
        return {**asdict(self), "parameters": {}, "device": "auto"}


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
        raise journal.stale(db, current)
    if current.at(frame) is None:
        raise errors.BadInput("The track is not present at frame {frame}.", frame=frame)
    who = people.identify(db, person)
    wish = Wish(batch, who, track, revision, frame, direction, model)
    return jobs.add(
        db,
        KIND,
        video=video,
        parameters=wish.parameters(),
        priority=jobs.HIGH,
        total=abs(span(found, current, frame, direction)[0] - frame),
        person=who,
    )


def _asked(db: Database, batch: str) -> int | None:
    row = db.execute(
        "SELECT id FROM jobs WHERE kind = ? AND json_valid(parameters) "
        "AND json_extract(parameters, '$.batch') = ?",
        [KIND, batch],
    ).fetchone()
    return None if row is None else int(row[0])


def span(video: Video, track: Track, frame: int, direction: int) -> tuple[int, int | None]:
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

    ``reached`` is the newest frame that is kept; ``ending`` says why it ended, as a message and a
    hint with values, and ``error`` why it failed; ``worker`` whether any worker shows that it is
    alive; ``undo`` and ``redo`` count what the person can take back.

    :raises UnknownItem: when there is no such follow.
    """
    job = jobs.get(db, identity)
    if job.kind != KIND:
        raise errors.UnknownItem("There is no follow {name}.", name=identity)
    wish, result = Wish.of(job), job.result or {}
    reached = int(result.get("reached", wish.frame + wish.direction * job.done))
    reason = result.get("reason") or ("stopped" if job.cancel else None)
    ending = None if reason not in ENDINGS else _ending(reason, reached, result)
    undo, redo = journal.depths(db, wish.person, job.video)
    return {
        "job": job.id,
        "state": job.state,
        "video": job.video,
        "track": wish.track,
        "model": wish.model,
        "frame": wish.frame,
        "direction": wish.direction,
        "reached": reached,
        "reason": reason,
        "ending": ending,
        "error": job.error if job.state == "failed" else None,
        "worker": jobs.at_work(db),
        "undo": undo,
        "redo": redo,
    }


def _ending(reason: str, reached: int, result: Mapping[str, Any]) -> dict[str, Any]:
    first, last = result.get("absent") or (None, None)
    values = {"frame": reached, "next": result.get("next"), "first": first, "last": last}
    return {
        "message": ENDINGS[reason],
        "hint": "" if first is None else ABSENT,
        "values": values,
    }

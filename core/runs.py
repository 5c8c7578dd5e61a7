"""Runs: one model over one video, with its raw output kept as it was."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from core import clock, errors, jobs, stored, videos
from core.jobs import Job
from core.labels import Box, Detection, FrameResult, Joint
from core.sqlite import Database

# Unpacked; 32 frames with hundreds of poses take a tenth of it.
_LARGEST_CHUNK = 64 * 2**20


def queue(
    db: Database,
    *,
    video: int,
    model: str,
    first: int = 0,
    last: int | None = None,
    every: int = 1,
    parameters: dict[str, Any] | None = None,
    device: str = "auto",
    person: int | None = None,
) -> int:
    """Queue a run and return its job.

    :param first, last: frames, both included; ``last`` None means to the end.
    :param every: look at one frame in this many.
    :raises BadInput: for a range outside the video.
    """
    found = videos.ready(db, video)
    end = found.frames - 1 if last is None else last
    if not 0 <= first <= end < found.frames or every < 1:
        raise errors.BadInput(
            "Frames {first} to {last} are not a range of {name}, which has frames 0 to {end}.",
            first=first,
            last=end,
            name=found.name,
            end=found.frames - 1,
        )
    return jobs.add(
        db,
        "suggest",
        video=video,
        parameters={
            "model": model,
            "first": first,
            "last": end,
            "every": every,
            "parameters": parameters or {},
            "device": device,
        },
        total=len(range(first, end + 1, every)),
        person=person,
    )


def start(
    db: Database, job: Job, *, version: str, weights_hash: str | None, device: str
) -> dict[str, Any]:
    """The run of a job; made on the first try, found again when the job is resumed."""
    jobs.require_claim(db, job)
    wanted = job.parameters
    db.execute(
        "INSERT INTO runs (video, job, model, version, weights_hash, parameters, device, "
        "first_frame, last_frame, every, person, created_at) "
        "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, person, ? FROM jobs WHERE id = ? "
        "ON CONFLICT (job) DO UPDATE SET state = 'running'",
        [
            job.video,
            job.id,
            wanted["model"],
            version,
            weights_hash,
            json.dumps(wanted["parameters"], sort_keys=True),
            device,
            wanted["first"],
            wanted["last"],
            wanted["every"],
            clock.now(),
            job.id,
        ],
    )
    return next(iter(db.query("SELECT * FROM runs WHERE job = ?", [job.id])))


def get(db: Database, identity: int) -> dict[str, Any]:
    """One run as a row, its parameters decoded.

    :raises UnknownItem: when there is none.
    """
    for row in db.query("SELECT * FROM runs WHERE id = ?", [identity]):
        return {**row, "parameters": stored.shown(row["parameters"])}
    raise errors.UnknownItem("There is no run {name}.", name=identity)


def listed(db: Database, video: int | None = None) -> list[dict[str, Any]]:
    """Runs, newest first; of one video, or all."""
    rows = db.query(
        "SELECT * FROM runs WHERE (? IS NULL OR video = ?) ORDER BY id DESC", [video, video]
    )
    return [{**row, "parameters": stored.shown(row["parameters"])} for row in rows]


def add_chunk(
    db: Database,
    run: int,
    chunk: int,
    data: bytes,
    *,
    span: tuple[int, int],
    seconds: float,
    model_seconds: float,
    frames: int,
) -> None:
    """Keep the raw output of one chunk of frames; ``data`` comes from :func:`encode`."""
    db.execute(
        "INSERT INTO run_frames (run, chunk, first_frame, last_frame, data) VALUES (?, ?, ?, ?, ?)",
        [run, chunk, span[0], span[1], data],
    )
    db.execute(
        "UPDATE runs SET frames = frames + ?, seconds = seconds + ?, "
        "model_seconds = model_seconds + ? WHERE id = ?",
        [frames, seconds, model_seconds, run],
    )


def end(db: Database, run: int, state: str) -> None:
    """Close a run: done, failed or cancelled."""
    db.execute(
        "UPDATE runs SET state = ?, finished_at = ?, tracks = (SELECT count(*) FROM tracks "
        "WHERE run = runs.id AND deleted = 0) WHERE id = ?",
        [state, clock.now(), run],
    )


def chunks(db: Database, run: int) -> Iterator[list[FrameResult]]:
    """The stored chunks of a run in order, decoded."""
    for row in db.query("SELECT data FROM run_frames WHERE run = ? ORDER BY chunk", [run]):
        yield decode(row["data"], f"run {run}, raw output")


def encode(results: Sequence[FrameResult]) -> bytes:
    """Results as compact bytes: coordinates to 1/100 pixel, scores to 1/10,000."""
    rows = [
        [
            result.index,
            round(result.model_seconds, 6),
            [detection_row(seen) for seen in result.detections],
        ]
        for result in results
    ]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 6)


def decode(data: bytes, place: str = "run_frames") -> list[FrameResult]:
    """The inverse of :func:`encode`.

    :param place: for the message. :raises StorageDamaged: for what :func:`encode` never writes.
    """
    text = stored.unpacked(data, place, most=_LARGEST_CHUNK)
    try:
        return [
            FrameResult(_whole(index), tuple(map(detection_of, detections)), _number(seconds))
            for index, seconds, detections in stored.items(text, place)
        ]
    except (ValueError, TypeError) as error:
        raise stored.damaged(place) from error


def detection_row(seen: Detection) -> list[Any]:
    """A detection as JSON keeps it, rounded as :func:`encode` says."""
    joints = seen.joints
    return [
        seen.class_name,
        round(seen.score, 4),
        [round(value, 2) for value in seen.box.values()],
        seen.skeleton,
        None
        if joints is None
        else [[round(j.x, 2), round(j.y, 2), round(j.score, 4), j.visibility] for j in joints],
    ]


def detection_of(row: Any) -> Detection:
    """The inverse of :func:`detection_row`.

    :raises ValueError, TypeError: for anything else.
    """
    name, score, box, skeleton, joints = row
    if not isinstance(name, str) or not isinstance(skeleton, str | None):
        raise ValueError("no names")
    found = None
    if joints is not None:
        found = tuple(
            Joint(_number(x), _number(y), _number(sure), _whole(seen))
            for x, y, sure, seen in joints
        )
    return Detection(name, Box(*map(_number, box)), _number(score), found, skeleton)


def _number(value: Any) -> float:
    if not stored.number(value):
        raise ValueError("no number")
    return value  # type: ignore[no-any-return]


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("no whole number")
    return value

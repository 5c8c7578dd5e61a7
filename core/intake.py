"""How a file becomes the rows of a video; everything here runs inside a write transaction.

A video is written at once when everything about it is known, so it is never half there. Work that
runs as a job may have a row in the state ``ingesting`` before (it has no frames yet): it becomes
ready, goes away with a refused file, or is resumed with its job.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from core import clock, content, errors, jobs, people, previews, progress, videos
from core.media import MediaInfo
from core.sqlite import Database
from core.videos import Video
from core.workspace import Workspace

PRIORITY = 5

_COLUMNS = (
    *("sha256", "name", "bytes", "width", "height", "rotation", "sar_num", "sar_den"),
    *("time_base_num", "time_base_den", "frames", "unreadable", "fps_num", "fps_den"),
    *("duration", "vfr", "codec", "container", "audio", "warnings", "added_by", "added_at"),
)
# A row that has no frames yet is a placeholder of a job; any other row is never overwritten.
_INSERT = (
    f"INSERT INTO videos ({', '.join(_COLUMNS)}, state) "
    f"VALUES ({', '.join(':' + column for column in _COLUMNS)}, 'ready') "
    "ON CONFLICT (sha256) DO UPDATE SET state = 'ready', error = NULL, "
    "revision = revision + 1, "
    f"{', '.join(f'{column} = excluded.{column}' for column in _COLUMNS)} WHERE frames = 0"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file to add, as it was when it was hashed; ``stored`` when it lies in the workspace."""

    path: Path
    name: str
    sha256: str
    bytes: int
    modified_ns: int
    stored: bool = False


def add_job(db: Database, person: str, *, video: int | None = None, **parameters: object) -> int:
    """Queue an ingest job."""
    return jobs.add(
        db,
        "ingest",
        video=video,
        parameters={**parameters, "person": people.checked_name(person)},
        priority=PRIORITY,
        total=progress.SHARES,
        person=people.identify(db, person),
    )


def expect(
    db: Database, workspace: Workspace, file: File, *, person: str
) -> tuple[Video, int | None]:
    """The video of a file that was just stored, and the job that looks at it.

    The job is None for a content whose frames are known: it is there (again) at once.
    """
    known = videos.by_sha256(db, file.sha256)
    if known is not None and known.frames:
        return refer(db, workspace, file, known.id), None
    db.execute(
        "INSERT INTO videos (sha256, name, bytes, state, added_by, added_at) "
        "VALUES (?, ?, ?, 'ingesting', ?, ?) "
        "ON CONFLICT (sha256) DO UPDATE SET state = 'ingesting', error = NULL",
        [
            file.sha256,
            videos.display_name(file.name),
            file.bytes,
            people.identify(db, person),
            clock.now(),
        ],
    )
    video = videos.by_sha256(db, file.sha256)
    assert video is not None
    reference(db, video.id, file)
    row = db.execute(
        "SELECT max(id) FROM jobs WHERE kind = 'ingest' AND video = ? "
        "AND state IN ('queued', 'running') AND cancel = 0",
        [video.id],
    ).fetchone()
    name = videos.display_name(file.name)
    job = row[0] or add_job(db, person, video=video.id, sha256=file.sha256, name=name, shown=name)
    return video, int(job)


def keep(db: Database, file: File, info: MediaInfo, person: str) -> Video:
    """Write a video, its frame table, its path and its proxy job. Needs a write transaction."""
    times = info.times
    db.execute(
        _INSERT,
        {
            "sha256": file.sha256,
            "name": videos.display_name(file.name),
            "bytes": file.bytes,
            "width": info.width,
            "height": info.height,
            "rotation": info.rotation,
            "sar_num": info.sar.numerator,
            "sar_den": info.sar.denominator,
            "time_base_num": times.time_base.numerator,
            "time_base_den": times.time_base.denominator,
            "frames": times.count,
            "unreadable": int(times.unreadable.sum()),
            "fps_num": times.fps.numerator,
            "fps_den": times.fps.denominator,
            "duration": float(times.duration),
            "vfr": int(times.vfr),
            "codec": info.codec,
            "container": info.container,
            "audio": info.audio,
            "warnings": json.dumps([remark.to_json() for remark in info.warnings]),
            "added_by": people.identify(db, person),
            "added_at": clock.now(),
        },
    )
    found = videos.by_sha256(db, file.sha256)
    assert found is not None
    db.execute(
        "INSERT INTO frame_times (video, data, digest) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [found.id, times.to_blob(), times.digest()],
    )
    reference(db, found.id, file)
    previews.queue_proxy(db, found.id, person=people.identify(db, person))
    return videos.get(db, found.id)


def refer(db: Database, workspace: Workspace, file: File, identity: int) -> Video:
    """Another path of a known content; brings a removed video back. Needs a write transaction."""
    reference(db, identity, file)
    db.execute(
        "UPDATE videos SET state = 'ready', revision = revision + 1 "
        "WHERE id = ? AND state = 'removed'",
        [identity],
    )
    if not workspace.media_path(file.sha256, content.PROXY).exists():
        previews.queue_proxy(db, identity)
    return videos.get(db, identity)


def reference(db: Database, identity: int, file: File) -> None:
    """Note where a content lies. A path whose file was replaced now belongs to the new content."""
    path = f"store:{file.sha256}" if file.stored else videos.path_text(file.path)
    db.execute(
        "INSERT INTO video_files (video, path, name, stored, bytes, modified_ns, added_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET video = excluded.video, "
        "name = excluded.name, bytes = excluded.bytes, modified_ns = excluded.modified_ns",
        [
            identity,
            path,
            videos.display_name(file.name),
            int(file.stored),
            file.bytes,
            file.modified_ns,
            clock.now(),
        ],
    )


def claim_video(db: Database, job: int, video: int) -> None:
    """Say which video a job that began with a path led to."""
    db.execute("UPDATE jobs SET video = ? WHERE id = ? AND video IS NULL", [video, job])


def resume(db: Database, identity: int) -> None:
    """A failed job is tried again: its row is a placeholder once more."""
    db.execute(
        "UPDATE videos SET state = 'ingesting', error = NULL "
        "WHERE id = ? AND frames = 0 AND state = 'failed'",
        [identity],
    )


def give_up(db: Database, identity: int, error: errors.DataGuardError) -> str | None:
    """End a placeholder: it goes away with a refused file or a cancelled job, and stays as
    ``failed`` where another try may succeed. Returns the hash whose files are no longer needed.
    """
    video = videos.by_id(db, identity)
    if video is None or video.frames:
        return None
    if isinstance(error, errors.StorageError):
        db.execute(
            "UPDATE videos SET state = 'failed', error = ? WHERE id = ? AND state != 'removed'",
            [json.dumps(error.to_json()), identity],
        )
        return None
    return discard(db, video)


def discard(db: Database, video: Video) -> str:
    """Delete a placeholder; returns its hash."""
    db.execute("UPDATE jobs SET video = NULL WHERE video = ?", [video.id])
    db.execute("DELETE FROM video_files WHERE video = ?", [video.id])
    db.execute("DELETE FROM videos WHERE id = ? AND frames = 0", [video.id])
    return video.sha256


def discard_dead(db: Database) -> list[str]:
    """Delete the placeholders that no open job works on; returns their hashes."""
    dead = db.execute(
        "SELECT sha256 FROM videos v WHERE frames = 0 AND state IN ('ingesting', 'removed') "
        "AND NOT EXISTS (SELECT 1 FROM jobs WHERE video = v.id AND state IN ('queued', 'running'))"
    ).fetchall()
    found = [videos.by_sha256(db, row[0]) for row in dead]
    return [discard(db, video) for video in found if video is not None]

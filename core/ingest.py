"""Adding videos: hash, look at the file in a limited child, keep its frame table, queue a proxy."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import content, errors, intake, jobs, paths, people, previews, probe, videos
from core import db as store
from core.frame_times import FrameTimes
from core.frames import FrameReader
from core.intake import File
from core.jobs import Job
from core.media import MediaInfo
from core.progress import JobReport, Report, silent
from core.sqlite import Database
from core.videos import Video
from core.workspace import Workspace

SUFFIXES = frozenset(
    (
        *(".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".webm", ".avi"),
        *(".ts", ".mts", ".m2ts", ".m2t"),
    )
)
_MOST_THREADS = 4


def add(
    workspace: Workspace,
    path: str | os.PathLike[str],
    *,
    copy: bool = False,
    person: str,
    name: str | None = None,
    progress: Report | None = None,
) -> Video:
    """Add a file and return its video once every frame is known.

    The same content is one video under any number of paths; a removed one comes back with its
    labels. The file itself is never changed.

    :param copy: keep a copy in the workspace.
    :param person: who adds it. :param name: how it is shown, else the file's name.
    :param progress: may raise to stop; nothing is kept then.
    :raises Refused: for a URL. :raises BadInput: when there is no such file.
    :raises VideoUnreadable: why it cannot be used. :raises StorageFull: no space for the copy.
    """
    report = progress or silent
    try:
        file = _hashed(path, name, report)
        return _take(workspace, file, copy=copy, person=person, report=report)
    except errors.DataGuardError as error:
        raise _showable(error) from error


def _showable(error: errors.DataGuardError) -> errors.DataGuardError:
    """Odd file names must not break what shows or keeps the error."""
    for key, value in error.values.items():
        if isinstance(value, str | Path):
            error.values[key] = videos.display_name(str(value))
    return error


def _hashed(path: str | os.PathLike[str], name: str | None, report: Report) -> File:
    paths.refuse_url(path)
    absolute = Path(path).absolute()
    shown = name or absolute.name
    try:
        before = absolute.stat()
        usable = absolute.is_file()
    except (OSError, ValueError):
        usable = False
    if not usable:
        raise errors.BadInput(
            "{name} is not a file that can be read.", "Check the path.", name=shown
        )
    sha256 = probe.sha256_of(absolute, lambda done, total: report("hashing", done, total))
    after = absolute.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise errors.VideoUnreadable(
            "{name} changed while it was read.", "Add it when it is complete.", name=shown
        )
    return File(absolute, shown, sha256, after.st_size, after.st_mtime_ns)


def _take(workspace: Workspace, file: File, *, copy: bool, person: str, report: Report) -> Video:
    people.checked_name(person)
    with store.reader(workspace) as db:
        known = videos.by_sha256(db, file.sha256)
    if known is None or not known.frames:
        info = _probed(file, report)
        if copy:
            file = _copied(workspace, file, report)
        _thumbnail(workspace, file, info)
        return store.write(workspace, lambda db: intake.keep(db, file, info, person))
    if copy:
        file = _copied(workspace, file, report)
    return store.write(workspace, lambda db: intake.refer(db, workspace, file, known.id))


def _probed(file: File, report: Report) -> MediaInfo:
    """Look at a file. What is said about an upload names it as people know it, not by its hash."""

    def rename(values: dict[str, Any]) -> None:
        for key, value in values.items():
            if str(value) == file.path.name:
                values[key] = file.name

    try:
        info = probe.probe(
            file.path,
            progress=lambda done, total: report("reading", done, total),
            sha256=file.sha256,
        )
    except errors.DataGuardError as error:
        rename(error.values)
        raise
    for remark in info.warnings:
        rename(remark.values)
    return info


def _thumbnail(workspace: Workspace, file: File, info: MediaInfo) -> None:
    with (
        suppress(errors.VideoUnreadable),
        FrameReader(file.path, info.times, info.rotation, size=info.size, threads=1) as reader,
    ):
        previews.make_thumbnail(workspace, file.sha256, reader, sar=float(info.sar))


def _copied(workspace: Workspace, file: File, report: Report) -> File:
    content.copy_in(
        workspace, file.path, file.sha256, lambda done, total: report("copying", done, total)
    )
    return replace(file, stored=True)


def expand(given: Sequence[str | os.PathLike[str]], *, confined: bool = False) -> list[Path]:
    """The files that paths stand for: files themselves, and the videos in folders below.

    In folders, hidden files, links and files without a video's ending are left out.

    :param confined: take only what lies below :func:`core.paths.roots`, links followed.
    :raises Refused: for a URL. :raises BadInput: for a path that does not exist, or a folder
        without videos.
    """
    found: dict[Path, None] = {}
    for item in given:
        paths.refuse_url(item)
        path = Path(item).absolute()
        shown = videos.display_name(str(item))
        if item == "":  # would mean the current folder
            raise errors.BadInput("{name} does not exist.", "Check the path.", name='""')
        if path.is_dir():
            inside = [file for file in _below(path) if not confined or paths.inside_roots(file)]
            if not inside:
                raise errors.BadInput(
                    "There are no videos in {name}.", "Choose another folder.", name=shown
                )
            found.update(dict.fromkeys(inside))
        elif path.exists():
            if confined and not paths.inside_roots(path):
                raise errors.Refused(
                    "{name} lies outside the folders that may be added from.", name=shown
                )
            found[path] = None
        else:
            raise errors.BadInput("{name} does not exist.", "Check the path.", name=shown)
    return list(found)


def _below(folder: Path) -> list[Path]:
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(place, name)
            for name in sorted(files)
            if Path(name).suffix.lower() in SUFFIXES
            and not name.startswith(".")
            and not Path(place, name).is_symlink()
        ]
    return found


def queue(
    db: Database,
    workspace: Workspace,
    *,
    path: str | os.PathLike[str],
    person: str,
    copy: bool = False,
    name: str | None = None,
) -> int:
    """Queue a file to be added by the worker; returns the job. Needs a write transaction.

    :raises Refused: for a URL. :raises BadInput: when there is no such file.
    """
    paths.refuse_url(path)
    absolute = Path(path).absolute()
    shown = videos.display_name(name or absolute.name)
    if not absolute.is_file():
        raise errors.BadInput(
            "{name} is not a file that can be read.", "Check the path.", name=shown
        )
    return intake.add_job(db, person, path=str(absolute), name=name, shown=shown, copy=copy)


def run_job(workspace: Workspace, job: Job) -> dict[str, Any]:
    """Do an ``ingest`` job: add a file by its path, or one that was uploaded.

    What is done twice (after a crash) is found done the second time.

    :raises DataGuardError: as :func:`add`; nothing half-done is left then.
    """
    report = JobReport(workspace, job)
    try:
        if job.video is not None:
            store.write(workspace, lambda db: intake.resume(db, job.video or 0))
        file = _file_of(workspace, job, report)
        copy = bool(job.parameters.get("copy")) and not file.stored
        video = _take(workspace, file, copy=copy, person=job.parameters["person"], report=report)
    except errors.DataGuardError as error:
        _end_placeholder(workspace, job, error)
        raise _showable(error) from error
    store.write(workspace, lambda db: intake.claim_video(db, job.id, video.id))
    return {"video": video.id}


def run_proxy(
    workspace: Workspace, job: Job, *, between: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Do a ``proxy`` job: make the copy of a video that a browser plays, and its waveform.

    :param between: called twice a second; more urgent work may be done there.
    :raises DataGuardError: why there is none, or Cancelled; no partial file is left.
    """
    report = JobReport(workspace, job, between)
    with store.reader(workspace) as db:
        video = videos.ready(db, job.video or 0)
        source = videos.file_path(db, workspace, video)
        times = frame_times(db, video)

    def progress(done: int, total: int | None) -> None:
        report.frames(done, total or times.count)

    previews.make_proxy(workspace, video, source, times, progress)
    previews.make_waveform(workspace, video)
    return {}


def _file_of(workspace: Workspace, job: Job, report: Report) -> File:
    sha256 = job.parameters.get("sha256")
    if sha256 is None:
        return _hashed(job.parameters["path"], job.parameters["name"], report)
    path = workspace.media_path(sha256, content.ORIGINAL)
    try:
        found = path.stat()
    except OSError as error:
        raise errors.VideoMissing(
            "The uploaded file of {name} is gone.",
            "Upload it again.",
            name=job.parameters["shown"],
        ) from error
    name = job.parameters["name"]
    return File(path, name, sha256, found.st_size, found.st_mtime_ns, stored=True)


def _end_placeholder(workspace: Workspace, job: Job, error: errors.DataGuardError) -> None:
    def end(db: Database) -> str | None:
        # A worker that was taken for dead must not end what another one goes on with.
        mine = jobs.get(db, job.id).claim == job.claim
        return intake.give_up(db, job.video, error) if mine and job.video is not None else None

    unneeded = store.write(workspace, end)
    if unneeded is not None:
        content.forget(workspace, unneeded)


def clean(workspace: Workspace) -> None:
    """Remove what a killed process left: placeholders without a job, temporary files."""
    if not workspace.exists:
        return
    for sha256 in store.write(workspace, intake.discard_dead):
        content.forget(workspace, sha256)
    content.clean(workspace)


def open_reader(
    db: Database, workspace: Workspace, video: Video, *, cache_bytes: int = 32 * 2**20
) -> FrameReader:
    """A reader of a video's exact frames.

    :param cache_bytes: decoded pictures it keeps.
    :raises VideoMissing: when its file is gone or was changed.
    """
    path = videos.file_path(db, workspace, video)
    size = (video.width, video.height)
    # Each decoder thread holds pictures of its own.
    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    return FrameReader(
        path,
        frame_times(db, video),
        video.rotation,
        size=size,
        threads=threads,
        cache_bytes=cache_bytes,
    )


def frame_times(db: Database, video: Video) -> FrameTimes:
    """The times of all frames of a video that is ready."""
    row = db.execute("SELECT data FROM frame_times WHERE video = ?", [video.id]).fetchone()
    if row is None:
        raise videos.not_ready(video)
    return FrameTimes.from_blob(row[0])

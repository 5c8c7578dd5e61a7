"""What is made of a video for showing it: a thumbnail at once; by a job a proxy for playing, and
the waveform of its sound.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from core import content, errors, jobs, pictures, proxy, waveform
from core.frame_times import FrameTimes
from core.frames import FrameReader
from core.media import MediaInfo
from core.sqlite import Database
from core.videos import Video
from core.workspace import Workspace

PRIORITY = 3
_LARGEST_GUESS = 2 * 2**30  # a proxy is rarely larger, whatever its source is


def thumbnail_frame(times: FrameTimes) -> int:
    """The frame that stands for a video: readable, a keyframe where there is one, early on."""
    usable = np.flatnonzero(~times.unreadable)
    if not len(usable):
        return 0
    target = times.count // 4
    keys = np.flatnonzero(times.keyframes & ~times.unreadable)
    near = [frame for frame in keys if abs(frame - target) <= times.count // 4]
    candidates = near or usable
    return int(min(candidates, key=lambda frame: abs(int(frame) - target)))


def make_thumbnail(
    workspace: Workspace, sha256: str, reader: FrameReader, *, sar: float = 1.0
) -> Path:
    """Write the thumbnail of a video and return its path.

    :param sar: width of an upright pixel over its height.
    :raises FrameUnreadable: when the chosen frame cannot be read.
    :raises StorageFull: when there is no space.
    """
    picture = reader.read(thumbnail_frame(reader.times))
    target = workspace.media_path(sha256, content.THUMBNAIL)
    with content.replacing(target) as part:
        part.write_bytes(pictures.thumbnail(picture.image, sar=sar))
    return target


def media_info(video: Video, times: FrameTimes) -> MediaInfo:
    """A video of the store as the modules that read media know it."""
    turned = video.rotation in (90, 270)
    return MediaInfo(
        width=video.width,
        height=video.height,
        coded_width=video.height if turned else video.width,
        coded_height=video.width if turned else video.height,
        rotation=video.rotation,
        sar=video.sar,
        times=times,
        codec=video.codec or "",
        pixel_format="",
        container=video.container or "",
        audio=video.audio,
        bytes=video.bytes,
        sha256=video.sha256,
    )


def make_proxy(
    workspace: Workspace,
    video: Video,
    source: Path,
    times: FrameTimes,
    progress: Callable[[int, int | None], None],
) -> None:
    """Write the proxy of a video, unless it is there.

    :raises StorageFull: when there is no space. :raises VideoUnreadable: when the file is no
        longer what it was. Whatever ``progress`` raises ends the work and comes out of here.
    """
    target = workspace.media_path(video.sha256, content.PROXY)
    if target.exists():
        return
    workspace.require_space(min(video.bytes, _LARGEST_GUESS))
    proxy.make_proxy(source, media_info(video, times), target, progress)


def make_waveform(workspace: Workspace, video: Video) -> None:
    """Write the waveform of a video that has sound and a proxy, unless it is there.

    :raises StorageFull: when there is no space.
    """
    target = workspace.media_path(video.sha256, content.WAVEFORM)
    if video.audio is not None and not target.exists():
        waveform.write(workspace.media_path(video.sha256, content.PROXY), target)


def waveform_path(db: Database, workspace: Workspace, video: Video) -> Path | None:
    """The waveform of a video, or None while it is being made.

    :raises UnknownItem: when there will be none: no sound, or no proxy to take it from.
    """
    found = workspace.media_path(video.sha256, content.WAVEFORM)
    if found.exists():
        return found
    if video.audio is None or proxy_state(db, workspace, video) == "failed":
        raise errors.UnknownItem("There is no sound of {name} to show.", name=video.name)
    return None


def proxy_state(db: Database, workspace: Workspace, video: Video) -> str:
    """``ready``, ``making`` or ``failed``."""
    if workspace.media_path(video.sha256, content.PROXY).exists():
        return "ready"
    row = db.execute(
        "SELECT 1 FROM jobs WHERE kind = 'proxy' AND video = ? AND state IN ('queued', 'running')",
        [video.id],
    ).fetchone()
    return "making" if row else "failed"


def queue_proxy(db: Database, video: int, *, person: int | None = None) -> None:
    """Queue the proxy of a video unless that is queued or running. Needs a write transaction."""
    waiting = db.execute(
        "SELECT 1 FROM jobs WHERE kind = 'proxy' AND video = ? AND state IN ('queued', 'running')",
        [video],
    ).fetchone()
    if waiting is None:
        jobs.add(db, "proxy", video=video, priority=PRIORITY, person=person)

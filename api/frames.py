"""Exact frames as JPEG: the frame that was asked for or an error, never a neighbour."""

from __future__ import annotations

import asyncio
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.workspaces import Named
from core import db as store
from core import errors, ingest, pictures, videos
from core.frames import FrameReader
from core.reader_pool import ReaderPool
from core.videos import Video
from core.workspace import Workspace

router = APIRouter(tags=["frames"])

CACHE_BYTES = 16 * 2**20  # the browser keeps its own, for good
READER_BYTES = 16 * 2**20
THREADS = 4
IDLE_SECONDS = 30.0
QUALITY = 88
FOREVER = "private, max-age=31536000, immutable"


@dataclass
class FrameServer:
    """Decoders, threads and encoded pictures of one server, apart from those of other routes."""

    pool: ReaderPool = field(default_factory=ReaderPool)
    cache: pictures.PictureCache = field(default_factory=lambda: pictures.PictureCache(CACHE_BYTES))
    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="frames")
    )
    _places: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = field(
        default_factory=weakref.WeakKeyDictionary
    )
    _used: dict[str, float] = field(default_factory=dict)

    def place(self) -> asyncio.Semaphore:
        """Room for one request among those that wait for a thread."""
        loop = asyncio.get_running_loop()
        return self._places.setdefault(loop, asyncio.Semaphore(THREADS))

    def jpeg(
        self, workspace: Workspace, video: int, frame: int, version: str | None, width: int | None
    ) -> tuple[Video, bytes, str]:
        """The video, the picture, and what took how long, as a ``Server-Timing`` header.

        :raises UnknownItem, BadInput, FrameUnreadable, VideoMissing:
        """
        started = time.perf_counter()
        with store.reader(workspace) as db:
            found = videos.ready(db, video)
            _require_version(found, version)
            if not 0 <= frame < found.frames:
                raise errors.UnknownItem(
                    "{name} has frames 0 to {last}; there is no frame {frame}.",
                    name=found.name,
                    last=found.frames - 1,
                    frame=frame,
                )
            videos.file_path(db, workspace, found)
        self._forget_idle(found.sha256)
        spent = [("lookup", time.perf_counter() - started)]

        def make() -> bytes:
            start = time.perf_counter()
            picture = self.pool.read(found.sha256, frame, lambda: _open(workspace, found))
            decoded = time.perf_counter()
            data = pictures.jpeg(picture.image, QUALITY, width)
            spent.append(("decode", decoded - start))
            spent.append(("encode", time.perf_counter() - decoded))
            return data

        data = self.cache.get((found.sha256, frame, width), make)
        timing = ", ".join(f"{name};dur={seconds * 1000:.1f}" for name, seconds in spent)
        return found, data, timing

    def _forget_idle(self, current: str) -> None:
        """Open decoders hold much memory: close those of videos that nobody looks at."""
        now = time.monotonic()
        self._used[current] = now
        for key, used in list(self._used.items()):
            if now - used > IDLE_SECONDS and self._used.pop(key, None) is not None:
                self.pool.forget(key)

    def close(self) -> None:
        """Stop the threads and close all files."""
        self.threads.shutdown(wait=True, cancel_futures=True)
        self.pool.close()


def _open(workspace: Workspace, video: Video) -> FrameReader:
    with store.reader(workspace) as db:
        return ingest.open_reader(db, workspace, video, cache_bytes=READER_BYTES)


def _require_version(video: Video, version: str | None) -> None:
    if version is not None and (len(version) < 8 or not video.sha256.startswith(version)):
        raise errors.BadInput(
            "{name} is not the video that this page was opened with.",
            "Load the page again.",
            name=video.name,
        )


@router.get("/videos/{video}/frames/{frame}.jpg", response_class=Response)
async def frame(
    request: Request,
    workspace: Named,
    video: int,
    frame: int,
    v: Annotated[str | None, Query(description="First digits of the video's hash")] = None,
    width: Annotated[int | None, Query(ge=16, le=8192)] = None,
) -> Response:
    """One exact frame; ``width`` scales it down. An unreadable frame is an error 422."""
    server: FrameServer = request.app.state.frames
    etag = None if v is None else f'"{v}-{frame}-{width or 0}"'
    if etag is not None and request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag, "Cache-Control": FOREVER})
    async with server.place():
        if await request.is_disconnected():
            return Response(status_code=499)  # nobody waits for it any more: decode nothing
        found, data, timing = await asyncio.get_running_loop().run_in_executor(
            server.threads, server.jpeg, workspace, video, frame, v, width
        )
    return Response(
        data,
        media_type="image/jpeg",
        headers={
            "X-Frame-Index": str(frame),
            "ETag": etag or f'"{found.sha256[:12]}-{frame}-{width or 0}"',
            "Cache-Control": FOREVER if v else "private, no-cache",
            "Server-Timing": timing,
        },
    )

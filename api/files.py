"""Files of the workspace: proxies, thumbnails, finished exports."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import ranges
from api.frames import FOREVER
from api.workspaces import Named
from core import content, errors, ingest, paths, previews, videos
from core import db as store

router = APIRouter(tags=["files"])

# The type is ours to say, never the name's or the client's.
_EXPORT_TYPES = {
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".csv": "text/csv; charset=utf-8",
    ".zip": "application/zip",
}
_CHUNK = 2**20


@router.get("/videos/{video}/proxy.mp4", response_class=Response)
def proxy(request: Request, workspace: Named, video: int) -> Response:
    """The copy that a browser plays; frame n of it is frame n of the video. Single ranges only."""
    with store.reader(workspace) as db:
        found = videos.ready(db, video)
    path = workspace.media_path(found.sha256, content.PROXY)
    try:
        stat = path.stat()
    except OSError as error:
        raise errors.UnknownItem(
            "There is no proxy of {name} yet.",
            "It is made by a job; exact frames can be seen meanwhile.",
            name=found.name,
        ) from error
    etag = f'"{found.sha256[:12]}-{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    headers = {"Cache-Control": "private, no-cache"}
    return ranges.respond(request, path, content_type="video/mp4", etag=etag, headers=headers)


@router.get("/videos/{video}/waveform", response_class=Response)
def waveform(request: Request, workspace: Named, video: int) -> Response:
    """Peaks and onsets of the sound, as ``core/waveform.py`` describes; 202 while it is made."""
    with store.reader(workspace) as db:
        found = videos.ready(db, video)
        path = previews.waveform_path(db, workspace, found)
    if path is None:
        # Proxies made before there were waveforms get theirs now; the job is there once.
        store.write(workspace, lambda db: previews.queue_proxy(db, found.id))
        return Response(status_code=202, headers={"Cache-Control": "no-store"})
    etag = f'"{found.sha256[:12]}-waveform-{path.stat().st_mtime_ns:x}"'
    headers = {"Cache-Control": "private, no-cache"}
    return ranges.respond(
        request, path, content_type="application/octet-stream", etag=etag, headers=headers
    )


@router.get("/videos/{video}/thumbnail.jpg", response_class=Response)
def thumbnail(request: Request, workspace: Named, video: int, v: str | None = None) -> Response:
    """A small picture for lists; made now when it is not there. With ``v`` it may be kept."""
    with store.reader(workspace) as db:
        found = videos.ready(db, video)
        path = workspace.media_path(found.sha256, content.THUMBNAIL)
        if not path.exists():
            with ingest.open_reader(db, workspace, found) as reader:
                previews.make_thumbnail(workspace, found.sha256, reader, sar=float(found.sar))
    etag = f'"{found.sha256[:12]}-thumbnail"'
    known = v is not None and len(v) >= 8 and found.sha256.startswith(v)
    headers = {"Cache-Control": FOREVER if known else "private, no-cache"}
    return ranges.respond(request, path, content_type="image/jpeg", etag=etag, headers=headers)


@functools.lru_cache(maxsize=256)
def _digest(path: Path, size: int, modified_ns: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@router.get("/exports/{name:path}", response_class=Response)
def export(request: Request, workspace: Named, name: str) -> Response:
    """A file of the workspace's ``exports`` folder, as a download.

    Its hash is part of the file name and of the headers, so that nobody mistakes one for another.
    """
    path = paths.safe_join(workspace.exports, name)
    if not path.is_file():
        raise errors.UnknownItem("There is no export {name}.", name=videos.display_name(name))
    stat = path.stat()
    digest = _digest(path, stat.st_size, stat.st_mtime_ns)
    shown = quote(f"{path.stem}-{digest[:12]}{path.suffix}")
    return ranges.respond(
        request,
        path,
        content_type=_EXPORT_TYPES.get(path.suffix.lower(), "application/octet-stream"),
        etag=f'"{digest[:32]}"',
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{shown}",
            "X-Content-SHA256": digest,
            "Cache-Control": "no-store",
        },
    )

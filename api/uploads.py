"""Uploads in pieces: announce, send from an offset, go on after a cut, finish."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api import schemas
from api.workspaces import Named
from core import people, uploads
from core.uploads import Upload
from core.workspace import Workspace

router = APIRouter(tags=["uploads"])

_PIECE = 2**20


def _shown(upload: Upload) -> dict[str, Any]:
    return {"upload": upload.id, "offset": upload.offset, "size": upload.size}


@router.post("/uploads")
def begin(workspace: Named, sent: schemas.NewUpload) -> dict[str, Any]:
    """Announce a file; space is checked now."""
    person = people.checked_name(sent.person or people.operating_system_user())
    return _shown(uploads.begin(workspace, name=sent.name, size=sent.size, person=person))


@router.get("/uploads/{upload}")
def progress(workspace: Named, upload: str) -> dict[str, Any]:
    """Where an upload goes on."""
    return _shown(uploads.get(workspace, upload))


@router.put("/uploads/{upload}", max_body_size=uploads.LARGEST)
async def send(
    request: Request, workspace: Named, upload: str, offset: Annotated[int, Query(ge=0)]
) -> dict[str, Any]:
    """Append raw bytes at ``offset``. What arrived before a cut is kept."""
    return {"offset": await _receive(request, workspace, upload, offset)}


async def _receive(request: Request, workspace: Workspace, upload: str, offset: int) -> int:
    receiver = await run_in_threadpool(uploads.receive, workspace, upload, offset=offset)
    piece = bytearray()
    try:
        async for chunk in request.stream():
            piece += chunk
            if len(piece) >= _PIECE:
                await run_in_threadpool(receiver.write, bytes(piece))
                piece.clear()
        if piece:
            await run_in_threadpool(receiver.write, bytes(piece))
    except ClientDisconnect:
        await run_in_threadpool(receiver.write, bytes(piece))
    finally:
        await run_in_threadpool(receiver.close)
    return receiver.offset


@router.post("/uploads/{upload}/finish")
def finish(workspace: Named, upload: str) -> dict[str, Any]:
    """Make a video of a complete upload; ``job`` looks at it unless its content is known."""
    video, job = uploads.finish(workspace, upload)
    return {"video": video.id, "job": job, "state": video.state, "name": video.name}


@router.delete("/uploads/{upload}")
def cancel(workspace: Named, upload: str) -> dict[str, Any]:
    """Drop an upload."""
    uploads.cancel(workspace, upload)
    return {}

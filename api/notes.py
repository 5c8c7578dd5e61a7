"""Notes pinned to frames: read the threads of a video, add to them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from api import schemas
from api.answers import plain
from api.workspaces import Named
from core import db as store
from core import notes, videos

router = APIRouter(tags=["notes"])


def _threads(db: Any, video: int) -> dict[str, Any]:
    return {"seq": notes.newest(db, video), "notes": notes.threads(db, video)}


@router.get("/videos/{video}/notes")
def threads(workspace: Named, video: int) -> Response:
    """Every thread of a video; ``seq`` is the number of its newest note."""
    with store.reader(workspace) as db:
        videos.get(db, video)
        return plain(_threads(db, video))


@router.post("/notes")
def add(workspace: Named, sent: schemas.NewNote) -> Response:
    """Begin a thread, answer one or change its state; once however often it is sent."""

    def write(db: Any) -> dict[str, Any]:
        note = notes.add(db, **sent.values())
        return {"batch": sent.batch, "note": note, **_threads(db, sent.video)}

    return plain(store.write(workspace, write))

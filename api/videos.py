"""What a screen has to know of a video before it can show it."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.workspaces import Named
from core import (
    change_numbers,
    classes,
    ingest,
    journal,
    people,
    previews,
    schema_changes,
    videos,
)
from core import db as store

router = APIRouter(tags=["videos"])


@router.get("/videos/{video}")
def video(
    response: Response,
    workspace: Named,
    video: int,
    person: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """A video with the classes and skeletons that its labels use.

    With ``person`` also how many batches that person can undo and redo in it.
    """
    response.headers["Cache-Control"] = "no-store"
    with store.reader(workspace) as db:
        found = videos.ready(db, video)
        document = {
            **found.to_json(),
            "proxy": previews.proxy_state(db, workspace, found),
            "classes": classes.every(db),
            "skeletons": classes.skeletons(db),
            "schema": schema_changes.newest(db),
            "seq": change_numbers.newest(db),
        }
        who = None if person is None else people.find(db, person)
        undo, redo = (0, 0) if who is None else journal.depths(db, who, found.id)
        return {**document, "undo": undo, "redo": redo}


@router.get("/videos/{video}/times", response_class=Response)
def times(request: Request, workspace: Named, video: int) -> Response:
    """Seconds of every frame on the stream's clock: little-endian float64, nothing else."""
    with store.reader(workspace) as db:
        found = videos.ready(db, video)
        table = ingest.frame_times(db, found)
    headers = {"ETag": f'"{found.sha256[:16]}-times"', "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    seconds = np.ascontiguousarray(table.all_seconds(), dtype="<f8")
    return Response(seconds.tobytes(), media_type="application/octet-stream", headers=headers)

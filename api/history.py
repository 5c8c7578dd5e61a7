"""What was done to a video and its labels, and putting them back to what they were."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api import schemas
from api.workspaces import Named
from core import db as store
from core import edits, history, people, restoring, videos
from core.restoring import Moment
from core.sqlite import Database

router = APIRouter(tags=["history"])

_BEYOND = 2**62

Number = Annotated[int, Query(ge=1, le=_BEYOND)]
LabelKind = Literal["track", "segment"]


@router.get("/videos/{video}/history")
def page(
    workspace: Named,
    video: int,
    before: Number = _BEYOND,
    limit: Annotated[int, Query(ge=1, le=history.LONGEST_PAGE)] = 50,
    kind: LabelKind | None = None,
    identity: Annotated[int | None, Query(alias="id", ge=1)] = None,
) -> dict[str, Any]:
    """What people changed in a video, or in one label of it, newest first, page by page.

    ``next`` is the ``before`` of the next page.
    """
    with store.reader(workspace) as db:
        videos.get(db, video)
        return history.page(
            db, video, before=before, limit=limit, kind=kind if identity else None, target=identity
        )


@router.get("/videos/{video}/restore")
def preview(
    workspace: Named,
    video: int,
    before: Number | None = None,
    at: datetime | None = None,
    kind: LabelKind | None = None,
    identity: Annotated[int | None, Query(alias="id", ge=1)] = None,
) -> dict[str, Any]:
    """What putting a video (or one label) back would change, and whose work that is.

    The moment is just before batch ``before``, or the time ``at``.
    """
    with store.reader(workspace) as db:
        videos.ready(db, video)
        if before is None:
            before = restoring.at_time(db, video, at) if at else _BEYOND
        moment = Moment(video, before, kind if identity else None, identity)
        return restoring.preview(db, moment).to_json()


@router.post("/restore")
def restore(workspace: Named, sent: schemas.Restoring) -> dict[str, Any]:
    """Put a video (or one label) back, as one batch that can be undone."""
    moment = Moment(sent.video, sent.before, sent.kind if sent.id else None, sent.id)

    def put_back(db: Database) -> dict[str, Any]:
        restoring.restore(db, moment, batch=sent.batch, person=sent.person, seen=sent.seen)
        who = people.identify(db, sent.person)
        return edits.outcome(db, sent.batch, who, sent.video).to_json()

    return store.write(workspace, put_back)

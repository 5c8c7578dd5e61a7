"""What a person has set up for themselves: read all, keep one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api import schemas
from api.workspaces import Named
from core import db as store
from core import preferences

router = APIRouter(tags=["preferences"])


@router.get("/preferences")
def every(
    response: Response, workspace: Named, person: Annotated[str, Query(max_length=200)]
) -> dict[str, Any]:
    """All preferences of a person, by name."""
    response.headers["Cache-Control"] = "no-store"
    with store.reader(workspace) as db:
        return preferences.every(db, person)


@router.post("/preferences")
def put(workspace: Named, sent: schemas.Preference) -> dict[str, Any]:
    """Keep one preference; the newest wins."""
    store.write(workspace, lambda db: preferences.put(db, sent.person, sent.name, sent.value))
    return {sent.name: sent.value}

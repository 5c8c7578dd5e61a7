"""Following an object: ask for it, see how far it is, stop it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api import schemas
from api.workspaces import Named
from core import db as store
from core import following, jobs, worker
from core.sqlite import Database
from core.workspace import Workspace

router = APIRouter(tags=["following"])


@router.post("/follow")
def follow(workspace: Named, sent: schemas.Follow) -> dict[str, Any]:
    """Have an object followed from a frame on; asked twice with one batch, it is one job."""

    def ask(db: Database) -> int:
        return following.queue(
            db,
            batch=sent.batch,
            person=sent.person,
            video=sent.video,
            track=sent.track,
            revision=sent.revision,
            frame=sent.frame,
            direction=-1 if sent.direction == "backwards" else 1,
            model=sent.model,
        )

    identity = store.write(workspace, ask)
    worker.ensure(workspace)
    return _report(workspace, identity)


@router.get("/follow/{job}")
def report(response: Response, workspace: Named, job: int) -> dict[str, Any]:
    """How far it is, and why it ended."""
    response.headers["Cache-Control"] = "no-store"
    return _report(workspace, job)


@router.post("/follow/{job}/stop")
def stop(workspace: Named, job: int) -> dict[str, Any]:
    """Stop it: what is kept by now stays, and nothing is added once this is answered."""

    def end(db: Database) -> None:
        if following.report(db, job)["state"] in ("queued", "running"):
            jobs.cancel(db, job)

    store.write(workspace, end)
    return _report(workspace, job)


def _report(workspace: Workspace, identity: int) -> dict[str, Any]:
    with store.reader(workspace) as db:
        return following.report(db, identity)

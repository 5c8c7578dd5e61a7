"""Places worth a jump that the browser cannot know of, because it holds a part of the labels."""

from __future__ import annotations

from dataclasses import asdict
from enum import IntEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.workspaces import Named
from core import crossings, places, videos
from core import db as store

router = APIRouter(tags=["places"])


class Step(IntEnum):
    """Onward, or back."""

    NEXT = 1
    PREVIOUS = -1


Frame = Annotated[int, Query(ge=0, lt=2**31)]
Share = Annotated[float, Query(ge=0, le=1)]


@router.get("/videos/{video}/empty")
def empty(
    response: Response,
    workspace: Named,
    video: int,
    frame: Frame,
    step: Step,
    confidence: Share = 0,
) -> dict[str, Any]:
    """The next or previous beginning of a stretch of frames without any track.

    Suggestions with a score below ``confidence`` do not count. ``frame`` is null where there is no
    such stretch; ``wrapped`` says that the search went on from the other end.
    """
    response.headers["Cache-Control"] = "no-store"
    with store.reader(workspace) as db:
        count = videos.ready(db, video).frames
        found = places.empty(
            db, video, frames=count, frame=frame, step=step.value, confidence=confidence
        )
    return _told(found)


@router.get("/videos/{video}/low-score")
def low_score(
    response: Response,
    workspace: Named,
    video: int,
    frame: Frame,
    step: Step,
    track: Annotated[int, Query(ge=-1, lt=2**62)] = -1,
    below: Share = 0.5,
    confidence: Share = 0,
) -> dict[str, Any]:
    """The next or previous place where the score of a suggestion falls below a bound.

    Places are in order of frame, then track; the search begins at ``(frame, track)``. Suggestions
    with a score of their own below ``confidence`` are not looked at.
    """
    response.headers["Cache-Control"] = "no-store"
    with store.reader(workspace) as db:
        videos.ready(db, video)
        found = places.low_score(
            db,
            video,
            frame=frame,
            track=track,
            step=step.value,
            below=below,
            confidence=confidence,
        )
    return _told(found)


@router.get("/videos/{video}/crossing")
def crossing(
    response: Response,
    workspace: Named,
    video: int,
    frame: Frame,
    step: Step,
    reached: Annotated[int | None, Query(ge=-1, lt=2**62)] = None,
    track: Annotated[int | None, Query(ge=0, lt=2**62)] = None,
    confidence: Share = 0,
) -> dict[str, Any]:
    """The next or previous frame where a track, or any two, begin to overlap.

    ``frame`` is null where no two meet, and with ``reached`` where the search is to be asked to go
    on from there. Suggestions with a score below ``confidence`` do not count.
    """
    response.headers["Cache-Control"] = "no-store"
    with store.reader(workspace) as db:
        count = videos.ready(db, video).frames
        found = crossings.nearest(
            db,
            video,
            frames=count,
            frame=frame,
            step=step.value,
            reached=reached,
            track=track,
            confidence=confidence,
        )
    nothing = {"frame": None, "track": None, "other": None}
    return {**nothing, **(asdict(found) if found else {})}


def _told(found: places.Place | None) -> dict[str, Any]:
    return asdict(found) if found else {"frame": None, "track": None, "wrapped": False}

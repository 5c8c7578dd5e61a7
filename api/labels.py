"""Labels: read windows of tracks, send edits, undo, redo, history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api import presence, schemas
from api.answers import plain
from api.workspaces import Named
from core import (
    change_numbers,
    classes,
    edits,
    errors,
    event_classes,
    journal,
    notes,
    refit,
    restore,
    schema_changes,
    segments,
    timeline,
    track_windows,
    tracks,
    videos,
)
from core import db as store
from core.sqlite import Database

router = APIRouter(tags=["labels"])

_MOST_IDS = 500


@router.get("/videos/{video}/objects")
def objects(workspace: Named, video: int) -> Response:
    """Every visible track of a video without its keyframes."""
    with store.reader(workspace) as db:
        videos.get(db, video)
        found = tracks.summaries(db, video)
        return plain(
            {"seq": change_numbers.newest(db), "restored": restore.times(db), "objects": found}
        )


@router.get("/videos/{video}/tracks")
def window(
    workspace: Named,
    video: int,
    first: Annotated[int, Query(alias="from", ge=0)] = 0,
    last: Annotated[int, Query(alias="to", ge=0)] = tracks.LAST_FRAME,
    ids: Annotated[str | None, Query(pattern=r"^[0-9]{1,15}(,[0-9]{1,15})*$")] = None,
) -> Response:
    """Tracks that overlap a range of frames, both ends included.

    Each comes with its keyframes inside the range and the neighbour on either side; with ``ids``
    only those tracks come, with all their keyframes.
    """
    with store.reader(workspace) as db:
        videos.get(db, video)
        if ids is None:
            found = track_windows.read(db, video, first=first, last=last)
        else:
            found = [track.to_json() for track in _whole(db, video, _checked(ids))]
        return plain({"seq": change_numbers.newest(db), "tracks": found})


@router.get("/videos/{video}/marks")
def marks(
    workspace: Named,
    video: int,
    ids: Annotated[str, Query(pattern=r"^[0-9]{1,15}(,[0-9]{1,15})*$", max_length=20_000)],
) -> Response:
    """Frames, flags and scores of the keyframes of some tracks, for a timeline: no positions."""
    wanted = _checked(ids)
    with store.reader(workspace) as db:
        videos.get(db, video)
        return plain({"marks": timeline.marks(db, video, wanted)})


def _checked(ids: str) -> list[int]:
    """Ids from a list with commas.

    :raises BadInput: for too many.
    """
    found = [int(text) for text in ids.split(",")]
    if len(found) > _MOST_IDS:
        raise errors.BadInput("At most {limit} tracks can be asked for by id.", limit=_MOST_IDS)
    return list(dict.fromkeys(found))


def _whole(db: Database, video: int, ids: list[int]) -> list[tracks.Track]:
    found = [tracks.get(db, identity) for identity in ids]
    return [
        track for track in found if track.video == video and not track.deleted and not track.hidden
    ]


@router.get("/videos/{video}/segments")
def video_segments(workspace: Named, video: int) -> Response:
    """Every visible segment of a video in the order of time: events, captions and the like."""
    with store.reader(workspace) as db:
        videos.get(db, video)
        found = segments.shown(db, video)
        seq = change_numbers.newest(db)
        return plain({"seq": seq, "segments": [segment.to_json() for segment in found]})


@router.get("/videos/{video}/tracks/{track}/refit")
def refit_count(
    workspace: Named, video: int, track: int, iou: float, joint_error: float
) -> Response:
    """How many keyframes a re-fit within a bound would leave, of how many; nothing is changed."""
    with store.reader(workspace) as db:
        found = tracks.get(db, track)
        if found.video != video:
            raise errors.UnknownItem("There is no track {name} in this video.", name=track)
        fitted = refit.refitted(found, iou=iou, joint_error=joint_error)
        return plain(
            {
                "now": len(found.keyframes),
                "keyframes": len(fitted.keyframes),
                "human": sum(keyframe.source == "human" for keyframe in found.keyframes),
            }
        )


@router.get("/videos/{video}/changes")
def changes(
    workspace: Named,
    video: int,
    since: Annotated[int, Query(ge=0)],
    me: Annotated[presence.Here | None, Depends(presence.here)],
) -> Response:
    """Labels changed after a change number, whole, and the ids of those that are gone.

    ``seq`` is the change up to which this answer goes; with ``more`` there is more to ask for.
    When ``restored`` differs from before, a backup was put back: everything is to be read anew.
    ``changed_by`` says who changed each of the tracks last, where a person did, and
    ``removed_by`` who deleted what is gone: {"track": {id: person}, "segment": {id: person}}.
    ``notes`` and ``schema`` are numbers that grow with the video's notes and the workspace's
    classes; ``people`` are the others who have the video open.
    """
    with store.reader(workspace) as db:
        videos.get(db, video)
        upto = change_numbers.newest(db)
        page: int | None = None
        found: list[tracks.Track] = []
        gone: list[int] = []
        ranges: list[segments.Segment] = []
        gone_ranges: list[int] = []
        removed_by: dict[str, dict[int, str]] = {}
        # Every open page asks every second, nearly always in vain.
        if upto != since:
            page = tracks.change_page(db, video, since)
            upto = upto if page is None else page
            found, gone = tracks.changed_since(db, video, since, upto=upto)
            ranges, gone_ranges = segments.changed_since(db, video, since, upto=upto)
            removed_by = _removed_by(db, gone, gone_ranges)
        return plain(
            {
                "seq": upto,
                "restored": restore.times(db),
                "tracks": [track.to_json() for track in found],
                "gone": gone,
                "changed_by": journal.last_changed_by(db, "track", [track.id for track in found]),
                "segments": [segment.to_json() for segment in ranges],
                "gone_segments": gone_ranges,
                "removed_by": removed_by,
                "more": page is not None,
                "notes": notes.newest(db, video),
                "schema": schema_changes.newest(db),
                "people": presence.others(workspace, video, me),
            }
        )


def _removed_by(db: Database, gone: list[int], gone_ranges: list[int]) -> dict[str, dict[int, str]]:
    """Who deleted what is gone; nobody deleted what a newer run of a model took the place of."""
    lost = {
        "track": [one.id for one in tracks.several(db, gone, keyframes=False) if one.deleted],
        "segment": [one.id for one in segments.several(db, gone_ranges) if one.deleted],
    }
    return {kind: journal.last_changed_by(db, kind, ids) for kind, ids in lost.items()}


@router.post("/edits")
def apply(workspace: Named, sent: schemas.Edits) -> Response:
    """Apply a batch of edits: all or none, and once however often it is sent."""
    outcome = store.write(
        workspace,
        lambda db: edits.apply(
            db, batch=sent.batch, person=sent.person, video=sent.video, edits=sent.edits
        ),
    )
    return plain(outcome.to_json())


@router.post("/undo")
def undo(workspace: Named, sent: schemas.Reversal) -> Response:
    """Take back the person's last batch."""
    outcome = store.write(
        workspace,
        lambda db: edits.undo(db, batch=sent.batch, person=sent.person, video=sent.video),
    ).unless_refused()
    return plain(outcome.to_json())


@router.post("/redo")
def redo(workspace: Named, sent: schemas.Reversal) -> Response:
    """Do again what was taken back last."""
    outcome = store.write(
        workspace,
        lambda db: edits.redo(db, batch=sent.batch, person=sent.person, video=sent.video),
    ).unless_refused()
    return plain(outcome.to_json())


@router.post("/event-classes")
def add_event_classes(workspace: Named) -> Response:
    """Add the classes of blows in boxing, once; all classes of the workspace come back."""
    store.write(workspace, event_classes.add_boxing)
    with store.reader(workspace) as db:
        return plain({"classes": classes.every(db)})


@router.get("/history")
def history(
    workspace: Named, kind: schemas.Kind, identity: Annotated[int, Query(alias="id", ge=1)]
) -> Response:
    """Everything people did to an object, oldest first."""
    with store.reader(workspace) as db:
        return plain({"edits": journal.history(db, kind, identity)})

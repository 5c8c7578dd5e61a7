"""Numbers against a small store counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlite_utils import Database

from core import clock, edits, jobs, people, stats, track_rows
from core import db as store
from core.labels import Box, Keyframe
from core.workspace import Workspace

STATES = {"suggested": 0, "accepted": 0, "rejected": 0, "fixed": 0, "manual": 0}


@pytest.fixture
def counted(workspace: Workspace, add_video: Callable[..., int]) -> Workspace:
    """Two videos of 100 frames (10/3 s each) and nine tracks.

    Video 1, model "dots" 1.0 (run 1): persons 1 [0..9] accepted, 2 [5..14] fixed, 3 [0..9]
    rejected, 4 [20..29] suggested with a gap at 22..25, 5 deleted, 6 superseded; glove 7 [0..4]
    suggested. Video 2: person 8 [50..59] by Ada. Model "dots" 1.1 (run 2): person 9 [0..0]
    suggested. Ada decided 1, 2 and 8; Bo rejected 3, deleted 5, and accepted 4 but undid it.
    """
    for _ in range(2):
        add_video(frames=100)
    store.write(workspace, _fill)
    number = iter(range(100))

    def edit(person: str, video: int, **change: Any) -> None:
        store.write(
            workspace,
            lambda db: edits.apply(
                db, batch=f"b{next(number)}", person=person, video=video, edits=[change]
            ),
        )

    edit("Ada", 1, verb="accept", id=1)
    edit("Ada", 1, verb="fix", id=2, frame=5, box=[0, 0, 5, 5])
    edit("Bo", 1, verb="reject", id=3)
    edit("Bo", 1, verb="delete", id=5, scope="track")
    edit("Ada", 2, verb="add", **{"class": 1}, frame=50, last=59, box=[1, 1, 5, 5])
    edit("Bo", 1, verb="skip", id=7)
    edit("Bo", 1, verb="accept", id=4)
    store.write(workspace, lambda db: edits.undo(db, batch="u1", person="Bo"))
    return workspace


def _fill(db: Database) -> None:
    for version, video in (("1.0", 1), ("1.1", 2)):
        db.execute(
            "INSERT INTO runs (video, model, version, first_frame, last_frame, frames, seconds, "
            "created_at) VALUES (?, 'dots', ?, 0, 99, 100, 2.5, ?)",
            [video, version, clock.now()],
        )
    spans = [(0, 9), (5, 14), (0, 9), (20, 29), (0, 9), (0, 9), (0, 4)]
    for number, (first, last) in enumerate(spans, start=1):
        _track(db, 1, 1, first, last, 2 if number == 7 else 1)
    gap = [Keyframe(22, Box(0, 0, 5, 5), outside=True), Keyframe(26, Box(0, 0, 5, 5))]
    track_rows.put_keyframes(db, 4, gap)
    db.execute("UPDATE tracks SET hidden = 1 WHERE id = 6")
    # The number 8 is left for the track that Ada draws.
    _track(db, 2, 2, 0, 0, 1, identity=9)
    db.execute("UPDATE sqlite_sequence SET seq = 7 WHERE name = 'tracks'")
    jobs.add(db, "proxy", video=2, total=100)
    jobs.add(db, "suggest", video=2, total=10)
    db.execute("UPDATE jobs SET state = 'running', done = 4 WHERE id = 2")


def _track(
    db: Database,
    video: int,
    run: int,
    first: int,
    last: int,
    class_id: int,
    identity: int | None = None,
) -> None:
    found = track_rows.add_row(
        db, video=video, class_id=class_id, first=first, last=last, change=1, run=run
    )
    if identity:
        db.execute("UPDATE tracks SET id = ? WHERE id = ?", [identity, found])
    track_rows.put_keyframes(
        db, identity or found, [Keyframe(first, Box(0, 0, 5, 5), source="model")]
    )


def test_library_counts_per_video(counted: Workspace) -> None:
    with store.reader(counted) as db:
        found = stats.library(db)
    assert found == {
        1: {
            **STATES, "people": 3, "tracks": 5, "suggested": 2, "accepted": 1, "rejected": 1,
            "fixed": 1, "jobs": 0, "job": None,
        },
        2: {
            **STATES, "people": 2, "tracks": 2, "suggested": 1, "manual": 1, "jobs": 2,
            "job": {
                "id": 2, "kind": "suggest", "state": "running", "done": 4, "total": 10,
                "started_at": None,
            },
        },
    }  # fmt: skip


def test_overview_by_state_and_class(counted: Workspace) -> None:
    with store.reader(counted) as db:
        found = stats.overview(db)

    def group(name: str, state: str, *counts: int) -> dict[str, Any]:
        keys = ("tracks", "keyframes", "positions", "labelled_frames")
        return {"class": name, "state": state, **dict(zip(keys, counts, strict=True))}

    assert found == {
        "videos": 2,
        "seconds": 6.667,
        "hours": 0.0019,
        "frames": 200,
        "tracks": 7,
        "keyframes": 9,
        "positions": 10 + 10 + 10 + 6 + 5 + 10 + 1,
        # video 1: 0..14, 20, 21, 26..29; video 2: 0, 50..59
        "labelled_frames": 15 + 6 + 11,
        "groups": [
            group("glove", "suggested", 1, 1, 5, 5),
            group("person", "accepted", 1, 1, 10, 10),
            group("person", "fixed", 1, 1, 10, 10),
            group("person", "manual", 1, 1, 10, 10),
            group("person", "rejected", 1, 1, 10, 10),
            group("person", "suggested", 2, 4, 7, 7),
        ],
    }


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (stats.Filter(video=1), (5, 41, 21)),
        (stats.Filter(class_id=2), (1, 5, 5)),
        (stats.Filter(state="suggested"), (3, 12, 12)),
        (stats.Filter(model="dots"), (6, 42, 22)),
        (stats.Filter(model="none"), (0, 0, 0)),
        (stats.Filter(person=1), (3, 30, 25)),
        (stats.Filter(person=2, video=1, class_id=1), (2, 16, 16)),
    ],
)
def test_filters(counted: Workspace, wanted: stats.Filter, numbers: tuple[int, int, int]) -> None:
    with store.reader(counted) as db:
        assert people.by_name(db, "Ada") == 1
        found = stats.overview(db, wanted)
    assert (found["tracks"], found["positions"], found["labelled_frames"]) == numbers


def test_by_class_and_by_video(counted: Workspace) -> None:
    with store.reader(counted) as db:
        classes = stats.by_class(db)
        videos = stats.by_video(db)
    assert classes == [
        {"class": "glove", **STATES, "tracks": 1, "suggested": 1, "positions": 5,
         "labelled_frames": 5},
        {"class": "person", "tracks": 6, "suggested": 2, "accepted": 1, "rejected": 1, "fixed": 1,
         "manual": 1, "positions": 47, "labelled_frames": 32},
    ]  # fmt: skip
    assert videos == [
        {"video": 1, "tracks": 5, "suggested": 2, "accepted": 1, "rejected": 1, "fixed": 1,
         "manual": 0, "positions": 41, "labelled_frames": 21},
        {"video": 2, **STATES, "tracks": 2, "suggested": 1, "manual": 1, "positions": 11,
         "labelled_frames": 11},
    ]  # fmt: skip


def test_acceptance_by_model_version(counted: Workspace) -> None:
    with store.reader(counted) as db:
        found = stats.by_model(db)
    assert found == [
        {
            "model": "dots", "version": "1.0", "accepted": 1, "fixed": 1, "rejected": 1,
            "deleted": 1, "suggested": 2, "superseded": 1, "decided": 4, "acceptance": 0.5,
            "untouched": 0.25, "runs": 1, "frames": 100, "seconds": 2.5,
        },
        {
            "model": "dots", "version": "1.1", "accepted": 0, "fixed": 0, "rejected": 0,
            "deleted": 0, "suggested": 1, "superseded": 0, "decided": 0, "acceptance": None,
            "untouched": None, "runs": 1, "frames": 100, "seconds": 2.5,
        },
    ]  # fmt: skip


def test_what_each_person_did(counted: Workspace) -> None:
    with store.reader(counted) as db:
        found = stats.by_person(db)
        last = dict(
            db.execute(
                "SELECT p.name, max(b.at) FROM batches b JOIN people p ON p.id = b.person "
                "GROUP BY p.name"
            )
        )
    day = last["Ada"][:10]
    assert found == [
        {
            "person": "Ada", "actions": 3, "undone": 0,
            "edits": {"accept": 1, "add": 1, "fix": 1},
            "verdicts": {"accept": 1, "reject": 0, "fix": 1, "skip": 0},
            "labels": 3, "last": last["Ada"], "days": {day: 3},
        },
        {
            "person": "Bo", "actions": 4, "undone": 1,
            "edits": {"accept": 1, "delete": 1, "reject": 1, "skip": 1},
            "verdicts": {"accept": 0, "reject": 1, "fix": 0, "skip": 1},
            "labels": 4, "last": last["Bo"], "days": {day: 4},
        },
    ]  # fmt: skip


def test_an_empty_workspace(workspace: Workspace) -> None:
    with store.reader(workspace) as db:
        found = stats.everything(db)
    assert found == {
        "videos": 0, "seconds": 0, "hours": 0, "frames": 0, "tracks": 0, "keyframes": 0,
        "positions": 0, "labelled_frames": 0, "groups": [], "library": [], "classes": [],
        "models": [], "people": [],
    }  # fmt: skip

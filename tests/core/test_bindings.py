"""Segments bound to a track go where its object goes, in the same step of undo."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core import db as store
from core import errors, event_classes, journal, restoring, segments, tracks, verdicts
from core.restoring import Moment
from core.segments import Segment
from tests.core.conftest import Desk

JAB = 5


@pytest.fixture
def ring(desk: Desk) -> Desk:
    store.write(desk.workspace, event_classes.add_boxing)
    return desk


def event(desk: Desk, track: int | None, first: int, last: int) -> int:
    edit = {"kind": "segment", "verb": "add", "class": JAB, "first": first, "last": last}
    return desk.do({**edit, "track": track}).segments[0].id


def get(desk: Desk, identity: int) -> Segment:
    with store.reader(desk.workspace) as db:
        return segments.get(db, identity)


def of(desk: Desk, *identities: int) -> list[int | None]:
    return [get(desk, identity).track for identity in identities]


def there_and_back(desk: Desk, edit: dict[str, Any], before: list[Any], after: list[Any]) -> None:
    """An edit of tracks, undone and done again; ``before`` and ``after`` are the events' tracks,
    which are events 1, 2, ..."""
    numbers = range(1, len(before) + 1)
    assert of(desk, *numbers) == before
    done = desk.do(edit)
    moved = [i for i, (was, now) in enumerate(zip(before, after, strict=True), 1) if was != now]
    assert [segment.id for segment in done.segments] == moved
    assert of(desk, *numbers) == after
    desk.undo()
    assert of(desk, *numbers) == before
    desk.redo()
    assert of(desk, *numbers) == after


def test_a_split_takes_along_what_mostly_lies_behind_it(ring: Desk) -> None:
    track = ring.add(frame=0, last=60)
    other = ring.add(frame=0, last=60)
    for first, last in ((0, 9), (25, 34), (26, 34), (21, 34), (40, 50), (60, 80)):
        event(ring, track.id, first, last)
    event(ring, other.id, 40, 50)
    rest = other.id + 1
    there_and_back(
        ring,
        {"verb": "split", "id": track.id, "frame": 30},
        [track.id] * 6 + [other.id],
        [track.id, track.id, rest, track.id, rest, rest, other.id],
    )


def test_a_merge_says_of_the_one_what_was_said_of_both(ring: Desk) -> None:
    track, other = ring.add(frame=0, last=20), ring.add(frame=30, last=60)
    for target in (track.id, other.id, None):
        event(ring, target, 30, 40)
    edit = {"verb": "merge", "id": track.id, "other": other.id}
    there_and_back(ring, edit, [track.id, other.id, None], [track.id, track.id, None])


@pytest.mark.parametrize(("last", "late"), [(None, True), (49, False)])
def test_a_swap_exchanges_what_lies_on_its_frames(ring: Desk, last: int | None, late: bool) -> None:
    track, other = ring.add(frame=0, last=60), ring.add(frame=0, last=60)
    for first, end in ((0, 9), (30, 40), (50, 60)):
        event(ring, track.id, first, end)
        event(ring, other.id, first, end)
    a, b = track.id, other.id
    edit = {"verb": "swap", "id": a, "other": b, "frame": 30, "last": last}
    there_and_back(ring, edit, [a, b] * 3, [a, b, b, a, *([b, a] if late else [a, b])])


def test_a_part_given_to_another_takes_its_events_along(ring: Desk) -> None:
    track, other = ring.add(frame=10, last=60), ring.add(frame=0, last=20)
    for first in (10, 40):
        event(ring, track.id, first, first + 5)
    edit = {"verb": "reassign", "id": track.id, "other": other.id, "frame": 30}
    there_and_back(ring, edit, [track.id] * 2, [track.id, other.id])


def test_a_track_given_away_as_a_whole_leaves_nothing_behind(ring: Desk) -> None:
    track, other = ring.add(frame=30, last=60), ring.add(frame=0, last=20)
    for first in (0, 28, 40):
        event(ring, track.id, first, first + 3)
    event(ring, other.id, 40, 43)
    edit = {"verb": "reassign", "id": track.id, "other": other.id, "frame": 30}
    there_and_back(ring, edit, [track.id] * 3 + [other.id], [other.id] * 4)
    assert ring.get(track.id).deleted


@pytest.mark.parametrize("scope", ["track", "onward"])
def test_what_is_about_a_deleted_track_stays_and_is_about_none(ring: Desk, scope: str) -> None:
    track, other = ring.add(frame=10, last=20), ring.add(frame=10, last=20)
    event(ring, track.id, 10, 15)
    event(ring, other.id, 10, 15)
    edit = {"verb": "delete", "id": track.id, "scope": scope, "frame": 10}
    there_and_back(ring, edit, [track.id, other.id], [None, other.id])


def test_no_decision_is_made_and_the_history_says_what_happened(ring: Desk) -> None:
    track, other = ring.add(frame=0, last=20), ring.add(frame=30, last=60)
    number = event(ring, other.id, 30, 40)
    for change in (
        "INSERT INTO runs (id, video, model, version, parameters, device, first_frame, last_frame, "
        f"every, created_at) VALUES (1, {ring.video}, 'm', '1', '{{}}', 'cpu', 0, 59, 1, '')",
        "UPDATE segments SET run = 1, state = 'suggested', person = NULL",
    ):
        store.write(ring.workspace, lambda db, change=change: db.execute(change))
    ring.do({"verb": "merge", "id": track.id, "other": other.id})
    ring.undo()
    ring.redo()
    assert (get(ring, number).track, get(ring, number).state) == (track.id, "suggested")
    with store.reader(ring.workspace) as db:
        steps = journal.history(db, "segment", number)
        assert verdicts.live(db, "segment", number) == []
    assert [(step["verb"], step["after"]["segment"]) for step in steps[1:]] == [
        ("bind", {"track": track.id}),
        ("undo", {"track": other.id}),
        ("redo", {"track": track.id}),
    ]


def test_a_hidden_suggestion_stays_hidden_and_a_deleted_event_stays_deleted(ring: Desk) -> None:
    track, other = ring.add(frame=0, last=20), ring.add(frame=30, last=60)
    hidden, deleted = event(ring, other.id, 30, 40), event(ring, other.id, 30, 40)
    store.write(
        ring.workspace,
        lambda db: db.execute("UPDATE segments SET hidden = 1 WHERE id = ?", [hidden]),
    )
    ring.do({"kind": "segment", "verb": "delete", "id": deleted})
    assert ring.do({"verb": "merge", "id": track.id, "other": other.id}).segments == []
    assert (get(ring, hidden).hidden, get(ring, deleted).deleted) == (True, True)


def test_an_event_that_comes_back_is_not_about_a_track_that_is_gone(ring: Desk) -> None:
    """Ana deletes the event, Bo its track; Ana takes back what she did."""
    track = ring.add(frame=0, last=20)
    number = event(ring, track.id, 0, 10)
    ring.do({"kind": "segment", "verb": "delete", "id": number})
    Desk(ring.workspace, ring.video, "Bo").do({"verb": "delete", "id": track.id, "scope": "track"})
    ring.undo()
    assert (get(ring, number).deleted, get(ring, number).track) == (False, None)


def test_a_split_taken_back_leaves_no_event_of_somebody_else_astray(ring: Desk) -> None:
    track = ring.add(frame=0, last=60)
    ring.do({"verb": "split", "id": track.id, "frame": 30})
    bo = Desk(ring.workspace, ring.video, "Bo")
    number = event(bo, track.id + 1, 40, 50)
    ring.undo()
    assert of(ring, number) == [None]


def test_a_video_put_back_has_its_events_where_they_were(ring: Desk) -> None:
    track, other = ring.add(frame=0, last=20), ring.add(frame=30, last=60)
    number = event(ring, other.id, 30, 40)
    with store.reader(ring.workspace) as db:
        moment = Moment(ring.video, db.execute("SELECT max(seq) + 1 FROM batches").fetchone()[0])
    ring.do({"verb": "merge", "id": track.id, "other": other.id})
    with store.reader(ring.workspace) as db:
        seen = restoring.preview(db, moment).seen
    batch = uuid.uuid4().hex
    store.write(
        ring.workspace,
        lambda db: restoring.restore(db, moment, batch=batch, person="Ana", seen=seen),
    )
    assert of(ring, number) == [other.id]
    ring.undo()
    assert of(ring, number) == [track.id]


def test_an_event_is_bound_to_a_track_that_is_there(ring: Desk) -> None:
    track, gone = ring.add(frame=0, last=20), ring.add(frame=0, last=20)
    ring.do({"verb": "delete", "id": gone.id, "scope": "track"})
    number = event(ring, None, 0, 10)
    bind = {"kind": "segment", "verb": "bind", "id": number}
    for wrong in (gone.id, 99, True, "1", 1.5):
        with pytest.raises(errors.UnknownItem):
            ring.do({**bind, "track": wrong})
        with pytest.raises(errors.UnknownItem):
            event(ring, wrong, 0, 10)  # type: ignore[arg-type]
    assert ring.do({**bind, "track": track.id}).segments[0].track == track.id
    assert ring.undo().segments[0].track is None


def test_an_addition_journalled_before_tracks_of_events_were_is_taken_back(ring: Desk) -> None:
    number = event(ring, None, 0, 10)
    with store.reader(ring.workspace) as db:
        sql = db.execute("SELECT sql FROM sqlite_master WHERE name = 'edits_no_update'").fetchone()[
            0
        ]

    def older(db: store.Database) -> None:
        db.execute("DROP TRIGGER edits_no_update")
        db.execute(
            "UPDATE edits SET after = json_remove(after, '$.segment.track') WHERE kind = 'segment'"
        )
        db.execute(sql)

    store.write(ring.workspace, older)
    assert ring.undo().gone_segments == [number]


def test_bound_segments_are_found_by_an_index(ring: Desk) -> None:
    seen: list[str] = []
    with store.reader(ring.workspace) as db:
        db.conn.set_trace_callback(seen.append)
        segments.bound(db, 1, 2)
        segments.astray(db, [1], [2])
        db.conn.set_trace_callback(None)
        plans = [
            str(row[3])
            for sql in seen
            for row in db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        ]
    assert [plan for plan in plans if plan.startswith("SCAN s")] == []
    assert len([plan for plan in plans if "segments_track" in plan]) == 2


def test_a_part_of_a_track_keeps_what_is_beside_all_tracks(ring: Desk) -> None:
    """Events that lie where their track is not go by their own frames."""
    track = ring.add(frame=40, last=60)
    early, late = event(ring, track.id, 0, 5), event(ring, track.id, 80, 90)
    ring.do({"verb": "split", "id": track.id, "frame": 50})
    assert of(ring, early, late) == [track.id, track.id + 1]
    with store.reader(ring.workspace) as db:
        assert [one.first for one in tracks.window(db, ring.video)] == [40, 50]

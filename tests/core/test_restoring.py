"""Putting labels back to a moment: the rows of then, and undone the rows of before."""

from __future__ import annotations

import tempfile
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock, edits, errors, event_classes, history, journal, restoring, segments, tracks
from core import db as store
from core.restoring import Moment
from core.workspace import Workspace
from tests.core import test_journal

people = st.sampled_from(["Ana", "Bo"])
actions = st.one_of(
    test_journal.steps, test_journal.steps, test_journal.steps, st.sampled_from(["undo", "redo"])
)


def _new() -> str:
    return uuid.uuid4().hex


def _put_back(workspace: Workspace, moment: Moment, person: str = "Ana") -> None:
    def change(db: store.Database) -> None:
        seen = restoring.preview(db, moment).seen
        restoring.restore(db, moment, batch=_new(), person=person, seen=seen)

    store.write(workspace, change)


def _act(workspace: Workspace, action: Any, person: str, rows: list[Any]) -> None:
    def change(db: store.Database) -> edits.Outcome:
        if action == "undo":
            return edits.undo(db, batch=_new(), person=person)
        if action == "redo":
            return edits.redo(db, batch=_new(), person=person)
        edit = test_journal._edit(action, rows)
        return edits.apply(db, batch=_new(), person=person, video=1, edits=[edit])

    with suppress(errors.DataGuardError):
        store.write(workspace, change)


def _next_batch(workspace: Workspace) -> int:
    with store.reader(workspace) as db:
        return int(db.execute("SELECT coalesce(max(seq), 0) FROM batches").fetchone()[0]) + 1


def _ready(workspace: Workspace) -> None:
    def make(db: store.Database) -> None:
        db.execute(
            "INSERT INTO videos (sha256, name, bytes, frames, state, added_at) "
            "VALUES (?, 'a', 1, ?, 'ready', ?)",
            ["0" * 64, test_journal.FRAMES, clock.now()],
        )
        event_classes.add_boxing(db)

    store.write(workspace, make)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(actions, people), min_size=1, max_size=14), st.data())
def test_restoring_gives_the_rows_of_the_moment_and_undoing_it_those_before(
    script: list[tuple[Any, str]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        _ready(workspace)
        rows = test_journal._rows
        seen = [(_next_batch(workspace), rows(workspace))]
        for action, person in script:
            _act(workspace, action, person, seen[-1][1])
            seen.append((_next_batch(workspace), rows(workspace)))
        for _ in range(2):
            before, wanted = data.draw(st.sampled_from(seen))
            latest = rows(workspace)
            try:
                _put_back(workspace, Moment(1, before), "Cho")
            except errors.NothingToUndo:
                assert latest == wanted
                continue
            assert rows(workspace) == wanted
            for reverse, expected in ((edits.undo, latest), (edits.redo, wanted)):
                store.write(
                    workspace, lambda db, act=reverse: act(db, batch=_new(), person="Cho", video=1)
                )
                assert rows(workspace) == expected
            seen.append((_next_batch(workspace), wanted))
        store.close_all()


@pytest.fixture
def video(workspace: Workspace) -> int:
    _ready(workspace)
    return 1


def _edit(workspace: Workspace, *changes: dict[str, Any], person: str = "Ana") -> edits.Outcome:
    return store.write(
        workspace,
        lambda db: edits.apply(db, batch=_new(), person=person, video=1, edits=changes),
    )


BOX = {"verb": "add", "class": 1, "frame": 2, "last": 9, "box": [1, 2, 30, 40]}
EVENT = {"kind": "segment", "verb": "add", "class": 5, "first": 3, "last": 6}


def test_the_preview_counts_labels_and_names_whose_work_it_is(
    workspace: Workspace, video: int
) -> None:
    _edit(workspace, BOX)
    start = _next_batch(workspace)
    _edit(workspace, EVENT, person="Bo")
    _edit(workspace, {"verb": "class", "id": 1, "class": 2}, person="Bo")
    _edit(workspace, {"verb": "accept", "id": 1}, person="Cho")
    with store.reader(workspace) as db:
        found = restoring.preview(db, Moment(1, start))
        assert restoring.preview(db, Moment(1, start, "segment", 1)).to_json()["tracks"] == 0
    assert (found.tracks, found.segments, found.people) == (1, 1, {"Bo": 2, "Cho": 1})
    assert found.seen == _next_batch(workspace) - 1
    _edit(workspace, {"verb": "class", "id": 1, "class": 3}, person="Bo")
    with pytest.raises(errors.Stale, match="since you looked"):
        store.write(
            workspace,
            lambda db: restoring.restore(
                db, Moment(1, start), batch="b", person="Ana", seen=found.seen
            ),
        )


def test_one_label_is_put_back_alone_and_a_batch_counts_once(
    workspace: Workspace, video: int
) -> None:
    _edit(workspace, BOX, EVENT)
    start = _next_batch(workspace)
    _edit(workspace, {"verb": "accept", "id": 1}, person="Bo")
    _edit(workspace, {"kind": "segment", "verb": "span", "id": 1, "last": 20}, person="Bo")
    moment = Moment(1, start, "segment", 1)
    for _ in range(3):
        store.write(
            workspace,
            lambda db: restoring.restore(db, moment, batch="once", person="Ana", seen=start + 1),
        )
    with store.reader(workspace) as db:
        assert segments.get(db, 1).last == 6
        assert tracks.get(db, 1).state == "accepted"
        assert [row["verb"] for row in journal.history(db, "segment", 1)][-1] == "restore"
        assert len(journal.history(db, "segment", 1)) == 3


def test_a_decision_given_back_stays_its_makers_and_later_ones_are_not_taken(
    workspace: Workspace, video: int
) -> None:
    _edit(workspace, BOX)
    _edit(workspace, {"verb": "accept", "id": 1}, person="Bo")
    start = _next_batch(workspace)
    _edit(workspace, {"verb": "reject", "id": 1}, person="Cho")
    _put_back(workspace, Moment(1, start), "Ana")
    with store.reader(workspace) as db:
        assert tracks.get(db, 1).state == "accepted"
    _edit(workspace, {"verb": "reject", "id": 1}, person="Bo")
    with pytest.raises(errors.Stale):
        store.write(
            workspace, lambda db: edits.undo(db, batch=_new(), person="Ana", video=1)
        ).unless_refused()
    with store.reader(workspace) as db:
        assert tracks.get(db, 1).state == "rejected"


def test_a_moment_is_also_a_time(
    workspace: Workspace, video: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in (30, 32, 34):
        monkeypatch.setattr(
            clock, "now", lambda minute=minute: f"2026-03-04T14:{minute}:00.000+00:00"
        )
        _edit(workspace, BOX)
    with store.reader(workspace) as db:

        def left(hour: int, minute: int) -> int:
            before = restoring.at_time(db, 1, datetime(2026, 3, 4, hour, minute, tzinfo=UTC))
            return 3 - restoring.preview(db, Moment(1, before)).tracks

        assert [left(14, 29), left(14, 30), left(14, 33), left(15, 0)] == [0, 1, 2, 3]


def test_history_comes_in_pages_newest_first_and_says_what_was_done(
    workspace: Workspace, video: int
) -> None:
    _edit(workspace, BOX, EVENT)
    _edit(workspace, {"verb": "fix", "id": 1, "frame": 5, "box": [9, 9, 9, 9]}, person="Bo")
    _edit(workspace, {"verb": "fix", "id": 1, "frame": 5, "box": [8, 8, 8, 8]})
    _edit(workspace, {"kind": "segment", "verb": "class", "id": 1, "class": 6})
    store.write(workspace, lambda db: edits.undo(db, batch=_new(), person="Ana", video=1))
    with store.reader(workspace) as db:
        whole = history.page(db, 1, before=2**62, limit=50)
        paged, before = [], 2**62
        while before is not None:
            found = history.page(db, 1, before=before, limit=2)
            paged += found["entries"]
            before = found["next"]
        track = history.page(db, 1, before=2**62, limit=50, kind="track", target=1)["entries"]
    assert whole["next"] is None
    assert paged == whole["entries"]
    told = [
        (
            entry["person"],
            entry["kind"],
            entry["undone"],
            entry["changes"],
            entry["edits"][0]["verb"],
        )
        for entry in whole["entries"]
    ]
    assert told == [
        ("Ana", "undo", False, 1, "class"),
        ("Ana", "do", True, 1, "class"),
        ("Ana", "do", False, 1, "fix"),
        ("Bo", "do", False, 1, "fix"),
        ("Ana", "do", False, 2, "add"),
    ]
    assert whole["entries"][1]["edits"][0]["columns"] == {"class": [5, 6]}
    assert whole["entries"][2]["edits"][0] == {
        "kind": "track",
        "id": 1,
        "verb": "fix",
        "columns": {},
        "range": None,
        "frames": [5, 5, 1],
        "parts": ["box"],
    }
    assert [entry["batch"] for entry in track] == [3, 2, 1]

    # A verdict on a part says which, also where it was taken back.
    _edit(workspace, {"verb": "reject", "id": 1, "range": [2, 4]})
    store.write(workspace, lambda db: edits.undo(db, batch=_new(), person="Ana", video=1))
    with store.reader(workspace) as db:
        taken_back, done = history.page(db, 1, before=2**62, limit=2)["entries"]
    assert [(e["kind"], e["edits"][0]["range"]) for e in (taken_back, done)] == [
        ("undo", [2, 4]),
        ("do", [2, 4]),
    ]


def test_a_page_of_a_long_history_is_found_without_reading_all_of_it(
    workspace: Workspace, video: int
) -> None:
    for _ in range(30):
        _edit(workspace, *[EVENT] * 20)

    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    def cost(before: int) -> int:
        nonlocal steps
        steps = 0
        with store.reader(workspace) as db:
            db.conn.set_progress_handler(count, 100)
            history.page(db, 1, before=before, limit=5)
        return steps

    assert cost(2**62) <= 3 * cost(120) + 5

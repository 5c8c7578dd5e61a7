from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import class_changes, classes, edits, errors, journal, suggestions, tracks, verdicts
from core import db as store
from core.labels import Box
from core.workspace import Workspace
from tests.core.conftest import PERSON, Desk


def test_an_added_box_is_a_manual_track(desk: Desk) -> None:
    track = desk.add(frame=10, last=20)
    assert (track.state, track.first, track.last, track.person) == ("manual", 10, 20, "Ana")
    assert [k.box for k in track.keyframes] == [Box(10, 20, 30, 40)]
    assert track.keyframes[0].source == "human"


def test_a_suggestion_is_sparse_and_true(suggested: tracks.Track) -> None:
    assert suggested.state == "suggested"
    assert [k.frame for k in suggested.keyframes] == [0, 40]
    at = suggested.at(25)
    assert at is not None
    assert at.box == Box(50, 50, 40, 80)


def test_a_fix_is_a_verdict_and_moves_neighbours(desk: Desk, suggested: tracks.Track) -> None:
    fix = {
        "verb": "fix",
        "id": suggested.id,
        "revision": suggested.revision,
        "frame": 20,
        "box": [60, 50, 40, 80],
    }
    track = desk.do(fix).tracks[0]
    assert track.state == "fixed"
    assert [(k.frame, k.source) for k in track.keyframes] == [
        (0, "model"),
        (20, "human"),
        (40, "model"),
    ]
    near = track.at(10)
    assert near is not None
    assert near.box.x == pytest.approx(30)


@pytest.mark.parametrize(
    ("verb", "state"), [("accept", "accepted"), ("reject", "rejected"), ("skip", "suggested")]
)
def test_verdicts_over_the_whole(
    desk: Desk, suggested: tracks.Track, verb: str, state: str
) -> None:
    done = desk.do({"verb": verb, "id": suggested.id, "revision": suggested.revision})
    assert done.tracks[0].state == state
    assert desk.undo().tracks[0].state == "suggested"
    assert desk.redo().tracks[0].state == state


def test_a_verdict_on_a_part_leaves_the_rest_suggested(desk: Desk, suggested: tracks.Track) -> None:
    part = {"verb": "accept", "id": suggested.id, "range": [0, 12]}
    track = desk.do(part).tracks[0]
    assert (track.state, track.partial) == ("suggested", ((0, 12, "accept"),))
    assert desk.undo().tracks[0].partial == ()


def test_the_last_verdict_on_a_frame_counts(desk: Desk, suggested: tracks.Track) -> None:
    def decide(verb: str, *span: int) -> tracks.Track:
        part = {"range": list(span)} if span else {}
        return desk.do({"verb": verb, "id": suggested.id, **part}).tracks[0]

    decide("accept", 5, 20)
    decide("skip", 8, 9)
    overlaid = ((5, 9, "accept"), (10, 12, "reject"), (13, 20, "accept"))
    assert decide("reject", 10, 12).partial == overlaid
    whole = decide("reject")
    assert (whole.state, whole.partial) == ("rejected", ())
    after = decide("accept", 30, 60)
    assert (after.state, after.partial) == ("rejected", ((30, 60, "accept"),))
    desk.undo()
    undone = desk.undo().tracks[0]
    assert (undone.state, undone.partial) == ("suggested", overlaid)
    desk.do({"verb": "fix", "id": suggested.id, "frame": 25, "box": [1, 1, 5, 5]})
    assert desk.get(suggested.id).partial == ()


parts = st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from("abc"))


@given(st.lists(parts, max_size=8))
def test_parts_laid_over_parts_keep_the_last_word_of_every_frame(
    given_parts: list[tuple[int, int, str]],
) -> None:
    words: dict[int, str] = {}
    made: list[verdicts.Stretch] = []
    for first, last, word in given_parts:
        made = verdicts.overlaid(made, first, last, word)
        words.update(dict.fromkeys(range(first, last + 1), word))
    assert made == sorted(made)
    told = [(frame, word) for first, last, word in made for frame in range(first, last + 1)]
    assert len(told) == len(words)
    assert dict(told) == words


def test_dat_04_a_stale_edit_is_refused_with_the_current_state(
    desk: Desk, suggested: tracks.Track
) -> None:
    other = Desk(desk.workspace, desk.video, "Bo")
    seen = suggested.revision
    other.do({"verb": "accept", "id": suggested.id, "revision": seen})
    with pytest.raises(errors.Stale) as stale:
        desk.do({"verb": "reject", "id": suggested.id, "revision": seen})
    (now,) = stale.value.current
    assert (now["state"], now["changed_by"]) == ("accepted", "Bo")
    assert desk.get(suggested.id).state == "accepted"


def test_dat_04_many_editors_lose_nothing(desk: Desk) -> None:
    track = desk.add()
    saved = []

    def work(number: int) -> None:
        me = Desk(desk.workspace, desk.video, f"editor {number}")
        for turn in range(10):
            now = desk.get(track.id)
            fix = {
                "verb": "fix",
                "id": track.id,
                "revision": now.revision,
                "frame": 10 + number,
                "box": [number, turn, 30, 40],
            }
            try:
                saved.append(me.do(fix).tracks[0].revision)
            except errors.Stale:
                continue

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(saved) == len(set(saved))
    with store.reader(desk.workspace) as db:
        assert len(journal.history(db, "track", track.id)) == len(saved) + 1
    assert desk.get(track.id).revision == len(saved) + track.revision


def test_dat_09_a_batch_sent_three_times_is_applied_once(desk: Desk) -> None:
    change = {
        "verb": "add",
        "client": "tmp-1",
        "class": PERSON,
        "frame": 5,
        "box": [1, 2, 3, 4],
    }
    answers = [desk.do(change, batch="same") for _ in range(3)]
    assert answers[0].created == answers[1].created == answers[2].created
    with store.reader(desk.workspace) as db:
        assert len(tracks.window(db, desk.video)) == 1
        assert db.execute("SELECT count(*) FROM edits").fetchone()[0] == 1


def test_a_batch_sent_again_tells_the_revision_that_it_led_to(desk: Desk) -> None:
    track = desk.add(frame=10, last=20)
    fix = {"verb": "fix", "id": track.id, "frame": 12, "box": [1, 2, 3, 4]}
    first = desk.do({**fix, "revision": track.revision}, batch="again")
    ours = first.tracks[0].revision
    assert first.revisions["track"] == {track.id: ours}
    Desk(desk.workspace, desk.video, "Bo").do({**fix, "revision": ours, "frame": 14})
    again = desk.do({**fix, "revision": track.revision}, batch="again")
    assert again.tracks[0].revision == ours + 1
    assert again.revisions["track"] == {track.id: ours}


def test_a_batch_is_all_or_nothing(desk: Desk) -> None:
    good = {"verb": "add", "class": PERSON, "frame": 5, "box": [1, 2, 3, 4]}
    bad = {"verb": "add", "class": PERSON, "frame": 5, "box": [1, 2, float("nan"), 4]}
    with pytest.raises(errors.BadInput):
        desk.do(good, bad)
    with store.reader(desk.workspace) as db:
        assert tracks.window(db, desk.video) == []
        assert db.execute("SELECT count(*) FROM batches").fetchone()[0] == 0


@pytest.mark.parametrize(
    "edit",
    [
        {"verb": "add", "class": PERSON, "frame": 100, "box": [1, 2, 3, 4]},
        {"verb": "add", "class": PERSON, "frame": -1, "box": [1, 2, 3, 4]},
        {"verb": "add", "class": PERSON, "frame": 1.5, "box": [1, 2, 3, 4]},
        {"verb": "add", "class": 99, "frame": 1, "box": [1, 2, 3, 4]},
        {"verb": "add", "class": PERSON, "frame": 1, "box": [1, 2, 0, 4]},
        {"verb": "add", "class": PERSON, "frame": 1, "box": [1, 2, 1e9, 4]},
        {"verb": "add", "class": PERSON, "frame": 1, "box": "1234"},
        {"verb": "add", "class": PERSON, "frame": 1},
        {"verb": "explode", "id": 1},
        {"verb": "accept", "id": 999},
        {"verb": "accept", "id": 2**70},
        {"verb": "add", "class": 2**70, "frame": 1, "box": [1, 1, 5, 5]},
        {"verb": "add", "class": PERSON, "frame": 1, "box": [1, 1, 5, 5], "joints": 5},
        {"verb": float("nan"), "id": 1},
        {"verb": "accept", "id": True},
        {"verb": "fix"},
    ],
)
def test_bad_edits_are_refused(desk: Desk, edit: dict[str, Any]) -> None:
    with pytest.raises(errors.BadInput):
        desk.do(edit)


def test_dat_07_deleting_one_frame_keeps_the_others(desk: Desk, suggested: tracks.Track) -> None:
    before = {frame: suggested.at(frame) for frame in range(41)}
    track = desk.do({"verb": "delete", "id": suggested.id, "frame": 20}).tracks[0]
    assert track.at(20) is None
    for frame in set(range(41)) - {20}:
        here, was = track.at(frame), before[frame]
        assert here is not None
        assert was is not None
        assert here.box.iou(was.box) > 0.9999
    assert desk.undo().tracks[0].keyframes == suggested.keyframes


@pytest.mark.parametrize("frame", [10, 20])
def test_dat_07_deleting_an_end_trims_the_track(desk: Desk, frame: int) -> None:
    made = desk.add(frame=10, last=20)
    track = desk.do({"verb": "delete", "id": made.id, "frame": frame}).tracks[0]
    assert (track.first, track.last) == ((11, 20) if frame == 10 else (10, 19))
    assert all(track.at(near) is not None for near in range(track.first, track.last + 1))


def test_deleting_the_only_frame_or_the_whole_leaves_a_tombstone(desk: Desk) -> None:
    one = desk.add(frame=10, last=10)
    whole = desk.add(frame=10, last=20)
    assert desk.do({"verb": "delete", "id": one.id, "frame": 10}).gone == [one.id]
    assert desk.do({"verb": "delete", "id": whole.id, "scope": "track"}).gone == [whole.id]
    assert desk.get(whole.id).keyframes == whole.keyframes
    assert [track.id for track in desk.undo().tracks] == [whole.id]
    assert [track.id for track in desk.undo().tracks] == [one.id]


def test_undo_is_refused_when_somebody_else_changed_the_same_part(desk: Desk) -> None:
    track = desk.add()
    desk.do({"verb": "fix", "id": track.id, "frame": 15, "box": [5, 5, 5, 5]})
    other = Desk(desk.workspace, desk.video, "Bo")
    other.do({"verb": "fix", "id": track.id, "frame": 15, "box": [9, 9, 9, 9]})

    def undo_named(batch: str) -> edits.Outcome:
        return store.write(
            desk.workspace, lambda db: edits.undo(db, batch=batch, person=desk.person)
        )

    for _ in range(2):  # the answer to the first may have been lost
        with pytest.raises(errors.Stale):
            undo_named("the same").unless_refused()
    found = desk.get(track.id).at(15)
    assert found is not None
    assert found.box == Box(9, 9, 9, 9)


def test_redo_ends_with_the_next_change(desk: Desk) -> None:
    track = desk.add()
    desk.do({"verb": "fix", "id": track.id, "frame": 15, "box": [5, 5, 5, 5]})
    desk.undo()
    desk.do({"verb": "fix", "id": track.id, "frame": 16, "box": [6, 6, 6, 6]})
    with pytest.raises(errors.NothingToUndo):
        desk.redo()


def test_dur_10_order_comes_from_the_journal_not_the_clock(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = desk.add()
    monkeypatch.setattr("core.clock.now", lambda: "1999-01-01T00:00:00.000+00:00")
    desk.do({"verb": "fix", "id": track.id, "frame": 15, "box": [5, 5, 5, 5]})
    assert desk.undo().tracks[0].keyframes == track.keyframes


def test_derived_states_are_what_the_verdicts_say(desk: Desk, suggested: tracks.Track) -> None:
    for verb in ("accept", "reject", "accept"):
        desk.do({"verb": verb, "id": suggested.id})
    desk.undo()
    with store.reader(desk.workspace) as db:
        for row in db.query("SELECT id, state, keyframes FROM tracks"):
            assert row["state"] == verdicts.derive(db, "track", row["id"])
            count = db.execute(
                "SELECT count(*) FROM keyframes WHERE track = ?", [row["id"]]
            ).fetchone()[0]
            assert row["keyframes"] == count
    assert desk.get(suggested.id).state == "rejected"


def test_work_on_a_suggestion_hidden_meanwhile_brings_it_back(
    desk: Desk, suggested: tracks.Track
) -> None:
    store.write(desk.workspace, lambda db: db.execute("UPDATE tracks SET hidden = 1"))
    done = desk.do({"verb": "accept", "id": suggested.id, "revision": suggested.revision})
    assert [(t.id, t.state, t.hidden) for t in done.tracks] == [(suggested.id, "accepted", False)]


def test_a_part_deleted_from_a_suggestion_is_a_fix(desk: Desk, suggested: tracks.Track) -> None:
    change = {"verb": "delete", "id": suggested.id, "scope": "frame", "frame": 20}
    assert desk.do(change).tracks[0].state == "fixed"
    assert desk.undo().tracks[0].state == "suggested"


@pytest.mark.parametrize(
    "theirs",
    [{"verb": "fix", "frame": 15, "box": [9, 9, 9, 9]}, {"verb": "class", "class": 2}],
)
def test_an_addition_that_somebody_else_worked_on_is_not_taken_back(
    desk: Desk, theirs: dict[str, Any]
) -> None:
    track = desk.add()
    other = Desk(desk.workspace, desk.video, "Bo")
    other.do({**theirs, "id": track.id})
    with pytest.raises(errors.Stale):
        desk.undo()
    assert not desk.get(track.id).deleted
    other.undo()
    assert desk.undo().gone == [track.id]


def test_an_addition_that_somebody_else_accepted_is_not_taken_back(desk: Desk) -> None:
    track = desk.add()
    Desk(desk.workspace, desk.video, "Bo").do({"verb": "accept", "id": track.id})
    with pytest.raises(errors.Stale):
        desk.undo()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_attributes_that_could_not_be_sent_again_are_refused(desk: Desk, value: object) -> None:
    track = desk.add()
    with pytest.raises(errors.BadInput):
        desk.do({"verb": "attributes", "id": track.id, "attributes": {"a": value}})
    assert desk.get(track.id) == track


@pytest.mark.parametrize(
    "pose",
    [{"skeleton": "none"}, {"skeleton": {}}, {"skeleton": "coco17", "joints": [[1, 2, 1, 2]]}],
)
def test_a_pose_needs_its_skeletons_joints(desk: Desk, pose: dict[str, Any]) -> None:
    add = {"verb": "add", "class": PERSON, "frame": 1, "box": [1, 1, 5, 5]}
    with pytest.raises(errors.BadInput):
        desk.do({**add, **pose})


def test_what_is_decided_in_part_is_not_offered_again(desk: Desk, suggested: tracks.Track) -> None:
    desk.do({"verb": "accept", "id": suggested.id, "range": [0, 10]})
    with store.reader(desk.workspace) as db:
        assert [t.id for t in suggestions.decided(db, desk.video, 0, 99)] == [suggested.id]
    desk.undo()
    with store.reader(desk.workspace) as db:
        assert suggestions.decided(db, desk.video, 0, 99) == []


def test_a_step_that_cannot_be_undone_does_not_block_those_before_it(desk: Desk) -> None:
    track = desk.add()
    desk.do({"verb": "fix", "id": track.id, "frame": 12, "box": [1, 1, 5, 5]})
    desk.do({"verb": "fix", "id": track.id, "frame": 15, "box": [5, 5, 5, 5]})
    other = Desk(desk.workspace, desk.video, "Bo")
    other.do({"verb": "fix", "id": track.id, "frame": 15, "box": [9, 9, 9, 9]})

    def undo_named(batch: str) -> edits.Outcome:
        return store.write(
            desk.workspace, lambda db: edits.undo(db, batch=batch, person=desk.person)
        )

    for _ in range(2):  # the answer to the first may have been lost
        with pytest.raises(errors.Stale):
            undo_named("the same").unless_refused()
    with pytest.raises(errors.NothingToUndo):
        desk.redo()
    after = desk.undo().tracks[0]
    assert [(k.frame, k.box.x) for k in after.keyframes] == [(10, 10), (15, 9)]
    with store.reader(desk.workspace) as db:
        undone = [step["undone"] for step in journal.history(db, "track", track.id)]
    assert undone == [False, True, False, False, False]
    redone = desk.redo().tracks[0]
    assert [k.frame for k in redone.keyframes] == [10, 12, 15]


def test_dat_06_a_label_of_a_class_archived_meanwhile_is_saved_and_flagged(
    workspace: Workspace, add_video: Callable[..., int]
) -> None:
    video = add_video()
    glove = 2

    def send(*changes: dict[str, Any]) -> edits.Outcome:
        batch = uuid.uuid4().hex
        return store.write(
            workspace,
            lambda db: edits.apply(db, batch=batch, person="Ada", video=video, edits=changes),
        )

    add = {"verb": "add", "class": glove, "frame": 0, "box": [1, 1, 5, 5]}
    first = send(add)
    assert first.archived == []
    store.write(workspace, lambda db: class_changes.archive(db, glove, batch="a", person="Ada"))

    moved = {"verb": "fix", "id": first.tracks[0].id, "frame": 0, "box": [9, 9, 5, 5]}
    for outcome in (send(add), send(moved), send({**add, "class": 1}, add)):
        assert outcome.to_json()["archived"] == [glove]
    assert send({**add, "class": 1}).archived == []
    with store.reader(workspace) as db:
        found = tracks.window(db, video)
        assert [track.class_id for track in found] == [glove, glove, 1, glove, 1]
        assert found[0].keyframes[0].box.x == 9
        assert [row["archived"] for row in classes.every(db)] == [False, True, False, False]

    with pytest.raises(errors.BadInput, match="FOREIGN KEY"):
        store.write(workspace, lambda db: db.execute("DELETE FROM classes WHERE id = ?", [glove]))
    back = {"batch": "b", "person": "Ada", "archived": False}
    store.write(workspace, lambda db: class_changes.archive(db, glove, **back))
    assert send(add).archived == []
    with pytest.raises(errors.UnknownItem):
        store.write(workspace, lambda db: class_changes.archive(db, 99, batch="c", person="Ada"))

"""Events and captions: what edits make of them, what verdicts they are, and how they are undone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from core import (
    change_numbers,
    class_changes,
    edits,
    errors,
    event_classes,
    journal,
    runs,
    segments,
    tracks,
    verdicts,
)
from core import db as store
from core.jobs import claim
from core.segments import Segment
from core.workspace import Workspace

FRAMES = 100


class Desk:
    """One person at work on the segments of one video."""

    def __init__(self, workspace: Workspace, video: int, person: str = "Ana") -> None:
        self.workspace, self.video, self.person = workspace, video, person

    def do(self, *changes: dict[str, Any], batch: str | None = None) -> edits.Outcome:
        name = batch or uuid.uuid4().hex
        sent = [{"kind": "segment", **change} for change in changes]
        return store.write(
            self.workspace,
            lambda db: edits.apply(
                db, batch=name, person=self.person, video=self.video, edits=sent
            ),
        )

    def undo(self) -> edits.Outcome:
        return store.write(
            self.workspace, lambda db: edits.undo(db, batch=uuid.uuid4().hex, person=self.person)
        ).unless_refused()

    def redo(self) -> edits.Outcome:
        return store.write(
            self.workspace, lambda db: edits.redo(db, batch=uuid.uuid4().hex, person=self.person)
        ).unless_refused()

    def add(self, first: int = 10, last: int = 20, **more: Any) -> Segment:
        change = {"verb": "add", "class": self.jab, "first": first, "last": last, **more}
        return self.do(change).segments[0]

    def get(self, identity: int) -> Segment:
        with store.reader(self.workspace) as db:
            return segments.get(db, identity)

    def shown(self) -> list[Segment]:
        with store.reader(self.workspace) as db:
            return segments.shown(db, self.video)

    @property
    def jab(self) -> int:
        return self.class_named("jab")

    def class_named(self, name: str) -> int:
        with store.reader(self.workspace) as db:
            row = db.execute("SELECT id FROM classes WHERE name = ?", [name]).fetchone()
        return int(row[0])


def about(segment: Segment) -> dict[str, Any]:
    return {"id": segment.id, "revision": segment.revision}


@pytest.fixture
def desk(workspace: Workspace, add_video: Callable[..., int]) -> Desk:
    video = add_video(frames=FRAMES)
    store.write(workspace, event_classes.add_boxing)
    return Desk(workspace, video)


@pytest.fixture
def suggested(desk: Desk) -> Segment:
    """A jab on frames 30 to 40 that a model suggested."""

    def make(db: store.Database) -> int:
        job = runs.queue(db, video=desk.video, model="scripted")
        claimed = claim(db, job=job)
        assert claimed is not None
        run = runs.start(db, claimed, version="1", weights_hash=None, device="cpu")
        return segments.add_row(
            db,
            video=desk.video,
            kind="event",
            first=30,
            last=40,
            change=change_numbers.take(db),
            class_id=desk.jab,
            score=0.8,
            run=run["id"],
        )

    return desk.get(store.write(desk.workspace, make))


def test_an_event_has_a_class_and_a_caption_a_text_and_language(desk: Desk) -> None:
    event = desk.add(10, 20)
    assert (event.kind, event.class_id, event.first, event.last) == ("event", desk.jab, 10, 20)
    assert (event.state, event.person, event.revision) == ("manual", "Ana", 1)
    caption = desk.add(5, 5, type="caption", text="잽을 피한다", language="ko")
    assert (caption.kind, caption.class_id) == ("caption", None)
    assert (caption.text, caption.language) == ("잽을 피한다", "ko")
    assert [one.id for one in desk.shown()] == [caption.id, event.id]


def test_edges_class_text_and_note_are_changed_and_undone(desk: Desk) -> None:
    event = desk.add(10, 20)
    states = [event]
    for change in (
        {"verb": "span", "first": 12},
        {"verb": "span", "last": 30},
        {"verb": "class", "class": desk.class_named("hook")},
        {"verb": "text", "text": "left"},
        {"verb": "note", "text": " glove hidden "},
        {"verb": "attributes", "attributes": {"side": "left"}},
        {"verb": "accept"},
        {"verb": "delete"},
    ):
        desk.do({**change, **about(states[-1])})
        states.append(desk.get(event.id))
    assert (states[2].first, states[2].last) == (12, 30)
    assert states[3].class_id == desk.class_named("hook")
    assert states[4].text == "left"
    assert states[5].attributes == {"note": "glove hidden"}
    assert states[6].attributes == {"side": "left"}
    assert states[7].state == "accepted"
    assert states[8].deleted
    assert desk.shown() == []

    def seen(one: Segment) -> dict[str, Any]:
        return {**one.to_json(), "deleted": one.deleted, "revision": None}

    for before in reversed(states[:-1]):
        desk.undo()
        assert seen(desk.get(event.id)) == seen(before)
    desk.undo()
    assert desk.get(event.id).deleted
    for after in states:
        desk.redo()
        assert seen(desk.get(event.id)) == seen(after)


def test_attributes_of_an_event_are_set_one_by_one_and_undone(desk: Desk) -> None:
    defined = {
        "hand": {"type": "choice", "choices": ["left", "right"]},
        "target": {"type": "choice", "choices": ["head", "body"], "changing": True},
    }
    who = {"batch": "d", "person": "Ana"}
    store.write(
        desk.workspace,
        lambda db: class_changes.change(db, desk.jab, **who, attributes=defined),
    )
    event, caption = desk.add(10, 20), desk.add(10, 20, type="caption", text="x")
    desk.do({"verb": "note", "text": "clear", **about(event)})
    seen = [desk.get(event.id).attributes]
    for change in (
        {"name": "hand", "value": "left"},
        {"name": "target", "value": "head", "frame": 10},
        {"name": "target", "value": "body", "frame": 15},
        {"name": "hand", "value": None},
    ):
        desk.do({"verb": "attribute", **change, **about(desk.get(event.id))})
        seen.append(desk.get(event.id).attributes)
    head, body = [10, "head"], [15, "body"]
    assert seen == [
        {"note": "clear"},
        {"note": "clear", "hand": "left"},
        {"note": "clear", "hand": "left", "target": [head]},
        {"note": "clear", "hand": "left", "target": [head, body]},
        {"note": "clear", "target": [head, body]},
    ]
    for name, value, of in (("hand", "both", event), ("none", 1, event), ("hand", "left", caption)):
        with pytest.raises(errors.BadInput):
            desk.do({"verb": "attribute", "name": name, "value": value, "id": of.id})
    with pytest.raises(errors.Stale):
        desk.do({"verb": "attribute", "name": "hand", "value": "left", **about(event)})
    for wanted in reversed(seen[:-1]):
        desk.undo()
        assert desk.get(event.id).attributes == wanted


def test_a_split_is_two_that_touch_and_merging_them_gives_the_whole(desk: Desk) -> None:
    event = desk.add(10, 20, text="left")
    answer = desk.do({"verb": "split", "client": "s", "frame": 15, **about(event)})
    left, right = answer.segments
    assert answer.created == {"s": right.id}
    assert [(one.first, one.last, one.text, one.class_id) for one in (left, right)] == [
        (10, 14, "left", desk.jab),
        (15, 20, "left", desk.jab),
    ]
    merge = {"verb": "merge", **about(right), "other": left.id, "other_revision": left.revision}
    (whole,) = desk.do(merge).segments
    assert (whole.id, whole.first, whole.last, whole.text) == (right.id, 10, 20, "left")
    assert desk.shown() == [whole]
    desk.undo()
    assert [(one.first, one.last) for one in desk.shown()] == [(10, 14), (15, 20)]
    desk.undo()
    assert [(one.id, one.first, one.last) for one in desk.shown()] == [(event.id, 10, 20)]
    desk.redo()
    desk.redo()
    assert [(one.id, one.first, one.last) for one in desk.shown()] == [(right.id, 10, 20)]


def test_both_parts_of_an_accepted_event_are_accepted(desk: Desk) -> None:
    event = desk.add(10, 20)
    desk.do({"verb": "accept", **about(event)})
    parts = desk.do({"verb": "split", "frame": 15, **about(desk.get(event.id))}).segments
    assert [one.state for one in parts] == ["accepted", "accepted"]
    desk.undo()
    assert [(one.state, one.last) for one in desk.shown()] == [("accepted", 20)]


def test_merged_captions_keep_both_texts_in_order_of_time(desk: Desk) -> None:
    later = desk.add(20, 30, type="caption", text="둘", language="ko")
    earlier = desk.add(5, 9, type="caption", text="하나", language="ko")
    merge = {"verb": "merge", **about(later), "other": earlier.id, "other_revision": 1}
    (whole,) = desk.do(merge).segments
    assert (whole.first, whole.last, whole.text) == (5, 30, "하나\n둘")


def _changing(desk: Desk) -> None:
    """Give jabs an attribute that changes along them."""
    target = {"target": {"type": "choice", "choices": ["head", "body"], "changing": True}}
    who = {"batch": "d", "person": "Ana"}
    store.write(
        desk.workspace, lambda db: class_changes.change(db, desk.jab, **who, attributes=target)
    )


def test_merged_events_keep_both_notes_and_the_values_of_both(desk: Desk) -> None:
    _changing(desk)
    made = [desk.add(20, 30), desk.add(5, 9), desk.add(28, 40)]
    for event, note, value, frame in zip(
        made, ("high", "low", "low"), ("head", "body", "body"), (20, 7, 28), strict=True
    ):
        set_value = {"verb": "attribute", "name": "target", "value": value, "frame": frame}
        desk.do({"verb": "note", "text": note, "id": event.id}, {**set_value, "id": event.id})
    kept, earlier, later = (desk.get(one.id) for one in made)
    merge = {"verb": "merge", **about(kept), "other": earlier.id}
    (whole,) = desk.do(merge).segments
    assert (whole.first, whole.last) == (5, 30)
    assert whole.attributes == {"note": "low\nhigh", "target": [[7, "body"], [20, "head"]]}
    (longer,) = desk.do({"verb": "merge", **about(whole), "other": later.id}).segments
    values = [[7, "body"], [20, "head"], [31, "body"]]
    assert longer.attributes == {"note": "low\nhigh\nlow", "target": values}
    desk.undo()
    desk.undo()
    assert [desk.get(one.id).attributes for one in made] == [
        one.attributes for one in (kept, earlier, later)
    ]
    desk.redo()
    desk.redo()
    assert desk.get(kept.id).attributes == longer.attributes


def test_values_along_an_event_lie_on_it_and_move_with_it(desk: Desk) -> None:
    _changing(desk)
    event = desk.add(10, 20)
    for frame in (9, 21, None):
        edit = {"verb": "attribute", "name": "target", "value": "head", "id": event.id}
        with pytest.raises(errors.BadInput, match="on frames 10 to 20"):
            desk.do(edit if frame is None else {**edit, "frame": frame})
    for frame, value in ((10, "head"), (20, "body")):
        edit = {"verb": "attribute", "name": "target", "value": value, "id": event.id}
        desk.do({**edit, "frame": frame})
    stretched = desk.do({"verb": "span", "id": event.id, "first": 8}).segments[0]
    assert stretched.attributes == {"target": [[10, "head"], [20, "body"]]}
    moved = desk.do({"verb": "span", "id": event.id, "first": 20, "last": 32}).segments[0]
    assert moved.attributes == {"target": [[22, "head"], [32, "body"]]}
    start = desk.do({"verb": "span", "id": event.id, "first": 0, "last": 12}).segments[0]
    assert start.attributes == {"target": [[2, "head"], [12, "body"]]}
    desk.undo()
    assert desk.get(event.id).attributes == moved.attributes


def test_a_change_of_a_models_segment_is_a_fix_and_a_split_of_it_keeps_its_run(
    desk: Desk, suggested: Segment
) -> None:
    assert (suggested.state, suggested.model) == ("suggested", "scripted")
    (fixed,) = desk.do({"verb": "span", "first": 31, **about(suggested)}).segments
    assert fixed.state == "fixed"
    desk.undo()
    left, right = desk.do({"verb": "split", "frame": 35, **about(desk.get(suggested.id))}).segments
    assert {(one.state, one.run, one.score) for one in (left, right)} == {
        ("fixed", suggested.run, 0.8)
    }
    desk.undo()
    assert desk.get(suggested.id).state == "suggested"
    assert desk.get(right.id).deleted
    with store.reader(desk.workspace) as db:
        for one in (left, right):
            assert verdicts.derive(db, "segment", one.id) == segments.get(db, one.id).state


def test_what_a_newer_run_hid_comes_back_when_a_person_changes_it(
    desk: Desk, suggested: Segment
) -> None:
    store.write(desk.workspace, lambda db: db.execute("UPDATE segments SET hidden = 1"))
    assert desk.shown() == []
    desk.do({"verb": "accept", **about(suggested)})
    assert [one.state for one in desk.shown()] == ["accepted"]


def test_a_stale_change_gets_the_current_state_and_changes_nothing(desk: Desk) -> None:
    event = desk.add()
    other = Desk(desk.workspace, desk.video, "Bo")
    other.do({"verb": "span", "last": 40, **about(event)})
    for change in (
        {"verb": "span", "last": 50},
        {"verb": "split", "frame": 15},
        {"verb": "delete"},
    ):
        with pytest.raises(errors.Stale) as refused:
            desk.do({**change, **about(event)})
        now = {**desk.get(event.id).to_json(), "deleted": False, "changed_by": "Bo"}
        assert refused.value.current == [now]
    fresh = desk.add(50, 60)
    merge = {"verb": "merge", **about(fresh), "other": event.id, "other_revision": event.revision}
    with pytest.raises(errors.Stale):
        desk.do(merge)
    assert [(one.first, one.last) for one in desk.shown()] == [(10, 40), (50, 60)]


def test_undo_never_takes_away_what_somebody_else_did_since(desk: Desk) -> None:
    event = desk.add()
    other = Desk(desk.workspace, desk.video, "Bo")
    other.do({"verb": "note", "text": "mine", **about(event)})
    with pytest.raises(errors.Stale):
        desk.undo()
    assert desk.get(event.id).attributes == {"note": "mine"}


def test_a_batch_sent_again_counts_once_and_numbers_of_two_kinds_stay_apart(desk: Desk) -> None:
    box = {"kind": "track", "verb": "add", "client": "t", "class": 1, "frame": 3}
    event = {"verb": "add", "client": "s", "class": desk.jab, "first": 1, "last": 2}
    for _ in range(3):
        answer = desk.do({**box, "box": [1, 2, 3, 4]}, event, batch="once")
        assert answer.created == {"t": 1, "s": 1}
    # The track and the event have the same number: a change of one is not a change of the other.
    desk.do({"verb": "span", "id": "1", "last": 9, **about(answer.segments[0])})
    with store.reader(desk.workspace) as db:
        assert tracks.get(db, 1).revision == answer.tracks[0].revision
        assert [row["verb"] for row in journal.history(db, "track", 1)] == ["add"]
        assert [row["verb"] for row in journal.history(db, "segment", 1)] == ["add", "span"]
    assert len(desk.shown()) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verb": "add", "class": 1, "first": 1, "last": 2}, "not a class of events"),
        ({"verb": "add", "class": None, "first": 1, "last": 2}, "no class"),
        ({"verb": "add", "type": "answer", "first": 1, "last": 2}, "an event or a caption"),
        ({"verb": "add", "class": "jab", "first": 5, "last": 4}, "begins at or before"),
        ({"verb": "add", "class": "jab", "first": 5, "last": FRAMES}, "beyond the video"),
        ({"verb": "add", "class": "jab", "first": -1, "last": 4}, "whole number"),
        ({"verb": "add", "class": "jab", "first": 1, "last": True}, "whole number"),
        ({"verb": "span", "first": 21}, "begins at or before"),
        ({"verb": "span", "last": 1000}, "beyond the video"),
        ({"verb": "class", "class": 1}, "not a class of events"),
        ({"verb": "text", "text": 5}, "at most"),
        ({"verb": "text", "text": "x" * 10_001}, "at most"),
        ({"verb": "text", "text": "x", "language": "<b>"}, "code such as"),
        ({"verb": "note", "text": None}, "at most"),
        ({"verb": "attributes", "attributes": [1]}, "small table"),
        ({"verb": "split", "frame": 10}, "cannot be split"),
        ({"verb": "split", "frame": 21}, "cannot be split"),
        ({"verb": "merge", "other": 1, "other_revision": 1}, "one kind and class"),
        ({"verb": "merge", "other": 99}, "no segment 99"),
        ({"verb": "fix", "frame": 10, "box": [1, 2, 3, 4]}, "no edit named fix"),
        ({"verb": "accept", "range": [50, 60]}, "do not lie in the segment"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    desk: Desk, change: dict[str, Any], message: str
) -> None:
    event = desk.add(10, 20)
    if change.get("class") == "jab":
        change = {**change, "class": desk.jab}
    with pytest.raises(errors.BadInput) as refused:
        desk.do(change if change["verb"] == "add" else {**change, **about(event)})
    assert message in str(refused.value)
    assert desk.shown() == [event]


def test_another_videos_segment_and_an_unknown_kind_are_refused(
    desk: Desk, add_video: Callable[..., int]
) -> None:
    event = desk.add()
    other = Desk(desk.workspace, add_video(frames=FRAMES))
    with pytest.raises(errors.UnknownItem):
        other.do({"verb": "accept", **about(event)})
    with pytest.raises(errors.BadInput, match="crop"):
        desk.do({"kind": "crop", "verb": "accept", **about(event)})
    caption = desk.add(1, 2, type="caption", text="x")
    merge = {"verb": "merge", **about(event), "other": caption.id, "other_revision": 1}
    with pytest.raises(errors.BadInput):
        desk.do(merge)
    with pytest.raises(errors.BadInput, match="Only an event"):
        desk.do({"verb": "class", "class": desk.jab, **about(caption)})


def test_changes_tell_which_segments_came_and_went(desk: Desk) -> None:
    with store.reader(desk.workspace) as db:
        start = change_numbers.newest(db)
    event = desk.add()
    gone = desk.add(30, 40)
    desk.do({"verb": "delete", **about(gone)})
    with store.reader(desk.workspace) as db:
        end = change_numbers.newest(db)
        assert segments.changed_since(db, desk.video, start, upto=end) == ([event], [gone.id])
        assert segments.changed_since(db, desk.video, end, upto=end) == ([], [])
        assert segments.changed_since(db, desk.video, start, upto=start + 1) == ([event], [])
        assert tracks.change_page(db, desk.video, start, keyframes=20) == start + 1
        assert tracks.change_page(db, desk.video, start, keyframes=1000) is None

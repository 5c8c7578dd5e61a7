"""Edits of two tracks through the door: verdicts, revisions, undo, history, batches sent twice."""

from __future__ import annotations

import pytest

from core import db as store
from core import edits, errors, journal, tracks, verdicts
from core.labels import Box
from tests.core.conftest import Desk


def _pair(desk: Desk) -> tuple[tracks.Track, tracks.Track]:
    return desk.add(frame=0, last=20), desk.add(frame=5, last=30)


def test_a_split_of_a_suggestion_is_two_fixed_tracks_of_its_run(
    desk: Desk, suggested: tracks.Track
) -> None:
    store.write(
        desk.workspace,
        lambda db: db.execute("UPDATE tracks SET name = 'red', attributes = '{\"a\": 1}'"),
    )
    edit = {"verb": "split", "id": suggested.id, "revision": suggested.revision, "frame": 15}
    done = desk.do({**edit, "client": "new"})
    kept, rest = (desk.get(track.id) for track in done.tracks)
    assert done.created == {"new": rest.id}
    assert [(t.first, t.last, t.state, t.name, t.attributes) for t in (kept, rest)] == [
        (0, 14, "fixed", "red", {"a": 1}),
        (15, 40, "fixed", "red", {"a": 1}),
    ]
    assert (rest.run, rest.class_id, rest.score) == (kept.run, kept.class_id, kept.score)
    assert [t.at(f).box for t, f in ((kept, 14), (rest, 15))] == [  # type: ignore[union-attr]
        Box(28, 50, 40, 80),
        Box(30, 50, 40, 80),
    ]
    undone = desk.undo()
    assert (undone.gone, [(t.id, t.last, t.state) for t in undone.tracks]) == (
        [rest.id],
        [(suggested.id, 40, "suggested")],
    )
    assert desk.get(suggested.id).keyframes == suggested.keyframes
    assert [(t.id, t.state) for t in desk.redo().tracks] == [
        (suggested.id, "fixed"),
        (rest.id, "fixed"),
    ]
    assert desk.get(rest.id).keyframes == rest.keyframes
    with store.reader(desk.workspace) as db:
        steps = [(step["verb"], step["undone"]) for step in journal.history(db, "track", rest.id)]
    assert steps == [("split", False), ("undo", False), ("redo", False)]


def test_a_part_split_off_is_worked_on_in_the_same_batch(desk: Desk) -> None:
    track = desk.add(frame=0, last=20)
    done = desk.do(
        {"verb": "split", "id": track.id, "frame": 10, "client": "late"},
        {"verb": "class", "id": "late", "class": 2},
    )
    assert [(t.class_id, t.first) for t in done.tracks] == [(1, 0), (2, 10)]
    assert desk.undo().gone == [done.created["late"]]
    assert [(t.class_id, t.first) for t in desk.redo().tracks] == [(1, 0), (2, 10)]


@pytest.mark.parametrize("decision", ["accept", "reject"])
def test_both_parts_of_a_decided_track_stay_decided(desk: Desk, decision: str) -> None:
    track = desk.add(frame=0, last=20)
    desk.do({"verb": decision, "id": track.id})
    done = desk.do({"verb": "split", "id": track.id, "frame": 10})
    assert [t.state for t in done.tracks] == [f"{decision}ed"] * 2


@pytest.mark.parametrize("verb", ["merge", "swap", "reassign"])
def test_every_track_of_an_edit_is_looked_at_for_what_others_did(desk: Desk, verb: str) -> None:
    track, other = _pair(desk)
    theirs = {"verb": "fix", "id": other.id, "frame": 8, "box": [9, 9, 9, 9]}
    Desk(desk.workspace, desk.video, "Bo").do(theirs)
    edit = {"verb": verb, "id": track.id, "revision": track.revision, "frame": 10}
    with pytest.raises(errors.Stale) as stale:
        desk.do({**edit, "other": other.id, "other_revision": other.revision})
    assert [row["id"] for row in stale.value.current] == [other.id]
    assert desk.get(track.id) == track
    seen = desk.get(other.id).revision
    assert desk.do({**edit, "other": other.id, "other_revision": seen}).change


def test_a_swap_is_not_undone_over_what_somebody_did_to_the_other_track(desk: Desk) -> None:
    track, other = _pair(desk)
    swapped = desk.do({"verb": "swap", "id": track.id, "other": other.id, "frame": 10}).tracks
    bo = Desk(desk.workspace, desk.video, "Bo")
    theirs = bo.do({"verb": "fix", "id": other.id, "frame": 10, "box": [1, 1, 1, 1]}).tracks
    with pytest.raises(errors.Stale):
        desk.undo()
    assert [desk.get(t.id) for t in (track, other)] == [swapped[0], *theirs]


def test_a_swap_undone_puts_both_back(desk: Desk) -> None:
    track, other = _pair(desk)
    desk.do({"verb": "swap", "id": track.id, "other": other.id, "frame": 10, "last": 14})
    assert {t.id for t in desk.undo().tracks} == {track.id, other.id}
    assert [desk.get(t.id).keyframes for t in (track, other)] == [track.keyframes, other.keyframes]


def test_a_merge_sent_twice_counts_once(desk: Desk) -> None:
    track, other = desk.add(frame=0, last=9), desk.add(frame=10, last=20)
    edit = {"verb": "merge", "id": track.id, "revision": 1, "other": other.id, "other_revision": 1}
    first, second = desk.do(edit, batch="m"), desk.do(edit, batch="m")
    assert first.to_json() == second.to_json()
    assert ([(t.first, t.last) for t in first.tracks], first.gone) == ([(0, 20)], [other.id])


def test_a_suggestion_merged_into_a_fixed_one_gives_no_verdict_of_its_own(
    desk: Desk, suggested: tracks.Track
) -> None:
    split = desk.do({"verb": "split", "id": suggested.id, "frame": 15})
    track, other = (t.id for t in split.tracks)
    merged = desk.do({"verb": "merge", "id": track, "other": other}).tracks[0]
    assert merged.state == "fixed"
    desk.undo()
    desk.undo()
    assert desk.get(suggested.id).state == "suggested"


def test_an_edit_of_two_names_two_of_this_video(desk: Desk) -> None:
    track = desk.add()
    for other in (None, True, 99, "new", track.id):
        with pytest.raises((errors.BadInput, errors.UnknownItem)):
            desk.do({"verb": "swap", "id": track.id, "other": other, "frame": 12})


def test_other_tracks_of_the_batch_stay_whole_when_one_edit_is_refused(desk: Desk) -> None:
    track, other = _pair(desk)
    with pytest.raises(errors.BadInput):
        desk.do(
            {"verb": "swap", "id": track.id, "other": other.id, "frame": 10},
            {"verb": "split", "id": track.id, "frame": 0},
        )
    assert [desk.get(t.id) for t in (track, other)] == [track, other]
    assert isinstance(desk.undo(), edits.Outcome)


def test_verdicts_on_parts_go_where_the_frames_go_and_come_back(desk: Desk) -> None:
    bo = Desk(desk.workspace, desk.video, "Bo")
    track, other = desk.add(frame=0, last=60), desk.add(frame=0, last=60)
    bo.do({"verb": "reject", "id": track.id, "range": [30, 50]})
    desk.do({"verb": "accept", "id": other.id})
    desk.do({"verb": "accept", "id": other.id, "range": [20, 29]})

    def parts() -> list[tuple[object, str]]:
        return [(desk.get(one).partial, desk.get(one).state) for one in (track.id, other.id)]

    seen = [parts()]
    rest = desk.do({"verb": "split", "id": track.id, "frame": 40, "client": "c"}).created["c"]
    assert desk.get(track.id).partial == ((30, 39, "reject"),)
    assert desk.get(rest).partial == ((40, 50, "reject"),)
    assert _makers(desk, track.id) == ["Bo"]
    seen.append(parts())
    desk.do(
        {"verb": "swap", "id": track.id, "other": other.id, "frame": 25, "last": 34},
        {"verb": "accept", "id": rest, "range": [55, 60]},
    )
    seen.append(parts())
    assert seen[-1] == [
        (((25, 29, "accept"), (35, 39, "reject")), "manual"),
        (((20, 24, "accept"), (30, 34, "reject")), "accepted"),
    ]
    desk.do({"verb": "merge", "id": track.id, "other": rest})
    merged = ((25, 29, "accept"), (35, 50, "reject"), (55, 60, "accept"))
    assert desk.get(track.id).partial == merged
    seen.append(parts())
    for _ in range(2):
        for before in reversed(seen[:-1]):
            desk.undo()
            assert parts() == before
        for after in seen[1:]:
            desk.redo()
            assert parts() == after
    assert desk.get(track.id).partial == merged


def _makers(desk: Desk, track: int) -> list[str]:
    """Who decided what is decided about a track."""
    with store.reader(desk.workspace) as db:
        people = dict(db.execute("SELECT id, name FROM people").fetchall())
        return [people[one.person] for one in verdicts.now(db, "track", track)]


def test_a_part_that_moved_is_not_taken_back_over_a_later_verdict(desk: Desk) -> None:
    track = desk.add(frame=0, last=60)
    desk.do({"verb": "reject", "id": track.id, "range": [30, 50]})
    desk.do({"verb": "split", "id": track.id, "frame": 40})
    Desk(desk.workspace, desk.video, "Bo").do({"verb": "accept", "id": track.id})
    with pytest.raises(errors.Stale):
        desk.undo()
    assert (desk.get(track.id).state, desk.get(track.id).partial) == ("accepted", ())


def test_a_fixed_suggestion_has_no_parts_after_its_frames_changed(
    desk: Desk, suggested: tracks.Track
) -> None:
    track = desk.add(frame=0, last=40)
    desk.do(*({"verb": "accept", "id": one.id, "range": [5, 9]} for one in (track, suggested)))
    desk.do({"verb": "swap", "id": track.id, "other": suggested.id, "frame": 7})
    assert (desk.get(suggested.id).state, desk.get(suggested.id).partial) == ("fixed", ())
    assert desk.get(track.id).partial == ((5, 9, "accept"),)

"""Attributes: what a class allows, values that hold until the next, edits that undo takes back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import attributes, class_changes, edits, errors, tracks
from core import db as store
from core.workspace import Workspace

DEFINED = attributes.checked(
    {
        "stance": {"type": "choice", "choices": ["orthodox", "southpaw"], "default": "orthodox"},
        "guard": {"type": "choice", "choices": ["high", "low"], "changing": True},
        "weight": {"type": "number"},
        "bleeding": {"type": "yes/no", "changing": True, "default": False},
        "remark": {"type": "text"},
    }
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stance", "Orthodox"),
        ("weight", "70"),
        ("weight", True),
        ("weight", float("inf")),
        ("bleeding", 1),
        ("bleeding", "yes"),
        ("remark", 5),
        ("remark", "x" * 501),
    ],
)
def test_a_value_that_the_class_does_not_allow_is_refused(name: str, value: Any) -> None:
    with pytest.raises(errors.BadInput):
        attributes.with_value(DEFINED, {}, name, value, 0)


@pytest.mark.parametrize(
    "definitions",
    [
        {"a": {"type": "colour"}},
        {"a": {"type": "choice", "choices": ["x", "x"]}},
        {"a": {"type": "choice", "choices": ["x"], "default": "y"}},
        {"a": {"type": "number", "size": 5}},
        {"a": {"type": "number", "names": {"fr": "a"}}},
        {" ": {"type": "number"}},
        {"a": {"type": "number"}, "a ": {"type": "text"}},
        {str(n): {"type": "text"} for n in range(41)},
        ["a"],
    ],
)
def test_definitions_that_make_no_sense_are_refused(definitions: Any) -> None:
    with pytest.raises(errors.BadInput):
        attributes.checked(definitions)


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["high", "low", None])), max_size=30))
def test_a_changing_value_holds_until_the_next_whatever_the_order_of_entry(
    entered: list[tuple[int, str | None]],
) -> None:
    table: dict[str, Any] = {"colour": "imported"}
    last: dict[int, str] = {}
    for frame, value in entered:
        table = attributes.with_value(DEFINED, table, "guard", value, frame)
        if value is None:
            last.pop(frame, None)
        else:
            last[frame] = value
    for frame in range(32):
        held = [value for at, value in sorted(last.items()) if at <= frame]
        found = attributes.at(DEFINED, table, frame)
        assert found.get("guard") == (held[-1] if held else None)
        assert (found["stance"], found["bleeding"], found["colour"]) == (
            *("orthodox", False),
            "imported",
        )
    assert attributes.checked_table(DEFINED, {}, table) == table


def test_a_table_may_keep_what_the_class_no_longer_allows() -> None:
    old = {"stance": "switch", "unknown": [1, 2]}
    assert attributes.checked_table(DEFINED, old, {**old, "weight": 70}) == {**old, "weight": 70}
    for bad in ({"stance": "square"}, {"guard": "high"}, {"guard": [[5, "high"], [5, "low"]]}):
        with pytest.raises(errors.BadInput):
            attributes.checked_table(DEFINED, old, {**old, **bad})


@pytest.fixture
def defined(workspace: Workspace) -> None:
    store.write(
        workspace,
        lambda db: class_changes.change(db, 1, batch="d", person="Ada", attributes=DEFINED),
    )


def apply(workspace: Workspace, video: int, *changes: dict[str, Any]) -> edits.Outcome:
    return store.write(
        workspace,
        lambda db: edits.apply(
            db, batch=uuid.uuid4().hex, person="Ada", video=video, edits=changes
        ),
    )


def test_single_values_are_edits_that_undo_takes_back(
    workspace: Workspace, add_video: Callable[..., int], defined: None
) -> None:
    video = add_video()
    add = {"verb": "add", "class": 1, "frame": 0, "last": 50, "box": [1, 1, 9, 9]}
    (track,) = apply(workspace, video, add).tracks

    def setting(name: str, value: Any, **more: Any) -> dict[str, Any]:
        return {"verb": "attribute", "id": track.id, "name": name, "value": value, **more}

    seen = [track.attributes]
    for change in (
        setting("stance", "southpaw"),
        setting("guard", "high", frame=0),
        setting("guard", "low", frame=20),
        setting("guard", None, frame=0),
        setting("stance", None),
    ):
        (after,) = apply(workspace, video, change).tracks
        seen.append(after.attributes)
    assert seen == [
        {},
        {"stance": "southpaw"},
        {"stance": "southpaw", "guard": [[0, "high"]]},
        {"stance": "southpaw", "guard": [[0, "high"], [20, "low"]]},
        {"stance": "southpaw", "guard": [[20, "low"]]},
        {"guard": [[20, "low"]]},
    ]
    for bad in (
        setting("stance", "square"),
        setting("nothing", 1),
        setting("guard", "low", frame=100),
        {"verb": "attributes", "id": track.id, "attributes": {"weight": "heavy"}},
    ):
        with pytest.raises(errors.BadInput):
            apply(workspace, video, bad)
    for wanted in reversed(seen[:-1]):
        store.write(
            workspace, lambda db: edits.undo(db, batch=uuid.uuid4().hex, person="Ada")
        ).unless_refused()
        with store.reader(workspace) as db:
            assert tracks.get(db, track.id).attributes == wanted


@given(
    st.dictionaries(st.integers(0, 40), st.sampled_from(["high", "low"])),
    st.dictionaries(st.integers(0, 40), st.sampled_from(["high", "low"])),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_what_changes_goes_with_the_frames_it_is_about(
    one: dict[int, str], other: dict[int, str], a: int, b: int
) -> None:
    first, last = sorted((a, b))
    tables = [
        {"stance": name, "guard": [[f, v] for f, v in sorted(held.items())]}
        for name, held in (("southpaw", one), ("orthodox", other))
    ]
    parts = [(tables[0], 0, first - 1), (tables[1], first, last), (tables[0], last + 1, 99)]
    made = attributes.spliced(tables[0], [part for part in parts if part[1] <= part[2]])
    assert made["stance"] == "southpaw"
    for frame in range(50):
        source = tables[1] if first <= frame <= last else tables[0]
        wanted = attributes.at(DEFINED, source, frame).get("guard")
        assert attributes.at(DEFINED, made, frame).get("guard") == wanted


def test_swapping_two_tracks_and_back_leaves_their_attributes(
    workspace: Workspace, add_video: Callable[..., int], defined: None
) -> None:
    video = add_video()
    add = {"verb": "add", "class": 1, "frame": 0, "last": 50, "box": [1, 1, 9, 9]}
    ids = [apply(workspace, video, add).tracks[0].id for _ in range(2)]
    values = zip(ids, ("high", "low"), strict=True)
    edit = {"verb": "attribute", "name": "guard", "frame": 0}
    apply(workspace, video, *({**edit, "id": id, "value": value} for id, value in values))
    swap = {"verb": "swap", "id": ids[0], "other": ids[1], "frame": 20}
    found = {one.id: one.attributes["guard"] for one in apply(workspace, video, swap).tracks}
    assert found == {ids[0]: [[0, "high"], [20, "low"]], ids[1]: [[0, "low"], [20, "high"]]}
    undone = store.write(workspace, lambda db: edits.undo(db, batch="u", person="Ada"))
    assert [one.attributes["guard"] for one in undone.tracks] == [[[0, "high"]], [[0, "low"]]]
    apply(workspace, video, swap)
    apply(workspace, video, {**swap, "verb": "merge"})
    with store.reader(workspace) as db:
        assert tracks.get(db, ids[0]).attributes["guard"] == [[0, "high"], [20, "low"]]

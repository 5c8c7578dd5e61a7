from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import db as store
from core import errors
from core.mirror import changed, opposite
from core.skeletons import BLAZEPOSE_33, COCO_17
from core.tracks import Track
from core.workspace import Workspace
from tests.core.made_tracks import FRAMES, made, on, patient, place, places


@pytest.mark.parametrize("skeleton", [COCO_17, BLAZEPOSE_33])
def test_each_side_finds_the_other(skeleton: Any) -> None:
    order = opposite(skeleton.joints)
    names = [(skeleton.joints[a], skeleton.joints[b]) for a, b in enumerate(order) if a != b]
    assert all(
        {"left", "right"} == set((a + "_" + b).split("_")) & {"left", "right"} for a, b in names
    )
    assert len(names) == 2 * sum("left" in name for name in skeleton.joints)
    assert [order[index] for index in order] == list(range(len(order)))
    assert opposite(("left_horn", "tail", "bright")) == [0, 1, 2]


@pytest.fixture
def four(workspace: Workspace) -> Any:
    """A database with a skeleton of two sides."""
    store.write(
        workspace,
        lambda db: db.execute(
            "INSERT INTO skeletons (name, joints, bones) VALUES "
            '(\'four\', \'["left_a", "right_a", "b_right", "b_left"]\', \'[]\')'
        ),
    )
    with store.reader(workspace) as db:
        yield db


@patient
@given(made(posed=True), st.data())
def test_sides_are_exchanged_in_the_range_and_nothing_else_moves(
    four: Any, track: Track, data: st.DataObject
) -> None:
    first = data.draw(on(track))
    last = data.draw(st.integers(first, FRAMES - 1))
    edit = {"first": first, "last": last}
    after = changed(four, FRAMES, track, edit)
    span = range(first, last + 1)
    assert places(after, span) == places(track, span)
    for frame in span:
        was, now = place(track, frame), place(after, frame)
        if was is not None:
            a, b, c, d = was[1]
            was = (was[0], [b, a, d, c], *was[2:])
        assert now == was
    assert places(changed(four, FRAMES, after, edit)) == places(track)


@patient
@given(made(posed=True))
def test_a_box_or_a_skeleton_without_sides_cannot_be_mirrored(four: Any, track: Track) -> None:
    boxes = tuple(replace(k, joints=None) for k in track.keyframes)
    edit = {"first": track.first, "last": track.last}
    for wrong in (replace(track, keyframes=boxes), replace(track, skeleton=None)):
        with pytest.raises(errors.BadInput):
            changed(four, FRAMES, wrong, edit)

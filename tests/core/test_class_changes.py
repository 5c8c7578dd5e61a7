"""Classes and skeletons: ids that stay, keys that do not clash, nothing that is used is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from core import class_changes, classes, colours, edits, errors, schema_changes
from core import db as store
from core import skeleton_changes as skeletons
from core.workspace import Workspace

Do = Callable[..., Any]


@pytest.fixture
def do(workspace: Workspace) -> Do:
    """``do(class_changes.add, name="ring")``: one change by Ada, in a transaction of its own."""

    def run(change: Callable[..., Any], *given: Any, batch: str = "", **more: Any) -> Any:
        name = batch or uuid.uuid4().hex
        return store.write(
            workspace, lambda db: change(db, *given, batch=name, person="Ada", **more)
        )

    return run


@pytest.fixture
def listed(workspace: Workspace) -> Callable[[], dict[int, dict[str, Any]]]:
    def read() -> dict[int, dict[str, Any]]:
        with store.reader(workspace) as db:
            return {row["id"]: row for row in classes.every(db)}

    return read


def draw(workspace: Workspace, video: int, class_id: int) -> edits.Outcome:
    edit = {"verb": "add", "class": class_id, "frame": 0, "last": 9, "box": [1, 1, 9, 9]}
    return store.write(
        workspace,
        lambda db: edits.apply(db, batch=uuid.uuid4().hex, person="Ada", video=video, edits=[edit]),
    )


def test_a_class_is_added_once_with_what_was_given(do: Do, listed: Any) -> None:
    given = {"names": {"ko": " 링 ", "en": ""}, "colour": "#38C6D9", "hotkey": "R"}
    numbers = {do(class_changes.add, batch="one", name=" ring ", **given) for _ in range(3)}
    assert numbers == {5}
    row = listed()[5]
    assert (row["name"], row["names"], row["colour"], row["hotkey"], row["kind"]) == (
        *("ring", {"ko": "링"}, "#38c6d9"),
        *("r", "object"),
    )
    jab = do(class_changes.add, name="jab", kind="event")
    assert listed()[jab]["colour"] in colours.PALETTE


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "Person"},
        {"name": "a", "colour": "red"},
        {"name": "a", "colour": "#ff"},
        {"name": "a", "hotkey": "1"},
        {"name": "a", "hotkey": "0"},
        {"name": "a", "hotkey": "ab"},
        {"name": "a", "hotkey": "ㄱ"},
        {"name": "a", "names": {"xx": "a"}},
        {"name": "a", "skeleton": "nobody"},
        {"name": "a", "kind": "thing"},
        {"name": "a", "attributes": {"side": {"type": "choice", "choices": []}}},
        {"name": "a", "id": 9},
    ],
)
def test_what_cannot_be_a_class_is_refused(do: Do, listed: Any, given: dict[str, Any]) -> None:
    with pytest.raises(errors.BadInput):
        do(class_changes.add, **given)
    assert len(listed()) == 4


def test_the_note_of_an_event_is_no_attribute_of_its_class(do: Do, listed: Any) -> None:
    note = {"note": {"type": "text"}}
    before = listed()
    with pytest.raises(errors.BadInput, match="cannot be named note"):
        do(class_changes.add, name="clinch", kind="event", attributes=note)
    assert listed() == before
    event = do(class_changes.add, name="clinch", kind="event")
    with pytest.raises(errors.BadInput, match="cannot be named note"):
        do(class_changes.change, event, attributes=note)
    ring = do(class_changes.add, name="ring", attributes=note)
    assert "note" in listed()[ring]["attributes"]


def test_a_key_is_free_for_another_kind_and_after_archiving(do: Do, listed: Any) -> None:
    do(class_changes.add, name="jab", kind="event", hotkey="1")
    do(class_changes.archive, 1)
    ring = do(class_changes.add, name="ring", hotkey="1")
    with pytest.raises(errors.BadInput, match="belongs to ring"):
        do(class_changes.archive, 1, archived=False)
    do(class_changes.change, ring, hotkey=None)
    do(class_changes.archive, 1, archived=False)
    assert (listed()[1]["archived"], listed()[ring]["hotkey"]) == (False, None)


def test_models_find_a_class_by_the_name_it_had(workspace: Workspace, do: Do) -> None:
    def known_as(name: str) -> int | None:
        with store.reader(workspace) as db:
            return classes.known_as(db, name)

    do(class_changes.change, 1, name="boxer")
    do(class_changes.change, 1, name="athlete")
    assert [known_as(name) for name in ("person", "boxer", "athlete", "nobody")] == [1, 1, 1, None]
    new = do(class_changes.add, name="person")
    assert known_as("person") == new
    do(class_changes.delete, new)
    assert known_as("person") == 1


def test_a_used_class_is_archived_and_an_unused_one_is_gone_for_good(
    workspace: Workspace, do: Do, listed: Any, add_video: Callable[..., int]
) -> None:
    video = add_video()
    ring = do(class_changes.add, name="ring")
    assert do(class_changes.delete, ring) is True
    assert ring not in listed()
    assert do(class_changes.add, name="ring") == ring + 1

    draw(workspace, video, 3)
    with store.reader(workspace) as db:
        assert class_changes.used(db, 3) == class_changes.Usage(1, 0, past=True)
    assert do(class_changes.delete, 3) is False
    assert listed()[3]["archived"] is True


def test_a_class_that_undo_may_bring_back_is_not_removed(
    workspace: Workspace, do: Do, listed: Any, add_video: Callable[..., int]
) -> None:
    video = add_video()
    track = draw(workspace, video, 4).tracks[0]
    turned = {"verb": "class", "id": track.id, "revision": track.revision, "class": 1}
    store.write(
        workspace, lambda db: edits.apply(db, batch="t", person="Ada", video=video, edits=[turned])
    )
    with store.reader(workspace) as db:
        usage = class_changes.used(db, 4)
    assert (usage.tracks, usage.past, bool(usage)) == (0, True, True)
    assert do(class_changes.delete, 4) is False
    undone = store.write(workspace, lambda db: edits.undo(db, batch="u", person="Ada"))
    assert undone.tracks[0].class_id == 4
    assert listed()[4]["archived"] is True


def test_every_change_is_logged_with_who_and_what(workspace: Workspace, do: Do) -> None:
    ring = do(class_changes.add, name="ring", colour="#38c6d9")
    do(class_changes.change, ring, name="ropes", colour="#38c6d9")
    do(class_changes.change, ring, name="ropes")
    do(class_changes.archive, ring)
    with store.reader(workspace) as db:
        history = schema_changes.history(db)
        assert schema_changes.newest(db) == 3
    assert [(row["verb"], row["target"], row["person"]) for row in history] == [
        ("archive", str(ring), "Ada"),
        ("change", str(ring), "Ada"),
        ("add", str(ring), "Ada"),
    ]
    assert (history[1]["before"], history[1]["after"]) == ({"name": "ring"}, {"name": "ropes"})


def test_the_palette_is_readable_under_a_tags_words() -> None:
    assert len(set(colours.PALETTE)) == len(colours.PALETTE)
    assert min(colours.contrast(colour) for colour in colours.PALETTE) >= colours.ENOUGH
    assert colours.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert colours.contrast("#777777", "#777777") == pytest.approx(1)


# --- skeletons ---------------------------------------------------------------------------------

HAND = {"joints": ["wrist", "thumb", "index"], "bones": [[0, 1], [0, 2]]}


def test_a_skeleton_is_made_used_and_keeps_its_joints(
    workspace: Workspace, do: Do, add_video: Callable[..., int]
) -> None:
    assert do(skeletons.add, name="hand", batch="h", **HAND) == "hand"
    assert do(skeletons.add, name="hand", batch="h", **HAND) == "hand"
    do(skeletons.change, "hand", joints=["wrist", "thumb", "index", "ring"], bones=[[0, 3]])
    do(skeletons.change, "hand", **HAND)
    do(class_changes.change, 2, skeleton="hand")
    with pytest.raises(errors.BadInput, match="keeps its 3 joints"):
        do(skeletons.change, "hand", joints=["a", "b"], bones=[])
    do(skeletons.change, "hand", joints=["손목", "엄지", "검지"], bones=[[1, 2]])
    with store.reader(workspace) as db:
        assert classes.skeletons(db)["hand"] == {
            "joints": ["손목", "엄지", "검지"],
            "bones": [[1, 2]],
        }
        assert skeletons.users(db, "hand") == 1
    with pytest.raises(errors.BadInput, match="is used"):
        do(skeletons.delete, "hand")
    do(class_changes.change, 2, skeleton=None)
    do(skeletons.delete, "hand")
    with store.reader(workspace) as db:
        assert set(classes.skeletons(db)) == {"coco17", "blazepose33"}


@pytest.mark.parametrize(
    "parts",
    [
        {"joints": ["a"], "bones": []},
        {"joints": [], "bones": []},
        {"joints": ["a", "a"], "bones": []},
        {"joints": ["a", " "], "bones": []},
        {"joints": ["a", "b"], "bones": [[0, 2]]},
        {"joints": ["a", "b"], "bones": [[1, 1]]},
        {"joints": ["a", "b"], "bones": [[0, 1], [1, 0]]},
        {"joints": ["a", "b"], "bones": [[0, True]]},
        {"joints": ["a", "b"], "bones": ["ab"]},
    ],
)
def test_what_is_no_skeleton_is_refused(do: Do, parts: dict[str, Any]) -> None:
    with pytest.raises(errors.BadInput):
        do(skeletons.add, name="bad", **parts)


def test_what_comes_with_the_program_stays(do: Do) -> None:
    for change in (
        lambda: do(skeletons.change, "coco17", **HAND),
        lambda: do(skeletons.delete, "blazepose33"),
        lambda: do(skeletons.add, name="COCO17", **HAND),
    ):
        with pytest.raises(errors.BadInput):
            change()
    with pytest.raises(errors.UnknownItem):
        do(skeletons.change, "nobody", **HAND)

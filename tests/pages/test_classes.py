"""The Classes screen: classes and skeletons are made, changed, archived and deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import skeleton_picture, skeletons_screen
from components.attribute_table import Table
from core import attributes, class_changes, classes, edits, errors
from core import db as store
from core import skeleton_changes as skeletons
from core.skeletons import SKELETONS
from core.workspace import Workspace

Run = Callable[..., AppTest]


def words(app: AppTest) -> str:
    kinds: tuple[Any, ...] = (app.markdown, app.caption, app.warning, app.error, app.success)
    said = [element.value for kind in kinds for element in kind]
    return "\n".join(said).replace("\\", "").replace("\u2060", "")


def listed(workspace: Workspace) -> dict[str, dict[str, Any]]:
    with store.reader(workspace) as db:
        return {row["name"]: row for row in classes.every(db)}


def field(app: AppTest, label: str) -> Any:
    found: list[Any] = [*app.text_input, *app.selectbox, *app.color_picker]
    return next(one for one in found if one.label == label)


def press(app: AppTest, label: str, nth: int = 0) -> AppTest:
    return [one for one in app.button if one.label == label][nth].click().run()


def test_a_class_is_renamed_and_another_added(frame: Run, workspace: Workspace) -> None:
    app = frame("classes")
    assert [one.label for one in app.button if one.key and one.key.startswith("class.")] == [
        f"{number} · **{name}** · `{number}`"
        for number, name in enumerate(("person", "glove", "bag", "pad"), 1)
    ]
    field(app, "Name").set_value("boxer")
    field(app, "Shown in 한국어").set_value("선수")
    field(app, "Skeleton").set_value("coco17")
    press(app, "Save")
    assert "Saved." in words(app)
    row = listed(workspace)["boxer"]
    assert (row["id"], row["names"], row["skeleton"]) == (
        *(1, {"en": "person", "ko": "선수"}),
        "coco17",
    )
    press(app, "New class")
    field(app, "Name").set_value("ring")
    field(app, "Colour").set_value("#101010")
    press(app, "Add")
    assert "Added as number 5." in words(app)
    assert "hard to read" in words(app)
    assert listed(workspace)["ring"]["colour"] == "#101010"


def test_a_key_that_is_taken_is_refused_in_words(frame: Run, workspace: Workspace) -> None:
    app = frame("classes")
    field(app, "Key").set_value("2")
    press(app, "Save")
    assert "The key 2 belongs to glove." in words(app)
    assert listed(workspace)["person"]["hotkey"] == "1"


def test_a_used_class_is_archived_and_comes_back(
    frame: Run, workspace: Workspace, add_video: Callable[..., int]
) -> None:
    video = add_video()
    box = {"verb": "add", "class": 1, "frame": 0, "box": [1, 1, 9, 9]}
    store.write(
        workspace, lambda db: edits.apply(db, batch="b", person="Ada", video=video, edits=[box])
    )
    app = frame("classes")
    assert "Used by 1 track." in words(app)
    press(app, "Delete")
    assert "It is used by 1 track, so it was archived instead." in words(app)
    assert listed(workspace)["person"]["archived"]
    press(app, "Bring back")
    assert not listed(workspace)["person"]["archived"]
    app.button(key="class.4").click().run()
    press(app, "Delete")
    assert "pad" not in listed(workspace)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", ("Used by 2 tracks.", "Used by 1 event.", "Used by changes that can be undone.")),
        ("ko", ("트랙 2개에서", "이벤트 1개에서", "실행 취소할 수 있는 변경에서")),
    ],
)
def test_what_uses_a_class_is_counted_in_words(
    frame: Run, workspace: Workspace, add_video: Callable[..., int], locale: str, said: list[str]
) -> None:
    video = add_video()
    box = {"verb": "add", "class": 1, "frame": 0, "box": [1, 1, 9, 9]}
    punch = {"kind": "segment", "verb": "add", "class": 5, "first": 0, "last": 1}
    who = {"person": "Ada", "video": video}

    def work(db: store.Database) -> None:
        class_changes.add(db, batch="a", person="Ada", name="punch", kind="event")
        edits.apply(db, batch="b", edits=[box, box, punch], **who)
        edits.apply(db, batch="c", edits=[{**box, "class": 2}], **who)
        edits.undo(db, batch="d", **who)

    store.write(workspace, work)
    app = frame("classes", locale=locale)
    for number, found in zip((1, 5, 2), said, strict=True):
        app.button(key=f"class.{number}").click().run()
        assert found in words(app)


def test_what_somebody_else_changed_is_not_saved_over(frame: Run, workspace: Workspace) -> None:
    app = frame("classes")
    field(app, "Name").set_value("mine")
    store.write(
        workspace,
        lambda db: class_changes.change(db, 1, batch="x", person="Bo", name="theirs"),
    )
    press(app, "Save")
    assert set(listed(workspace)) == {"theirs", "glove", "bag", "pad"}
    assert "Bo changed this class meanwhile" in words(app)
    assert field(app, "Name").value == "theirs"


def test_a_skeleton_is_copied_and_deleted(frame: Run, workspace: Workspace) -> None:
    app = frame("classes", locale="ko")
    assert app.tabs[1].label == "스켈레톤"
    field(app, "사본 이름").set_value("복싱")
    press(app, "사본 만들기")
    with store.reader(workspace) as db:
        found = classes.skeletons(db)
    assert found["복싱"] == found["blazepose33"] or found["복싱"] == found["coco17"]
    press(app, "삭제", nth=1)
    with store.reader(workspace) as db:
        assert "복싱" not in classes.skeletons(db)


def test_tables_are_read_as_a_schema() -> None:
    rows = [
        {
            "name": "stance",
            "ko": "스탠스",
            "type": "choice",
            "choices": "a, b,, c ",
            "default": "b",
        },
        {"name": "weight", "type": "number", "default": "70.5", "changing": None},
        {"name": "bleeding", "type": "yes/no", "default": "예", "changing": True},
        {"name": None},
    ]
    found = attributes.checked(Table(rows).definitions())
    assert found["stance"]["choices"] == ["a", "b", "c"]
    assert (found["stance"]["default"], found["stance"]["names"]) == ("b", {"ko": "스탠스"})
    assert (found["weight"]["default"], found["weight"]["changing"]) == (70.5, False)
    assert (found["bleeding"]["default"], found["bleeding"]["changing"]) == (True, True)
    for bad in ([rows[0], rows[0]], [{"name": "a", "type": "number", "default": "much"}]):
        with pytest.raises(errors.BadInput):
            attributes.checked(Table(bad).definitions())


def test_bones_follow_joints_into_another_order() -> None:
    rows = [{"#": 2, "name": "b"}, {"#": 1, "name": "a"}, {"#": float("nan"), "name": "c"}]
    found = skeletons_screen.read(rows, [[1, 2], [2.0, 1.0], [1, float("nan")]])
    assert found == {"joints": ["a", "b", "c"], "bones": [[0, 1], [1, 0]]}
    with pytest.raises(errors.BadInput):
        skeletons.checked(**skeletons_screen.read(rows, [[1, 9]]))


@pytest.mark.parametrize("name", [*SKELETONS, "own"])
def test_a_drawing_has_every_joint_and_bone_inside_and_apart(name: str) -> None:
    built = SKELETONS.get(name)
    joints = list(built.joints) if built else ["hub", *(f"tip <{n}>" for n in range(6))]
    bones = [list(pair) for pair in built.bones] if built else [[0, n + 1] for n in range(6)]
    points = skeleton_picture.places(joints, bones)
    assert points.min() >= 0
    assert points.max() <= 1
    gaps = [abs(points[a] - points[b]).max() for a in range(len(points)) for b in range(a)]
    assert min(gaps) > 0.008
    drawn = skeleton_picture.svg(joints, bones, dark=False)
    assert (drawn.count("<circle"), drawn.count("<line")) == (len(joints), len(bones))
    assert "<tip" not in drawn

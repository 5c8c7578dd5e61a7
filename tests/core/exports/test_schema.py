"""Exports and the label schema: ids stay through a renaming, attributes are those of the frame."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import attributes, class_changes, edits, exports
from core import db as store
from core.db import write
from core.exports import Options
from core.workspace import Workspace

BOX = {"verb": "add", "client": "t", "class": 1, "frame": 0, "last": 5, "box": [1, 1, 9, 9]}
DEFINED = attributes.checked(
    {
        "stance": {"type": "choice", "choices": ["orthodox", "southpaw"], "default": "orthodox"},
        "guard": {"type": "choice", "choices": ["high", "low"], "changing": True},
    }
)


def apply(workspace: Workspace, video: int, *changes: dict[str, Any]) -> edits.Outcome:
    name = uuid.uuid4().hex
    return write(
        workspace,
        lambda db: edits.apply(db, batch=name, person="Ada", video=video, edits=changes),
    )


def test_renaming_never_renumbers_what_was_labelled_or_exported(
    workspace: Workspace,
    timed_video: Callable[..., int],
    tmp_path: Path,
) -> None:
    video = timed_video()
    track = apply(workspace, video, {**BOX, "class": 2}).tracks[0].id

    def exported(name: str) -> tuple[int, dict[int, str]]:
        chosen = exports.selection(workspace, states=(), class_names=(), video_ids=())
        out = tmp_path / name
        exports.write(workspace, format="coco", out=out, chosen=chosen, options=Options())
        found = json.loads((out / "annotations" / "instances.json").read_text())
        (annotation,) = [one for one in found["annotations"] if one["id"] % 10**8 == 1]
        return annotation["category_id"], {one["id"]: one["name"] for one in found["categories"]}

    number, before = exported("before")
    new = {"name": "mitt", "names": {"ko": "미트 장갑"}}
    write(workspace, lambda db: class_changes.change(db, 2, batch="r", person="Ada", **new))
    again, after = exported("after")
    assert (number, again) == (2, 2)
    assert {**before, 2: "mitt"} == after
    with store.reader(workspace) as db:
        assert db.execute("SELECT class FROM tracks WHERE id = ?", [track]).fetchone() == (2,)


def test_exports_carry_the_values_in_force_at_each_frame(
    workspace: Workspace, timed_video: Callable[..., int], tmp_path: Path
) -> None:
    video = timed_video()
    given = {"batch": "d", "person": "Ada", "attributes": DEFINED}
    write(workspace, lambda db: class_changes.change(db, 1, **given))
    low = {"verb": "attribute", "id": "t", "name": "guard", "value": "low", "frame": 3}
    apply(workspace, video, BOX, {**low, "value": "high", "frame": 0}, low)
    chosen = exports.selection(workspace, states=(), class_names=(), video_ids=())
    for form, options in (("coco", Options()), ("ndjson", Options(dense=True))):
        exports.write(workspace, format=form, out=tmp_path / form, chosen=chosen, options=options)
    wanted = ["high"] * 3 + ["low"] * 3
    coco = json.loads((tmp_path / "coco" / "annotations" / "instances.json").read_text())
    assert [one["attributes"]["guard"] for one in coco["annotations"]] == wanted
    assert coco["annotations"][0]["attributes"]["stance"] == "orthodox"
    head, line = map(json.loads, (tmp_path / "ndjson" / "labels.ndjson").read_text().splitlines())
    assert [one["attributes"]["guard"] for one in line["frames"]] == wanted
    assert line["attributes"] == {"guard": [[0, "high"], [3, "low"]]}
    assert head["classes"][0]["attributes"] == DEFINED

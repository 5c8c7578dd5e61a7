from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import class_changes, clock, edits, errors, event_classes, segments, tracks
from core import db as store
from core.workspace import Workspace

FRAMES = 30
numbers = st.floats(0.5, 300, allow_nan=False, width=32)
boxes = st.lists(numbers, min_size=4, max_size=4)
frames = st.integers(0, FRAMES - 1)
targets = st.integers(0, 3)
poses = st.lists(
    st.tuples(numbers, numbers, st.just(1.0), st.sampled_from([1, 2])).map(list),
    min_size=17,
    max_size=17,
)


def step(verb: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"verb": st.just(verb), "target": targets, **parts})


ATTRIBUTES = {
    "stance": {"type": "choice", "choices": ["orthodox", "southpaw"]},
    "guard": {"type": "choice", "choices": ["high", "low"], "changing": True},
}
"""Of persons and of jabs: one value for the whole label, and one that changes along it."""

stances, guards = (st.sampled_from(one["choices"]) for one in ATTRIBUTES.values())
tables = st.fixed_dictionaries(
    {},
    optional={
        "stance": stances,
        "guard": st.dictionaries(frames, guards, max_size=3).map(
            lambda held: [list(change) for change in sorted(held.items())]
        ),
        "imported": st.integers(0, 9),
    },
)
scopes = st.sampled_from(["frame", "onward", "between", "track"])
pair = {"second": targets, "frame": frames}
spans = st.tuples(frames, frames).map(sorted)
events = st.one_of(
    spans.map(lambda span: {"verb": "add", "class": 5, "first": span[0], "last": span[1]}),
    spans.map(lambda span: {"verb": "add", "type": "caption", "first": span[0], "last": span[1]}),
    step("span", last=frames),
    step("class", **{"class": st.integers(5, 9)}),
    step("text", text=st.text("ab가")),
    step("note", text=st.text("ab가")),
    step("attribute", name=st.just("stance"), value=st.none() | stances),
    step("attribute", name=st.just("guard"), value=st.none() | guards, frame=frames),
    step("bind", track=st.none() | targets),
    step("bind", track=targets),
    step("split", frame=frames),
    step("merge", second=targets),
    st.sampled_from(["accept", "reject", "skip", "delete"]).flatmap(step),
).map(lambda step: {**step, "kind": "segment"})
tracked = st.one_of(
    step("add", frame=frames, box=boxes),
    step("add", frame=frames, box=boxes, joints=poses, skeleton=st.just("coco17")),
    step("fix", frame=frames, box=boxes, outside=st.booleans()),
    step("fix", frame=frames, joints=poses),
    step("fix", frame=frames, box=boxes, joints=poses, occluded=st.booleans()),
    step("unset", frame=frames),
    step("class", **{"class": st.integers(1, 2)}),
    step("attribute", name=st.just("stance"), value=st.none() | stances),
    step("attribute", name=st.just("guard"), value=st.none() | guards, frame=frames),
    step("attributes", attributes=tables),
    st.sampled_from(["accept", "reject", "skip"]).flatmap(
        lambda verb: step(verb, range=st.none() | spans)
    ),
    step("delete", frame=frames, scope=scopes),
    step("span", first=frames, last=frames),
    step("move", frame=frames, to=frames),
    step("outside", frame=frames, value=st.booleans(), last=st.none() | frames),
    step("occluded", frame=frames, value=st.booleans(), last=st.none() | frames),
    step("copy", frame=frames, count=st.integers(0, 9)),
    step("split", frame=frames),
    step("merge", second=targets),
    step("swap", last=st.none() | frames, **pair),
    step("reassign", **pair),
    step("refit", iou=st.floats(0.5, 0.99), joint_error=st.floats(0.01, 0.5)),
    step("mirror", first=frames, last=frames),
)


steps = st.one_of(tracked, tracked, events)


def _rows(workspace: Workspace) -> list[Any]:
    """What people see of every label, without revision and change counters."""
    with store.reader(workspace) as db:
        ids = [row[0] for row in db.execute("SELECT id FROM tracks ORDER BY id").fetchall()]
        found = [tracks.get(db, identity) for identity in ids]
        ranges = segments.shown(db, 1)
    return [
        ("track", t.id, t.class_id, t.state, t.first, t.last, t.attributes, t.keyframes, t.partial)
        for t in found
        if not t.deleted
    ] + [
        (
            "segment",
            s.id,
            s.class_id,
            s.state,
            s.first,
            s.last,
            s.attributes,
            s.text,
            s.kind,
            s.track,
        )
        for s in ranges
    ]


def _edit(step: dict[str, Any], rows: list[Any]) -> dict[str, Any]:
    """The step as an edit of what there is."""
    kind = step.get("kind", "track")
    if step["verb"] == "add":
        more = {"class": 1, "last": min(step["frame"] + 5, FRAMES - 1)} if kind == "track" else {}
        return {**step, **more, **_bound(step, rows)}
    ids = [row[1] for row in rows if row[0] == kind]
    made = {name: step[name] for name in step if name not in ("target", "second")}
    for name, target in (("id", step["target"]), ("other", step.get("second"))):
        if target is not None:
            made[name] = ids[target % len(ids)] if ids else 1
    return {**made, **_bound(step, rows)}


def _bound(step: dict[str, Any], rows: list[Any]) -> dict[str, int]:
    """The track that an event is to be about."""
    if step.get("track") is None:
        return {}
    there = [row[1] for row in rows if row[0] == "track"]
    return {"track": there[step["track"] % len(there)] if there else 1}


def _apply(workspace: Workspace, edit: dict[str, Any]) -> None:
    store.write(
        workspace,
        lambda db: edits.apply(db, batch=uuid.uuid4().hex, person="Ana", video=1, edits=[edit]),
    )


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(patient, max_examples=60)
@given(st.lists(steps, min_size=1, max_size=12))
def test_any_edits_undone_leave_equal_rows_and_redone_too(script: list[dict[str, Any]]) -> None:
    _there_and_back(script)


identities = st.one_of(
    step("split", frame=frames),
    step("merge", second=targets),
    step("swap", last=st.none() | frames, **pair),
    step("reassign", **pair),
    step("delete", frame=frames, scope=scopes),
    step("accept", range=st.none() | spans),
    step("reject", range=spans),
)


@settings(patient, max_examples=25)
@given(st.lists(identities, min_size=1, max_size=6), st.lists(spans, min_size=4, max_size=4))
def test_events_of_tracks_come_back_with_them(
    script: list[dict[str, Any]], where: list[list[int]]
) -> None:
    box = [1.0, 1.0, 9.0, 9.0]
    tracks_there = [{"verb": "add", "frame": 6 * i, "box": box} for i in range(4)]
    bound = [
        {"kind": "segment", "verb": "add", "class": 5, "first": first, "last": last, "track": i}
        for i, (first, last) in enumerate(where)
    ]
    _there_and_back([*tracks_there, *bound, *script])


def _there_and_back(script: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        store.write(
            workspace,
            lambda db: db.execute(
                "INSERT INTO videos (sha256, name, bytes, frames, state, added_at) "
                "VALUES (?, 'a', 1, ?, 'ready', ?)",
                ["0" * 64, FRAMES, clock.now()],
            ),
        )
        store.write(workspace, event_classes.add_boxing)
        for identity in (1, 5):
            store.write(
                workspace,
                lambda db, identity=identity: class_changes.change(  # type: ignore[misc]
                    db, identity, batch=f"a{identity}", person="Ana", attributes=ATTRIBUTES
                ),
            )
        seen = [_rows(workspace)]
        for step in script:
            try:
                _apply(workspace, _edit(step, seen[-1]))
            except (errors.BadInput, errors.Stale):
                assert _rows(workspace) == seen[-1]
                continue
            seen.append(_rows(workspace))
        for expected in reversed(seen[:-1]):
            store.write(workspace, lambda db: edits.undo(db, batch=uuid.uuid4().hex, person="Ana"))
            assert _rows(workspace) == expected
        for expected in seen[1:]:
            store.write(workspace, lambda db: edits.redo(db, batch=uuid.uuid4().hex, person="Ana"))
            assert _rows(workspace) == expected
        store.close_all()

"""Changes to skeletons: custom ones are made, drawn anew and deleted; built-in ones stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from core import attributes, classes, errors, schema_changes
from core.skeletons import SKELETONS
from core.sqlite import Database

FEWEST, MOST = 2, 200


def add(
    db: Database,
    *,
    batch: str,
    person: str,
    name: str,
    joints: Sequence[str],
    bones: Sequence[Sequence[int]],
) -> str:
    """Make a skeleton; returns its name as it is kept. Needs a write transaction.

    :param joints: names in the order in which poses hold them.
    :param bones: pairs of indices into ``joints``, from 0.
    :raises BadInput: for a skeleton that makes no sense, or a name that is taken.
    """
    known = schema_changes.target(db, batch)
    if known is not None:
        return known
    clean = attributes.word(name)
    if clean.casefold() in {held.casefold() for held in classes.skeletons(db)}:
        raise errors.BadInput("There is a skeleton named {name} already.", name=clean)
    parts = checked(joints, bones)
    db.execute(
        "INSERT INTO skeletons (name, joints, bones) VALUES (?, ?, ?)",
        [clean, *(json.dumps(part, ensure_ascii=False) for part in parts.values())],
    )
    schema_changes.record(db, batch, person, "skeleton", clean, "add", {}, parts)
    return clean


def change(
    db: Database,
    name: str,
    *,
    batch: str,
    person: str,
    joints: Sequence[str],
    bones: Sequence[Sequence[int]],
) -> None:
    """Rename joints and draw bones anew; of one that is used the number of joints stays.

    :raises BadInput: for a built-in skeleton, or when poses would not fit any more.
    """
    if schema_changes.target(db, batch) is not None:
        return
    before = _own(db, name)
    after = checked(joints, bones)
    if len(after["joints"]) != len(before["joints"]) and users(db, name):
        raise errors.BadInput(
            "{name} is used: it keeps its {n} joints.",
            "Their names and the bones can be changed. For other joints make a copy.",
            name=name,
            n=len(before["joints"]),
        )
    if after == before:
        return
    db.execute(
        "UPDATE skeletons SET joints = ?, bones = ? WHERE name = ?",
        [*(json.dumps(part, ensure_ascii=False) for part in after.values()), name],
    )
    schema_changes.record(db, batch, person, "skeleton", name, "change", before, after)


def delete(db: Database, name: str, *, batch: str, person: str) -> None:
    """Remove a skeleton that nothing uses.

    :raises BadInput: for one that is used or built in.
    """
    if schema_changes.target(db, batch) is not None:
        return
    before = _own(db, name)
    if users(db, name):
        raise errors.BadInput("{name} is used and cannot be deleted.", name=name)
    db.execute("DELETE FROM skeletons WHERE name = ?", [name])
    schema_changes.record(db, batch, person, "skeleton", name, "delete", before, {})


def users(db: Database, name: str) -> int:
    """How many tracks and classes have a skeleton; deleted tracks too."""
    return int(
        db.execute(
            "SELECT (SELECT count(*) FROM tracks WHERE skeleton = :name) "
            "+ (SELECT count(*) FROM classes WHERE skeleton = :name)",
            {"name": name},
        ).fetchone()[0]
    )


def built_in(name: str) -> bool:
    """Whether a skeleton comes with the program: models and formats rely on it."""
    return name in SKELETONS


def checked(joints: Sequence[Any], bones: Sequence[Any]) -> dict[str, Any]:
    """Joints and bones as they are kept: ``{"joints": [...], "bones": [[a, b], ...]}``.

    :raises BadInput: for too few joints, a name twice, or a bone between joints that are not there.
    """
    names = [attributes.word(joint) for joint in joints]
    if not FEWEST <= len(names) <= MOST:
        raise errors.BadInput("A skeleton has {fewest} to {most} joints.", fewest=FEWEST, most=MOST)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise errors.BadInput("Two joints are named {name}.", name=twice)
    pairs = [_bone(bone, len(names)) for bone in bones]
    if len({frozenset(pair) for pair in pairs}) < len(pairs):
        raise errors.BadInput("The same bone is there twice.")
    return {"joints": names, "bones": pairs}


def _bone(given: Any, count: int) -> list[int]:
    pair = list(given) if isinstance(given, list | tuple) else []
    right = len(pair) == 2 and all(type(end) is int and 0 <= end < count for end in pair)
    if not right or pair[0] == pair[1]:
        raise errors.BadInput(
            "A bone joins two different joints of the skeleton, not {bone}.", bone=str(given)[:60]
        )
    return pair


def _own(db: Database, name: str) -> dict[str, Any]:
    found = classes.skeletons(db).get(name)
    if found is None:
        raise errors.UnknownItem("There is no skeleton {name}.", name=name)
    if built_in(name):
        raise errors.BadInput(
            "{name} comes with the program and stays as it is.", "Make a copy.", name=name
        )
    return found

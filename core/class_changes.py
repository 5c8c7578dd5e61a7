"""Changes to the list of classes: checked, logged, and never renumbering what labels refer to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core import attributes, classes, colours, errors, schema_changes, segments
from core.sqlite import Database

KINDS = ("object", "event")
LONGEST_NAME = 80
_COLUMNS = ("name", "names", "colour", "hotkey", "attributes", "skeleton", "archived")
_SET = {
    "name": "UPDATE classes SET name = ? WHERE id = ?",
    "names": "UPDATE classes SET names = ? WHERE id = ?",
    "colour": "UPDATE classes SET colour = ? WHERE id = ?",
    "hotkey": "UPDATE classes SET hotkey = ? WHERE id = ?",
    "attributes": "UPDATE classes SET attributes = ? WHERE id = ?",
    "skeleton": "UPDATE classes SET skeleton = ? WHERE id = ?",
    "archived": "UPDATE classes SET archived = ? WHERE id = ?",
}


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of what is there has a class; ``past`` is what only the journal remembers."""

    tracks: int
    segments: int
    past: bool

    def __bool__(self) -> bool:
        return bool(self.tracks or self.segments or self.past)


def add(
    db: Database,
    *,
    batch: str,
    person: str,
    name: str,
    kind: str = "object",
    **given: Any,
) -> int:
    """Add a class at the end of the list; returns its id. Needs a write transaction.

    :param batch: a client-made id; sent twice, added once.
    :param given: ``names`` by language, ``colour``, ``hotkey``, ``attributes``, ``skeleton``.
    :raises BadInput: for a value that cannot be used, also a name or key that is taken.
    """
    known = schema_changes.target(db, batch)
    if known is not None:
        return int(known)
    if kind not in KINDS:
        raise errors.BadInput("A class is one of {known}.", known=", ".join(KINDS))
    taken = [row["colour"] for row in classes.every(db) if not row["archived"]]
    wanted = {"colour": colours.unused(taken), **given, "name": name}
    values = _checked(db, None, kind, wanted)
    cursor = db.execute(
        "INSERT INTO classes (name, kind, colour) VALUES (?, ?, ?)",
        [values["name"], kind, values["colour"]],
    )
    identity = int(cursor.lastrowid or 0)
    _put(db, identity, values)
    schema_changes.record(db, batch, person, "class", identity, "add", {}, {"kind": kind, **values})
    return identity


def change(
    db: Database, identity: int, *, batch: str, person: str, verb: str = "change", **given: Any
) -> None:
    """Give a class other values; its id stays, so nothing that uses it is renumbered.

    :param given: as for :func:`add`, and ``name``; what is not named stays.
    :raises BadInput, UnknownItem: as :func:`add` does, or when there is no such class.
    """
    if schema_changes.target(db, batch) is not None:
        return
    before = classes.one(db, identity)
    values = _checked(db, identity, before["kind"], given)
    touched = {name: value for name, value in values.items() if before[name] != value}
    if touched:
        _put(db, identity, touched)
        schema_changes.record(
            db, batch, person, "class", identity, verb, {n: before[n] for n in touched}, touched
        )


def archive(db: Database, identity: int, *, batch: str, person: str, archived: bool = True) -> None:
    """Offer a class no more (or again); labels keep it.

    :raises BadInput: when it is brought back and its key is another's by now.
    """
    verb = "archive" if archived else "bring back"
    held = classes.one(db, identity)
    same_key = {} if archived else {"hotkey": held["hotkey"]}
    change(db, identity, batch=batch, person=person, verb=verb, archived=archived, **same_key)


def delete(db: Database, identity: int, *, batch: str, person: str) -> bool:
    """Remove a class that nothing uses; one that is used is archived instead.

    Returns whether it is gone. Its id is never given to another.
    """
    if schema_changes.target(db, batch) is not None:
        return classes.find(db, identity) is None
    before = classes.one(db, identity)
    if used(db, identity):
        archive(db, identity, batch=batch, person=person)
        return False
    db.execute("DELETE FROM classes WHERE id = ?", [identity])
    kept = {name: before[name] for name in ("kind", *_COLUMNS)}
    schema_changes.record(db, batch, person, "class", identity, "delete", kept, {})
    return True


def used(db: Database, identity: int) -> Usage:
    """How much has a class: labels that are shown, and whether anything else refers to it."""
    tracks, segments = db.execute(
        "SELECT (SELECT count(*) FROM tracks WHERE class = :id AND deleted = 0), "
        "(SELECT count(*) FROM segments WHERE class = :id AND deleted = 0)",
        {"id": identity},
    ).fetchone()
    # Undo may bring back a deleted label, or the class that a label had before.
    past = db.execute(
        "SELECT EXISTS (SELECT 1 FROM tracks WHERE class = :id) "
        "OR EXISTS (SELECT 1 FROM segments WHERE class = :id) "
        "OR EXISTS (SELECT 1 FROM edits, json_each(json_array(before, after)) side "
        "WHERE json_extract(side.value, '$.track.class') = :id "
        "OR json_extract(side.value, '$.segment.class') = :id)",
        {"id": identity},
    ).fetchone()[0]
    return Usage(tracks, segments, bool(past))


def _checked(
    db: Database, identity: int | None, kind: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The given values as they are kept."""
    if not given.keys() <= set(_COLUMNS):
        raise errors.BadInput("A class has no {name}.", name=", ".join(given.keys() - {*_COLUMNS}))
    made = dict(given)
    if "name" in given:
        made["name"] = attributes.word(given["name"], LONGEST_NAME)
    if "names" in given:
        made["names"] = attributes.words(given["names"], LONGEST_NAME)
    if "colour" in given:
        made["colour"] = colours.checked(given["colour"])
    if "hotkey" in given:
        made["hotkey"] = _checked_key(given["hotkey"])
    if "attributes" in given:
        made["attributes"] = attributes.checked(given["attributes"])
        if kind == "event" and segments.NOTE in made["attributes"]:
            raise errors.BadInput(
                "Events have a note already: an attribute of theirs cannot be named {name}.",
                "Choose another name for the attribute.",
                name=segments.NOTE,
            )
    if given.get("skeleton") is not None and given["skeleton"] not in classes.skeletons(db):
        raise errors.UnknownItem("There is no skeleton {name}.", name=given["skeleton"])
    _refuse_taken(db, identity, kind, made)
    return made


def _checked_key(given: Any) -> str | None:
    if given is None or given == "":
        return None
    key = given.strip().lower() if isinstance(given, str) else ""
    if len(key) != 1 or not key.isascii() or not key.isalnum() or key == "0":
        raise errors.BadInput("A key is a digit from 1 to 9 or a letter from a to z.")
    return key


def _refuse_taken(db: Database, identity: int | None, kind: str, values: Mapping[str, Any]) -> None:
    for row in classes.every(db):
        if row["id"] == identity:
            continue
        if row["name"].casefold() == str(values.get("name", "")).casefold():
            raise errors.BadInput("There is a class named {name} already.", name=row["name"])
        same_kind = row["kind"] == kind and not row["archived"]
        if same_kind and values.get("hotkey") and row["hotkey"] == values["hotkey"]:
            raise errors.BadInput(
                "The key {key} belongs to {name}.",
                "Choose another key, or take it from {name} first.",
                key=row["hotkey"],
                name=row["name"],
            )


def _put(db: Database, identity: int, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        kept = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
        db.execute(_SET[name], [int(kept) if isinstance(kept, bool) else kept, identity])

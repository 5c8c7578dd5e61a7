"""One batch of edits while it is applied: what each edit sees, and how its result is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core import errors, journal, kinds, verdicts
from core.kinds import Kind, Label
from core.labels import checked_frame
from core.sqlite import Database

L = TypeVar("L", bound=Label)

DECISIONS = ("accept", "reject", "skip")
_DECIDED = {"accepted": "accept", "rejected": "reject"}


@dataclass(slots=True)
class Batch:
    """One client-made batch; ``created`` are the ids it gives, by the client's own names."""

    db: Database
    seq: int
    person: int
    change: int
    frames: int
    video: int
    created: dict[str, int] = field(default_factory=dict)
    touched: set[tuple[str, int]] = field(default_factory=set)


def current(
    work: Batch, kind: Kind, edit: Mapping[str, Any], name: str = "id", seen: str = "revision"
) -> Any:
    """The label that an edit names, as it is now.

    :param name, seen: the fields with its id and with the revision that the edit saw.
    :raises UnknownItem: when the video has none. :raises Stale: when somebody changed it first.
    """
    identity = edit.get(name)
    if isinstance(identity, str) and identity in work.created:
        identity = work.created[identity]
    if not isinstance(identity, int) or isinstance(identity, bool):
        raise errors.UnknownItem(kind.unknown, name=identity)
    label = kind.get(work.db, identity)
    if label.video != work.video:
        raise errors.UnknownItem(kind.elsewhere, name=identity)
    revision = edit.get(seen)
    first_touch = (kind.name, identity) not in work.touched
    if label.deleted or (first_touch and revision is not None and revision != label.revision):
        raise journal.stale(work.db, label)
    return label


def settle(work: Batch, verb: str, before: L, after: L, edit: Mapping[str, Any]) -> None:
    """Journal a change, carry it out and add the verdict that it is."""
    kind = kinds.of(before)
    journal.write(
        work.db,
        batch=work.seq,
        person=work.person,
        verb=verb,
        before=before,
        after=after,
        change=work.change,
    )
    if verb in DECISIONS:
        _decide(work, before, verb, _span(kind, before, edit))
    elif after.run is not None and not after.deleted:
        # Deleting the whole is its own record; any other change to a model's label is a fix.
        _decide(work, before, "fix")
    work.touched.add((kind.name, before.id))


def add_label(
    work: Batch,
    label: Label,
    verb: str = "add",
    *,
    like: Label | None = None,
    parts: Iterable[verdicts.Stretch] = (),
) -> None:
    """Journal a label whose rows were just made.

    :param like: the label that it was a part of: what was decided about that holds for it too.
    :param parts: what was decided about some of its frames.
    """
    journal.write_addition(work.db, batch=work.seq, person=work.person, label=label, verb=verb)
    decided = None if like is None else _DECIDED.get(like.state)
    decision = "fix" if label.run is not None else decided
    if decision:
        _decide(work, label, decision)
    for first, last, word in parts if label.run is None else ():
        _decide(work, label, word, (first, last))
    work.touched.add((kinds.of(label).name, label.id))


def _decide(work: Batch, label: Label, decision: str, span: tuple[int, int] | None = None) -> None:
    verdicts.add(
        work.db,
        kind=kinds.of(label).name,
        target=label.id,
        decision=decision,
        person=work.person,
        batch=work.seq,
        span=span,
    )


def _span(kind: Kind, label: Label, edit: Mapping[str, Any]) -> tuple[int, int] | None:
    given = edit.get("range")
    if given is None:
        return None
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise errors.BadInput("A range needs a first and a last frame.")
    first, last = checked_frame(given[0]), checked_frame(given[1])
    if first > last or first > label.last or last < label.first:
        raise errors.BadInput(
            kind.beside, first=first, last=last, start=label.first, end=label.last
        )
    return None if first <= label.first and last >= label.last else (first, last)

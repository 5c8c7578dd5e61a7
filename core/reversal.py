"""Undo and redo: a journalled batch applied backwards or again; never over others' work."""

from __future__ import annotations

from typing import Any

from core import bindings, change_numbers, errors, journal, kinds, stored, verdicts, videos
from core.kinds import Kind, Label, Parts
from core.sqlite import Database
from core.verdicts import Verdict


def reverse(db: Database, kind: str, *, of: int, batch: str, person: int) -> int:
    """Undo or redo batch ``of``; returns its video.

    :raises Stale: when a touched part no longer is what that batch left.
    """
    video = db.execute("SELECT video FROM batches WHERE seq = ?", [of]).fetchone()[0]
    seq = journal.open_batch(db, batch, person=person, video=video, kind=kind, of=of)
    change = change_numbers.take(db)
    rows = list(
        db.query(
            "SELECT seq, kind, target, verb, before, after FROM edits WHERE batch = ? ORDER BY seq",
            [of],
        )
    )
    done: set[tuple[str, int]] = set()
    for row in reversed(rows) if kind == "undo" else rows:
        wanted = journal.side(row["before"], row["seq"])
        left = journal.side(row["after"], row["seq"])
        if (row["kind"] == "video") != ("video" in wanted) or wanted.keys() != left.keys():
            raise stored.damaged(f"edit {row['seq']}")
        if kind == "redo":
            wanted, left = left, wanted
        if row["kind"] == "video":
            _reverse_video(db, seq, person, kind, row["target"], left["video"], wanted["video"])
            continue
        label_kind = kinds.named(row["kind"])
        current = label_kind.get(db, row["target"])
        # Taking back an addition takes all of the label away, so all of it is looked at.
        if kind == "undo" and wanted == label_kind.absent and len(left[row["kind"]]) > 1:
            same = _untouched(db, label_kind, current, left, person)
        else:
            same = _as_left(label_kind, current, left, wanted)
        first = (row["kind"], row["target"]) not in done
        done.add((row["kind"], row["target"]))
        decided = _decided(db, kind, of, row) if first else None
        if not same or (decided and decided[0] != verdicts.now(db, row["kind"], current.id)):
            raise journal.stale(db, current)
        journal.record(db, seq, person, current, kind, left, wanted)
        label_kind.carry_out(db, current.id, wanted, change)
        if decided and decided[0] != decided[1]:
            verdicts.become(db, row["kind"], current.id, decided[1], person=person, batch=seq)
        elif first and not decided:
            again = verdicts.withdraw if kind == "undo" else verdicts.repeat
            again(db, kind=row["kind"], target=row["target"], of=of, person=person, batch=seq)
    touched = {(row["kind"], row["target"]) for row in rows}
    bindings.release(db, touched, batch=seq, person=person, change=change)
    return int(video or 0)


def _decided(
    db: Database, kind: str, of: int, row: dict[str, Any]
) -> tuple[list[Verdict], list[Verdict]] | None:
    """What a batch left decided about a label, and what is to be again.

    None when it only added verdicts: those are taken back or repeated, whatever was decided since.
    """
    if row["verb"] != "restore" and not verdicts.replaced(db, row["kind"], row["target"], of):
        return None
    before, after = (verdicts.as_of(db, row["kind"], row["target"], seq) for seq in (of, of + 1))
    return (after, before) if kind == "undo" else (before, after)


def _reverse_video(
    db: Database,
    batch: int,
    person: int,
    verb: str,
    video: int,
    left: dict[str, Any],
    wanted: dict[str, Any],
) -> None:
    now = videos.columns(db, video)
    if any(now[name] != value for name, value in left.items()):
        raise errors.Stale(
            "{name} was changed by someone else meanwhile.",
            "Look at the current state, then decide which one to keep.",
            name=now["name"],
        )
    videos.put_back(db, video, wanted)
    journal.record_video(
        db, batch, person, verb, video, before=left, after=wanted, revision=now["revision"] + 1
    )


def _untouched(db: Database, kind: Kind, label: Label, left: Parts, person: int) -> bool:
    now = kinds.plain(kind.parts(label))
    # Of a label that an earlier version added, the journal does not have every column.
    now[kind.name] = {column: now[kind.name][column] for column in left[kind.name]}
    same = now == left
    return same and all(row["person"] == person for row in verdicts.live(db, kind.name, label.id))


def _as_left(kind: Kind, label: Label, left: Parts, wanted: Parts) -> bool:
    """Whether the parts that are to change still are what the batch left."""
    now = kinds.plain(kind.parts(label))
    return all(
        now[section].get(name) == value
        for section, values in left.items()
        for name, value in values.items()
        if name in wanted[section]
    )

"""tracks, segments, accept, reject, skip, undo, redo, history: labels and what people decide."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import click

from commands import terminal
from commands.terminal import _, _n
from core import classes, edits, errors, exports, ingest, journal, kinds, notes, people, videos
from core import db as store
from core.edits import Outcome
from core.kinds import Label
from core.labels import STATES, Keyframe
from core.language import N_
from core.segments import KINDS as SEGMENT_KINDS
from core.tracks import Track

KINDS = tuple(kinds.KINDS)


@terminal.command("tracks", N_("Print the tracks of a video as JSON lines, one per position."))
@click.argument("video", type=int, metavar="VIDEO_ID")
@terminal.option("--state", multiple=True, type=click.Choice(STATES), help=N_("Only this state."))
@terminal.option("--dense", is_flag=True, help=N_("Every frame, not only the keyframes."))
def tracks_command(video: int, state: tuple[str, ...], dense: bool) -> None:
    """Stream the lines: memory stays flat."""
    workspace = terminal.session().workspace
    with store.reader(workspace) as db:
        found = videos.get(db, video)
        names = {row["id"]: row["name"] for row in classes.every(db)}
        times = ingest.frame_times(db, found)
    for track in exports.stream(workspace, video=video):
        if track.deleted or track.hidden or (state and track.state not in state):
            continue
        for keyframe in track.dense() if dense else track.keyframes:
            seconds = float(times.seconds(keyframe.frame))
            terminal.line(_position(track, keyframe, names[track.class_id], seconds))


def _position(track: Track, keyframe: Keyframe, name: str, seconds: float) -> dict[str, Any]:
    return {
        "track": track.id,
        "class": name,
        "state": track.state,
        "score": track.score if keyframe.score is None else keyframe.score,
        "frame": keyframe.frame,
        "time": seconds,
        "x": keyframe.box.x,
        "y": keyframe.box.y,
        "w": keyframe.box.w,
        "h": keyframe.box.h,
        "keypoints": None
        if keyframe.joints is None
        else [[joint.x, joint.y, joint.score] for joint in keyframe.joints],
        "skeleton": track.skeleton,
        "occluded": keyframe.occluded,
        "outside": keyframe.outside,
        "source": keyframe.source,
    }


@terminal.command("segments", N_("Print the segments of a video as JSON lines."))
@click.argument("video", type=int, metavar="VIDEO_ID")
@terminal.option("--kind", type=click.Choice(SEGMENT_KINDS), help=N_("Only this kind."))
def segments(video: int, kind: str | None) -> None:
    """Stream the lines."""
    workspace = terminal.session().workspace
    with store.reader(workspace) as db:
        found = videos.get(db, video)
        times = ingest.frame_times(db, found)
    for row in exports.stream_segments(workspace, video=video):
        if not row["deleted"] and not row["hidden"] and kind in (None, row["kind"]):
            terminal.line(exports.segment_line(row, times))


@terminal.command("notes", N_("Print the notes of a video as JSON lines, one per thread."))
@click.argument("video", type=int, metavar="VIDEO_ID")
def notes_command(video: int) -> None:
    """Each thread with its answers and its state."""
    with store.reader(terminal.session().workspace) as db:
        times = ingest.frame_times(db, videos.get(db, video))
        threads = notes.threads(db, video)
    for thread in threads:
        terminal.line({**thread, "time": float(times.seconds(thread["frame"]))})


class _Targets(click.ParamType[tuple[str, int]]):
    """``track:12``."""

    name = "KIND:ID"

    def __init__(self, kinds: tuple[str, ...] = KINDS) -> None:
        self._kinds = kinds

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, int]:
        kind, colon, number = str(value).partition(":")
        if kind not in self._kinds or not colon or not number.isdecimal() or not number.isascii():
            self.fail(
                _("write it as {example}, not {value}").format(
                    example="track:12", value=repr(value)
                )
            )
        return kind, int(number)


class _Range(click.ParamType[tuple[int, int]]):
    """``10:20``, frames, both included."""

    name = "A:B"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        first, colon, last = str(value).partition(":")
        if not (colon and first.isdecimal() and last.isdecimal() and value.isascii()):
            self.fail(
                _("write it as {example}, not {value}").format(example="10:20", value=repr(value))
            )
        if int(first) > int(last):
            self.fail(_("the first frame lies behind the last"))
        return int(first), int(last)


def _verdict(verb: str, text: str) -> click.Command:
    @terminal.command(verb, text)
    @click.argument("targets", nargs=-1, required=True, type=_Targets(), metavar="KIND:ID...")
    @terminal.option("--range", "span", type=_Range(), help=N_("Only these frames, both included."))
    @terminal.by_option
    def run(
        targets: tuple[tuple[str, int], ...], span: tuple[int, int] | None, by: str | None
    ) -> None:
        _decide(verb, targets, span, by or people.operating_system_user())

    return run


def _decide(
    verb: str, targets: tuple[tuple[str, int], ...], span: tuple[int, int] | None, by: str
) -> None:
    """One batch per video, so that one undo takes back the whole command there."""
    by = people.checked_name(by)
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    wanted: dict[int, list[Label]] = {}
    for kind, number in dict.fromkeys(targets):
        try:
            label = _target(kinds.KINDS[kind], number, span)
            wanted.setdefault(label.video, []).append(label)
        except errors.DataGuardError as error:
            item = f"{kind}:{number}"
            failed.append({"item": item, **terminal.item_failed(item, error)})
    for video, chosen in wanted.items():
        try:
            done += _apply(verb, video, chosen, span, by)
        except errors.DataGuardError as error:
            for label in chosen:
                item = _item(label)
                failed.append({"item": item, **terminal.item_failed(item, error)})

    def human() -> None:
        for row in done:
            click.echo(f"{row['item']}: {terminal.state(row['state'])}")

    terminal.answer({"verdict": verb, "by": by, "done": done, "errors": failed}, human)


def _target(kind: kinds.Kind, number: int, span: tuple[int, int] | None) -> Label:
    """The label a verdict is meant for.

    :raises UnknownItem: when there is none; BadInput for a range beside it.
    """
    with store.reader(terminal.session().workspace) as db:
        label: Label = kind.get(db, number)
        if label.deleted:
            raise errors.UnknownItem(kind.unknown, name=number)
    if span and (span[0] > label.last or span[1] < label.first):
        raise errors.BadInput(
            kind.beside, first=span[0], last=span[1], start=label.first, end=label.last
        )
    return label


def _item(label: Label) -> str:
    return f"{kinds.of(label).name}:{label.id}"


def _apply(
    verb: str, video: int, chosen: list[Label], span: tuple[int, int] | None, by: str
) -> list[dict[str, Any]]:
    changes = [
        {
            "verb": verb,
            "kind": kinds.of(label).name,
            "id": label.id,
            "revision": label.revision,
            **({"range": list(span)} if span else {}),
        }
        for label in chosen
    ]
    done = []
    for at in range(0, len(changes), edits.LONGEST_BATCH):
        part = changes[at : at + edits.LONGEST_BATCH]
        outcome = store.write(
            terminal.session().workspace,
            lambda db, part=part: edits.apply(  # type: ignore[misc]
                db, batch=str(uuid.uuid4()), person=by, video=video, edits=part
            ),
        )
        touched: list[Label] = [*outcome.tracks, *outcome.segments]
        done += [_changed(label, span) for label in touched]
    return done


def _changed(label: Label, span: tuple[int, int] | None = None) -> dict[str, Any]:
    found = {
        "item": _item(label),
        "kind": kinds.of(label).name,
        "id": label.id,
        "video": label.video,
        "state": label.state,
        "range": list(span) if span else None,
        "revision": label.revision,
    }
    if isinstance(label, Track):
        found["partial"] = [list(part) for part in label.partial]
    return found


def _reversal(name: str, text: str, reverse: Callable[..., Outcome]) -> click.Command:
    @terminal.command(name, text)
    @terminal.by_option
    def run(by: str | None) -> None:
        who = people.checked_name(by or people.operating_system_user())
        outcome = store.write(
            terminal.session().workspace,
            lambda db: reverse(db, batch=str(uuid.uuid4()), person=who),
        ).unless_refused()
        rows = [_changed(track) for track in outcome.tracks]
        ranges = [_changed(segment) for segment in outcome.segments]
        with store.reader(terminal.session().workspace) as db:
            touched = journal.touched(db, outcome.batch, kind="video")
            known = [video for number in touched if (video := videos.by_id(db, number))]
        changed = [{"item": f"video:{v.id}", "name": v.name, "state": v.state} for v in known]
        answer = {"by": who, "batch": outcome.batch, "tracks": rows, "gone": outcome.gone}
        answer |= {"segments": ranges, "gone_segments": outcome.gone_segments, "videos": changed}
        depths = {"undo": outcome.undo, "redo": outcome.redo}

        def human() -> None:
            for row in (*rows, *ranges):
                click.echo(f"{row['item']}: {terminal.state(row['state'])}")
            for video in known:
                click.echo(f"video:{video.id}: {video.name}: {terminal.state(video.state)}")
            for number in outcome.gone:
                click.echo(_("track:{id}: gone").format(id=number))
            for number in outcome.gone_segments:
                click.echo(_("segment:{id}: gone").format(id=number))
            left = _n("{n} more can be undone.", "{n} more can be undone.", outcome.undo)
            click.echo(left.format(n=outcome.undo))

        terminal.answer({**answer, **depths}, human)

    return run


@terminal.command("history", N_("Show what people did to a label, oldest first."))
@click.argument("target", type=_Targets((*KINDS, "video")), metavar="KIND:ID")
def history(target: tuple[str, int]) -> None:
    """The journal of one object."""
    kind, number = target
    with store.reader(terminal.session().workspace) as db:
        rows = journal.history(db, kind, number)

    def human() -> None:
        heads = [_("time"), _("person"), _("what"), _("frames"), _("undone")]
        terminal.table(
            heads,
            [
                (
                    row["at"],
                    row["person"],
                    row["verb"],
                    ", ".join(row["after"].get("keyframes", ())),
                    _("yes") if row["undone"] else "",
                )
                for row in rows
            ],
        )

    terminal.answer({"kind": kind, "id": number, "edits": rows}, human)


accept = _verdict("accept", N_("Accept labels, or a part of each."))
reject = _verdict("reject", N_("Reject labels, or a part of each."))
skip = _verdict("skip", N_("Note that labels were seen and left undecided."))
undo = _reversal("undo", N_("Take back a person's last edit."), edits.undo)
redo = _reversal("redo", N_("Do again what undo took back last."), edits.redo)

COMMANDS = (tracks_command, segments, notes_command, accept, reject, skip, undo, redo, history)

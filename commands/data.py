"""stats and export: what there is, and taking it out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from commands import terminal
from commands.library import clock_time
from commands.terminal import _, _n
from core import classes, exports, people, stats
from core import db as store
from core.labels import STATES
from core.language import N_


@terminal.command("stats", N_("Show what the workspace holds, and how good the models are."))
@terminal.option("--video", type=int, metavar="VIDEO_ID", help=N_("Only this video."))
@terminal.option("--class", "class_name", metavar="NAME", help=N_("Only this class."))
@terminal.option("--state", type=click.Choice(STATES), help=N_("Only this state."))
@terminal.option("--model", metavar="NAME", help=N_("Only suggestions of this model."))
@terminal.option("--person", metavar="NAME", help=N_("Only what this person made or decided."))
def stats_command(
    video: int | None,
    class_name: str | None,
    state: str | None,
    model: str | None,
    person: str | None,
) -> None:
    """Numbers from the database alone."""
    with store.reader(terminal.session().workspace) as db:
        wanted = stats.Filter(
            video=video,
            class_id=None if class_name is None else classes.by_name(db, class_name),
            state=state,
            model=model,
            person=None if person is None else people.by_name(db, person),
        )
        found = stats.everything(db, wanted)
    terminal.answer(found, lambda: _show(found))


def _show(found: dict[str, Any]) -> None:
    click.echo(
        _n("{n} video", "{n} videos", found["videos"]).format(n=found["videos"])
        + f", {clock_time(found['seconds'])}, "
        + _n("{n} track", "{n} tracks", found["tracks"]).format(n=found["tracks"])
        + ", "
        + _n("{n} labelled frame", "{n} labelled frames", found["labelled_frames"]).format(
            n=found["labelled_frames"]
        )
    )
    if found["groups"]:
        click.echo()
        groups = [{**row, "state": terminal.state(row["state"])} for row in found["groups"]]
        _table(groups, ("class", "state", "tracks", "positions", "labelled_frames"))
    if found["models"]:
        click.echo()
        columns = ("model", "version", "suggested", *stats.DECIDED, "acceptance")
        _table([{**row, "acceptance": _share(row)} for row in found["models"]], columns)
    if found["people"]:
        click.echo()
        rows = [{**row, **row["verdicts"]} for row in found["people"]]
        _table(rows, ("person", "actions", "accept", "reject", "fix", "skip", "undone", "last"))


HEADS = {
    "class": N_("class"),
    "state": N_("state"),
    "tracks": N_("tracks"),
    "positions": N_("positions"),
    "labelled_frames": N_("labelled frames"),
    "model": N_("model"),
    "version": N_("version"),
    "suggested": N_("suggested"),
    "accepted": N_("accepted"),
    "fixed": N_("fixed"),
    "rejected": N_("rejected"),
    "deleted": N_("deleted"),
    "acceptance": N_("acceptance"),
    "person": N_("person"),
    "actions": N_("actions"),
    "accept": N_("accept"),
    "reject": N_("reject"),
    "fix": N_("fix"),
    "skip": N_("skip"),
    "undone": N_("undone"),
    "last": N_("last active"),
}


def _share(row: dict[str, Any]) -> str:
    return "-" if row["acceptance"] is None else f"{100 * row['acceptance']:.1f} %"


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    terminal.table(
        [_(HEADS[name]) for name in columns], [[r[name] for name in columns] for r in rows]
    )


@terminal.command("export", N_("Write labels into a new folder."))
@terminal.option(
    "--format",
    "format_",
    required=True,
    type=click.Choice(list(exports.FORMATS)),
    help=N_("ndjson: everything we know. coco: boxes and poses. yolo: for training."),
)
@terminal.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=N_("A folder that is new or empty."),
)
@terminal.option(
    "--state",
    multiple=True,
    type=click.Choice(STATES),
    help=N_("Only this state; may be repeated. Without it: all but rejected."),
)
@terminal.option(
    "--class",
    "class_name",
    multiple=True,
    metavar="NAME",
    help=N_("Only this class; may be repeated."),
)
@terminal.option(
    "--video",
    multiple=True,
    type=int,
    metavar="VIDEO_ID",
    help=N_("Only this video; may be repeated."),
)
@terminal.option("--images", is_flag=True, help=N_("With the pictures of the frames (not ndjson)."))
@terminal.option("--dense", is_flag=True, help=N_("With the position in every frame (ndjson)."))
@terminal.option(
    "--every",
    type=click.IntRange(1),
    default=1,
    help=N_("Only frames that are a multiple of this."),
)
@terminal.option("--all-frames", is_flag=True, help=N_("Frames without labels too (not ndjson)."))
@terminal.option(
    "--val",
    type=click.FloatRange(0, exports.LARGEST_SHARE),
    metavar="SHARE",
    help=N_("Share of the videos kept for validation (yolo); without it: 0.2."),
)
def export(
    format_: str,
    out: Path,
    state: tuple[str, ...],
    class_name: tuple[str, ...],
    video: tuple[int, ...],
    images: bool,
    dense: bool,
    every: int,
    all_frames: bool,
    val: float | None,
) -> None:
    """Write, check, and only then show the folder under its name."""
    workspace = terminal.session().workspace
    chosen = exports.selection(workspace, states=state, class_names=class_name, video_ids=video)
    options = exports.Options(
        images=images,
        dense=dense,
        every=every,
        frames="all" if all_frames else "annotated",
        val=val,
    )
    report = exports.write(
        workspace, format=format_, out=out, chosen=chosen, options=options, progress=_progress
    )
    terminal.answer(report.to_json(), lambda: _show_export(report.to_json()))


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and done % 100 == 0:
        click.echo(f"\r{done} / {total} ", err=True, nl=False)


def _show_export(found: dict[str, Any]) -> None:
    click.echo(_("Exported to {path}.").format(path=found["out"]))
    for name, count in found["written"].items():
        click.echo(f"  {name}: {count}")
    if found["format"] != "ndjson" and not found["images"]:
        click.echo("  " + _("without frame images"))
    if found["skipped"]:
        click.echo(_("Left out (see skipped.json):"))
    for row in found["skipped"]:
        click.echo(f"  {row['kind']}: {row['reason']}: {row['count']}")
    if found["changed_meanwhile"]:
        terminal.note(_("Labels were changed during the export; each one is whole."))
    click.echo(f"sha256 {found['sha256']}")


COMMANDS = (stats_command, export)

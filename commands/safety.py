"""backup and restore: everything but the videos in one file, also while people work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from commands import terminal
from commands.terminal import _, _n
from core import backup as backups
from core import restore as restoring
from core.language import N_

_SHOWN = 10


@terminal.command("backup", N_("Write everything but the videos into one file, also during work."))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@terminal.option("--force", is_flag=True, help=N_("Take the place of a file with that name."))
@terminal.option(
    "--media", is_flag=True, help=N_("Copy the videos into the folder FILE-media as well.")
)
def backup(file: Path, force: bool, media: bool) -> None:
    """A copy of one moment, checked before it gets its name."""
    made = backups.make(
        terminal.session().workspace,
        file,
        force=force,
        media=media,
        told=lambda name: terminal.note(_("Copying {name} ...").format(name=name)),
    )
    terminal.answer(made.to_json(), lambda: _show_backup(made))


def _show_backup(made: backups.Backup) -> None:
    click.echo(
        _("Backup written to {path}: {size} MB, checked.").format(
            path=made.path, size=_megabytes(made.bytes)
        )
    )
    click.echo(
        "  "
        + _n("{n} video", "{n} videos", made.videos).format(n=made.videos)
        + ", "
        + _n("{n} track", "{n} tracks", made.tracks).format(n=made.tracks)
        + ", "
        + _n("{n} change", "{n} changes", made.edits).format(n=made.edits)
    )
    if made.media is not None:
        click.echo(
            _("The videos lie in {path}: {size} MB.").format(
                path=made.media, size=_megabytes(made.media_bytes)
            )
        )
    elif made.videos:
        click.echo(
            _(
                "The videos are not in it: {stored} in the workspace ({size} MB), {elsewhere} "
                "elsewhere. --media copies them."
            ).format(
                stored=made.stored,
                size=_megabytes(made.stored_bytes),
                elsewhere=made.elsewhere,
            )
        )
    _show_missing(made.missing)


@terminal.command(
    "restore", N_("Put a backup into the workspace, also during work; what was there is kept.")
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
def restore(file: Path) -> None:
    """The server and workers go on with what the backup holds; open pages load it anew."""
    done = restoring.restore(terminal.session().workspace, file)
    terminal.answer(done.to_json(), lambda: _show_restored(done.to_json(), done.missing))


def _show_restored(done: dict[str, Any], missing: list[str]) -> None:
    click.echo(_("{path} is restored.").format(path=done["path"]))
    click.echo(
        "  "
        + _n("{n} video", "{n} videos", done["videos"]).format(n=done["videos"])
        + ", "
        + _n("{n} track", "{n} tracks", done["tracks"]).format(n=done["tracks"])
    )
    if done["was_damaged"]:
        click.echo(
            _("What was there was damaged; it is kept as it was in {path}.").format(
                path=done["kept"]
            )
        )
    elif done["kept"]:
        click.echo(
            _("What was there before is kept in {path}; restore that file to go back.").format(
                path=done["kept"]
            )
        )
    if done["requeued"]:
        click.echo(
            _n(
                "{n} job goes on from there.", "{n} jobs go on from there.", done["requeued"]
            ).format(n=done["requeued"])
        )
    _show_missing(missing)


def _show_missing(names: list[str]) -> None:
    if not names:
        return
    shown = ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
    click.echo(
        _n(
            "The file of {n} video is not there: {names}.",
            "The files of {n} videos are not there: {names}.",
            len(names),
        ).format(n=len(names), names=shown)
    )
    click.echo("  " + _("Add them again: their labels are kept and come back with them."))


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f}"


COMMANDS = (backup, restore)

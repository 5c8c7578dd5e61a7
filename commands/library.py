"""init, add, videos: what is in the workspace."""

from __future__ import annotations

import sys
from typing import Any

import click

from commands import terminal
from commands.terminal import _, _n
from core import db as store
from core import errors, ingest, particles, people, videos
from core.language import N_
from core.videos import Video


@terminal.command("init", N_("Make the workspace. Optional: every command does it when needed."))
def init() -> None:
    """Make the folders and the database."""
    workspace = terminal.session().workspace
    store.open_workspace(workspace)
    terminal.answer(
        {"workspace": str(workspace.root), "database": str(workspace.database)},
        lambda: click.echo(_("The workspace is {path}.").format(path=workspace.root)),
    )


@terminal.command("add", N_("Add videos: files, or folders with all that is in them."))
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@terminal.option("--copy", is_flag=True, help=N_("Copy the files into the workspace."))
def add(paths: tuple[str, ...], copy: bool) -> None:
    """Add each file by itself: one that fails stops none of the others."""
    workspace = terminal.session().workspace
    store.open_workspace(workspace)
    person = people.operating_system_user()
    added: list[Video] = []
    failed: list[dict[str, Any]] = []
    for given in paths:
        try:
            files = ingest.expand([given])
        except errors.DataGuardError as error:
            failed.append({"path": given, **terminal.item_failed(given, error)})
            continue
        for path in files:
            try:
                added.append(
                    ingest.add(
                        workspace, path, copy=copy, person=person, progress=_Progress(path.name)
                    )
                )
            except errors.DataGuardError as error:
                failed.append({"path": str(path), **terminal.item_failed(path.name, error)})
    unique = list({video.id: video for video in added}.values())

    def human() -> None:
        if unique:
            _show(unique)
        count = len(unique)
        click.echo(_n("{n} video is ready.", "{n} videos are ready.", count).format(n=count))

    terminal.answer({"videos": [video.to_json() for video in unique], "errors": failed}, human)


class _Progress:
    """Shows how far a file is, on a terminal only."""

    def __init__(self, name: str) -> None:
        self._name, self._shown = name, -1

    def __call__(self, doing: str, done: int, total: int | None) -> None:
        if not sys.stderr.isatty() or not total:
            return
        share = 100 * done // total
        if share != self._shown:
            self._shown = share
            click.echo(f"\r{self._name}: {share} % ", err=True, nl=done >= total)


@terminal.command("videos", N_("List the videos."))
def videos_command() -> None:
    """Every video that was not removed."""
    with store.reader(terminal.session().workspace) as db:
        found = videos.listed(db)
    terminal.answer({"videos": [video.to_json() for video in found]}, lambda: _show(found))


def clock_time(seconds: float) -> str:
    """Seconds as minutes and seconds, or hours too: ``3:07.5``, ``1:02:03.0``."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{text}" if hours else f"{minutes}:{text}"


def _show(found: list[Video]) -> None:
    if not found:
        click.echo(_("No videos yet. Add some with: python cli.py add PATH"))
        return
    heads = [_("id"), _("name"), _("frames"), _("length"), _("rate"), _("size"), _("state")]
    terminal.table(
        heads,
        [
            (
                video.id,
                video.name,
                video.frames,
                clock_time(video.duration),
                _("variable") if video.vfr else f"{float(video.fps):.3f}".rstrip("0").rstrip("."),
                f"{video.width}x{video.height}",
                terminal.state(video.state),
            )
            for video in found
        ],
    )
    for video in found:
        for remark in video.warnings:
            said = particles.fill(_(remark["message"]), remark.get("values", {}))
            click.echo(f"{video.name}: {said}")


COMMANDS = (init, add, videos_command)

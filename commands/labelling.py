"""classes: what can be labelled."""

from __future__ import annotations

import click
from sqlite_utils import Database

from commands import terminal
from commands.terminal import _, _n
from core import classes
from core import db as store
from core.language import N_


@terminal.command("classes", N_("List the classes; archive one so that it is offered no more."))
@terminal.option("--archive", metavar="NAME", help=N_("Offer it no more; its labels stay."))
@terminal.option("--bring-back", metavar="NAME", help=N_("Offer an archived one again."))
def classes_command(archive: str | None, bring_back: str | None) -> None:
    """Classes are never deleted: their numbers mean the same for ever."""
    workspace = terminal.session().workspace

    def change(db: Database) -> None:
        for name, archived in ((archive, True), (bring_back, False)):
            if name is not None:
                classes.archive(db, classes.by_name(db, name), archived=archived)

    if archive is not None or bring_back is not None:
        store.write(workspace, change)
    with store.reader(workspace) as db:
        rows = classes.every(db)

    def human() -> None:
        heads = [_("id"), _("class"), _("key"), _("state")]
        words = {True: _("archived"), False: ""}
        terminal.table(
            heads,
            [(row["id"], row["name"], row["hotkey"], words[row["archived"]]) for row in rows],
        )
        click.echo(_n("{n} class", "{n} classes", len(rows)).format(n=len(rows)))

    terminal.answer({"classes": rows}, human)


COMMANDS = (classes_command,)

"""classes: what can be labelled."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import click

from commands import terminal
from commands.terminal import _, _n
from core import class_changes, classes, people
from core import db as store
from core.language import N_
from core.sqlite import Database


@terminal.command("classes", N_("List the classes; add, rename, archive or delete one."))
@terminal.option("--add", metavar="NAME", help=N_("Add a class at the end of the list."))
@terminal.option("--kind", type=click.Choice(class_changes.KINDS), help=N_("What --add adds."))
@terminal.option("--rename", nargs=2, metavar="NAME NEW", help=N_("Its number and labels stay."))
@terminal.option("--archive", metavar="NAME", help=N_("Offer it no more; its labels stay."))
@terminal.option("--bring-back", metavar="NAME", help=N_("Offer an archived one again."))
@terminal.option("--delete", metavar="NAME", help=N_("Remove it; one that is used is archived."))
@terminal.by_option
def classes_command(
    add: str | None,
    kind: str | None,
    rename: tuple[str, str] | None,
    archive: str | None,
    bring_back: str | None,
    delete: str | None,
    by: str | None,
) -> None:
    """Numbers mean the same for ever: renaming keeps them, and none is given twice."""
    workspace = terminal.session().workspace
    person = people.checked_name(by or people.operating_system_user())
    if kind is not None and add is None:
        raise click.UsageError(_("--kind goes with --add"))

    def change(db: Database) -> None:
        who = _Changes(db, person)
        who.add(add, kind or "object")
        who.rename(rename)
        who.archive(archive, archived=True)
        who.archive(bring_back, archived=False)
        who.delete(delete)

    if any((add, rename, archive, bring_back, delete)):
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


@dataclass(frozen=True, slots=True)
class _Changes:
    """What one person asks for in one command; each part does nothing where nothing is asked."""

    db: Database
    person: str

    def _who(self) -> dict[str, str]:
        return {"batch": uuid.uuid4().hex, "person": self.person}

    def add(self, name: str | None, kind: str) -> None:
        if name is not None:
            class_changes.add(self.db, **self._who(), name=name, kind=kind)

    def rename(self, names: tuple[str, str] | None) -> None:
        if names:
            old, new = names
            class_changes.change(self.db, classes.by_name(self.db, old), **self._who(), name=new)

    def archive(self, name: str | None, *, archived: bool) -> None:
        if name is not None:
            found = classes.by_name(self.db, name)
            class_changes.archive(self.db, found, **self._who(), archived=archived)

    def delete(self, name: str | None) -> None:
        if name is not None:
            class_changes.delete(self.db, classes.by_name(self.db, name), **self._who())


COMMANDS = (classes_command,)

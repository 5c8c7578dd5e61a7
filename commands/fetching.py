"""fetch: a checkpoint from the hub, after its size and licence were seen and accepted."""

from __future__ import annotations

import sys
from typing import Any

import click

import models
from commands import suggesting, terminal
from commands.terminal import _
from core import checkpoints, downloads, errors, people
from core import db as store
from core.language import N_
from core.offers import Offer
from core.workspace import Workspace


@terminal.command(
    "fetch",
    N_(
        "Download a checkpoint from the hub; this asks the internet.\n"
        "Says size and licence first and goes on when they are accepted; goes on where it stopped."
    ),
)
@click.argument("hub_id", metavar="HUB_ID")
@terminal.option(
    "--accept-licence", is_flag=True, help=N_("Accept the licence without a question.")
)
@terminal.option("--queue", is_flag=True, help=N_("Leave it to a worker and return at once."))
def fetch(hub_id: str, accept_licence: bool, queue: bool) -> None:
    """Look up, ask, queue; then, unless ``--queue``, do it here."""
    workspace = terminal.session().workspace
    offer = downloads.ask(hub_id)
    _require_known(workspace, offer)
    _say(workspace, offer)
    if not accept_licence:
        _ask(offer)
    person = people.operating_system_user()
    job = store.write(
        workspace,
        lambda db: downloads.queue(
            db,
            workspace,
            hub_id=offer.id,
            revision=offer.revision,
            licence=offer.licence,
            size=offer.size,
            person=people.identify(db, person),
        ),
    )
    described = {
        "hub": offer.id,
        "revision": offer.revision,
        "licence": offer.licence,
        "bytes": offer.size,
        "job": job,
    }
    if queue:
        text = _("Job {name} is queued.").format(name=job)
        terminal.answer({"fetched": None, **described}, lambda: click.echo(text))
        return
    done = suggesting.work_off(suggesting.worker(workspace), job)
    text = _("{name} is in {folder}.").format(name=done["name"], folder=done["path"])
    terminal.answer({"fetched": done, **described}, lambda: click.echo(text))


def _require_known(workspace: Workspace, offer: Offer) -> None:
    """:raises ModelUnavailable: where no model of the catalogue loads such a checkpoint."""
    kinds: set[str] = set()
    for entry in models.catalogue(workspace.weights):
        if entry.model.checkpoint is not None:
            kinds.update(entry.model.checkpoint.model_types)
    if offer.model_type not in kinds:
        raise errors.ModelUnavailable(
            "{hub} is of the kind {kind}, which no model here can load.",
            "Kinds that can be loaded: {kinds}.",
            hub=offer.id,
            kind=offer.model_type or "-",
            kinds=", ".join(sorted(kinds)),
        )


def _say(workspace: Workspace, offer: Offer) -> None:
    licence = offer.licence or _("none stated: ask its makers before you use it")
    rows: list[tuple[str, Any]] = [
        (_("Size"), f"{offer.size / 1e6:,.1f} MB"),
        (_("Licence"), licence),
        (_("Commit"), offer.revision[:12]),
        (_("Comes into"), downloads.place(workspace) / checkpoints.folder_name(offer.id)),
    ]
    terminal.note(offer.id)
    for name, said in rows:
        terminal.note(f"  {name}: {said}")


def _ask(offer: Offer) -> None:
    """:raises Refused: where nobody can be asked, or the answer is no."""
    wanted = _("Do you accept the licence and want to download it?")
    if not _somebody_is_there() or not click.confirm(wanted, err=True):
        raise errors.Refused(
            "The licence of {hub} was not accepted: {licence}. Nothing was fetched.",
            "Read it on the model's page, then add --accept-licence.",
            hub=offer.id,
            licence=offer.licence or "-",
            bytes=offer.size,
        )


def _somebody_is_there() -> bool:
    return sys.stdin.isatty() and not terminal.session().json


COMMANDS = (fetch,)

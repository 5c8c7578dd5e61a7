"""doctor and bench: this machine."""

from __future__ import annotations

import click

import models
from commands import terminal
from commands.terminal import _
from core import checkup, errors
from core import doctor as examination
from core.language import N_


@terminal.command("doctor", N_("Say what this machine has, and what is missing for what."))
@terminal.option(
    "--deep",
    is_flag=True,
    help=N_("Look at every page of the database and read every video file again."),
)
def doctor(deep: bool) -> None:
    """All checks, and the models of the catalogue."""
    workspace = terminal.session().workspace
    if deep and workspace.exists:
        checkup.examine(workspace, share=1.0)
    checks = [check.to_json(_) for check in examination.examine(workspace)]
    without: list[str] = []
    for entry in models.catalogue(workspace.weights):
        if entry.model.checkpoint is not None and not entry.available:
            without.append(entry.model.name)
            continue
        checks.append(
            {
                "name": f"model {entry.model.name}",
                "state": "ok" if entry.available else "missing",
                "text": _(entry.reason).format(**entry.values)
                if entry.reason
                else _("{name} {version} can run.").format(
                    name=entry.model.name, version=entry.model.version
                ),
                "hint": _(entry.hint).format(**entry.values) if entry.hint else "",
                "needed_for": _("suggestions"),
                "values": {"licence": entry.model.licence, "bytes": entry.size},
            }
        )
    if without:
        checks.append(
            {
                "name": "checkpoints",
                "state": "ok",
                "text": _("Without a checkpoint, and optional: {models}.").format(
                    models=", ".join(without)
                ),
                "hint": _("`models` says what each needs."),
                "needed_for": _("suggestions"),
                "values": {"models": without},
            }
        )
    missing = [check["name"] for check in checks if check["state"] == "missing"]

    def human() -> None:
        words = {"ok": _("ok"), "warning": _("look"), "missing": _("missing")}
        room = max(terminal.width(word) for word in words.values())
        for check in checks:
            word = words[check["state"]]
            click.echo(word + " " * (room - terminal.width(word) + 2) + check["text"])
            if check["state"] != "ok" and check["needed_for"]:
                needed = _("needed for: {what}").format(what=check["needed_for"])
                click.echo(" " * (room + 2) + needed)
            if check["hint"]:
                click.echo(" " * (room + 2) + check["hint"])

    terminal.answer({"ok": not missing, "missing": missing, "checks": checks}, human)


@terminal.command("bench", N_("Measure this program on this machine; takes up to half an hour."))
@click.argument("names", nargs=-1, metavar="[NAME]...")
def bench(names: tuple[str, ...]) -> None:
    """Prints JSON in any case: each figure with its budget."""
    try:
        from benchmarks import run
    except ImportError as error:
        raise errors.DataGuardError(
            "The benchmarks cannot be loaded: {reason}.",
            "Run from a full copy of the program.",
            reason=str(error),
        ) from error
    click.get_current_context().exit(run.main(names))


COMMANDS = (doctor, bench)

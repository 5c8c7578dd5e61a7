"""The terminal door: the same core as the app, no browser. Start with ``python cli.py --help``."""

from __future__ import annotations

import logging
import sys
from typing import Any

import click

from commands import (
    data,
    fetching,
    following,
    labelling,
    library,
    machine,
    reviewing,
    safety,
    suggesting,
    terminal,
    working,
)
from core import language, workspace
from core.language import N_


def _speak(context: click.Context, parameter: click.Parameter, wish: str | None) -> str:
    return wish or terminal.from_environment()


@click.group(cls=terminal.Door, help=N_("DataGuard: turn video into labels you can trust."))
@terminal.option("--workspace", "folder", metavar="DIR", help=N_("The folder to work in."))
@terminal.option("--json", "as_json", is_flag=True, help=N_("Print one JSON document."))
@terminal.option(
    "--language",
    type=click.Choice(list(language.LANGUAGES)),
    callback=_speak,
    is_eager=True,
    help=N_("en or ko; the terminal's language otherwise."),
)
@click.pass_context
def root(context: click.Context, /, **given: Any) -> None:
    """Open the door; the workspace itself is made by the first command that needs it."""
    context.obj = terminal.Session(
        workspace.default(given["folder"]), given["language"], given["as_json"]
    )


for _module in (
    library,
    suggesting,
    following,
    fetching,
    working,
    reviewing,
    labelling,
    data,
    safety,
    machine,
):
    for _command in _module.COMMANDS:
        root.add_command(_command)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A terminal in another encoding shows what it can; it never stops the work.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # Errors are said once, in the reader's language; only `work` shows the log as well.
    logging.getLogger("dataguard").addHandler(logging.NullHandler())
    root(prog_name="cli.py")

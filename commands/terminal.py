"""What every command shares: language, one JSON document, plain tables, errors said once."""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
import traceback
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from commands import usage
from core import clock, errors, language
from core.language import N_
from core.workspace import Workspace

STOPPED = 130
DEBUG = "DATAGUARD_DEBUG"

logger = logging.getLogger("dataguard.cli")


STATES = {
    "suggested": N_("suggested"),
    "accepted": N_("accepted"),
    "rejected": N_("rejected"),
    "fixed": N_("fixed"),
    "manual": N_("manual"),
    "queued": N_("queued"),
    "running": N_("running"),
    "done": N_("done"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
    "ready": N_("ready"),
    "ingesting": N_("being added"),
    "removed": N_("removed"),
}


@dataclass(slots=True)
class Session:
    """One call of the program: where, in which language, and for whom to print."""

    workspace: Workspace
    language: str
    json: bool = False
    failed: bool = field(default=False)


def session() -> Session:
    """The session of the command that is running."""
    found = click.get_current_context().find_object(Session)
    assert found is not None
    return found


def spoken() -> str:
    """The language of this call, also before the session is made (for ``--help``)."""
    context = click.get_current_context(silent=True)
    while context is not None:
        if isinstance(context.obj, Session):
            return context.obj.language
        if context.params.get("language"):
            return str(context.params["language"])
        context = context.parent
    return from_environment()


def from_environment() -> str:
    """The language of LC_ALL, LC_MESSAGES or LANG, the first that is set."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return language.best(next((os.environ[name] for name in names if os.environ.get(name)), None))


def _(message: str) -> str:
    """A text in the language of this call."""
    return language.translator(spoken())(message)


def _n(one: str, many: str, count: int) -> str:
    """A text that depends on a count, in the language of this call."""
    return language.translations(spoken()).ngettext(one, many, count)


def state(name: str) -> str:
    """The state of a label, job or video in the language of this call."""
    return _(STATES.get(name, name))


def document(value: Any) -> None:
    """Print the one JSON document of a ``--json`` call."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def line(value: Any) -> None:
    """Print one JSON line."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def note(text: str) -> None:
    """Say something beside the result: on standard error."""
    click.echo(text, err=True)


def answer(value: Any, human: Callable[[], None]) -> None:
    """Print the result for a machine or for a person; exits 1 when an item failed."""
    if session().json:
        document(value)
    else:
        human()
    if session().failed:
        click.get_current_context().exit(1)


def item_failed(item: Any, error: errors.DataGuardError) -> dict[str, Any]:
    """Say that one item of a batch failed and go on; its entry for the JSON document."""
    session().failed = True
    note(f"{item}: {error.text(_)}")
    if error.hint:
        note(f"  {error.hint_text(_)}")
    return {"error": error.text(_), "hint": error.hint_text(_), "code": error.code}


def width(text: str) -> int:
    """Columns a text takes on a terminal; Hangul and other wide letters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print columns; numbers stand to the right."""
    cells = [["-" if value is None else str(value) for value in row] for row in rows]
    numeric = [
        bool(cells)
        and all(row[at].replace(".", "").strip("-% ").isdigit() or row[at] == "-" for row in cells)
        for at in range(len(heads))
    ]
    widths = [
        max([width(head), *(width(row[at]) for row in cells)]) for at, head in enumerate(heads)
    ]
    for row in [list(heads), *cells]:
        parts = [
            " " * (widths[at] - width(cell)) + cell
            if numeric[at]
            else cell + " " * (widths[at] - width(cell))
            for at, cell in enumerate(row)
        ]
        click.echo("  ".join(parts).rstrip())


class Door(click.Group):
    """The root command: every failure is said once, in the reader's language."""

    def main(self, *arguments: Any, standalone_mode: bool = True, **settings: Any) -> Any:
        """Run as a program: a wrong command line is said in the language of this call, exit 2."""
        if not standalone_mode:
            return super().main(*arguments, standalone_mode=False, **settings)
        try:
            code = super().main(*arguments, standalone_mode=False, **settings)
        except click.UsageError as error:
            with error.ctx or nullcontext():
                usage.say(error, _)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            note(_("Stopped."))
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; exit 1 with message and hint for an error, 130 when stopped."""
        try:
            return super().invoke(ctx)
        except errors.DataGuardError as error:
            _raise_if_debugging()
            _show(ctx, error)
        except KeyboardInterrupt:
            note("\n" + _("Stopped."))
            ctx.exit(STOPPED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            _raise_if_debugging()
            _show_unexpected(ctx, error)
        except Exception as error:
            _raise_if_debugging()
            _show_unexpected(ctx, error)
        ctx.exit(1)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, in the language of this call."""
        rows = [
            (name, found.get_short_help_str(200))
            for name in self.list_commands(ctx)
            if (found := self.get_command(ctx, name)) is not None and not found.hidden
        ]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The text of ``--help``, in the language of this call."""
        _help_text(self, formatter)


class Command(click.Command):
    """A command whose help is translated."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence of the help."""
        return _(self.help or "").split("\n")[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The text of ``--help``, in the language of this call."""
        _help_text(self, formatter)


class Option(click.Option):
    """An option whose help is translated."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Names and help text, in the language of this call."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        return record[0], record[1].replace(self.help, _(self.help), 1)


def _help_text(command: click.Command, formatter: click.HelpFormatter) -> None:
    if command.help:
        formatter.write_paragraph()
        with formatter.indentation():
            for paragraph in _(command.help).split("\n"):
                formatter.write_text(paragraph)


def _as_json(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    found = context.find_object(Session)
    if wanted and found is not None:
        found.json = True


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """A translated option."""
    return click.option(*names, cls=Option, **settings)


def json_option(function: Any) -> Any:
    """``--json`` for a command."""
    return option(
        "--json",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_as_json,
        help=N_("Print one JSON document."),
    )(function)


def by_option(function: Any) -> Any:
    """``--by`` for a command that changes labels."""
    return option("--by", metavar="NAME", help=N_("Who decides; the account's name otherwise."))(
        function
    )


def command(name: str, text: str) -> Callable[[Any], click.Command]:
    """A command with ``--json``; ``text`` is the gettext key of its help."""

    def make(function: Any) -> click.Command:
        return click.command(name, cls=Command, help=text)(json_option(function))

    return make


def _raise_if_debugging() -> None:
    if os.environ.get(DEBUG) == "1":
        raise


def _show(ctx: click.Context, error: errors.DataGuardError) -> None:
    note(error.text(_))
    if error.hint:
        note(error.hint_text(_))
    found = ctx.find_object(Session)
    if found is not None and found.json:
        document({"error": {**error.to_json(), "text": error.text(_), "hint": error.hint_text(_)}})


def _show_unexpected(ctx: click.Context, error: Exception) -> None:
    text = _("Something went wrong inside DataGuard: {reason}.").format(
        reason=f"{type(error).__name__}: {error}".split("\n")[0]
    )
    note(text)
    found = ctx.find_object(Session)
    written = _log(found.workspace.logs) if found else None
    if written:
        note(_("Details were written to {path}.").format(path=written))
    note(_("Set {name}=1 to see them here.").format(name=DEBUG))
    if found is not None and found.json:
        document({"error": {"code": "internal", "text": text, "hint": "", "values": {}}})


def _log(folder: Path) -> Path | None:
    """Append the traceback to the workspace's log; None where that is not possible."""
    path = folder / "cli.log"
    try:
        if not folder.is_dir():
            return None
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{clock.now()} {' '.join(sys.argv[1:])!r}\n{traceback.format_exc()}\n")
    except OSError:
        return None
    return path

"""A wrong command line, said in the reader's language. click speaks English alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import click

from core.language import N_

NUMBERS = (click.types.IntParamType, click.types.FloatParamType)
_SAID = (
    (re.compile(r"Got unexpected extra arguments? \((.*)\)"), N_("This is too much: {what}")),
    (re.compile(r"Option '(.*)' requires an argument\."), N_("The option {what} needs a value.")),
    (re.compile(r"Option '(.*)' does not take a value\."), N_("The option {what} takes no value.")),
    (re.compile(r"Missing command(\.)"), N_("Name a command.")),
)


def say(error: click.UsageError, translate: Callable[[str], str]) -> None:
    """How the command is called, where its help is, and what is wrong, on standard error."""
    lines = []
    if error.ctx is not None:
        path = error.ctx.command_path
        pieces = " ".join(error.ctx.command.collect_usage_pieces(error.ctx))
        lines.append(f"{translate(N_('Usage:'))} {path} {pieces}")
        if error.ctx.command.get_help_option(error.ctx) is not None:
            hint = translate(N_("'{command} --help' tells more."))
            lines.append(hint.format(command=path))
        lines.append("")
    lines.append(f"{translate(N_('Error:'))} {text(error, translate)}")
    click.echo("\n".join(lines), file=sys.stderr)


def text(error: click.UsageError, translate: Callable[[str], str]) -> str:
    """What is wrong; click's own words for what hardly ever happens."""
    if isinstance(error, click.NoSuchOption):
        found = translate(N_("There is no option {name}.")).format(name=error.option_name)
        return _with_guesses(found, error.possibilities, translate)
    if isinstance(error, click.exceptions.NoSuchCommand):
        found = translate(N_("There is no command {name}.")).format(name=error.command_name)
        return _with_guesses(found, error.possibilities, translate)
    if isinstance(error, click.MissingParameter):
        return translate(N_("{name} is missing.")).format(name=_name(error))
    if isinstance(error, click.BadParameter):
        return _bad_value(error, translate)
    for pattern, words in _SAID:
        if match := pattern.fullmatch(error.message):
            return translate(words).format(what=match[1])
    return error.format_message()


def _with_guesses(found: str, guesses: list[str] | None, translate: Callable[[str], str]) -> str:
    if not guesses:
        return found
    return f"{found} {translate(N_('Similar: {names}')).format(names=', '.join(guesses))}"


def _bad_value(error: click.BadParameter, translate: Callable[[str], str]) -> str:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        words = translate(N_("{name} must be one of: {choices}."))
        return words.format(name=_name(error), choices=", ".join(map(str, kind.choices)))
    # Our own checks raise texts that are translated already; click's begin with the value.
    if isinstance(kind, NUMBERS) and error.message[:1] in "'-0123456789":
        least, most = getattr(kind, "min", None), getattr(kind, "max", None)
        whole = isinstance(kind, click.types.IntParamType)
        words = translate(
            N_("{name} must be a whole number.") if whole else N_("{name} must be a number.")
        )
        found = words.format(name=_name(error))
        if least is not None:
            found += " " + translate(N_("The least is {number}.")).format(number=least)
        if most is not None:
            found += " " + translate(N_("The most is {number}.")).format(number=most)
        return found
    return f"{_name(error)}: {error.message}"


def _name(error: click.BadParameter) -> str:
    """The option or argument as it is typed."""
    if error.param is not None:
        return error.param.get_error_hint(error.ctx or click.Context(click.Command(""))).strip("'")
    hint = error.param_hint
    return hint if isinstance(hint, str) else " / ".join(hint or ())

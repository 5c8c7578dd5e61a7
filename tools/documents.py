"""Pages of the documentation that are written from the program itself.

``python -m tools.documents update`` writes docs/terminal.md from the commands, the table of keys in
docs/label.md from the annotator and docs/accuracy.md from the newest kept run of each benchmark;
``check`` fails when they are out of date.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
TERMINAL = ROOT / "docs" / "terminal.md"
LABEL = ROOT / "docs" / "label.md"
KEYS = ROOT / "components" / "annotator" / "assets" / "commands.js"
ACCURACY = ROOT / "docs" / "accuracy.md"
RESULTS = ROOT / "benchmarks" / "results"
BEGIN, END = "<!-- keys: begin -->", "<!-- keys: end -->"

_INTRODUCTION = """# The terminal

The same product without a browser. `python cli.py [--workspace DIR] COMMAND ... [--json]`

With `--json` a command prints one JSON document on stdout; logs and progress go to stderr.
`tracks` and `segments` always print JSON lines. Frames are counted from 0 and ranges include both
ends. Labels are named `KIND:ID`, for example `track:12`. Exit codes: 0 done, 1 a clear error,
2 wrong usage. `DATAGUARD_DEBUG=1` shows tracebacks.
"""

_MEASURED = """# What was measured

How each figure comes about is told in [benchmarks/README.md](../benchmarks/README.md); `make bench`
measures your machine. The whole-frame BlazePose that comes with DataGuard finds people of some
size: on five real clips with boxes made by hand it finds a good half of all people, nearly all of
those who stand free and large, and almost none in crowds and far away. The sparring sample was
rendered with this model in mind; it shows how the parts work together, not how good the model is
elsewhere.
"""

_NAMES = {
    "ArrowRight": "→",
    "ArrowLeft": "←",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "Period": ".",
    "Comma": ",",
    "BracketLeft": "[",
    "BracketRight": "]",
    "Slash": "/",
    "Equal": "=",
    "Minus": "-",
    "NumpadAdd": "Num +",
    "NumpadSubtract": "Num -",
    "Mod": "Ctrl/Cmd",
}


def terminal() -> str:
    """docs/terminal.md as the commands say it now."""
    import cli

    parts = [_INTRODUCTION]
    context = click.Context(cli.root, info_name="cli.py")
    context.params["language"] = "en"
    for name in sorted(cli.root.commands):
        command = cli.root.commands[name]
        own = click.Context(command, info_name=name, parent=context)
        own.terminal_width = own.max_content_width = 100
        with own:
            text = command.get_help(own).strip()
        parts.append(f"## {name}\n\n```\n{text}\n```\n")
    return "\n".join(parts)


def keys() -> str:
    """The table of keys as the annotator has it now."""
    rows = []
    pattern = r'label: t\("([^"]+)"\), keys: (\[[^\]]*\]|DIGITS)'
    for label, listed in re.findall(pattern, KEYS.read_text("utf-8")):
        codes = ["1-9"] if listed == "DIGITS" else re.findall(r'"([^"]+)"', listed)
        shown = " or ".join(f"`{_shown(code)}`" for code in codes)
        rows.append(f"| {shown} | {label} |")
    return "\n".join(["| key | does |", "|---|---|", *rows])


def _shown(code: str) -> str:
    parts = re.sub(r"\b(Key|Digit)(?=\w)", "", code).split("+")
    return " + ".join(_NAMES.get(part, part) for part in parts)


def label() -> str:
    """docs/label.md with its table of keys renewed."""
    before, rest = LABEL.read_text("utf-8").split(BEGIN)
    return f"{before}{BEGIN}\n{keys()}\n{END}{rest.split(END)[1]}"


def accuracy() -> str:
    """docs/accuracy.md from the newest kept run of each benchmark, with and without a GPU."""
    newest: dict[tuple[str, bool], Path] = {}
    kept = {path: json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob("*.json"))}
    for path, run in kept.items():
        newest.update({_kind(run, figure): path for figure in run["figures"]})
    lines = [_MEASURED.rstrip()]
    for path, run in kept.items():
        figures = [figure for figure in run["figures"] if newest[_kind(run, figure)] == path]
        if figures:
            lines += ["", *_table(path, run, figures)]
    return "\n".join([*lines, ""])


def _kind(run: Mapping[str, Any], figure: Mapping[str, Any]) -> tuple[str, bool]:
    return figure["benchmark"], bool(run["machine"].get("gpu"))


def _table(path: Path, run: Mapping[str, Any], figures: Sequence[Mapping[str, Any]]) -> list[str]:
    machine = run["machine"]
    lines = [
        f"Run of {run['date'][:10]} ([all details](../benchmarks/results/{path.name})): "
        f"{machine['cores']} cores, {machine['processor']}, {machine.get('gpu') or 'no GPU'}, "
        f"SQLite {run['versions']['sqlite']}.",
        "",
        "| figure | value | budget | |",
        "|---|---|---|---|",
    ]
    for figure in figures:
        value = f"{figure['value']:.3g}" if figure["value"] is not None else "-"
        bound = figure["budget"] or ""
        row = (figure["name"], f"{value} {figure['unit']}".strip(), bound, figure["verdict"])
        lines.append(f"| {' | '.join(row)} |")
    return lines


def outdated() -> list[Path]:
    """Pages that no longer say what the program does."""
    made = {TERMINAL: terminal(), LABEL: label(), ACCURACY: accuracy()}
    return [
        path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text
    ]


def main(action: str) -> int:
    """Update the pages, or check them; 1 when some are out of date."""
    if action == "update":
        TERMINAL.write_text(terminal(), "utf-8")
        LABEL.write_text(label(), "utf-8")
        ACCURACY.write_text(accuracy(), "utf-8")
        return 0
    stale = outdated()
    for path in stale:
        print(f"{path.relative_to(ROOT)} is out of date: run python -m tools.documents update")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))

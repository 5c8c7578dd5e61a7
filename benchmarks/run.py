"""Measures the program and prints one JSON document: ``python -m benchmarks.run [NAME...]``.

Every module of this folder with a function ``measure() -> Iterable[Figure]`` is a benchmark;
without names all of them run but the long rounds (or those in the environment variable ONLY,
separated by commas; ``rounds`` means the long ones).
Each runs in a process of its own, so that memory and threads of one do not show in another.
Progress goes to stderr. Exit code 1 when a benchmark failed; a missed budget is a result.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import benchmarks
from benchmarks import figures, machine
from benchmarks.figures import Figure
from core.workspace import ROOT

LONGEST_RUN = 30 * 60
LONGEST_BENCHMARK = 12 * 60
LONG_ROUNDS = ("annotating", "crash", "load", "mutations", "screen", "soak")
"""What repeats something hundreds of times: a half hour of its own."""

CHILD = "--child"


def main(arguments: Sequence[str]) -> int:
    """Run benchmarks and print the document; returns the exit code."""
    if arguments and arguments[0] == CHILD:
        return _child(arguments[1], Path(arguments[2]))
    text = ",".join(arguments) or os.environ.get("ONLY", "")
    wanted = {name for name in text.replace("rounds", ",".join(LONG_ROUNDS)).split(",") if name}
    known = names()
    unknown = wanted.difference(known)
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    usual = [name for name in known if name not in LONG_ROUNDS]
    document = run([name for name in known if name in wanted] or usual)
    print(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))
    return 1 if any(item["verdict"] == "failed" for item in document["figures"]) else 0


def names() -> list[str]:
    """The benchmarks there are, in alphabetical order."""
    return [
        info.name
        for info in pkgutil.iter_modules(benchmarks.__path__)
        if "\ndef measure(" in (Path(benchmarks.__path__[0]) / f"{info.name}.py").read_text("utf-8")
    ]


def run(wanted: Sequence[str]) -> dict[str, Any]:
    """Run benchmarks one after another, never longer than half an hour, and gather the figures."""
    document = machine.header()
    started = time.monotonic()
    found: list[dict[str, Any]] = []
    taken: dict[str, int] = {}
    for name in wanted:
        left = LONGEST_RUN - (time.monotonic() - started)
        began = time.monotonic()
        print(f"{name} ...", file=sys.stderr, flush=True)
        for item in _measured(name, min(LONGEST_BENCHMARK, left)):
            found.append({"benchmark": name, **item})
            _say(item)
        taken[name] = round(time.monotonic() - began)
        print(f"{name}: {taken[name]} s", file=sys.stderr, flush=True)
    document["seconds"] = round(time.monotonic() - started)
    document["seconds_each"] = taken
    document["figures"] = found
    return document


def _say(item: dict[str, Any]) -> None:
    budget = f" (budget {item['budget']})" if item["budget"] else ""
    reason = f": {item['details']['reason']}" if item["value"] is None else ""
    print(
        f"  {item['verdict']:>7}  {item['name']} = {item['value']} {item['unit']}{budget}{reason}",
        file=sys.stderr,
        flush=True,
    )


def _measured(name: str, limit: float) -> Iterator[dict[str, Any]]:
    """The figures of one benchmark, measured by a child process."""
    if limit < 30:
        yield figures.without_value(name, "skipped", "the half hour is over").to_json()
        return
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "figures.json"
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.run", CHILD, name, str(into)],
            stdout=sys.stderr,
            cwd=ROOT,
            start_new_session=os.name == "posix",
        )
        reason = ""
        try:
            if child.wait(limit):
                reason = f"it ended with code {child.returncode}"
        except subprocess.TimeoutExpired:
            reason = f"it took longer than {limit:.0f} s"
        finally:
            _end(child)
        if into.exists():
            yield from json.loads(into.read_text("utf-8"))
        if reason:
            yield figures.without_value(name, "failed", reason).to_json()


def _end(child: subprocess.Popen[bytes]) -> None:
    """Stop a child and what it started, if anything of it is left."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        child.kill()
    child.wait()


def _child(name: str, into: Path) -> int:
    """Measure, and keep each figure as soon as it is there."""
    measured: list[Figure] = []
    try:
        for figure in importlib.import_module(f"benchmarks.{name}").measure():
            measured.append(figure)
            _keep(measured, into)
    except figures.Skipped as reason:
        measured.append(figures.without_value(name, "skipped", str(reason)))
    _keep(measured, into)
    return 0


def _keep(measured: Sequence[Figure], into: Path) -> None:
    part = into.with_suffix(".part")
    part.write_text(json.dumps([figure.to_json() for figure in measured]), "utf-8")
    part.replace(into)


if __name__ == "__main__":
    # Ended from outside, it still ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main(sys.argv[1:]))

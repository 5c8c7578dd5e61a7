"""Message catalogues: gather every text a person sees, and check that each has its Korean.

    python tools/messages.py update    write locales/*/LC_MESSAGES/dataguard.po
    python tools/messages.py check     fail when something is missing, fuzzy or out of date

Gathered are literal texts alone: in calls of ``_``, ``text``, ``_n``, ``count``, ``mark``, ``N_``
and ``remark``, the message and the hint of every error class, and ``t("...")`` in our JavaScript.
"""

from __future__ import annotations

import ast
import io
import re
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "locales"
LANGUAGES = ("en", "ko")
FOLDERS = ("api", "commands", "components", "core", "models", "pages")
SINGLE = {"_", "text", "mark", "N_", "remark"}
PLURAL = {"_n", "count", "ngettext"}
ERRORS = "core/errors.py"
DOMAIN = "dataguard"
_SCRIPT = re.compile(r"""(?<![\w.$])t\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`$]*`)""")

Id = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A text with the place it was found at."""

    id: Id
    path: str
    line: int


def gather(root: Path = ROOT) -> list[Found]:
    """Every text in the program, by place."""
    errors = error_classes((root / ERRORS).read_text("utf-8"))
    found: list[Found] = []
    for path in _sources(root):
        source = path.read_text("utf-8")
        name = path.relative_to(root).as_posix()
        if path.suffix == ".py":
            found += in_python(source, name, errors)
        else:
            found += in_script(source, name)
    return found


def _sources(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        base = root / folder
        yield from sorted(base.rglob("*.py"))
        yield from sorted(base.rglob("assets/*.js"))
    yield from (path for path in (root / "cli.py", root / "app.py") if path.exists())


def error_classes(source: str) -> set[str]:
    """The names of the error classes, whose first two arguments are texts."""
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}


def in_python(source: str, path: str, errors: set[str]) -> list[Found]:
    """The texts of one Python file."""
    found: list[Found] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name in PLURAL and len(node.args) >= 2:
            one, many = (_literals(argument) for argument in node.args[:2])
            pairs = zip(one, many, strict=False)
            found += [Found(pair, path, node.lineno) for pair in pairs]
        elif name in SINGLE or name in errors:
            texts = node.args[: 2 if name in errors else 1]
            found += [
                Found(text, path, node.lineno) for part in texts for text in _literals(part) if text
            ]
    return found


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _literals(node: ast.expr) -> list[str]:
    """A literal text, or both of ``a if condition else b``."""
    if isinstance(node, ast.IfExp):
        return [*_literals(node.body), *_literals(node.orelse)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return []


def in_script(source: str, path: str) -> list[Found]:
    """The texts of one JavaScript file: literal arguments of ``t``."""
    found = []
    for match in _SCRIPT.finditer(source):
        quoted = match.group(1)
        text = quoted[1:-1]
        text = re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, text)
        found.append(Found(text, path, source.count("\n", 0, match.start()) + 1))
    return found


def _unescaped(match: re.Match[str]) -> str:
    mark = match.group(1)
    if mark.startswith("u") and len(mark) == 5:
        return chr(int(mark[1:], 16))
    return {"n": "\n", "t": "\t"}.get(mark, mark)


def merged(found: list[Found], known: Catalog, language: str) -> Catalog:
    """A catalogue of exactly the texts found, with the translations that are known."""
    catalog = Catalog(
        locale=language, project="DataGuard", domain=DOMAIN, header_comment=HEADER, fuzzy=False
    )
    catalog.creation_date = catalog.revision_date = known.creation_date
    places: dict[Id, set[str]] = {}
    for item in found:
        places.setdefault(item.id, set()).add(item.path)
    for identity in sorted(places, key=lambda one: (str(min(places[one])), str(one))):
        before = known.get(identity)
        catalog.add(
            identity,
            _translation(identity, before, language),
            locations=[(path, None) for path in sorted(places[identity])],
            flags=[flag for flag in (before.flags if before else ()) if flag == "fuzzy"],
        )
    return catalog


HEADER = "# Texts of DataGuard. Written by tools/messages.py; translations are edited by hand."


def _translation(identity: Id, before: Message | None, language: str) -> str | tuple[str, ...]:
    if language == "en":
        return identity
    if before is None:
        return "" if isinstance(identity, str) else ("",)
    text = before.string
    return text if isinstance(text, str) else tuple(text)


def load(language: str, folder: Path = LOCALES) -> Catalog:
    """The catalogue as it is on disk; an empty one where there is none."""
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def text_of(catalog: Catalog) -> bytes:
    """The catalogue as its file, the same on every run."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100, omit_header=False, include_lineno=False)
    lines = buffer.getvalue().decode("utf-8").splitlines()
    dates = ('"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator', '"Language-Team')
    kept = [line for line in lines if not line.startswith((*dates, '"Generated-By'))]
    return ("\n".join(kept).rstrip("\n") + "\n").encode("utf-8")


def update(folder: Path = LOCALES) -> None:
    """Write the catalogues anew: new texts are added, unused ones dropped, translations kept."""
    found = gather()
    for language in LANGUAGES:
        path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text_of(merged(found, load(language, folder), language)))


def problems(catalog: Catalog) -> list[str]:
    """What is wrong with the Korean: missing, fuzzy, or with other fields than the English."""
    wrong = []
    for message in catalog:
        if not message.id:
            continue
        sources = (message.id,) if isinstance(message.id, str) else message.id
        texts = (message.string,) if isinstance(message.string, str) else message.string
        if not texts or not all(texts):
            wrong.append(f"no Korean: {sources[0]!r}")
        elif message.fuzzy:
            wrong.append(f"fuzzy: {sources[0]!r}")
        elif any(fields(text) != fields(sources[-1]) for text in texts):
            wrong.append(f"other fields than the English: {sources[0]!r}")
    return wrong


def fields(text: str) -> set[str]:
    """The names of the ``{fields}`` in a text."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {f"malformed: {text}"}


def check(folder: Path = LOCALES) -> list[str]:
    """Everything that is wrong with the catalogues."""
    found = gather()
    wrong = []
    for language in LANGUAGES:
        known = load(language, folder)
        path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        if not path.exists() or path.read_bytes() != text_of(merged(found, known, language)):
            wrong.append(f"{language} is out of date: run python tools/messages.py update")
    return wrong + problems(merged(found, load("ko", folder), "ko"))


def main(arguments: list[str]) -> int:
    """The command line; 0 when all is well, 1 when not, 2 for wrong usage."""
    if arguments == ["update"]:
        update()
        return 0
    if arguments == ["check"]:
        wrong = check()
        for line in wrong:
            print(line)
        return 1 if wrong else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

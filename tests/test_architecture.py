"""Who may import whom, and names that must not appear. Reads the source; imports nothing of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tools import opencv_names

ROOT = Path(__file__).resolve().parent.parent
LONGEST_PAGE = 150
OURS = ("api", "benchmarks", "commands", "components", "core", "models", "pages", "tools")
HEAVY = frozenset({"torch", "mediapipe", "transformers", "onnxruntime", "tensorflow", "trackers"})
DATABASES = frozenset({"sqlite3", "sqlite_utils"})
SCREENS = frozenset({"streamlit", "plotly"})
DECODERS = frozenset({"av", "cv2"})

# What a part of the tree may import of ours, and what it may not import of others.
RULES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "app.py": (frozenset({"components", "api", "core"}), HEAVY | DATABASES | DECODERS),
    "cli.py": (frozenset({"commands", "core", "models"}), SCREENS | DATABASES | HEAVY | DECODERS),
    "commands": (
        frozenset({"commands", "core", "models", "benchmarks"}),
        SCREENS | DATABASES | HEAVY | DECODERS,
    ),
    "pages": (frozenset({"components", "core"}), HEAVY | DATABASES | DECODERS | {"plotly"}),
    "components": (frozenset({"components", "core"}), HEAVY | DATABASES | DECODERS),
    "api": (frozenset({"api", "core"}), SCREENS | HEAVY),
    "models": (frozenset({"models", "core"}), SCREENS | DATABASES),
    "core": (frozenset({"core"}), SCREENS | HEAVY - {"trackers"}),
}
# Listing the catalogue imports nothing heavy; screens may do that, and name the types it gives.
CATALOGUE = frozenset(
    {
        "models",
        "models.catalogue",
        *(f"models.base.{name}" for name in ("Entry", "Hub", "Parameter")),
    }
)
# Everybody else takes the type of a connection from there, where pandas is kept away.
NAMES_DATABASE = ("core/sqlite.py",)
# The program's own connections; everybody else gets one from core.db.
CONNECTS = ("core/connections.py",)

HTML = re.compile(
    r"unsafe_allow_html|unsafe_allow_javascript|components\.v1|components\.html|st\.html"
)
HTML_ALLOWED = frozenset({"components/shell.py", "components/theme.py"})
UNSAFE_LOADERS = frozenset({"pickle", "cPickle", "joblib", "dill", "shelve", "marshal"})
FIXED_SQL = re.compile(r"[A-Z_]+")
SIMPLE_KEYS = frozenset({"str", "int", "float", "bool", "None", "tuple", "Path", "Workspace"})


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def files(*parts: str) -> list[Path]:
    found = []
    for part in parts or (*OURS, "app.py", "cli.py", "sample_videos"):
        path = ROOT / part
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of every import, also those inside functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: relative import"
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a chain of attributes, as far as it is one."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def problems(check: Callable[[Path], Iterator[tuple[int, str]]], *parts: str) -> list[str]:
    return [
        f"{name_of(path)}:{line}: {text}" for path in files(*parts) for line, text in check(path)
    ]


@pytest.mark.parametrize("part", RULES)
def test_arrows_point_inward(part: str) -> None:
    ours, foreign = RULES[part]

    def check(path: Path) -> Iterator[tuple[int, str]]:
        for line, full in imports(path):
            top = full.split(".")[0]
            if top in OURS and top not in ours and not _catalogue(part, full):
                yield line, f"{part} may not import {full}"
            if top in foreign:
                yield line, f"{part} may not import {top}"

    assert problems(check, part) == []


def test_sqlite_utils_is_imported_in_one_place() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        for line, full in imports(path):
            if full.split(".")[0] == "sqlite_utils" and name_of(path) not in NAMES_DATABASE:
                yield line, f"{full}: import it from core.sqlite"

    assert problems(check, "core", "api", "commands", "components", "models", "benchmarks") == []


def _catalogue(part: str, full: str) -> bool:
    return part in ("pages", "components") and full in CATALOGUE


def test_heavy_libraries_are_imported_inside_functions_of_models_only() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        for node in tree(path).body:
            for inner in ast.walk(node) if not isinstance(node, ast.FunctionDef) else ():
                if isinstance(inner, ast.Import | ast.ImportFrom) and not _inside(node, inner):
                    names = [name.name for name in inner.names]
                    if isinstance(inner, ast.ImportFrom):
                        names = [inner.module or ""]
                    for name in names:
                        if name.split(".")[0] in HEAVY:
                            yield inner.lineno, f"{name} is imported with the module"

    assert problems(check, "models", "core", "commands", "api", "components", "pages") == []


def _inside(node: ast.AST, wanted: ast.AST) -> bool:
    """Whether an import stands in a function (or under TYPE_CHECKING) below a node."""
    for inner in ast.walk(node):
        hidden = isinstance(inner, ast.FunctionDef) or (
            isinstance(inner, ast.If) and "TYPE_CHECKING" in ast.dump(inner.test)
        )
        if hidden and wanted in ast.walk(inner):
            return True
    return False


def test_pages_are_short_scripts() -> None:
    long = {
        name_of(path): lines
        for path in files("pages")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_PAGE
    }
    assert long == {}


def test_sec_06_media_is_opened_in_one_place() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        for call in calls(path):
            name = dotted(call.func)
            opened = name in ("av.open", "av.container.open") and name_of(path) != (
                "core/containers.py"
            )
            if opened or name.endswith("VideoCapture"):
                yield call.lineno, name

    parts = (part for part in OURS if part != "benchmarks")  # the bare loop shares no code
    assert problems(check, *parts) == []


def test_connections_are_opened_in_one_place() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        for call in calls(path):
            if dotted(call.func) == "sqlite3.connect" and name_of(path) not in CONNECTS:
                yield call.lineno, "sqlite3.connect"

    assert problems(check, "core", "api", "components", "pages", "commands", "models") == []


def test_session_state_is_touched_in_one_file() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        if name_of(path) != "components/session.py":
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Attribute) and node.attr == "session_state":
                    yield node.lineno, "session_state"

    assert problems(check, "app.py", "pages", "components", "core", "api") == []


def test_sec_09_no_raw_html() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        if name_of(path) in HTML_ALLOWED:
            return
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if found := HTML.search(line):
                yield number, found.group()

    assert problems(check, "app.py", "pages", "components", "api") == []


def test_sec_18_nothing_that_runs_code_while_loading() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        for line, full in imports(path):
            if full.split(".")[0] in UNSAFE_LOADERS:
                yield line, full
        for call in calls(path):
            name = dotted(call.func)
            pickled = any(
                word.arg == "allow_pickle" and not _is(word.value, False) for word in call.keywords
            )
            if name in ("torch.load", "yaml.load", "eval", "exec") or pickled:
                yield call.lineno, name
            if any(
                word.arg == "trust_remote_code" and not _is(word.value, False)
                for word in call.keywords
            ):
                yield call.lineno, "trust_remote_code"

    assert problems(check) == []


def test_sec_20_no_shell() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        for call in calls(path):
            if dotted(call.func) == "os.system" or any(
                word.arg == "shell" and not _is(word.value, False) for word in call.keywords
            ):
                yield call.lineno, "shell"

    assert problems(check) == []


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def test_sec_17_sql_holds_no_variable_text() -> None:
    """Only constants in capitals may be put into SQL; values go in as parameters.

    Migrations are left out: their statements are built of their own table names.
    """

    def check(path: Path) -> Iterator[tuple[int, str]]:
        for call in calls(path) if name_of(path) != "core/migrations.py" else ():
            name = dotted(call.func).rsplit(".", 1)[-1]
            if name in ("execute", "executemany", "executescript", "query") and call.args:
                yield from ((call.lineno, text) for text in _variable(call.args[0], path))

    assert problems(check, "core", "api", "components", "pages", "commands", "models") == []


def _variable(node: ast.expr, path: Path) -> Iterator[str]:
    """Parts of a text that are not fixed by the source."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        inner: list[ast.expr] = [node.left, node.right]
    elif isinstance(node, ast.JoinedStr):
        inner = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    elif isinstance(node, ast.IfExp):
        inner = [node.body, node.orelse]
    elif isinstance(node, ast.Subscript):
        inner = [node.value]
    elif isinstance(node, ast.Name | ast.Attribute) and _constant(node, path):
        return
    else:
        yield f"{ast.unparse(node)} in SQL"
        return
    for part in inner:
        yield from _variable(part, path)


def _constant(node: ast.Name | ast.Attribute, path: Path) -> bool:
    """A name in capitals, or one that this file gives nothing but literal text."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    if FIXED_SQL.fullmatch(name):
        return True
    if isinstance(node, ast.Attribute):
        return False
    given = [
        part.value
        for part in ast.walk(tree(path))
        if isinstance(part, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in part.targets)
    ]
    loops = [
        part.iter
        for part in ast.walk(tree(path))
        if isinstance(part, ast.For)
        and isinstance(part.target, ast.Name)
        and part.target.id == name
    ]
    return (
        bool(given or loops)
        and all(not list(_variable(value, path)) for value in given)
        and all(_literals(value) for value in loops)
    )


def _literals(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return bool(FIXED_SQL.fullmatch(node.id))
    return isinstance(node, ast.Tuple | ast.List) and all(
        isinstance(part, ast.Constant | ast.Name) for part in node.elts
    )


def test_dat_16_opencv_never_counts_frames() -> None:
    assert [
        name_of(path)
        for path in files()
        if re.search(r"CAP_PROP_(POS|FRAME)", path.read_text(encoding="utf-8"))
    ] == []


def test_dur_05_the_live_database_is_never_copied() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        for call in calls(path):
            text = ast.unparse(call)
            copied = dotted(call.func) in ("shutil.copy", "shutil.copy2", "shutil.copyfile")
            if copied and re.search(r"database|\.db\b", text):
                yield call.lineno, text

    assert problems(check) == []


def test_sec_22_caches_have_simple_keys() -> None:
    def check(path: Path) -> Iterator[tuple[int, str]]:
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.FunctionDef) or not any(
                "cache_data" in ast.dump(mark) or "cache_resource" in ast.dump(mark)
                for mark in node.decorator_list
            ):
                continue
            for argument in [*node.args.args, *node.args.kwonlyargs]:
                words = set(re.findall(r"[A-Za-z_]+", ast.unparse(argument.annotation or node)))
                if not words <= SIMPLE_KEYS:
                    yield node.lineno, f"{node.name}({argument.arg}) is no simple key"

    assert problems(check, "app.py", "pages", "components", "api") == []


def test_only_names_of_the_main_opencv_package_are_used() -> None:
    names = opencv_names.known()

    def check(path: Path) -> Iterator[tuple[int, str]]:
        return iter(opencv_names.refused(path.read_text(encoding="utf-8"), names))

    assert problems(check) == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import cv2\ncv2.legacy.TrackerMOSSE_create()", ["legacy", "legacy.TrackerMOSSE_create"]),
        ("import cv2 as c\nc.TrackerCSRT_create()", ["TrackerCSRT_create"]),
        ("from cv2 import xfeatures2d", ["xfeatures2d"]),
        ("import cv2\ngetattr(cv2, 'HOGDescriptor')", ["HOGDescriptor"]),
        ("import cv2\ncv2.dnn.readNet\ncv2.resize\ncv2.INTER_AREA\ncv2.error", []),
    ],
)
def test_contrib_names_are_refused(source: str, names: list[str]) -> None:
    assert [name for _, name in opencv_names.refused(source, opencv_names.known())] == names

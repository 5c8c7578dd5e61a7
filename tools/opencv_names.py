"""Check that only names of the main opencv-python package are used.

mediapipe installs opencv-contrib-python into the same folder: a contrib name works here by chance
and fails where that package is missing. ``opencv_names.txt`` lists what the main package has:

    python -m tools.opencv_names check           every use in the tree
    python -m tools.opencv_names update FOLDER   write the list again from an unpacked main wheel
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_suffix(".txt")
IGNORED = {".venv", ".git", "workspace", "demo"}

_READ = """
import types, cv2
def public(module):
    return [name for name in dir(module) if not name.startswith("_")]
def is_module(value):
    return isinstance(value, types.ModuleType)
own = [n for n in public(cv2) if is_module(getattr(cv2, n)) and n not in {hidden!r}]
names = [n for n in public(cv2) if n in own or not is_module(getattr(cv2, n))]
for part in own:
    module = getattr(cv2, part)
    names += [part + "." + n for n in public(module) if not is_module(getattr(module, n))]
print("# Public names of opencv-python", cv2.__version__ + ", without contrib's.")
print("\\n".join(sorted(set(names))))
"""
_HIDDEN = ("copy", "importlib", "load_config_py2", "load_config_py3", "mat_wrapper", "misc", "os")
_HIDDEN += ("numpy", "platform", "qt", "sys", "typing", "version")


def known() -> frozenset[str]:
    """Names of the main package, those of its submodules with a dot."""
    lines = LIST.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def used(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each use of cv2 in a source text: attributes, imports, literal getattr."""
    tree = ast.parse(source)
    aliases = {"cv2": ""}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name == "cv2" or name.name.startswith("cv2."):
                    inner = name.name[4:]
                    if inner:
                        yield node.lineno, inner
                    aliases[name.asname or "cv2"] = inner if name.asname else ""
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cv2":
            inner = (node.module or "")[4:]
            for name in node.names:
                full = f"{inner}.{name.name}" if inner else name.name
                yield node.lineno, full
                aliases[name.asname or name.name] = full
    for node in ast.walk(tree):
        full = _chain(node, aliases)
        if full:
            yield node.lineno, full  # type: ignore[attr-defined]


def _chain(node: ast.AST, aliases: dict[str, str]) -> str | None:
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "getattr"
        and len(node.args) >= 2
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id in aliases
        and isinstance(node.args[1], ast.Constant)
    ):
        return _joined(aliases[node.args[0].id], str(node.args[1].value))
    if not isinstance(node, ast.Attribute):
        return None
    if isinstance(node.value, ast.Name) and node.value.id in aliases:
        return _joined(aliases[node.value.id], node.attr)
    inner = _chain(node.value, aliases)
    return None if inner is None else _joined(inner, node.attr)


def _joined(module: str, name: str) -> str:
    return f"{module}.{name}" if module else name


def refused(source: str, names: frozenset[str]) -> list[tuple[int, str]]:
    """Uses of names that the main package does not have; attributes of its classes are let be."""
    modules = {name.partition(".")[0] for name in names if "." in name}
    bad = []
    for line, full in used(source):
        first, _, rest = full.partition(".")
        name = f"{first}.{rest.partition('.')[0]}" if first in modules and rest else first
        if name not in names and not first.startswith("__"):
            bad.append((line, full))
    return sorted(set(bad))


def sources() -> Iterator[Path]:
    """The program's own Python files."""
    for path in sorted(ROOT.rglob("*.py")):
        if not IGNORED & set(path.relative_to(ROOT).parts):
            yield path


def check() -> int:
    """Print each use of a name the main package does not have; 1 when there is one."""
    names = known()
    status = 0
    for path in sources():
        for line, name in refused(path.read_text(encoding="utf-8"), names):
            print(f"{path.relative_to(ROOT)}:{line}: cv2.{name} is not in opencv-python")
            status = 1
    return status


def update(folder: str) -> int:
    """Write the list again from a folder that holds the main package alone."""
    done = subprocess.run(
        [sys.executable, "-c", _READ.format(hidden=_HIDDEN)],
        env={"PYTHONPATH": folder},
        capture_output=True,
        text=True,
        check=True,
    )
    LIST.write_text(done.stdout, encoding="ascii")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(check())
    if len(sys.argv) == 3 and sys.argv[1] == "update":
        sys.exit(update(sys.argv[2]))
    sys.exit(__doc__)

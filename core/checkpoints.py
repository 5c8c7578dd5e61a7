"""Checkpoints: folders of safetensors that models load, and what must be true before one may be.

A checkpoint is a folder ``<weights>/<org>--<name>/`` as it lies on the hub: ``config.json``,
``model.safetensors`` (or shards with their index), and the files of its processor and tokenizer.
Nothing here runs or imports what a folder holds: only JSON and headers of safetensors are read.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import errors
from core.language import mark

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"

FORBIDDEN = frozenset(
    (".bin", ".pt", ".pth", ".pkl", ".pickle", ".joblib", ".ckpt", ".py", ".msgpack", ".h5")
)
"""Endings of files that can run code when they are loaded: a folder that holds one is refused."""

SETTINGS = (
    CONFIG,
    "preprocessor_config.json",
    "processor_config.json",
    "tokenizer_config.json",
    "generation_config.json",
    "video_preprocessor_config.json",
)
"""Files in which ``auto_map`` would name code to run."""

LONGEST_JSON = 16 * 2**20
LONGEST_HEADER = 100 * 2**20
"""Bytes; the second is the format's own limit."""

MOST_FILES = 1000
LONGEST_ID = 96

MISSING = mark("{file} is missing in {folder}.")
NOT_SAFETENSORS = mark("{file} in {folder} is no safetensors file, or a damaged one.")

_PART = r"[A-Za-z0-9](?:[A-Za-z0-9_]|[.-](?![.-]))*"
HUB_ID = re.compile(rf"({_PART})/({_PART})")

_LICENCE = re.compile(r"^license:\s*([^\n#]+)", re.MULTILINE)
_FRONT = re.compile(r"\A---\n(.*?)\n---", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A folder with a readable ``config.json``; only :func:`check` says whether it may be loaded.

    :ivar name: of the folder. :ivar size: bytes of its safetensors.
    :ivar licence: as its README says, empty where it says nothing.
    """

    name: str
    path: Path
    model_type: str
    size: int
    licence: str


def folder_name(hub_id: str) -> str:
    """The folder of a hub id: ``ustc-community/dfine-small-coco`` lies in
    ``ustc-community--dfine-small-coco``.

    :raises BadInput: for anything that is not ``organisation/name``.
    """
    if len(hub_id) > LONGEST_ID or not HUB_ID.fullmatch(hub_id) or hub_id[-1] in "-.":
        raise errors.BadInput(
            "{name} is no name of a model on the hub.",
            "Write it as organisation/name, such as ustc-community/dfine-small-coco.",
            name=repr(hub_id[: 2 * LONGEST_ID]),
        )
    return hub_id.replace("/", "--")


def found(folders: Sequence[Path], model_types: Sequence[str]) -> list[Checkpoint]:
    """Checkpoints of the given types, folder by folder; of two of one name the first counts.

    Reads each ``config.json`` and the head of each README, and no weights.

    :param model_types: what ``model_type`` in ``config.json`` may be.
    """
    listed: dict[str, Checkpoint] = {}
    for folder in folders:
        for config in sorted(folder.glob(f"*/{CONFIG}")) if folder.is_dir() else ():
            if config.parent.name.startswith("."):
                continue  # one that is still being fetched
            item = described(config.parent)
            if item is not None and item.model_type in model_types:
                listed.setdefault(item.name, item)
    return list(listed.values())


def sound(listed: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Those that may be loaded.

    :raises ModelUnavailable: what is wrong with the first one, where some are listed but none is.
    """
    passed: list[Checkpoint] = []
    refusals: list[errors.ModelUnavailable] = []
    for item in listed:
        try:
            check(item.path)
            passed.append(item)
        except errors.ModelUnavailable as error:
            refusals.append(error)
    if refusals and not passed:
        raise refusals[0]
    return passed


def described(path: Path) -> Checkpoint | None:
    """What a folder says it is, unchecked; None without a readable ``config.json``."""
    try:
        config = _json(path / CONFIG)
        size = sum(file.stat().st_size for file in path.glob("*.safetensors"))
    except (errors.ModelUnavailable, OSError):
        return None
    return Checkpoint(path.name, path, str(config.get("model_type", "")), size, licence(path))


def licence(path: Path) -> str:
    """The licence that a checkpoint's README names in its front matter; empty without one."""
    try:
        with (path / "README.md").open(encoding="utf-8", errors="replace") as file:
            front = _FRONT.match(file.read(2**16))
    except OSError:
        return ""
    stated = _LICENCE.search(front[1]) if front else None
    return stated[1].strip().strip("'\"")[:80] if stated else ""


def check(path: Path) -> None:
    """Refuse a folder that is incomplete, damaged or could run code.

    :raises ModelUnavailable: says which file is wrong and what helps.
    """
    for file in _files(path):
        if file.suffix.lower() in FORBIDDEN:
            raise errors.ModelUnavailable(
                "{folder} holds {file}, which can run code when it is loaded.",
                "Take only the safetensors and JSON files of the model, or delete that file.",
                folder=path.name,
                file=file.name,
            )
    check_settings(path)
    for file in _weights(path):
        _check_safetensors(file)


def check_settings(path: Path) -> None:
    """Refuse a folder without a config, or whose settings name code to run.

    :raises ModelUnavailable: says which file.
    """
    _json(path / CONFIG)
    for name in SETTINGS:
        if (path / name).exists():
            refuse_code(_json(path / name), path.name, name)


def refuse_code(settings: dict[str, Any], folder: str, file: str) -> None:
    """Refuse settings that name code to run.

    :param folder, file: where they come from.
    :raises ModelUnavailable: says so.
    """
    if _has_key(settings, "auto_map"):
        raise errors.ModelUnavailable(
            "{folder} wants to run code of its own: {file} has auto_map.",
            "Such models are never loaded; choose another one.",
            folder=folder,
            file=file,
        )


def _files(path: Path) -> Iterator[Path]:
    """All files below a folder, none of them beyond the weights folder it lies in.

    :raises ModelUnavailable: for a link that leads out, or more files than a model has.
    """
    root = path.parent.resolve()
    for number, file in enumerate(path.rglob("*")):
        if number >= MOST_FILES:
            raise errors.ModelUnavailable(
                "{folder} holds more than {count} files.",
                "Put only the files of one model there.",
                folder=path.name,
                count=MOST_FILES,
            )
        if not file.resolve().is_relative_to(root):
            raise errors.ModelUnavailable(
                "{file} in {folder} is a link that leads out of the weights folder.",
                "Put a copy of the file there instead.",
                folder=path.name,
                file=file.name,
            )
        if file.is_file():
            yield file
    if not path.resolve().is_relative_to(root):
        raise errors.ModelUnavailable(
            "{file} in {folder} is a link that leads out of the weights folder.",
            "Put a copy of the file there instead.",
            folder=path.parent.name,
            file=path.name,
        )


def _json(path: Path) -> dict[str, Any]:
    """:raises ModelUnavailable: for a file that is missing or is no JSON object."""
    try:
        if path.stat().st_size > LONGEST_JSON:
            raise ValueError("too long")
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise ValueError("no object")
    except FileNotFoundError as error:
        raise _damaged(path, MISSING) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, mark("{file} in {folder} is not the JSON of a model.")) from error
    return data


def _damaged(path: Path, message: str) -> errors.ModelUnavailable:
    return errors.ModelUnavailable(
        message,
        "Download the model again, or put a complete copy of its folder there.",
        folder=path.parent.name,
        file=path.name,
    )


def _has_key(value: Any, key: str) -> bool:
    if isinstance(value, dict):
        return key in value or any(_has_key(inner, key) for inner in value.values())
    return isinstance(value, list) and any(_has_key(inner, key) for inner in value)


def _weights(path: Path) -> list[Path]:
    """The files with weights; all that an index names are there.

    :raises ModelUnavailable: where one is missing.
    """
    if not (path / INDEX).exists():
        if not (path / WEIGHTS).is_file():
            raise _damaged(path / WEIGHTS, MISSING)
        return sorted(path.rglob("*.safetensors"))
    shards = _json(path / INDEX).get("weight_map")
    if not isinstance(shards, dict) or not shards:
        raise _damaged(path / INDEX, mark("{file} in {folder} names no files."))
    for name in sorted({str(shard) for shard in shards.values()}):
        if Path(name).name != name or not name.endswith(".safetensors"):
            raise _damaged(
                path / INDEX, mark("{file} in {folder} names a file that is no safetensors file.")
            )
        if not (path / name).is_file():
            raise _damaged(path / name, MISSING)
    return sorted(path.rglob("*.safetensors"))


def _check_safetensors(path: Path) -> None:
    """Check the header against the file: its length, its JSON, and each tensor's place.

    :raises ModelUnavailable: for anything that is no whole safetensors file.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(LONGEST_HEADER, size - 8):
            raise _damaged(path, NOT_SAFETENSORS)
        head = file.read(length)
    try:
        tensors = json.loads(head.decode("utf-8"))
        tensors.pop("__metadata__", None)
        ends = [_end(tensor) for tensor in tensors.values()]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path, NOT_SAFETENSORS) from error
    if max(ends, default=0) != size - 8 - length:
        raise _damaged(path, mark("{file} in {folder} is not complete."))


def _end(tensor: dict[str, Any]) -> int:
    """Where a tensor's bytes end; raises ValueError for one that is out of order."""
    first, end = tensor["data_offsets"]
    whole = [first, end, *tensor["shape"]]
    if not all(type(number) is int and number >= 0 for number in whole) or first > end:
        raise ValueError("offsets")
    if not isinstance(tensor["dtype"], str):
        raise ValueError("dtype")
    return int(end)


def digest(path: Path) -> str:
    """SHA-256 over the names and hashes of a checkpoint's files: what a run's record keeps.

    Hashes are kept in memory as long as a file's size and time stay.
    """
    total = hashlib.sha256()
    for file in sorted(_files(path)):
        if file.suffix in (".safetensors", ".json", ".txt", ".model", ".jinja"):
            status = file.stat()
            part = _sha256(file, status.st_size, status.st_mtime_ns)
            total.update(f"{file.relative_to(path).as_posix()}\0{part}\n".encode())
    return total.hexdigest()


@functools.lru_cache(maxsize=512)
def _sha256(path: Path, size: int, modified: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

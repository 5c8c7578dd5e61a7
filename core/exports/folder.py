"""An export folder that appears whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core import content, errors, probe

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_STORED_AS_IS = frozenset({".jpg", ".png", ".mp4", ".zip"})


def safe_name(text: str, *, longest: int = 60) -> str:
    """A file name that means the same on every system: letters, digits, ``-``, ``_``, inner dots.

    Hangul and other letters stay. Two texts may give one name: add something unique to it.
    """
    clean = unicodedata.normalize("NFC", text)
    clean = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in clean)
    clean = re.sub(r"\.{2,}", ".", clean)[:longest].strip("-._")
    while len(clean.encode()) > 3 * longest:
        clean = clean[:-1]
    if not clean or _RESERVED.fullmatch(clean.split(".")[0]):
        return f"video_{clean}".rstrip("_")
    return clean


@contextmanager
def appearing(out: Path) -> Iterator[Path]:
    """A hidden folder beside ``out`` to write to; at the end it is on disk under that name.

    When the body raises, nothing is left, not even folders made on the way.

    :raises BadInput: when ``out`` is a file or holds something already.
    :raises StorageError: when it cannot be written; StorageFull when the disk is full.
    """
    out = out.absolute()
    _require_empty(out)
    made = [parent for parent in out.parents if not parent.exists()]
    part = out.with_name(f".{out.name}.{uuid.uuid4().hex[:8]}.part")
    done = False
    try:
        part.mkdir(parents=True)
        yield part
        _settle(part)
        if out.is_dir():
            out.rmdir()
        part.rename(out)
        _sync(out.parent)
        done = True
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        if not done:
            shutil.rmtree(part, ignore_errors=True)
            for parent in made:
                with suppress(OSError):
                    parent.rmdir()


def _require_empty(out: Path) -> None:
    try:
        if not out.exists():
            return
        if not out.is_dir():
            raise errors.BadInput(
                "{path} is a file, not a folder.", "Choose a new folder to export to.", path=out
            )
        if any(out.iterdir()):
            raise errors.BadInput(
                "The folder {path} is not empty.",
                "Choose a new folder: an export never mixes with what is there.",
                path=out,
            )
    except OSError as error:
        raise _cannot_write(out, error) from error


def _cannot_write(out: Path, error: OSError) -> errors.StorageError:
    if content.is_full(error):
        return errors.StorageFull(
            "There is no space left for the export {path}; nothing was kept of it.",
            "Free some space or choose a folder on another disk.",
            path=out,
        )
    return errors.StorageError(
        "The export folder {path} cannot be written: {reason}.",
        "Choose a folder in which you may write. Nothing was exported.",
        path=out,
        reason=error.strerror or type(error).__name__,
    )


def _settle(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return  # folders cannot be opened on Windows
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard(folder: Path) -> None:
    """Remove a folder that a killed process left unfinished."""
    shutil.rmtree(folder, ignore_errors=True)


def zipped(folder: Path, target: Path) -> str:
    """Pack a folder into ``target``, streaming; the same content gives the same bytes.

    :returns: the SHA-256 of the archive.
    :raises StorageFull: when the disk ran full; nothing is left then.
    """
    with content.replacing(target) as part:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    _pack(archive, path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
        digest = probe.sha256_of(part)
    return digest


def _pack(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.external_attr = 0o644 << 16
    entry.file_size = path.stat().st_size
    stored = path.suffix.lower() in _STORED_AS_IS
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with path.open("rb") as source, archive.open(entry, "w") as target:
        shutil.copyfileobj(source, target, 1 << 20)

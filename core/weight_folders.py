"""What lies in the folders of weights: every checkpoint there, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core import checkpoints, errors


@dataclass(frozen=True, slots=True)
class Found:
    """A folder that somebody put there.

    :ivar model_type: of its config.json; empty where there is none to read.
    :ivar size: bytes of its safetensors. :ivar problem: why it must not be loaded; None is sound.
    """

    name: str
    path: Path
    model_type: str
    size: int
    licence: str
    problem: errors.DataGuardError | None


def look(folders: Sequence[Path]) -> list[Found]:
    """All folders below the weights folders, by name; of two of one name the first counts.

    Reads settings and the heads of weights, as ``checkpoints.check`` does.
    """
    found: dict[str, Found] = {}
    for folder in folders:
        try:
            inside = sorted(path for path in folder.iterdir() if path.is_dir())
        except OSError:
            continue
        for path in inside:
            if not path.name.startswith("."):
                found.setdefault(path.name, _examined(path))
    return sorted(found.values(), key=lambda item: item.name.casefold())


def _examined(path: Path) -> Found:
    described = checkpoints.described(path)
    problem: errors.DataGuardError | None = None
    try:
        if described is None:
            _refuse_nested(path)
        checkpoints.check(path)
    except errors.DataGuardError as error:
        problem = error
    except OSError as error:
        problem = errors.ModelUnavailable(
            "{folder} cannot be read: {reason}.",
            "Make the folder and its files readable.",
            folder=path.name,
            reason=error.strerror or type(error).__name__,
        )
    if described is None:
        return Found(path.name, path, "", 0, "", problem)
    return Found(path.name, path, described.model_type, described.size, described.licence, problem)


def _refuse_nested(path: Path) -> None:
    """:raises ModelUnavailable: where the files lie one level, or a cache's levels, too deep."""
    for pattern in (f"*/{checkpoints.CONFIG}", f"snapshots/*/{checkpoints.CONFIG}"):
        for config in sorted(path.glob(pattern)):
            raise errors.ModelUnavailable(
                "The files of {folder} lie too deep: in {inner}.",
                "Move the files, not links to them, up into {folder}.",
                folder=path.name,
                inner=config.parent.relative_to(path.parent).as_posix(),
            )

"""Where weights lie, and whether a file is what it should be.

A workspace's own ``weights/`` is looked in first, then the folder that setup fills: ``.weights``
beside ``.venv``, or ``DATAGUARD_WEIGHTS``. ``python -m models.weights`` is the setup step.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from core import checkpoints, errors
from core.checkpoints import Checkpoint
from models.base import N_, CheckpointSpec, Entry, Model, WeightFile, Weights

FOLDER = "DATAGUARD_WEIGHTS"
AUTOMATIC = "auto"


def shared_folder() -> Path:
    """The folder that setup fills, for all workspaces."""
    chosen = os.environ.get(FOLDER)
    return Path(chosen) if chosen else Path(__file__).resolve().parents[1] / ".weights"


def folders(workspace: Path | None = None) -> list[Path]:
    """Where to look for weights, in order."""
    own = [workspace / "weights"] if workspace is not None else []
    return [*own, shared_folder()]


def candidates(spec: WeightFile, weights_folders: Sequence[Path]) -> list[Path]:
    """Files that could serve: folder by folder, the file made by setup before the user's own."""
    return list(_candidates(spec, weights_folders))


def _candidates(spec: WeightFile, weights_folders: Sequence[Path]) -> Iterator[Path]:
    for folder in weights_folders:
        named = folder / spec.name
        if named.is_file():
            yield named
        if folder.is_dir():
            yield from (
                path
                for path in sorted(folder.glob(spec.pattern))
                if path.is_file() and path != named
            )


def find(
    spec: WeightFile, weights_folders: Sequence[Path], *, choice: str = AUTOMATIC
) -> Weights | None:
    """The file to use, checked; None where there is none.

    :param choice: "auto" takes the first candidate, a file name the first of that name.
    :raises UnknownItem: where a chosen name is not there.
    :raises ModelUnavailable: for a file that is damaged or not of the right kind.
    """
    paths = candidates(spec, weights_folders)
    if choice != AUTOMATIC:
        paths = [path for path in paths if path.name == choice]
        if not paths:
            raise errors.UnknownItem(
                "There is no model file {name}.",
                "Put it into one of these folders: {folders}.",
                name=choice,
                folders=", ".join(str(folder) for folder in weights_folders),
            )
    if not paths:
        return None
    spec.check(paths[0])
    digest = sha256(paths[0])
    return Weights(paths[0], digest, own=digest != spec.sha256)


def ensure(
    spec: WeightFile, weights_folders: Sequence[Path], *, choice: str = AUTOMATIC
) -> Weights:
    """The file to use, prepared in the last of the folders where there is none yet.

    :raises ModelUnavailable: where it cannot be prepared (no network, say).
    """
    found = find(spec, weights_folders, choice=choice)
    if found is None and spec.prepare is not None and weights_folders:
        spec.prepare(weights_folders[-1])
        found = find(spec, weights_folders, choice=choice)
    if found is None:
        raise errors.ModelUnavailable(
            "The model file {name} is missing.",
            "Put it into one of these folders: {folders}.",
            name=spec.name,
            folders=", ".join(str(folder) for folder in weights_folders),
        )
    return found


def entry(model: Model, weights_folders: Sequence[Path]) -> Entry:
    """A model's line in the catalogue, as far as its weights decide it; reads no weights."""
    if model.checkpoint is not None:
        return _checkpoint_entry(model, model.checkpoint, weights_folders)
    size, names = 0, list[str]()
    for spec in model.weights:
        paths = candidates(spec, weights_folders)
        if not paths:
            return _entry_without(model, spec, weights_folders)
        size += paths[0].stat().st_size
        names += [path.name for path in paths]
    return Entry(model, available=True, size=size, files=tuple(dict.fromkeys(names)))


def _entry_without(model: Model, spec: WeightFile, weights_folders: Sequence[Path]) -> Entry:
    if spec.prepare is None:
        return Entry(
            model,
            available=False,
            reason=N_("The model file {name} is missing."),
            hint=N_("Put it into one of these folders: {folders}."),
            values={"name": spec.name, "folders": ", ".join(map(str, weights_folders))},
            size=spec.size,
        )
    return Entry(
        model,
        available=True,
        reason=N_("Its file is prepared at the first use, which needs the internet once."),
        hint=N_("To do it now, run: python -m models.weights"),
        size=spec.size,
    )


def _checkpoint_entry(model: Model, spec: CheckpointSpec, weights_folders: Sequence[Path]) -> Entry:
    found = checkpoints.found(weights_folders, spec.model_types)
    try:
        listed = checkpoints.sound(found)
    except errors.ModelUnavailable as error:
        return Entry(
            model,
            available=False,
            reason=error.message,
            hint=error.hint,
            values=error.values,
            size=found[0].size,
            files=tuple(item.name for item in found),
            licence=licence(found[0], spec),
        )
    if not listed:
        return Entry(
            model,
            available=False,
            reason=N_("There is no checkpoint folder for {model} yet."),
            hint=N_("Get one such as {hub} on the Models page, or put its folder into {folders}."),
            values={
                "model": model.name,
                "hub": spec.hubs[0].id,
                "folders": ", ".join(map(str, weights_folders)),
            },
            size=spec.hubs[0].size,
            licence=spec.hubs[0].licence,
        )
    choices = {
        parameter.name: tuple(
            found.name for found in checkpoints.found(weights_folders, parameter.model_types)
        )
        for parameter in model.parameters
        if parameter.model_types
    }
    for parameter in model.parameters:
        if parameter.default == AUTOMATIC and choices.get(parameter.name) == ():
            return Entry(
                model,
                available=False,
                reason=N_("{model} also needs a checkpoint of one of these kinds: {kinds}."),
                hint=N_("Get one on the Models page, or put its folder into {folders}."),
                values={
                    "model": model.name,
                    "kinds": ", ".join(parameter.model_types),
                    "folders": ", ".join(map(str, weights_folders)),
                },
                size=listed[0].size,
                files=tuple(found.name for found in listed),
                licence=licence(listed[0], spec),
            )
    first = listed[0]
    return Entry(
        model,
        available=True,
        size=first.size,
        files=tuple(found.name for found in listed),
        choices=choices,
        licence=licence(first, spec),
    )


def licence(found: Checkpoint, spec: CheckpointSpec) -> str:
    """The licence of a checkpoint: what its README says, else what is known of it; may be empty."""
    known = {checkpoints.folder_name(hub.id): hub.licence for hub in spec.hubs}
    return found.licence or known.get(found.name, "")


def sha256(path: Path) -> str:
    """The hash of a file; kept in memory as long as the file's size and time stay."""
    status = path.stat()
    return _sha256(path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _sha256(path: Path, size: int, modified: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    """Prepare all weights that can be had without a person; prints what it did.

    :returns: an exit code: 0 done, 1 something is missing.
    """
    import models

    status = 0
    for found in models.catalogue([shared_folder()]):
        for spec in found.model.weights:
            status = max(status, _prepare(found.model, spec))
    return status


def _prepare(model: Model, spec: WeightFile) -> int:
    folder = shared_folder()
    try:
        already = _sound(spec, folder)
        used = already or ensure(spec, [folder])
    except errors.DataGuardError as error:
        print(f"{model.name}: {error}", file=sys.stderr)
        return 1
    verb = "is there" if already else "made"
    print(f"{model.name}: {verb}: {used.path} (sha256 {used.sha256[:12]})")
    if used.own:
        print(f"{model.name}: {used.path.name} is your own file")
    return 0


def _sound(spec: WeightFile, folder: Path) -> Weights | None:
    """The file that is there; a damaged one that setup can make is made again."""
    try:
        return find(spec, [folder])
    except errors.ModelUnavailable:
        if spec.prepare is None or not (folder / spec.name).is_file():
            raise
        spec.prepare(folder)
        return None


if __name__ == "__main__":
    sys.exit(main())

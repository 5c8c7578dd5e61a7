"""The models that can suggest labels: ``catalogue`` lists them, ``load`` makes one ready.

Listing imports nothing heavy; each file of this folder that defines ``MODEL`` is one model.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from core import errors
from models.base import N_, Backend, Entry, Follower, Model, Ready

EXTRA_FOLDERS = "DATAGUARD_EXTRA_MODELS"
"""Environment variable: more folders with model files, separated as in PATH. Their code is run."""


def catalogue(weights_folders: Sequence[Path], *, hidden: bool = False) -> list[Entry]:
    """All models by name, each with whether it can run here and, where not, why and what helps.

    :param weights_folders: looked through in order; see ``weights.folders``.
    :param hidden: also those that are never shown.
    """
    models = sorted(_models(), key=lambda model: model.name)
    return [_entry(model, weights_folders) for model in models if hidden or not model.hidden]


def find(name: str) -> Model:
    """The model of a name, hidden ones included.

    :raises UnknownItem: names those there are.
    """
    models = {model.name: model for model in _models()}
    if name not in models:
        raise errors.UnknownItem(
            "There is no model {name}.",
            "Choose from: {choices}.",
            name=name,
            choices=", ".join(sorted(key for key, model in models.items() if not model.hidden)),
        )
    return models[name]


def load(
    name: str,
    weights_folders: Sequence[Path],
    parameters: Mapping[str, Any] | None = None,
    device: str = "auto",
) -> Backend:
    """A model ready to suggest; see :func:`ready`. Not for models of the task ``track``."""
    return cast(Backend, ready(name, weights_folders, parameters, device))


def load_follower(
    name: str,
    weights_folders: Sequence[Path],
    parameters: Mapping[str, Any] | None = None,
    device: str = "auto",
) -> Follower:
    """A model of the task ``track`` ready to follow; see :func:`ready`."""
    return cast(Follower, ready(name, weights_folders, parameters, device))


def ready(
    name: str,
    weights_folders: Sequence[Path],
    parameters: Mapping[str, Any] | None = None,
    device: str = "auto",
) -> Ready:
    """A model ready for its task; its weights are prepared first where they are missing.

    :param parameters: by name; defaults for those not given.
    :param device: "auto", "cpu" or a device of the model's library such as "cuda:0".
    :raises UnknownItem: for a name or parameter that does not exist.
    :raises BadInput: for a parameter out of bounds.
    :raises ModelUnavailable: with what would help.
    """
    model = find(name)
    checked = model.checked_parameters(parameters or {})
    missing = _missing_modules(model)
    if missing:
        raise errors.ModelUnavailable(
            "{model} needs {modules}, which is not installed.",
            "Run: pip install -r requirements.txt",
            model=model.name,
            modules=", ".join(missing),
        )
    return model.load(weights_folders, checked, device)


def _entry(model: Model, weights_folders: Sequence[Path]) -> Entry:
    missing = _missing_modules(model)
    if missing:
        return Entry(
            model,
            available=False,
            reason=N_("{model} needs {modules}, which is not installed."),
            hint=N_("Run: pip install -r requirements.txt"),
            values={"model": model.name, "modules": ", ".join(missing)},
            size=sum(spec.size for spec in model.weights),
        )
    from models import weights  # here, so that `python -m models.weights` runs it once

    return weights.entry(model, weights_folders)


def _missing_modules(model: Model) -> list[str]:
    return [name for name in model.requires if importlib.util.find_spec(name) is None]


def _models() -> Iterator[Model]:
    for info in pkgutil.iter_modules(__path__):
        if info.name.startswith("_"):  # parts of models; they may import what is heavy
            continue
        module = importlib.import_module(f"{__name__}.{info.name}")
        if isinstance(model := getattr(module, "MODEL", None), Model):
            yield model
    for folder in filter(None, os.environ.get(EXTRA_FOLDERS, "").split(os.pathsep)):
        yield from _models_in(Path(folder))


def _models_in(folder: Path) -> Iterator[Model]:
    for path in sorted(folder.glob("*.py")):
        name = f"{__name__}_extra_{path.stem}"
        module = sys.modules.get(name)
        if module is None or module.__file__ != str(path):
            spec = importlib.util.spec_from_file_location(name, path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
        if isinstance(model := getattr(module, "MODEL", None), Model):
            yield model

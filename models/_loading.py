"""Loading a checkpoint folder with transformers: from safetensors, without a network.

Everything that fails inside the library becomes a ModelUnavailable that names the folder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import checkpoints, errors
from core.checkpoints import Checkpoint
from models.base import CheckpointSpec, Value, Weights

AUTOMATIC = "auto"

NOT_IN_FILES = ("num_batches_tracked", "position_ids")
"""Endings of buffers that libraries leave out of a file because they can be computed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model runs, and the names of its numbers: ``float32``, ``bfloat16``, ``float16``."""

    device: str
    precision: str

    @property
    def dtype(self) -> Any:
        import torch

        return getattr(torch, self.precision)


def place(device: str, precision: str) -> Place:
    """The device and precision to use.

    "auto" is the first CUDA device, else the processor. There, all cores but one calculate: the
    last one decodes the next frames meanwhile.

    :raises ModelUnavailable: for a device that is not there.
    """
    import torch

    chosen = device
    if device == AUTOMATIC:
        chosen = "cuda:0" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=chosen)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise errors.ModelUnavailable(
            "There is no device {name} on this machine.",
            "Use auto, cpu or a device such as cuda:0.",
            name=device,
        ) from error
    if chosen.startswith("cpu"):
        from core.doctor.machine import usable_cpus  # here: it brings the decoder along

        torch.set_num_threads(max(1, usable_cpus() - 1))
    return Place(chosen, _precision(chosen, precision))


def _precision(device: str, wanted: str) -> str:
    import torch

    if wanted != AUTOMATIC:
        return wanted
    if not device.startswith("cuda"):
        return "float32"
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return "bfloat16" if native else "float16"


def choose(spec: CheckpointSpec, folders: Sequence[Path], choice: str) -> Checkpoint:
    """The checkpoint to load, looked at from outside: see ``checkpoints.check``.

    :param choice: the name of a folder, or "auto" for the first sound one that fits.
    :raises UnknownItem: where a chosen folder is not there.
    :raises ModelUnavailable: where there is none, or it must not be loaded.
    """
    listed = checkpoints.found(folders, spec.model_types)
    fitting = [item for item in listed if choice in (AUTOMATIC, item.name)]
    if not fitting and choice != AUTOMATIC:
        raise errors.UnknownItem(
            "There is no checkpoint folder {name} for this model.",
            "There are: {choices}.",
            name=choice,
            choices=", ".join(item.name for item in listed) or "-",
        )
    if not fitting:
        raise errors.ModelUnavailable(
            "There is no checkpoint folder for {model} yet.",
            "Get one such as {hub} on the Models page, or put its folder into {folders}.",
            model=spec.model_types[0],
            hub=spec.hubs[0].id,
            folders=", ".join(map(str, folders)),
        )
    return checkpoints.sound(fitting)[0]


def weights(found: Checkpoint) -> Weights:
    """What the run's record keeps of a checkpoint."""
    return Weights(found.path, checkpoints.digest(found.path), own=True)


def model(name: str, found: Checkpoint, where: Place) -> Any:
    """A model of transformers, ready to answer.

    :param name: of its class in transformers.
    :raises ModelUnavailable: for weights that do not fit, or anything the library refuses.
    """
    with explained(found.name):
        import transformers

        quiet()
        loaded, report = getattr(transformers, name).from_pretrained(
            found.path,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype=where.dtype,
            output_loading_info=True,
        )
        loaded = loaded.to(where.device).eval()
    # Without this check the library fills what is missing with random numbers and says nothing.
    missing = [key for key in report["missing_keys"] if not key.endswith(NOT_IN_FILES)]
    if missing:
        raise errors.ModelUnavailable(
            "{name} lacks {count} of the weights that its config asks for, such as {key}.",
            "Download the model again, or put a complete copy of its folder there.",
            name=found.name,
            count=len(missing),
            key=min(missing),
        )
    return loaded


def tokenizer(found: Checkpoint) -> Any:
    """The tokenizer of a checkpoint.

    :raises ModelUnavailable: where its files are missing or damaged.
    """
    with explained(found.name):
        import transformers

        return transformers.AutoTokenizer.from_pretrained(
            found.path, local_files_only=True, trust_remote_code=False
        )


def quiet() -> None:
    """No progress bars and advice of the library on the terminal; errors are raised anyway."""
    from transformers.utils import logging

    library: Any = logging
    library.set_verbosity_error()
    library.disable_progress_bar()


@contextlib.contextmanager
def explained(name: str) -> Iterator[None]:
    """Say what failed inside the library as an error of ours.

    :param name: of the checkpoint.
    """
    import torch

    try:
        yield
    except errors.DataGuardError:
        raise
    except torch.OutOfMemoryError as error:
        raise errors.ModelUnavailable(
            "{name} needs more memory than the GPU has free.",
            "Set batch to a smaller number, choose a smaller model, or use the device cpu.",
            name=name,
        ) from error
    except Exception as error:
        text = str(error).strip().splitlines()
        raise errors.ModelUnavailable(
            "{name} cannot be used: {reason}",
            "Check that the folder is a complete copy of a model of this kind.",
            name=name,
            reason=text[0][:300] if text else type(error).__name__,
        ) from error


def text(parameters: Mapping[str, Value], name: str) -> str:
    """A parameter that is a choice or a text."""
    return str(parameters[name])

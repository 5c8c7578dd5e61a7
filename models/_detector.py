"""A detector of transformers as a backend: batches of frames in, boxes (and poses) out.

A family of models (``dfine.py``, ...) is a function from a batch of pictures to boxes and scores;
all the rest is the same for all of them and stands here.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from core import errors
from core.checkpoints import Checkpoint
from core.labels import Box, Detection, FrameResult, Picture
from models import _loading, _pixels
from models._loading import Place
from models._poser import Poser
from models.base import (
    LONGEST_TEXT,
    N_,
    Backend,
    CheckpointSpec,
    Hub,
    Loader,
    Model,
    Parameter,
    Value,
    Weights,
)

Tensor = Any

LARGEST_BATCH = 32
BATCH_ON_GPU = 16
MOST_BOXES = 300
SMALLEST_SIDE = 1.0
"""Pixels; a smaller box is nothing a person could check."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a family says about a batch of N pictures, Q boxes each.

    :ivar boxes: (N, Q, 4): left, top, right, bottom as shares of the picture's width and height.
    :ivar scores: (N, Q, K), 0..1, for each of the K entries of ``classes``.
    """

    boxes: Tensor
    scores: Tensor


class Family(Protocol):
    """A loaded model: what differs between families.

    :ivar classes: our class for each column of its scores.
    """

    classes: tuple[str, ...]

    def __call__(self, images: Tensor) -> Answers:
        """Boxes in pictures 0..255, shape (N, 3, H, W)."""
        ...


Opener = Callable[[Checkpoint, Mapping[str, Value], Place], Family]


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters that every detector has."""

    name: str
    threshold: float
    overlap: float
    batch: int


class Detector(Backend):
    """Answers batch by batch; nothing is carried from one batch to the next."""

    def __init__(
        self,
        family: Family,
        where: Place,
        settings: Settings,
        used: tuple[Weights, ...],
        poser: Poser | None,
    ) -> None:
        self.weights = used
        self.device = where.device
        self.classes = tuple(dict.fromkeys(family.classes))
        self._family: Family | None = family
        self._poser = poser
        self._settings = settings

    def suggest(self, pictures: Iterable[Picture]) -> Iterator[FrameResult]:
        """See ``Backend.suggest``.

        :raises ModelUnavailable: after ``close``, or when the library fails.
        """
        self._open()
        stream = iter(pictures)
        while batch := list(itertools.islice(stream, self._settings.batch)):
            started = time.perf_counter()
            found = self._found(batch)
            seconds = (time.perf_counter() - started) / len(batch)
            for picture, detections in zip(batch, found, strict=True):
                yield FrameResult(picture.index, tuple(detections), seconds)

    def close(self) -> None:
        """Free the model; may be called again."""
        import torch

        self._family = self._poser = None
        torch.cuda.empty_cache()  # the GPU's memory goes back to whoever comes next

    def _open(self) -> Family:
        if self._family is None:
            raise errors.ModelUnavailable("{model} is closed.", model=self._settings.name)
        return self._family

    def _found(self, batch: Sequence[Picture]) -> list[list[Detection]]:
        import torch

        height, width = batch[0].image.shape[:2]
        family = self._open()
        with _loading.explained(self._settings.name), torch.inference_mode():
            images = _pixels.stacked(batch, self.device)
            answers = family(images)
            boxes = answers.boxes.float() * torch.tensor(
                [width, height, width, height], dtype=torch.float32, device=self.device
            )
            scores = answers.scores.float()
            _require_numbers(boxes, scores, self._settings.name)
            found = [
                self._detections(*each, width, height)
                for each in zip(boxes.cpu().numpy(), scores.cpu().numpy(), strict=True)
            ]
            return found if self._poser is None else self._poser.posed(images, found)

    def _detections(self, boxes: Any, scores: Any, width: int, height: int) -> list[Detection]:
        """Boxes of one picture, the surest first.

        :param boxes: (Q, 4) in pixels. :param scores: (Q, K).
        """
        queries, entries = np.nonzero(scores > self._settings.threshold)
        order = np.argsort(-scores[queries, entries], kind="stable")[:MOST_BOXES]
        kept: list[Detection] = []
        for query, entry in zip(queries[order], entries[order], strict=True):
            left, top, right, bottom = boxes[query].tolist()
            box = Box(left, top, right - left, bottom - top).clipped(width, height)
            if min(box.w, box.h) < SMALLEST_SIDE:
                continue
            name = self._open().classes[entry]
            if not any(_same(box, name, other, self._settings.overlap) for other in kept):
                kept.append(Detection(name, box, min(1.0, float(scores[query, entry]))))
        return kept


def _same(box: Box, name: str, other: Detection, overlap: float) -> bool:
    """Whether a box is a second look at something that was found already."""
    return name == other.class_name and (box == other.box or box.iou(other.box) > overlap)


def _require_numbers(boxes: Tensor, scores: Tensor, name: str) -> None:
    import torch

    if not (torch.isfinite(boxes).all() and torch.isfinite(scores).all()):
        raise errors.ModelUnavailable(
            "{name} answered with values that are no numbers.",
            "Run it again with precision float32; if that fails too, download it again.",
            name=name,
        )


def parameters(
    *, threshold: float, overlap: float, own: Sequence[Parameter]
) -> tuple[Parameter, ...]:
    """The parameters of a detector; ``own`` are those that its family adds."""
    return (
        Parameter(
            name="threshold",
            kind="number",
            default=threshold,
            minimum=0.01,
            maximum=0.95,
            label=N_("Threshold"),
            help=N_("Lower finds more objects and more that are none."),
        ),
        *own,
        Parameter(
            name="overlap",
            kind="number",
            default=overlap,
            minimum=0.1,
            maximum=1.0,
            label=N_("Overlap of boxes"),
            help=N_("Of boxes of one class that overlap more than this, the surest is kept."),
        ),
        Parameter(
            name="batch",
            kind="integer",
            default=0,
            minimum=0,
            maximum=LARGEST_BATCH,
            label=N_("Frames at once"),
            help=N_("0 chooses: 1 on the processor, up to 16 on a GPU. More need more memory."),
        ),
        PRECISION,
    )


PRECISION = Parameter(
    name="precision",
    kind="choice",
    default=_loading.AUTOMATIC,
    choices=(_loading.AUTOMATIC, "float32", "bfloat16", "float16"),
    label=N_("Precision"),
    help=N_("auto takes half precision on a GPU and full precision on the processor."),
)

POSE = Parameter(
    name="pose",
    kind="choice",
    default="none",
    choices=("none", _loading.AUTOMATIC),
    model_types=("vitpose",),
    label=N_("Poses"),
    help=N_(
        "A ViTPose checkpoint that adds 17 joints to the boxes of people; auto takes the first."
    ),
)

CLASSES = Parameter(
    name="classes",
    kind="text",
    default="person=person",
    minimum=1,
    maximum=LONGEST_TEXT,
    label=N_("Classes"),
    help=N_("class of the model=class here, with commas between: person=person, sports ball=ball"),
)


def checkpoint(spec: CheckpointSpec) -> Parameter:
    """The parameter that names the folder to load."""
    return Parameter(
        name="checkpoint",
        kind="choice",
        default=_loading.AUTOMATIC,
        choices=(_loading.AUTOMATIC,),
        model_types=spec.model_types,
        label=N_("Checkpoint"),
        help=N_("A folder in a weights folder, or auto for the first that fits."),
    )


def loader(spec: CheckpointSpec, opener: Opener, batch_on_gpu: int) -> Loader:
    """``Model.load`` of a family."""

    def load(folders: Sequence[Path], given: Mapping[str, Value], device: str) -> Backend:
        where = _loading.place(device, _loading.text(given, "precision"))
        found = _loading.choose(spec, folders, _loading.text(given, "checkpoint"))
        family = opener(found, given, where)
        poser = _loading_poser(folders, _loading.text(given, "pose"), where)
        used = (_loading.weights(found), *((poser.weights,) if poser else ()))
        automatic = batch_on_gpu if where.device.startswith("cuda") else 1
        settings = Settings(
            found.name,
            float(given["threshold"]),
            float(given["overlap"]),
            int(given["batch"]) or automatic,
        )
        return Detector(family, where, settings, used, poser)

    return load


def _loading_poser(folders: Sequence[Path], choice: str, where: Place) -> Poser | None:
    return None if choice == "none" else Poser.load(folders, choice, where)


def model(
    *,
    name: str,
    description: str,
    licence: str,
    hubs: Sequence[Hub],
    model_types: Sequence[str],
    opener: Opener,
    threshold: float,
    overlap: float = 1.0,
    own: Sequence[Parameter] = (CLASSES,),
    batch_on_gpu: int = BATCH_ON_GPU,
) -> Model:
    """The catalogue's entry of a family of detectors.

    :param batch_on_gpu: frames at once that a card of 8 GB holds in half precision.
    """
    spec = CheckpointSpec(tuple(model_types), tuple(hubs))
    return Model(
        name=name,
        task="box",
        version="transformers 5.23",
        licence=licence,
        description=description,
        load=loader(spec, opener, batch_on_gpu),
        requires=("torch", "transformers"),
        checkpoint=spec,
        parameters=(
            checkpoint(spec),
            POSE,
            *parameters(threshold=threshold, overlap=overlap, own=own),
        ),
        classes=("person",),
        ahead=LARGEST_BATCH,
    )

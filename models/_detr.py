"""Detectors with a fixed list of classes: D-FINE, RT-DETR and RF-DETR answer in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.checkpoints import Checkpoint
from models import _loading, _pixels, _words
from models._detector import Answers, Family, Opener
from models._loading import Place
from models._pixels import Pixels
from models.base import Value

Tensor = Any


class Detr(Family):
    """A model that gives logits per query and class, and boxes as centre and size.

    :ivar columns: numbers of the checkpoint's classes that are wanted.
    """

    def __init__(
        self, model: Any, pixels: Pixels, where: Place, columns: Mapping[int, str]
    ) -> None:
        self.classes = tuple(columns.values())
        self._model, self._pixels, self._where = model, pixels, where
        self._columns = list(columns)

    def __call__(self, images: Tensor) -> Answers:
        """See ``Family``."""
        answer = self._model(pixel_values=self._pixels.ready(images).to(self._where.dtype))
        scores = best(answer.logits.float().sigmoid())[..., self._columns]
        return Answers(corners(answer.pred_boxes.float()), scores)


def best(scores: Tensor) -> Tensor:
    """Scores (N, Q, C) with 0 for all but the Q best of a picture, as these models were judged."""
    least = scores.flatten(1).topk(scores.shape[1], dim=-1).values[:, -1]
    return scores * (scores >= least[:, None, None])


def corners(boxes: Tensor) -> Tensor:
    """Left, top, right, bottom of boxes given as centre x, y, width, height (last axis)."""
    import torch

    x, y, w, h = boxes.unbind(-1)
    return torch.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], dim=-1)


def opener(classes: Mapping[str, str], pixels: Pixels) -> Opener:
    """How a family is opened.

    :param classes: name of its class in transformers by ``model_type``.
    :param pixels: what its processor takes where a checkpoint says nothing.
    """

    def open_family(found: Checkpoint, given: Mapping[str, Value], where: Place) -> Family:
        wanted = _words.mapping(_loading.text(given, "classes"))
        model = _loading.model(classes[found.model_type], found, where)
        columns = _words.columns(wanted, model.config.id2label, found.name)
        return Detr(model, _pixels.read(found.path, pixels), where, columns)

    return open_family

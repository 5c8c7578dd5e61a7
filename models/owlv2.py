"""OWLv2: boxes of whatever a prompt names, in English words; each word is asked by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.checkpoints import Checkpoint
from models import _detector, _loading, _pixels, _words
from models._detector import Answers, Family
from models._detr import corners
from models._loading import Place
from models._pixels import Pixels
from models.base import N_, Hub, Value
from models.groundingdino import WORDS, best_alone

Tensor = Any

DEFAULT = Pixels(
    960,
    960,
    mean=(0.48145466, 0.4578275, 0.40821073),
    std=(0.26862954, 0.26130258, 0.27577711),
    antialias=False,
)

SENTENCE = "a photo of a {}"
"""The form of the texts that the model was trained with."""


class Owlv2(Family):
    """Pictures are made square at the bottom or the right, so that nothing is squeezed."""

    def __init__(
        self, model: Any, tokenizer: Any, wanted: Pixels, where: Place, words: Mapping[str, str]
    ) -> None:
        self.classes = tuple(words.values())
        self._model, self._pixels, self._where = model, wanted, where
        length = model.config.text_config.max_position_embeddings
        self._text = tokenizer(
            [SENTENCE.format(word) for word in words],
            padding="max_length",
            truncation=True,
            max_length=length,
            return_tensors="pt",
        )

    def __call__(self, images: Tensor) -> Answers:
        """See ``Family``."""
        import torch

        count = len(images)
        ids = self._text["input_ids"].repeat(count, 1).to(images.device)
        mask = self._text["attention_mask"].repeat(count, 1).to(images.device)
        made = pixels(images, self._pixels).to(self._where.dtype)
        answer = self._model(pixel_values=made, input_ids=ids, attention_mask=mask)
        height, width = images.shape[-2:]
        side = max(height, width)
        shares = torch.tensor(
            [side / width, side / height, side / width, side / height], device=images.device
        )
        boxes = corners(answer.pred_boxes.float()) * shares
        return Answers(boxes, best_alone(answer.logits.float().sigmoid()))


def pixels(images: Tensor, wanted: Pixels) -> Tensor:
    """The model's input from pictures 0..255, as its own processor makes it."""
    square = _pixels.squared(images)
    size = wanted.size(*square.shape[-2:])
    return wanted.normalised(wanted.resized(_pixels.blurred(square, size)))


def _open(found: Checkpoint, given: Mapping[str, Value], where: Place) -> Family:
    names = _words.mapping(_loading.text(given, "classes"))
    words = _words.prompt(_loading.text(given, "prompt"), names)
    tokenizer = _loading.tokenizer(found)
    model = _loading.model("Owlv2ForObjectDetection", found, where)
    return Owlv2(model, tokenizer, _pixels.read(found.path, DEFAULT), where, words)


MODEL = _detector.model(
    name="owlv2",
    description=N_("Boxes of whatever you name in English words, each asked by itself."),
    licence="Apache-2.0",
    model_types=("owlv2",),
    hubs=(
        Hub(
            "google/owlv2-base-patch16-ensemble",
            "Apache-2.0",
            620_000_000,
            N_("The usual choice."),
        ),
        Hub(
            "google/owlv2-large-patch14-ensemble",
            "Apache-2.0",
            1_750_000_000,
            N_("Finds most: for a GPU."),
        ),
    ),
    opener=_open,
    threshold=0.2,
    overlap=0.7,
    own=WORDS,
)

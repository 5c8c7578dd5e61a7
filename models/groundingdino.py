"""Grounding DINO: boxes of whatever a prompt names, in English words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import errors
from core.checkpoints import Checkpoint
from models import _detector, _loading, _pixels, _words
from models._detector import Answers, Family
from models._detr import corners
from models._loading import Place
from models._pixels import Pixels
from models.base import LONGEST_TEXT, N_, Hub, Parameter, Value

Tensor = Any

DEFAULT = Pixels(shortest=800, longest=1333, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))

WORDS = (
    Parameter(
        name="prompt",
        kind="text",
        default="person.",
        minimum=1,
        maximum=LONGEST_TEXT,
        label=N_("Prompt"),
        help=N_("What to look for, in English, with full stops between: person. boxing glove."),
    ),
    Parameter(
        name="classes",
        kind="text",
        default="person=person, boxing glove=glove, punching bag=bag, boxing pad=pad",
        minimum=1,
        maximum=LONGEST_TEXT,
        label=N_("Classes"),
        help=N_("word=class here, with commas between; other words are classes themselves."),
    ),
)


class GroundingDino(Family):
    """The score of a word is that of its likeliest token."""

    def __init__(
        self, model: Any, tokenizer: Any, pixels: Pixels, where: Place, words: Mapping[str, str]
    ) -> None:
        self.classes = tuple(words.values())
        self._model, self._pixels, self._where = model, pixels, where
        self._text = tokenizer(". ".join(words) + ".", return_tensors="pt")
        self._spans = spans(self._text["input_ids"][0].tolist(), tokenizer, list(words))

    def __call__(self, images: Tensor) -> Answers:
        """See ``Family``."""
        import torch

        pixels = self._pixels.ready(images)
        count = len(images)
        text = {
            name: self._text[name].expand(count, -1).to(images.device)
            for name in ("input_ids", "token_type_ids", "attention_mask")
            if name in self._text
        }
        mask = torch.ones((count, *pixels.shape[-2:]), dtype=torch.long, device=images.device)
        answer = self._model(pixel_values=pixels.to(self._where.dtype), pixel_mask=mask, **text)
        tokens = answer.logits.float().sigmoid()
        each = torch.stack([tokens[..., span].amax(-1) for span in self._spans], dim=-1)
        return Answers(corners(answer.pred_boxes.float()), best_alone(each))


def spans(tokens: list[int], tokenizer: Any, words: list[str]) -> list[list[int]]:
    """The places of each word's tokens in a prompt whose words end with full stops.

    :raises BadInput: for a word that the tokenizer does not know at all, or too long a prompt.
    """
    stop = tokenizer.convert_tokens_to_ids(".")
    found: list[list[int]] = [[]]
    for place, token in enumerate(tokens):
        if token == stop:
            found.append([])
        elif token not in (tokenizer.cls_token_id, tokenizer.sep_token_id):
            found[-1].append(place)
    found = found[:-1]
    unknown = tokenizer.unk_token_id
    for word, span in zip(words, found, strict=False):
        if not span or all(tokens[place] == unknown for place in span):
            raise errors.BadInput(
                "The model cannot read {word}.", "Write the prompt in English.", word=repr(word)
            )
    if len(found) != len(words):
        raise errors.BadInput("The prompt is too long.", "Ask for fewer things at once.")
    return found


def best_alone(scores: Tensor) -> Tensor:
    """Scores (N, Q, K) with 0 for all but the best word of each query: a box is one thing."""
    import torch

    best = scores.argmax(-1, keepdim=True)
    return torch.zeros_like(scores).scatter(-1, best, scores.gather(-1, best))


def _open(found: Checkpoint, given: Mapping[str, Value], where: Place) -> Family:
    names = _words.mapping(_loading.text(given, "classes"))
    words = _words.prompt(_loading.text(given, "prompt"), names)
    tokenizer = _loading.tokenizer(found)
    model = _loading.model("GroundingDinoForObjectDetection", found, where)
    return GroundingDino(model, tokenizer, _pixels.read(found.path, DEFAULT), where, words)


MODEL = _detector.model(
    name="groundingdino",
    description=N_("Boxes of whatever you name in English words. Slow without a GPU."),
    licence="Apache-2.0",
    model_types=("grounding-dino",),
    hubs=(
        Hub(
            "IDEA-Research/grounding-dino-tiny",
            "Apache-2.0",
            690_000_000,
            N_("The usual choice."),
        ),
        Hub(
            "IDEA-Research/grounding-dino-base",
            "Apache-2.0",
            933_000_000,
            N_("Finds most: for a GPU."),
        ),
    ),
    opener=_open,
    threshold=0.3,
    overlap=0.7,
    own=WORDS,
    batch_on_gpu=4,
)

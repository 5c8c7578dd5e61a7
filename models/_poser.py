"""ViTPose: 17 joints in each box of a person.

The crops of a whole batch of frames go to the model together. What transformers computes for one
box after the other with scipy, before the model and after it, is computed here for all of them by
torch, to the same pixels.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import errors, skeletons
from core.labels import ABSENT, OCCLUDED, VISIBLE, Box, Detection, Joint, Joints
from models import _heatmaps, _loading, _pixels
from models._loading import Place
from models._pixels import Pixels
from models.base import N_, CheckpointSpec, Hub, Weights

Tensor = Any

SPEC = CheckpointSpec(
    model_types=("vitpose",),
    hubs=(
        Hub(
            "usyd-community/vitpose-plus-small",
            "Apache-2.0",
            133_000_000,
            N_("Small: for a processor."),
        ),
        Hub(
            "usyd-community/vitpose-base-simple",
            "Apache-2.0",
            344_000_000,
            N_("The usual choice on a GPU."),
        ),
        Hub(
            "usyd-community/vitpose-plus-base",
            "Apache-2.0",
            502_000_000,
            N_("Of the same speed, trained on more data."),
        ),
    ),
)

PERSON = "person"
CROPS_AT_ONCE = 64
PADDING = 1.25
"""The region around a box is this many times its size, as in training."""

DEFAULT = Pixels(256, 192, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
SEEN, GUESSED = 0.3, 0.1
"""From these scores (heights of the heatmap's peak) a joint counts as visible, as occluded."""


class Poser:
    """A loaded ViTPose."""

    def __init__(self, model: Any, pixels: Pixels, where: Place, used: Weights, name: str) -> None:
        self.weights = used
        self._model, self._pixels, self._where, self._name = model, pixels, where, name
        # The models trained on several data sets have a part for each: 0 is COCO, whose joints
        # these are.
        self._several = model.config.backbone_config.num_experts > 1

    @classmethod
    def load(cls, folders: Sequence[Path], choice: str, where: Place) -> Poser:
        """Load a checkpoint.

        :param choice: the name of its folder, or "auto" for the first.
        :raises UnknownItem, ModelUnavailable: as ``_loading.choose`` and ``_loading.model``.
        """
        found = _loading.choose(SPEC, folders, choice)
        model = _loading.model("VitPoseForPoseEstimation", found, where)
        if model.config.num_labels != len(skeletons.COCO_17.joints):
            raise errors.ModelUnavailable(
                "{name} has {count} joints; those of COCO, 17, are needed.",
                "Choose another ViTPose checkpoint.",
                name=found.name,
                count=model.config.num_labels,
            )
        pixels = _pixels.read(found.path, DEFAULT)
        return cls(model, pixels, where, _loading.weights(found), found.name)

    def posed(self, images: Tensor, found: Sequence[Sequence[Detection]]) -> list[list[Detection]]:
        """The same detections, those of people with joints.

        :param images: 0..255, shape (N, 3, H, W). :param found: detections of each of them.
        """
        height, width = images.shape[-2:]
        people = [
            (number, item.box)
            for number, items in enumerate(found)
            for item in items
            if item.class_name == PERSON
        ]
        poses: list[Joints] = []
        for start in range(0, len(people), CROPS_AT_ONCE):
            part = people[start : start + CROPS_AT_ONCE]
            poses += self._poses(self.crops(images, part), [box for _, box in part], width, height)
        left = iter(poses)
        return [
            [
                replace(item, joints=next(left), skeleton=skeletons.COCO_17.name)
                if item.class_name == PERSON
                else item
                for item in items
            ]
            for items in found
        ]

    def crops(self, images: Tensor, people: Sequence[tuple[int, Box]]) -> Tensor:
        """The model's input for each (number of the picture, box of a person)."""
        import torch

        height, width = self._pixels.height, self._pixels.width
        made = []
        for number, group in itertools.groupby(people, key=lambda item: item[0]):
            regions = [_region(box, width / height) for _, box in group]
            edges = torch.tensor(regions, device=images.device)
            made.append(_cut(images[number], edges, height, width))
        return self._pixels.normalised(torch.cat(made).round().clamp(0, 255))

    def _poses(self, crops: Tensor, boxes: Sequence[Box], width: int, height: int) -> list[Joints]:
        import torch

        experts = {}
        if self._several:
            experts["dataset_index"] = torch.zeros(
                len(crops), dtype=torch.long, device=crops.device
            )
        heatmaps = self._model(crops.to(self._where.dtype), **experts).heatmaps.float()
        if not torch.isfinite(heatmaps).all():
            raise errors.ModelUnavailable(
                "{name} answered with values that are no numbers.",
                "Run it again with precision float32; if that fails too, download it again.",
                name=self._name,
            )
        places, scores = _heatmaps.peaks(heatmaps)
        aspect = self._pixels.width / self._pixels.height
        regions = torch.tensor([_region(box, aspect) for box in boxes], device=places.device)
        steps = torch.tensor([heatmaps.shape[-1] - 1, heatmaps.shape[-2] - 1], device=places.device)
        places = places * (regions[:, None, 2:] / steps) + regions[:, None, :2]
        return [
            _joints(*each, width, height)
            for each in zip(places.tolist(), scores.tolist(), boxes, strict=True)
        ]


def _cut(image: Tensor, regions: Tensor, height: int, width: int) -> Tensor:
    """Regions of a picture, stretched to one size.

    Corner to corner: pixel 0 is the region's edge, the last its other edge.

    :param image: (3, H, W). :param regions: (R, 4), left, top, width, height.
    :returns: (R, 3, height, width), black outside of the picture.
    """
    import torch
    from torch.nn import functional

    tall, wide = image.shape[-2:]
    left, top, across, down = regions[:, :, None].unbind(1)
    xs = left + across * torch.linspace(0, 1, width, device=image.device)
    ys = top + down * torch.linspace(0, 1, height, device=image.device)
    shares_x, shares_y = 2 * xs / max(wide - 1, 1) - 1, 2 * ys / max(tall - 1, 1) - 1
    grid = torch.stack(
        [
            shares_x[:, None].expand(-1, height, -1),
            shares_y[:, :, None].expand(-1, -1, width),
        ],
        dim=-1,
    )
    cut = functional.grid_sample(
        image[None], grid.reshape(1, -1, width, 2), mode="bilinear", align_corners=True
    )
    # Without a soft edge: so the model was trained.
    columns, rows = (xs >= 0) & (xs <= wide - 1), (ys >= 0) & (ys <= tall - 1)
    inside = rows[:, None, :, None] & columns[:, None, None]
    return cut[0].view(3, -1, height, width).transpose(0, 1) * inside


def _region(box: Box, aspect: float) -> tuple[float, float, float, float]:
    """Left, top, width and height of what the model looks at, in its input's proportions."""
    across, down = max(box.w, aspect * box.h), max(box.h, box.w / aspect)
    across, down = across * PADDING, down * PADDING
    return box.x + box.w / 2 - across / 2, box.y + box.h / 2 - down / 2, across, down


def _joints(
    places: Sequence[Sequence[float]], scores: Sequence[float], box: Box, width: int, height: int
) -> Joints:
    made = []
    for (x, y), score in zip(places, scores, strict=True):
        if not (math.isfinite(x) and math.isfinite(y)):
            # A heatmap without any peak: there is no place to speak of.
            made.append(Joint(box.x + box.w / 2, box.y + box.h / 2, 0.0, ABSENT))
            continue
        sure = min(1.0, max(0.0, score))
        inside = 0 <= x <= width and 0 <= y <= height
        made.append(Joint(x, y, sure, _visibility(sure, inside)))
    return tuple(made)


def _visibility(score: float, inside: bool) -> int:
    if not inside or score < GUESSED:
        return ABSENT
    return VISIBLE if score >= SEEN else OCCLUDED

"""Pictures as the tensors that detectors want, computed where the model runs.

The processors of transformers work on one picture at a time on the processor, and several need
torchvision. Here a whole batch is resized by torch, with the sizes and constants of the
checkpoint's ``preprocessor_config.json``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core import errors
from core.labels import Picture

Tensor = Any
"""A torch tensor; torch is imported inside functions only."""

RESAMPLING = {0: "nearest-exact", 2: "bilinear", 3: "bicubic"}
"""Numbers of PIL's filters that have a counterpart in torch."""

LARGEST_SIDE = 8192
TRUNCATE = 4.0
"""Standard deviations at which scipy cuts a Gaussian off."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """How a checkpoint wants its pictures.

    :ivar height, width: of the model's input; 0 for one that keeps the picture's shape.
    :ivar shortest, longest: edges of such a one.
    :ivar scale: from 0..255 to the values that ``mean`` and ``std`` are of.
    :ivar antialias: as PIL's filters do when they shrink.
    """

    height: int = 0
    width: int = 0
    shortest: int = 0
    longest: int = 0
    scale: float = 1 / 255
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    mode: str = "bilinear"
    antialias: bool = True

    def size(self, height: int, width: int) -> tuple[int, int]:
        """Height and width of the model's input for a picture."""
        if self.height:
            return self.height, self.width
        from transformers.image_transforms import get_size_with_aspect_ratio

        resized = get_size_with_aspect_ratio((height, width), self.shortest, self.longest)
        return max(1, resized[0]), max(1, resized[1])

    def resized(self, images: Tensor) -> Tensor:
        """Pictures at the model's size, rounded to whole values as PIL does: 0..255, NCHW."""
        from torch.nn import functional

        size = self.size(*images.shape[-2:])
        if tuple(images.shape[-2:]) == size:
            return images
        smooth = self.antialias and self.mode != "nearest-exact"
        extra = {} if self.mode == "nearest-exact" else {"align_corners": False}
        made = functional.interpolate(images, size=size, mode=self.mode, antialias=smooth, **extra)
        return made.round().clamp(0, 255)

    def normalised(self, images: Tensor) -> Tensor:
        """Values 0..255 as the model wants them."""
        import torch

        shape = (1, 3, 1, 1)
        mean = torch.tensor(self.mean, device=images.device).view(shape)
        std = torch.tensor(self.std, device=images.device).view(shape)
        return (images * self.scale - mean) / std

    def ready(self, images: Tensor) -> Tensor:
        """From the pictures themselves to the model's input."""
        return self.normalised(self.resized(images))


def read(folder: Path, default: Pixels) -> Pixels:
    """What a checkpoint says of its pictures; ``default`` where it says nothing.

    :raises ModelUnavailable: for sizes or constants that make no sense.
    """
    try:
        given = _settings(folder)
        found = replace(default, **_size(given))
        if given.get("do_normalize", any(default.mean)):
            found = replace(
                found,
                mean=_channels(given.get("image_mean", default.mean)),
                std=_channels(given.get("image_std", default.std)),
            )
        else:
            found = replace(found, mean=(0.0,) * 3, std=(1.0,) * 3)
        scale = float(given.get("rescale_factor", default.scale))
        found = replace(found, scale=scale if given.get("do_rescale", True) else 1.0)
        mode = RESAMPLING[given["resample"]] if "resample" in given else found.mode
        if not all(found.std) or not np.isfinite(found.scale):
            raise ValueError("numbers")
        return replace(found, mode=mode)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise errors.ModelUnavailable(
            "The picture settings of {name} make no sense.",
            "Download the model again, or put a complete copy of its folder there.",
            name=folder.name,
        ) from error


def _settings(folder: Path) -> dict[str, Any]:
    for name in ("preprocessor_config.json", "processor_config.json"):
        if (folder / name).exists():
            data = json.loads((folder / name).read_text(encoding="utf-8"))
            found = data.get("image_processor", data)
            if isinstance(found, dict):
                return found
            raise ValueError(name)
    return {}


def _size(given: dict[str, Any]) -> dict[str, Any]:
    size = given.get("size")
    if size is None or not given.get("do_resize", True):
        return {}
    if isinstance(size, int):
        size = {"height": size, "width": size}
    if {"height", "width"} <= size.keys():
        found = {"height": size["height"], "width": size["width"], "shortest": 0, "longest": 0}
    else:
        longest = size.get("longest_edge") or LARGEST_SIDE
        found = {"height": 0, "width": 0, "shortest": size["shortest_edge"], "longest": longest}
    sides = [side for side in found.values() if side]
    if not all(isinstance(side, int) and 0 < side <= LARGEST_SIDE for side in sides):
        raise ValueError("size")
    return found


def _channels(values: Any) -> tuple[float, ...]:
    numbers = tuple(float(value) for value in values)
    if len(numbers) != 3 or not np.isfinite(numbers).all():
        raise ValueError("channels")
    return numbers


def stacked(pictures: Sequence[Picture], device: str) -> Tensor:
    """Pictures of one size as floats 0..255, shape (N, 3, H, W), on a device."""
    import torch

    batch = np.stack([np.ascontiguousarray(picture.image) for picture in pictures])
    return torch.from_numpy(batch).to(device).permute(0, 3, 1, 2).float()


def squared(images: Tensor) -> Tensor:
    """Pictures with black below or at the right, so that they are square."""
    from torch.nn import functional

    height, width = images.shape[-2:]
    side = max(height, width)
    return functional.pad(images, (0, side - width, 0, side - height))


def blurred(images: Tensor, size: tuple[int, int]) -> Tensor:
    """Smoothed before shrinking to ``size`` (h, w) the way OWLv2 was trained (scikit-image's).

    A Gaussian of (factor - 1) / 2 pixels, cut off at four deviations, mirrored at the border.
    """
    for axis, wanted in ((2, size[0]), (3, size[1])):
        deviation = (images.shape[axis] / wanted - 1) / 2
        if deviation > 0:
            images = _smoothed(images, axis, deviation)
    return images


def _smoothed(images: Tensor, axis: int, deviation: float) -> Tensor:
    import torch
    from torch.nn import functional

    radius = min(int(TRUNCATE * deviation + 0.5), images.shape[axis] - 1)
    steps = torch.arange(-radius, radius + 1, device=images.device, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (steps / deviation) ** 2)
    kernel = kernel / kernel.sum()
    shape = (1, 1, -1, 1) if axis == 2 else (1, 1, 1, -1)
    border = (0, 0, radius, radius) if axis == 2 else (radius, radius, 0, 0)
    count, channels = images.shape[:2]
    planes = images.reshape(count * channels, 1, *images.shape[2:])
    planes = functional.pad(planes, border, mode="reflect")
    return functional.conv2d(planes, kernel.view(shape)).view(images.shape)

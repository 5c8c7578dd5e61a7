"""From heatmaps of joints to places between their pixels, for a whole batch on its device.

The method is DARK without the bias of older decoders: the logarithm of the smoothed heatmap is
taken for a parabola around its highest pixel (Zhang et al., Distribution-Aware Coordinate
Representation for Human Pose Estimation, CVPR 2020; Huang et al., The Devil is in the Details,
CVPR 2020). ``transformers`` has it for one heatmap after the other on the processor.
"""

from __future__ import annotations

import math
from typing import Any

Tensor = Any

DEVIATION, RADIUS = 0.8, 5
"""Of the Gaussian that smooths, in pixels."""
LEAST, MOST = 0.001, 50.0
"""Bounds of the smoothed values, before the logarithm."""
TINY = 2.0**-23
"""Added to the diagonal of the parabola's second derivative: float32's smallest step at 1."""


def peaks(heatmaps: Tensor) -> tuple[Tensor, Tensor]:
    """Where each heatmap is highest, between pixels, and how high its highest pixel is.

    :param heatmaps: float32, shape (N, K, H, W).
    :returns: places (N, K, 2) as x, y in pixels of the heatmap, 0 in the middle of the first one
        (not finite where a heatmap has no peak above 0); heights (N, K).
    """
    import torch

    width = heatmaps.shape[-1]
    heights, highest = heatmaps.flatten(2).max(-1)
    x, y = highest % width, highest // width
    levels = _framed(_smoothed(heatmaps).clamp(LEAST, MOST).log()).flatten(2)

    def level(right: int, down: int) -> Tensor:
        place = (y + 1 + down) * (width + 2) + x + 1 + right
        return levels.gather(-1, place[..., None])[..., 0].double()

    here, east, west, south, north = (
        level(*at) for at in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
    )
    dx, dy = (east - west) / 2, (south - north) / 2
    dxx, dyy = east - 2 * here + west + TINY, south - 2 * here + north + TINY
    dxy = (level(1, 1) - east - south + 2 * here - west - north + level(-1, -1)) / 2
    bend = dxx * dyy - dxy * dxy
    moved = torch.stack([dyy * dx - dxy * dy, dxx * dy - dxy * dx], -1) / bend[..., None]
    places = (torch.stack([x, y], -1) - moved).float()
    return places.masked_fill((heights <= 0)[..., None], math.nan), heights


def _smoothed(heatmaps: Tensor) -> Tensor:
    """A Gaussian along both axes; beyond the border lies its mirror image.

    Sums are of float64 and kept as float32 after each axis, as scipy does: on a flat peak the last
    digit counts.
    """
    import torch

    weights = [math.exp(-0.5 * (step / DEVIATION) ** 2) for step in range(-RADIUS, RADIUS + 1)]
    kernel = torch.tensor(weights, dtype=torch.float64, device=heatmaps.device) / sum(weights)
    for axis in (-2, -1):
        places = _mirrored(heatmaps.shape[axis], heatmaps.device)
        wide = heatmaps.double().index_select(axis, places)
        heatmaps = (wide.unfold(axis, len(weights), 1) @ kernel).float()
    return heatmaps


def _mirrored(size: int, device: Any) -> Tensor:
    """Numbers of pixels from before the first to behind the last, the border's own one twice."""
    import torch

    steps = torch.arange(-RADIUS, size + RADIUS, device=device) % (2 * size)
    return torch.where(steps < size, steps, 2 * size - 1 - steps)


def _framed(planes: Tensor) -> Tensor:
    """With the border's pixels once more around."""
    from torch.nn import functional

    return functional.pad(planes, (1,) * 4, mode="replicate")

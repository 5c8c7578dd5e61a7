"""Reduce a dense track to the fewest keyframes that stay true to what the model saw.

One correction by a person should move its neighbours, so a track is stored as keyframes with linear
interpolation between them (``labels.position``). Seen frames stay within a bound of the raw output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.labels import ABSENT, Keyframe
from core.tracking import Observation

Array = npt.NDArray[np.float64]
LONGEST_SPAN = 4096


@dataclass(frozen=True, slots=True)
class Bound:
    """How far interpolation may be from what was seen.

    :ivar iou: smallest IoU of the interpolated box with the raw one.
    :ivar joint_error: largest distance of a joint, as a share of the square root of the box area.
    :ivar gap: longest run of unseen frames that is interpolated; after a longer one the track is
        outside until it is seen again.
    """

    iou: float = 0.95
    joint_error: float = 0.03
    gap: int = 30


def sparsify(
    observations: Sequence[Observation], *, iou: float = 0.95, joint_error: float = 0.03, gap: int = 30
) -> list[Keyframe]:
    raise NotImplementedError

"""Skeletons as data: joints by name, bones as pairs of indices, OKS constants where published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from core.labels import Joint, Joints


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Named joints in a fixed order; ``bones`` are pairs of joint indices.

    ``sigmas`` are the per-joint constants of COCO's object keypoint similarity, or empty.
    """

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[int, int], ...]
    sigmas: tuple[float, ...] = ()


COCO_17 = Skeleton(
    name="coco17",
    joints=(
        "nose",
        "left_eye",
        "right_eye",
        "left_ear",
        "right_ear",
        "left_shoulder",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
        "left_hip",
        "right_hip",
        "left_knee",
        "right_knee",
        "left_ankle",
        "right_ankle",
    ),
    bones=(
        (15, 13),
        (13, 11),
        (16, 14),
        (14, 12),
        (11, 12),
        (5, 11),
        (6, 12),
        (5, 6),
        (5, 7),
        (6, 8),
        (7, 9),
        (8, 10),
        (1, 2),
        (0, 1),
        (0, 2),
        (1, 3),
        (2, 4),
        (3, 5),
        (4, 6),
    ),
    # COCO keypoint evaluation, pycocotools Params.setKpParams.
    sigmas=(
        0.026,
        0.025,
        0.025,
        0.035,
        0.035,
        0.079,
        0.079,
        0.072,
        0.072,
        0.062,
        0.062,
        0.107,
        0.107,
        0.087,
        0.087,
        0.089,
        0.089,
    ),
)

BLAZEPOSE_33 = Skeleton(
    name="blazepose33",
    joints=(
        "nose",
        "left_eye_inner",
        "left_eye",
        "left_eye_outer",
        "right_eye_inner",
        "right_eye",
        "right_eye_outer",
        "left_ear",
        "right_ear",
        "mouth_left",
        "mouth_right",
        "left_shoulder",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
        "left_pinky",
        "right_pinky",
        "left_index",
        "right_index",
        "left_thumb",
        "right_thumb",
        "left_hip",
        "right_hip",
        "left_knee",
        "right_knee",
        "left_ankle",
        "right_ankle",
        "left_heel",
        "right_heel",
        "left_foot_index",
        "right_foot_index",
    ),
    bones=(
        (0, 2),
        (2, 7),
        (0, 5),
        (5, 8),
        (9, 10),
        (11, 12),
        (11, 13),
        (13, 15),
        (15, 19),
        (15, 21),
        (12, 14),
        (14, 16),
        (16, 20),
        (16, 22),
        (11, 23),
        (12, 24),
        (23, 24),
        (23, 25),
        (25, 27),
        (27, 29),
        (29, 31),
        (27, 31),
        (24, 26),
        (26, 28),
        (28, 30),
        (30, 32),
        (28, 32),
    ),
)

SKELETONS = {skeleton.name: skeleton for skeleton in (COCO_17, BLAZEPOSE_33)}

_COCO_FROM_BLAZEPOSE = tuple(BLAZEPOSE_33.joints.index(name) for name in COCO_17.joints)


def to_coco17(joints: Joints, skeleton: str) -> Joints | None:
    """The 17 COCO joints of a pose, or None where the skeleton has no such mapping."""
    if skeleton == COCO_17.name:
        return joints
    if skeleton == BLAZEPOSE_33.name:
        return tuple(joints[index] for index in _COCO_FROM_BLAZEPOSE)
    return None


def oks(
    truth: Sequence[Joint],
    found: Sequence[Joint],
    *,
    area: float,
    sigmas: Sequence[float] = COCO_17.sigmas,
) -> float:
    """Object keypoint similarity of a pose with the truth, 0..1.

    OKS = mean over labelled joints of exp(-d^2 / (2 s^2 k^2)), k = 2 sigma, s^2 = area
    (COCO keypoint evaluation). Joints whose true visibility is 0 do not count.

    :param area: area of the true object in square pixels.
    """
    similarities = [
        exp(-((a.x - b.x) ** 2 + (a.y - b.y) ** 2) / (2 * max(area, 1.0) * (2 * sigma) ** 2))
        for a, b, sigma in zip(truth, found, sigmas, strict=True)
        if a.visibility > 0
    ]
    return sum(similarities) / len(similarities) if similarities else 0.0

"""RT-DETR and RT-DETRv2: boxes of the 80 classes of COCO."""

from __future__ import annotations

from models import _detector, _detr
from models._pixels import Pixels
from models.base import N_, Hub

MODEL = _detector.model(
    name="rtdetr",
    description=N_("Boxes of people and 79 other things: RT-DETR and RT-DETRv2."),
    licence="Apache-2.0",
    model_types=("rt_detr_v2", "rt_detr"),
    hubs=(
        Hub("PekingU/rtdetr_v2_r18vd", "Apache-2.0", 81_000_000, N_("Small: for a processor.")),
        Hub("PekingU/rtdetr_v2_r50vd", "Apache-2.0", 172_000_000, N_("Finds more: for a GPU.")),
    ),
    opener=_detr.opener(
        {"rt_detr_v2": "RTDetrV2ForObjectDetection", "rt_detr": "RTDetrForObjectDetection"},
        Pixels(640, 640),
    ),
    threshold=0.5,
)

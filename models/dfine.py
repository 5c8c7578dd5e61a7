"""D-FINE: boxes of the 80 classes of COCO (or the 365 of Objects365), small and exact."""

from __future__ import annotations

from models import _detector, _detr
from models._pixels import Pixels
from models.base import N_, Hub

PIXELS = Pixels(640, 640)

MODEL = _detector.model(
    name="dfine",
    description=N_("Boxes of people and 79 other things. Good first choice; fast on a GPU."),
    licence="Apache-2.0",
    model_types=("d_fine",),
    hubs=(
        Hub(
            "ustc-community/dfine-small-coco",
            "Apache-2.0",
            41_500_000,
            N_("Small: for a processor."),
        ),
        Hub(
            "ustc-community/dfine-nano-coco",
            "Apache-2.0",
            15_300_000,
            N_("Smallest: for a slow processor."),
        ),
        Hub(
            "ustc-community/dfine-medium-obj2coco",
            "Apache-2.0",
            78_700_000,
            N_("Trained on more data."),
        ),
        Hub(
            "ustc-community/dfine-xlarge-obj2coco",
            "Apache-2.0",
            252_000_000,
            N_("Finds most: for a GPU."),
        ),
    ),
    opener=_detr.opener({"d_fine": "DFineForObjectDetection"}, PIXELS),
    threshold=0.5,
)

"""RF-DETR: boxes of the classes of COCO, with a DINOv2 backbone."""

from __future__ import annotations

from models import _detector, _detr
from models._pixels import Pixels
from models.base import N_, Hub

# Its own processor shrinks without smoothing.
PIXELS = Pixels(560, 560, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), antialias=False)

MODEL = _detector.model(
    name="rfdetr",
    description=N_("Boxes of people and 79 other things; the most exact of the fast ones."),
    licence="Apache-2.0",
    model_types=("rf_detr",),
    hubs=(
        Hub("Roboflow/rf-detr-nano", "Apache-2.0", 120_000_000, N_("Smallest: 384 pixels.")),
        Hub("Roboflow/rf-detr-base", "Apache-2.0", 129_000_000, N_("The usual choice.")),
        Hub("Roboflow/rf-detr-large", "Apache-2.0", 136_000_000, N_("Finds most: for a GPU.")),
    ),
    opener=_detr.opener({"rf_detr": "RfDetrForObjectDetection"}, PIXELS),
    threshold=0.5,
)

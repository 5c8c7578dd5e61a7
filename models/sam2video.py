"""SAM 2: follows an object by its outline, through turns and changes of shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from models import _detector, _loading, _pixels
from models._pixels import Pixels
from models.base import N_, CheckpointSpec, Follower, Hub, Model, Value

PIXELS = Pixels(1024, 1024, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))

SPEC = CheckpointSpec(
    ("sam2_video",),
    (
        Hub("facebook/sam2.1-hiera-tiny", "Apache-2.0", 156_000_000, N_("Smallest.")),
        Hub("facebook/sam2.1-hiera-small", "Apache-2.0", 184_000_000, N_("The usual choice.")),
        Hub("facebook/sam2.1-hiera-base-plus", "Apache-2.0", 323_000_000, N_("For a GPU.")),
        Hub(
            "facebook/sam2.1-hiera-large",
            "Apache-2.0",
            898_000_000,
            N_("Most exact: for a GPU."),
        ),
    ),
)


def _load(folders: Sequence[Path], given: Mapping[str, Value], device: str) -> Follower:
    from models._mask_follower import MaskFollower

    where = _loading.place(device, _loading.text(given, "precision"))
    found = _loading.choose(SPEC, folders, _loading.text(given, "checkpoint"))
    pixels = _pixels.read(found.path, PIXELS)
    model = _loading.model("Sam2VideoModel", found, where)
    return MaskFollower(model, pixels, where, found.name, _loading.weights(found))


MODEL = Model(
    name="sam2video",
    task="track",
    version="transformers 5.23",
    licence="Apache-2.0",
    description=N_("Follows an object by its outline from the box you drew. For a GPU."),
    load=_load,
    requires=("torch", "transformers"),
    checkpoint=SPEC,
    parameters=(_detector.checkpoint(SPEC), _detector.PRECISION),
)

"""ViTPose: 17 joints of each person that a detector finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from core import checkpoints, errors, skeletons
from models import _detector, _loading, _poser, dfine, rfdetr, rtdetr
from models.base import N_, Backend, Model, Parameter, Value

DETECTORS = (dfine.MODEL, rfdetr.MODEL, rtdetr.MODEL)
"""Models whose boxes may be taken, the first choice first."""

TYPES = tuple(
    kind for model in DETECTORS if model.checkpoint for kind in model.checkpoint.model_types
)


def _load(folders: Sequence[Path], given: Mapping[str, Value], device: str) -> Backend:
    _loading.choose(_poser.SPEC, folders, str(given["checkpoint"]))  # the nearer error first
    chosen = str(given["detector"])
    for model in DETECTORS:
        assert model.checkpoint is not None
        names = [found.name for found in checkpoints.found(folders, model.checkpoint.model_types)]
        if chosen in names or (chosen == _loading.AUTOMATIC and names):
            wanted = {
                **{name: given[name] for name in ("threshold", "batch", "precision")},
                "checkpoint": chosen,
                "pose": given["checkpoint"],
            }
            return cast(Backend, model.load(folders, model.checked_parameters(wanted), device))
    if chosen != _loading.AUTOMATIC:
        raise errors.UnknownItem(
            "There is no checkpoint folder {name} for this model.",
            "Put it into one of these folders: {folders}.",
            name=chosen,
            folders=", ".join(map(str, folders)),
        )
    raise errors.ModelUnavailable(
        "ViTPose needs a detector that finds the people; there is no checkpoint of one yet.",
        "Get one such as {hub} on the Models page, or put its folder into {folders}.",
        hub="ustc-community/dfine-small-coco",
        folders=", ".join(map(str, folders)),
    )


_SHARED = _detector.parameters(threshold=0.5, overlap=1.0, own=())

MODEL = Model(
    name="vitpose",
    task="pose",
    version="transformers 5.23",
    licence="Apache-2.0",
    description=N_("People with 17 joints: in the boxes of D-FINE, RF-DETR or RT-DETR."),
    load=_load,
    requires=("torch", "transformers"),
    checkpoint=_poser.SPEC,
    parameters=(
        _detector.checkpoint(_poser.SPEC),
        Parameter(
            name="detector",
            kind="choice",
            default=_loading.AUTOMATIC,
            choices=(_loading.AUTOMATIC,),
            model_types=TYPES,
            label=N_("Detector"),
            help=N_(
                "The checkpoint folder that finds the people, or auto for the first that fits."
            ),
        ),
        *(parameter for parameter in _SHARED if parameter.name != "overlap"),
    ),
    classes=("person",),
    skeleton=skeletons.COCO_17.name,
    ahead=_detector.LARGEST_BATCH,
)

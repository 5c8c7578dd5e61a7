"""Checkpoints of published sizes with random weights: as fast as real ones, they find nothing.

They stand in where no checkpoint lies in the weights folders, and their figures say so. Sizes are
those of the configs that the hubs of the catalogue hold; the tests keep tiny ones (``tiny``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.models import tiny

THINGS = {0: "person", **{number: f"thing {number}" for number in range(1, 80)}}
LABELS = {"id2label": THINGS, "label2id": {name: number for number, name in THINGS.items()}}
IMAGENET = {
    "do_normalize": True,
    "image_mean": [0.485, 0.456, 0.406],
    "image_std": [0.229, 0.224, 0.225],
}


def dfine_small(folder: Path) -> None:
    """D-FINE S: 10 million weights, 640 pixels."""
    from transformers import DFineConfig, DFineForObjectDetection, HGNetV2Config

    backbone = HGNetV2Config(
        stage_in_channels=[16, 64, 256, 512],
        stage_mid_channels=[16, 32, 64, 128],
        stage_out_channels=[64, 256, 512, 1024],
        stage_num_blocks=[1, 1, 2, 1],
        stage_downsample=[False, True, True, True],
        stage_light_block=[False, False, True, True],
        stage_kernel_size=[3, 3, 5, 5],
        stage_numb_of_layers=[3, 3, 3, 3],
        stem_channels=[3, 16, 16],
        hidden_sizes=[64, 256, 512, 1024],
        embedding_size=16,
        depths=[1, 1, 2, 1],
        out_features=["stage2", "stage3", "stage4"],
        out_indices=[2, 3, 4],
    )
    config = DFineConfig(
        backbone_config=backbone,
        encoder_in_channels=[256, 512, 1024],
        decoder_layers=3,
        decoder_n_points=[3, 6, 3],
        depth_mult=0.34,
        hidden_expansion=0.5,
        eval_size=None,
        num_denoising=0,
        **LABELS,
    )
    DFineForObjectDetection(config).save_pretrained(folder)


def rtdetr_v2_r50(folder: Path) -> None:
    """RT-DETRv2 with a ResNet of 50 layers: 43 million weights, 640 pixels."""
    from transformers import RTDetrV2Config, RTDetrV2ForObjectDetection

    config = RTDetrV2Config(eval_size=None, num_denoising=0, **LABELS)
    RTDetrV2ForObjectDetection(config).save_pretrained(folder)


def rfdetr_base(folder: Path) -> None:
    """RF-DETR base: DINOv2 small in windows, 560 pixels."""
    from transformers import RfDetrConfig, RfDetrDinov2Config, RfDetrForObjectDetection

    backbone = RfDetrDinov2Config(
        hidden_size=384,
        num_attention_heads=6,
        image_size=560,
        out_features=["stage2", "stage5", "stage8", "stage11"],
    )
    config = RfDetrConfig(backbone_config=backbone, **LABELS)
    RfDetrForObjectDetection(config).save_pretrained(folder)
    _settings(folder, size={"height": 560, "width": 560}, **IMAGENET)


def groundingdino_tiny(folder: Path) -> None:
    """Grounding DINO with Swin tiny and BERT base; a tokenizer of a few words."""
    from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection

    GroundingDinoForObjectDetection(GroundingDinoConfig()).save_pretrained(folder)
    tiny.word_tokenizer().save_pretrained(folder)
    _settings(folder, size={"shortest_edge": 800, "longest_edge": 1333}, **IMAGENET)


def owlv2_base(folder: Path) -> None:
    """OWLv2 base of patches of 16 pixels, 960 pixels; a tokenizer of bytes."""
    from transformers import Owlv2Config, Owlv2ForObjectDetection

    tokenizer = tiny.byte_tokenizer()
    marks = {"bos_token_id": 257, "pad_token_id": 256, "eos_token_id": 258}
    config = Owlv2Config(
        text_config={"max_position_embeddings": 64, **marks},
        vision_config={"image_size": 960, "patch_size": 16},
    )
    Owlv2ForObjectDetection(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _settings(folder, size={"height": 960, "width": 960})


def vitpose_base(folder: Path) -> None:
    """ViTPose base with the simple decoder: 86 million weights, crops of 256 x 192."""
    from transformers import (
        VitPoseBackboneConfig,
        VitPoseConfig,
        VitPoseForPoseEstimation,
        VitPoseImageProcessorPil,
    )

    backbone = VitPoseBackboneConfig(
        image_size=[256, 192], patch_size=[16, 16], out_features=["stage12"]
    )
    config = VitPoseConfig(
        backbone_config=backbone, num_labels=17, use_simple_decoder=True, scale_factor=4
    )
    VitPoseForPoseEstimation(config).save_pretrained(folder)
    VitPoseImageProcessorPil().save_pretrained(folder)


def sam2_tiny(folder: Path) -> None:
    """SAM 2.1 with Hiera tiny: 39 million weights, 1024 pixels; always sure to see something."""
    import torch
    from transformers import Sam2VideoConfig, Sam2VideoModel

    model = Sam2VideoModel(Sam2VideoConfig())
    with torch.no_grad():
        head: Any = model.mask_decoder.pred_obj_score_head
        head.proj_out.weight.mul_(0.01)
        head.proj_out.bias.fill_(2.0)
    model.save_pretrained(folder)
    _settings(folder, size={"height": 1024, "width": 1024}, **IMAGENET)


def _settings(folder: Path, **given: Any) -> None:
    (folder / "preprocessor_config.json").write_text(json.dumps(given), encoding="utf-8")


FAMILIES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "dfine": ("random--dfine-small", dfine_small),
    "rtdetr": ("random--rtdetr-v2-r50vd", rtdetr_v2_r50),
    "rfdetr": ("random--rf-detr-base", rfdetr_base),
    "groundingdino": ("random--grounding-dino-tiny", groundingdino_tiny),
    "owlv2": ("random--owlv2-base-patch16", owlv2_base),
    "vitpose": ("random--vitpose-base-simple", vitpose_base),
    "sam2video": ("random--sam2-hiera-tiny", sam2_tiny),
}
"""The folder of each model of the catalogue that loads checkpoints, and what makes it."""


def make(name: str, weights: Path) -> Path:
    """The stand-in of a model, made below a weights folder where it is not there yet."""
    import torch

    folder, build = FAMILIES[name]
    if not (weights / folder).exists():
        torch.manual_seed(1)
        build(weights / folder)
    return weights / folder

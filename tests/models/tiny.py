"""Tiny checkpoints of the real classes: random weights, saved the way a hub's folders are.

They prove shapes, coordinates and batches, not accuracy. Biases of the class heads are set so that
about half of the queries count as a find.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

LABELS = {0: "person", 1: "bicycle", 2: "sports ball", 3: "chair"}
COMMON = {
    "encoder_hidden_dim": 32,
    "encoder_in_channels": [24, 32, 40],
    "encoder_layers": 1,
    "encoder_ffn_dim": 64,
    "encoder_attention_heads": 2,
    "d_model": 32,
    "num_queries": 8,
    "decoder_in_channels": [32, 32, 32],
    "decoder_ffn_dim": 64,
    "decoder_layers": 2,
    "decoder_attention_heads": 2,
    "decoder_n_points": 2,
    "num_feature_levels": 3,
    "eval_size": None,
    "num_denoising": 0,
    "hidden_expansion": 1.0,
    "id2label": LABELS,
    "label2id": {name: number for number, name in LABELS.items()},
}
SIZE = {"height": 128, "width": 128}


def _resnet() -> Any:
    return transformers.RTDetrResNetConfig(
        embedding_size=16,
        hidden_sizes=[16, 24, 32, 40],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
        out_indices=[2, 3, 4],
    )


def dfine(folder: Path) -> None:
    """``DFineForObjectDetection`` of 4 classes."""
    backbone = transformers.HGNetV2Config(
        stage_in_channels=[16] * 4,
        stage_mid_channels=[8] * 4,
        stage_out_channels=[16] * 4,
        stage_num_blocks=[1] * 4,
        stage_downsample=[False, True, True, True],
        stage_light_block=[False] * 4,
        stage_kernel_size=[3] * 4,
        stage_numb_of_layers=[1] * 4,
        stem_channels=[3, 8, 16],
        hidden_sizes=[16] * 4,
        embedding_size=16,
        depths=[1] * 4,
        out_features=["stage2", "stage3", "stage4"],
        out_indices=[2, 3, 4],
    )
    special = {"encoder_in_channels": [16] * 3, "decoder_n_points": [2, 2, 2]}
    config = transformers.DFineConfig(backbone_config=backbone, **{**COMMON, **special})
    _save(transformers.DFineForObjectDetection(config), folder)
    transformers.RTDetrImageProcessorPil(size=SIZE).save_pretrained(folder)


def rtdetr_v2(folder: Path) -> None:
    """``RTDetrV2ForObjectDetection`` of 4 classes."""
    config = transformers.RTDetrV2Config(backbone_config=_resnet(), **COMMON)
    _save(transformers.RTDetrV2ForObjectDetection(config), folder)
    transformers.RTDetrImageProcessorPil(size=SIZE).save_pretrained(folder)


def rtdetr(folder: Path) -> None:
    """``RTDetrForObjectDetection`` of 4 classes."""
    config = transformers.RTDetrConfig(backbone_config=_resnet(), **COMMON)
    _save(transformers.RTDetrForObjectDetection(config), folder)
    transformers.RTDetrImageProcessorPil(size=SIZE).save_pretrained(folder)


def rfdetr(folder: Path) -> None:
    """``RfDetrForObjectDetection`` of 4 classes."""
    backbone = transformers.RfDetrDinov2Config(
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        mlp_ratio=2,
        image_size=64,
        patch_size=16,
        num_windows=2,
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    config = transformers.RfDetrConfig(
        backbone_config=backbone,
        d_model=32,
        decoder_ffn_dim=64,
        decoder_layers=2,
        decoder_self_attention_heads=2,
        decoder_cross_attention_heads=4,
        decoder_n_points=2,
        num_queries=10,
        group_detr=2,
        c2f_num_blocks=1,
        id2label=COMMON["id2label"],
        label2id=COMMON["label2id"],
    )
    _save(transformers.RfDetrForObjectDetection(config), folder)
    transformers.RTDetrImageProcessorPil(
        size={"height": 64, "width": 64},
        do_normalize=True,
        image_mean=[0.485, 0.456, 0.406],
        image_std=[0.229, 0.224, 0.225],
    ).save_pretrained(folder)


WORDS = ("person", "boxing", "glove", "punching", "bag", "a", "photo", "of")


def groundingdino(folder: Path) -> None:
    """``GroundingDinoForObjectDetection`` with a tokenizer of a few words."""
    tokenizer = word_tokenizer()
    swin = transformers.SwinConfig(
        image_size=64,
        patch_size=4,
        embed_dim=8,
        depths=[1] * 4,
        num_heads=[1, 1, 2, 2],
        window_size=4,
        out_features=["stage2", "stage3", "stage4"],
        out_indices=[2, 3, 4],
    )
    bert = transformers.BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=256,
    )
    config = transformers.GroundingDinoConfig(
        backbone_config=swin,
        text_config=bert,
        d_model=32,
        encoder_layers=1,
        decoder_layers=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        num_queries=10,
        num_feature_levels=4,
        max_text_len=64,
    )
    _save(transformers.GroundingDinoForObjectDetection(config), folder)
    tokenizer.save_pretrained(folder)
    size = {"shortest_edge": 64, "longest_edge": 96}
    transformers.GroundingDinoImageProcessorPil(size=size).save_pretrained(folder)


def word_tokenizer() -> Any:
    """One token for each of a few words, and BERT's marks."""
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "?", *WORDS]
    return transformers.BertTokenizer(vocab={name: n for n, name in enumerate(names)})


def owlv2(folder: Path) -> None:
    """``Owlv2ForObjectDetection`` with a tokenizer of bytes."""
    tokenizer = byte_tokenizer()
    tower = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    }
    marks = {"bos_token_id": 257, "pad_token_id": 256, "eos_token_id": 258}
    config = transformers.Owlv2Config(
        text_config={
            "vocab_size": len(tokenizer),
            "max_position_embeddings": 32,
            **marks,
            **tower,
        },
        vision_config={"image_size": 64, "patch_size": 16, **tower},
        projection_dim=32,
    )
    _save(transformers.Owlv2ForObjectDetection(config), folder, spread=1.5)
    tokenizer.save_pretrained(folder)
    size = {"height": 64, "width": 64}
    transformers.Owlv2ImageProcessorPil(size=size).save_pretrained(folder)


def byte_tokenizer() -> Any:
    """One token per byte, and the marks of padding, beginning and end."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {letter: number for number, letter in enumerate(alphabet)}
    inner = Tokenizer(models.BPE(vocab=vocab, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
    )


def vitpose(folder: Path, *, experts: int = 1, joints: int = 17) -> None:
    """``VitPoseForPoseEstimation``; with experts the kind trained on several data sets."""
    backbone = transformers.VitPoseBackboneConfig(
        image_size=[256, 192],
        patch_size=[16, 16],
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        mlp_ratio=2,
        num_experts=experts,
        part_features=8 if experts > 1 else 0,
        out_indices=[2],
    )
    config = transformers.VitPoseConfig(
        backbone_config=backbone, num_labels=joints, use_simple_decoder=True, scale_factor=4
    )
    _save(transformers.VitPoseForPoseEstimation(config), folder)
    transformers.VitPoseImageProcessorPil().save_pretrained(folder)


def sam2video(folder: Path) -> None:
    """``Sam2VideoModel`` that looks at 128 pixels and remembers 3 pictures besides the first."""
    side = 128
    vision = transformers.Sam2VisionConfig(
        backbone_config=transformers.Sam2HieraDetConfig(
            hidden_size=12,
            num_attention_heads=1,
            image_size=[side, side],
            blocks_per_stage=[1, 1, 2, 1],
            embed_dim_per_stage=[12, 24, 48, 96],
            num_attention_heads_per_stage=[1, 2, 4, 8],
            window_size_per_stage=[8, 4, 4, 2],
            global_attention_blocks=[3],
            window_positional_embedding_background_size=[7, 7],
        ),
        backbone_channel_list=[96, 48, 24, 12],
        backbone_feature_sizes=[[side // 4] * 2, [side // 8] * 2, [side // 16] * 2],
        fpn_hidden_size=128,
    )
    config = transformers.Sam2VideoConfig(
        vision_config=vision,
        prompt_encoder_config={"hidden_size": 128, "image_size": side, "patch_size": 16},
        mask_decoder_config={
            "hidden_size": 128,
            "mlp_dim": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "iou_head_hidden_dim": 32,
        },
        image_size=side,
        memory_attention_hidden_size=128,
        memory_attention_num_layers=1,
        memory_attention_feed_forward_hidden_size=64,
        memory_attention_rope_feat_sizes=[side // 16, side // 16],
        memory_encoder_hidden_size=128,
        memory_encoder_output_channels=64,
        mask_downsampler_embed_dim=128,
        memory_fuser_embed_dim=128,
        memory_fuser_intermediate_dim=64,
        memory_fuser_num_layers=1,
        num_maskmem=4,
        max_object_pointers_in_encoder=5,
    )
    model = transformers.Sam2VideoModel(config).eval()
    with torch.no_grad():  # it is always sure to see something
        head = model.mask_decoder.pred_obj_score_head
        head.proj_out.weight.mul_(0.01)
        head.proj_out.bias.fill_(2.0)
    model.save_pretrained(folder)
    settings = {"size": {"height": side, "width": side}, "do_normalize": True}
    (folder / "preprocessor_config.json").write_text(json.dumps({"image_processor": settings}))


LIKELY = (1.5, -4.0, 1.2, -4.0)
"""Logits about which the scores of the four classes lie: people and balls are found."""

HEADS = ("class_embed", "score_head", "bbox_embed", "bbox_head", "box_head", "class_head")


def _save(model: Any, folder: Path, spread: float = 0.6) -> None:
    """Weights get sizes at which boxes and scores depend on the picture and none is certain.

    As the libraries begin, features would fade to nothing from one convolution to the next.

    :param spread: of the boxes' sizes and places.
    """
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.weight.fill_(1.0)
        for name, values in model.named_parameters():
            classes = "class" in name or "score" in name
            if not any(head in name for head in HEADS):
                if values.ndim == 4:
                    scale = (2 / values[0].numel()) ** 0.5
                    values.copy_(torch.randn(values.shape, generator=generator) * scale)
            elif name.endswith("bias"):
                values.fill_(0.0)
                if classes:
                    values.copy_(torch.tensor(LIKELY if len(values) == len(LIKELY) else LIKELY[:1]))
            else:
                scale = (0.5 if classes else spread) / values.shape[-1] ** 0.5
                values.copy_(torch.randn(values.shape, generator=generator) * scale)
    model.eval().save_pretrained(folder)


FAMILIES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "dfine": ("tiny--dfine", dfine),
    "rtdetr": ("tiny--rtdetr-v2", rtdetr_v2),
    "rfdetr": ("tiny--rfdetr", rfdetr),
    "groundingdino": ("tiny--groundingdino", groundingdino),
    "owlv2": ("tiny--owlv2", owlv2),
    "vitpose": ("tiny--vitpose", vitpose),
    "sam2video": ("tiny--sam2video", sam2video),
}
"""The folder of each model of the catalogue that loads checkpoints, and what makes it."""


def make(folder: Path) -> None:
    """All of them, below a weights folder."""
    for name, build in FAMILIES.values():
        torch.manual_seed(7)
        build(folder / name)

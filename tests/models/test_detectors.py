"""Detectors against the library itself: the same pixels in, the same boxes and joints out."""

from __future__ import annotations

import json
import pickle
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import models
from core import checkpoints, errors
from core.labels import ABSENT, Box, Detection, Picture
from models import _pixels, dfine, groundingdino, owlv2, rfdetr
from models._poser import DEFAULT as POSE_PIXELS
from models.base import Backend

pytestmark = pytest.mark.xdist_group("models")

Tiny = Callable[..., Backend]
FAMILIES = ("dfine", "rtdetr", "rfdetr", "groundingdino", "owlv2")
FOLDERS = {
    "dfine": "tiny--dfine",
    "rtdetr": "tiny--rtdetr-v2",
    "rfdetr": "tiny--rfdetr",
    "groundingdino": "tiny--groundingdino",
    "owlv2": "tiny--owlv2",
    "vitpose": "tiny--vitpose",
}
CLOSE = 1e-4
WIDTH, HEIGHT = 213, 101


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    """Three smooth pictures of an odd width, each with its own gradient and blobs."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    made = []
    for index in range(3):
        waves = [
            127 + 60 * np.sin(x / (9 + 4 * index + c)) + 60 * np.cos(y / (7 + 3 * c + index))
            for c in range(3)
        ]
        made.append(Picture(index, index / 25, np.stack(waves, -1).clip(0, 255).astype(np.uint8)))
    return made


def library(name: str, tiny_weights: Path, cls: str, folder: str = "") -> Any:
    """The model as the library loads it, without any of our code."""
    import transformers

    return (
        getattr(transformers, cls).from_pretrained(tiny_weights / (folder or FOLDERS[name])).eval()
    )


def tensors(pictures: list[Picture], folder: Path, default: _pixels.Pixels) -> Any:
    return _pixels.read(folder, default).ready(_pixels.stacked(pictures, "cpu"))


def rows(detections: Any) -> list[list[float]]:
    """Boxes as left, top, right, bottom with their score, in a fixed order."""
    return sorted(
        [d.box.x, d.box.y, d.box.x + d.box.w, d.box.y + d.box.h, d.score] for d in detections
    )


def expected(answer: dict[str, Any], keep: Callable[[int], bool]) -> list[list[float]]:
    """The library's answer for one picture: boxes cut at its edges, those without area left out."""
    found = []
    for number, (box, score) in enumerate(zip(answer["boxes"], answer["scores"], strict=True)):
        left, top, right, bottom = box.tolist()
        left, right = (min(max(side, 0), WIDTH) for side in (left, right))
        top, bottom = (min(max(side, 0), HEIGHT) for side in (top, bottom))
        if keep(number) and min(right - left, bottom - top) >= 1:
            found.append([left, top, right, bottom, float(score)])
    return sorted(found)


def assert_same(ours: list[list[float]], theirs: list[list[float]]) -> None:
    assert ours, "a backend that finds nothing proves nothing"
    assert np.array(ours) == pytest.approx(np.array(theirs), rel=CLOSE, abs=CLOSE)


CLASSES = {
    "dfine": "DFineForObjectDetection",
    "rtdetr": "RTDetrV2ForObjectDetection",
    "rfdetr": "RfDetrForObjectDetection",
}


@pytest.mark.parametrize("name", CLASSES)
def test_boxes_of_fixed_classes_are_the_librarys(
    name: str, tiny_backend: Tiny, tiny_weights: Path, pictures: list[Picture]
) -> None:
    import torch
    import transformers

    default = rfdetr.PIXELS if name == "rfdetr" else dfine.PIXELS
    pixels = tensors(pictures, tiny_weights / FOLDERS[name], default)
    with torch.inference_mode():
        outputs = library(name, tiny_weights, CLASSES[name])(pixel_values=pixels)
    answers = transformers.RTDetrImageProcessorPil().post_process_object_detection(
        outputs, threshold=0.5, target_sizes=[(HEIGHT, WIDTH)] * 3
    )
    backend = tiny_backend(name, classes="person=person, Sports Ball=bag", threshold=0.5)
    assert backend.classes == ("person", "bag")
    for result, answer in zip(backend.suggest(pictures), answers, strict=True):
        assert_same(
            rows(result.detections),
            expected(answer, lambda n, a=answer: int(a["labels"][n]) in (0, 2)),
        )
        for label, ours in ((0, "person"), (2, "bag")):
            theirs = expected(answer, lambda n, a=answer, w=label: int(a["labels"][n]) == w)
            assert len(theirs) == sum(d.class_name == ours for d in result.detections)


def test_the_first_rtdetr_is_loaded_too(tmp_path: Path, pictures: list[Picture]) -> None:
    import torch
    import transformers

    from tests.models import tiny

    torch.manual_seed(7)
    tiny.rtdetr(tmp_path / "tiny--rtdetr")
    pixels = tensors(pictures, tmp_path / "tiny--rtdetr", dfine.PIXELS)
    model = transformers.RTDetrForObjectDetection.from_pretrained(tmp_path / "tiny--rtdetr").eval()
    with torch.inference_mode():
        outputs = model(pixel_values=pixels)
    answers = transformers.RTDetrImageProcessorPil().post_process_object_detection(
        outputs, threshold=0.3, target_sizes=[(HEIGHT, WIDTH)] * 3
    )
    with models.load("rtdetr", [tmp_path], {"threshold": 0.3}, "cpu") as backend:
        results = list(backend.suggest(pictures))
    for result, answer in zip(results, answers, strict=True):
        assert_same(
            rows(result.detections),
            expected(answer, lambda n, a=answer: int(a["labels"][n]) == 0),
        )


def test_boxes_of_grounding_dino_are_the_librarys(
    tiny_backend: Tiny, tiny_weights: Path, pictures: list[Picture]
) -> None:
    import torch
    import transformers

    folder = tiny_weights / FOLDERS["groundingdino"]
    pixels = tensors(pictures, folder, groundingdino.DEFAULT)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    text = tokenizer(["person. boxing glove. bag."] * 3, return_tensors="pt")
    model = library("groundingdino", tiny_weights, "GroundingDinoForObjectDetection")
    with torch.inference_mode():
        outputs = model(
            pixel_values=pixels, pixel_mask=torch.ones(3, *pixels.shape[-2:]).long(), **text
        )
    processor = transformers.GroundingDinoProcessor(
        transformers.GroundingDinoImageProcessorPil(), tokenizer
    )
    answers = processor.post_process_grounded_object_detection(
        outputs, text["input_ids"], threshold=0.0, target_sizes=[(HEIGHT, WIDTH)] * 3
    )
    # [CLS] person . boxing glove . bag . [SEP]: the token that the library's score comes from
    # says which word a box belongs to; marks between the words belong to none.
    words = {1: "person", 3: "glove", 4: "glove", 6: "bag"}
    backend = tiny_backend(
        "groundingdino",
        prompt="person. Boxing  glove. bag",
        classes="boxing glove=glove",
        threshold=0.3,
        overlap=1.0,
    )
    assert backend.classes == ("person", "glove", "bag")
    compared = 0
    for number, result in enumerate(backend.suggest(pictures)):
        tokens = outputs.logits[number].sigmoid()[:, list(words)]
        best = [list(words.values())[column] for column in tokens.argmax(-1)]
        scores = tokens.amax(-1)
        answer = {"boxes": answers[number]["boxes"], "scores": scores}
        assert len(answer["boxes"]) == len(scores)
        for word in ("person", "glove", "bag"):
            theirs = expected(
                answer, lambda n, b=best, s=scores, w=word: b[n] == w and float(s[n]) > 0.3
            )
            ours = rows(d for d in result.detections if d.class_name == word)
            assert len(ours) == len(theirs)
            compared += len(ours)
            if ours:
                assert_same(ours, theirs)
    assert compared >= 6


def test_boxes_of_owlv2_are_the_librarys(
    tiny_backend: Tiny, tiny_weights: Path, pictures: list[Picture]
) -> None:
    import torch
    import transformers

    folder = tiny_weights / FOLDERS["owlv2"]
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    text = tokenizer(
        ["a photo of a person", "a photo of a boxing glove"],
        padding="max_length",
        max_length=32,
        truncation=True,
        return_tensors="pt",
    )
    backend = tiny_backend("owlv2", prompt="person. boxing glove.", threshold=0.2, overlap=1.0)
    images = _pixels.stacked(pictures, "cpu")
    pixels = owlv2.pixels(images, _pixels.read(folder, owlv2.DEFAULT))
    with torch.inference_mode():
        outputs = library("owlv2", tiny_weights, "Owlv2ForObjectDetection")(
            pixel_values=pixels,
            input_ids=text["input_ids"].repeat(3, 1),
            attention_mask=text["attention_mask"].repeat(3, 1),
        )
    answers = transformers.Owlv2ImageProcessorPil().post_process_object_detection(
        outputs, threshold=0.2, target_sizes=[(HEIGHT, WIDTH)] * 3
    )
    for result, answer in zip(backend.suggest(pictures), answers, strict=True):
        assert_same(rows(result.detections), expected(answer, lambda n: True))
        names = {d.class_name for d in result.detections}
        assert names == {("person", "glove")[label] for label in answer["labels"].tolist()} or (
            len(result.detections) < len(answer["labels"])
        )


PROCESSORS = {
    "dfine": ("RTDetrImageProcessorPil", dfine.PIXELS),
    "groundingdino": ("GroundingDinoImageProcessorPil", groundingdino.DEFAULT),
    "owlv2": ("Owlv2ImageProcessorPil", owlv2.DEFAULT),
}


@pytest.mark.parametrize("name", PROCESSORS)
def test_pixels_are_those_of_the_librarys_processor(
    name: str, tiny_weights: Path, pictures: list[Picture]
) -> None:
    import transformers

    cls, default = PROCESSORS[name]
    folder = tiny_weights / FOLDERS[name]
    theirs = getattr(transformers, cls).from_pretrained(folder)(
        images=[picture.image for picture in pictures], return_tensors="pt"
    )["pixel_values"]
    if name == "owlv2":
        ours = owlv2.pixels(_pixels.stacked(pictures, "cpu"), _pixels.read(folder, default))
    else:
        ours = tensors(pictures, folder, default)
    assert ours.shape == theirs.shape
    # Values are whole numbers of 0..255 before they are normalised; one of them is up to 0.0175.
    assert float((ours - theirs).abs().max()) < 0.0176
    assert float((ours - theirs).abs().mean()) < 0.004


def test_rfdetr_shrinks_without_smoothing(tiny_weights: Path, pictures: list[Picture]) -> None:
    """What its own processor does, which needs torchvision."""
    import torch
    from torch.nn import functional

    folder = tiny_weights / FOLDERS["rfdetr"]
    ours = tensors(pictures, folder, rfdetr.PIXELS)
    images = _pixels.stacked(pictures, "cpu") / 255
    shrunk = functional.interpolate(images, size=(64, 64), mode="bilinear", antialias=False)
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    theirs = (shrunk - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    assert float((ours - theirs).abs().max()) < 0.009  # half of a whole value, normalised


def test_settings_of_the_checkpoint_count(tmp_path: Path) -> None:
    settings = {
        "size": {"shortest_edge": 480, "longest_edge": 640},
        "resample": 3,
        "do_rescale": False,
        "do_normalize": True,
        "image_mean": [100, 110, 120],
        "image_std": [50, 50, 50],
    }
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(settings))
    found = _pixels.read(tmp_path, dfine.PIXELS)
    assert found.size(1080, 1920) == (360, 640)
    assert found.size(300, 200) == (640, 427)
    assert (found.mode, found.scale, found.mean) == ("bicubic", 1.0, (100.0, 110.0, 120.0))
    (tmp_path / "preprocessor_config.json").write_text('{"size": 96, "do_normalize": false}')
    found = _pixels.read(tmp_path, rfdetr.PIXELS)
    assert (found.size(7, 9), found.mean) == ((96, 96), (0.0, 0.0, 0.0))


def people(pictures: list[Picture]) -> list[list[Detection]]:
    """Boxes inside, at the edge and of odd shapes; one picture without any, one with a glove."""
    boxes = [[Box(10, 5, 60, 90), Box(150.5, 20.25, 80, 33)], [], [Box(-20, -10, 50, 60)]]
    found = [[Detection("person", box, 0.9) for box in each] for each in boxes]
    found[2].insert(0, Detection("glove", Box(1, 2, 3, 4), 0.5))
    return found


@pytest.mark.parametrize("experts", [1, 3])
def test_joints_are_the_librarys(
    experts: int, tmp_path: Path, tiny_weights: Path, pictures: list[Picture]
) -> None:
    import torch
    import transformers

    from models._loading import Place
    from models._poser import Poser
    from tests.models import tiny

    folder = tiny_weights / FOLDERS["vitpose"]
    if experts > 1:
        torch.manual_seed(7)
        folder = tmp_path / "tiny--vitpose-plus"
        tiny.vitpose(folder, experts=experts)
    poser = Poser.load([folder.parent], folder.name, Place("cpu", "float32"))
    images = _pixels.stacked(pictures, "cpu")
    found = people(pictures)
    boxes = [[list(d.box.values()) for d in each if d.class_name == "person"] for each in found]
    crops = poser.crops(images, [(n, Box(*box)) for n, each in enumerate(boxes) for box in each])

    processor = transformers.VitPoseImageProcessorPil.from_pretrained(folder)
    theirs = processor(
        images=[picture.image for picture in pictures], boxes=boxes, return_tensors="pt"
    )["pixel_values"]
    assert crops.shape == theirs.shape == (3, 3, 256, 192)
    apart = (crops - theirs).abs()
    # The same but for values that lie between two whole numbers, and rows just at an edge.
    assert float((apart > 1e-4).float().mean()) < 0.005

    model = transformers.VitPoseForPoseEstimation.from_pretrained(folder).eval()
    extra = {"dataset_index": torch.zeros(3, dtype=torch.long)} if experts > 1 else {}
    with torch.inference_mode():
        outputs = model(crops, **extra)
    answers = processor.post_process_pose_estimation(outputs, boxes=boxes)
    with torch.inference_mode():
        posed = poser.posed(images, found)
    assert [[d.class_name for d in each] for each in posed] == [
        ["person", "person"],
        [],
        ["glove", "person"],
    ]
    assert posed[2][0] == found[2][0], "only people have joints"
    ours = [d for each in posed for d in each if d.joints]
    flat = [answer for each in answers for answer in each]
    assert len(ours) == len(flat) == 3
    for detection, answer in zip(ours, flat, strict=True):
        assert detection.skeleton == "coco17"
        places = np.array([[joint.x, joint.y] for joint in detection.joints or ()])
        theirs, peaks = answer["keypoints"].numpy(), answer["scores"].numpy() > 0
        assert peaks.sum() > len(peaks) / 2
        assert places[peaks] == pytest.approx(theirs[peaks], rel=CLOSE, abs=CLOSE)
        for joint, score in zip(detection.joints or (), answer["scores"].tolist(), strict=True):
            assert joint.score == pytest.approx(min(1, max(0, score)), abs=CLOSE)
            inside = 0 <= joint.x <= WIDTH and 0 <= joint.y <= HEIGHT
            assert inside or joint.visibility == ABSENT
    assert _pixels.read(folder, POSE_PIXELS) == POSE_PIXELS


@pytest.mark.parametrize("name", [*FAMILIES, "vitpose"])
def test_a_batch_of_three_equals_one_by_one(
    name: str, tiny_backend: Tiny, pictures: list[Picture]
) -> None:
    together = list(tiny_backend(name, batch=3).suggest(pictures))
    single = tiny_backend(name, batch=1)
    for result, picture in zip(together, pictures, strict=True):
        (alone,) = single.suggest([picture])
        assert_same(rows(result.detections), rows(alone.detections))
        if name == "vitpose":
            for one, other in zip(result.detections, alone.detections, strict=True):
                places = [[(j.x, j.y) for j in d.joints or ()] for d in (one, other)]
                apart = np.abs(np.array(places[0]) - np.array(places[1]))
                # Peaks of random heatmaps are flat: their fraction of a pixel is not stable.
                assert np.quantile(apart, 0.75) < 1e-2


def test_boxes_with_poses_keep_their_boxes(tiny_backend: Tiny, pictures: list[Picture]) -> None:
    plain = list(tiny_backend("rtdetr").suggest(pictures))
    posed = list(tiny_backend("rtdetr", pose="auto").suggest(pictures))
    assert [[replace(d, joints=None, skeleton=None) for d in r.detections] for r in posed] == [
        list(r.detections) for r in plain
    ]
    assert all(len(d.joints or ()) == 17 for r in posed for d in r.detections)
    assert len(tiny_backend("rtdetr", pose="auto").weights) == 2


def test_half_precision_finds_the_same(tiny_backend: Tiny, pictures: list[Picture]) -> None:
    full = list(tiny_backend("rtdetr").suggest(pictures))
    half = list(tiny_backend("rtdetr", precision="bfloat16").suggest(pictures))
    for one, other in zip(full, half, strict=True):
        assert one.detections
        assert all(
            max(d.box.iou(o.box) for o in other.detections) > 0.8 for d in one.detections[:3]
        )


def test_the_surest_of_boxes_that_overlap_is_kept(
    tiny_backend: Tiny, pictures: list[Picture]
) -> None:
    everything = [r.detections for r in tiny_backend("owlv2", overlap=1.0).suggest(pictures)]
    kept = [r.detections for r in tiny_backend("owlv2", overlap=0.1).suggest(pictures)]
    assert 0 < sum(map(len, kept)) < sum(map(len, everything))
    for ours, all_of_it in zip(kept, everything, strict=True):
        assert ours[0] == max(all_of_it, key=lambda d: d.score)
        assert all(a is b or a.box.iou(b.box) <= 0.1 for a in ours for b in ours)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"classes": "unicorn=person"}, "unicorn"),
        ({"classes": "person"}, "no list of classes"),
        ({"classes": "person=person, Person=bag"}, "no list of classes"),
        ({"classes": ","}, "From 1 to 40"),
        ({"checkpoint": "tiny--rfdetr"}, "tiny--rfdetr"),
        ({"checkpoint": "../secret"}, "secret"),
        ({"pose": "nobody"}, "nobody"),
        ({"classes": "x" * 501 + "=person"}, "500"),
        ({"precision": "int4"}, "int4"),
    ],
)
def test_wrong_settings_are_explained(
    parameters: dict[str, Any], message: str, tiny_weights: Path
) -> None:
    with pytest.raises(errors.BadInput, match=message):
        models.load("dfine", [tiny_weights], parameters, "cpu")


def test_an_unreadable_prompt_is_explained(tiny_weights: Path) -> None:
    for prompt, message in (("권투 글러브.", "cannot read"), ("...", "1 to 40 words")):
        with pytest.raises(errors.BadInput, match=message):
            models.load("groundingdino", [tiny_weights], {"prompt": prompt}, "cpu")


def test_a_device_that_is_not_there_is_named(tiny_weights: Path) -> None:
    for device in ("cuda:99", "quantum"):
        with pytest.raises(errors.ModelUnavailable, match=device):
            models.load("dfine", [tiny_weights], {}, device)


def test_vitpose_needs_a_detector(tiny_weights: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_weights / FOLDERS["vitpose"], tmp_path / FOLDERS["vitpose"])
    (entry,) = [e for e in models.catalogue([tmp_path]) if e.model.name == "vitpose"]
    assert not entry.available
    assert "d_fine" in entry.reason.format(**entry.values)
    with pytest.raises(errors.ModelUnavailable, match="detector"):
        models.load("vitpose", [tmp_path], {}, "cpu")
    with pytest.raises(errors.UnknownItem, match="nobody"):
        models.load("vitpose", [tiny_weights], {"detector": "nobody"}, "cpu")


def test_the_catalogue_lists_the_folders(tiny_weights: Path, tmp_path: Path) -> None:
    listed = {entry.model.name: entry for entry in models.catalogue([tmp_path, tiny_weights])}
    for name, folder in FOLDERS.items():
        entry = listed[name]
        assert entry.available
        assert entry.files == (folder,)
        assert entry.choices["checkpoint"] == (folder,)
        assert entry.size == (tiny_weights / folder / "model.safetensors").stat().st_size
    assert listed["dfine"].choices["pose"] == ("tiny--vitpose",)
    empty = {entry.model.name: entry for entry in models.catalogue([tmp_path])}["dfine"]
    assert not empty.available
    assert "ustc-community/dfine-small-coco" in empty.hint.format(**empty.values)
    assert empty.size == 41_500_000


def test_the_record_holds_the_hash_of_the_folder(tiny_backend: Tiny, tiny_weights: Path) -> None:
    (used,) = tiny_backend("rtdetr").weights
    assert used.sha256 == checkpoints.digest(tiny_weights / FOLDERS["rtdetr"])


# --- what must never be loaded ------------------------------------------------------------------


@pytest.fixture
def copied(tiny_weights: Path, tmp_path: Path) -> Path:
    """A copy of a tiny checkpoint that may be spoilt."""
    shutil.copytree(tiny_weights / FOLDERS["rtdetr"], tmp_path / "w" / "tiny--rtdetr")
    return tmp_path / "w" / "tiny--rtdetr"


def refused(folder: Path, message: str) -> None:
    with pytest.raises(errors.ModelUnavailable, match=message) as caught:
        models.load("rtdetr", [folder.parent], {}, "cpu")
    assert caught.value.hint


def test_weights_that_are_missing_are_not_made_up(copied: Path) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(copied / "model.safetensors")
    tensors.pop("model.decoder.class_embed.1.weight")
    save_file(tensors, copied / "model.safetensors", {"format": "pt"})
    refused(copied, "lacks 2 of the weights")


def test_weights_in_several_files_give_the_same(
    copied: Path, tiny_backend: Tiny, pictures: list[Picture]
) -> None:
    model = library("rtdetr", copied.parent, CLASSES["rtdetr"], copied.name)
    (copied / "model.safetensors").unlink()
    model.save_pretrained(copied, max_shard_size="300KB")
    assert len(list(copied.glob("model-*.safetensors"))) > 1
    with models.load("rtdetr", [copied.parent], {}, "cpu") as backend:
        for ours, whole in zip(
            backend.suggest(pictures), tiny_backend("rtdetr").suggest(pictures), strict=True
        ):
            assert_same(rows(ours.detections), rows(whole.detections))
    min(copied.glob("model-*.safetensors")).unlink()
    refused(copied, "is missing")


def test_weights_of_another_size_are_refused(copied: Path) -> None:
    config = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps({**config, "d_model": 64}))
    refused(copied, "tiny--rtdetr cannot be used")


def test_values_that_are_no_numbers_are_refused(copied: Path, pictures: list[Picture]) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(copied / "model.safetensors")
    tensors["model.decoder.class_embed.1.bias"][:] = float("nan")
    save_file(tensors, copied / "model.safetensors", {"format": "pt"})
    with (
        models.load("rtdetr", [copied.parent], {}, "cpu") as backend,
        pytest.raises(errors.ModelUnavailable, match="no numbers"),
    ):
        list(backend.suggest(pictures))


@pytest.mark.parametrize(
    "settings",
    [{"size": {"height": -1, "width": 9}}, {"size": "big"}, {"image_mean": [1], "do_normalize": 1}],
)
def test_picture_settings_without_sense_are_refused(copied: Path, settings: dict[str, Any]) -> None:
    (copied / "processor_config.json").unlink(missing_ok=True)
    (copied / "preprocessor_config.json").write_text(json.dumps(settings))
    refused(copied, "picture settings")


class Canary:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.mark,))


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin", "training_args.bin"])
def test_sec_18_pickles_are_never_opened(copied: Path, tmp_path: Path, name: str) -> None:
    mark = tmp_path / "ran"
    (copied / name).write_bytes(pickle.dumps(Canary(mark)))
    refused(copied, name)
    assert not mark.exists()


def test_sec_18_code_in_a_folder_is_never_run(copied: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    config = json.loads((copied / "config.json").read_text())
    config["auto_map"] = {"AutoModelForObjectDetection": "modeling.Evil"}
    (copied / "config.json").write_text(json.dumps(config))
    refused(copied, "auto_map")
    (copied / "modeling.py").write_text(f"open({str(mark)!r}, 'w')")
    refused(copied, "modeling.py")
    assert not mark.exists()


def test_sec_18_nothing_is_asked_of_the_network(
    copied: Path, pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def guard(*address: Any, **_: Any) -> None:
        asked.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", guard)
    monkeypatch.setattr(socket, "getaddrinfo", guard)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with models.load("rtdetr", [copied.parent], {}, "cpu") as backend:
        assert next(iter(backend.suggest(pictures))).detections
    (copied / "model.safetensors").unlink()
    refused(copied, "model.safetensors")
    assert asked == []

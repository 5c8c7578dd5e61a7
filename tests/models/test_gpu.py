"""Models on a GPU: the same answers as on the processor, in half precision and batches too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import models
from core import errors
from core.labels import Box, Detection, FrameResult, Picture, Sighting
from models import _loading, _pixels, _poser
from tests.moving import Scene, across

DETECTORS = ("dfine", "rtdetr", "rfdetr", "groundingdino", "owlv2")
SCENE = Scene(across, width=213, height=101)
FRAMES = 5


@pytest.fixture(scope="module", autouse=True)
def exact() -> Iterator[None]:
    """Products of float32 with all of its digits, so that they can be compared."""
    import torch

    if not torch.cuda.is_available():
        pytest.skip("torch sees no GPU on this machine")
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    yield
    torch.set_float32_matmul_precision(before[0])
    torch.backends.cudnn.allow_tf32 = before[1]


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    return SCENE.pictures(0, FRAMES - 1)


def answered(
    name: str, weights: Path, pictures: list[Picture], device: str, **given: object
) -> list[FrameResult]:
    with models.load(name, [weights], {"threshold": 0.3, **given}, device) as backend:
        assert backend.device.startswith(device)
        return list(backend.suggest(pictures))


def rows(result: FrameResult) -> np.ndarray:
    return np.array(sorted([*item.box.values(), item.score] for item in result.detections))


@pytest.mark.parametrize("batch", [1, 3, 32])
@pytest.mark.parametrize("name", DETECTORS)
def test_a_gpu_finds_what_the_processor_finds(
    name: str, batch: int, tiny_weights: Path, pictures: list[Picture]
) -> None:
    expected = answered(name, tiny_weights, pictures, "cpu", batch=1)
    found = answered(name, tiny_weights, pictures, "cuda", batch=batch, precision="float32")
    assert [result.index for result in found] == [picture.index for picture in pictures]
    for ours, theirs in zip(found, expected, strict=True):
        assert len(theirs.detections) > 0
        assert rows(ours) == pytest.approx(rows(theirs), abs=0.05)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
@pytest.mark.parametrize("name", DETECTORS)
def test_half_precision_finds_about_the_same(
    name: str, precision: str, tiny_weights: Path, pictures: list[Picture]
) -> None:
    expected = answered(name, tiny_weights, pictures, "cpu")
    found = answered(name, tiny_weights, pictures, "cuda", precision=precision)
    near = [
        max((item.box.iou(other.box) for item in ours.detections), default=0.0)
        for ours, theirs in zip(found, expected, strict=True)
        for other in theirs.detections
    ]
    assert np.median(near) > 0.6


def test_auto_takes_the_gpu_and_half_precision() -> None:
    where = _loading.place("auto", "auto")
    assert where.device == "cuda:0"
    assert where.precision in ("bfloat16", "float16")


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_poses_in_crops_of_a_whole_batch(
    precision: str, tiny_weights: Path, pictures: list[Picture]
) -> None:
    import torch

    boxes = [Box(20 + 9 * n, 10, 60, 80) for n in range(5)]
    found = [[Detection("person", box, 0.9) for box in boxes] for _ in pictures]
    joints = {}
    for device, numbers in (("cpu", "float32"), ("cuda:0", precision)):
        where = _loading.Place(device, numbers)
        poser = _poser.Poser.load([tiny_weights], "auto", where)
        with torch.inference_mode():
            posed = poser.posed(_pixels.stacked(pictures, device), found)
        joints[device] = np.array(
            [[(j.x, j.y) for j in item.joints or ()] for items in posed for item in items]
        )
    assert joints["cpu"].shape == (FRAMES * len(boxes), 17, 2)
    away = np.linalg.norm(joints["cpu"] - joints["cuda:0"], axis=-1)
    # Peaks of random heatmaps are flat: in half precision some lie elsewhere.
    assert np.median(away) < (0.01 if precision == "float32" else 3)


def test_outlines_are_followed_alike(tiny_weights: Path) -> None:
    boxes = [Box(20.5, 10.25, 60, 50), Box(100, 20, 70.75, 70)]
    first, *ahead = SCENE.pictures(0, 9)
    found = {}
    for device in ("cpu", "cuda"):
        given = {"precision": "float32"}
        with models.load_follower("sam2video", [tiny_weights], given, device) as follower:
            found[device] = [
                [one.box.values() if isinstance(one, Sighting) else () for one in result.objects]
                for result in follower.follow(first, boxes, ahead)
            ]
    assert len(found["cuda"]) == len(ahead)
    assert np.array(found["cuda"]) == pytest.approx(np.array(found["cpu"]), abs=1.01)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_outlines_are_followed_in_half_precision(tiny_weights: Path, precision: str) -> None:
    first, *ahead = SCENE.pictures(0, 9)
    given = {"precision": precision}
    with models.load_follower("sam2video", [tiny_weights], given, "cuda") as follower:
        results = list(follower.follow(first, [Box(20.5, 10.25, 60, 50)], ahead))
    assert [result.index for result in results] == [picture.index for picture in ahead]
    assert all(isinstance(one, Sighting) for result in results for one in result.objects)


@pytest.fixture
def full() -> Iterator[Callable[[], None]]:
    """Lets this process have next to nothing of the GPU's memory from the call on."""
    import torch

    def fill() -> None:
        torch.cuda.empty_cache()
        torch.cuda.set_per_process_memory_fraction(1e-6)

    yield fill
    torch.cuda.set_per_process_memory_fraction(1.0)


def test_a_full_gpu_is_said_in_words(
    tiny_weights: Path, pictures: list[Picture], full: Callable[[], None]
) -> None:
    large = [Picture(p.index, p.time, np.tile(p.image, (20, 20, 1))) for p in pictures]
    with models.load("dfine", [tiny_weights], {"batch": 5}, "cuda") as backend:
        full()
        with pytest.raises(errors.ModelUnavailable) as refused:
            list(backend.suggest(large))
        assert "memory" in str(refused.value)


def test_closing_gives_the_memory_back(tiny_weights: Path, pictures: list[Picture]) -> None:
    import torch

    answered("owlv2", tiny_weights, pictures, "cuda")
    torch.cuda.synchronize()
    before = torch.cuda.memory_reserved()
    for _ in range(3):
        answered("owlv2", tiny_weights, pictures, "cuda")
    assert torch.cuda.memory_reserved() <= before

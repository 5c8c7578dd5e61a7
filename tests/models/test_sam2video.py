"""SAM 2 against the library itself: the same pixels in, the same masks and boxes out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import models
from core import errors
from core.labels import Box, FollowResult, Lost, Sighting
from models import _mask_follower, _pixels, sam2video
from models.base import Follower
from tests.moving import Scene, across

pytestmark = pytest.mark.xdist_group("models")

WIDTH, HEIGHT = 213, 121
BOXES = [Box(20.5, 30.25, 60, 50), Box(100, 20, 70.75, 90)]
SCENE = Scene(across, width=WIDTH, height=HEIGHT)
FRAMES = 14
"""More than the tiny model remembers, so that what is forgotten on the way would show."""


@pytest.fixture
def follower(tiny_weights: Path) -> Iterator[Follower]:
    with models.load_follower("sam2video", [tiny_weights], {}, "cpu") as loaded:
        yield loaded


def library(tiny_weights: Path) -> Any:
    import transformers

    return transformers.Sam2VideoModel.from_pretrained(tiny_weights / "tiny--sam2video").eval()


def directly(tiny_weights: Path, pixels: Any) -> list[list[tuple[Any, float]]]:
    """Mask and score of each object in each picture but the first, without any of our code."""
    import torch
    from torch.nn import functional
    from transformers import Sam2VideoInferenceSession

    model = library(tiny_weights)
    session = Sam2VideoInferenceSession(video_height=HEIGHT, video_width=WIDTH, dtype=torch.float32)
    side = pixels.shape[-1]
    for number, box in enumerate(BOXES):
        corners = torch.tensor([[box.x, box.y], [box.x + box.w, box.y + box.h]])
        scaled = corners * torch.tensor([side / WIDTH, side / HEIGHT])
        session.add_point_inputs(
            session.obj_id_to_idx(number + 5),
            0,
            {
                "point_coords": scaled.view(1, 1, 2, 2),
                "point_labels": torch.tensor([[[2, 3]]], dtype=torch.int32),
            },
        )
    session.obj_with_new_inputs = [5, 6]
    found = []
    for picture in pixels:
        answer = model(inference_session=session, frame=picture[None])
        masks = functional.interpolate(
            answer.pred_masks, size=(HEIGHT, WIDTH), mode="bilinear", align_corners=False
        )
        scores = answer.object_score_logits.sigmoid().flatten().tolist()
        found.append(
            [(mask[0].numpy() > 0, score) for mask, score in zip(masks, scores, strict=True)]
        )
    return found[1:]


@pytest.fixture
def masks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The masks that boxes were made of: those of random weights reach over nearly everything, so
    that their boxes alone would prove little."""
    seen: list[Any] = []
    made = _mask_follower.sighting

    def remembering(mask: Any, score: float) -> Sighting | Lost:
        seen.append(mask)
        return made(mask, score)

    monkeypatch.setattr(_mask_follower, "sighting", remembering)
    return seen


def test_a_box_holds_its_mask_exactly() -> None:
    mask = np.zeros((50, 70), bool)
    assert _mask_follower.sighting(mask, 0.9) == Lost("points")
    mask[7, 11] = mask[20, 33] = True
    assert _mask_follower.sighting(mask, 0.75) == Sighting(Box(11, 7, 23, 14), 0.75)
    assert _mask_follower.sighting(mask, 0.25) == Lost("points")


@pytest.mark.parametrize(("first", "last"), [(0, FRAMES), (FRAMES, 0)])
def test_masks_and_scores_are_the_librarys(
    follower: Follower, tiny_weights: Path, masks: list[Any], first: int, last: int
) -> None:
    pictures = SCENE.pictures(first, last)
    read = _pixels.read(tiny_weights / "tiny--sam2video", sam2video.PIXELS)
    assert (read.height, read.width) == (128, 128)
    assert read.mean == sam2video.PIXELS.mean
    theirs = directly(tiny_weights, read.ready(_pixels.stacked(pictures, "cpu")))
    ours = list(follower.follow(pictures[0], BOXES, pictures[1:]))
    assert [result.index for result in ours] == [picture.index for picture in pictures[1:]]
    expected = [mask for answers in theirs for mask, _ in answers]
    assert len({mask.tobytes() for mask in expected}) == 2 * FRAMES
    assert [np.mean(one != other) < 1e-3 for one, other in zip(masks, expected, strict=True)] == (
        [True] * 2 * FRAMES
    )
    for result, answers in zip(ours, theirs, strict=True):
        for seen, (_, score) in zip(result.objects, answers, strict=True):
            assert isinstance(seen, Sighting), "the tiny model always sees something"
            assert seen.score == pytest.approx(score, abs=1e-4)


def test_memory_does_not_grow_with_the_video(
    follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions: list[Any] = []
    begun = type(follower)._begun  # type: ignore[attr-defined]

    def remembering(self: Any, *given: Any) -> Any:
        sessions.append(begun(self, *given))
        return sessions[-1]

    monkeypatch.setattr(type(follower), "_begun", remembering)
    pictures = SCENE.pictures(0, 20)
    held = []
    for _ in follower.follow(pictures[0], BOXES, pictures[1:]):
        (session,) = sessions
        kept = session.output_dict_per_obj[0]["non_cond_frame_outputs"]
        held.append((len(session.processed_frames), len(kept)))
    assert max(held) <= (2, 6)
    assert held[-1] == held[10]


def test_what_the_model_does_not_see_is_lost(tiny_weights: Path, tmp_path: Path) -> None:
    import torch
    import transformers

    folder = tmp_path / "blind"
    shutil.copytree(tiny_weights / "tiny--sam2video", folder)
    model = library(tiny_weights)
    with torch.no_grad():
        model.mask_decoder.pred_obj_score_head.proj_out.bias.fill_(-2.0)
    assert isinstance(model, transformers.Sam2VideoModel)
    model.save_pretrained(folder)
    taken: list[int] = []

    def feed() -> Iterator[Any]:
        for picture in SCENE.pictures(1, 9):
            taken.append(picture.index)
            yield picture

    with models.load_follower("sam2video", [tmp_path], {}, "cpu") as blind:
        (result,) = blind.follow(SCENE.picture(0), BOXES, feed())
    assert [type(one) for one in result.objects] == [Lost, Lost]
    assert taken == [1], "nobody is looked for any more"


def test_without_a_checkpoint_it_says_where_one_goes(tmp_path: Path) -> None:
    with pytest.raises(errors.ModelUnavailable, match="checkpoint"):
        models.load_follower("sam2video", [tmp_path], {}, "cpu")
    (entry,) = [e for e in models.catalogue([tmp_path]) if e.model.name == "sam2video"]
    assert not entry.available
    assert entry.licence == "Apache-2.0"


def test_results_stay_inside_the_picture(follower: Follower) -> None:
    results: list[FollowResult] = list(
        follower.follow(SCENE.picture(0), BOXES[:1], SCENE.pictures(1, 4))
    )
    for result in results:
        (seen,) = result.objects
        assert isinstance(seen, Sighting)
        assert seen.box.clipped(WIDTH, HEIGHT) == seen.box

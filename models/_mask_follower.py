"""SAM 2 on a stream of pictures: from boxes to masks, and from each mask back to a box."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from core import errors
from core.labels import Box, FollowResult, Lost, Picture, Sighting
from models import _loading, _pixels
from models._loading import Place
from models._pixels import Pixels
from models.base import Follower, Weights

Tensor = Any

BOX_CORNERS = (2, 3)
"""How SAM 2 labels the top left and the bottom right corner of a box among its points."""


class MaskFollower(Follower):
    """Steps are numbered from 0 in the order the pictures come, whichever way the video runs.

    :param model: a ``Sam2VideoModel``.
    """

    def __init__(self, model: Any, pixels: Pixels, where: Place, name: str, used: Weights) -> None:
        self.weights = (used,)
        self.device = where.device
        self._model: Any = model
        self._pixels, self._where, self._name = pixels, where, name

    def follow(
        self, first: Picture, boxes: Sequence[Box], pictures: Iterable[Picture]
    ) -> Iterator[FollowResult]:
        """See ``Follower.follow``.

        :raises ModelUnavailable: after ``close``, or when the library fails.
        """
        if self._model is None:
            raise errors.ModelUnavailable("{model} is closed.", model=self._name)
        session = self._begun(first, boxes)
        lost: dict[int, Lost] = {}
        for step, picture in enumerate(pictures, start=1):
            started = time.perf_counter()
            seen = self._seen(session, step, picture)
            for number, one in enumerate(seen):
                if isinstance(one, Lost):
                    lost.setdefault(number, one)
            self._forget(session, step)
            taken = time.perf_counter() - started
            objects = tuple(lost.get(number, one) for number, one in enumerate(seen))
            yield FollowResult(picture.index, objects, taken)
            if len(lost) == len(boxes):
                return

    def close(self) -> None:
        """Free the model; may be called again."""
        import torch

        self._model = None
        torch.cuda.empty_cache()  # the GPU's memory goes back to whoever comes next

    def _begun(self, first: Picture, boxes: Sequence[Box]) -> Any:
        """A session that has seen the first picture with its boxes."""
        import torch

        height, width = first.image.shape[:2]
        with _loading.explained(self._name), torch.inference_mode():
            from transformers import Sam2VideoInferenceSession

            session: Any = Sam2VideoInferenceSession(
                video_height=height,
                video_width=width,
                inference_device=self.device,
                inference_state_device=self.device,
                video_storage_device=self.device,
                dtype=self._where.dtype,
            )
            size = self._pixels.size(height, width)
            scale = torch.tensor([size[1] / width, size[0] / height])
            for number, box in enumerate(boxes):
                corners = torch.tensor([[box.x, box.y], [box.x + box.w, box.y + box.h]])
                session.add_point_inputs(
                    session.obj_id_to_idx(number),
                    0,
                    {
                        # In float32 whatever the model is in: half precision is 4 pixels off.
                        "point_coords": (corners * scale)[None, None],
                        "point_labels": torch.tensor([[BOX_CORNERS]], dtype=torch.int32),
                    },
                )
            session.obj_with_new_inputs = list(range(len(boxes)))
            self._step(session, 0, first)
        return session

    def _step(self, session: Any, step: int, picture: Picture) -> Any:
        images = self._pixels.ready(_pixels.stacked([picture], self.device))
        return self._model(
            inference_session=session, frame_idx=step, frame=images.to(self._where.dtype)
        )

    def _seen(self, session: Any, step: int, picture: Picture) -> list[Sighting | Lost]:
        import torch
        from torch.nn import functional

        size = picture.image.shape[:2]
        with _loading.explained(self._name), torch.inference_mode():
            answer = self._step(session, step, picture)
            masks = functional.interpolate(
                answer.pred_masks.float(), size=size, mode="bilinear", align_corners=False
            )
            shown = (masks[:, 0] > 0).cpu().numpy()
            scores = answer.object_score_logits.float().sigmoid().flatten().cpu().numpy()
        return [sighting(mask, float(score)) for mask, score in zip(shown, scores, strict=True)]

    def _forget(self, session: Any, step: int) -> None:
        """Drop what no later step looks at, so that memory does not grow with the video."""
        config = self._model.config
        oldest = step - max(config.num_maskmem, config.max_object_pointers_in_encoder)
        session.processed_frames.pop(step - 1, None)
        for number in range(session.get_obj_num()):
            kept = session.output_dict_per_obj[number]["non_cond_frame_outputs"]
            for known in (kept, session.frames_tracked_per_obj[number]):
                for old in [key for key in known if key < oldest]:
                    del known[old]


def sighting(mask: Any, score: float) -> Sighting | Lost:
    """The box around a mask (H, W); lost where there is none, or SAM 2 says it is not there."""
    if score < 0.5 or not mask.any():
        return Lost("points")
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top = float(columns[0]), float(rows[0])
    return Sighting(Box(left, top, columns[-1] + 1 - left, rows[-1] + 1 - top), score)

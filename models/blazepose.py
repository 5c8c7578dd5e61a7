"""BlazePose over the whole picture: up to six people, 33 joints each, on any CPU.

MediaPipe's PoseLandmarker (full) in video mode: a person found once is followed, and new ones are
looked for in every picture. One backend keeps one core busy; run more worker processes for more.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core import errors, skeletons
from core.labels import ABSENT, OCCLUDED, VISIBLE, Box, Detection, FrameResult, Joint, Picture
from models import bundle, native, weights
from models.base import N_, Backend, Model, Parameter, Value, WeightFile, Weights

CROWN = 0.7
"""The top of the head lies this share of the way from shoulders to ears beyond the ears."""

FLESH = 0.04
"""Landmarks are joint centres: the box around them grows on each side by this share of its longer
side. Chosen on two clips with boxes made by hand (mean IoU 0.84, and 0.84 on three others;
a plain 12 % gives 0.75 and 0.81)."""

SAME_BOX, SAME_JOINTS = 0.6, 0.1
"""Of two poses with a box IoU above, or joints on average nearer than this share of the longer
side, the less visible is a second look at the same person. On the sample two poses of one person
have 0.72 and 0.05 in the median; two people have at most 0.54 and at least 0.106."""

SEEN, GUESSED = 0.5, 0.1
"""From these scores a joint counts as visible, and as occluded; below it is absent."""

SMALLEST_SIDE = 4.0
"""Pixels; a smaller box is nothing a person could check."""

_JOINTS = skeletons.BLAZEPOSE_33.joints
EARS = _JOINTS.index("left_ear"), _JOINTS.index("right_ear")
SHOULDERS = _JOINTS.index("left_shoulder"), _JOINTS.index("right_shoulder")

WEIGHTS = WeightFile(
    name=bundle.NAME,
    sha256=bundle.SHA256,
    size=bundle.SIZE,
    pattern=bundle.PATTERN,
    check=bundle.check,
    prepare=bundle.prepare,
)

Landmarks = npt.NDArray[np.float32]
"""Shape (33, 4): x, y as shares of width and height, visibility and presence 0..1."""


class BlazePose(Backend):
    """A PoseLandmarker per call of ``suggest``; nothing is carried from one call to the next."""

    device = "cpu"

    def __init__(self, found: Weights, parameters: Mapping[str, Value]) -> None:
        native.keep_offline()
        with native.quiet():
            from mediapipe.tasks.python import vision
        self.weights = (found,)
        self._vision = vision
        self._parameters = parameters
        self._closed = False
        self._open().close()  # a file that MediaPipe cannot read is reported here

    def suggest(self, pictures: Iterable[Picture]) -> Iterator[FrameResult]:
        """See ``Backend.suggest``.

        :raises ModelUnavailable: after ``close``.
        """
        if self._closed:
            raise errors.ModelUnavailable("{model} is closed.", model=MODEL.name)
        landmarker = self._open()
        try:
            last, warm = -1, False
            for picture in pictures:
                last = max(last + 1, round(picture.time * 1000))  # the clock must rise
                result = self._result(landmarker, picture, last, warm=warm)
                warm = warm or bool(result.detections)
                yield result
        finally:
            landmarker.close()

    def close(self) -> None:
        """Free the model; may be called again."""
        self._closed = True

    def _open(self) -> Any:
        import mediapipe

        given = self._parameters
        found = self.weights[0]
        # The content, not the path: MediaPipe cannot open every path on Windows.
        options = self._vision.PoseLandmarkerOptions(
            base_options=mediapipe.tasks.BaseOptions(model_asset_buffer=found.path.read_bytes()),
            running_mode=self._vision.RunningMode.VIDEO,
            num_poses=given["people"],
            min_pose_detection_confidence=given["detection"],
            min_pose_presence_confidence=given["presence"],
            min_tracking_confidence=given["tracking"],
        )
        try:
            with native.quiet():
                return self._vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError) as error:
            raise errors.ModelUnavailable(
                "{name} cannot be used: {reason}",
                "Put another pose_landmarker .task file there, or delete it.",
                name=found.path.name,
                reason=str(error).splitlines()[0] if str(error) else type(error).__name__,
            ) from error

    def _result(
        self, landmarker: Any, picture: Picture, milliseconds: int, *, warm: bool
    ) -> FrameResult:
        import mediapipe

        # MediaPipe ignores strides: padded rows would give a skewed picture without an error.
        image = mediapipe.Image(
            image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(picture.image)
        )
        # Each of the two models has its say at its first call, the second one at the first person.
        with contextlib.nullcontext() if warm else native.quiet():
            started = time.perf_counter()
            answer = landmarker.detect_for_video(image, milliseconds)
            seconds = time.perf_counter() - started
        height, width = picture.image.shape[:2]
        found = [_detection(_array(pose), width, height) for pose in answer.pose_landmarks]
        return FrameResult(picture.index, _distinct([item for item in found if item]), seconds)


def _distinct(found: Sequence[Detection]) -> tuple[Detection, ...]:
    """One pose per person, the most visible."""
    kept: list[Detection] = []
    for item in sorted(found, key=lambda item: -item.score):
        if not any(_same_person(item, other) for other in kept):
            kept.append(item)
    return tuple(kept)


def _same_person(one: Detection, other: Detection) -> bool:
    pairs = list(zip(one.joints or (), other.joints or (), strict=True))
    size = max(one.box.w, one.box.h, other.box.w, other.box.h)
    apart = sum(math.hypot(a.x - b.x, a.y - b.y) for a, b in pairs)
    return one.box.iou(other.box) > SAME_BOX or apart < SAME_JOINTS * size * len(pairs)


def _array(pose: Sequence[Any]) -> Landmarks:
    rows = [(mark.x, mark.y, mark.visibility, mark.presence) for mark in pose]
    return np.array(rows, dtype=np.float32)


def _detection(marks: Landmarks, width: int, height: int) -> Detection | None:
    """A pose in pixels, or None where hardly anything of it lies in the picture."""
    if not np.isfinite(marks).all():
        return None
    points = marks[:, :2] * np.array([width, height], dtype=np.float32)
    scores = np.clip(marks[:, 2], 0.0, 1.0)
    box = _box(points).clipped(width, height)
    inside = np.all((points >= 0) & (points <= (width, height)), axis=1)
    if min(box.w, box.h) < SMALLEST_SIDE or not inside.any():
        return None
    joints = tuple(
        Joint(x, y, score, _visibility(score, within))
        for (x, y), score, within in zip(
            points.tolist(), scores.tolist(), inside.tolist(), strict=True
        )
    )
    # How much is seen of what is in the picture: of several scores the one that tells people from
    # other things best on the clips with boxes made by hand.
    score = float(scores[inside].mean())
    return Detection("person", box, score, joints, skeletons.BLAZEPOSE_33.name)


def _visibility(score: float, inside: bool) -> int:
    if not inside or score < GUESSED:
        return ABSENT
    return VISIBLE if score >= SEEN else OCCLUDED


def _box(points: npt.NDArray[np.float32]) -> Box:
    """Around the body, not only its joints; may reach out of the picture."""
    ears, shoulders = points[list(EARS)].mean(axis=0), points[list(SHOULDERS)].mean(axis=0)
    outline = np.vstack([points, ears + CROWN * (ears - shoulders)])
    low, high = outline.min(axis=0), outline.max(axis=0)
    flesh = FLESH * (high - low).max()
    (left, top), (wide, tall) = low - flesh, high - low + 2 * flesh
    return Box(float(left), float(top), float(wide), float(tall))


def _load(folders: Sequence[Path], parameters: Mapping[str, Value], device: str) -> Backend:
    found = weights.ensure(WEIGHTS, folders, choice=str(parameters["file"]))
    return BlazePose(found, parameters)


MODEL = Model(
    name="blazepose",
    task="pose",
    version="mediapipe 1.2, pose landmarker",
    licence="Apache-2.0",
    description=N_("People with 33 joints. Runs on any computer; finds few of many small people."),
    load=_load,
    requires=("mediapipe",),
    weights=(WEIGHTS,),
    classes=("person",),
    skeleton=skeletons.BLAZEPOSE_33.name,
    parameters=(
        Parameter(
            name="people",
            kind="integer",
            default=6,
            minimum=1,
            maximum=20,
            label=N_("People at most"),
            help=N_("More people take more time."),
        ),
        Parameter(
            name="detection",
            kind="number",
            default=0.5,
            minimum=0.05,
            maximum=0.95,
            label=N_("Detection threshold"),
            help=N_("Lower finds more people and more that are none."),
        ),
        Parameter(
            name="presence",
            kind="number",
            default=0.5,
            minimum=0.05,
            maximum=0.95,
            label=N_("Presence threshold"),
            help=N_("How sure the model must be that its pose lies on a person."),
        ),
        Parameter(
            name="tracking",
            kind="number",
            # In video mode this is the overlap from which two regions count as one person.
            # MediaPipe's default of 0.5 loses one of two people who stand close: on the sample
            # recall is 0.74 with it, 0.89 with 0.7; with 0.8 poses double and time grows by half.
            default=0.7,
            minimum=0.05,
            maximum=0.95,
            label=N_("Overlap of people"),
            help=N_("Higher tells people apart who are close to each other, and takes more time."),
        ),
        Parameter(
            name="file",
            kind="choice",
            default=weights.AUTOMATIC,
            label=N_("Model file"),
            help=N_("The name of a .task file in a weights folder, or auto."),
        ),
    ),
)

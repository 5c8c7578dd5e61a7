"""BlazePose over the whole picture: up to six people, 33 joints each, on any CPU.

MediaPipe's PoseLandmarker (full) in video mode: a person found once is followed, and new ones are
looked for in every picture. A second pass, if wanted, searches closer for those it misses. One
backend keeps one core busy; run more worker processes for more.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core import errors, skeletons
from core.labels import FrameResult, Picture
from models import _poses, bundle, native, weights
from models._regions import Networks
from models._second_pass import SecondPass
from models.base import N_, Backend, Model, Parameter, Value, WeightFile, Weights

WEIGHTS = WeightFile(
    name=bundle.NAME,
    sha256=bundle.SHA256,
    size=bundle.SIZE,
    pattern=bundle.PATTERN,
    check=bundle.check,
    prepare=bundle.prepare,
)


BOTH = 2
"""Of ``passes``: the second one as well."""

MOST_HELD = 32
"""Pictures that the second pass keeps at most until it gives their results."""


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
        self._networks = Networks(found.path) if parameters["passes"] == BOTH else None

    def suggest(self, pictures: Iterable[Picture]) -> Iterator[FrameResult]:
        """See ``Backend.suggest``.

        :raises ModelUnavailable: after ``close``.
        """
        if self._closed:
            raise errors.ModelUnavailable("{model} is closed.", model=MODEL.name)
        first = self._first_pass(pictures)
        if self._networks is None:
            for _, result in first:
                yield result
        else:
            yield from _completed(SecondPass(self._networks, MOST_HELD), first)

    def _first_pass(self, pictures: Iterable[Picture]) -> Iterator[tuple[Picture, FrameResult]]:
        landmarker = self._open()
        try:
            last, warm = -1, False
            for picture in pictures:
                last = max(last + 1, round(picture.time * 1000))  # the clock must rise
                result = self._result(landmarker, picture, last, warm=warm)
                warm = warm or bool(result.detections)
                yield picture, result
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
        found = [_poses.detection(_array(pose), width, height) for pose in answer.pose_landmarks]
        return FrameResult(
            picture.index, _poses.distinct([item for item in found if item]), seconds
        )


def _completed(
    second: SecondPass, first: Iterator[tuple[Picture, FrameResult]]
) -> Iterator[FrameResult]:
    """The results with those added whom the second pass finds, and its time."""
    spent = 0.0
    for picture, result in first:
        started = time.perf_counter()
        done = list(second.add(picture, result))
        spent += time.perf_counter() - started
        for item in done:
            yield replace(item, model_seconds=item.model_seconds + spent)
            spent = 0.0
    started = time.perf_counter()
    for item in list(second.end()):
        yield replace(item, model_seconds=item.model_seconds + time.perf_counter() - started)
        started = time.perf_counter()


def _array(pose: Sequence[Any]) -> _poses.Landmarks:
    rows = [(mark.x, mark.y, mark.visibility, mark.presence) for mark in pose]
    return np.array(rows, dtype=np.float32)


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
    requires=("mediapipe", "ai_edge_litert"),
    weights=(WEIGHTS,),
    classes=("person",),
    skeleton=skeletons.BLAZEPOSE_33.name,
    ahead=MOST_HELD + 1,
    parameters=(
        Parameter(
            name="passes",
            kind="integer",
            default=1,
            minimum=1,
            maximum=2,
            label=N_("Passes"),
            help=N_("2 also searches closer for people whom the first pass misses: slow."),
        ),
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

"""The least that any pipeline must do: decode with PyAV and call the model, nothing else.

Shares no code with the program. ``python bare_loop.py VIDEO LOG``: LOG is a JSON file with what a
run's record says: the model file, its settings and the frames that were looked at; for the second
pass also ``calls``, the squares that its networks were shown by frame. Then each line on stdin runs
the loop once and prints what it took as a line of JSON.
"""

import json
import math
import sys
import time
import zipfile
from pathlib import Path

import av
import cv2
import mediapipe
import numpy as np
from mediapipe.tasks.python import vision

NETWORKS = {
    "detector": ("pose_detector.tflite", 224, 127.5, 1.0),
    "landmarks": ("pose_landmarks_detector.tflite", 256, 255.0, 0.0),
}
"""File in the bundle, side of the input, and what its pixels are divided by and lowered by."""


class Networks:
    """The two networks of the second pass, on squares of a picture."""

    def __init__(self, bundle):
        from ai_edge_litert.interpreter import Interpreter

        self._runs = {}
        with zipfile.ZipFile(bundle) as parts:
            for name, (file, *_) in NETWORKS.items():
                run = Interpreter(model_content=parts.read(file), num_threads=1)
                run.allocate_tensors()
                self._runs[name] = run

    def call(self, pixels, name, x, y, side, angle):
        """Cut a turned square out, give it to a network, take its answer."""
        _, size, divisor, lowered = NETWORKS[name]
        along, across = math.cos(angle) * side / size, math.sin(angle) * side / size
        place = np.array(
            [
                [along, -across, x - size / 2 * (along - across)],
                [across, along, y - size / 2 * (across + along)],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cut = cv2.warpAffine(pixels, place, (size, size), flags=flags)
        run = self._runs[name]
        run.set_tensor(
            run.get_input_details()[0]["index"], cut[None].astype(np.float32) / divisor - lowered
        )
        run.invoke()
        return [run.get_tensor(item["index"]) for item in run.get_output_details()]


def loop(path, log, frames, networks=None):
    """Decode the video and call the model on the given frames; returns the number of poses."""
    options = vision.PoseLandmarkerOptions(
        base_options=mediapipe.tasks.BaseOptions(model_asset_path=log["file"]),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=log["people"],
        min_pose_detection_confidence=log["detection"],
        min_pose_presence_confidence=log["presence"],
        min_tracking_confidence=log["tracking"],
    )
    wanted, poses = set(frames), 0
    with (
        vision.PoseLandmarker.create_from_options(options) as landmarker,
        av.open(path) as container,
    ):
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for index, frame in enumerate(container.decode(stream)):
            if index not in wanted:
                continue
            # MediaPipe ignores strides: padded rows would give another picture.
            pixels = np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
            image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=pixels)
            milliseconds = round(float(frame.pts * stream.time_base) * 1000)
            poses += len(landmarker.detect_for_video(image, milliseconds).pose_landmarks)
            for call in log.get("calls", {}).get(str(index), ()):
                networks.call(pixels, *call)
            if index == frames[-1]:
                break
    return poses


def main():
    """Load and warm up, say so, then run the loop once per line of input."""
    path = sys.argv[1]
    log = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    networks = Networks(log["file"]) if "calls" in log else None
    loop(path, log, log["frames"][:3], networks)
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        started, busy = time.perf_counter(), time.process_time()
        poses = loop(path, log, log["frames"], networks)
        took = {
            "seconds": time.perf_counter() - started,
            "cpu_seconds": time.process_time() - busy,
            "frames": len(log["frames"]),
            "poses": poses,
        }
        print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()

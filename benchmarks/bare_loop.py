"""The least that any pipeline must do: decode with PyAV and call the model, nothing else.

Shares no code with the program. ``python bare_loop.py VIDEO LOG``: LOG is a JSON file with what a
run's record says: the model file, its settings and the frames that were looked at. Then each line
on stdin runs the loop once and prints what it took as a line of JSON.
"""

import json
import sys
import time
from pathlib import Path

import av
import mediapipe
import numpy as np
from mediapipe.tasks.python import vision


def loop(path, log, frames):
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
            if index == frames[-1]:
                break
    return poses


def main():
    """Load and warm up, say so, then run the loop once per line of input."""
    path = sys.argv[1]
    log = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    loop(path, log, log["frames"][:3])
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        started, busy = time.perf_counter(), time.process_time()
        poses = loop(path, log, log["frames"])
        took = {
            "seconds": time.perf_counter() - started,
            "cpu_seconds": time.process_time() - busy,
            "frames": len(log["frames"]),
            "poses": poses,
        }
        print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()

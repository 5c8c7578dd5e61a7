"""The least that any pipeline with a detector must do: decode, shrink, call the model.

Shares no code with the program. ``python bare_detector.py VIDEO LOG``: LOG is a JSON file with the
checkpoint's folder and class in transformers, the input's size, frames, batch, device, precision.
Then each line on stdin runs the loop once and prints what it took as a line of JSON.
"""

import json
import os
import sys
import time
from pathlib import Path

import av
import numpy as np
import torch
import transformers
from torch.nn import functional


def opened(log):
    """The model, where and as precise as the log says."""
    kind = getattr(transformers, log["class"])
    model = kind.from_pretrained(
        log["folder"], local_files_only=True, dtype=getattr(torch, log["precision"])
    )
    return model.to(log["device"]).eval()


def answered(model, batch, log):
    """Call the model on a batch of pictures; returns how many boxes are above the threshold."""
    images = torch.from_numpy(np.stack(batch)).to(log["device"]).permute(0, 3, 1, 2).float()
    size = (log["height"], log["width"])
    images = functional.interpolate(images, size=size, mode="bilinear", antialias=True) / 255
    answer = model(pixel_values=images.to(model.dtype))
    return int((answer.logits.float().sigmoid().cpu() > log["threshold"]).any(-1).sum())


def loop(model, path, log, frames):
    """Decode the video and call the model on the given frames; returns the number of boxes."""
    wanted, boxes, batch = set(frames), 0, []
    with av.open(path) as container, torch.inference_mode():
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for index, frame in enumerate(container.decode(stream)):
            if index not in wanted:
                continue
            batch.append(frame.to_ndarray(format="rgb24"))
            if len(batch) == log["batch"] or index == frames[-1]:
                boxes += answered(model, batch, log)
                batch = []
            if index == frames[-1]:
                break
    return boxes


def main():
    """Load and warm up, say so, then run the loop once per line of input."""
    path = sys.argv[1]
    log = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) - 1))
    model = opened(log)
    loop(model, path, log, log["frames"][: 2 * log["batch"]])
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        boxes = loop(model, path, log, log["frames"])
        took = {"seconds": time.perf_counter() - started, "boxes": boxes}
        print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()

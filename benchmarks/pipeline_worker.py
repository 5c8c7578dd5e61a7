"""A worker process that takes its jobs one by one from stdin, so that they can be timed.

``python -m benchmarks.pipeline_worker WORKSPACE``: each line of input is the number of a queued
job; the worker does it as it does any (claim, decode, model, track, write, finish) and prints what
it took as a line of JSON. The first job warms up: it loads the model.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from commands import suggesting
from core import db as store
from core.worker import Worker
from core.workspace import Workspace


def main() -> None:
    """Work until the input ends."""
    place = Workspace(Path(sys.argv[1]))
    store.open_workspace(place)
    worker = Worker(place, lambda *wanted: suggesting.load(place, *wanted))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        started, busy = time.perf_counter(), time.process_time()
        worker.work_one(job=int(line))
        took = {
            "seconds": time.perf_counter() - started,
            "cpu_seconds": time.process_time() - busy,
        }
        print(json.dumps(took), flush=True)


if __name__ == "__main__":
    main()

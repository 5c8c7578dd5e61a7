"""Renders the sample: ``python -m sample_videos.studio [--out FOLDER] [--workers N]``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sample_videos.studio import choreography, film, truth


def shots(workers: int) -> Iterator[truth.Shot]:
    """All frames in order, rendered by ``workers`` processes."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(truth.shoot, range(choreography.FRAMES), chunksize=5)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sample_videos.studio", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4))
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    frames: list[list[dict[str, Any]]] = []

    def images() -> Iterator[npt.NDArray[np.uint8]]:
        for image, people in shots(chosen.workers):
            frames.append(people)
            if len(frames) % 30 == 0:
                spent = time.perf_counter() - started
                print(f"{len(frames)} frames, {spent:.0f} s", file=sys.stderr)
            yield image

    film.write(chosen.out / "sparring.mp4", images())
    truth.write(chosen.out / "sparring.json", truth.document(frames))
    for name in ("sparring.mp4", "sparring.json"):
        print(f"{chosen.out / name}: {(chosen.out / name).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

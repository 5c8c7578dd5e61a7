"""Renders the samples: ``python -m sample_videos.studio [NAME...] [--out DIR] [--workers N]``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sample_videos.studio import choreography, encoding, sound, truth
from sample_videos.studio.films import FILMS


def shots(name: str, workers: int) -> Iterator[truth.Shot]:
    """All frames of a film in order, rendered by ``workers`` processes."""
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        shoot = partial(truth.shoot, name)
        yield from pool.map(shoot, range(choreography.FRAMES), chunksize=5)


def make(name: str, out: Path, workers: int) -> None:
    """Renders one film and its truth into a folder."""
    film = FILMS[name]
    started = time.perf_counter()
    frames: list[dict[str, Any]] = []

    def images() -> Iterator[npt.NDArray[np.uint8]]:
        for image, known in shots(name, workers):
            frames.append(known)
            if len(frames) % 30 == 0:
                spent = time.perf_counter() - started
                print(f"{name}: {len(frames)} frames, {spent:.0f} s", file=sys.stderr)
            yield image

    encoding.write(out / f"{name}.mp4", images(), sound.track(film.script, film.noises))
    truth.write(out / f"{name}.json", truth.document(film, frames))
    for made in (out / f"{name}.mp4", out / f"{name}.json"):
        print(f"{made}: {made.stat().st_size:,} bytes")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sample_videos.studio", description=__doc__)
    parser.add_argument("name", nargs="*", metavar="NAME", help=f"of {', '.join(FILMS)}")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4))
    chosen = parser.parse_args()
    unknown = [name for name in chosen.name if name not in FILMS]
    if unknown:
        parser.error(f"no film {', '.join(unknown)}; there are {', '.join(FILMS)}")
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name in chosen.name or FILMS:
        make(name, chosen.out, chosen.workers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

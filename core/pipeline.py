"""From frames to suggestions: decode once, ask the model, link, reduce, write; chunk by chunk.

Each chunk is one transaction: raw output, suggestions and progress together. A job that was killed
replays its stored chunks through the linker and goes on with the next frame.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core import classes, errors, ingest, jobs, runs, suggestions, videos
from core import db as store
from core.ahead import Ahead
from core.follow_jobs import Follower
from core.jobs import Job
from core.labels import FrameResult, Picture
from core.sqlite import Database
from core.suggestions import Bound, Suggestion
from core.tracking import Linker
from core.tracks import Track
from core.videos import Video
from core.workspace import Workspace

CHUNK_FRAMES = 32
WRITE_EVERY = 4
CUT_EVERY = 8


class Backend(Protocol):
    """What the pipeline needs of a loaded model; ``models.base.Backend`` is the full interface."""

    device: str

    def suggest(self, pictures: Iterator[Picture]) -> Iterator[FrameResult]:
        """One result per picture, in order, streaming."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to work, and what is kept of it.

    :ivar classes: what it may suggest, as far as it is known before it runs.
    """

    backend: Backend | Follower
    version: str
    weights_hash: str | None
    classes: tuple[str, ...] = ()


def suggest(
    workspace: Workspace, job: Job, loaded: Loaded, *, between: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Run a ``suggest`` job to its end and return what it made.

    :param between: called after each frame; more urgent work may be done there.
    :raises Cancelled: when a person cancelled the job; what was found so far stays.
    :raises UnknownItem: before anything is looked at, for a class that the workspace lacks.
    :raises BadInput: for a model that only follows.
    """
    backend = suggesting(job, loaded)
    with store.reader(workspace) as db:
        video = videos.ready(db, job.video or 0)
        for name in loaded.classes:
            classes.by_name(db, name)
    run = store.write(
        workspace,
        lambda db: runs.start(
            db,
            job,
            version=loaded.version,
            weights_hash=loaded.weights_hash,
            device=backend.device,
        ),
    )
    work = _Work(workspace, job, run, video)
    try:
        work.replay()
        work.go_on(backend, between)
    except Exception as error:
        _Work(workspace, job, run, video).stop(
            "cancelled" if isinstance(error, errors.Cancelled) else "failed"
        )
        raise
    return work.close()


def suggesting(job: Job, loaded: Loaded) -> Backend:
    """The backend of a model that suggests.

    :raises BadInput: for one that only follows.
    """
    if isinstance(loaded.backend, Follower):
        raise only_follows(job.parameters["model"])
    return loaded.backend


def only_follows(model: str) -> errors.BadInput:
    """What is said where such a model is asked to suggest."""
    return errors.BadInput(
        "{model} follows an object that a person has drawn; it finds none by itself.",
        "Choose another model, or use it in the annotator: select a track and press T.",
        model=model,
    )


@dataclass(slots=True)
class _Work:
    workspace: Workspace
    job: Job
    run: dict[str, Any]
    video: Video
    linker: Linker = field(init=False)
    chunk: int = -1
    reached: int = -1

    def __post_init__(self) -> None:
        self.linker = Linker(
            width=self.video.width,
            height=self.video.height,
            every=self.run["every"],
            fps=float(self.video.fps) or 30.0,
        )

    @property
    def frames(self) -> range:
        return range(self.run["first_frame"], self.run["last_frame"] + 1, self.run["every"])

    def replay(self) -> None:
        """Bring the linker to where the stored chunks end."""
        with store.reader(self.workspace) as db:
            for results in runs.chunks(db, self.run["id"]):
                self._link(results)
            row = db.execute(
                "SELECT max(last_frame) FROM run_frames WHERE run = ?", [self.run["id"]]
            ).fetchone()
        if row[0] is not None:
            self.reached = int(row[0])

    def _link(self, results: Sequence[FrameResult], *, last: bool = False) -> list[Suggestion]:
        """Link the next chunk; tracks to be written, if it is time to write."""
        for result in results:
            self.linker.add(result)
        self.chunk += 1
        # Cuts lie at fixed chunks, so that a resumed run cuts where the first one did.
        cut = self.chunk % CUT_EVERY == CUT_EVERY - 1
        if not (cut or last or self.chunk % WRITE_EVERY == 0):
            return []
        every = self.run["every"]
        bound = Bound(gap=max(30, 3 * every), leap=max(5, every))
        ready = [
            suggestions.prepare(number, raw, self.linker.mean_score(number), bound)
            for number, raw in self.linker.grown()
        ]
        if cut:
            self.linker.cut({suggestion.number: suggestion.cut for suggestion in ready})
        return ready

    def go_on(self, backend: Backend, between: Callable[[], None]) -> None:
        """Ask the model for what is left, chunk by chunk."""
        left = range(max(self.frames.start, self.reached + 1), self.frames.stop)
        first = next((frame for frame in left if frame in self.frames), None)
        started = time.perf_counter()
        if first is None:
            # Killed behind the last full chunk: what it holds has perhaps not been written yet.
            self._commit([], self.frames[-1], started, last=True)
            return
        collected: list[FrameResult] = []
        with store.reader(self.workspace) as db:
            reader = ingest.open_reader(db, self.workspace, self.video)
        with reader, Ahead(reader.sequence(first, self.frames[-1], self.frames.step)) as pictures:
            for result in backend.suggest(pictures):
                collected.append(result)
                if len(collected) == CHUNK_FRAMES:
                    started = self._commit(collected, collected[-1].index, started)
                    collected = []
                paused = time.perf_counter()
                between()
                started += time.perf_counter() - paused
        self._commit(collected, self.frames[-1], started, last=True)

    def _commit(
        self,
        results: list[FrameResult],
        reached: int,
        started: float,
        *,
        last: bool = False,
    ) -> float:
        data = runs.encode(results)
        # Linked from the stored form: a resumed run sees exactly the same numbers.
        ready = self._link(runs.decode(data), last=last)
        decisions = self._decisions(ready)
        first = self.reached + 1 if self.reached >= 0 else self.frames.start
        done = len(range(self.frames.start, reached + 1, self.frames.step))
        now = time.perf_counter()

        def change(db: Database) -> None:
            jobs.progress(db, self.job, done=done, total=len(self.frames), kept=True)
            runs.add_chunk(
                db,
                self.run["id"],
                self.chunk,
                data,
                span=(first, reached),
                seconds=now - started,
                model_seconds=sum(result.model_seconds for result in results),
                frames=len(results),
            )
            suggestions.write(db, self.run, ready, decisions)
            if ready:
                suggestions.supersede(db, self.run, reached=reached)

        store.write(self.workspace, change)
        self.reached = reached
        return now

    def _decisions(self, ready: Sequence[Suggestion]) -> list[Track]:
        if not ready:
            return []
        first = min(suggestion.keyframes[0].frame for suggestion in ready)
        last = max(suggestion.last for suggestion in ready)
        with store.reader(self.workspace) as db:
            return suggestions.decided(db, self.video.id, first, last)

    def stop(self, state: str) -> None:
        """Close a run that did not reach its end; what its chunks hold is written all the same."""
        self.replay()
        ready = self._link([], last=True)
        decisions = self._decisions(ready)

        def change(db: Database) -> None:
            if jobs.owned(db, self.job):
                suggestions.write(db, self.run, ready, decisions)
                runs.end(db, self.run["id"], state)

        store.write(self.workspace, change)

    def close(self) -> dict[str, Any]:
        """Close the run and say what it made."""

        def change(db: Database) -> dict[str, Any]:
            jobs.require_claim(db, self.job)
            suggestions.supersede(db, self.run, reached=self.run["last_frame"])
            runs.end(db, self.run["id"], "done")
            return runs.get(db, self.run["id"])

        run = store.write(self.workspace, change)
        return {
            "run": run["id"],
            "video": run["video"],
            "model": run["model"],
            "frames": run["frames"],
            "tracks": run["tracks"],
            "seconds": round(run["seconds"], 3),
            "model_seconds": round(run["model_seconds"], 3),
        }

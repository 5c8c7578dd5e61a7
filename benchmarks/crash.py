"""kill -9 under load: virtual annotators and a running model write, the process dies, we count.

Each acknowledged edit is appended to a file with O_APPEND before the next one starts. After the
kill every acknowledged batch must be in the database, and the file must be sound.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import figures
from benchmarks.figures import Figure
from core import clock, edits, jobs, runs, suggestions, tracks, verdicts
from core import db as store
from core.labels import Box, Detection, FrameResult
from core.suggestions import Bound
from core.tracking import RawTrack
from core.workspace import Workspace

ANNOTATORS = 4
FRAMES = 10_000


def prepare(workspace: Workspace) -> None:
    """A workspace with one video and one box per annotator."""

    def make(db: store.Database) -> None:
        db.execute(
            "INSERT INTO videos (sha256, name, bytes, frames, state, added_at) "
            "VALUES (?, 'load', 1, ?, 'ready', ?)",
            ["0" * 64, FRAMES, clock.now()],
        )
        for number in range(ANNOTATORS):
            edits.apply(
                db,
                batch=f"start-{number}",
                person=f"annotator {number}",
                video=1,
                edits=[{"verb": "add", "class": 1, "frame": 0, "last": 99, "box": [1, 1, 9, 9]}],
            )

    store.write(workspace, make)


def _annotate(workspace: Workspace, number: int, log: int) -> None:
    track, person = number + 1, f"annotator {number}"
    for turn in range(10**9):
        batch = uuid.uuid4().hex
        change = {"verb": "fix", "id": track, "frame": turn % 100, "box": [turn % 500, 1, 9, 9]}
        store.write(
            workspace,
            lambda db, batch=batch, change=change: edits.apply(  # type: ignore[misc]
                db, batch=batch, person=person, video=1, edits=[change]
            ),
        )
        os.write(log, f"{batch}\n".encode())


def write_suggestions(workspace: Workspace, log: int, *, video: int = 1) -> None:
    """What a run writes, without end: raw chunks and suggestions, one transaction each.

    :param log: a file descriptor; what was committed is noted there.
    """

    def begin(db: store.Database) -> tuple[jobs.Job, dict[str, Any]]:
        job = jobs.claim(db, job=runs.queue(db, video=video, model="load"))
        assert job is not None
        return job, runs.start(db, job, version="1", weights_hash=None, device="cpu")

    job, run = store.write(workspace, begin)
    for chunk in range(10**9):
        first = chunk * 32
        seen = [
            (frame, Detection("person", Box(float(frame % 90), 5.0, 40.0, 80.0), 0.9))
            for frame in range(first, first + 32)
        ]
        data = runs.encode([FrameResult(frame, (found,)) for frame, found in seen])
        ready = suggestions.prepare(chunk, RawTrack("person", None, seen), 0.9, Bound())

        def commit(
            db: store.Database,
            chunk: int = chunk,
            data: bytes = data,
            ready: suggestions.Suggestion = ready,
        ) -> None:
            jobs.progress(db, job, done=chunk, total=10**6)
            runs.add_chunk(
                db,
                run["id"],
                chunk,
                data,
                span=(chunk * 32, chunk * 32 + 31),
                seconds=0.1,
                model_seconds=0.1,
                frames=32,
            )
            suggestions.write(db, run, [ready], [])

        store.write(workspace, commit)
        os.write(log, f"chunk {run['id']} {chunk}\n".encode())


def serve_load(root: Path, log_path: Path) -> None:
    """The process to be killed: annotators in threads, and a run."""
    workspace = Workspace(root)
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in range(ANNOTATORS):
        threading.Thread(target=_annotate, args=(workspace, number, log), daemon=True).start()
    write_suggestions(workspace, log)


def one_round(root: Path, log_path: Path, seconds: float) -> None:
    """Start the load and kill it with SIGKILL after a while."""
    child = subprocess.Popen([sys.executable, __file__, str(root), str(log_path)])
    try:
        deadline = time.monotonic() + 120
        size = log_path.stat().st_size if log_path.exists() else 0
        while not log_path.exists() or log_path.stat().st_size <= size:
            if child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the load did not start")
            time.sleep(0.02)
        time.sleep(seconds)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


def verify(root: Path, log_path: Path) -> dict[str, Any]:
    """Count what was acknowledged and what is there, and look for damage."""
    lines = log_path.read_text().splitlines()
    batches = {line for line in lines if not line.startswith("chunk ")}
    chunks = {tuple(map(int, line.split()[1:])) for line in lines if line.startswith("chunk ")}
    with store.reader(Workspace(root)) as db:
        kept = {row[0] for row in db.execute("SELECT id FROM batches").fetchall()}
        kept_chunks = set(db.execute("SELECT run, chunk FROM run_frames").fetchall())
        integrity = db.execute("PRAGMA integrity_check").fetchone()[0]
        dangling = db.execute("PRAGMA foreign_key_check").fetchall()
        ids = [row[0] for row in db.execute("SELECT id FROM tracks").fetchall()]
        wrong = [
            identity
            for identity in ids
            if tracks.get(db, identity).state != verdicts.derive(db, "track", identity)
        ]
        half = db.execute(
            "SELECT count(*) FROM batches b WHERE NOT EXISTS "
            "(SELECT 1 FROM edits e WHERE e.batch = b.seq)"
        ).fetchone()[0]
    return {
        "acknowledged": len(batches) + len(chunks),
        "lost": len(batches - kept) + len(chunks - kept_chunks),
        "integrity": integrity,
        "dangling": len(dangling),
        "half_written": half,
        "wrong_states": len(wrong),
    }


def run(rounds: int = 40, *, seed: int = 1) -> dict[str, Any]:
    """Kill the load ``rounds`` times on one database and report what was lost."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        root, log_path = Path(folder) / "workspace", Path(folder) / "acknowledged"
        prepare(Workspace(root))
        store.close_all()
        for _ in range(rounds):
            one_round(root, log_path, chance.uniform(0.1, 0.5))
        report = verify(root, log_path)
        store.close_all()
    return {"rounds": rounds, **report}


def measure() -> list[Figure]:
    """Forty kills; nothing acknowledged may be missing and nothing may be damaged."""
    report = run()
    damaged = int(report["integrity"] != "ok")
    broken = report["dangling"] + report["half_written"] + report["wrong_states"] + damaged
    return [
        figures.at_most("acknowledged changes lost in 40 kills", report["lost"], "", 0, **report),
        figures.at_most("damage found after 40 kills", broken, "", 0),
    ]


if __name__ == "__main__":
    serve_load(Path(sys.argv[1]), Path(sys.argv[2]))

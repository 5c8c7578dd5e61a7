"""Files changed at random: a few of each kind, and proof that what fails is noticed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest

from benchmarks import mutations
from core.workspace import ROOT

EACH = 4


def test_sec_07_c_changed_files_of_every_kind_harm_nothing() -> None:
    """In a process without threads, as it forks one for each file."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.mutations", str(EACH)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        check=True,
    )
    report = json.loads(done.stdout)
    assert report["trouble"] == []
    assert sum(report["outcomes"].values()) == EACH * len(mutations.FIXTURES)
    assert report["outcomes"]["accepted"] > EACH
    assert report["outcomes"]["refused"] > EACH


def test_the_same_seed_changes_the_same_bytes() -> None:
    data = bytes(range(256)) * 40
    made = [mutations.changed(data, random.Random(f"1 a {n}")) for n in range(50)]
    assert made == [mutations.changed(data, random.Random(f"1 a {n}")) for n in range(50)]
    assert len(set(made)) == 50
    assert {len(one) for one in made} == {len(data)}
    assert all(1 <= sum(a != b for a, b in zip(data, one, strict=True)) <= 64 for one in made)


@pytest.mark.parametrize(
    ("ended", "reached", "outcome"),
    [
        (mutations.REFUSED, b"1", "refused"),
        (mutations.ACCEPTED, b"2", "accepted"),
        (-11, b"1", "failed in the first look"),
        (-14, b"1", "hung in the first look"),
        (-11, b"2", None),
        (-14, b"2", None),
        (mutations.UNEXPECTED, b"1", None),
        (0, b"", None),
    ],
)
def test_what_would_harm_others_is_told_from_what_the_child_bears(
    ended: int, reached: bytes, outcome: str | None
) -> None:
    report = mutations.Report()
    assert report.note("a.mp4", ended, reached) == (outcome is not None)
    assert list(report.outcomes) == ([outcome] if outcome else [])
    assert len(report.trouble) == (outcome is None)

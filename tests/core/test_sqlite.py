"""A start of the program does not take the time and memory that pandas takes."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("started", ["core.db", "app", "cli"])
def test_a_start_loads_no_pandas_and_leaves_it_to_be_loaded(started: str) -> None:
    script = (
        f"import sys, {started}; print('pandas' in sys.modules); "
        "import pandas; print(pandas.DataFrame([1]).size)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "1"], done.stderr

"""Another process that writes suggestions without a pause, for edits to be timed beside it.

``python -m benchmarks.busy_writer WORKSPACE VIDEO``; runs until it is killed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks import crash
from core.workspace import Workspace

if __name__ == "__main__":
    crash.write_suggestions(
        Workspace(Path(sys.argv[1])), os.open(os.devnull, os.O_WRONLY), video=int(sys.argv[2])
    )

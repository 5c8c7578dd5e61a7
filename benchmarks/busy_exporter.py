"""Another process that exports everything again and again, for others to work beside it.

``python -m benchmarks.busy_exporter WORKSPACE``; runs until it is killed.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from core import exports
from core.workspace import Workspace

if __name__ == "__main__":
    place = Workspace(Path(sys.argv[1]))
    for number in itertools.count():
        exports.write(place, format="coco", out=place.exports / f"again-{number}")

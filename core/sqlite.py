"""sqlite-utils as the whole program takes it: without pandas.

It imports pandas wherever that is installed, to know the types of columns that nobody here gives
it: two seconds and 75 MB at every start of a server, a worker or a command.
"""

from __future__ import annotations

import sys

_loaded = "pandas" in sys.modules
if not _loaded:
    sys.modules["pandas"] = None  # type: ignore[assignment]
try:
    from sqlite_utils import Database, Migrations
finally:
    if not _loaded:
        del sys.modules["pandas"]

__all__ = ["Database", "Migrations"]

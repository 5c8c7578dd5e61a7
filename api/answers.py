"""Answers that may be large and are never kept by a browser."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response


def plain(document: dict[str, Any]) -> Response:
    """A JSON document, encoded here: no response model needs to see a million numbers again."""
    return Response(
        json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )

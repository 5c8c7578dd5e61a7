"""The annotator's own modules and styles, from one folder, by a fixed table of types."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import failures
from core import errors, paths

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


def routes(prefix: str, folder: Path) -> list[Route]:
    """The routes that serve a folder below a prefix; each use asks whether the file changed."""

    def serve(request: Request) -> Response:
        try:
            path = paths.safe_join(folder, request.path_params["name"])
        except errors.Refused as error:
            return failures.respond(error)
        content_type = _TYPES.get(path.suffix)
        if content_type is None or not path.is_file():
            return failures.respond(errors.UnknownItem("There is nothing at this address."))
        data = path.read_bytes()
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(data, media_type=content_type, headers=headers)

    return [Route(f"{prefix}/{{name:path}}", serve, methods=["GET", "HEAD"])]

"""Byte ranges of one file: the single range that players ask for, never a list of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

_SINGLE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_CHUNK = 256 * 1024


def parse(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a ``Range`` header, both included.

    :param size: bytes of the file.
    :returns: None when the range cannot be served (a list, malformed, beyond the end).
    """
    found = _SINGLE.fullmatch(header.strip()) if len(header) < 64 else None
    if found is None or size == 0:
        return None
    start, end = found.groups()
    if not start:
        return (max(size - int(end), 0), size - 1) if end and int(end) else None
    first = int(start)
    last = min(int(end), size - 1) if end else size - 1
    return (first, last) if first <= last else None


def _bytes(path: Path, first: int, count: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while count > 0 and (chunk := file.read(min(_CHUNK, count))):
            count -= len(chunk)
            yield chunk


def respond(
    request: Request, path: Path, *, content_type: str, etag: str, headers: dict[str, str]
) -> Response:
    """A file, whole or one range of it; 304 and 416 where they apply.

    :raises OSError: when the file cannot be looked at.
    """
    size = path.stat().st_size
    common = {"Accept-Ranges": "bytes", "ETag": etag, **headers}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=common)
    wanted = request.headers.get("range")
    if wanted is None or request.headers.get("if-range", etag) != etag:
        return _stream(path, 0, size, 200, content_type, common)
    span = parse(wanted, size)
    if span is None:
        return Response(status_code=416, headers={**common, "Content-Range": f"bytes */{size}"})
    first, last = span
    common["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _stream(path, first, last - first + 1, 206, content_type, common)


def _stream(
    path: Path, first: int, count: int, status: int, content_type: str, headers: dict[str, str]
) -> Response:
    return StreamingResponse(
        _bytes(path, first, count),
        status_code=status,
        media_type=content_type,
        headers={**headers, "Content-Length": str(count)},
    )

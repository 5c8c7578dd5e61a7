"""Who may talk to this server: its own pages, under its own names.

A page of another site (or of another port of this machine) must not read videos or send edits
through somebody's browser, and no other name may be made to point here (DNS rebinding).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import failures
from core import errors

LOOPBACK = ("localhost", "127.0.0.1", "::1")

_API, _COMPONENTS, _SOCKET = "/api/", "/component/", "/_stcore/"
_NAME = re.compile(r"[A-Za-z0-9.:_\[\]-]+")


def _host_name(host: str) -> str | None:
    """The name in a ``Host`` header, without port; None when it is malformed."""
    if not _NAME.fullmatch(host):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return None if parts.hostname is None else parts.hostname.lower().rstrip(".")


class Guard:
    """Pure ASGI middleware: checks hosts and origins, sets protective headers.

    :param hosts: names beside the loopback ones under which the server may be reached.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = {*LOOPBACK, *(host.strip().lower().strip("[].") for host in hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(refusal, scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if path.startswith(_API):
            scope = _uncompressed(scope)
        await self._app(scope, receive, _protecting(path, send))

    def _refusal(self, scope: Scope) -> errors.Refused | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _host_name(host) not in self._hosts:
            return errors.Refused(
                "The server does not answer under the name {host}.",
                "Open it as localhost, or add the name to server.allowedHosts.",
                host=host[:100],
            )
        guarded = scope["type"] == "websocket" or scope["path"].startswith((_API, _SOCKET))
        if guarded and not _same_origin(scope, headers, host):
            return errors.Refused(
                "Another site may not use this server.", "Open DataGuard in its own tab."
            )
        return None


def _same_origin(scope: Scope, headers: Headers, host: str) -> bool:
    """Whether a request comes from a page of this very server, or from no page at all."""
    origin = headers.get("origin")
    if origin is not None and origin.lower() not in (
        f"http://{host}".lower(),
        f"https://{host}".lower(),
    ):
        return False
    # Browsers say where a request without an Origin (a picture, a link) comes from.
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return True
    return bool(scope["type"] == "http" and scope["path"].startswith(_SOCKET))


def _uncompressed(scope: Scope) -> Scope:
    """Compressing labels for a browser on the same machine takes longer than sending them."""
    client = scope.get("client")
    if client is None or client[0] not in LOOPBACK:
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    changed: MutableMapping[str, Any] = {**scope, "headers": kept}
    return changed


def _protecting(path: str, send: Send) -> Send:
    """Add the headers that tell a browser what may be done with a response."""

    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            if path.startswith(_API):
                headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
            elif path.startswith(_COMPONENTS):
                headers["Content-Security-Policy"] = "frame-ancestors 'self'"
            else:
                headers["Content-Security-Policy"] = "frame-ancestors 'none'"
                headers["X-Frame-Options"] = "DENY"
            if headers.get("access-control-allow-origin") == "*":
                del headers["access-control-allow-origin"]
        await send(message)

    return protected


async def _refuse(error: errors.Refused, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Closing before accepting answers the handshake with 403.
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await failures.respond(error)(scope, receive, _protecting(scope["path"], send))

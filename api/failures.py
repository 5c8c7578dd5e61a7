"""Errors as the API shows them: ``{"error": {code, message, hint, values, text}}``."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from core import errors

_log = logging.getLogger("dataguard.api")

# The first match counts, so a subclass stands before its parent.
_STATUS: tuple[tuple[type[errors.DataGuardError], int], ...] = (
    (errors.UnknownItem, 404),
    (errors.BadInput, 400),
    (errors.VideoUnreadable, 422),
    (errors.VideoMissing, 410),
    (errors.Stale, 409),
    (errors.NothingToUndo, 409),
    (errors.Cancelled, 409),
    (errors.StorageFull, 507),
    (errors.StorageError, 503),
    (errors.Refused, 403),
    (errors.ModelUnavailable, 503),
    (errors.Unreachable, 502),
)


def status(error: errors.DataGuardError) -> int:
    """The HTTP status of an error."""
    return next((code for kind, code in _STATUS if isinstance(error, kind)), 400)


def _printable(value: Any) -> Any:
    """Lone surrogates (from odd file names) cannot be sent as UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: _printable(part) for name, part in value.items()}
    return value


def body(error: errors.DataGuardError) -> dict[str, Any]:
    """The JSON document of an error; a stale edit carries the current state beside it."""
    document: dict[str, Any] = {"error": _printable(error.to_json())}
    if isinstance(error, errors.Stale):
        document["current"] = error.current
    return document


def respond(error: errors.DataGuardError, code: int | None = None) -> Response:
    """The response of an error; its status follows from its kind unless ``code`` says it."""
    return JSONResponse(body(error), code or status(error), headers={"Cache-Control": "no-store"})


def _known(_: Request, error: Exception) -> Response:
    assert isinstance(error, errors.DataGuardError)
    return respond(error)


def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return respond(
        errors.BadInput(
            "The request cannot be understood: {place}: {reason}.",
            place=place[:200],
            reason=str(first["msg"])[:200],
        )
    )


def _plain(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return respond(errors.UnknownItem("There is nothing at this address."))
    reason = HTTPStatus(error.status_code).phrase
    return respond(
        errors.BadInput("The request cannot be understood: {reason}.", reason=reason),
        error.status_code,
    )


def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    unexpected = errors.DataGuardError(
        "Something went wrong inside the server.",
        "Try again. The server's log holds the details.",
    )
    return respond(unexpected, HTTPStatus.INTERNAL_SERVER_ERROR)


def install(app: FastAPI) -> None:
    """Render every error of an app in the one form."""
    app.add_exception_handler(errors.DataGuardError, _known)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unexpected)

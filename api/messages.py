"""The catalogue of a language for the browser, and a sign of life."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from core import errors, language

router = APIRouter(tags=["messages"])


@router.get("/messages/{name}.json", response_class=Response)
def messages(name: str) -> Response:
    """Every message key with its text in a language."""
    if name not in language.LANGUAGES:
        raise errors.UnknownItem("There is no language {name}.", name=name[:20])
    return JSONResponse(language.messages(name), headers={"Cache-Control": "no-cache"})


@router.get("/health")
def health() -> dict[str, str]:
    """The server answers."""
    return {"state": "ok"}

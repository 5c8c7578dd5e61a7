"""The routes that the browser's own code talks to; thin, over core, mounted at ``/api``."""

from __future__ import annotations

from fastapi import FastAPI

from api import (
    failures,
    files,
    following,
    frames,
    history,
    labels,
    messages,
    notes,
    places,
    preferences,
    uploads,
    videos,
)

__all__ = ["create"]

LARGEST_BODY = 8 * 2**20


def create() -> FastAPI:
    """The app behind ``/api``; it describes itself at ``/api/openapi.json``.

    There are no documentation pages: these load code from the network. Nothing is reported to
    anybody. Bodies are small, but for the pieces of an upload.
    """
    app = FastAPI(
        title="DataGuard",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        max_body_size=LARGEST_BODY,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.frames = frames.FrameServer()
    failures.install(app)
    for module in (
        videos,
        frames,
        labels,
        following,
        history,
        places,
        notes,
        files,
        uploads,
        messages,
        preferences,
    ):
        app.include_router(module.router)
    return app

"""The server: screens, API and the annotator's files in one process.

Started by ``streamlit run app.py``; it listens on this machine alone unless configured otherwise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route

import api
from api import assets, latency, security
from core import workspace
from core.background import Background

service = api.create()


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Open the demo and keep a worker alive beside the server, never in its way."""
    demo = workspace.demo()
    background = Background(demo=demo, workspaces=[demo, workspace.default()])
    background.start()
    try:
        yield None
    finally:
        background.stop()
        service.state.frames.close()


async def _home(request: Request) -> RedirectResponse:
    """The library is Streamlit's default page, which has no address of its own."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")


app = st.App(
    "components/shell.py",
    routes=[
        Mount("/api", service),
        Route("/library", _home),
        *assets.routes("/assets/annotator", workspace.ROOT / "components" / "annotator" / "assets"),
    ],
    middleware=[
        Middleware(latency.SendAtOnce),
        Middleware(security.Guard, hosts=st.get_option("server.allowedHosts")),
    ],
    lifespan=lifespan,
)

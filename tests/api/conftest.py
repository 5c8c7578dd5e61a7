"""The API behind the guard, as the server mounts it, over the test's workspace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient

import api
from api import assets, security
from core.workspace import ROOT, Workspace

ASSETS = ROOT / "components" / "annotator" / "assets"


@pytest.fixture
def client(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Calls the API as a page of the server does; ``w=own`` is the test's workspace."""
    monkeypatch.setenv("DATAGUARD_WORKSPACE", str(workspace.root))
    monkeypatch.setenv("DATAGUARD_DEMO", str(workspace.root.with_name("demo")))
    service = api.create()
    served = Starlette(
        routes=[Mount("/api", service), *assets.routes("/assets/annotator", ASSETS)],
        middleware=[Middleware(security.Guard, hosts=["labels.example"])],
    )
    base = "http://127.0.0.1:8501"
    with TestClient(served, base_url=base, raise_server_exceptions=False) as opened:
        opened.params = {"w": "own"}
        yield opened
    service.state.frames.close()

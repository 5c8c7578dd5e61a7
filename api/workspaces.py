"""Which workspace a request means: a key, never a path."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query

from core import workspace as workspaces
from core.workspace import Workspace


class Key(StrEnum):
    """The workspaces that a server knows."""

    OWN = "own"
    DEMO = "demo"


def named(w: Annotated[Key, Query(description="The workspace: own or demo")]) -> Workspace:
    """The workspace of a request's ``w``."""
    return find(w)


def find(key: Key) -> Workspace:
    """The workspace of a key."""
    return workspaces.demo() if key is Key.DEMO else workspaces.default()


Named = Annotated[Workspace, Depends(named)]

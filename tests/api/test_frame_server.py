"""The decoders behind the frame route: few, shared, closed when nobody looks any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from api import frames
from core import ingest
from core.workspace import Workspace

Clip = Callable[[str], Path]


def test_decoders_of_a_video_nobody_looks_at_are_closed(
    workspace: Workspace, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ingest.add(workspace, clip("three.mp4"), person="Ada")
    second = ingest.add(workspace, clip("one.mp4"), person="Ada")
    server = frames.FrameServer()
    clock = [0.0]
    monkeypatch.setattr(frames.time, "monotonic", lambda: clock[0])
    server.jpeg(workspace, first.id, 0, None, None)
    server.jpeg(workspace, second.id, 0, None, None)
    assert server.pool.open_readers == 2
    clock[0] = frames.IDLE_SECONDS + 1
    server.jpeg(workspace, second.id, 0, None, 64)
    assert server.pool.open_readers == 1
    server.jpeg(workspace, first.id, 1, None, None)
    assert server.pool.open_readers == 2
    server.close()
    assert server.pool.open_readers == 0


def test_sec_22_pictures_are_kept_by_content_frame_and_width(
    workspace: Workspace, clip: Clip
) -> None:
    first = ingest.add(workspace, clip("three.mp4"), person="Ada")
    second = ingest.add(workspace, clip("one.mp4"), person="Ada")
    server = frames.FrameServer()
    pictures = {
        server.jpeg(workspace, video, frame, None, width)[1]
        for video, frame, width in (
            *((first.id, 0, None), (first.id, 1, None), (first.id, 1, 64)),
            *((first.id, 0, None), (second.id, 0, 64)),
        )
    }
    assert len(pictures) == 4
    assert server.cache.size == sum(len(picture) for picture in pictures)
    server.close()

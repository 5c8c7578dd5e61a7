"""What BlazePose's second pass asks of its two networks on each frame, for the bare loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from benchmarks import material
from commands import suggesting
from core import db as store
from core import ingest
from core.labels import Picture
from core.videos import Video
from core.workspace import Workspace
from models._regions import Image, Look, Networks, Region

Calls = dict[int, list[tuple[str, float, float, float, float]]]
"""By frame: which network, and the square that it looks at (middle, side, angle)."""


class _Recorded:
    """The networks of a backend, and a record of what they were asked."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._frames: dict[int, int] = {}
        self._pictures: list[Picture] = []
        self.calls: Calls = {}

    def watched(self, pictures: Iterable[Picture]) -> Iterator[Picture]:
        """The same pictures; kept, so that a call is known by its picture."""
        for picture in pictures:
            self._pictures.append(picture)
            self._frames[id(picture.image)] = picture.index
            yield picture

    def _note(self, network: str, image: Image, region: Region) -> None:
        frame = self._frames[id(image)]
        asked = (network, region.x, region.y, region.side, region.angle)
        self.calls.setdefault(frame, []).append(asked)

    def hints(self, image: Image, window: Region, threshold: float) -> Iterator[Region]:
        self._note("detector", image, window)
        return self._networks.hints(image, window, threshold)

    def look(self, image: Image, region: Region) -> Look:
        self._note("landmarks", image, region)
        return self._networks.look(image, region)


def recorded(place: Workspace, video: Video, parameters: dict[str, Any]) -> Calls:
    """Run the model over a video, outside the pipeline, and note each call of the second pass."""
    loaded = suggesting.load(place, material.MODEL, parameters, "cpu")
    backend: Any = loaded.backend
    backend._networks = networks = _Recorded(backend._networks)
    with store.reader(place) as db:
        reader = ingest.open_reader(db, place, video)
    with reader, backend:
        for _ in backend.suggest(networks.watched(reader.sequence())):
            pass
    return networks.calls

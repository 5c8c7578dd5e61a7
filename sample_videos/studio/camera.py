"""The camera: where it is, which way it looks, and projection to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sample_videos.studio import choreography, geometry
from sample_videos.studio.geometry import Matrix, Vector

WIDTH, HEIGHT = choreography.WIDTH, choreography.HEIGHT
FIELD_OF_VIEW = 40.0  # vertical, degrees
FOCAL = HEIGHT / 2 / math.tan(math.radians(FIELD_OF_VIEW / 2))


@dataclass(frozen=True, slots=True)
class View:
    """A camera at one instant; ``axes`` rows are right, down, ahead."""

    place: Vector
    axes: Matrix

    def project(self, point: Vector) -> tuple[float, float, float]:
        """Pixel coordinates (pixel centres at .5) and depth in metres of a point."""
        x, y, z = self.axes @ (point - self.place)
        return (
            WIDTH / 2 + FOCAL * float(x) / float(z),
            HEIGHT / 2 + FOCAL * float(y) / float(z),
            float(z),
        )

    def homography(self, origin: Vector, right: Vector, down: Vector) -> Matrix:
        """Maps a plane's (u, v, 1), in metres from ``origin``, to pixels."""
        intrinsics = np.array(
            [[FOCAL, 0, WIDTH / 2], [0, FOCAL, HEIGHT / 2], [0, 0, 1.0]], dtype=np.float64
        )
        plane = np.stack([right, down, origin - self.place], axis=1)
        matrix: Matrix = intrinsics @ self.axes @ plane
        return matrix


def towards(place: Vector, look: Vector) -> View:
    """The level camera at ``place`` that has ``look`` in its middle."""
    ahead = geometry.unit(look - place)
    right = geometry.unit(np.cross(ahead, geometry.UP))
    down = np.cross(ahead, right)
    return View(place, np.stack([right, down, ahead]))

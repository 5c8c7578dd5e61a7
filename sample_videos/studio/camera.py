"""The camera: a slow pan and track along the ring, and projection to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sample_videos.studio import choreography, geometry
from sample_videos.studio.geometry import Matrix, Vector

WIDTH, HEIGHT = choreography.WIDTH, choreography.HEIGHT
FIELD_OF_VIEW = 40.0  # vertical, degrees
FOCAL = HEIGHT / 2 / math.tan(math.radians(FIELD_OF_VIEW / 2))

TRACK = ((0, -0.55), (100, -0.15), (200, 0.35), (299, 0.70))
PAN = ((0, -0.75), (70, -0.28), (150, 0.12), (220, 0.42), (299, 0.78))


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


def view(at: float) -> View:
    """The camera at a frame (may be fractional), with the slight sway of a handheld one."""
    sway = 0.006 * math.sin(at * 0.083) + 0.003 * math.sin(at * 0.19 + 1)
    place = geometry.vector(
        geometry.curve(TRACK, at) + sway, 1.46 + 0.004 * math.sin(at * 0.11 + 2), 3.36
    )
    look = geometry.vector(geometry.curve(PAN, at) + sway, 0.92 + 0.004 * math.sin(at * 0.13), 0.0)
    ahead = geometry.unit(look - place)
    right = geometry.unit(np.cross(ahead, geometry.UP))
    down = np.cross(ahead, right)
    return View(place, np.stack([right, down, ahead]))

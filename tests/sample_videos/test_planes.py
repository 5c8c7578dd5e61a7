"""A plane shows only where it lies before the camera."""

from __future__ import annotations

import numpy as np

from sample_videos.studio import camera, geometry
from sample_videos.studio.planes import Plane, opaque


def test_a_floor_that_reaches_behind_the_camera_is_not_mirrored_into_the_sky() -> None:
    view = camera.towards(geometry.vector(0, 1.5, 0), geometry.vector(0, 1.5, -4))
    floor = Plane(
        geometry.vector(-20, 0, -20), geometry.vector(1, 0, 0), geometry.vector(0, 0, 1),
        10, opaque(np.ones((400, 400, 3), np.float32)),
    )  # fmt: skip
    drawn = floor.onto(view, 0.5, 0.5)[..., 3]
    assert not drawn[: camera.HEIGHT // 2].any()
    assert (drawn[camera.HEIGHT // 2 + 60 :] == 1).all()


def test_a_point_of_a_plane_is_drawn_where_the_camera_projects_it() -> None:
    view = camera.towards(geometry.vector(0.3, 1.5, 2), geometry.vector(0, 1, -4))
    wall = np.zeros((300, 300, 3), np.float32)
    wall[100:110, 200:210] = 1  # 1.0 to 1.1 m below the top, 2.0 to 2.1 m from the left
    plane = Plane(
        geometry.vector(-1.5, 3, -4), geometry.vector(1, 0, 0), geometry.vector(0, -1, 0),
        100, opaque(wall),
    )  # fmt: skip
    drawn = plane.onto(view, 0.5, 0.5)[..., 0]
    rows, columns = np.nonzero(drawn > 0.5)
    x, y, _ = view.project(geometry.vector(0.55, 1.95, -4))
    assert abs(columns.mean() + 0.5 - x) < 0.5
    assert abs(rows.mean() + 0.5 - y) < 0.5

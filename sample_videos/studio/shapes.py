"""Bodies as groups of round cones: each group is one smoothly blended surface of one material."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sample_videos.studio import geometry
from sample_videos.studio.geometry import Matrix, Vector

Array = npt.NDArray[Any]  # float32 throughout


@dataclass(slots=True)
class Group:
    """Round cones from ``a`` (radius ``ra``) to ``b`` (``rb``), blended with sharpness ``k``.

    ``origin`` and ``axes`` give the local frame in which the material is painted. A cone with
    ``cut`` ends flat at ``b`` instead of round.
    """

    person: int
    kind: str
    k: float
    origin: Vector
    axes: Matrix
    a: list[Vector] = field(default_factory=list)
    b: list[Vector] = field(default_factory=list)
    ra: list[float] = field(default_factory=list)
    rb: list[float] = field(default_factory=list)
    cut: list[bool] = field(default_factory=list)

    def cone(self, a: Vector, b: Vector, ra: float, rb: float, *, cut: bool = False) -> None:
        self.a.append(a)
        self.b.append(b)
        self.ra.append(ra)
        self.rb.append(rb)
        self.cut.append(cut)

    def at(self, x: float, y: float, z: float, scale: float) -> Vector:
        """A local point (left, up, forward; metres of a 1.80 m body) in the ring."""
        return self.origin + (self.axes @ geometry.vector(x, y, z)) * scale


@dataclass(frozen=True, slots=True)
class Packed:
    """A group as float32 arrays relative to ``centre``, ready for evaluation at many points."""

    group: Group
    centre: Vector
    a: Array
    span: Array
    inverse: Array
    length2: Array
    ra: Array
    slope: Array
    cut_normal: Array | None
    cut_offset: Array | None


def pack(group: Group) -> Packed:
    a, b = np.array(group.a), np.array(group.b)
    centre = (a.mean(axis=0) + b.mean(axis=0)) / 2
    a, b = a - centre, b - centre
    span = b - a
    length2 = np.maximum((span * span).sum(axis=1), 1e-8)
    normal = offset = None
    if any(group.cut):
        flags = np.array(group.cut)
        directions = span / np.sqrt(length2)[:, None]
        normal = np.where(flags[:, None], directions, 0.0).astype(np.float32)
        offset = np.where(flags, (directions * b).sum(axis=1), 9.0).astype(np.float32)
    ra, rb = np.array(group.ra), np.array(group.rb)
    return Packed(
        group,
        centre,
        a.astype(np.float32),
        span.astype(np.float32),
        (span / length2[:, None]).astype(np.float32),
        length2.astype(np.float32),
        ra.astype(np.float32),
        (rb - ra).astype(np.float32),
        normal,
        offset,
    )


def field_at(packed: Packed, points: Array) -> tuple[Array, Array, Array, Array]:
    """Distance to a group's surface at points relative to its centre.

    :returns: blended distance (N,), and per cone (N, K): distance to the axis, place along it
        0..1, distance to the cone.
    """
    along = points @ packed.inverse.T
    along -= (packed.a * packed.inverse).sum(axis=1)
    np.clip(along, 0.0, 1.0, out=along)
    axis = np.zeros_like(along)
    for i in range(3):
        part = points[:, i, None] - packed.a[:, i] - along * packed.span[:, i]
        part *= part
        axis += part
    np.sqrt(axis, out=axis)
    cone = axis - along * packed.slope
    cone -= packed.ra
    if packed.cut_normal is not None and packed.cut_offset is not None:
        np.maximum(cone, points @ packed.cut_normal.T - packed.cut_offset, out=cone)
    nearest = cone.min(axis=1)
    weight = np.exp((nearest[:, None] - cone) * np.float32(packed.group.k))
    blended = nearest - np.log(weight.sum(axis=1)) / np.float32(packed.group.k)
    return blended, axis, along, cone


def surface(packed: Packed, points: Array) -> tuple[Array, Array, Array]:
    """At surface points: unit normals (N, 3), blend weights (N, K), place along each cone."""
    _, axis, along, cone = field_at(packed, points)
    weight = np.exp((cone.min(axis=1)[:, None] - cone) * np.float32(packed.group.k))
    weight /= weight.sum(axis=1)[:, None]
    pull = weight / np.maximum(axis, 1e-5)
    normal = points * pull.sum(axis=1)[:, None] - pull @ packed.a - (pull * along) @ packed.span
    normal /= np.maximum(np.sqrt((normal * normal).sum(axis=1)), 1e-6)[:, None]
    return normal, weight, along

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.labels import Box, Joint, Keyframe, position
from core.trails import SMALLEST_IOU, Trail

steps = st.tuples(
    st.integers(-6, 6), st.integers(-6, 6), st.floats(0.97, 1.03), st.integers(1, 3), st.booleans()
)


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, min_size=1, max_size=40), st.sampled_from([1, -1]))
def test_what_is_kept_gives_every_sighting_back_within_the_bound(
    walk: list[tuple[int, int, float, int, bool]], direction: int
) -> None:
    """Whenever it is kept, and whichever keyframes the next ones replace."""
    start = Keyframe(500, Box(100, 100, 60.123456, 80.7))
    trail = Trail(start, direction)
    stored = {500: start}
    seen: dict[int, Box] = {}
    frame, box = 500, start.box
    for number, (dx, dy, growth, skip, keep) in enumerate(walk):
        frame += direction * skip
        box = Box(box.x + dx, box.y + dy, box.w * growth, box.h * growth)
        trail.add(frame, box, 0.5)
        seen[frame] = box
        if keep or number == len(walk) - 1:
            found = trail.keyframes()
            low, high = sorted((trail.anchor, trail.reached))
            stored = {f: k for f, k in stored.items() if not low <= f <= high or f == trail.anchor}
            stored |= {keyframe.frame: keyframe for keyframe in found}
            assert trail.anchor not in [keyframe.frame for keyframe in found]
            trail.kept(found)
            assert trail.unkept == 0
            assert trail.reached == frame
    kept = [stored[f] for f in sorted(stored)]
    for at, box in seen.items():
        place = position(kept, at, first=kept[0].frame, last=kept[-1].frame)
        assert place is not None
        assert place.box.iou(box) >= SMALLEST_IOU - 0.003  # rounded to 1/100 pixel
    assert all(keyframe.source == "model" for keyframe in kept if keyframe.frame != 500)


def test_an_even_walk_needs_its_ends_alone() -> None:
    for direction in (1, -1):
        trail = Trail(Keyframe(100, Box(0, 0, 50, 50)), direction)
        for step in range(1, 61):
            trail.add(100 + direction * step, Box(2 * step, step, 50, 50), 0.9)
            if step % 7 == 0:
                trail.kept(trail.keyframes())
        (only,) = trail.keyframes()
        assert (only.frame, only.box) == (100 + direction * 60, Box(120, 60, 50, 50))
        assert trail.anchor == 100


def test_a_pose_goes_along_with_its_box() -> None:
    pose = (Joint(10, 20, 0.8, 2), Joint(60, 120, 0.4, 1))
    trail = Trail(Keyframe(0, Box(10, 20, 50, 100), pose), 1)
    trail.add(1, Box(110, 20, 100, 50), 0.9)
    (made,) = trail.keyframes()
    assert made.joints == (Joint(110, 20, 0.8, 2), Joint(210, 70, 0.4, 1))

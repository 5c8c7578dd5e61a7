// Where a track is at a frame. The same rules as `core/labels.py` (position): a test compares both.
// Keyframes are sorted by frame `f`; frames are 0-based; spans include both ends.

/** Index of the first keyframe after `frame` (binary search). */
export function after(keyframes, frame) {
  let low = 0;
  let high = keyframes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyframes[middle].f <= frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The position of a track at a frame, or null where it is absent. */
export function position(keyframes, frame, first, last) {
  if (!keyframes.length || frame < first || frame > last) return null;
  const right = after(keyframes, frame);
  if (right === 0) return null;
  const before = keyframes[right - 1];
  if (before.outside) return null;
  if (before.f === frame) return before;
  if (right === keyframes.length || keyframes[right].outside) {
    return { ...before, f: frame, source: "interpolated" };
  }
  return between(before, keyframes[right], frame);
}

function between(before, next, frame) {
  const share = (frame - before.f) / (next.f - before.f);
  const mix = (a, b) => a + (b - a) * share;
  let joints = before.joints;
  if (joints && next.joints && joints.length === next.joints.length) {
    joints = joints.map((joint, index) => {
      const other = next.joints[index];
      return [mix(joint[0], other[0]), mix(joint[1], other[1]), mix(joint[2], other[2]), joint[3]];
    });
  }
  const scored = before.score != null && next.score != null;
  return {
    f: frame,
    x: mix(before.x, next.x),
    y: mix(before.y, next.y),
    w: mix(before.w, next.w),
    h: mix(before.h, next.h),
    joints,
    occluded: before.occluded,
    outside: 0,
    score: scored ? mix(before.score, next.score) : before.score,
    source: "interpolated",
  };
}

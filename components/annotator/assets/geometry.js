// Boxes, joints and the view. Frame space: pixels of the upright full-resolution frame, floats,
// top-left origin, boxes {x, y, w, h}. Screen space: CSS pixels of the stage.
// A view {scale, x, y, sar} maps frame to screen; `sar` stretches x for non-square pixels.

const SMALLEST_SIDE = 1;
const LARGEST_SCALE = 40;

/** The view that shows the whole picture in the middle of a stage. */
export function fit(picture, stage, margin = 0) {
  const sar = picture.sar || 1;
  const wide = picture.width * sar;
  const scale = Math.max(
    Math.min((stage.width - 2 * margin) / wide, (stage.height - 2 * margin) / picture.height),
    0.01,
  );
  return {
    scale,
    sar,
    x: (stage.width - wide * scale) / 2,
    y: (stage.height - picture.height * scale) / 2,
  };
}

/** A view in which a box fills most of the stage. */
export function fitBox(box, picture, stage) {
  const sar = picture.sar || 1;
  const room = 1.6;
  const scale = Math.min(
    stage.width / (Math.max(box.w, 8) * sar * room),
    stage.height / (Math.max(box.h, 8) * room),
    12,
  );
  return {
    scale,
    sar,
    x: stage.width / 2 - (box.x + box.w / 2) * scale * sar,
    y: stage.height / 2 - (box.y + box.h / 2) * scale,
  };
}

export function toScreen(view, point) {
  return { x: point.x * view.scale * view.sar + view.x, y: point.y * view.scale + view.y };
}

export function toFrame(view, point) {
  return { x: (point.x - view.x) / (view.scale * view.sar), y: (point.y - view.y) / view.scale };
}

export function boxToScreen(view, box) {
  const corner = toScreen(view, box);
  return {
    x: corner.x,
    y: corner.y,
    w: box.w * view.scale * view.sar,
    h: box.h * view.scale,
  };
}

/** Zoom by a factor so that the frame point under `pointer` (screen) stays there. */
export function zoomAt(view, pointer, factor, smallest) {
  const scale = Math.min(Math.max(view.scale * factor, smallest), LARGEST_SCALE);
  const ratio = scale / view.scale;
  return {
    ...view,
    scale,
    x: pointer.x - (pointer.x - view.x) * ratio,
    y: pointer.y - (pointer.y - view.y) * ratio,
  };
}

/** Keep at least a part of the picture on the stage. */
export function clampView(view, picture, stage, keep = 60) {
  const wide = picture.width * view.scale * view.sar;
  const high = picture.height * view.scale;
  return {
    ...view,
    x: Math.min(Math.max(view.x, keep - wide), stage.width - keep),
    y: Math.min(Math.max(view.y, keep - high), stage.height - keep),
  };
}

export function contains(box, point, margin = 0) {
  return (
    point.x >= box.x - margin &&
    point.x <= box.x + box.w + margin &&
    point.y >= box.y - margin &&
    point.y <= box.y + box.h + margin
  );
}

/** Intersection over union of two boxes, 0..1. */
export function iou(a, b) {
  const width = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.w * a.h + b.w * b.h - width * height);
}

/** Where the eight handles of a box lie (same space as the box). */
export function handlePoints(box) {
  const { x, y, w, h } = box;
  return {
    nw: { x, y },
    n: { x: x + w / 2, y },
    ne: { x: x + w, y },
    e: { x: x + w, y: y + h / 2 },
    se: { x: x + w, y: y + h },
    s: { x: x + w / 2, y: y + h },
    sw: { x, y: y + h },
    w: { x, y: y + h / 2 },
  };
}

/** The handle of a screen box under a point, or null. Corners win over sides. */
export function handleAt(box, point, reach = 7) {
  const points = handlePoints(box);
  const order = ["nw", "ne", "se", "sw", "n", "e", "s", "w"];
  const small = box.w < 3 * reach || box.h < 3 * reach;
  for (const name of small ? order.slice(0, 4) : order) {
    const at = points[name];
    if (Math.abs(at.x - point.x) <= reach && Math.abs(at.y - point.y) <= reach) return name;
  }
  return null;
}

/** The nearest joint within reach of a point (joints [x, y, score, visibility]), or -1. */
export function jointAt(view, joints, point, reach = 9) {
  let best = -1;
  let nearest = reach * reach;
  (joints || []).forEach((joint, index) => {
    const at = toScreen(view, { x: joint[0], y: joint[1] });
    const distance = (at.x - point.x) ** 2 + (at.y - point.y) ** 2;
    if (distance <= nearest) {
      nearest = distance;
      best = index;
    }
  });
  return best;
}

/** A box moved inside the picture; one that already sticks out may stay out, never further. */
export function moveBox(box, dx, dy, picture) {
  const along = (from, size, delta, limit) =>
    Math.min(Math.max(from + delta, Math.min(0, from)), Math.max(limit - size, from));
  return {
    ...box,
    x: along(box.x, box.w, dx, picture.width),
    y: along(box.y, box.h, dy, picture.height),
  };
}

/** A box with one handle dragged to a point, the other sides as they are; flips when crossed. */
export function resizeBox(box, handle, point, picture) {
  let left = box.x;
  let top = box.y;
  let right = box.x + box.w;
  let bottom = box.y + box.h;
  if (handle.includes("w")) left = point.x;
  if (handle.includes("e")) right = point.x;
  if (handle.includes("n")) top = point.y;
  if (handle.includes("s")) bottom = point.y;
  return within(fromCorners({ x: left, y: top }, { x: right, y: bottom }), box, picture);
}

/** A changed box inside the picture; where it stuck out before it may still do so, never further. */
export function within(box, before, picture) {
  const along = (from, size, old, oldSize, limit) => {
    const low = Math.min(0, old);
    const high = Math.max(limit, old + oldSize);
    const start = Math.min(Math.max(from, low), high - SMALLEST_SIDE);
    return [start, Math.max(Math.min(from + size, high) - start, SMALLEST_SIDE)];
  };
  const [x, w] = along(box.x, box.w, before.x, before.w, picture.width);
  const [y, h] = along(box.y, box.h, before.y, before.h, picture.height);
  return { x, y, w, h };
}

/** A box with the edges of one corner ("se": right and bottom) moved by as much. */
export function moveEdges(box, corner, dx, dy, picture) {
  const at = handlePoints(box)[corner];
  const handle = dx ? corner[1] : corner[0];
  return resizeBox(box, handle, { x: at.x + dx, y: at.y + dy }, picture);
}

/** The box between two points, inside the picture, at least one pixel wide and high. */
export function fromCorners(a, b, picture) {
  const clamp = (value, limit) => Math.min(Math.max(value, 0), limit);
  let left = Math.min(a.x, b.x);
  let right = Math.max(a.x, b.x);
  let top = Math.min(a.y, b.y);
  let bottom = Math.max(a.y, b.y);
  if (picture) {
    left = clamp(left, picture.width - SMALLEST_SIDE);
    top = clamp(top, picture.height - SMALLEST_SIDE);
    right = clamp(right, picture.width);
    bottom = clamp(bottom, picture.height);
  }
  return {
    x: left,
    y: top,
    w: Math.max(right - left, SMALLEST_SIDE),
    h: Math.max(bottom - top, SMALLEST_SIDE),
  };
}

export function shiftJoints(joints, dx, dy) {
  if (!joints) return joints;
  return joints.map((joint) => [joint[0] + dx, joint[1] + dy, joint[2], joint[3]]);
}

/** Two decimals are finer than any pixel and keep what is sent short. */
export function rounded(values) {
  return values.map((value) => Math.round(value * 100) / 100);
}

// What lies under the pointer on the timeline, and where a dragged edge lands. Everything here is
// about numbers: rows and spans come in as they are placed, nothing is drawn.

import { frameAt, middleOf, xOf } from "./timeline_scale.js";
import { from } from "./timeline_spans.js";
import { rowAt } from "./timeline_rows.js";

const NEAR = 5;
const OUTWARD = 8;
const CROWDED = 4;

/**
 * The thing at a point of the canvas: {kind, frame, ...}.
 * kinds: "name" (the words on the left), "end", "keyframe", "bar" of a track; "segment-edge" and
 * "segment"; "range-edge"; "ground". `side` is "first" or "last".
 * scene: {gutter, place, scroll, scale, rows, marks(id), segments(row), range}
 */
export function hit(scene, { x, y }) {
  const under = rowAt(scene.place, y, scene.scroll);
  const row = under && "index" in under ? scene.rows[under.index] : null;
  if (x < scene.gutter) return { kind: "name", row, fixed: under?.fixed };
  const time = x - scene.gutter;
  const frame = frameAt(scene.scale, time);
  const found = (row && onTrack(scene, row, time)) || (under?.fixed?.kind === "segments" && onSegments(scene, under.fixed, time));
  if (found) return { frame, row, fixed: under.fixed, ...found };
  const side = scene.range && edgeNear(scene.scale, scene.range, time, NEAR, NEAR);
  return side ? { kind: "range-edge", side, frame } : { kind: "ground", frame, row };
}

/** Ends are held from outside the bar, keyframes on their middle, so that both can be taken. */
function onTrack({ scale, marks }, row, time) {
  const known = marks(row.id);
  const side = edgeNear(scale, row, time, OUTWARD, 2);
  const mark = known && markNear(scale, known.frames, time);
  if (mark != null && (!side || Math.abs(middleOf(scale, mark) - time) <= 2)) return { kind: "keyframe", mark };
  if (side) return { kind: "end", side };
  return inside(scale, row, time) ? { kind: "bar" } : null;
}

function onSegments({ scale, segments }, fixed, time) {
  const list = segments(fixed);
  const edges = list.flatMap((segment) => {
    const narrow = (segment.last - segment.first + 1) * scale.perFrame < 3 * NEAR;
    const side = edgeNear(scale, segment, time, NEAR, narrow ? 1 : NEAR);
    return side ? [{ kind: "segment-edge", side, segment }] : [];
  });
  // Where two touch, each is taken at its edge from within.
  const within = ({ segment }) => inside(scale, segment, time);
  if (edges.length) return edges.findLast(within) ?? edges[0];
  const segment = list.findLast((one) => inside(scale, one, time));
  return segment ? { kind: "segment", segment } : null;
}

function inside(scale, { first, last }, time) {
  return time >= xOf(scale, first) && time <= Math.max(xOf(scale, last + 1), xOf(scale, first) + 2);
}

/** Which end of a span a point is near: `outward` pixels outside of it, `inward` within. */
function edgeNear(scale, { first, last }, time, outward, inward) {
  const [left, right] = [xOf(scale, first), xOf(scale, last + 1)];
  if (time >= left - outward && time <= Math.min(left + inward, (left + right) / 2)) return "first";
  if (time <= right + outward && time >= Math.max(right - inward, (left + right) / 2)) return "last";
  return null;
}

/** The frame of the mark nearest to a point, or null; in a crowd none can be meant. */
function markNear(scale, frames, time) {
  const index = from(frames, frameAt(scale, time));
  const away = (frame) => Math.abs(middleOf(scale, frame) - time);
  const [best, next] = [frames[index - 1], frames[index], frames[index + 1]].filter((frame) => frame !== undefined).sort((a, b) => away(a) - away(b));
  if (best === undefined || away(best) > NEAR) return null;
  return next !== undefined && Math.abs(next - best) * scale.perFrame < CROWDED ? null : best;
}

/**
 * A boundary between frames (n lies before frame n), drawn to the nearest of others within reach.
 * @param candidates boundaries; @param reach in frames
 */
export function snap(edge, candidates, reach) {
  let best = edge;
  let distance = reach;
  for (const candidate of candidates) {
    const away = Math.abs(candidate - edge);
    if (away <= distance && (away < distance || best === edge)) [best, distance] = [candidate, away];
  }
  return best;
}

/** A span with one end put at a boundary; it keeps at least one frame. */
export function withEnd({ first, last }, side, edge, frames) {
  if (side === "first") return { first: Math.min(Math.max(edge, 0), last), last };
  return { first, last: Math.max(Math.min(edge, frames) - 1, first) };
}

/** A span moved as it is, within the video. */
export function moved({ first, last }, by, frames) {
  const kept = Math.min(Math.max(by, -first), frames - 1 - last);
  return { first: first + kept, last: last + kept };
}

/** How far a span moves so that one of its ends snaps. */
export function snappedMove(span, by, candidates, reach) {
  const ends = [span.first + by, span.last + 1 + by];
  const shifts = ends.map((end) => snap(end, candidates, reach) - end).filter((shift) => shift !== 0);
  const best = shifts.sort((a, b) => Math.abs(a) - Math.abs(b))[0] ?? 0;
  return by + best;
}

/** Where a keyframe may be moved to: between its neighbours, never onto or past one. */
export function between(frames, mark, wanted, first, last) {
  const index = from(frames, mark);
  const low = index > 0 ? frames[index - 1] + 1 : first;
  const high = index + 1 < frames.length ? frames[index + 1] - 1 : last;
  return Math.min(Math.max(wanted, low), high);
}

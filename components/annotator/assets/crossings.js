// Where two objects meet: the frames at which their boxes begin to overlap after having been apart.
// Identities are mixed up there, so these are the frames to look at. Pure.

import { iou } from "./geometry.js";
import { position } from "./interpolation.js";

const MEET = 0.15;
const APART = 0.05;
const FARTHEST = 3000;
const BEFORE = 600;

/** Frames from `first` to `last` at which two tracks begin to overlap, rising. */
export function crossings(one, other, first = 0, last = Infinity) {
  const from = Math.max(one.first, other.first, first - BEFORE);
  const to = Math.min(one.last, other.last, last);
  const found = [];
  let apart = false;
  for (let frame = from; frame <= to; frame += 1) {
    const overlap = overlapAt(one, other, frame);
    if (overlap === null || overlap <= APART) apart = overlap !== null;
    else if (overlap > MEET) {
      if (apart && frame >= first) found.push(frame);
      apart = false;
    }
  }
  return found;
}

function overlapAt(one, other, frame) {
  const place = position(one.keyframes, frame, one.first, one.last);
  const against = place && position(other.keyframes, frame, other.first, other.last);
  return against ? iou(place, against) : null;
}

/**
 * The next (`step` 1) or previous (-1) crossing of a track with any other one, or of any two when
 * `id` is null, among the labels loaded: {frame, ids: [a, b]} or null.
 */
export function nextCrossing(state, id, frame, step) {
  const tracks = loaded(state);
  const mine = id == null ? tracks : tracks.filter((track) => track.id === id);
  const range = loadedRange(state, frame, step);
  let best = null;
  const take = (one, other) => {
    const found = crossings(one, other, ...range);
    const at = step > 0 ? found[0] : found.at(-1);
    if (at == null || (best && (at - best.frame) * step >= 0)) return;
    best = { frame: at, ids: [one.id, other.id] };
    range[step > 0 ? 1 : 0] = at;
  };
  mine.forEach((one, index) => {
    const others = id == null ? tracks.slice(index + 1) : tracks;
    for (const other of others) if (other.id !== one.id && meets(one, other, range)) take(one, other);
  });
  return best;
}

/** The frames ahead whose labels are here: beyond them nothing can be told. */
function loadedRange(state, frame, step) {
  let end = frame;
  while (Math.abs(end - frame) < FARTHEST && end + step >= 0 && state.isReady(end + step)) end += step;
  return step > 0 ? [frame + 1, end] : [end, frame - 1];
}

function loaded(state) {
  const ids = new Set([...state.base.keys(), ...state.pending.keys()]);
  return [...ids].map((id) => state.track(id)).filter((track) => track?.keyframes.length);
}

/** Whether both are there in a range, and near each other in it at all. */
function meets(one, other, [first, last]) {
  if (Math.max(one.first, other.first, first) > Math.min(one.last, other.last, last)) return false;
  const [a, b] = [extent(one), extent(other)];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

const extents = new WeakMap();

/** All that a track ever covers; interpolation stays inside. */
function extent({ keyframes }) {
  if (!extents.has(keyframes)) {
    const found = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const k of keyframes) {
      found.left = Math.min(found.left, k.x);
      found.top = Math.min(found.top, k.y);
      found.right = Math.max(found.right, k.x + k.w);
      found.bottom = Math.max(found.bottom, k.y + k.h);
    }
    extents.set(keyframes, found);
  }
  return extents.get(keyframes);
}

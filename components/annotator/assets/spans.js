// Edits along the time of one track, as shown until the server answers and in previews. The same
// rules as `core/track_spans.py`: a test compares both. Each gives the track after, or null for an
// edit that is refused. Pure.

import { position } from "./interpolation.js";
import { at, cut, placed, spliced } from "./stretches.js";

/** First and last frame that a change at `frame` moves: to the neighbouring keyframes, or the ends. */
export function reach(track, frame) {
  const before = track.keyframes.findLast((k) => k.f < frame);
  const after = track.keyframes.find((k) => k.f > frame);
  return {
    first: Math.min(before ? before.f + 1 : track.first, frame),
    last: Math.max(after ? after.f - 1 : track.last, frame),
  };
}

/** The frames that a deletion takes away. */
export function scopeOf(track, scope, frame) {
  if (scope === "frame") return { first: frame, last: frame };
  if (scope === "onward") return { first: frame, last: track.last };
  if (scope === "between") return reach(track, frame);
  return { first: track.first, last: track.last };
}

const human = (keyframe, more) => ({ ...keyframe, ...more, source: "human" });
const present = (track) => track.keyframes.some((k) => !k.outside && k.f <= track.last);
const beyond = (track, frame) => track.keyframes.filter((k) => k.f > frame);
const least = (frames, otherwise) => (frames.length ? Math.min(...frames) : otherwise);

function span(track, edit) {
  const { first = track.first, last = track.last } = edit;
  let kept = spliced(track, cut(track, first, last));
  if (first > last || kept.deleted) return null;
  if (first < track.first) {
    kept = { ...kept, first, keyframes: placed(kept.keyframes, human(kept.keyframes[0], { f: first })) };
  }
  return last > track.last ? { ...kept, last } : kept;
}

function move(track, { frame, to }) {
  const moved = track.keyframes.find((k) => k.f === frame);
  const low = track.keyframes.findLast((k) => k.f < frame)?.f ?? -1;
  const high = track.keyframes.find((k) => k.f > frame)?.f ?? Infinity;
  if (!moved || to <= low || to >= high) return null;
  const rest = track.keyframes.filter((k) => k.f !== frame);
  return {
    ...track,
    keyframes: placed(rest, human(moved, { f: to })),
    first: low < 0 ? to : track.first,
    last: frame === track.last ? to : Math.max(track.last, to),
  };
}

function outside(track, { frame, last = null, value = 1 }) {
  const made = value ? leave(track, frame, last) : comeBack(track, frame, last);
  return made && present(made) ? made : null;
}

function leave(track, frame, last) {
  const here = at(track, frame);
  if (!here) return null;
  const gone = least(beyond(track, frame).filter((k) => k.outside).map((k) => k.f - 1), track.last);
  const end = last === null ? gone : Math.min(last, track.last);
  const pins = [at(track, frame - 1), at(track, end + 1)].filter(Boolean);
  const marks = beyond(track, frame).filter((k) => k.f <= end).map((k) => ({ ...k, outside: 1 }));
  return { ...track, keyframes: placed(track.keyframes, ...pins, human(here, { outside: 1 }), ...marks) };
}

function comeBack(track, frame, last) {
  const shown = track.keyframes.map((k) => ({ ...k, outside: 0 }));
  const here = position(shown, frame, track.first, track.last);
  if (!here || at(track, frame)) return null;
  const back = least(beyond(track, frame).filter((k) => !k.outside).map((k) => k.f - 1), track.last);
  const end = last === null ? back : Math.min(last, back);
  const between = beyond(track, frame).filter((k) => k.f <= end).map((k) => ({ ...k, outside: 0 }));
  const made = placed(track.keyframes, human(here), ...between);
  if (end >= back || made.some((k) => k.f === end + 1)) return { ...track, keyframes: made };
  const rest = human([here, ...between].at(-1), { f: end + 1, outside: 1 });
  return { ...track, keyframes: placed(made, rest) };
}

function occluded(track, { frame, last = null, value = 1 }) {
  const here = at(track, frame);
  if (!here) return null;
  const flag = Number(Boolean(value));
  const same = (k) => Number(k.occluded) === flag;
  const changes = beyond(track, frame).filter((k) => k.outside || same(k)).map((k) => k.f - 1);
  const end = last ?? (same(here) ? frame : least(changes, track.last));
  const pins = [at(track, end + 1)].filter(Boolean);
  const between = beyond(track, frame).filter((k) => k.f <= end && !k.outside).map((k) => ({ ...k, occluded: flag }));
  return { ...track, keyframes: placed(track.keyframes, ...pins, human(here, { occluded: flag }), ...between) };
}

/** The server keeps the copy within the video; here the preview need not. */
function copy(track, { frame, count }) {
  const here = at(track, frame);
  if (!here || count < 1) return null;
  const end = frame + count;
  const same = { first: frame, last: end, keyframes: [human(here), human(here, { f: end })] };
  return spliced(track, cut(track, 0, frame - 1), same, cut(track, end + 1, Infinity));
}

function remove(track, { scope = "frame", frame }) {
  if (scope === "track") return { ...track, deleted: true };
  if (!at(track, frame)) return null;
  const { first, last } = scopeOf(track, scope, frame);
  return spliced(track, cut(track, 0, first - 1), cut(track, last + 1, Infinity));
}

export const CHANGES = { span, move, outside, occluded, copy, delete: remove };

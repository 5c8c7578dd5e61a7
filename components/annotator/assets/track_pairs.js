// Edits of identity as shown until the server answers: one track becomes two, two become one, two
// exchange what lies ahead. The same rules as `core/track_pairs.py`: a test compares both. Pure.

import { spliced as told } from "./attributes.js";
import { at, cut, placed, spliced } from "./stretches.js";
import { spliced as decided } from "./verdict_parts.js";

const BRIDGED = 5;
const END = Infinity;

/** The part of a track before a frame and the part from there on; null where one would be empty. */
export function split(track, { frame }) {
  let before = spliced(track, cut(track, 0, frame - 1));
  const after = spliced(track, cut(track, frame, END));
  if (before.deleted || after.deleted) return null;
  if (before.last < frame - 1) {
    const mark = { ...before.keyframes.at(-1), f: before.last + 1, outside: 1, source: "human" };
    before = { ...before, keyframes: [...before.keyframes, mark], last: frame - 1 };
  }
  return [withVerdicts(before, [[track, 0, frame - 1]]), withVerdicts(after, [[track, frame, END]])];
}

/** What becomes of the edit's track and of its other one, with `deleted` on one that goes; null where the core refuses. */
export function paired(track, other, edit) {
  const alike = track.id !== other.id && (track.skeleton ?? null) === (other.skeleton ?? null);
  return alike ? PAIRS[edit.verb](track, other, edit) : null;
}

const PAIRS = {
  merge(track, other) {
    if (track.class !== other.class) return null;
    const parts = alternating(track, other);
    const both = bridged(spliced(track, ...parts.map((part) => cut(...part))), track, other);
    const named = { ...both, name: track.name || other.name };
    return [withWords(named, { ...other.attributes, ...track.attributes }, parts), { ...other, deleted: true }];
  },
  swap(track, other, { frame, last = null }) {
    const until = last ?? END;
    if (!cut(track, frame, until) && !cut(other, frame, until)) return null;
    return [exchanged(track, other, frame, until), exchanged(other, track, frame, until)];
  },
  reassign(track, other, { frame }) {
    return at(track, frame) ? PAIRS.swap(track, other, { frame }) : null;
  },
};

export const isPair = (edit) => edit.verb in PAIRS;

/** The track wherever it is present, the other one in between, by time. */
function alternating(track, other) {
  const found = [];
  let free = 0;
  for (const [first, last] of present(track)) {
    found.push([other, free, first - 1], [track, first, last]);
    free = last + 1;
  }
  return [...found, [other, free, END]];
}

/** The ranges of frames that a track is on, by its marks. */
function present(track) {
  const ranges = [];
  let start = null;
  for (const { f, outside } of track.keyframes) {
    if (outside && start !== null) {
      ranges.push([start, f - 1]);
      start = null;
    } else if (!outside) start ??= Math.max(f, track.first);
  }
  return start === null ? ranges : [...ranges, [start, track.last]];
}

/** Interpolated over the gap from the end of one to a start soon after. */
function bridged(both, track, other) {
  const [earlier, later] = track.first <= other.first ? [track, other] : [other, track];
  const gap = later.first - earlier.last;
  const end = at(both, earlier.last);
  if (gap <= 1 || gap > BRIDGED + 1 || !end || !at(both, later.first)) return both;
  const rest = both.keyframes.filter((k) => k.f <= earlier.last || k.f >= later.first);
  return { ...both, keyframes: placed(rest, end) };
}

function exchanged(track, other, frame, last) {
  const parts = [[track, 0, frame - 1], [other, frame, last], [track, last + 1, END]];
  return withWords(spliced(track, ...parts.map((part) => cut(...part))), track.attributes, parts);
}

/** With what its parts say of their frames: attributes that change, and verdicts. */
function withWords(made, table, parts) {
  const cuts = parts.map(([one, first, last]) => [one, Math.max(first, one.first), Math.min(last, one.last)]);
  const there = cuts.filter(([, first, last]) => first <= last);
  const attributes = told(table, there.map(([one, first, last]) => [one.attributes, first, last]));
  return withVerdicts({ ...made, attributes }, there);
}

function withVerdicts(made, parts) {
  return { ...made, partial: decided(parts.map(([one, first, last]) => [one.partial ?? [], first, last])) };
}

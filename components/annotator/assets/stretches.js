// Tracks put together from stretches of tracks, so that no frame of a stretch moves. The same rules
// as `core/stretches.py`: a test compares both. Pure.

import { position } from "./interpolation.js";

export const at = (track, frame) => position(track.keyframes, frame, track.first, track.last);

/** The part of a track from `first` to `last`: {first, last, keyframes}, or null when it is on none of them. */
export function cut(track, first, last) {
  const [from, to] = [Math.max(first, track.first), Math.min(last, track.last)];
  if (from > to) return null;
  const later = track.keyframes.find((k) => k.f > to);
  const ends = !later || later.outside ? [from] : [from, to];
  const pins = ends.map((frame) => at(track, frame)).filter(Boolean);
  const keyframes = placed(pins, ...track.keyframes.filter((k) => from <= k.f && k.f <= to));
  return keyframes.some((k) => !k.outside) ? { first: from, last: to, keyframes } : null;
}

/** A track that is where the stretches say, and absent between them; without any it is deleted. */
export function spliced(track, ...stretches) {
  const keyframes = [];
  let until = 0;
  for (const stretch of stretches.filter(Boolean)) {
    const start = stretch.keyframes.findIndex((k) => !k.outside);
    const end = keyframes.at(-1);
    if (end && !end.outside) keyframes.push(...closing(end, until, stretch.keyframes[start].f));
    keyframes.push(...stretch.keyframes.slice(start));
    until = stretch.last;
  }
  return keyframes.length ? ended(track, keyframes, until) : { ...track, deleted: true };
}

function closing(end, until, begins) {
  if (begins > until + 1) return [{ ...end, f: until + 1, outside: 1, source: "human" }];
  return end.f < until ? [{ ...end, f: until, source: "interpolated" }] : [];
}

function ended(track, keyframes, until) {
  const present = keyframes.findLastIndex((k) => !k.outside);
  const last = present < keyframes.length - 1 ? keyframes[present + 1].f - 1 : until;
  const kept = keyframes.slice(0, present + 1);
  return { ...track, keyframes: kept, first: kept[0].f, last };
}

/** Keyframes with new ones added, or in place of those on the same frames. */
export function placed(keyframes, ...made) {
  const byFrame = new Map([...keyframes, ...made].map((k) => [k.f, k]));
  return [...byFrame.values()].sort((a, b) => a.f - b.f);
}

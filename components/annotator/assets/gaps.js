// Where a track is and where it is not. Pure.

import { at } from "./stretches.js";

/** The nearest place of a track from `frame` on in a direction, or null: {frame, place}. */
export function nextWith(track, frame, step) {
  const from = step > 0 ? Math.max(frame, track.first) : Math.min(frame, track.last);
  const here = at(track, from);
  if (here) return { frame: from, place: here };
  if (step > 0) {
    const next = track.keyframes.find((k) => k.f >= from && k.f <= track.last && !k.outside);
    return next ? { frame: next.f, place: next } : null;
  }
  const gone = track.keyframes.findLast((k, index) => k.f <= from && k.outside && index && !track.keyframes[index - 1].outside);
  return gone ? { frame: gone.f - 1, place: at(track, gone.f - 1) } : null;
}

// Where two objects meet: the frames at which their boxes begin to overlap after having been apart.
// Identities are mixed up there, so these are the frames to look at. Pure; the server looks for them
// in the whole video (core/crossings.py).

import { iou } from "./geometry.js";
import { position } from "./interpolation.js";

const MEET = 0.15;
const APART = 0.05;
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

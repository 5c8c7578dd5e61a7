// Frames to pixels and back, at any zoom. Frame n takes the pixels from xOf(n) to xOf(n + 1); a
// scale is {frames, width, first, perFrame}: the (fractional) frame at the left, pixels per frame.

import { frameAtTime } from "./clock.js";

export const SIDE = 10;
const LARGEST = 48;
const TICK_ROOM = 72;
const STEPS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200];

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** The scale that shows every frame. */
export function whole(frames, width) {
  return { frames, width, first: 0, perFrame: room(width) / frames };
}

function room(width) {
  return Math.max(width - 2 * SIDE, 1);
}

/** The nearest scale that stays within the video and between whole view and closest zoom. */
export function clamped({ frames, width, first, perFrame }) {
  const least = room(width) / frames;
  const kept = clamp(perFrame, least, Math.max(LARGEST, least));
  return { frames, width, perFrame: kept, first: clamp(first, 0, Math.max(frames - room(width) / kept, 0)) };
}

/** The left side of a frame. */
export function xOf(scale, frame) {
  return SIDE + (frame - scale.first) * scale.perFrame;
}

export function middleOf(scale, frame) {
  return xOf(scale, frame + 0.5);
}

/** The frame under a pixel; beyond the ends the first or the last. */
export function frameAt(scale, x) {
  return clamp(Math.floor(placeAt(scale, x)), 0, scale.frames - 1);
}

/** Where a pixel lies, in fractional frames. */
export function placeAt(scale, x) {
  return scale.first + (x - SIDE) / scale.perFrame;
}

/** The boundary between frames nearest to a pixel: n lies before frame n. */
export function edgeAt(scale, x) {
  return clamp(Math.round(placeAt(scale, x)), 0, scale.frames);
}

/** Zoom by a factor; what is under the pointer stays there. */
export function zoomAt(scale, x, factor) {
  const under = placeAt(scale, x);
  const { perFrame } = clamped({ ...scale, perFrame: scale.perFrame * factor });
  return clamped({ ...scale, perFrame, first: under - (x - SIDE) / perFrame });
}

export function panBy(scale, pixels) {
  return clamped({ ...scale, first: scale.first + pixels / scale.perFrame });
}

/** The same frames on another width; a view of everything stays one. */
export function resized(scale, width) {
  const share = isWhole(scale) ? 0 : scale.perFrame;
  return clamped({ ...scale, width, perFrame: share });
}

export function isWhole(scale) {
  return scale.perFrame <= (room(scale.width) / scale.frames) * 1.0001;
}

/** First and last frame in sight, also those seen in part. */
export function inView(scale) {
  return { first: frameAt(scale, 0), last: frameAt(scale, scale.width) };
}

/** The scale turned to the page that holds a frame; unchanged when it is in sight. */
export function revealing(scale, frame) {
  const seen = room(scale.width) / scale.perFrame;
  if (frame >= scale.first && frame + 1 <= scale.first + seen + 1e-9) return scale;
  const margin = Math.min(seen * 0.1, Math.max((seen - 1) / 2, 0));
  const first = frame < scale.first && frame > scale.first - seen ? frame + 1 + margin - seen : frame - margin;
  return clamped({ ...scale, first });
}

/** A scale that shows a range with a little room on both sides. */
export function fitting(scale, { first, last }) {
  const span = last - first + 1;
  return clamped({ ...scale, perFrame: (room(scale.width) / span) * 0.9, first: first - span * 0.055 });
}

/** Where a time (seconds of the video's own clock) lies, in fractional frames. */
export function placeOfTime(times, seconds) {
  const frame = frameAtTime(times, seconds);
  const length = frame + 1 < times.length ? times[frame + 1] - times[frame] : 0;
  return frame + (length > 0 ? clamp((seconds - times[frame]) / length, 0, 1) : 0);
}

/** Seconds on the ruler: [{x, second, text}], as dense as there is room for their numbers. */
export function ticks(scale, times) {
  const total = times.at(-1) - times[0];
  if (!(total > 0)) return [{ x: xOf(scale, 0), second: 0, text: "0s" }];
  const perSecond = (scale.perFrame * scale.frames) / total;
  const step = STEPS.find((one) => one * perSecond >= TICK_ROOM) || STEPS.at(-1);
  const { first, last } = inView(scale);
  const found = [];
  for (let index = Math.floor((times[first] - times[0]) / step); index * step <= times[last] - times[0]; index += 1) {
    const second = index * step;
    found.push({ x: xOf(scale, placeOfTime(times, times[0] + second)), second, text: shortTime(second, step) });
  }
  return found;
}

function shortTime(second, step) {
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  if (second < 60) return `${second.toFixed(digits)}s`;
  const whole = Math.floor(second + 1e-9);
  const two = (value) => String(value).padStart(2, "0");
  const rest = digits ? (second % 60).toFixed(digits).padStart(3 + digits, "0") : two(whole % 60);
  if (whole < 3600) return `${Math.floor(whole / 60)}:${rest}`;
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${rest}`;
}

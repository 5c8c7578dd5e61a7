// Where objects came from: the way of the middle of a box, or of chosen joints, over the past frames.

import { toScreen } from "./geometry.js";
import { position } from "./interpolation.js";

export const CENTRE = -1;

/**
 * The ways that led to a frame, oldest point first; a new one begins after an absence. Pure.
 * @param points CENTRE or indices of joints
 * @returns [[{x, y, age}, ...], ...] in frame space; `age` is 0 now, 1 for the oldest frame asked for
 */
export function trails(track, frame, count, points) {
  const ways = [];
  for (const point of points) {
    let way = [];
    for (let back = Math.min(count, frame - track.first); back >= 0; back -= 1) {
      const place = position(track.keyframes, frame - back, track.first, track.last);
      const at = place && pointOf(place, point);
      if (at) way.push({ ...at, age: back / count });
      else if (way.length) {
        ways.push(way);
        way = [];
      }
    }
    if (way.length > 1) ways.push(way);
  }
  return ways.filter((way) => way.length > 1);
}

function pointOf(place, point) {
  if (point === CENTRE) return { x: place.x + place.w / 2, y: place.y + place.h / 2 };
  const joint = place.joints?.[point];
  return joint?.[3] ? { x: joint[0], y: joint[1] } : null;
}

/** Lines that fade with age, a small dot at each frame while there is room. */
export function drawTrails(context, ways, view, colour) {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 2;
  for (const way of ways) {
    const points = way.map((one) => ({ ...toScreen(view, one), age: one.age }));
    for (let index = 1; index < points.length; index += 1) {
      const [from, to] = [points[index - 1], points[index]];
      context.globalAlpha = 0.9 - 0.75 * from.age;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
      if (Math.hypot(to.x - from.x, to.y - from.y) > 5) context.fillRect(from.x - 2, from.y - 2, 4, 4);
    }
  }
  context.globalAlpha = 1;
}

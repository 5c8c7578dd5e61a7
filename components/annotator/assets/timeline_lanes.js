// Drawing the rows that are not tracks: curves, segments, sound.

import { inView, placeOfTime, xOf } from "./timeline_scale.js";
import { FONT, fitText } from "./timeline_paint.js";

/** The words on the left of a fixed row. */
export function drawLaneName(context, { gutter, colours }, { label, note }, y, height) {
  context.fillStyle = colours.panel;
  context.fillRect(0, y, gutter - 1, height);
  context.font = FONT;
  context.textAlign = "left";
  context.fillStyle = colours.dim;
  const room = gutter - 18;
  context.fillText(fitText(context, label, room), 9, y + (note && height > 28 ? height / 2 - 2 : height / 2 + 4));
  if (note && height > 28) context.fillText(fitText(context, note, room), 9, y + height / 2 + 12);
}

/** A curve of values 0..1, one per pixel column; NaN leaves a hole. */
export function drawCurve(context, { gutter, scale, colours }, { values, colour }, y, height) {
  const top = y + 4;
  const room = height - 8;
  context.fillStyle = colours.line;
  for (const level of [0, 0.5, 1]) context.fillRect(gutter, Math.round(top + room * (1 - level)), scale.width, level === 0.5 ? 0.5 : 1);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.beginPath();
  let open = false;
  values.forEach((value, column) => {
    if (Number.isNaN(value)) open = false;
    else {
      const at = [gutter + column + 0.5, top + room * (1 - value)];
      if (open) context.lineTo(...at);
      else context.moveTo(...at);
      open = true;
    }
  });
  context.stroke();
}

/** The line of the confidence chosen, dashed across a curve. */
export function drawLevel(context, { gutter, scale, colours }, level, y, height) {
  const at = Math.round(y + 4 + (height - 8) * (1 - level)) + 0.5;
  context.strokeStyle = colours.warn;
  context.lineWidth = 1;
  context.setLineDash([4, 4]);
  context.beginPath();
  context.moveTo(gutter, at);
  context.lineTo(gutter + scale.width, at);
  context.stroke();
  context.setLineDash([]);
}

/** Segments of one class. item: {first, last, text, colour, state, selected} */
export function drawSegments(context, { gutter, scale, colours }, items, y, height) {
  context.save();
  context.beginPath();
  context.rect(gutter, y, scale.width, height);
  context.clip();
  for (const item of items) {
    const left = gutter + xOf(scale, item.first);
    const right = Math.max(gutter + xOf(scale, item.last + 1), left + 3);
    if (right < gutter || left > gutter + scale.width) continue;
    drawSegment(context, colours, item, { left, right, top: y + 2.5, height: height - 5 });
  }
  context.restore();
}

function drawSegment(context, colours, { text, colour, state, selected }, { left, right, top, height }) {
  context.fillStyle = colour;
  context.globalAlpha = state === "rejected" ? 0.2 : selected ? 0.75 : 0.45;
  context.beginPath();
  context.roundRect(left, top, right - left, height, 3);
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = selected ? colours.text : colour;
  context.lineWidth = selected ? 1.75 : 1;
  context.setLineDash(state === "suggested" ? [4, 3] : []);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = colours.text;
  if (state === "rejected") context.fillRect(left, top + height / 2, right - left, 1);
  if (!text || right - left < 26) return;
  context.font = FONT;
  context.textAlign = "left";
  context.fillText(fitText(context, text, right - left - 10), left + 5, top + height / 2 + 4);
}

/** Sound: for each pixel column the lowest and the highest sample, and a tick at each onset. */
export function drawSound(context, { gutter, scale, colours }, { wave, times }, y, height) {
  const middle = y + height / 2;
  context.fillStyle = colours.line;
  context.fillRect(gutter, Math.round(middle), scale.width, 1);
  const reach = (height / 2 - 3) / wave.loudest;
  context.fillStyle = colours.dim;
  const { frames } = scale;
  const secondsAt = (place) => {
    const frame = Math.min(Math.max(Math.floor(place), 0), frames - 1);
    const next = frame + 1 < frames ? times[frame + 1] : times[frame];
    return times[frame] - times[0] + (place - frame) * (next - times[frame]);
  };
  const firstColumn = Math.max(Math.floor(xOf(scale, 0)), 0);
  const lastColumn = Math.min(Math.ceil(xOf(scale, frames)), scale.width);
  let seconds = secondsAt(scale.first + (firstColumn - xOf(scale, scale.first)) / scale.perFrame);
  for (let column = firstColumn; column < lastColumn; column += 1) {
    const next = secondsAt(scale.first + (column + 1 - xOf(scale, scale.first)) / scale.perFrame);
    const [low, high] = wave.between(seconds, next);
    seconds = next;
    context.fillRect(gutter + column, middle - high * reach, 1, Math.max((high - low) * reach, 1));
  }
  drawOnsets(context, { gutter, scale, colours }, { wave, times }, y, height);
}

/** Onsets when they are not crowded: ticks on the upper edge, what edges snap to. */
function drawOnsets(context, { gutter, scale, colours }, { wave, times }, y, height) {
  const { first, last } = inView(scale);
  const start = wave.onsetAfter(times[first] - times[0]);
  const end = wave.onsetAfter(times[last] - times[0]);
  if (end - start > scale.width / 6) return;
  context.fillStyle = colours.accent;
  for (let index = start; index < end; index += 1) {
    const x = gutter + xOf(scale, placeOfTime(times, times[0] + wave.onsetSeconds[index]));
    context.fillRect(Math.round(x), y + 1, 1, height - 2 > 20 ? 7 : 4);
  }
}

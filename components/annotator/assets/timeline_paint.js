// Drawing the rows of tracks and what lies over all rows. Functions of a context and what to draw.

import { ROW, topOfTrack } from "./timeline_rows.js";
import { inView, middleOf, xOf } from "./timeline_scale.js";
import { from, HUMAN, OUTSIDE, spans } from "./timeline_spans.js";

const FAMILY = "'Source Sans', Inter, 'Noto Sans KR', 'Noto Sans CJK KR', system-ui, sans-serif";
export const FONT = `12.5px ${FAMILY}`;
export const SMALL = `11px ${FAMILY}`;
const HALF = 5;
const MARK = 4;

const fitted = new Map();

/** Text cut to a width, with an ellipsis; measured once. */
export function fitText(context, text, width) {
  const key = `${context.font}|${Math.round(width)}|${text}`;
  if (fitted.has(key)) return fitted.get(key);
  if (fitted.size > 4000) fitted.clear();
  let cut = text;
  while (cut.length > 1 && context.measureText(cut === text ? text : `${cut}…`).width > width) cut = cut.slice(0, -1);
  const shown = cut === text ? text : `${cut.trimEnd()}…`;
  fitted.set(key, shown);
  return shown;
}

/** A name cut to a width in its middle: the number at its end tells one from another. */
function fitName(context, name, width) {
  const [, words, number] = /^(.*?)( \d+)?$/.exec(name);
  const end = number ?? "";
  return fitText(context, words, width - context.measureText(end).width) + end;
}

export function drawRuler(context, { gutter, scale, height, colours, ticks, range }) {
  context.font = SMALL;
  context.textAlign = "left";
  if (range) {
    context.fillStyle = colours.accent;
    const left = gutter + xOf(scale, range.first);
    context.fillRect(left, height - 3, Math.max(gutter + xOf(scale, range.last + 1) - left, 2), 3);
  }
  context.fillStyle = colours.dim;
  for (const { x, text } of ticks) {
    context.fillRect(Math.round(gutter + x), height - 5, 1, 5);
    context.fillText(text, gutter + x + 3, height - 6);
  }
}

/** Thin lines down from the ruler's numbers, and from every frame when they are wide enough. */
export function drawGrid(context, { gutter, scale, place, colours, ticks }) {
  context.fillStyle = colours.line;
  if (scale.perFrame >= 14) {
    const { first, last } = inView(scale);
    context.globalAlpha = 0.45;
    for (let frame = first; frame <= last + 1; frame += 1) context.fillRect(Math.round(gutter + xOf(scale, frame)), 0, 1, place.height);
    context.globalAlpha = 1;
  }
  for (const { x } of ticks) context.fillRect(Math.round(gutter + x), 0, 1, place.height);
}

export function drawRange(context, { gutter, scale, place, colours, range }) {
  if (!range) return;
  const left = gutter + xOf(scale, range.first);
  const right = gutter + xOf(scale, range.last + 1);
  context.fillStyle = colours.accent;
  context.globalAlpha = 0.14;
  context.fillRect(left, 0, right - left, place.height);
  context.globalAlpha = 0.9;
  context.fillRect(left - 0.5, 0, 1, place.height);
  context.fillRect(right - 0.5, 0, 1, place.height);
  context.globalAlpha = 1;
}

/** One row of a track. item: {row, marks, colour, preview} */
export function drawTrack(context, scene, item, y) {
  const { gutter, scale, colours } = scene;
  const { row, marks, colour, preview } = item;
  const middle = y + ROW / 2;
  const span = preview?.span ?? row;
  context.save();
  context.beginPath();
  context.rect(gutter, y, scale.width, ROW);
  context.clip();
  context.translate(gutter, 0);
  const parts = marks ? spans({ ...marks, first: span.first, last: span.last }) : [{ ...span, kind: "between", occluded: false }];
  for (const part of parts) drawSpan(context, scale, part, middle, colour, row.state);
  outline(context, scale, span, middle, colour, row.state);
  if (preview?.span) drawBefore(context, scale, row, middle, colours);
  for (const part of marks?.partial ?? []) drawVerdict(context, scale, part, y, colours);
  if (marks) drawMarks(context, scale, marks, middle, { colour, colours, preview });
  context.restore();
}

/** Present with keyframes on every frame: strong; in between: soft; occluded: hatched; outside: a gap. */
function drawSpan(context, scale, { first, last, kind, occluded }, middle, colour, state) {
  const left = Math.max(xOf(scale, first), 0);
  const right = Math.min(Math.max(xOf(scale, last + 1), xOf(scale, first) + 1), scale.width);
  if (right <= 0 || left >= scale.width || right <= left) return;
  context.fillStyle = colour;
  if (kind === "outside") {
    context.globalAlpha = 0.7;
    for (let x = left; x < right; x += 6) context.fillRect(x, middle - 0.5, Math.min(3, right - x), 1);
  } else {
    context.globalAlpha = (kind === "keyed" ? 0.62 : 0.3) * (state === "rejected" ? 0.5 : 1);
    context.fillRect(left, middle - HALF, right - left, 2 * HALF);
    if (occluded) hatch(context, left, right, middle, colour);
  }
  context.globalAlpha = 1;
}

function hatch(context, left, right, middle, colour) {
  context.save();
  context.globalAlpha = 0.95;
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  context.beginPath();
  context.rect(left, middle - HALF, right - left, 2 * HALF);
  context.clip();
  context.beginPath();
  for (let x = left - 2 * HALF - ((left | 0) % 5); x < right; x += 5) {
    context.moveTo(x, middle + HALF);
    context.lineTo(x + 2 * HALF, middle - HALF);
  }
  context.stroke();
  context.restore();
}

/** Dashed around a suggestion and solid around what is decided, as on the picture; rejected is crossed out. */
function outline(context, scale, { first, last }, middle, colour, state) {
  const left = Math.max(xOf(scale, first), -4);
  const right = Math.min(xOf(scale, last + 1), scale.width + 4);
  if (right <= left) return;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.globalAlpha = state === "rejected" ? 0.5 : 0.9;
  context.setLineDash(state === "suggested" ? [4, 3] : []);
  context.strokeRect(left + 0.5, middle - HALF + 0.5, Math.max(right - left - 1, 1), 2 * HALF - 1);
  context.setLineDash([]);
  if (state === "rejected") context.fillRect(left, middle - 0.5, right - left, 1);
  context.globalAlpha = 1;
}

/** Where the span ended before it was dragged. */
function drawBefore(context, scale, row, middle, colours) {
  context.strokeStyle = colours.text;
  context.lineWidth = 1;
  context.globalAlpha = 0.55;
  context.setLineDash([2, 2]);
  context.strokeRect(xOf(scale, row.first) + 0.5, middle - HALF - 1.5, xOf(scale, row.last + 1) - xOf(scale, row.first) - 1, 2 * HALF + 3);
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** A verdict on a part, under the bar: accepted a line, fixed a double line, rejected crosses. */
function drawVerdict(context, scale, [first, last, decision], y, colours) {
  const [left, right] = [xOf(scale, first), xOf(scale, last + 1)];
  const bottom = y + ROW - 3;
  context.fillStyle = { accept: colours.good, reject: colours.bad, fix: colours.violet }[decision] || colours.dim;
  if (decision !== "reject") {
    context.fillRect(left, bottom, right - left, decision === "fix" ? 1 : 2);
    if (decision === "fix") context.fillRect(left, bottom + 2, right - left, 1);
    return;
  }
  context.strokeStyle = context.fillStyle;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = Math.max(left, 0); x < Math.min(right, scale.width); x += 5) {
    context.moveTo(x, bottom - 1);
    context.lineTo(x + 3, bottom + 2);
    context.moveTo(x + 3, bottom - 1);
    context.lineTo(x, bottom + 2);
  }
  context.stroke();
}

/** A person's keyframe is a diamond, a model's a dot; hollow where the object goes away. */
function drawMarks(context, scale, { frames, flags }, middle, { colour, colours, preview }) {
  const { first, last } = inView(scale);
  const drawn = { human: -Infinity, model: -Infinity };
  for (let index = from(frames, first - 1); index < frames.length && frames[index] <= last + 1; ) {
    const frame = frames[index] === preview?.mark ? preview.to : frames[index];
    const x = middleOf(scale, frame);
    const human = flags[index] & HUMAN;
    const kind = human ? "human" : "model";
    if (x - drawn[kind] >= 3) {
      drawMark(context, x, middle, { human, hollow: flags[index] & OUTSIDE, small: scale.perFrame < 1.5, colour, colours });
      drawn[kind] = x;
    }
    index = nextMark(frames, flags, index, scale);
  }
  if (preview?.mark != null) drawMark(context, middleOf(scale, preview.mark), middle, { hollow: true, faint: true, colour, colours });
}

/** With many keyframes in one pixel, go on at the next pixel. */
function nextMark(frames, flags, index, scale) {
  const following = index + 1;
  if (scale.perFrame >= 1 || flags[following] & HUMAN) return following;
  return Math.max(following, from(frames, Math.floor(frames[index] + 0.34 / scale.perFrame)));
}

function drawMark(context, x, middle, { human, hollow, small, faint, colour, colours }) {
  const size = human ? (small ? MARK - 0.5 : MARK + 0.5) : small ? 1.5 : 2.5;
  context.beginPath();
  if (human) {
    context.moveTo(x, middle - size);
    context.lineTo(x + size, middle);
    context.lineTo(x, middle + size);
    context.lineTo(x - size, middle);
    context.closePath();
  } else context.arc(x, middle, size, 0, 2 * Math.PI);
  context.lineWidth = 1;
  context.fillStyle = hollow ? colours.panel : human ? colours.text : colour;
  context.strokeStyle = hollow ? colours.text : colours.panel;
  context.globalAlpha = faint ? 0.5 : 1;
  context.fill();
  if (!small || human || hollow) context.stroke();
  context.globalAlpha = 1;
}

/** The words on the left: colour, name, and the state as a word. */
export function drawName(context, { gutter, colours }, { colour, name, state, selected, active }, y) {
  context.fillStyle = selected ? colours.accentGround : colours.panel;
  context.fillRect(0, y, gutter - 1, ROW);
  if (selected) {
    context.fillStyle = colours.accent;
    context.fillRect(0, y, 3, ROW);
  }
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(9, y + 5, 6, ROW - 10, 2);
  context.fill();
  context.textAlign = "right";
  context.font = SMALL;
  context.fillStyle = colours.dim;
  const word = fitText(context, state, 62);
  context.fillText(word, gutter - 8, y + ROW / 2 + 3.5);
  const room = gutter - 34 - context.measureText(word).width;
  context.textAlign = "left";
  context.font = FONT;
  context.fillStyle = colours.text;
  context.fillText(fitName(context, name, room), 21, y + ROW / 2 + 4);
  if (active) {
    context.strokeStyle = colours.accent;
    context.lineWidth = 1.5;
    context.strokeRect(1.5, y + 1.5, gutter - 4, ROW - 3);
  }
}

/** A faint ground behind the rows: the selected one, and the line between names and time. */
export function drawGround(context, { gutter, place, scroll, scale, colours }, selectedIndex) {
  if (selectedIndex >= 0) {
    context.fillStyle = colours.accentGround;
    context.fillRect(gutter, topOfTrack(place, selectedIndex, scroll), scale.width, ROW);
  }
  context.fillStyle = colours.line;
  context.fillRect(gutter - 1, 0, 1, place.height);
}

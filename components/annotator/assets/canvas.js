// Drawing: the picture on one canvas, labels on another above it, both in the same animation
// frame. Everything here takes what to draw as arguments and keeps nothing.

import { boxToScreen, handlePoints, toScreen } from "./geometry.js";
import { drawTrails } from "./trails.js";

const PALETTE = ["#ff6b6b", "#5aa9ff", "#3ecf8e", "#f5b84b", "#b58cff", "#ff8ad1", "#38c6d9", "#c5d94a", "#ff9457", "#8f9bff"];
/** With more objects on a frame only what is needed is drawn. */
export const MANY = 60;
const HAIRLINE = 1; // a wider line is drawn as an area, which takes ten times as long without a GPU
const FAINT = 0.5;
const WRONG = "#ff3b30";

/** A colour that stays with a track. */
export function trackColour(id) {
  const number = typeof id === "number" ? id : [...String(id)].reduce((sum, c) => sum + c.charCodeAt(0), 0);
  return PALETTE[number % PALETTE.length];
}

export function sizeCanvas(canvas, stage, ratio) {
  const width = Math.round(stage.width * ratio);
  const height = Math.round(stage.height * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** The picture, or a hatched panel of the same size where the frame cannot be decoded. */
export function drawPicture(context, { shown, picture, view, stage, ratio, text, hatch }) {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, stage.width, stage.height);
  const area = boxToScreen(view, { x: 0, y: 0, w: picture.width, h: picture.height });
  if (shown.kind === "unreadable") return drawHatched(context, area, text, hatch);
  if (!shown.source) return undefined;
  context.imageSmoothingEnabled = view.scale * ratio < 3;
  context.imageSmoothingQuality = "low";
  context.drawImage(shown.source, area.x, area.y, area.w, area.h);
  return undefined;
}

function drawHatched(context, area, text, colours) {
  context.save();
  context.beginPath();
  context.rect(area.x, area.y, area.w, area.h);
  context.clip();
  context.fillStyle = colours.ground;
  context.fillRect(area.x, area.y, area.w, area.h);
  context.strokeStyle = colours.line;
  context.lineWidth = 6;
  context.beginPath();
  for (let x = area.x - area.h; x < area.x + area.w; x += 28) {
    context.moveTo(x, area.y + area.h);
    context.lineTo(x + area.h, area.y);
  }
  context.stroke();
  const [x, y] = [area.x + area.w / 2, area.y + Math.min(area.h / 2, 44)];
  context.textAlign = "center";
  const lines = text.flatMap((part, index) => {
    const font = index ? "13px system-ui, sans-serif" : "600 15px system-ui, sans-serif";
    context.font = font;
    return linesOf(part, (line) => context.measureText(line).width <= area.w - 24).map((line) => ({ line, font }));
  });
  lines.forEach(({ line, font }, index) => {
    context.font = font;
    const width = context.measureText(line).width + 32;
    context.fillStyle = colours.ground;
    context.fillRect(x - width / 2, y - 20 + 26 * index, width, 32);
    context.fillStyle = colours.text;
    context.fillText(line, x, y + 26 * index);
  });
  context.restore();
}

/** A text in lines that fit, broken between words. Pure. */
export function linesOf(text, fits) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * All labels of a frame.
 * items: [{id, place, colour, decided, rejected, tag, bones, odd, trails, selected, hovered, joint}]
 * dim: how strongly all but the chosen ones are drawn, 0..1
 */
export function drawLabels(context, { items, view, stage, ratio, names, drawing, dim = 1 }) {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, stage.width, stage.height);
  const many = items.length > MANY;
  const onTop = items.filter((item) => item.selected || item.hovered);
  for (const item of items) drawTrails(context, item.trails ?? [], view, item.colour);
  for (const item of items) {
    if (!item.selected && !item.hovered) drawItem(context, item, { view, stage, many, dim });
  }
  for (const item of onTop) drawItem(context, item, { view, stage, many: false, dim: 1 });
  if (names) {
    const tagged = many || dim < FAINT ? onTop : [...items.filter((item) => !onTop.includes(item)), ...onTop];
    for (const item of tagged) drawTag(context, item, view, stage);
  }
  if (drawing) drawRubber(context, boxToScreen(view, drawing.box), drawing.colour);
}

function drawItem(context, item, { view, stage, many, dim }) {
  const box = boxToScreen(view, item.place);
  if (box.x > stage.width || box.y > stage.height || box.x + box.w < 0 || box.y + box.h < 0) return;
  const strength = Math.min(item.rejected ? 0.45 : 1, dim);
  context.globalAlpha = strength;
  context.strokeStyle = item.colour;
  context.lineWidth = item.selected ? 2.25 : item.hovered ? 2 : many ? HAIRLINE : 1.5;
  if (item.hovered || item.selected) {
    context.fillStyle = item.colour;
    context.globalAlpha *= 0.08;
    context.fillRect(box.x, box.y, box.w, box.h);
    context.globalAlpha = strength;
  }
  context.setLineDash(item.decided ? [] : [6, 4]);
  context.strokeRect(box.x, box.y, box.w, box.h);
  context.setLineDash([]);
  if (item.rejected) {
    context.lineWidth = 1;
    drawCross(context, box);
  }
  if (item.place.joints) drawSkeleton(context, item, view, many);
  context.globalAlpha = 1;
  if (item.selected) drawHandles(context, box, item.colour);
}

/** Both diagonals of a box, in the stroke that is set. */
export function drawCross(context, box) {
  context.beginPath();
  context.moveTo(box.x, box.y);
  context.lineTo(box.x + box.w, box.y + box.h);
  context.moveTo(box.x + box.w, box.y);
  context.lineTo(box.x, box.y + box.h);
  context.stroke();
}

/** Bones, then joints: visible ones filled, occluded ones hollow, absent ones only when selected. */
function drawSkeleton(context, item, view, many) {
  const { joints } = item.place;
  const points = joints.map((joint) => toScreen(view, { x: joint[0], y: joint[1] }));
  const radius = item.selected ? 4 : 2.75;
  context.lineWidth = item.selected ? 2 : many ? HAIRLINE : 1.5;
  for (const [a, b] of item.bones || []) {
    if (!joints[a]?.[3] || !joints[b]?.[3]) continue;
    // Each by itself: a path of many crossing lines takes twice as long to fill.
    context.beginPath();
    context.moveTo(points[a].x, points[a].y);
    context.lineTo(points[b].x, points[b].y);
    context.stroke();
  }
  for (const { bone: [a, b] } of item.odd ?? []) drawOddBone(context, points[a], points[b]);
  if (many) return drawDots(context, points, joints, item.colour);
  drawJoints(context, points, radius, (index) => joints[index][3] === 2, item.colour, true);
  drawJoints(context, points, radius, (index) => joints[index][3] === 1, "#10141a", false);
  if (!item.selected) return undefined;
  context.globalAlpha = 0.5;
  drawJoints(context, points, 2.5, (index) => joints[index][3] === 0, "transparent", false);
  context.globalAlpha = 1;
  if (item.joint >= 0 && points[item.joint]) drawRing(context, points[item.joint]);
  return undefined;
}

/** A bone that cannot be that long or short: red, broken, and a sign for those who see no red. */
function drawOddBone(context, a, b) {
  context.save();
  context.strokeStyle = WRONG;
  context.lineWidth = 4;
  context.setLineDash([7, 4]);
  context.beginPath();
  context.moveTo(a.x, a.y);
  context.lineTo(b.x, b.y);
  context.stroke();
  context.setLineDash([]);
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  context.fillStyle = WRONG;
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#ffffff";
  context.font = "700 12px system-ui, sans-serif";
  context.textAlign = "center";
  context.fillText("!", x, y + 4);
  context.restore();
}

/** Small squares: with hundreds of people on a frame, circles cost too much. */
function drawDots(context, points, joints, colour) {
  context.fillStyle = colour;
  points.forEach((point, index) => {
    if (joints[index][3] === 2) context.fillRect(Math.round(point.x) - 1, Math.round(point.y) - 1, 3, 3);
  });
}

function drawJoints(context, points, radius, chosen, fill, edge) {
  context.beginPath();
  points.forEach((point, index) => {
    if (!chosen(index)) return;
    context.moveTo(point.x + radius, point.y);
    context.arc(point.x, point.y, radius, 0, 2 * Math.PI);
  });
  context.fillStyle = fill;
  context.fill();
  if (!edge) context.stroke();
}

function drawRing(context, point) {
  context.beginPath();
  context.arc(point.x, point.y, 8, 0, 2 * Math.PI);
  context.strokeStyle = "#ffffff";
  context.lineWidth = 1.5;
  context.stroke();
}

function drawHandles(context, box, colour) {
  const small = box.w < 24 || box.h < 24;
  context.fillStyle = "#ffffff";
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  for (const [name, at] of Object.entries(handlePoints(box))) {
    if (small && name.length === 1) continue;
    context.beginPath();
    context.rect(at.x - 3.5, at.y - 3.5, 7, 7);
    context.fill();
    context.stroke();
  }
}

function drawTag(context, item, view, stage) {
  const box = boxToScreen(view, item.place);
  if (box.x > stage.width || box.y > stage.height || box.x + box.w < 0 || box.y + box.h < 0) return;
  if (box.w < 18 && !item.selected && !item.hovered) return;
  context.font = "500 11.5px system-ui, 'Noto Sans KR', sans-serif";
  context.textAlign = "left";
  const width = context.measureText(item.tag).width + 12;
  const x = Math.min(Math.max(box.x - 1, 0), stage.width - width);
  const y = box.y >= 19 ? box.y - 19 : Math.max(box.y, 0);
  context.globalAlpha = item.rejected ? 0.6 : 0.94;
  context.fillStyle = item.colour;
  context.beginPath();
  context.roundRect(x, y, width, 18, 3);
  context.fill();
  context.globalAlpha = 1;
  context.fillStyle = "#0d1116";
  context.fillText(item.tag, x + 6, y + 13);
}

function drawRubber(context, box, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1.75;
  context.setLineDash([4, 3]);
  context.strokeRect(box.x, box.y, box.w, box.h);
  context.setLineDash([]);
}

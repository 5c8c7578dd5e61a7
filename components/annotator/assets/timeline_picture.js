// Puts the drawing of the timeline together: what of its state is drawn where.

import { drawCurve, drawLaneName, drawLevel, drawSegments, drawSound } from "./timeline_lanes.js";
import { drawGrid, drawGround, drawName, drawRange, drawRuler, drawTrack } from "./timeline_paint.js";
import { nameOf, stateName } from "./names.js";
import { inSight, topOfFixed, topOfTrack } from "./timeline_rows.js";
import { ticks } from "./timeline_scale.js";

const NAMES = {
  panel: "--panel", line: "--line", text: "--text", dim: "--dim", accent: "--accent", accentGround: "--accent-ground", good: "--good",
  goodSoft: "--good-soft", warn: "--warn", warnSoft: "--warn-soft", bad: "--bad", violet: "--violet",
};

/** The colours of the theme. */
export function readColours(root) {
  const style = getComputedStyle(root);
  return Object.fromEntries(Object.entries(NAMES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]));
}

function fresh(canvas, ratio, width, height) {
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

export function paintRuler(timeline) {
  const { ruler, ratio, gutter, scale, colours, range, app } = timeline;
  const height = ruler.height / ratio;
  const context = fresh(ruler, ratio, gutter + scale.width, height);
  context.save();
  context.beginPath();
  context.rect(gutter, 0, scale.width, height);
  context.clip();
  drawRuler(context, { gutter, scale, height, colours, range, ticks: ticks(scale, app.times) });
  context.restore();
}

/** Paint the rows in sight; gives the first and the last index of those of tracks. */
export function paintRows(timeline) {
  const { canvas, ratio, colours, app } = timeline;
  const scene = { ...timeline.scene, colours };
  const { place, scroll, gutter, scale } = scene;
  const context = fresh(canvas, ratio, gutter + scale.width, place.height);
  const sight = inSight(place, scroll);
  const selected = timeline.rows.findIndex((row) => row.id === app.state.selected);
  drawGround(context, scene, selected >= sight.first && selected <= sight.last ? selected : -1);
  const clip = (act) => {
    context.save();
    context.beginPath();
    context.rect(gutter, 0, scale.width, place.height);
    context.clip();
    act();
    context.restore();
  };
  clip(() => drawGrid(context, { ...scene, ticks: ticks(scale, app.times) }));
  for (let index = sight.first; index <= sight.last; index += 1) paintTrack(timeline, context, scene, index);
  paintFixed(timeline, context, scene);
  clip(() => drawRange(context, scene));
  return sight;
}

function paintTrack(timeline, context, scene, index) {
  const { app, preview } = timeline;
  const row = timeline.rows[index];
  const y = topOfTrack(scene.place, index, scene.scroll);
  const colour = app.colourOf(row);
  drawTrack(context, scene, { row, marks: scene.marks(row.id), colour, preview: preview?.id === row.id ? preview : null }, y);
  drawName(context, scene, {
    colour, name: nameOf(row, app), state: stateName(row.state), selected: row.id === app.state.selected,
    active: timeline.keys.marks(row.id),
  }, y);
}

/** The fixed rows lie over the tracks that scroll beneath them. */
function paintFixed(timeline, context, scene) {
  const { place, scroll, colours, scale, gutter } = scene;
  if (!place.fixed.length) return;
  for (const row of place.fixed) {
    const y = topOfFixed(place, row, scroll);
    if (y + row.height < 0 || y > place.height) continue;
    context.fillStyle = colours.panel;
    context.fillRect(gutter, y, scale.width, row.height);
    FIXED[row.kind](timeline, context, scene, row, y);
    drawLaneName(context, scene, row, y, row.height);
    context.fillStyle = colours.line;
    context.fillRect(0, y + row.height - 1, gutter + scale.width, 1);
    context.fillRect(gutter - 1, y, 1, row.height);
  }
}

const FIXED = {
  score(timeline, context, scene, row, y) {
    const { lines, marks, rows, app } = timeline;
    for (const { values, colour } of lines.curves(scene.scale, marks, rows)) drawCurve(context, scene, { values, colour: scene.colours[colour] }, y, row.height);
    if (app.confidence > 0) drawLevel(context, scene, app.confidence, y, row.height);
  },
  segments(timeline, context, scene, row, y) {
    drawSegments(context, scene, timeline.lines.drawn(row, timeline.preview), y, row.height);
  },
  sound(timeline, context, scene, row, y) {
    const { waveform, times } = timeline.app;
    drawSound(context, scene, { wave: waveform.wave, times }, y, row.height);
  },
};

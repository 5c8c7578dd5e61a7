// What a press on the timeline begins, by what lies under it. A drag is {move(x, event), drop(), cancel()}:
// it shows what it would do and changes nothing before it is dropped.

import { t } from "./messages.js";
import { nameOf } from "./names.js";
import { between, moved, snap, snappedMove, withEnd } from "./timeline_hits.js";
import { edgeAt, frameAt, placeAt } from "./timeline_scale.js";

const SNAP = 7;

export const drags = { seek, range, "range-edge": rangeEdge, end, keyframe, segment, "segment-edge": segmentEdge };

function seek(timeline) {
  const from = timeline.app.player.target;
  return {
    move: (x, event) => timeline.seek(frameAt(timeline.scale, x), event.timeStamp),
    drop() {},
    cancel: () => timeline.seek(from),
  };
}

/** Over empty ground: what was passed over becomes the range. */
function range(timeline, { x: fromX }) {
  const before = timeline.range;
  const start = frameAt(timeline.scale, fromX);
  return {
    move: (x) => timeline.setRange(start, frameAt(timeline.scale, x)),
    drop() {},
    cancel: () => timeline.setRange(before?.first ?? null, before?.last),
  };
}

function rangeEdge(timeline, { side }) {
  const before = timeline.range;
  return {
    move(x, event) {
      const edge = snapped(timeline, x, event, playheadEdges(timeline));
      const { first, last } = withEnd(before, side, edge, timeline.scale.frames);
      timeline.setRange(first, last);
    },
    drop() {},
    cancel: () => timeline.setRange(before.first, before.last),
  };
}

/** The end of a track: the picture follows, the bar shows the new span beside the old one. */
function end(timeline, { row, side }) {
  const { app } = timeline;
  const back = app.player.target;
  const others = timeline.rows.filter((one) => one !== row).slice(0, 400).flatMap((one) => [one.first, one.last + 1]);
  let span = null;
  return {
    move(x, event) {
      const edge = snapped(timeline, x, event, [...playheadEdges(timeline, back), ...(others.length < 200 ? others : [])]);
      span = withEnd(row, side, edge, timeline.scale.frames);
      timeline.show({ id: row.id, span, text: `${nameOf(row, app)}: ${span.first}–${span.last} (${row.first}–${row.last})` });
      timeline.seek(span[side], event.timeStamp);
    },
    drop() {
      if (!span || span[side] === row[side]) return;
      app.actions.whenExact(() => app.actions.edit({ verb: "span", ...app.actions.since(row), [side]: span[side] }));
    },
    cancel: () => timeline.seek(back),
  };
}

/** A keyframe goes to another frame, between its neighbours. */
function keyframe(timeline, { row, mark }) {
  const { app } = timeline;
  const back = app.player.target;
  const frames = timeline.marks.get(row.id)?.frames ?? [mark];
  const limits = [0, timeline.scale.frames - 1];
  let to = mark;
  return {
    move(x, event) {
      to = between(frames, mark, frameAt(timeline.scale, x), ...limits);
      timeline.show({ id: row.id, mark, to, text: t("Keyframe {from} to {to}", { from: mark, to }) });
      timeline.seek(to, event.timeStamp);
    },
    drop() {
      if (to === mark) return;
      app.actions.whenExact(() => app.actions.edit({ verb: "move", ...app.actions.since(row), frame: mark, to }));
    },
    cancel: () => timeline.seek(back),
  };
}

function segmentEdge(timeline, { segment: held, side, fixed }) {
  const { app } = timeline;
  const back = app.player.target;
  const targets = segmentTargets(timeline, fixed, held, back);
  let span = null;
  return {
    move(x, event) {
      span = withEnd(held, side, snapped(timeline, x, event, targets), timeline.scale.frames);
      timeline.show({ segment: held.id, span, text: `${span.first}–${span.last}` });
      timeline.seek(span[side], event.timeStamp);
    },
    drop: () => span && app.segments.move(held, span.first, span.last),
    cancel: () => timeline.seek(back),
  };
}

function segment(timeline, { segment: held, fixed, x: fromX }) {
  const { app } = timeline;
  const start = placeAt(timeline.scale, fromX);
  const targets = segmentTargets(timeline, fixed, held, app.player.target);
  let span = null;
  return {
    move(x, event) {
      const by = placeAt(timeline.scale, x) - start;
      const shift = event.altKey ? by : snappedMove(held, by, targets, SNAP / timeline.scale.perFrame);
      span = moved(held, Math.round(shift), timeline.scale.frames);
      timeline.show({ segment: held.id, span, text: `${span.first}–${span.last}` });
    },
    drop: () => span && app.segments.move(held, span.first, span.last),
    cancel() {},
  };
}

/** Boundaries that the ends of a segment snap to: its neighbours, the playhead, sounds. */
function segmentTargets(timeline, fixed, held, frame) {
  const neighbours = timeline.segmentsOf(fixed).filter((one) => one.id !== held.id).flatMap((one) => [one.first, one.last + 1]);
  return [...neighbours, ...playheadEdges(timeline, frame), ...(timeline.app.waveform?.onsets ?? [])];
}

function playheadEdges(timeline, frame = timeline.app.player.target) {
  return [frame, frame + 1];
}

/** The boundary under a pixel; with Alt exactly that, else drawn to a near one. */
function snapped(timeline, x, event, targets) {
  if (event.altKey) return edgeAt(timeline.scale, x);
  return Math.round(snap(placeAt(timeline.scale, x), targets, SNAP / timeline.scale.perFrame));
}

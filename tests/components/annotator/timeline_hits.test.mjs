import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const h = await load("timeline_hits.js");
const { layout, ROW, topOfTrack } = await load("timeline_rows.js");
const { middleOf, whole, xOf, zoomAt } = await load("timeline_scale.js");
const { Lines } = await load("timeline_lines.js");
const { Marks } = await load("timeline_marks.js");
const { parse, Waveform } = await load("waveform.js");
const { State } = await load("state.js");
const { clockText } = await load("clock.js");

const rows = [{ id: 1, first: 10, last: 59 }, { id: 2, first: 0, last: 99 }, { id: 3, first: 40, last: 40 }];
const segments = [{ id: 7, first: 20, last: 39 }, { id: 8, first: 60, last: 79 }];
const scene = (more) => {
  const scale = whole(100, 1020);
  const place = layout({ fixed: [{ kind: "segments", height: 22, key: "event-1" }], count: rows.length, height: 200 });
  const marks = (id) => (id === 1 ? { frames: Int32Array.from([10, 30, 59]) } : undefined);
  return { gutter: 150, place, scroll: 0, scale, rows, marks, segments: () => segments, range: null, ...more };
};
const yOf = (one, index) => topOfTrack(one.place, index, one.scroll) + ROW / 2;

test("ends, keyframes, bars, names and ground are told apart", () => {
  const one = scene();
  const at = (x, index) => h.hit(one, { x: 150 + x, y: yOf(one, index) });
  const { scale } = one;
  const kind = ({ kind: what, side, mark, row }) => [what, side ?? mark ?? null, row?.id ?? null];
  assert.deepEqual(kind(at(xOf(scale, 10) - 4, 0)), ["end", "first", 1]);
  assert.deepEqual(kind(at(xOf(scale, 60) + 4, 0)), ["end", "last", 1]);
  assert.deepEqual(kind(at(middleOf(scale, 10), 0)), ["keyframe", 10, 1]);
  assert.deepEqual(kind(at(middleOf(scale, 30) + 3, 0)), ["keyframe", 30, 1]);
  assert.deepEqual(kind(at(middleOf(scale, 45), 0)), ["bar", null, 1]);
  assert.deepEqual(kind(at(middleOf(scale, 80), 0)), ["ground", null, 1]);
  assert.deepEqual(kind(at(middleOf(scale, 50), 1)), ["bar", null, 2]);
  assert.deepEqual(kind(at(-40, 1)), ["name", null, 2]);
  assert.equal(h.hit(one, { x: 300, y: 190 }).kind, "ground");
});

test("a track on one frame can be taken at both ends", () => {
  const one = scene();
  const sides = [xOf(one.scale, 40) - 3, xOf(one.scale, 41) + 3].map((x) => h.hit(one, { x: 150 + x, y: yOf(one, 2) }).side);
  assert.deepEqual(sides, ["first", "last"]);
});

test("where keyframes are crowded none is taken by mistake", () => {
  const crowd = { frames: Int32Array.from({ length: 34 }, (_none, n) => 3 * n) };
  const at = (scale) => h.hit(scene({ scale, marks: () => crowd }), { x: 150 + middleOf(scale, 30), y: yOf(scene(), 1) });
  assert.equal(at(whole(100, 110)).kind, "bar");
  assert.deepEqual([at(whole(100, 1020)).kind, at(whole(100, 1020)).mark], ["keyframe", 30]);
});

test("segments lie in rows by class, and suggestions below the confidence in none", () => {
  const list = [
    { id: 1, kind: "event", class: 5, first: 40, last: 50, state: "manual", score: null, text: "", attributes: { note: "low guard" } },
    { id: 2, kind: "event", class: 5, first: 10, last: 20, state: "suggested", score: 0.4, text: "", attributes: {} },
    { id: 3, kind: "caption", class: null, first: 0, last: 99, state: "accepted", score: 0.1, text: "hello", attributes: {} },
    { id: 4, kind: "event", class: 4, first: 0, last: 9, state: "suggested", score: 0.9, text: "", attributes: {} },
  ];
  const app = {
    confidence: 0, classes: new Map([[4, { name: "jab", colour: "#111111" }], [5, { name: "cross" }]]), options: { language: "en" },
    segments: { list: () => list, selected: 1 }, state: { rows: () => [], row: () => null, selected: null },
  };
  const lines = new Lines(app);
  const keys = () => lines.rows([], 400).map((row) => [row.label, lines.segmentsOf(row).map((one) => one.id)]);
  lines.gather();
  assert.deepEqual(keys(), [["Captions", [3]], ["cross", [2, 1]], ["jab", [4]]]);
  app.confidence = 0.5;
  lines.gather();
  assert.deepEqual(keys(), [["Captions", [3]], ["cross", [1]], ["jab", [4]]]);
  assert.deepEqual(lines.rows(["segments"], 400), []);
  const [drawn] = lines.drawn(lines.rows([], 400)[1], { segment: 1, span: { first: 44, last: 54 } });
  assert.deepEqual([drawn.first, drawn.last, drawn.selected, drawn.text], [44, 54, true, "low guard"]);
  assert.equal(lines.drawn(lines.rows([], 400)[2], null)[0].text, "0.90 ?");
});

test("segments and their edges, and the edges of the range", () => {
  const one = scene({ range: { first: 70, last: 89 } });
  const at = (x) => h.hit(one, { x: 150 + x, y: 10 });
  assert.equal(at(xOf(one.scale, 20) + 2).side, "first");
  assert.equal(at(xOf(one.scale, 40) - 2).side, "last");
  assert.deepEqual([at(middleOf(one.scale, 30)).kind, at(middleOf(one.scale, 30)).segment.id], ["segment", 7]);
  assert.equal(at(middleOf(one.scale, 30)).fixed.key, "event-1");
  assert.equal(at(middleOf(one.scale, 50)).kind, "ground");
  const below = h.hit(one, { x: 150 + xOf(one.scale, 90), y: 190 });
  assert.deepEqual([below.kind, below.side], ["range-edge", "last"]);
});

test("where two segments touch, each is taken at its edge from within", () => {
  const pair = [{ id: 7, first: 20, last: 39 }, { id: 8, first: 40, last: 59 }];
  const one = { ...scene(), segments: () => pair };
  const at = (x) => {
    const { kind, side, segment } = h.hit(one, { x: 150 + x, y: 10 });
    return [kind, side, segment.id];
  };
  assert.deepEqual(at(xOf(one.scale, 40) - 2), ["segment-edge", "last", 7]);
  assert.deepEqual(at(xOf(one.scale, 40) + 2), ["segment-edge", "first", 8]);
  assert.deepEqual(at(xOf(one.scale, 60) + 3), ["segment-edge", "last", 8]);
});

test("the frame under the pointer is the same at any zoom", () => {
  for (const factor of [1, 3, 20, 400]) {
    const one = scene({ scale: zoomAt(whole(100, 1020), 500, factor) });
    for (const frame of [47, 48, 49, 50]) {
      assert.equal(h.hit(one, { x: 150 + middleOf(one.scale, frame), y: 190 }).frame, frame);
    }
  }
});

test("edges snap to the nearest target within reach and stay elsewhere", () => {
  assert.equal(h.snap(20, [5, 18, 23], 3), 18);
  assert.equal(h.snap(20, [5, 16, 24], 3), 20);
  assert.equal(h.snap(20, [20, 19], 3), 20);
  assert.equal(h.snap(20, [], 3), 20);
  assert.equal(h.snap(59.4, [40, 60], 0.7), 60);
  assert.equal(h.snap(59.2, [40, 60], 0.7), 59.2);
  assert.equal(h.snappedMove({ first: 10, last: 19 }, 4, [13], 2), 3);
  assert.equal(h.snappedMove({ first: 10, last: 19 }, 4, [25], 2), 5);
  assert.equal(h.snappedMove({ first: 10, last: 19 }, 4, [40], 2), 4);
});

test("spans keep a frame and stay in the video, keyframes keep their order", () => {
  assert.deepEqual(h.withEnd({ first: 5, last: 9 }, "first", 30, 100), { first: 9, last: 9 });
  assert.deepEqual(h.withEnd({ first: 5, last: 9 }, "first", -3, 100), { first: 0, last: 9 });
  assert.deepEqual(h.withEnd({ first: 5, last: 9 }, "last", 2, 100), { first: 5, last: 5 });
  assert.deepEqual(h.withEnd({ first: 5, last: 9 }, "last", 200, 100), { first: 5, last: 99 });
  assert.deepEqual(h.moved({ first: 5, last: 9 }, -20, 100), { first: 0, last: 4 });
  assert.deepEqual(h.moved({ first: 5, last: 9 }, 200, 100), { first: 95, last: 99 });
  const frames = Int32Array.from([10, 30, 59]);
  assert.equal(h.between(frames, 30, 80, 0, 99), 58);
  assert.equal(h.between(frames, 30, 2, 0, 99), 11);
  assert.equal(h.between(frames, 10, -5, 0, 99), 0);
  assert.equal(h.between(frames, 59, 300, 0, 99), 99);
});

const pause = () => new Promise((resolve) => setTimeout(resolve, 2));
const settled = async (marks) => {
  do await pause(); while (marks.loading || marks.missing().length);
};
const served = (ids, revision = 3) => ids.map((id) => ({
  id, revision, first: 0, last: 9, frames: Array.from({ length: 900 }, (_none, n) => n), flags: new Array(900).fill(0), scores: new Array(900).fill(null), partial: [],
}));

test("keyframes are asked for once, in bounded requests, again at a newer revision, and are forgotten", async () => {
  const asked = [];
  const state = new State();
  const make = () => new Marks({
    api: { marks: async (_video, ids) => { asked.push(ids); return { marks: served(ids, state.objects.get(ids[0]).revision) }; } },
    video: 1, state, arrived() {}, failed: assert.fail, recovered() {}, rest: 1,
  });
  const objects = Array.from({ length: 1000 }, (_none, id) => ({ id, first: 0, last: 9, revision: 3, keyframes: 900, state: "suggested" }));
  state.setObjects(objects);
  const marks = make();
  marks.want(objects.slice(0, 100));
  await settled(marks);
  assert.deepEqual(asked.map((ids) => ids.length), [66, 34]);
  assert.equal(marks.get(99).frames.length, 900);
  marks.want(objects.slice(0, 100));
  await settled(marks);
  assert.equal(asked.length, 2);
  const changed = { ...objects[5], revision: 4 };
  state.setObjects([...objects.slice(0, 5), changed, ...objects.slice(6)]);
  marks.want([changed]);
  await settled(marks);
  assert.deepEqual(asked.at(-1), [5]);
  assert.equal(marks.get(5).revision, 4);
  for (let start = 100; start < 1000; start += 50) {
    marks.want(objects.slice(start, start + 50));
    await settled(marks);
  }
  assert.ok(marks.held <= 450_000 && marks.kept.size < 520, `${marks.held} in ${marks.kept.size}`);
  assert.ok(marks.get(999) && !marks.get(0));
});

test("a track that is known whole is shown with the edits that wait to be sent", () => {
  const state = new State();
  const keyframe = (f) => ({ f, x: 0, y: 0, w: 9, h: 9, occluded: 0, outside: 0, score: 0.5, source: "model", joints: null });
  state.mergeWhole([{ id: 1, class: 1, state: "suggested", score: 0.5, first: 0, last: 20, run: 7, revision: 3, keyframes: [keyframe(0), keyframe(20)], partial: [] }]);
  const marks = new Marks({ api: {}, video: 1, state });
  assert.deepEqual([...marks.get(1).frames], [0, 20]);
  assert.equal(marks.get(1), marks.get(1));
  state.setPending([{ kind: "edits", edits: [{ verb: "fix", id: 1, frame: 8, box: [0, 0, 5, 5] }] }]);
  assert.deepEqual([...marks.get(1).frames], [0, 8, 20]);
  assert.deepEqual([...marks.get(1).flags], [0, 4, 0]);
});

function waveFile(levels, onsets, rate = 100) {
  const buffer = new ArrayBuffer(16 + levels.length + 4 * onsets.length);
  const view = new DataView(buffer);
  [..."DGW1"].forEach((letter, index) => view.setUint8(index, letter.charCodeAt(0)));
  view.setUint32(4, levels.length / 2, true);
  view.setUint32(8, onsets.length, true);
  view.setFloat32(12, rate, true);
  levels.forEach((level, index) => view.setInt8(16 + index, level));
  onsets.forEach((onset, index) => view.setFloat32(16 + levels.length + 4 * index, onset, true));
  return buffer;
}

test("peaks and onsets are read as they were written", () => {
  const wave = parse(waveFile([-5, 6, -100, 3, 0, 90], [0.01, 0.02]));
  assert.equal(wave.loudest, 100);
  assert.deepEqual(wave.between(0, 0.01), [-5, 6]);
  assert.deepEqual(wave.between(0, 0.03), [-100, 90]);
  assert.deepEqual(wave.between(0.01, 0.01), [-100, 3]);
  assert.deepEqual(wave.between(5, 6), [0, 0]);
  assert.deepEqual([wave.onsetAfter(0), wave.onsetAfter(0.015), wave.onsetAfter(1)], [0, 1, 2]);
});

test("onsets become frames of a video that does not begin at zero", async () => {
  const times = Float64Array.from({ length: 50 }, (_none, frame) => 7 + frame / 25);
  const body = waveFile([-1, 1], [0, 0.401, 0.402, 1.2]);
  let arrived = 0;
  const waveform = new Waveform({ api: { waveform: async () => body }, video: 1, times, arrived: () => (arrived += 1) });
  await waveform.load();
  assert.deepEqual(waveform.onsets, [0, 10, 30]);
  assert.equal(arrived, 1);
  assert.equal(clockText(times[10] - times[0]), "00:00.400");
});

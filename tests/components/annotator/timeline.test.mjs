import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const s = await load("timeline_scale.js");
const r = await load("timeline_rows.js");
const { density, marksOf, meanCurve, passes, scoreAt, spans, trackCurve } = await load("timeline_spans.js");
const { position } = await load("interpolation.js");

let seed = 11;
const chance = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const whole = (top) => Math.floor(chance() * top);
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

const anyScale = () => {
  const frames = 1 + whole(40_000);
  let scale = s.whole(frames, 200 + whole(1600));
  for (let n = whole(6); n > 0; n -= 1) scale = s.zoomAt(scale, whole(scale.width), Math.exp(chance() * 4 - 1));
  return s.panBy(scale, whole(4000) - 2000);
};

test("pixels and frames are inverse at any zoom and place", () => {
  for (let n = 0; n < 400; n += 1) {
    const scale = anyScale();
    const { first, last } = s.inView(scale);
    assert.ok(first >= 0 && last < scale.frames && first <= last);
    const frame = first + whole(last - first + 1);
    assert.equal(s.frameAt(scale, s.middleOf(scale, frame)), frame);
    assert.equal(s.edgeAt(scale, s.xOf(scale, frame)), frame);
  }
});

test("zooming keeps what is under the pointer, and never shows more than the video", () => {
  for (let n = 0; n < 400; n += 1) {
    const scale = anyScale();
    const x = s.SIDE + chance() * (scale.width - 2 * s.SIDE);
    const zoomed = s.zoomAt(scale, x, Math.exp(chance() * 3 - 1.5));
    const under = (one) => one.first + (x - s.SIDE) / one.perFrame;
    assert.ok(s.xOf(zoomed, 0) <= s.SIDE + 1e-6 && s.xOf(zoomed, zoomed.frames) >= zoomed.width - s.SIDE - 1e-6);
    const inner = zoomed.first > 1e-6 && s.xOf(zoomed, zoomed.frames) > zoomed.width - s.SIDE + 1e-6;
    if (inner) near(under(zoomed), under(scale));
  }
  const all = s.whole(300, 1000);
  assert.ok(s.isWhole(all) && s.isWhole(s.zoomAt(s.zoomAt(all, 400, 8), 100, 0.01)));
  assert.ok(s.isWhole(s.resized(all, 500)) && !s.isWhole(s.resized(s.zoomAt(all, 400, 8), 500)));
});

test("turning to a frame brings it into sight and changes nothing when it is there", () => {
  for (let n = 0; n < 300; n += 1) {
    const scale = anyScale();
    const frame = whole(scale.frames);
    const turned = s.revealing(scale, frame);
    assert.ok(s.xOf(turned, frame) >= s.SIDE - 1e-6 && s.xOf(turned, frame) <= turned.width - s.SIDE, `${frame}`);
    assert.equal(s.revealing(turned, frame), turned);
  }
  const range = s.fitting(s.whole(3000, 1000), { first: 1000, last: 1099 });
  const { first, last } = s.inView(range);
  assert.ok(first < 1000 && first > 980 && last > 1099 && last < 1120);
});

test("the ruler's seconds lie where their frames lie, also at a variable rate", () => {
  const times = Float64Array.from([3, 3.5, 5, 5.1, 5.2, 6, 7, 9, 10, 11]);
  const scale = s.whole(times.length, 1020);
  for (const { x, second } of s.ticks(scale, times)) {
    const place = s.placeOfTime(times, 3 + second);
    near(x, s.xOf(scale, place));
    const frame = Math.floor(place);
    assert.ok(times[frame] <= 3 + second + 1e-6 && (frame + 1 >= times.length || times[frame + 1] > 3 + second - 1e-6));
  }
  const steady = Float64Array.from({ length: 36_000 }, (_none, frame) => frame / 30);
  const shown = s.ticks(s.whole(36_000, 1200), steady);
  assert.ok(shown.length > 4 && shown.length <= 17);
  assert.deepEqual(shown.slice(0, 3).map((tick) => tick.text), ["0s", "2:00", "4:00"]);
  const close = s.ticks(s.zoomAt(s.whole(36_000, 1200), 600, 1e9), steady);
  assert.ok(close.length >= 3 && close.every((tick) => tick.text.includes(".") || tick.text.includes(":")));
  assert.equal(s.ticks(s.whole(1, 300), Float64Array.from([2])).length, 1);
});

test("only rows in sight are drawn, and each is found where it is drawn", () => {
  const fixed = [{ kind: "score", height: 34 }, { kind: "segments", height: 22 }];
  for (const height of [60, 120, 300]) {
    for (const scroll of [0, 10, 35, 5000, 219_000]) {
      const place = r.layout({ fixed, count: 10_000, height });
      assert.equal(place.pinned, height >= 56 + 66);
      const { first, last } = r.inSight(place, scroll);
      assert.ok(last - first <= height / r.ROW + 1);
      for (let index = 0; index < 10_000; index += index > first - 3 && index < last + 3 ? 1 : 97) {
        const top = r.topOfTrack(place, index, scroll);
        const covered = place.pinned ? place.fixedHeight : 0;
        const seen = top + r.ROW > covered && top < height;
        assert.equal(seen, index >= first && index <= last, `${height} ${scroll} ${index}`);
        const y = Math.max(top, covered) + 0.5;
        if (seen && y < height && y < top + r.ROW) assert.deepEqual(r.rowAt(place, y, scroll), { index });
      }
    }
  }
});

test("fixed rows stay on top while there is room, and scroll with the rest where there is none", () => {
  const fixed = [{ kind: "score", height: 34 }, { kind: "sound", height: 34 }];
  const roomy = r.layout({ fixed, count: 50, height: 200 });
  assert.equal(r.topOfFixed(roomy, roomy.fixed[1], 500), 34);
  assert.equal(r.rowAt(roomy, 40, 500).fixed.kind, "sound");
  const tight = r.layout({ fixed, count: 50, height: 100 });
  assert.equal(r.topOfFixed(tight, tight.fixed[1], 30), 4);
  assert.equal(r.rowAt(tight, 10, 30).fixed.kind, "sound");
  assert.deepEqual(r.rowAt(tight, 40, 30), { index: 0 });
  assert.equal(r.rowAt(tight, 99, 50 * r.ROW), null);
  for (const place of [roomy, tight]) {
    for (const index of [0, 10, 49]) {
      const scroll = r.scrollTo(place, index, 300);
      const top = r.topOfTrack(place, index, scroll);
      assert.ok(top >= (place.pinned ? place.fixedHeight : 0) && top + r.ROW <= place.height);
      assert.equal(r.scrollTo(place, index, scroll), scroll);
    }
  }
});

const keyframe = (f, more) => ({ f, x: 0, y: 0, w: 1, h: 1, occluded: 0, outside: 0, score: chance(), source: "model", joints: null, ...more });
const anyTrack = () => {
  const first = whole(20);
  const last = first + whole(60);
  const frames = [...new Set(Array.from({ length: 1 + whole(12) }, () => first + whole(last - first + 1)))].sort((a, b) => a - b);
  const keyframes = frames.map((f) => keyframe(f, { occluded: whole(2), outside: Number(chance() < 0.25), score: chance() < 0.2 ? null : chance() }));
  return { first, last, keyframes, revision: 1 };
};

test("spans cover a track without holes and say what the picture shows on every frame", () => {
  for (let n = 0; n < 300; n += 1) {
    const track = anyTrack();
    const found = spans(marksOf(track));
    assert.equal(found[0].first, track.first);
    assert.equal(found.at(-1).last, track.last);
    const keyed = new Set(track.keyframes.map((one) => one.f));
    for (let index = 0; index < found.length; index += 1) {
      const { first, last, kind, occluded } = found[index];
      if (index) assert.equal(first, found[index - 1].last + 1);
      for (let frame = first; frame <= last; frame += 1) {
        const place = position(track.keyframes, frame, track.first, track.last);
        assert.equal(kind === "outside", place === null, `${frame}`);
        if (place) assert.equal(occluded, Boolean(place.occluded));
        if (kind === "keyed") assert.ok(keyed.has(frame));
      }
    }
  }
});

test("a dense run, a stretch between keyframes and a gap are told apart", () => {
  const frames = [0, 1, 2, 3, 10, 20];
  const keyframes = frames.map((f) => keyframe(f, { outside: Number(f === 20) }));
  assert.deepEqual(spans(marksOf({ first: 0, last: 30, keyframes })), [
    { first: 0, last: 2, kind: "keyed", occluded: false },
    { first: 3, last: 19, kind: "between", occluded: false },
    { first: 20, last: 30, kind: "outside", occluded: false },
  ]);
  assert.deepEqual(spans(marksOf({ first: 5, last: 9, keyframes: [] })), [{ first: 5, last: 9, kind: "outside", occluded: false }]);
});

test("a dense run is one wherever it lies, two neighbours alone are not", () => {
  const keyframes = [0, 1, 10, 20, 21, 22, 23, 30, 38, 39, 40].map((f) => keyframe(f));
  assert.deepEqual(spans(marksOf({ first: 0, last: 40, keyframes })), [
    { first: 0, last: 19, kind: "between", occluded: false },
    { first: 20, last: 22, kind: "keyed", occluded: false },
    { first: 23, last: 37, kind: "between", occluded: false },
    { first: 38, last: 40, kind: "keyed", occluded: false },
  ]);
});

test("the curve is the score that the picture shows", () => {
  for (let n = 0; n < 200; n += 1) {
    const track = anyTrack();
    const marks = marksOf(track);
    for (let frame = track.first - 1; frame <= track.last + 1; frame += 1) {
      const expected = position(track.keyframes, frame, track.first, track.last)?.score ?? NaN;
      const found = scoreAt(marks, frame);
      if (Number.isNaN(expected)) assert.ok(Number.isNaN(found));
      else assert.ok(Math.abs(found - expected) < 1e-6, `${frame}: ${found} ${expected}`);
    }
    assert.equal(trackCurve(marks, (column) => column, 100).length, 100);
  }
});

test("the mean curve counts every track where it is, and no rejected one", () => {
  const rows = [
    { first: 0, last: 9, score: 0.2, state: "suggested" }, { first: 5, last: 14, score: 0.8, state: "accepted" },
    { first: 0, last: 19, score: 1, state: "rejected" }, { first: 0, last: 19, score: null, state: "manual" },
  ];
  const means = meanCurve(rows, (frame) => frame, 20);
  near(means[0], 0.2);
  near(means[7], 0.5);
  near(means[12], 0.8);
  assert.ok(Number.isNaN(means[15]));
  assert.ok(Number.isNaN(meanCurve(rows, (frame) => frame - 100, 20)[3]));
});

test("density counts undecided and decided tracks per column", () => {
  const { undecided, decided } = density([
    { first: 0, last: 49, state: "suggested" }, { first: 25, last: 99, state: "fixed" }, { first: 0, last: 99, state: "rejected" },
  ], 100, 4);
  assert.deepEqual([...undecided], [1, 1, 0, 0]);
  assert.deepEqual([...decided], [0, 1, 1, 1]);
});

test("the confidence hides suggestions with a lower score and nothing else", () => {
  assert.ok(!passes({ state: "suggested", score: 0.49 }, 0.5) && passes({ state: "suggested", score: 0.5 }, 0.5));
  for (const state of ["accepted", "rejected", "fixed", "manual"]) assert.ok(passes({ state, score: 0.1 }, 0.5));
  assert.ok(passes({ state: "suggested", score: null }, 1));
});

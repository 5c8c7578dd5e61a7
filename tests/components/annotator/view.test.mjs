import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const g = await load("geometry.js");
const { anchorOf, centred, eased } = await load("camera.js");
const { toneCurve } = await load("tone.js");
const { linesOf } = await load("canvas.js");
const { CENTRE, trails } = await load("trails.js");

const near = (a, b, slack = 1e-6) => assert.ok(Math.abs(a - b) <= slack, `${a} is not ${b}`);

/** Numbers that are the same in every run. */
function chance(seed) {
  let state = seed;
  return (low, high) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + (state / 2 ** 32) * (high - low);
  };
}

test("screen and frame are inverse at any zoom, pan and pixel shape, also through fit and clamp", () => {
  const any = chance(11);
  for (let turn = 0; turn < 2000; turn += 1) {
    const picture = { width: any(16, 8000), height: any(16, 5000), sar: any(0.4, 2.5) };
    const stage = { width: any(200, 2000), height: any(150, 1400) };
    let view = g.fit(picture, stage, any(0, 20));
    view = g.zoomAt(view, { x: any(0, stage.width), y: any(0, stage.height) }, any(0.2, 60), 0.001);
    view = g.clampView({ ...view, x: view.x + any(-900, 900), y: view.y + any(-900, 900) }, picture, stage);
    const point = { x: any(-50, picture.width + 50), y: any(-50, picture.height + 50) };
    const back = g.toFrame(view, g.toScreen(view, point));
    near(back.x, point.x);
    near(back.y, point.y);
    const screen = { x: any(0, stage.width), y: any(0, stage.height) };
    const there = g.toScreen(view, g.toFrame(view, screen));
    near(there.x, screen.x);
    near(there.y, screen.y);
  }
});

test("the camera brings the object to its place, in a few steps, and then rests", () => {
  const box = { x: 500, y: 80, w: 40, h: 60 };
  const start = { scale: 2, sar: 1.2, x: 10, y: 20 };
  const goal = centred(start, box, { x: 300, y: 200 });
  assert.deepEqual(g.toScreen(goal, { x: 520, y: 110 }), { x: 300, y: 200 });
  assert.equal(goal.scale, 2);
  let view = start;
  let steps = 0;
  for (; view !== goal && steps < 100; steps += 1) {
    const before = Math.hypot(goal.x - view.x, goal.y - view.y);
    view = eased(view, goal, 16);
    assert.ok(Math.hypot(goal.x - view.x, goal.y - view.y) < before);
  }
  assert.ok(steps > 5 && steps < 60, `${steps} steps`);
  assert.equal(eased(goal, { ...goal }, 16), goal);
  assert.equal(eased(start, goal, Infinity).x, goal.x);
});

test("a moved view keeps the object where the person put it, never out of sight", () => {
  const size = { width: 800, height: 400 };
  const view = { scale: 1, sar: 1, x: 0, y: 0 };
  assert.deepEqual(anchorOf(view, { x: 190, y: 90, w: 20, h: 20 }, size), { x: 200, y: 100 });
  assert.deepEqual(anchorOf(view, { x: 5000, y: -90, w: 20, h: 20 }, size), { x: 720, y: 40 });
});

test("a neutral tone changes nothing; brightness, contrast and gamma do what they say", () => {
  const neutral = toneCurve({ brightness: 1, contrast: 1, gamma: 1 });
  neutral.forEach((value, index) => near(value, index / 32));
  const middle = (values) => toneCurve({ brightness: 1, contrast: 1, gamma: 1, ...values })[16];
  near(middle({ brightness: 1.5 }), 0.75);
  near(middle({ contrast: 2 }), 0.5);
  near(middle({ gamma: 2 }), Math.SQRT1_2);
  assert.deepEqual([toneCurve({ brightness: 1, contrast: 3, gamma: 1 })[0], toneCurve({ brightness: 3, contrast: 1, gamma: 1 })[32]], [0, 1]);
  const curve = toneCurve({ brightness: 0.8, contrast: 1.7, gamma: 0.6 });
  curve.forEach((value, index) => assert.ok(value >= 0 && value <= 1 && (!index || value >= curve[index - 1])));
});

const at = (f, x, more = {}) => ({ f, x, y: 10, w: 20, h: 30, outside: 0, occluded: 0, score: 1, joints: [[x, 1, 1, 2], [x, 2, 1, 0]], ...more });

test("a trail leads through the past frames to now, and begins anew after an absence", () => {
  const track = { first: 0, last: 20, keyframes: [at(0, 0), at(10, 100)] };
  const [way] = trails(track, 6, 4, [CENTRE]);
  assert.deepEqual(way.map((point) => [Math.round(point.x), point.y, point.age]), [[30, 25, 1], [40, 25, 0.75], [50, 25, 0.5], [60, 25, 0.25], [70, 25, 0]]);
  assert.equal(trails(track, 1, 4, [CENTRE])[0].length, 2);
  const gone = { first: 0, last: 20, keyframes: [at(0, 0), at(4, 40, { outside: 1 }), at(7, 70), at(9, 90)] };
  assert.deepEqual(trails(gone, 9, 9, [CENTRE]).map((part) => part.length), [4, 3]);
});

test("joints leave trails too, absent ones none", () => {
  const track = { first: 0, last: 20, keyframes: [at(0, 0), at(10, 100)] };
  assert.deepEqual(trails(track, 3, 3, [0])[0].map((point) => Math.round(point.x)), [0, 10, 20, 30]);
  assert.deepEqual(trails(track, 3, 3, [1]), []);
  assert.equal(trails(track, 3, 3, [CENTRE, 0, 1]).length, 2);
});

test("words on the picture are broken between words where they do not fit, and none is lost", () => {
  const fits = (most) => (line) => line.length <= most;
  assert.deepEqual(linesOf("one two three four", fits(9)), ["one two", "three", "four"]);
  assert.deepEqual(linesOf("one two three four", fits(99)), ["one two three four"]);
  assert.deepEqual(linesOf("unbreakable", fits(3)), ["unbreakable"]);
  const any = chance(5);
  const text = Array.from({ length: 60 }, () => "x".repeat(Math.floor(any(1, 9)))).join(" ");
  for (let most = 8; most < 70; most += 3) {
    const lines = linesOf(text, fits(most));
    assert.equal(lines.join(" "), text);
    assert.ok(lines.every(fits(most)));
  }
});

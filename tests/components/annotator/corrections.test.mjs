import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { candidates } = await load("picker.js");
const { spread, trail } = await load("ghosts.js");
const { nextWith } = await load("gaps.js");
const { boundOf } = await load("refit.js");
const { keysOf } = await load("queue_items.js");
const { closeUp, widthFor } = await load("crops.js");
const { boxToScreen } = await load("geometry.js");

const keyframe = (f, more) => ({ f, x: f, y: 0, w: 10, h: 10, occluded: 0, outside: 0, score: null, source: "model", joints: null, ...more });
const track = { first: 5, last: 30, keyframes: [keyframe(5), keyframe(12, { outside: 1 }), keyframe(20), keyframe(26, { outside: 1 })] };

test("the legend counts those on the frame from left to right, then the nearest in time", () => {
  const row = (id, first, last, more) => ({ id, first, last, state: "manual", ...more });
  const rows = [row(1, 0, 9), row(2, 0, 99), row(3, 0, 99), row(4, 90, 99), row(5, 30, 99), row(6, 0, 99, { state: "rejected" })];
  const here = [{ id: 3 }, { id: 2 }];
  assert.deepEqual(candidates(rows, { frame: 20, here, except: null }).map((one) => one.id), [3, 2, 5, 1, 4]);
  assert.deepEqual(candidates(rows, { frame: 20, here, except: 3 }).map((one) => one.id), [2, 5, 1, 4]);
  const many = Array.from({ length: 40 }, (_value, id) => row(id, id * 10, id * 10 + 5));
  assert.equal(candidates(many, { frame: 0, here: [], except: null }).length, 40);
});

test("the last place before a frame and the first from it on, over gaps", () => {
  assert.equal(nextWith(track, 8, -1).frame, 8);
  assert.equal(nextWith(track, 15, -1).frame, 11);
  assert.equal(nextWith(track, 15, 1).frame, 20);
  assert.equal(nextWith(track, 40, -1).frame, 25);
  assert.equal(nextWith(track, 27, 1), null);
  assert.equal(nextWith(track, 4, -1), null);
  assert.equal(nextWith(track, 0, 1).frame, 5);
});

test("ghosts stand on a few frames of a range, both ends among them, where the track is", () => {
  assert.deepEqual(spread(3, 3), [3]);
  assert.deepEqual(spread(5, 4), []);
  assert.deepEqual(spread(0, 60), [0, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual(trail(track, 0, 14).map((one) => one.frame), [5, 7, 8, 10, 11]);
});

test("the slider of a re-fit goes from loose to tight, within what the server takes", () => {
  let before = null;
  for (let value = 1; value <= 50; value += 1) {
    const bound = boundOf(value);
    assert.ok(bound.iou >= 0.5 && bound.iou <= 0.99 && bound.joint_error >= 0.005 && bound.joint_error <= 0.5);
    if (before) assert.ok(bound.iou > before.iou && bound.joint_error < before.joint_error);
    before = bound;
  }
});

test("an edit is about one label or two", () => {
  assert.deepEqual(keysOf({ verb: "add", client: "a" }), []);
  assert.deepEqual(keysOf({ verb: "swap", id: 1, other: 2 }), [1, 2]);
  assert.deepEqual(keysOf({ kind: "segment", verb: "merge", id: 1, other: 2 }), ["segment:1", "segment:2"]);
});

test("a crop shows its object close up, in the middle, and nothing beside it that could be left out", () => {
  const place = { x: 100, y: 50, w: 40, h: 120 };
  for (const sar of [1, 1.5]) {
    const size = { width: widthFor(place, sar, 132), height: 132 };
    const view = closeUp(place, sar, size);
    const box = boxToScreen(view, place);
    assert.ok(Math.abs(box.x + box.w / 2 - size.width / 2) < 1e-6 && Math.abs(box.y + box.h / 2 - 66) < 1e-6);
    assert.ok(box.w <= size.width && box.h <= size.height && (box.w > 0.8 * size.width || box.h > 0.8 * size.height));
  }
  assert.equal(widthFor({ w: 10, h: 100 }, 1, 100), 50);
  assert.equal(widthFor({ w: 1000, h: 100 }, 1, 100), 120);
});

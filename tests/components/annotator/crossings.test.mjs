import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { crossings } = await load("crossings.js");

const keyframe = (f, x, y = 0) => ({ f, x, y, w: 10, h: 10, occluded: 0, outside: 0, score: null, source: "human", joints: null });
const track = (id, ...places) => ({
  id, class: 1, state: "manual", run: null, revision: 1, partial: [],
  first: places[0][0], last: places.at(-1)[0], keyframes: places.map((place) => keyframe(...place)),
});

test("a crossing is the frame where two begin to overlap after they were apart", () => {
  const still = track(1, [0, 50], [100, 50]);
  const passing = track(2, [0, 0], [100, 100]);
  const [frame, ...more] = crossings(still, passing);
  assert.deepEqual(more, []);
  assert.equal(frame, 43);
  const back = track(3, [0, 0], [50, 100], [100, 0]);
  assert.equal(crossings(still, back).length, 2);
  assert.deepEqual(crossings(still, back, 50), [crossings(still, back)[1]]);
  assert.deepEqual(crossings(passing, still), [frame]);
});

test("who is together from the beginning has not crossed, nor who was absent before", () => {
  assert.deepEqual(crossings(track(1, [0, 0], [50, 0]), track(2, [0, 2], [50, 2])), []);
  assert.deepEqual(crossings(track(1, [0, 0], [50, 0]), track(2, [20, 2], [50, 2])), []);
});

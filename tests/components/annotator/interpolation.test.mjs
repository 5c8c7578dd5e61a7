import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { position } = await load("interpolation.js");
const fixture = process.env.DATAGUARD_INTERPOLATION;

test("agrees with core/labels.py on every track and frame that Python computed", { skip: !fixture && "written by test_modules.py" }, () => {
  const cases = JSON.parse(readFileSync(fixture, "utf8"));
  assert.ok(cases.length > 50);
  for (const { keyframes, first, last, at } of cases) {
    for (const { frame, expected } of at) {
      assert.deepEqual(close(position(keyframes, frame, first, last)), close(expected), `frame ${frame}`);
    }
  }
});

/** Both sides compute in 64-bit floats; the order of operations may differ in the last bit. */
function close(place) {
  return JSON.parse(JSON.stringify(place), (_key, value) => (typeof value === "number" ? Number(value.toPrecision(11)) : value));
}

const keyframe = (f, x, more) => ({ f, x, y: 0, w: 10, h: 10, occluded: 0, outside: 0, score: null, source: "model", joints: null, ...more });

test("is absent before the first keyframe, outside the span and after an outside keyframe", () => {
  const keyframes = [keyframe(4, 0), keyframe(8, 40), keyframe(10, 60, { outside: 1 }), keyframe(12, 80)];
  assert.equal(position(keyframes, 3, 0, 20), null);
  assert.equal(position(keyframes, 21, 0, 20), null);
  assert.equal(position(keyframes, 10, 0, 20), null);
  assert.equal(position(keyframes, 11, 0, 20), null);
  assert.equal(position(keyframes, 9, 0, 20).x, 40);
  assert.equal(position(keyframes, 20, 0, 20).x, 80);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { CHANGES, reach, scopeOf } = await load("spans.js");

const keyframe = (f, more) => ({ f, x: f, y: 0, w: 10, h: 10, occluded: 0, outside: 0, score: null, source: "model", joints: null, ...more });
const track = { first: 5, last: 30, keyframes: [keyframe(5), keyframe(12), keyframe(20)] };

test("edits shown at once are what the server makes of them", { skip: !process.env.DATAGUARD_CHANGES }, () => {
  const cases = JSON.parse(readFileSync(process.env.DATAGUARD_CHANGES, "utf8"));
  const kept = cases.filter((one) => one.expected);
  assert.ok(kept.length > 150);
  for (const { track: before, edit, expected } of kept) {
    const copy = structuredClone(before);
    const after = CHANGES[edit.verb](before, edit);
    assert.deepEqual(before, copy);
    const said = JSON.stringify({ before, edit });
    assert.equal(Boolean(after.deleted), expected.deleted, said);
    assert.deepEqual([after.first, after.last], [expected.first, expected.last], said);
    assert.deepEqual(plain(after.keyframes), plain(expected.keyframes), said);
  }
  for (const { track: before, edit } of cases.filter((one) => !one.expected)) {
    assert.equal(CHANGES[edit.verb](before, edit), null, JSON.stringify({ before, edit }));
  }
});

function plain(keyframes) {
  const round = (value) => (typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value);
  return JSON.parse(JSON.stringify(keyframes), (_name, value) => round(value));
}

test("a change reaches from one neighbouring keyframe to the other, or to the ends", () => {
  assert.deepEqual(reach(track, 12), { first: 6, last: 19 });
  assert.deepEqual(reach(track, 15), { first: 13, last: 19 });
  assert.deepEqual(reach(track, 5), { first: 5, last: 11 });
  assert.deepEqual(reach(track, 25), { first: 21, last: 30 });
  assert.deepEqual(scopeOf(track, "onward", 8), { first: 8, last: 30 });
  assert.deepEqual(scopeOf(track, "track", 8), { first: 5, last: 30 });
});

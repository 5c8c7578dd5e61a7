import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { given, typed, withValue } = await load("attributes.js");
const { stopsAlong, stopsOverTracks } = await load("attribute_round.js");
const { apply } = await load("edits.js");

const guard = { type: "choice", choices: ["high", "low"], changing: true };
const stance = { type: "choice", choices: ["a", "b"], default: "a", changing: false };

test("a changing value holds until the next, whatever the order of entry", () => {
  for (const order of [[0, 20, 10], [20, 10, 0], [10, 0, 20]]) {
    let table = { stance: "b" };
    for (const frame of order) table = withValue(table, { name: "guard", value: frame === 10 ? "low" : "high", frame });
    assert.deepEqual(table, { stance: "b", guard: [[0, "high"], [10, "low"], [20, "high"]] });
    assert.deepEqual([0, 9, 10, 19, 20, 99].map((frame) => given(guard, table, "guard", frame)), ["high", "high", "low", "low", "high", "high"]);
    table = withValue(table, { name: "guard", value: null, frame: 10 });
    assert.equal(given(guard, table, "guard", 15), "high");
  }
});

test("nothing is given before the first change, nor by a default", () => {
  assert.equal(given(guard, { guard: [[5, "low"]] }, "guard", 4), null);
  assert.equal(given(stance, {}, "stance", 0), null);
  assert.equal(given(guard, undefined, "guard", 4), null);
});

test("taking the last value away leaves no trace, and the table given stays as it was", () => {
  const table = { guard: [[5, "low"]], stance: "a" };
  assert.deepEqual(withValue(withValue(table, { name: "guard", value: null, frame: 5 }), { name: "stance", value: null }), {});
  assert.deepEqual(table, { guard: [[5, "low"]], stance: "a" });
});

test("a number is typed with a point or a comma; nothing typed takes the value away", () => {
  assert.deepEqual(["70", " 70,5 ", "", "much"].map((text) => typed({ type: "number" }, text)), [70, 70.5, null, undefined]);
  assert.equal(typed({ type: "text" }, " 왼손 "), "왼손");
});

test("a waiting edit shows what the server will answer", () => {
  const track = { run: 7, state: "suggested", attributes: { other: 1 }, keyframes: [] };
  const fixed = apply(track, { verb: "attribute", name: "stance", value: "b" });
  assert.deepEqual([fixed.state, fixed.attributes], ["fixed", { other: 1, stance: "b" }]);
  assert.deepEqual(apply(fixed, { verb: "attributes", attributes: { whole: 1 } }).attributes, { whole: 1 });
});

test("the round stops at every track of the class, or at every change along one", () => {
  const rows = [
    { id: 1, class: 1, state: "manual", first: 0, last: 10 }, { id: 2, class: 2, state: "manual", first: 0, last: 10 },
    { id: 3, class: 1, state: "rejected", first: 0, last: 10 }, { id: 4, class: 1, state: "suggested", first: 5, last: 8 },
  ];
  assert.deepEqual(stopsOverTracks(rows, 1, false), [{ id: 1, frame: 5 }, { id: 4, frame: 6 }]);
  assert.deepEqual(stopsOverTracks(rows, 1, true), [{ id: 1, frame: 0 }, { id: 4, frame: 5 }]);
  assert.deepEqual(stopsAlong(rows[3], { guard: [[0, "low"], [6, "high"], [9, "low"]] }, "guard"), [{ id: 4, frame: 5 }, { id: 4, frame: 6 }]);
});

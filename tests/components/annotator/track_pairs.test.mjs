import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { paired, split } = await load("track_pairs.js");
const { State } = await load("state.js");

const key = (f, x, more) => ({ f, x, y: 0, w: 10, h: 10, occluded: 0, outside: 0, score: null, source: "human", joints: null, ...more });
const track = (id, x, more) => ({
  id, class: 1, state: "manual", score: null, first: 0, last: 20, run: null, model: null, person: "Kim", revision: 3,
  skeleton: null, attributes: {}, name: null, partial: [], keyframes: [key(0, x), key(20, x + 20)], ...more,
});
const waiting = (...edits) => edits.map((edit, index) => ({ kind: "edits", batch: `b${index}`, edits: [edit] }));
const places = (state, frame) => Object.fromEntries(state.at(frame).map(({ track: one, place }) => [one.id, place.x]));

test("who is who, shown at once, is what the server makes of it", { skip: !process.env.DATAGUARD_PAIRS }, () => {
  const cases = JSON.parse(readFileSync(process.env.DATAGUARD_PAIRS, "utf8"));
  assert.ok(cases.filter((one) => one.expected).length > 200);
  for (const { track: before, other, edit, expected } of cases) {
    const copies = structuredClone([before, other]);
    const made = edit.verb === "split" ? split(before, edit) : paired(before, other, edit);
    assert.deepEqual([before, other], copies);
    const said = JSON.stringify({ before, other, edit });
    assert.equal(made?.length, expected?.length, said);
    for (const [index, wanted] of (expected ?? []).entries()) {
      const one = made[index];
      assert.equal(Boolean(one.deleted), wanted.deleted, said);
      if (!wanted.deleted) assert.deepEqual(plain(one), plain(wanted), said);
    }
  }
});

function plain({ first, last, keyframes, attributes, partial, name }) {
  const round = (value) => (typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value);
  return JSON.parse(JSON.stringify({ first, last, keyframes, attributes, partial, name: name || null }), (_name, value) => round(value));
}

test("while a split waits, the hand is on the new part, and what is done there stays there", () => {
  const state = new State({ person: "Kim" });
  state.mergeWhole([track(1, 100)]);
  state.setPending(waiting({ verb: "split", id: 1, revision: 3, client: "new", frame: 10 }));
  assert.deepEqual([places(state, 9), places(state, 10)], [{ 1: 109 }, { new: 110 }]);
  assert.deepEqual(state.rows().map(({ id, first, last }) => [id, first, last]), [[1, 0, 9], ["new", 10, 20]]);
  state.setPending(waiting(
    { verb: "split", id: 1, revision: 3, client: "new", frame: 10 },
    { verb: "fix", id: "new", revision: 0, frame: 15, box: [300, 0, 10, 10] },
  ));
  assert.deepEqual([places(state, 5), places(state, 15)], [{ 1: 105 }, { new: 300 }]);
  state.setPending([]);
  assert.deepEqual(places(state, 15), { 1: 115 });
});

test("while a swap waits, each name is on the other object, and a merge leaves one", () => {
  const state = new State({ person: "Kim" });
  state.mergeWhole([track(1, 100), track(2, 500)]);
  const swap = { verb: "swap", id: 1, revision: 3, other: 2, other_revision: 3, frame: 10 };
  state.setPending(waiting(swap));
  assert.deepEqual([places(state, 9), places(state, 10)], [{ 1: 109, 2: 509 }, { 1: 510, 2: 110 }]);
  state.setPending(waiting(swap, { ...swap, frame: 15 }, { verb: "fix", id: 2, revision: 3, frame: 20, box: [700, 0, 10, 10] }));
  assert.deepEqual([places(state, 12), places(state, 20)], [{ 1: 512, 2: 112 }, { 1: 120, 2: 700 }]);
  state.mergeWhole([track(1, 100, { revision: 4, keyframes: [key(0, 0)] })]);
  assert.deepEqual(places(state, 12), { 1: 512, 2: 0 });
  state.setPending(waiting({ ...swap, verb: "merge" }));
  assert.deepEqual(state.rows().map(({ id }) => id), [1]);
});

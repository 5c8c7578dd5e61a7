import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { overlaid, shared } = await load("verdict_parts.js");
const { partsText } = await load("part_verdict.js");
const { apply } = await load("edits.js");
const { apply: applyToSegments } = await load("segment_edits.js");
const { entryWords, frameOf } = await load("history_words.js");

test("each frame keeps the last word, whatever was laid over what", () => {
  let chance = 7;
  const random = (most) => (chance = (chance * 16807) % 2147483647) % most;
  for (let turn = 0; turn < 300; turn += 1) {
    const words = new Map();
    let parts = [];
    for (let step = 0; step < 6; step += 1) {
      const [first, last] = [random(30), random(30)].sort((a, b) => a - b);
      const word = ["accept", "reject"][random(2)];
      const before = structuredClone(parts);
      const made = overlaid(parts, [first, last], word);
      assert.deepEqual(parts, before);
      parts = made;
      for (let frame = first; frame <= last; frame += 1) words.set(frame, word);
    }
    const told = parts.flatMap(([first, last, word]) => Array.from({ length: last - first + 1 }, (_none, n) => [first + n, word]));
    assert.deepEqual(told, [...words].sort((a, b) => a[0] - b[0]));
  }
});

test("a range is about the frames that the track has in it", () => {
  const row = { first: 10, last: 40 };
  assert.deepEqual(shared(row, { first: 0, last: 20 }), { first: 10, last: 20, whole: false });
  assert.deepEqual(shared(row, { first: 12, last: 12 }), { first: 12, last: 12, whole: false });
  assert.deepEqual(shared(row, { first: 0, last: 90 }), { first: 10, last: 40, whole: true });
  for (const none of [shared(row, { first: 41, last: 50 }), shared(row, null), shared(null, { first: 1, last: 2 })]) assert.equal(none, null);
});

test("a verdict on a part leaves the state; one over the whole, or a fix, takes the place of the parts", () => {
  const track = { id: 1, run: 3, state: "suggested", first: 0, last: 40, keyframes: [], attributes: {}, partial: [] };
  const part = apply(apply(track, { verb: "accept", range: [5, 20] }), { verb: "reject", range: [10, 12] });
  assert.deepEqual([part.state, part.partial], ["suggested", [[5, 9, "accept"], [10, 12, "reject"], [13, 20, "accept"]]]);
  assert.equal(partsText(part.partial), "accepted 5–9, rejected 10–12, accepted 13–20");
  assert.deepEqual(apply(part, { verb: "skip" }).partial, part.partial);
  assert.deepEqual(apply(part, { verb: "accept" }).partial, []);
  assert.deepEqual(apply(part, { verb: "class", class: 2 }).partial, []);
  assert.deepEqual(apply({ ...part, run: null }, { verb: "class", class: 2 }).partial, part.partial);
});

test("a value of an event is set beside its note, and from a frame on where it changes", () => {
  const event = { id: 1, kind: "event", run: null, state: "manual", attributes: { note: "low" } };
  const after = (edit, one) => applyToSegments(new Map([[1, one]]), { id: 1, verb: "attribute", ...edit }).get(1).attributes;
  assert.deepEqual(after({ name: "hand", value: "left" }, event), { note: "low", hand: "left" });
  assert.deepEqual(after({ name: "hand", value: null }, { ...event, attributes: { hand: "left" } }), {});
  assert.deepEqual(after({ name: "target", value: "body", frame: 9 }, event), { note: "low", target: [[9, "body"]] });
});

test("the history says which part was decided and which value was set", () => {
  const hand = { names: { ko: "손" } };
  const app = {
    options: { language: "ko" }, classes: new Map([[5, { attributes: { hand } }]]),
    state: { row: () => null }, segments: { get: () => ({ class: 5 }) },
  };
  const words = (edit) => entryWords({ kind: "do", changes: 1, edits: [{ columns: {}, parts: [], frames: null, range: null, ...edit }] }, app);
  assert.equal(words({ kind: "track", verb: "reject", range: [10, 29] }), "rejected frames 10–29");
  assert.equal(frameOf({ kind: "track", verb: "reject", columns: {}, range: [10, 29], frames: null }, app), 10);
  assert.equal(words({ kind: "track", verb: "reject" }), "rejected it");
  const value = (before, after) => words({ kind: "segment", verb: "attribute", columns: { attributes: [before, after] } });
  assert.equal(value({ note: "x" }, { note: "x", hand: "left" }), "손: left");
  assert.equal(value({ hand: "left" }, {}), "손: –");
  assert.equal(value({ target: [[3, "head"]] }, { target: [[3, "head"], [9, "body"]] }), "target: body");
});

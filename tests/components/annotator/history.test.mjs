import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { entryWords, frameOf, momentOf, subject } = await load("history_words.js");

const app = {
  options: { language: "en" }, classes: new Map([[5, { name: "jab" }], [6, { name: "hook" }]]), events: { nameOf: () => "jab" },
  state: { row: (id) => (id === 1 ? { id: 1, class: 6, name: "Ann", first: 4 } : null) }, segments: { get: (id) => (id === 2 ? { first: 30 } : null) },
};
const edit = (more) => ({ kind: "track", id: 1, verb: "fix", columns: {}, frames: [12, 12, 1], parts: ["box"], ...more });
const entry = (more, rest = {}) => ({ kind: "do", changes: 1, edits: [edit(more)], ...rest });

test("a change is told in words, also when it was taken back, done again or one of many", () => {
  assert.equal(entryWords(entry(), app), "moved the box at frame 12");
  assert.equal(entryWords(entry({ parts: ["joints"] }), app), "moved joints at frame 12");
  assert.equal(entryWords(entry({}, { kind: "undo" }), app), "took back: moved the box at frame 12");
  assert.equal(entryWords(entry({}, { kind: "redo", changes: 3 }), app), "did again: moved the box at frame 12 (+2)");
  assert.equal(entryWords(entry({ verb: "restore" }, { changes: 7 }), app), "put 7 objects back to what they were");
  assert.equal(entryWords(entry({ kind: "segment", id: 2, verb: "class", frames: null, columns: { class: [5, 6] } }), app), "made it hook");
  assert.equal(entryWords(entry({ kind: "segment", id: 2, verb: "note", frames: null, columns: { attributes: [{}, { note: "left" }] } }), app), "noted: left");
  const bound = (track) => entryWords(entry({ kind: "segment", id: 2, verb: "bind", frames: null, columns: { track: [3, track] } }), app);
  assert.deepEqual([bound(1), bound(9), bound(null)], ["connected it with Ann", "connected it with track 9", "disconnected it from its track"]);
  assert.equal(entryWords(entry({ verb: "unheard-of" }), app), "unheard-of");
});

test("an entry names its object and leads to a frame, also when the object is gone", () => {
  assert.deepEqual([subject(edit(), app), subject(edit({ id: 9 }), app), subject(edit({ kind: "segment", id: 2 }), app), subject(edit({ kind: "video" }), app)], ["Ann", "track 9", "jab", ""]);
  const long = { ...app, classes: new Map([[7, { name: "a".repeat(30) }]]), state: { row: () => ({ id: 3, class: 7 }) } };
  assert.deepEqual([subject(edit(), long), subject(edit(), long, { whole: true })], [`${"a".repeat(19)}… 3`, `${"a".repeat(30)} 3`]);
  assert.equal(frameOf(edit(), app), 12);
  assert.equal(frameOf(edit({ frames: null }), app), 4);
  assert.equal(frameOf(edit({ frames: null, columns: { first_frame: [3, 8] } }), app), 8);
  assert.equal(frameOf(edit({ kind: "segment", id: 9, frames: null }), app), null);
});

test("a time of day is today's, or yesterday's when it is still to come; nonsense is none", () => {
  const now = new Date(2026, 2, 1, 15, 0);
  assert.deepEqual(momentOf(" 14:32 ", now), new Date(2026, 2, 1, 14, 32));
  assert.deepEqual(momentOf("15:01", now), new Date(2026, 1, 28, 15, 1));
  assert.deepEqual(momentOf("9:05:07", now), new Date(2026, 2, 1, 9, 5, 7));
  assert.deepEqual(momentOf("2026-01-31 08:00", now), new Date(2026, 0, 31, 8, 0));
  for (const text of ["", "14", "24:00", "12:60", "2026-02-30 10:00", "yesterday"]) assert.equal(momentOf(text, now), null, text);
});

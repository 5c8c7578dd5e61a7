import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { candidatesFor, ownerName } = await load("whose.js");

const row = (id, first, last, more) => ({ id, first, last, state: "manual", class: 1, ...more });

test("an event can be about what is there during it, and stays about what it is about", () => {
  const rows = [row(1, 0, 9), row(2, 0, 10), row(3, 20, 30), row(4, 21, 30), row(5, 0, 99, { state: "rejected" }), row("tmp-1", 0, 99), row(6, 12, 14)];
  const ids = (event) => candidatesFor(event, rows).map(({ id }) => id);
  assert.deepEqual(ids({ first: 10, last: 20, track: null }), [2, 3, 6]);
  assert.deepEqual(ids({ first: 10, last: 20, track: 4 }), [2, 3, 4, 6]);
  assert.deepEqual(ids({ first: 10, last: 20, track: 5 }), [2, 3, 5, 6]);
  assert.deepEqual(ids({ first: 90, last: 99, track: null }), []);
});

test("a segment says the name of its track, also of one that is not loaded", () => {
  const app = { state: { row: (id) => (id === 2 ? row(2, 0, 9) : null) }, classes: new Map([[1, { name: "person" }]]), options: { language: "en" } };
  assert.equal(ownerName({ track: 2 }, app), "person 2");
  assert.equal(ownerName({ track: 7 }, app), "track 7");
  assert.equal(ownerName({ track: null }, app), "");
  assert.equal(ownerName({}, app), "");
});

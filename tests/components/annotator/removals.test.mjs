import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { letGo, removed } = await load("removals.js");

/** What was selected, and what was said. */
function desk(selected, current = null) {
  const told = [];
  const app = {
    classes: new Map([[1, { name: "person" }]]), options: { language: "en", person: "Ana" },
    state: { selected, row: (id) => ({ id, class: 1 }) }, segments: { current, select: (id) => told.push(["segment", id]) },
    events: { nameOf: ({ text }) => text }, select: (id) => told.push(["track", id]), toast: (text) => told.push(text),
  };
  return { app, told };
}

test("only what is selected counts, a track and an event of one number being two", () => {
  const caption = { id: 3, text: "bell" };
  assert.equal(removed({ gone: [1, 2], gone_segments: [3] }, desk(3).app), null);
  assert.equal(removed({}, desk(null).app), null);
  assert.equal(removed({ gone: [3], gone_segments: [4] }, desk(null, caption).app), null);
  assert.deepEqual(removed({ gone: [1, 3] }, desk(3).app), { kind: "track", id: 3, name: "person 3" });
  assert.deepEqual(removed({ gone_segments: [3] }, desk(null, caption).app), { kind: "segment", id: 3, name: "bell" });
});

test("it is let go in any case, and told when a person did it who is not me", () => {
  const said = (by) => {
    const { app, told } = desk(3);
    letGo({ kind: "track", id: 3, name: "person 3" }, by, app);
    return told;
  };
  const alone = [["track", null]];
  assert.deepEqual(said({ track: { 3: "Bo" } }), [...alone, "Bo removed what you had selected: person 3"]);
  for (const by of [{}, { segment: { 3: "Bo" } }, { track: { 3: "Ana" } }]) assert.deepEqual(said(by), alone);
});

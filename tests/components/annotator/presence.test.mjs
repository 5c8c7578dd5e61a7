import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { newsFrom } = await load("presence.js");

test("told is the first track on the frame that somebody else changed, whoever made it", () => {
  const tracks = [{ id: 1, first: 0, last: 9, person: "Cho" }, { id: 2, first: 0, last: 9, person: null }, { id: 3, first: 5, last: 9, person: "Ana" }];
  const told = (changedBy, frame = 5) => newsFrom(tracks, changedBy, "Ana", frame)?.id;
  assert.equal(told({ 2: "Bo", 3: "Bo" }), 2);
  assert.equal(told({ 1: "Ana", 3: "Bo" }), 3);
  assert.equal(told({ 1: "Ana", 3: "Bo" }, 4), undefined);
  assert.equal(told({}), undefined);
});

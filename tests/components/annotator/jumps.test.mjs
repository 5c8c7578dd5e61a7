import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { isShown, neighbour } = await load("jumps.js");

test("the nearest frame on, or back, and from the other end where there is none", () => {
  const frames = [40, 5, 12, 5, 90];
  assert.deepEqual(neighbour(frames, 5, 1), { frame: 12, wrapped: false });
  assert.deepEqual(neighbour(frames, 90, 1), { frame: 5, wrapped: true });
  assert.deepEqual(neighbour(frames, 40, -1), { frame: 12, wrapped: false });
  assert.deepEqual(neighbour(frames, 5, -1), { frame: 90, wrapped: true });
  assert.deepEqual(neighbour([7], 7, 1), { frame: 7, wrapped: true });
  assert.equal(neighbour([], 7, 1), null);
});

test("rejected tracks and suggestions below the confidence are not jumped to", () => {
  assert.ok(isShown({ state: "suggested", score: 0.2 }));
  assert.ok(!isShown({ state: "suggested", score: 0.2 }, 0.3));
  assert.ok(isShown({ state: "suggested", score: null }, 0.3));
  assert.ok(isShown({ state: "accepted", score: 0.2 }, 0.3));
  assert.ok(!isShown({ state: "rejected", score: 1 }));
});

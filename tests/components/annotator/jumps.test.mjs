import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { isShown, Jumps, neighbour } = await load("jumps.js");

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

/** An annotator at a frame, whose server answers what is given, one after the other. */
function standing(frame, answers) {
  const asked = [];
  const said = [];
  const app = {
    player: { target: frame },
    confidence: 0,
    options: { video: 1 },
    toast: (text) => said.push(text),
    api: { place: async (_video, _what, query) => (asked.push(query.reached), answers.shift()()) },
  };
  return { app, asked, said, jumps: new Jumps(app) };
}

test("a search that only came so far is asked to go on", async () => {
  const there = { frame: 90, track: 1, other: 2, wrapped: false };
  const { asked, said, jumps } = standing(5, [() => ({ frame: null, reached: 40 }), () => ({ frame: null, reached: 80 }), () => there]);
  assert.equal(await jumps.ask("crossing", { step: 1 }), there);
  assert.deepEqual(asked, [null, 40, 80]);
  assert.equal(said.length, 2);
});

test("who goes elsewhere while it searches stays there", async () => {
  const { app, asked, jumps } = standing(5, [
    () => ({ frame: null, reached: 40 }),
    () => ((app.player.target = 7), { frame: 90 }),
  ]);
  assert.equal(await jumps.ask("crossing", { step: 1 }), null);
  assert.deepEqual(asked, [null, 40]);
});

test("another question ends the search", async () => {
  const { asked, jumps } = standing(5, [() => ({ frame: null, reached: 40 }), () => ({ frame: 3 }), () => ({ frame: null, reached: 80 })]);
  const first = jumps.ask("crossing", { step: 1 });
  assert.deepEqual(await jumps.ask("empty", { step: 1 }), { frame: 3 });
  assert.equal(await first, null);
  assert.deepEqual(asked, [null, null]);
});

test("keyframes are those of the whole selected track, whichever of them were loaded before", async () => {
  const there = { 1: [4, 9] };
  const went = [];
  const { app, said, jumps } = standing(9, []);
  Object.assign(app, {
    state: { selected: 1, track: (id) => ({ keyframes: there[id].map((f) => ({ f })) }) },
    labels: { loadWhole: async () => (there[1] = [4, 9, 60]) },
    announce: () => {},
  });
  app.player.go = (frame) => went.push((app.player.target = frame));
  for (const step of [1, 1, -1, -1]) await jumps.keyframe(step);
  assert.deepEqual(went, [60, 4, 60, 9]);
  assert.deepEqual(said, ["Went on from the other end of the track.", "Went on from the other end of the track."]);
  app.labels.loadWhole = async () => (app.player.target = 30);
  await jumps.keyframe(1);
  assert.equal(went.length, 4);
  app.state.selected = null;
  await jumps.keyframe(1);
  assert.equal(said.at(-1), "Select a track first.");
});

test("what is pressed while a place is looked for is done there, or said not to be", async () => {
  const { app, said, jumps } = standing(5, [() => ({ frame: 90, track: 3, wrapped: false }), () => ({ frame: null })]);
  const done = [];
  app.state = { selected: 1 };
  app.select = (id) => { app.state.selected = id; };
  app.player.go = (frame) => { app.player.target = frame; };
  app.announce = () => {};
  for (const turn of [1, 2]) {
    jumps.search("lowScore", 1);
    jumps.there(() => done.push([turn, app.player.target, app.state.selected]));
    await jumps.searching;
    await null;
  }
  assert.deepEqual(done, [[1, 90, 3]]);
  assert.deepEqual([said.length, jumps.searching], [3, null]);
});

test("who chose another object while it searched keeps it", async () => {
  const { app, jumps } = standing(5, [() => ((app.state.selected = 7), { frame: 90, track: 3 })]);
  Object.assign(app, { state: { selected: 1 }, announce: () => {}, select: () => assert.fail("chosen") });
  app.player.go = (frame) => { app.player.target = frame; };
  assert.equal(await jumps.lowScore(1), true);
  assert.equal(app.player.target, 90);
});

import assert from "node:assert/strict";
import test from "node:test";

import { load } from "./load.mjs";

const { Actions } = await load("actions.js");
const { run } = await load("run.js");

function make() {
  const player = { exact: false, playing: false, target: 10 };
  const told = [];
  const aliases = new Map();
  const state = { selected: 1, aliases, real: (id) => aliases.get(id) ?? id };
  const app = { player, state, saving: { show() {} }, gestures: { draft: null }, toast: (text) => told.push(text) };
  return { actions: new Actions(app), player, state, told };
}

test("keys pressed before the exact frame is there are done in turn, none is lost", () => {
  const { actions, player } = make();
  const done = [];
  const step = (name) => () => {
    done.push([name, player.target]);
    player.target += 1;
    player.exact = false;
  };
  for (const name of ["first", "second", "third"]) actions.whenExact(step(name));
  assert.equal(actions.open, true);
  for (let n = 0; n < 3; n += 1) {
    player.exact = true;
    actions.onShown();
  }
  assert.deepEqual(done, [["first", 10], ["second", 11], ["third", 12]]);
  assert.equal(actions.open, false);
});

test("what chooses another object keeps its turn, so that each verdict is about the one it was meant for", () => {
  const { actions, player, state, told } = make();
  const done = [];
  const accept = () => done.push(state.selected);
  const next = () => { state.selected += 1; };
  for (let n = 0; n < 3; n += 1) {
    actions.whenExact(accept, state.selected);
    actions.inTurn(next);
  }
  assert.equal(state.selected, 1);
  player.exact = true;
  actions.onShown();
  assert.deepEqual([done, told], [[1, 2, 3], []]);
});

test("what waits is about the object that was selected: with another one it is not done, and this is said", () => {
  const { actions, player, state, told } = make();
  const done = [];
  state.selected = "tmp-1";
  actions.whenExact(() => done.push("class"), "tmp-1");
  state.aliases.set("tmp-1", 5);
  state.selected = 5; // it has its number by now
  player.exact = true;
  actions.onShown();
  player.exact = false;
  actions.whenExact(() => done.push("accept"), 5);
  state.selected = 8;
  player.exact = true;
  actions.onShown();
  assert.deepEqual(done, ["class"]);
  assert.equal(told.length, 1);
});

test("what was asked for on a frame that was left is not done on another, and this is said", () => {
  const { actions, player, told } = make();
  const done = [];
  actions.whenExact(() => done.push("old"));
  player.target = 40;
  actions.whenExact(() => done.push("new"));
  player.exact = true;
  actions.onShown();
  assert.deepEqual(done, ["new"]);
  assert.equal(told.length, 1);
  assert.equal(actions.open, false);
});

test("a class is given to the track it was chosen for, as that was seen, also once it has a number and another is selected", () => {
  const sent = [];
  const rows = new Map([[7, { id: 7, class: 1, revision: 2 }], [8, { id: 8, class: 1, revision: 5 }]]);
  const app = {
    state: { selected: 8, row: (id) => rows.get(id === "tmp-1" ? 7 : id) ?? null, revision: (id) => rows.get(id)?.revision ?? 0 }, classes: new Map([[1, {}], [3, {}]]),
    gestures: { mode: "select" }, saving: { submit: ({ edits }) => sent.push(...edits), revision: (_id, seen) => seen }, refreshHint() {}, paint() {},
  };
  const actions = new Actions(app);
  actions.setClass(3, { id: "tmp-1", revision: 1 });
  actions.setClass(3);
  actions.setClass(1, { id: "tmp-1", revision: 1 });
  actions.setClass(3, { id: null, revision: 0 });
  assert.deepEqual(sent, [{ verb: "class", id: 7, revision: 1, class: 3 }, { verb: "class", id: 8, revision: 5, class: 3 }]);
  assert.equal(app.currentClass, 3);
});

/** One box of frames 0 to 50, selected, on a picture of 200 x 200; what is sent is noted. */
function nudging(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const box = { f: 0, x: 10, y: 20, w: 30, h: 40, occluded: 0, outside: 0, score: null, source: "human", joints: null };
  const track = { id: 7, first: 0, last: 50, keyframes: [box], revision: 2 };
  const app = {
    player: { exact: true, playing: false, target: 3 },
    state: { selected: 7, selectedJoint: -1, track: () => track, revision: () => 2 },
    stage: { picture: { width: 200, height: 200 } }, gestures: { draft: null, busy: false, cancel: () => false }, paint() {},
    saving: { show() {}, revision: (_id, seen) => seen, submit: ({ edits }) => sent.push(...edits) },
    keys: { find: (id) => ({ id, edits: id.startsWith("nudge") }) }, menu: { close() {} }, timeline: { pointer: { cancel: () => false } }, events: { takes: () => false }, jumps: { searching: null }, segments: { current: null },
  };
  app.actions = new Actions(app);
  const places = () => sent.map(({ verb, id, frame, box: [x, y] }) => [verb, id, frame, x, y]);
  return { app, places };
}

test("nudges on two frames are a change of each, also when the keys never rest", (t) => {
  const { app, places } = nudging(t);
  run(app, "nudgeRight");
  run(app, "nudgeRight");
  app.player.target = 9; // a follow took the picture along
  run(app, "nudgeDown");
  assert.deepEqual(places(), [["fix", 7, 3, 12, 20]]);
  t.mock.timers.tick(400);
  assert.deepEqual(places(), [["fix", 7, 3, 12, 20], ["fix", 7, 9, 10, 21]]);
});

test("Escape takes back a nudge that is still open, and nothing else", (t) => {
  const { app, places } = nudging(t);
  run(app, "nudgeRight");
  assert.equal(app.actions.open, true);
  run(app, "escape");
  t.mock.timers.tick(1000);
  assert.deepEqual([places(), app.actions.open, app.state.selected], [[], false, 7]);
});

test("what is decided about an event waits for the exact frame, and is about that event", async (t) => {
  const { Events } = await load("events.js");
  const { app } = nudging(t);
  const done = [];
  Object.assign(app.player, { exact: false });
  Object.assign(app.state, { selected: null, real: (id) => id });
  Object.assign(app, {
    segments: { current: {}, selected: "new", aliases: new Map([["new", 5]]) }, toast() {},
    keys: { find: (id) => ({ id, edits: true }) },
    events: { takes: (id) => Boolean(done.push(id)), whenExact: (act) => Events.prototype.whenExact.call({ app }, act) },
  });
  run(app, "accept");
  assert.deepEqual(done, []);
  Object.assign(app.segments, { selected: 5 });
  app.player.exact = true;
  app.actions.onShown();
  assert.deepEqual(done, ["accept"]);
  app.player.exact = false;
  run(app, "reject");
  app.segments.selected = 6;
  app.player.exact = true;
  app.actions.onShown();
  assert.deepEqual(done, ["accept"]);
});

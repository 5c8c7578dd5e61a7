import assert from "node:assert/strict";
import test from "node:test";

import { load } from "./load.mjs";

const { Actions } = await load("actions.js");

function make() {
  const player = { exact: false, playing: false, target: 10 };
  const app = { player, saving: { show() {} }, gestures: { draft: null } };
  return { actions: new Actions(app), player };
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

test("what was asked for on a frame that was left is not done on another", () => {
  const { actions, player } = make();
  const done = [];
  actions.whenExact(() => done.push("old"));
  player.target = 40;
  actions.whenExact(() => done.push("new"));
  player.exact = true;
  actions.onShown();
  assert.deepEqual(done, ["new"]);
  assert.equal(actions.open, false);
});

test("a class is given to the track it was chosen for, also once that has a number and another is selected", () => {
  const sent = [];
  const rows = new Map([[7, { id: 7, class: 1, revision: 2 }], [8, { id: 8, class: 1, revision: 5 }]]);
  const app = {
    state: { selected: 8, row: (id) => rows.get(id === "tmp-1" ? 7 : id) ?? null }, classes: new Map([[1, {}], [3, {}]]),
    gestures: { mode: "select" }, saving: { submit: ({ edits }) => sent.push(...edits) }, refreshHint() {}, paint() {},
  };
  const actions = new Actions(app);
  actions.setClass(3, "tmp-1");
  actions.setClass(3);
  actions.setClass(1, "tmp-1");
  actions.setClass(3, null);
  assert.deepEqual(sent, [{ verb: "class", id: 7, revision: 2, class: 3 }, { verb: "class", id: 8, revision: 5, class: 3 }]);
  assert.equal(app.currentClass, 3);
});

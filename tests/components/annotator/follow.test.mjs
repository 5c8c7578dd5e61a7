import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";
import { Page } from "./page.mjs";

const { Follow } = await load("follow.js");
const { Saving } = await load("saving.js");
const { State } = await load("state.js");

/** A follow of track 7 by Ana which has come from frame 10 to frame 20, and was seen at revision 3. */
function following(t) {
  globalThis.document = new Page();
  t.after(() => delete globalThis.document);
  const went = [];
  const state = new State();
  state.mergeWhole([{ id: 7, first: 10, last: 10, revision: 3, keyframes: [] }]);
  const player = { playing: false, exact: true, target: 10, go: (frame) => { player.target = frame; went.push(frame); } };
  const app = { options: { person: "Ana", followers: [] }, state, player, gestures: { busy: false }, actions: { open: false }, queue: {} };
  app.saving = new Saving(app);
  const follow = new Follow(app);
  follow.picture.checked = true;
  follow.active = { id: 7, shown: 10, reached: 20, asked: Promise.resolve(), stopping: Promise.resolve() };
  const hears = (revision, person) => {
    const track = { id: 7, first: 10, last: 20, revision, keyframes: [] };
    state.mergeWhole([track]);
    follow.heard({ tracks: [track], changed_by: { 7: person } });
  };
  return { app, follow, went, hears };
}

test("the picture stays under a held button and an open nudge, and goes along again after", (t) => {
  const { app, follow, went } = following(t);
  app.gestures.busy = true;
  follow.showFrame(follow.active, false);
  follow.showFrame(follow.active, true);
  app.gestures.busy = false;
  app.actions.open = true;
  follow.showFrame(follow.active, true);
  assert.deepEqual(went, []);
  app.actions.open = false;
  follow.showFrame(follow.active, false);
  assert.deepEqual(went, [20]);
});

test("what the worker kept counts as seen; what somebody else did to the track meanwhile leads to a conflict", async (t) => {
  const { follow, hears } = following(t);
  hears(4, "Ana");
  const item = (edit) => ({ kind: "edits", edits: [edit] });
  const mine = item({ verb: "fix", id: 7, revision: 3 });
  await follow.ready(mine);
  assert.equal(mine.edits[0].revision, 4);
  hears(5, "Bo");
  const late = item({ verb: "merge", id: 8, revision: 1, other: 7, other_revision: 4 });
  await follow.ready(late);
  assert.deepEqual([late.edits[0].revision, late.edits[0].other_revision], [1, 4]);
});

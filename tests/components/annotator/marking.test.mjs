import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";
import { Page } from "./page.mjs";

const { Marking } = await load("marking.js");
const { Player } = await load("player.js");
const times = Float64Array.from({ length: 100 }, (_none, frame) => 2 + frame / 10);

/** A video of 10 frames per second that plays by its exact frames, and what is marked in it. */
function playing(t) {
  globalThis.document = new Page();
  globalThis.window = new EventTarget();
  t.after(() => {
    delete globalThis.document;
    delete globalThis.window;
  });
  const player = new Player({
    times, proxy: null, changed: () => {}, labels: { isReady: () => true, aim: () => {} },
    loader: { has: () => true, get: (frame) => ({ bitmap: `picture ${frame}` }), aim: () => {} },
  });
  const events = [];
  const told = [];
  const app = {
    player, times, proxy: null, reaction: { seconds: 0 }, toast: (text) => told.push(text), root: { dataset: {} },
    events: { ready: () => true, markName: "jab", keyOf: () => "E", codesOf: () => new Set(["KeyE"]), add: (...span) => events.push(span) },
  };
  const marking = new Marking(app);
  let clock = 0;
  /** Let it play until a frame is shown. */
  const until = (frame) => {
    for (let turn = 0; turn < 500 && (player.shown.frame !== frame || !turn); turn += 1) {
      player.resolve((clock += 50));
      marking.follow();
    }
    assert.equal(player.shown.frame, frame);
  };
  return { player, marking, events, told, until };
}

test("a live mark ends where it is let go, or where playing is stopped", (t) => {
  const { player, marking, events, told, until } = playing(t);
  player.go(40);
  until(40);
  player.play();
  until(45);
  marking.down();
  until(52);
  marking.down();
  marking.down();
  until(60);
  player.pause();
  until(60);
  assert.deepEqual([events, told, marking.busy], [[[45, 52], [52, 60]], [], false]);
});

test("over the end of a loop a live mark goes to that end, never back to where the loop begins", (t) => {
  const { player, marking, events, told, until } = playing(t);
  player.loop = { first: 10, last: 50 };
  until(10);
  player.play();
  until(45);
  marking.down();
  until(12);
  assert.deepEqual([events, marking.busy], [[[45, 50]], false]);
  assert.match(told[0], /ends at frame/);
  marking.down();
  until(15);
  marking.down();
  assert.deepEqual(events[1], [12, 15]);
});

test("going back elsewhere ends a live mark where it had come to", (t) => {
  const { player, marking, events, told, until } = playing(t);
  player.go(40);
  until(40);
  player.play();
  until(45);
  marking.down();
  until(50);
  player.go(5);
  until(5);
  assert.deepEqual([events, told.length, player.playing], [[[45, 50]], 1, false]);
});

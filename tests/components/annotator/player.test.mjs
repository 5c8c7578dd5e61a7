import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Player } = await load("player.js");
const FRAMES = 30;
const times = Float64Array.from({ length: FRAMES }, (_, frame) => 2 + frame / 10);

/** A player whose exact frames are all there, or only those of `loaded`. */
function still(loaded = null) {
  const has = (frame) => loaded === null || loaded.has(frame);
  return new Player({
    times, proxy: null, changed: () => {}, labels: { isReady: () => true, aim: () => {} },
    loader: { has, get: (frame) => ({ bitmap: `picture ${frame}` }), aim: () => {} },
  });
}

let clock = 0;

/** What is shown while playing without a proxy, in ticks of a clock. */
function watch(player, ticks, milliseconds = 50) {
  const seen = [player.shown.frame];
  for (let tick = 0; tick < ticks; tick += 1) {
    player.resolve((clock += milliseconds));
    if (seen.at(-1) !== player.shown.frame) seen.push(player.shown.frame);
  }
  return seen;
}

test("a loop plays its frames round and round, and ends on the exact frame that was seen", () => {
  const player = still();
  player.loop = { first: 4, last: 6 };
  assert.equal(player.target, 4);
  player.resolve(0);
  player.play();
  assert.deepEqual(watch(player, 18), [4, 5, 6, 4, 5, 6, 4, 5]);
  player.pause();
  player.resolve(1000);
  assert.deepEqual([player.target, player.exact], [5, true]);
});

test("the end of the video ends playing; as the end of a loop it leads back", () => {
  const player = still();
  player.go(27);
  player.resolve(0);
  player.play();
  assert.deepEqual(watch(player, 12), [27, 28, 29]);
  assert.ok(!player.playing);
  player.loop = { first: 27, last: 99 };
  player.play();
  assert.deepEqual(watch(player, 11), [29, 27, 28, 29, 27, 28, 29]);
});

test("stepping stays in the loop; going elsewhere ends it", () => {
  const player = still();
  player.loop = { first: 4, last: 6 };
  player.step(10);
  assert.equal(player.target, 6);
  player.step(-1);
  player.step(-10);
  assert.equal(player.target, 4);
  player.go(5);
  assert.deepEqual(player.loop, { first: 4, last: 6 });
  player.go(20);
  assert.equal(player.loop, null);
  player.step(1);
  assert.equal(player.target, 21);
});

test("back at the beginning of a loop nothing else is shown until its frame is there", () => {
  const loaded = new Set([4, 5, 6, 7, 8]);
  const player = still(loaded);
  player.loop = { first: 4, last: 8 };
  player.resolve(0);
  player.play();
  assert.deepEqual(watch(player, 9), [4, 5, 6, 7, 8]);
  loaded.delete(4);
  assert.deepEqual(watch(player, 6, 100), [8]);
  loaded.add(4);
  assert.deepEqual(watch(player, 4, 100), [8, 4, 5, 6, 7]);
});

/** A proxy that says what it is told to play; `picture` is what the film shows. */
class Film {
  played = [];
  play(frame, speed, onFrame, onEnd, onFailure) {
    this.played.push(frame);
    Object.assign(this, { onFrame, onEnd, onFailure });
  }
  pause() {}
  seek() {}
  setSpeed() {}
}

test("with the film, a loop goes back after its last frame", () => {
  const player = still();
  player.proxy = new Film();
  player.loop = { first: 4, last: 6 };
  player.step(1);
  player.play();
  for (const frame of [5, 6, 7]) player.proxy.onFrame(frame);
  assert.deepEqual([player.proxy.played, player.latest], [[5, 4], 6]);
  player.proxy.onFrame(4);
  player.pause();
  player.resolve(0);
  assert.deepEqual([player.shown.frame, player.exact], [4, true]);
  player.loop = { first: 20, last: FRAMES - 1 };
  player.play();
  player.proxy.onFrame(FRAMES - 1);
  player.proxy.onEnd();
  assert.deepEqual(player.proxy.played, [5, 4, 20, 20]);
  assert.ok(player.playing);
});

test("pulled along, the playhead shows what the film comes to and decodes only where it rests", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  const proxy = { frame: -1, wanted: -1, element: "film", seek: (frame) => (proxy.wanted = frame) };
  const ready = new Set();
  const player = new Player({
    times, proxy, changed: () => {}, labels: { isReady: (frame) => ready.has(frame), aim: () => {} },
    loader: { has: () => false, aim: (frame) => asked.push(frame) },
  });
  for (const frame of [5, 12, 20]) player.go(frame);
  assert.deepEqual(asked, [5]);
  player.resolve(0);
  assert.equal(player.shown.frame, -1);
  proxy.frame = 12; // on the way to 20
  player.resolve(0);
  assert.deepEqual([player.shown.frame, player.shown.kind, player.exact], [12, "preview", false]);
  t.mock.timers.tick(200);
  assert.deepEqual(asked, [5, 20]);
  proxy.frame = 20;
  player.resolve(0);
  assert.deepEqual([player.shown.frame, player.shown.kind, player.exact], [20, "preview", false]);
  // Where the film was left long ago is no place on the way.
  player.travelling = true;
  player.aim(21);
  player.travelling = false;
  player.resolve(0);
  assert.equal(player.shown.frame, 20);
});

test("the end of the film is the last frame, also when its picture was left out; a film that does not play ends where it is", () => {
  const player = still();
  player.proxy = new Film();
  player.play();
  player.proxy.onFrame(22);
  player.proxy.onEnd();
  player.resolve(0);
  assert.deepEqual([player.playing, player.shown.frame, player.exact], [false, FRAMES - 1, true]);
  player.loop = { first: 4, last: 9 };
  player.go(5);
  player.play();
  player.proxy.onFailure();
  assert.deepEqual([player.playing, player.target], [false, 5]);
});

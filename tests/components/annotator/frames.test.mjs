import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { FrameCache, FrameLoader, wanted } = await load("frames.js");
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test("wants the target first, then onward more than back, inside the video", () => {
  assert.deepEqual(wanted(10, 1, 100, 3, 1), [10, 11, 9, 12, 13]);
  assert.deepEqual(wanted(10, -1, 100, 2, 1), [10, 9, 11, 8]);
  assert.deepEqual(wanted(0, -1, 100, 3, 1), [0, 1]);
  assert.deepEqual(wanted(99, 1, 100, 3, 1), [99, 98]);
});

test("keeps within bytes and count; what lies behind goes first; pictures are released", () => {
  const closed = [];
  const cache = new FrameCache({ bytes: 50, count: 100, least: 1 });
  const entry = (frame) => ({ bytes: 10, bitmap: { close: () => closed.push(frame) } });
  for (const frame of [10, 11, 12, 13, 8]) cache.set(frame, entry(frame), 10, 1);
  cache.set(14, entry(14), 10, 1);
  assert.deepEqual([...cache.entries.keys()], [10, 11, 12, 13, 14]);
  assert.equal(cache.used, 50);
  assert.deepEqual(closed, [8]);
  cache.clear();
  assert.equal(cache.used, 0);
});

test("the picture on the screen is never released, however far away the target is", () => {
  const closed = [];
  const cache = new FrameCache({ bytes: 50, count: 100, least: 1, shown: () => 10 });
  const entry = (frame) => ({ bytes: 10, bitmap: { close: () => closed.push(frame) } });
  for (const frame of [10, 11, 12, 13, 14]) cache.set(frame, entry(frame), 10, 1);
  for (const frame of [900, 901, 902, 903, 904]) cache.set(frame, entry(frame), 900, 1);
  assert.deepEqual([...cache.entries.keys()], [10, 900, 901, 902, 903]);
  assert.deepEqual(closed.sort((a, b) => a - b), [11, 12, 13, 14, 904]);
  assert.equal(cache.used, 50);
});

test("a huge picture still leaves a few frames in memory", () => {
  const cache = new FrameCache({ bytes: 10, least: 6 });
  assert.equal(cache.room(33_000_000), 6);
});

function loaderWith(load) {
  const arrived = [];
  const waits = [];
  const loader = new FrameLoader({
    frames: 1000, frameBytes: 4 * 1280 * 720, load, arrived: (frame) => arrived.push(frame), failed: () => {}, parallel: 3, wait: (act) => waits.push(act),
  });
  return { loader, arrived, waits };
}

test("loads a few at a time, the target first, and fills up the neighbours", async () => {
  let flying = 0;
  let most = 0;
  const asked = [];
  const { loader, arrived } = loaderWith(async (frame) => {
    asked.push(frame);
    most = Math.max(most, (flying += 1));
    await settle();
    flying -= 1;
    return { bytes: 1, bitmap: null };
  });
  loader.aim(50, 1);
  for (let n = 0; n < 40; n += 1) await settle();
  assert.equal(asked[0], 50);
  assert.ok(most <= 4);
  assert.ok(arrived.includes(50 + loader.ahead) && arrived.includes(50 - loader.behind));
  loader.close();
});

test("a far seek gives up what is no longer wanted; a held key does not", () => {
  const signals = new Map();
  const { loader } = loaderWith((frame, signal) => { signals.set(frame, signal); return new Promise(() => {}); });
  loader.aim(50, 1);
  loader.aim(55, 1);
  assert.ok([...signals.values()].every((signal) => !signal.aborted));
  loader.aim(900, 1);
  assert.ok(signals.get(50).aborted);
  assert.ok(signals.has(900));
  loader.close();
});

test("when the server is away it pauses and then loads what is wanted by then", async () => {
  let away = true;
  const { loader, arrived, waits } = loaderWith(async () => {
    if (away) throw Object.assign(new Error(), { kind: "network" });
    return { bytes: 1, bitmap: null };
  });
  loader.aim(50, 1);
  await settle();
  assert.equal(waits.length, 1);
  away = false;
  loader.aim(60, 1);
  waits[0]();
  for (let n = 0; n < 5; n += 1) await settle();
  assert.ok(arrived.includes(60));
  loader.close();
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Proxy } = await load("proxy.js");
const times = Float64Array.from({ length: 100 }, (_none, frame) => frame / 25);

/** A <video>: `paint` is the browser painting the picture of a frame. */
class Film extends EventTarget {
  seeking = false;
  waiting = null;
  set currentTime(_time) {
    this.seeking = true;
  }
  requestVideoFrameCallback(act) {
    this.waiting = act;
  }
  async play() {}
  paint(frame) {
    this.waiting(0, { mediaTime: times[frame] });
  }
}

test("playing tells no picture from before the jump to where it begins", (t) => {
  const film = new Film();
  t.after(() => delete globalThis.document);
  globalThis.document = { createElement: () => film };
  const proxy = new Proxy({ address: "proxy.mp4", times, arrived: () => {} });
  const told = [];
  proxy.play(10, 1, (frame) => told.push(frame), () => {});
  film.paint(45);
  film.seeking = false;
  for (const frame of [10, 11]) film.paint(frame);
  assert.deepEqual(told, [10, 11]);
});

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

test("the frame told is that of the picture in hand, also when the film has gone on", (t) => {
  const film = new Film();
  t.after(() => {
    delete globalThis.document;
    delete globalThis.VideoFrame;
  });
  const open = new Set();
  globalThis.document = { createElement: () => film };
  globalThis.VideoFrame = class {
    constructor({ shows }) {
      this.timestamp = times[shows] * 1e6;
      open.add(this);
    }
    close() {
      open.delete(this);
    }
  };
  const proxy = new Proxy({ address: "proxy.mp4", times, arrived: () => {} });
  const told = [];
  proxy.play(10, 4, (frame) => told.push([frame, proxy.source.timestamp / 1e6]), () => {});
  film.seeking = false;
  for (const frame of [10, 14, 18, 22]) {
    film.shows = frame + 2;
    film.paint(frame);
  }
  assert.deepEqual(told, [12, 16, 20, 24].map((frame) => [frame, times[frame]]));
  assert.equal(open.size, 2, "the picture that is drawn, and the one before it");
});

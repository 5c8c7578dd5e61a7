import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Proxy } = await load("proxy.js");
const { Player } = await load("player.js");
const { PlayingCopy } = await load("playing_copy.js");
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
  plays = [];
  loads = 0;
  async play() {
    return new Promise((_resolve, refuse) => this.plays.push(refuse));
  }
  pause() {}
  load() {
    this.loads += 1;
    this.error = null;
  }
  /** The connection breaks (2), or what came cannot be read (4). */
  fail(code) {
    this.error = { code };
    this.dispatchEvent(new Event("error"));
  }
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

/** A player of which the exact frames are there, its film, and the note beside the buttons. */
function desk(t) {
  const film = new Film();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => delete globalThis.document);
  globalThis.document = { createElement: () => film };
  const labels = { isReady: () => true, aim: () => {} };
  const loader = { has: () => true, get: (frame) => ({ bitmap: `picture ${frame}` }), aim: () => {} };
  const app = {
    film, times, asked: 0, info: { proxy: "ready" }, options: { video: 1 }, paint() {}, transport: { showNote: (text) => { app.note = text; } },
    api: { proxyAddress: () => "proxy.mp4", video: async () => { app.asked += 1; return { proxy: "ready" }; } },
    player: new Player({ times, loader, labels, proxy: null, changed: () => {} }),
  };
  app.copy = new PlayingCopy(app);
  app.copy.take();
  app.playTo = (frame) => {
    app.player.play();
    film.seeking = false;
    for (let one = app.player.target; one <= frame; one += 1) film.paint(one);
  };
  return app;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a pause, or a jump, before the film began to play starts it no second time", async (t) => {
  const { film, player } = desk(t);
  player.play();
  player.pause();
  film.plays[0](new Error("AbortError"));
  await settled();
  assert.equal(film.plays.length, 1);
  player.loop = { first: 10, last: 20 };
  player.play();
  player.rewind();
  film.plays[1](new Error("AbortError"));
  await settled();
  assert.deepEqual([film.plays.length, player.playing, film.muted], [3, true, false]);
});

test("sound that is refused is left out, and a film that does not play at all pauses", async (t) => {
  const { film, player } = desk(t);
  player.play();
  film.plays[0](new Error("NotAllowedError"));
  await settled();
  assert.deepEqual([film.plays.length, film.muted, player.playing], [2, true, true]);
  film.plays[1](new Error("NotSupportedError"));
  await settled();
  assert.equal(player.playing, false);
});

test("a film that is cut off pauses on the frame that was seen, plays frame by frame, and is loaded again by itself", async (t) => {
  const app = desk(t);
  const { film, player } = app;
  player.go(10);
  app.playTo(14);
  film.fail(2);
  assert.deepEqual([player.playing, player.target, film.loads], [false, 14, 0]);
  assert.match(app.note, /^Playing frame by frame/);
  player.play();
  assert.equal(player.byProxy, false);
  player.pause();
  t.mock.timers.tick(8000);
  await settled();
  assert.deepEqual([app.asked, film.loads, app.note], [1, 1, ""]);
  app.playTo(16);
  assert.deepEqual([player.byProxy, player.target], [true, 16]);
});

test("a film that could not be loaded is taken again when the server is back, and only then", async (t) => {
  const app = desk(t);
  const { film, player } = app;
  app.copy.serverIsBack();
  player.proxy.seek(30);
  film.fail(4);
  t.mock.timers.tick(60000);
  await settled();
  assert.deepEqual([app.asked, film.loads], [0, 0]);
  app.copy.serverIsBack();
  await settled();
  assert.deepEqual([app.asked, film.loads, app.note], [1, 1, ""]);
  film.seeking = false;
  player.proxy.seek(40);
  assert.ok(film.seeking, "a seek that never ended holds up no later one");
});

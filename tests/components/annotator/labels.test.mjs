import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { apply, added } = await load("edits.js");
const { State, CHUNK } = await load("state.js");
const { Labels } = await load("labels.js");
const { frameAtProxyTime, frameAtTime, middleOfFrame, clockText, parsePlace } = await load("clock.js");
const { filtered } = await load("list.js");
const { slice } = await load("virtual_rows.js");
const { position } = await load("interpolation.js");

const keyframe = (f, x) => ({ f, x, y: 0, w: 10, h: 10, occluded: 0, outside: 0, score: 0.5, source: "model", joints: null });
const track = (more) => ({ id: 1, class: 1, state: "suggested", score: 0.5, first: 0, last: 20, run: 7, revision: 3, keyframes: [keyframe(0, 0), keyframe(20, 200)], partial: [], ...more });
const at = (one, frame) => position(one.keyframes, frame, one.first, one.last);

test("deleting on one frame leaves every other frame where it was", () => {
  for (const gone of [0, 1, 7, 19, 20]) {
    const after = apply(track(), { verb: "delete", scope: "frame", frame: gone });
    for (let frame = 0; frame <= 20; frame += 1) {
      const [before, now] = [at(track(), frame), at(after, frame)];
      if (frame === gone) assert.equal(now, null, `${gone}`);
      else assert.ok(Math.abs(now.x - before.x) < 1e-9, `${gone}: ${frame}`);
    }
  }
});

test("trimming or extending a track moves it on no frame that stays", () => {
  const gap = track({ last: 30, keyframes: [keyframe(0, 0), keyframe(8, 50), { ...keyframe(12, 70), outside: 1 }, keyframe(16, 90), keyframe(20, 200)] });
  for (const before of [track(), gap]) {
    for (let first = 0; first <= 25; first += 1) {
      for (let last = first; last <= 40; last += 3) {
        const after = apply(before, { verb: "span", first, last });
        if (after === before) {
          for (let frame = first; frame <= last; frame += 1) assert.equal(at(before, frame), null);
          continue;
        }
        for (let frame = 0; frame <= 45; frame += 1) {
          const [was, now] = [at(before, frame), at(after, frame)];
          if (frame < first || frame > last) assert.equal(now, null, `${first}-${last}: ${frame}`);
          else if (frame <= before.last) assert.equal(now?.x?.toFixed(6), was?.x?.toFixed(6), `${first}-${last}: ${frame}`);
          else assert.ok(now, `${first}-${last}: ${frame}`);
        }
      }
    }
  }
  const earlier = apply(track({ first: 10, keyframes: [keyframe(10, 40), keyframe(20, 200)] }), { verb: "span", first: 4 });
  assert.deepEqual([earlier.first, earlier.last, at(earlier, 4).x, at(earlier, 10).x, at(earlier, 20).x], [4, 20, 40, 40, 200]);
});

test("a moved keyframe takes its place along, and the end of the track when it stands there", () => {
  const middle = track({ keyframes: [keyframe(0, 0), keyframe(10, 90), keyframe(20, 200)] });
  const moved = apply(middle, { verb: "move", frame: 10, to: 14 });
  assert.deepEqual(moved.keyframes.map((one) => [one.f, one.x, one.source]), [[0, 0, "model"], [14, 90, "human"], [20, 200, "model"]]);
  assert.deepEqual([moved.first, moved.last, moved.state], [0, 20, "fixed"]);
  assert.equal(apply(middle, { verb: "move", frame: 20, to: 17 }).last, 17);
  assert.equal(apply(middle, { verb: "move", frame: 0, to: 3 }).first, 3);
  assert.equal(apply(middle, { verb: "move", frame: 5, to: 3 }), middle);
});

test("a fix puts a human keyframe and marks a suggestion as fixed; a manual track stays manual", () => {
  const fixed = apply(track(), { verb: "fix", frame: 10, box: [1, 2, 3, 4] });
  assert.equal(fixed.state, "fixed");
  assert.deepEqual(fixed.keyframes.map((one) => [one.f, one.source]), [[0, "model"], [10, "human"], [20, "model"]]);
  assert.equal(apply(track({ run: null, state: "manual" }), { verb: "fix", frame: 10, box: [1, 2, 3, 4] }).state, "manual");
  assert.equal(apply(track(), { verb: "skip" }).state, "suggested");
});

test("edits change nothing in the track they are given", () => {
  const before = track();
  const copy = structuredClone(before);
  for (const edit of [{ verb: "fix", frame: 5, box: [0, 0, 1, 1] }, { verb: "accept" }, { verb: "delete", scope: "frame", frame: 3 }, { verb: "unset", frame: 0 }]) apply(before, edit);
  assert.deepEqual(before, copy);
});

test("what is shown is the server's word with waiting edits on top, and falls back when one is refused", () => {
  const state = new State();
  state.setObjects([{ id: 1, class: 1, state: "suggested", first: 0, last: 20, keyframes: 2, revision: 3 }]);
  state.setChunk(0, [track()]);
  const items = [
    { kind: "edits", edits: [{ verb: "accept", id: 1, revision: 3 }] },
    { kind: "edits", edits: [{ verb: "add", client: "tmp-1", class: 2, frame: 4, box: [0, 0, 5, 5] }] },
  ];
  state.setPending(items);
  assert.deepEqual(state.at(4).map((one) => [one.track.id, one.track.state]), [[1, "accepted"], ["tmp-1", "manual"]]);
  assert.equal(state.rows().length, 2);
  state.setPending([]);
  assert.deepEqual(state.at(4).map((one) => [one.track.id, one.track.state]), [[1, "suggested"]]);
  assert.equal(state.rows().length, 1);
});

test("chunks join the keyframes of one revision; a newer revision lets go of the older chunks", () => {
  const state = new State();
  const long = { last: 3 * CHUNK };
  state.setChunk(0, [track({ ...long, keyframes: [keyframe(0, 0), keyframe(CHUNK, 10)] })]);
  state.setChunk(CHUNK, [track({ ...long, keyframes: [keyframe(CHUNK, 10), keyframe(2 * CHUNK, 30)] })]);
  assert.deepEqual(state.track(1).keyframes.map((one) => one.f), [0, CHUNK, 2 * CHUNK]);
  state.setChunk(CHUNK, [track({ ...long, revision: 4, keyframes: [keyframe(CHUNK, 99)] })]);
  assert.ok(!state.isReady(0) && state.isReady(CHUNK));
  state.mergeWhole([track({ ...long, revision: 3 })]);
  assert.equal(state.track(1).revision, 4);
});

test("an old answer never replaces a newer one, and a deleted track is gone", () => {
  const state = new State();
  state.mergeWhole([track({ revision: 5, state: "accepted" })]);
  state.mergeWhole([track({ revision: 4 })]);
  assert.equal(state.track(1).state, "accepted");
  state.mergeWhole([track({ revision: 6, deleted: true })]);
  assert.equal(state.track(1), null);
  assert.equal(state.rows().length, 0);
});

test("memory stays bounded while one walks through a long video", () => {
  const state = new State();
  for (let n = 0; n < 100; n += 1) {
    state.setChunk(n * CHUNK, [track({ id: n, first: n * CHUNK, last: n * CHUNK + 5 })]);
    assert.equal(state.at(n * CHUNK).length, 1);
    state.keepNear(n * CHUNK);
  }
  assert.deepEqual([state.chunks.size, state.base.size], [12, 12]);
});

test("a new track keeps its client id until the server names it", () => {
  const state = new State();
  state.selected = "tmp-1";
  state.rename({ "tmp-1": 42 });
  assert.equal(state.selected, 42);
  assert.equal(added({ client: "x", class: 1, frame: 3, box: [0, 0, 1, 1], last: 9 }, "Kim").last, 9);
});

test("frames and times agree at constant and variable rate", () => {
  const times = Float64Array.from([5, 5.04, 5.05, 5.2, 5.21]);
  for (let frame = 0; frame < times.length; frame += 1) {
    assert.equal(frameAtProxyTime(times, times[frame] - 5 + 0.001), frame);
    assert.equal(frameAtTime(times, middleOfFrame(times, frame) + 5), frame);
  }
  assert.equal(frameAtTime(times, 0), 0);
});

test("go-to takes a frame or a time", () => {
  const times = Float64Array.from({ length: 300 }, (_value, frame) => 2 + frame / 30);
  assert.equal(parsePlace("148", times), 148);
  assert.equal(parsePlace("9999", times), 299);
  assert.equal(parsePlace("0:04.5", times), 135);
  assert.equal(parsePlace("4.5s", times), 135);
  assert.equal(parsePlace("nonsense", times), null);
  assert.equal(parsePlace("", times), null);
  assert.equal(clockText(4.9333), "00:04.933");
  assert.equal(clockText(3661.5), "1:01:01.500");
});

test("the list filters, puts the frame's tracks first and draws only what is in sight", () => {
  const rows = Array.from({ length: 10_000 }, (_value, id) => ({ id, first: id, last: id + 10, state: id % 2 ? "suggested" : "accepted", class: 1 }));
  const all = { state: "", classId: null, text: "", onFrame: false, frame: 500, label: (row) => `person ${row.id}` };
  const ordered = filtered(rows, all);
  assert.equal(ordered.length, 10_000);
  assert.deepEqual(ordered.slice(0, 11).map((row) => row.id), [490, 491, 492, 493, 494, 495, 496, 497, 498, 499, 500]);
  assert.equal(filtered(rows, { ...all, onFrame: true, state: "suggested" }).length, 5);
  assert.deepEqual(filtered(rows, { ...all, text: "person 77" }).slice(0, 2).map((row) => row.id), [77, 770]);
  assert.deepEqual(slice(10_000, 42 * 100, 420, 42, 4), { first: 96, last: 113 });
  assert.deepEqual(slice(3, 0, 420, 42, 4), { first: 0, last: 2 });
});

test("a hand that runs over the video asks for the labels of where it rests, not of all it passed", async (t) => {
  t.after(() => delete globalThis.document);
  globalThis.document = { addEventListener: () => {}, removeEventListener: () => {} };
  const asked = [];
  const answers = [];
  const api = { tracks: (_video, first) => new Promise((done) => { asked.push(first / CHUNK); answers.push(() => done({ tracks: [] })); }) };
  const nothing = () => {};
  const labels = new Labels({ api, video: 1, frames: 100 * CHUNK, state: new State(), arrived: nothing, failed: nothing, recovered: nothing });
  for (const chunk of [3, 20, 41, 60, 80]) labels.aim(chunk * CHUNK + 7, 1);
  assert.deepEqual(asked, [3]);
  for (let turn = 0; turn < 5; turn += 1) {
    answers.shift()?.();
    await new Promise((done) => setTimeout(done));
  }
  assert.deepEqual(asked, [3, 80, 81]);
  labels.close();
});

test("labels that cannot be read keep no others waiting, and are asked for again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => delete globalThis.document);
  globalThis.document = { addEventListener: () => {}, removeEventListener: () => {} };
  const asked = [];
  const api = {
    tracks: async (_video, first) => {
      asked.push(first / CHUNK);
      if (asked.length === 1) throw new Error("no answer");
      return { tracks: [] };
    },
  };
  const nothing = () => {};
  const labels = new Labels({ api, video: 1, frames: 100 * CHUNK, state: new State(), arrived: nothing, failed: nothing, recovered: nothing });
  const settled = () => new Promise((done) => setImmediate(done));
  labels.aim(3 * CHUNK, 1);
  labels.aim(50 * CHUNK, 1);
  await settled();
  assert.deepEqual(asked, [3, 50, 51]);
  labels.aim(3 * CHUNK, 1);
  await settled();
  assert.deepEqual(asked, [3, 50, 51, 3, 4]); // the server answers again: nothing rests any more
  labels.close();
});

/** Labels whose questions about tracks are answered by hand; `answers` holds what to answer with. */
function asking(t, state) {
  globalThis.document = { addEventListener: () => {}, removeEventListener: () => {} };
  const answers = [];
  const nothing = () => {};
  const api = { tracks: () => new Promise((done) => answers.push((tracks) => done({ tracks }))) };
  const labels = new Labels({ api, video: 1, frames: CHUNK, state, arrived: nothing, failed: nothing, recovered: nothing });
  t.after(() => {
    labels.close();
    delete globalThis.document;
  });
  return { labels, answers };
}

test("an answer that was read before a track was deleted does not bring it back; one that was asked for later does", async (t) => {
  const state = new State();
  state.setObjects([track(), track({ id: 2 })].map(({ keyframes, ...row }) => row));
  const { labels, answers } = asking(t, state);
  labels.aim(5, 1);
  const whole = labels.loadWhole(1);
  state.mergeWhole([], [1]);
  for (const answer of answers.splice(0)) answer([track(), track({ id: 2 })]);
  await whole;
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(state.at(5).map((one) => one.track.id), [2]);
  assert.deepEqual(state.rows().map((row) => row.id), [2]);
  // Its deletion was undone, and the chunk is asked for anew.
  state.setObjects([track({ revision: 5 })]);
  state.chunks.clear();
  labels.aim(5, 1);
  answers.shift()([track({ revision: 5 })]);
  await new Promise((done) => setImmediate(done));
  assert.ok(state.at(5).some((one) => one.track.id === 1));
});

test("whole tracks far away are forgotten; the selected one, what waits and what lies near are not, and none is missing where one looks", () => {
  const state = new State();
  state.setChunk(0, [track({ id: 1 })]);
  const far = Array.from({ length: 900 }, (_none, n) => track({ id: 100 + n, first: 5000, last: 5009, keyframes: [keyframe(5000, n)] }));
  state.mergeWhole([...far, track({ id: 2, first: 10, last: 12, keyframes: [keyframe(10, 5)] })]);
  state.selected = 100;
  state.setPending([{ kind: "edits", edits: [{ verb: "accept", id: 101, revision: 3 }] }]);
  state.keepNear(5);
  assert.deepEqual([...state.base.keys()].sort((a, b) => a - b), [1, 2, 100, 101]);
  assert.deepEqual([...state.whole].sort((a, b) => a - b), [2, 100, 101]);
  assert.deepEqual(state.at(11).map((one) => one.track.id), [1, 2]);
  assert.equal(state.rows().length, 901);
  // Loaded where they lie, they are there again; a newer one moved away stays away.
  state.mergeWhole([track({ id: 2, revision: 4, first: 5000, last: 5001, keyframes: [keyframe(5000, 5)] })]);
  assert.deepEqual(state.at(11).map((one) => one.track.id), [1]);
  state.setChunk(39 * CHUNK, far);
  assert.equal(state.at(5000).length, 901);
});

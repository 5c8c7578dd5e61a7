import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { EditQueue } = await load("queue.js");
const { MemoryStorage } = await load("storage.js");
const { Saving } = await load("saving.js");
const { Segments } = await load("segments.js");
const { State } = await load("state.js");
const { apply, inOrder, neighbour } = await load("segment_edits.js");
const { seenAt } = await load("marking.js");
const { isAnswer, median } = await load("reaction.js");
const { added, apply: applyToTrack } = await load("edits.js");

const segment = (more) => ({
  id: 1, kind: "event", class: 5, track: null, first: 10, last: 20, text: "", language: "", score: null, run: null,
  model: null, person: "Kim", state: "manual", attributes: {}, revision: 1, ...more,
});
const mapOf = (...all) => new Map(all.map((one) => [one.id, one]));
const after = (edit, ...all) => [...apply(mapOf(...all), edit, "Kim").values()];
const spans = (all) => inOrder(all).map((one) => [one.first, one.last]);

test("each edit gives what the server will give", () => {
  assert.deepEqual(after({ verb: "span", id: 1, last: 30 }, segment())[0], segment({ last: 30 }));
  assert.deepEqual(after({ verb: "class", id: 1, class: 6 }, segment())[0], segment({ class: 6 }));
  assert.deepEqual(after({ verb: "text", id: 1, text: "한 방" }, segment({ kind: "caption", language: "ko" }))[0], segment({ kind: "caption", language: "ko", text: "한 방" }));
  const noted = after({ verb: "note", id: 1, text: " low " }, segment({ attributes: { side: "left" } }))[0];
  assert.deepEqual(noted.attributes, { side: "left", note: "low" });
  assert.deepEqual(after({ verb: "note", id: 1, text: "" }, noted)[0].attributes, { side: "left" });
  assert.equal(after({ verb: "accept", id: 1 }, segment())[0].state, "accepted");
  assert.equal(after({ verb: "skip", id: 1 }, segment())[0].state, "manual");
  assert.equal(after({ verb: "span", id: 1, first: 5 }, segment({ run: 3, state: "suggested" }))[0].state, "fixed");
  assert.deepEqual(after({ verb: "bind", id: 1, track: 7 }, segment())[0], segment({ track: 7 }));
  assert.equal(after({ verb: "add", client: "new", type: "event", class: 5, track: 7, first: 1, last: 2 })[0].track, 7);
  assert.equal(after({ verb: "merge", id: 1, other: 2 }, segment(), segment({ id: 2, track: 7 }))[0].track, 7);
  assert.deepEqual(after({ verb: "delete", id: 1 }, segment()), []);
  assert.deepEqual(after({ verb: "accept", id: 9 }, segment()), [segment()]);
});

test("a split is two that touch, merging them gives the whole, and nothing given is changed", () => {
  const before = segment();
  const parts = apply(mapOf(before), { verb: "split", id: 1, client: "s", frame: 15 });
  assert.deepEqual(spans(parts.values()), [[10, 14], [15, 20]]);
  assert.deepEqual(before, segment());
  assert.deepEqual(spans(apply(new Map(parts), { verb: "merge", id: "s", other: 1 }).values()), [[10, 20]]);
  for (const frame of [10, 21]) assert.deepEqual(spans(after({ verb: "split", id: 1, client: "s", frame }, before)), [[10, 20]]);
  const captions = [segment({ kind: "caption", class: null, text: "둘" }), segment({ id: 2, kind: "caption", class: null, first: 1, last: 3, text: "하나" })];
  const [merged] = after({ verb: "merge", id: 1, other: 2 }, ...captions);
  assert.deepEqual([merged.first, merged.last, merged.text], [1, 20, "하나\n둘"]);
});

test("merged or moved, events keep what the server keeps", { skip: !process.env.DATAGUARD_MERGES }, () => {
  const cases = JSON.parse(readFileSync(process.env.DATAGUARD_MERGES, "utf8"));
  assert.equal(cases.length, 200);
  for (const { kept, other, edit, merged, moved } of cases) {
    const copy = structuredClone([kept, other]);
    assert.deepEqual(after({ verb: "merge", id: 1, other: 2 }, kept, other), [merged], JSON.stringify({ kept, other }));
    assert.deepEqual(after(edit, kept), [moved], JSON.stringify({ kept, edit }));
    assert.deepEqual([kept, other], copy);
  }
});

test("the neighbour to merge with is the nearest of the same class, the later one of two as near", () => {
  const all = [segment(), segment({ id: 2, first: 22, last: 25 }), segment({ id: 3, first: 1, last: 8 }), segment({ id: 4, first: 20, last: 21, class: 6 })];
  assert.equal(neighbour(all, all[0]).id, 2);
  assert.equal(neighbour(all, all[3]), null);
  assert.equal(neighbour(all.slice(0, 1), all[0]), null);
});

test("a live mark goes back by the reaction time through the frame times, also where they are uneven", () => {
  const times = new Float64Array([5, 5.04, 5.08, 5.5, 5.54, 5.58]);
  assert.equal(seenAt(times, 5.56, 0), 4);
  assert.equal(seenAt(times, 5.56, 0.1), 2);
  assert.equal(seenAt(times, 5.1, 0.25), 0);
  assert.equal(median([300, 200, 250]), 250);
  assert.equal(median([200, 300]), 250);
  assert.deepEqual([79, 80, 1500, 1501, -1].map(isAnswer), [false, true, true, false, false]);
});

/** A server of tracks and segments with the same numbers, which refuses what is stale. */
class Server {
  constructor() {
    Object.assign(this, { segments: mapOf(segment(), segment({ id: 2, first: 40, last: 50 })), next: 3, stale: 0, away: 0 });
    this.tracks = new Map([1, 2].map((id) => [id, { ...added({ client: id, class: 1, frame: 0, last: 50, box: [0, 0, 9, 9] }, "Kim"), revision: 7 }]));
  }

  send = async (item) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (this.away > 0) {
      this.away -= 1;
      throw Object.assign(new Error(), { kind: "network" });
    }
    const created = {};
    const touched = { segments: new Set(), tracks: new Set() };
    for (const edit of item.edits) (edit.kind === "segment" ? this.segment(edit, created, touched.segments) : this.track(edit, touched.tracks));
    const [segments, tracks] = ["segments", "tracks"].map((kind) => [...touched[kind]].map((id) => this[kind].get(id)).filter(Boolean));
    const gone_segments = [...touched.segments].filter((id) => !this.segments.has(id));
    return structuredClone({ segments, gone_segments, tracks, gone: [], created });
  };

  track(edit, touched) {
    this.check(this.tracks.get(edit.id), edit.revision);
    this.tracks.set(edit.id, { ...applyToTrack(this.tracks.get(edit.id), edit), revision: this.tracks.get(edit.id).revision + 1 });
    touched.add(edit.id);
  }

  segment(edit, created, touched) {
    const made = ["add", "split"].includes(edit.verb) ? (created[edit.client] = this.next++) : null;
    if (edit.id != null) this.check(this.segments.get(edit.id), edit.revision, touched.has(edit.id));
    if (edit.other != null) this.check(this.segments.get(edit.other), edit.other_revision, touched.has(edit.other));
    apply(this.segments, { ...edit, client: made }, "Kim");
    for (const id of [edit.id, edit.other, made]) {
      const now = this.segments.get(id);
      if (now) this.segments.set(id, { ...now, revision: now.revision + 1 });
      if (id != null) touched.add(id);
    }
  }

  check(label, revision, again) {
    if (label && (again || label.revision === revision)) return;
    this.stale += 1;
    throw Object.assign(new Error(), { kind: "stale", current: label ? [label] : [] });
  }
}

test("edits of segments and tracks with one number are sent in order, survive an absence and end as the server has them", async () => {
  const server = new Server();
  let ids = 0;
  const queue = new EditQueue({ storage: new MemoryStorage(), send: server.send, newId: () => `b${(ids += 1)}`, wait: (act) => setTimeout(act, 1) });
  const state = new State();
  const nothing = () => {};
  const app = {
    state, queue, options: { video: 1, workspace: "own", person: "Kim" }, gestures: { rename: nothing }, actions: { open: false }, probe: { submitted: nothing, saved: nothing },
    header: { showSaving: () => queue.state, showCounts: nothing }, root: { dataset: {} }, report: { later: nothing }, toast: nothing, select: nothing, announce: nothing, follow: { ready: () => null },
    labelsChanged: nothing, events: { refreshLater: nothing, renamed: nothing, reveal: nothing, describe: nothing }, player: { target: 0 },
  };
  const segments = (app.segments = new Segments(app));
  app.saving = new Saving(app);
  queue.hooks = app.saving.hooks();
  state.mergeWhole(structuredClone([...server.tracks.values()]));
  segments.merge(structuredClone([...server.segments.values()]));

  server.away = 3;
  segments.move(segments.get(1), 12, 30);
  app.saving.submit({ kind: "edits", edits: [{ verb: "class", id: 1, revision: 7, class: 3 }] });
  segments.split(segments.get(1), 20);
  const first = segments.selected;
  assert.equal(typeof first, "string");
  segments.edit({ verb: "note", ...segments.about(segments.current), text: "late" });
  app.saving.submit({ kind: "edits", edits: [{ verb: "class", id: 2, revision: 7, class: 4 }] });
  segments.add({ type: "event", class: 5, first: 60, last: 61 });
  segments.edit({ verb: "merge", ...segments.about(segments.get(2)), other: segments.selected, other_revision: 0 });
  assert.deepEqual(spans(segments.list()), [[12, 19], [20, 30], [40, 61]]);
  assert.equal(state.track(1).class, 3);
  for (let n = 0; n < 500 && queue.count; n += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual([queue.state, server.stale], ["saved", 0]);
  assert.equal(segments.get(first).id, 3);
  assert.deepEqual(segments.list(), inOrder(server.segments.values()));
  assert.deepEqual(segments.list().map((one) => [one.id, one.first, one.last, one.attributes.note]), [[1, 12, 19, undefined], [3, 20, 30, "late"], [2, 40, 61, undefined]]);
  assert.deepEqual([1, 2].map((id) => state.track(id).class), [3, 4]);
});

test("what somebody else did to a segment with the number of one's own track is no conflict", async () => {
  const server = new Server();
  const queue = new EditQueue({ storage: new MemoryStorage(), send: server.send, newId: () => Math.random().toString(36) });
  queue.add({ kind: "edits", edits: [{ kind: "segment", verb: "span", id: 1, revision: 1, last: 25 }] });
  const item = queue.add({ kind: "edits", edits: [{ verb: "class", id: 1, revision: 7, class: 3 }] });
  assert.deepEqual(item.chained, []);
  for (let n = 0; n < 200 && queue.count; n += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual([queue.state, server.tracks.get(1).class, server.segments.get(1).last], ["saved", 3, 25]);
});

test("until the events are read it is said why there are none; one that was deleted meanwhile stays away", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answers = [];
  const nothing = () => {};
  const app = {
    api: { segments: () => new Promise((done, failed) => answers.push({ done, failed })) }, options: { video: 1, person: "Kim" }, labelsChanged: nothing,
    events: { refreshLater: nothing },
  };
  const segments = new Segments(app);
  const settled = () => new Promise((done) => setImmediate(done));
  segments.load();
  assert.deepEqual([segments.loaded, segments.trouble], [false, ""]);
  answers.shift().failed(Object.assign(new Error(), { kind: "network", text: "The disk is full." }));
  await settled();
  assert.deepEqual([segments.loaded, segments.trouble], [false, "The disk is full."]);
  t.mock.timers.tick(1000);
  await settled();
  segments.heard({ segments: [segment({ id: 3, revision: 2 })], gone_segments: [1] });
  answers.shift().done({ segments: [segment(), segment({ id: 2 }), segment({ id: 3 })] });
  await settled();
  assert.equal(segments.loaded, true);
  assert.deepEqual(segments.list().map((one) => [one.id, one.revision]), [[2, 1], [3, 2]]);
});

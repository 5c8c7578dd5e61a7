import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Actions } = await load("actions.js");
const { EditQueue } = await load("queue.js");
const { MemoryStorage } = await load("storage.js");
const { Saving } = await load("saving.js");
const { Segments } = await load("segments.js");
const { State } = await load("state.js");
const { added, apply } = await load("edits.js");

/** Small repeatable random numbers (mulberry32). */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A server that takes its time, loses some answers and refuses stale edits. */
class FakeServer {
  constructor(random) {
    Object.assign(this, { random, tracks: new Map(), batches: new Map(), next: 10, stale: 0 });
    for (const id of [1, 2]) this.tracks.set(id, { ...added({ client: id, class: 1, frame: 0, last: 50, box: [0, 0, 9, 9] }, "Kim"), revision: 1 });
  }

  send = async (item) => {
    await this.pause();
    const answer = this.batches.get(item.batch) || this.take(item);
    this.batches.set(item.batch, answer);
    await this.pause();
    if (this.random() < 0.2) throw Object.assign(new Error(), { kind: "network" });
    return structuredClone(answer);
  };

  pause() {
    return new Promise((resolve) => setTimeout(resolve, Math.floor(this.random() * 3)));
  }

  take(item) {
    const created = {};
    const ids = item.edits.map((edit) => {
      if (edit.verb === "add") {
        created[edit.client] = this.next++;
        this.tracks.set(created[edit.client], { ...added(edit, "Kim"), id: created[edit.client], revision: 1 });
        return created[edit.client];
      }
      const track = this.tracks.get(edit.id);
      if (!track || track.revision !== edit.revision) {
        this.stale += 1;
        throw Object.assign(new Error(), { kind: "stale", current: track ? [track] : [] });
      }
      this.tracks.set(edit.id, { ...apply(track, edit), revision: track.revision + 1 });
      return edit.id;
    });
    return { tracks: ids.map((id) => structuredClone(this.tracks.get(id))), gone: [], created };
  }
}

test("whatever the order of gestures and answers, the screen ends as the server has it", async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const random = chance(seed);
    const server = new FakeServer(random);
    const state = new State();
    state.mergeWhole([...server.tracks.values()].map((track) => structuredClone(track)));
    let ids = 0;
    const queue = new EditQueue({ storage: new MemoryStorage(), send: server.send, newId: () => `${seed}-${(ids += 1)}`, wait: (act) => setTimeout(act, 1) });
    const app = {
      state, queue, options: { video: 1, workspace: "own", person: "Kim" }, gestures: { rename() {} }, actions: { open: false }, probe: { submitted() {}, saved() {} },
      header: { showSaving: () => queue.state, showCounts() {} }, root: { dataset: {} }, report: { later() {} }, toast() {}, select() {}, follow: { ready: () => null },
    };
    app.segments = new Segments(app);
    const saving = new Saving(app);
    queue.hooks = saving.hooks();
    const names = [1, 2];
    for (let n = 0; n < 40; n += 1) {
      // Names are kept as a gesture would keep them: a client id stays in hand after the answer.
      const id = names[Math.floor(random() * names.length)];
      const revision = state.base.get(id)?.revision ?? 0;
      if (random() < 0.15) {
        const client = `tmp-${seed}-${n}`;
        names.push(client);
        saving.submit({ kind: "edits", edits: [{ verb: "add", client, class: 1, frame: 0, last: 50, box: [1, 1, 5, 5] }] });
      } else if (random() < 0.5) saving.submit({ kind: "edits", edits: [{ verb: "fix", id, revision, frame: n, box: [n, 0, 9, 9] }] });
      else saving.submit({ kind: "edits", edits: [{ verb: "class", id, revision, class: n }] });
      if (random() < 0.6) await new Promise((resolve) => setTimeout(resolve, Math.floor(random() * 4)));
    }
    for (let n = 0; n < 2000 && queue.count; n += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(server.stale, 0, `seed ${seed}: nobody else was there, so nothing is stale`);
    assert.equal(queue.state, "saved");
    const shown = new Map(state.rows().map((row) => [row.id, state.track(row.id)]));
    assert.deepEqual(shown, new Map([...server.tracks].sort(([a], [b]) => a - b)));
  }
});

test("a change begun before somebody else's is sent with what was seen; after one's own with what is known", () => {
  const state = new State();
  state.mergeWhole([{ ...added({ client: 1, class: 1, frame: 0, box: [0, 0, 1, 1] }, "Kim"), id: 1, revision: 6 }]);
  const saving = new Saving({ state, queue: null });
  assert.equal(saving.revision(1, 5), 5);
  saving.own.set(1, 6);
  assert.equal(saving.revision(1, 5), 6);
  assert.equal(saving.revision(1, undefined), 6);
});

test("what a question is answered for is what was seen when it was asked, of a row alone as well", () => {
  const state = new State();
  const app = { state, queue: null };
  app.saving = new Saving(app);
  const actions = new Actions(app);
  state.setObjects([{ id: 4, revision: 8 }]);
  const seen = actions.about(4);
  assert.deepEqual([seen, actions.since(seen)], [{ id: 4, revision: 8 }, { id: 4, revision: 8 }]);
  state.mergeWhole([{ ...added({ client: 4, class: 1, frame: 0, box: [0, 0, 1, 1] }, "Kim"), revision: 9 }]);
  assert.deepEqual([actions.about(4), actions.since(seen)], [{ id: 4, revision: 9 }, { id: 4, revision: 8 }]);
  app.saving.own.set(4, 9);
  assert.deepEqual(actions.since(seen), { id: 4, revision: 9 });
});

test("a gesture that began on a new track has seen what we saved of it, not what somebody did to it since", () => {
  const state = new State();
  const saving = new Saving({ state, queue: null });
  state.rename({ "tmp-1": 3 });
  saving.own.set(3, 1);
  state.mergeWhole([{ ...added({ client: 3, class: 1, frame: 0, box: [0, 0, 1, 1] }, "Kim"), revision: 2 }]);
  assert.deepEqual(saving.named({ verb: "class", id: "tmp-1", revision: 0, class: 2 }), { verb: "class", id: 3, revision: 1, class: 2 });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { EditQueue } = await load("queue.js");
const { inForce } = await load("queue_items.js");
const { MemoryStorage } = await load("storage.js");

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A server with one revision per track; `away`, `refuse` and `others` play trouble. */
class FakeServer {
  constructor() {
    Object.assign(this, { away: false, refuse: null, revisions: new Map([[1, 5], [2, 1]]), batches: new Map(), sent: [], next: 100 });
  }

  send = async (item) => {
    this.sent.push(structuredClone(item));
    if (this.away) throw Object.assign(new Error(), { kind: "network", ...this.words });
    if (this.batches.has(item.batch)) return this.batches.get(item.batch);
    if (this.refuse?.(item)) throw Object.assign(new Error(), { kind: "refused", text: "No." });
    const created = {};
    for (const edit of item.edits) {
      for (const [id, revision] of [[edit.id, edit.revision], [edit.other, edit.other_revision]]) {
        if (id == null || edit.verb === "add" || this.revisions.get(id) === revision) continue;
        throw Object.assign(new Error(), { kind: "stale", current: [{ id, revision: this.revisions.get(id) }] });
      }
    }
    const tracks = item.edits.flatMap((edit) => {
      if (edit.verb === "add") created[edit.client] = this.next++;
      const id = created[edit.client] ?? edit.id;
      return [id, edit.other].filter((one) => one != null).map((one) => {
        this.revisions.set(one, (this.revisions.get(one) ?? 0) + 1);
        return { id: one, revision: this.revisions.get(one) };
      });
    });
    const answer = { tracks, gone: [], created };
    this.batches.set(item.batch, answer);
    return answer;
  };
}

function setup(server = new FakeServer(), storage = new MemoryStorage()) {
  const waits = [];
  const told = [];
  let ids = 0;
  const queue = new EditQueue({
    storage, send: server.send, newId: () => `batch-${(ids += 1)}-${Math.random()}`, session: "s",
    wait: (act, delay) => { waits.push({ act, delay }); return waits.length; }, stopWaiting: () => {},
    hooks: { refused: (item, error, count) => told.push(["refused", error.text, count]), stale: () => told.push(["stale"]), troubled: ({ text }) => told.push(["troubled", text]) },
  });
  const edit = (edits) => queue.add({ kind: "edits", workspace: "own", person: "Kim", video: 1, edits });
  return { queue, server, storage, waits, told, edit };
}

test("a change is kept before it is sent and forgotten once acknowledged", async () => {
  const { queue, storage, edit } = setup();
  edit([{ verb: "fix", id: 1, revision: 5, frame: 3 }]);
  assert.equal(queue.state, "saving");
  assert.equal((await storage.all()).length, 1);
  await settle();
  assert.equal(queue.state, "saved");
  assert.deepEqual(await storage.all(), []);
});

test("edits of one track made in a row take the revision from the answer before", async () => {
  const { server, edit } = setup();
  for (let n = 0; n < 4; n += 1) edit([{ verb: "fix", id: 1, revision: 5, frame: n }]);
  for (let n = 0; n < 6; n += 1) await settle();
  assert.deepEqual(server.sent.map((item) => item.edits[0].revision), [5, 6, 7, 8]);
  assert.equal(server.revisions.get(1), 9);
});

test("an edit of two tracks waits for the revisions, and the ids, of both", async () => {
  const { server, edit, waits, queue } = setup();
  server.away = true;
  edit([{ verb: "add", client: "tmp-1", class: 1, frame: 0, box: [0, 0, 5, 5] }]);
  edit([{ verb: "fix", id: 2, revision: 1, frame: 3 }]);
  edit([{ verb: "swap", id: "tmp-1", revision: 0, other: 2, other_revision: 1, frame: 4 }]);
  edit([{ verb: "fix", id: 2, revision: 1, frame: 5 }]);
  await settle();
  server.away = false;
  waits[0].act();
  for (let n = 0; n < 6; n += 1) await settle();
  assert.equal(queue.state, "saved");
  const [swap] = server.sent.at(-2).edits;
  assert.deepEqual([swap.id, swap.revision, swap.other, swap.other_revision], [100, 1, 2, 2]);
  assert.equal(server.revisions.get(2), 4);
});

test("what a batch changes without naming it, events of its track, is no conflict with oneself", async () => {
  const answers = [{ segments: [{ id: 4, kind: "event", revision: 3 }], created: {} }, { segments: [{ id: 4, kind: "event", revision: 5 }], created: {} }, { created: {} }];
  const sent = [];
  const server = { send: async (item) => sent.push(structuredClone(item)) && answers[sent.length - 1] };
  const { edit } = setup(server);
  edit([{ verb: "split", id: 1, revision: 5, frame: 9 }]);
  edit([{ verb: "swap", id: 1, revision: 5, other: 2, other_revision: 1, frame: 30 }]);
  edit([{ kind: "segment", verb: "note", id: 4, revision: 2, text: "left" }]);
  for (let n = 0; n < 6; n += 1) await settle();
  // The second answer is two ahead of what was seen: somebody else was there, and is not overwritten.
  assert.equal(sent[2].edits[0].revision, 3);
});

test("to insist on an edit of two tracks takes up the revision of the one that changed", async () => {
  const { queue, server, edit, told } = setup();
  server.revisions.set(2, 7);
  edit([{ verb: "merge", id: 1, revision: 5, other: 2, other_revision: 1 }]);
  await settle();
  assert.deepEqual(told, [["stale"]]);
  queue.resolve("mine");
  await settle();
  assert.deepEqual([queue.state, server.revisions.get(1), server.revisions.get(2)], ["saved", 6, 8]);
});

test("later edits of a new track get its real id", async () => {
  const { server, edit } = setup();
  edit([{ verb: "add", client: "tmp-1", class: 1, frame: 0, box: [0, 0, 5, 5] }]);
  edit([{ verb: "class", id: "tmp-1", revision: 0, class: 2 }]);
  for (let n = 0; n < 4; n += 1) await settle();
  assert.deepEqual(server.sent[1].edits, [{ verb: "class", id: 100, revision: 1, class: 2 }]);
});

test("while the server is away changes wait, with growing pauses, and go out in order", async () => {
  const { queue, server, edit, waits } = setup();
  server.away = true;
  edit([{ verb: "fix", id: 1, revision: 5, frame: 1 }]);
  edit([{ verb: "fix", id: 2, revision: 1, frame: 2 }]);
  await settle();
  assert.equal(queue.state, "offline");
  assert.equal(queue.count, 2);
  waits.at(-1).act();
  await settle();
  assert.ok(waits[1].delay > waits[0].delay);
  server.away = false;
  queue.retry();
  for (let n = 0; n < 4; n += 1) await settle();
  assert.equal(queue.state, "saved");
  assert.deepEqual([...server.batches.values()].map((answer) => answer.tracks[0].id), [1, 2]);
});

test("a server that cannot save says why, once, and the change waits until it can", async () => {
  const { queue, server, edit, told } = setup();
  Object.assign(server, { away: true, words: { text: "No space left.", hint: "Free some." } });
  edit([{ verb: "fix", id: 1, revision: 5, frame: 1 }]);
  for (let n = 0; n < 3; n += 1) {
    await settle();
    queue.retry();
  }
  await settle();
  assert.deepEqual(queue.trouble, { text: "No space left.", hint: "Free some." });
  assert.deepEqual(told, [["troubled", "No space left."]]);
  assert.deepEqual([queue.state, queue.count], ["offline", 1]);
  server.words = {};
  queue.retry();
  await settle();
  assert.equal(queue.trouble, null);
  server.away = false;
  queue.retry();
  await settle();
  assert.deepEqual([queue.state, queue.trouble, server.revisions.get(1)], ["saved", null, 6]);
});

test("a reload takes up what was left, and an answer lost on the way is not applied twice", async () => {
  const server = new FakeServer();
  const storage = new MemoryStorage();
  const first = setup(server, storage);
  const kept = first.edit([{ verb: "fix", id: 1, revision: 5, frame: 1 }]);
  first.queue.close();
  await settle();
  await storage.put(kept);
  const second = setup(server, storage);
  await second.queue.restore();
  for (let n = 0; n < 3; n += 1) await settle();
  assert.equal(second.queue.state, "saved");
  assert.equal(server.revisions.get(1), 6);
});

test("items of a page that is still open are left to it", async () => {
  const storage = new MemoryStorage();
  await storage.put({ batch: "b", kind: "edits", edits: [], chained: [], order: 0, session: "other" });
  const { queue, server } = setup(new FakeServer(), storage);
  await queue.restore((item) => item.session === "s");
  await settle();
  assert.equal(queue.count, 0);
  assert.equal(server.sent.length, 0);
});

test("a stale edit stops the queue until the person chooses; mine is sent as a new batch", async () => {
  const { queue, server, edit, told } = setup();
  server.revisions.set(1, 9);
  const item = edit([{ verb: "fix", id: 1, revision: 5, frame: 1 }]);
  const before = item.batch;
  await settle();
  assert.equal(queue.state, "conflict");
  assert.deepEqual(told, [["stale"]]);
  queue.resolve("mine");
  await settle();
  assert.equal(queue.state, "saved");
  assert.equal(server.revisions.get(1), 10);
  assert.notEqual(server.sent.at(-1).batch, before);
});

test("keeping theirs drops mine on that track with what was built on it, and nothing else", async () => {
  const { queue, server, edit } = setup();
  server.revisions.set(1, 9);
  edit([{ verb: "fix", id: 1, revision: 5, frame: 1 }]);
  edit([{ verb: "class", id: 1, revision: 5, class: 2 }]);
  edit([{ verb: "accept", id: 2, revision: 1 }]);
  await settle();
  assert.equal(queue.resolve("theirs").length, 2);
  for (let n = 0; n < 3; n += 1) await settle();
  assert.equal(queue.state, "saved");
  assert.equal(server.revisions.get(1), 9);
  assert.equal(server.revisions.get(2), 2);
});

test("a refused change is kept with the reason and can be tried again or discarded", async () => {
  const { queue, server, storage, edit, told } = setup();
  server.refuse = (item) => item.edits[0].frame === 1;
  edit([{ verb: "fix", id: 1, revision: 5, frame: 1 }]);
  edit([{ verb: "fix", id: 1, revision: 5, frame: 2 }]);
  for (let n = 0; n < 3; n += 1) await settle();
  assert.equal(queue.state, "saved");
  assert.equal(server.revisions.get(1), 6);
  assert.deepEqual(told, [["refused", "No.", 1]]);
  assert.equal((await storage.allFailed())[0].text, "No.");
  server.refuse = null;
  queue.tryAgain(queue.failed[0].batch, () => server.revisions.get(1));
  for (let n = 0; n < 3; n += 1) await settle();
  assert.equal(server.revisions.get(1), 7);
  assert.deepEqual(await storage.allFailed(), []);
});

test("what depends on a refused new track is kept together with it", async () => {
  const { queue, server, edit, told } = setup();
  server.refuse = (item) => item.edits[0].verb === "add";
  edit([{ verb: "add", client: "tmp-1", class: 1, frame: 0, box: [0, 0, 5, 5] }]);
  edit([{ verb: "class", id: "tmp-1", revision: 0, class: 2 }]);
  edit([{ verb: "accept", id: 2, revision: 1 }]);
  for (let n = 0; n < 4; n += 1) await settle();
  assert.equal(queue.failed.length, 2);
  assert.deepEqual(told, [["refused", "No.", 2]]);
  assert.equal(server.revisions.get(2), 2);
});

test("what a batch led to counts, not what others made of it before its answer came", async () => {
  const { queue, server, told, edit } = setup();
  queue.send = async (item) => {
    const answer = await server.send(item);
    if (server.sent.length > 1) return { ...answer, tracks: [{ id: 1, revision: 9 }], revisions: { track: { 1: 6 } } };
    throw Object.assign(new Error(), { kind: "network" });
  };
  edit([{ verb: "fix", id: 1, revision: 5, frame: 3 }]);
  await settle();
  edit([{ verb: "fix", id: 1, revision: 5, frame: 4 }]);
  server.revisions.set(1, 9);
  queue.retry();
  for (let n = 0; n < 3; n += 1) await settle();
  assert.equal(server.sent[2].edits[0].revision, 6);
  assert.deepEqual(told, [["stale"]]);
});

test("an undo of a change that is not kept goes with it, one of an older change stays", async () => {
  for (const ending of ["theirs", "refused"]) {
    const { queue, server, edit } = setup();
    server.away = true;
    edit([{ verb: "fix", id: 1, revision: 4, frame: 3 }]);
    edit([{ verb: "fix", id: 2, revision: 1, frame: 3 }]);
    for (const kind of ["undo", "undo", "undo"]) queue.add({ kind, workspace: "own", person: "Kim", video: 1 });
    await settle();
    server.away = false;
    if (ending === "refused") server.refuse = (item) => item.edits.some(({ id }) => id === 1);
    queue.retry();
    await settle();
    if (ending === "theirs") queue.resolve("theirs");
    for (let n = 0; n < 9; n += 1) await settle();
    assert.deepEqual(server.sent.slice(2).map((item) => item.kind), ["edits", "undo", "undo"]);
    assert.equal(queue.state, "saved");
  }
});

test("what a split would have made is not asked for any more when it is not kept", async () => {
  const { queue, server, edit } = setup();
  server.away = true;
  edit([{ verb: "split", id: 1, revision: 4, client: "new", frame: 3 }]);
  edit([{ verb: "fix", id: "new", revision: 0, frame: 5 }]);
  edit([{ verb: "swap", id: 2, revision: 1, other: "new", other_revision: 0, frame: 5 }]);
  edit([{ verb: "accept", id: 2, revision: 1 }]);
  await settle();
  server.away = false;
  queue.retry();
  await settle();
  queue.resolve("theirs");
  for (let n = 0; n < 3; n += 1) await settle();
  assert.deepEqual(server.sent.slice(2).map((item) => item.edits[0].verb), ["accept"]);
  assert.deepEqual([queue.state, queue.failed], ["saved", []]);
});

test("nothing to undo is said and leaves no trace", async () => {
  const { queue, server, told } = setup();
  server.send = async () => { throw Object.assign(new Error(), { kind: "refused", text: "Nothing to undo." }); };
  queue.send = server.send;
  queue.add({ kind: "undo", workspace: "own", person: "Kim", video: 1 });
  for (let n = 0; n < 2; n += 1) await settle();
  assert.equal(queue.state, "saved");
  assert.equal(queue.failed.length, 0);
  assert.deepEqual(told, [["refused", "Nothing to undo.", 1]]);
});

test("an undo that waits takes its batch out of what is shown, a redo brings it back", () => {
  const [a, b, undo, redo] = [{ kind: "edits", n: 1 }, { kind: "edits", n: 2 }, { kind: "undo" }, { kind: "redo" }];
  assert.deepEqual(inForce([a, b, undo]), [a]);
  assert.deepEqual(inForce([a, b, undo, redo]), [a, b]);
  assert.deepEqual(inForce([a, undo, undo, b]), [b]);
  assert.deepEqual(inForce([a, undo, b, redo]), [b]);
});

test("a change waits for what has to end first, and is made on what that left", async () => {
  const { queue, server, edit } = setup();
  let end;
  queue.hooks.ready = (item) => (item.edits.some((one) => one.id === 1)
    ? new Promise((resolve) => { end = resolve; }).then(() => { item.edits[0].revision = 9; })
    : null);
  edit([{ verb: "fix", id: 2, revision: 1, frame: 3 }]);
  await settle();
  assert.equal(queue.state, "saved");
  server.revisions.set(1, 9);
  edit([{ verb: "fix", id: 1, revision: 5, frame: 3 }]);
  await settle();
  assert.equal(queue.state, "saving");
  assert.equal(server.sent.length, 1);
  end();
  await settle();
  assert.equal(queue.state, "saved");
  assert.equal(server.revisions.get(1), 10);
});

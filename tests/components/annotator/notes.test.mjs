import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { isSend, keyOf, withWaiting } = await load("notes.js");
const { pause } = await load("labels.js");
const { byFrame, following } = await load("timeline_notes.js");
const { EditQueue } = await load("queue.js");
const { inForce } = await load("queue_items.js");
const { MemoryStorage } = await load("storage.js");

const thread = (more) => ({ id: 4, client: "a", frame: 3, x: 1, y: 2, text: "first", person: "Kim", at: "2026-01-01", state: "open", replies: [], ...more });
const item = (batch, note) => ({ kind: "notes", batch, note, person: "Lee", at: 5 });

test("notes that wait are shown with the server's, in their threads", () => {
  const threads = [thread()];
  const copy = structuredClone(threads);
  const shown = withWaiting(threads, [
    item("b", { text: "second", frame: 9, x: 5, y: 6 }),
    item("c", { text: "an answer", replies_to: "b" }),
    item("d", { text: "", replies_to: "a", state: "resolved" }),
    item("e", { text: "to nobody", replies_to: "gone" }),
  ]);
  assert.deepEqual(threads, copy);
  assert.deepEqual(shown.map((one) => [keyOf(one), one.text, one.state, one.replies.map((said) => said.text)]), [
    ["a", "first", "resolved", [""]],
    ["b", "second", "open", ["an answer"]],
  ]);
});

test("a thread that the server has already is not shown twice while its answer is under way", () => {
  assert.equal(withWaiting([thread()], [item("a", { text: "first", frame: 3, x: 1, y: 2 })]).length, 1);
});

test("a syllable being composed is never sent", () => {
  const event = { code: "Enter", ctrlKey: true, metaKey: false, isComposing: false, keyCode: 13 };
  assert.equal(isSend(event), true);
  assert.equal(isSend({ ...event, isComposing: true }), false);
  assert.equal(isSend({ ...event, keyCode: 229 }), false);
  assert.equal(isSend({ ...event, ctrlKey: false }), false);
});

test("undo takes back edits, never a note", () => {
  const edits = { kind: "edits", edits: [{ verb: "accept", id: 1 }] };
  assert.deepEqual(inForce([edits, item("b", {}), { kind: "undo" }]), []);
  assert.deepEqual(inForce([edits, { kind: "undo" }, item("b", {}), { kind: "redo" }]), [edits]);
});

test("a refused note is kept with its words, to be tried again", async () => {
  const storage = new MemoryStorage();
  const send = async () => { throw Object.assign(new Error(), { kind: "refused", text: "No." }); };
  const queue = new EditQueue({ storage, send, newId: () => "x" });
  queue.add({ kind: "notes", batch: "b", note: { text: "kept", frame: 1 }, video: 1 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(queue.count, 0);
  assert.deepEqual((await storage.allFailed()).map((one) => one.note.text), ["kept"]);
  queue.tryAgain("b", () => 1);
  assert.deepEqual(queue.items.map((one) => [one.batch, one.note.text]), [["x", "kept"]]);
});

test("open pages ask every second, hidden ones rarely, and nobody hammers a server that is away", () => {
  assert.equal(pause(false, 0), 1000);
  assert.equal(pause(true, 0), 5000);
  assert.deepEqual([1, 2, 3, 4, 9].map((tries) => pause(false, tries)), [2000, 4000, 8000, 15000, 15000]);
});

test("on the ruler notes are one drop per frame, open ones first, and clicks go through them", () => {
  const made = (client, frame, state) => thread({ client, frame, state });
  const groups = byFrame([made("a", 9, "resolved"), made("b", 3, "resolved"), made("c", 9, "open"), made("d", null, "open")]);
  assert.deepEqual(groups.map(({ frame, resolved, threads }) => [frame, resolved, threads.map(keyOf)]), [
    [3, true, ["b"]],
    [9, false, ["c", "a"]],
  ]);
  const [, { threads }] = groups;
  assert.equal(keyOf(following(threads, null)), "c");
  assert.equal(keyOf(following(threads, "c")), "a");
  assert.equal(keyOf(following(threads, "a")), "c");
});

// Edits wait here until the server has acknowledged them. One batch is in flight at a time, in
// order, because a later edit of a track needs the revision that the earlier one leads to.
// Everything is written to storage first, so a reload or a dead server loses nothing.
//
// An item: {batch, kind: "edits"|"undo"|"redo", workspace, person, video, edits, chained, at,
// order, session}. `chained` lists the indices of edits whose revision comes from the answer to
// an earlier item of this queue. The sender throws {kind: "network"|"stale"|"refused", ...}.

import { idsOf, renewed } from "./subjects.js";

const DELAYS = [500, 1000, 2000, 4000, 8000, 15000];

export class EditQueue {
  /**
   * @param storage {all, put, remove, keepFailed, allFailed, removeFailed}, each async
   * @param send    async (item) -> answer of the server
   * @param hooks   {changed(), saved(item, answer), refused(item, error), stale(item, error), troubled({text, hint})}
   */
  constructor({ storage, send, hooks = {}, newId, session = "", wait = setTimeout, stopWaiting = (timer) => clearTimeout(timer), now = Date.now }) {
    Object.assign(this, { storage, send, hooks, newId, session, stopWaiting, now });
    this.wait = (act, delay) => wait(act, delay);
    this.items = [];
    this.failed = [];
    this.inFlight = null;
    this.conflict = null;
    this.trouble = null;
    this.tries = 0;
    this.timer = null;
    this.order = 0;
    this.closed = false;
  }

  /** Take up what an earlier page left behind. `mine` chooses the items that are ours to send. */
  async restore(mine = () => true) {
    const kept = (await this.storage.all()).filter(mine);
    this.items = [...kept.sort((a, b) => a.order - b.order), ...this.items];
    this.order = Math.max(this.order, ...kept.map((item) => item.order + 1));
    this.failed = await this.storage.allFailed();
    this.changed();
    this.pump();
  }

  get state() {
    if (this.conflict) return "conflict";
    if (!this.items.length) return "saved";
    return this.tries > 0 ? "offline" : "saving";
  }

  get count() {
    return this.items.length;
  }

  /** Keep an item and send it when its turn comes. */
  add(item) {
    const pendingIds = new Set();
    for (const earlier of this.items) {
      for (const edit of earlier.edits || []) [edit.client, ...idsOf(edit)].forEach((id) => pendingIds.add(id));
    }
    const chained = [];
    (item.edits || []).forEach((edit, index) => {
      if (idsOf(edit).some((id) => pendingIds.has(id))) chained.push(index);
    });
    const kept = {
      ...item,
      batch: item.batch || this.newId(),
      edits: (item.edits || []).map((edit) => ({ ...edit })),
      chained,
      at: this.now(),
      order: this.order++,
      session: this.session,
    };
    this.items.push(kept);
    this.store(kept);
    this.changed();
    this.pump();
    return kept;
  }

  /** Send the first item unless something is in flight, waiting or asked of the person. */
  pump() {
    if (this.closed || this.inFlight || this.conflict || this.timer || !this.items.length) return;
    const item = this.items[0];
    this.inFlight = item;
    this.send(item).then(
      (answer) => this.acknowledged(item, answer),
      (error) => this.notAcknowledged(item, error),
    );
  }

  acknowledged(item, answer) {
    this.inFlight = null;
    this.tries = 0;
    this.trouble = null;
    this.drop(item);
    this.passOn(answer);
    this.hooks.saved?.(item, answer);
    this.changed();
    this.pump();
  }

  /** Give later edits of the same tracks their real ids and the revisions just made. */
  passOn(answer) {
    const revisions = new Map((answer.tracks || []).map((track) => [track.id, track.revision]));
    const created = new Map(Object.entries(answer.created || {}));
    for (const item of this.items) {
      const before = JSON.stringify(item.edits);
      item.edits = item.edits.map((edit, index) => renewed(edit, (id, revision) => {
        const real = created.get(id) ?? id;
        const known = revisions.has(real) && (real !== id || item.chained.includes(index));
        return { id: real, revision: known ? revisions.get(real) : revision };
      }));
      if (JSON.stringify(item.edits) !== before) this.store(item);
    }
  }

  notAcknowledged(item, error) {
    this.inFlight = null;
    if (this.closed) return;
    if (error.kind === "stale" && item.kind === "edits") {
      this.tries = 0;
      this.trouble = null;
      this.conflict = { item, current: error.current || [], text: error.text };
      this.hooks.stale?.(item, error);
    } else if (error.kind === "refused" || error.kind === "stale") {
      this.tries = 0;
      this.trouble = null;
      this.giveUp(item, error);
    } else {
      // A server that answers says why it cannot save; the change stays here until it can.
      const told = error.text ? { text: error.text, hint: error.hint || "" } : null;
      if (told && told.text !== this.trouble?.text) this.hooks.troubled?.(told);
      this.trouble = told;
      const delay = DELAYS[Math.min(this.tries, DELAYS.length - 1)];
      this.tries += 1;
      this.timer = this.wait(() => this.retry(), delay);
    }
    this.changed();
    this.pump();
  }

  /** Try again now (the network came back, or the wait is over). */
  retry() {
    if (this.timer) this.stopWaiting(this.timer);
    this.timer = null;
    this.pump();
  }

  /** The server will not take it: keep it, with the reason, where a person can see it. */
  giveUp(item, error) {
    const lost = item.kind === "edits" ? this.withFollowers(item) : [item];
    for (const one of lost) {
      this.drop(one);
      if (one.kind !== "edits") continue;
      const entry = { ...one, text: error.text || "", hint: error.hint || "" };
      this.failed.push(entry);
      this.write(this.storage.keepFailed(entry));
    }
    this.hooks.refused?.(item, error, lost.length);
  }

  /** An item and the later ones that edit a track which only the item makes. */
  withFollowers(item) {
    const clients = new Set(item.edits.map((edit) => edit.client).filter((id) => id != null));
    if (!clients.size) return [item];
    return this.items.filter(
      (one) => one === item || one.edits.some((edit) => idsOf(edit).some((id) => clients.has(id))),
    );
  }

  /** The answer to a conflict: "theirs" drops mine on those tracks, "mine" is sent once more. */
  resolve(choice) {
    if (!this.conflict) return [];
    const { item, current } = this.conflict;
    this.conflict = null;
    const revisions = new Map(current.map((track) => [track.id, track.revision]));
    let dropped = [];
    if (choice === "theirs") {
      const ids = new Set(item.edits.flatMap(idsOf));
      dropped = this.items.filter((one) => one === item || (one.kind === "edits" && this.onlyAbout(one, ids)));
      dropped.forEach((one) => this.drop(one));
    } else {
      const old = item.batch;
      item.batch = this.newId();
      item.edits = item.edits.map((edit) => renewed(edit, (id, revision) => ({ id, revision: revisions.get(id) ?? revision })));
      this.store(item);
      this.write(this.storage.remove(old));
    }
    this.changed();
    this.pump();
    return dropped;
  }

  onlyAbout(item, ids) {
    return item.chained.length > 0 && item.edits.every((edit) => idsOf(edit).every((id) => ids.has(id)));
  }

  /** Put a refused change back into the queue, against the revision known now. */
  tryAgain(batch, revisionOf) {
    const entry = this.failed.find((one) => one.batch === batch);
    if (!entry) return;
    this.forget(batch);
    const { text, hint, ...item } = entry;
    const edits = item.edits.map((edit) => renewed(edit, (id, revision) => ({ id, revision: revisionOf(id) ?? revision })));
    this.add({ ...item, edits, batch: this.newId() });
  }

  forget(batch) {
    this.failed = this.failed.filter((one) => one.batch !== batch);
    this.write(this.storage.removeFailed(batch));
    this.changed();
  }

  drop(item) {
    this.items = this.items.filter((one) => one !== item);
    this.write(this.storage.remove(item.batch));
  }

  store(item) {
    this.write(this.storage.put({ ...item }));
  }

  /** Storage work goes in order; a browser without storage still sends. */
  write(promise) {
    Promise.resolve(promise).catch((error) => this.hooks.storageFailed?.(error));
  }

  changed() {
    this.hooks.changed?.();
  }

  close() {
    this.closed = true;
    if (this.timer) this.stopWaiting(this.timer);
  }
}

/** The batches still in force when each undo takes back the last one and redo brings it back. */
export function inForce(items) {
  const done = [];
  let undone = [];
  for (const item of items) {
    if (item.kind === "undo") {
      if (done.length) undone.push(done.pop());
    } else if (item.kind === "redo") {
      if (undone.length) done.push(undone.pop());
    } else {
      done.push(item);
      undone = [];
    }
  }
  return done;
}

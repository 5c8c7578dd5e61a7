// Edits wait here until the server has acknowledged them. One batch is in flight at a time, in
// order, because a later edit of a track needs the revision that the earlier one leads to.
// Everything is written to storage first, so a reload or a dead server loses nothing.
//
// An item: {batch, kind: "edits"|"undo"|"redo"|"notes", workspace, person, video, edits, chained, at,
// order, session, note}. `chained` lists the indices of edits whose revision comes from the answer to
// an earlier item of this queue. The sender throws {kind: "network"|"stale"|"refused", ...}.

import { isReversal, keyOf, keysOf, labelKey, ledTo, replay, subjects } from "./queue_items.js";

const DELAYS = [500, 1000, 2000, 4000, 8000, 15000];

export class EditQueue {
  /**
   * @param storage {all, put, remove, keepFailed, allFailed, removeFailed}, each async
   * @param send    async (item) -> answer of the server
   * @param hooks   {ready(item) -> null or a promise to wait for, changed(), saved(item, answer), refused(item, error), stale(item, error), troubled({text, hint})}
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
      for (const edit of earlier.edits || []) {
        for (const key of keysOf(edit)) pendingIds.add(key);
        pendingIds.add(edit.client);
      }
    }
    const chained = [];
    (item.edits || []).forEach((edit, index) => {
      if (subjects(edit).some(({ key }) => pendingIds.has(key))) chained.push(index);
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
    const ready = this.hooks.ready?.(item);
    (ready ? ready.then(() => this.send(item)) : this.send(item)).then(
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

  /**
   * Give later edits of the same labels their real ids and the revisions just made. A batch may also
   * change labels that it does not name (events go with their track): a later edit that saw such a
   * label just before has seen all that others did.
   */
  passOn(answer) {
    const labels = [...(answer.tracks || []), ...(answer.segments || [])];
    const revisions = new Map(labels.map((label) => [labelKey(label), ledTo(answer, label)]));
    const created = new Map(Object.entries(answer.created || {}));
    for (const item of this.items) {
      let renewed = false;
      item.edits.forEach((edit, index) => {
        for (const { field, revision } of subjects(edit)) {
          const made = created.has(edit[field]);
          if (made) edit[field] = created.get(edit[field]);
          const now = revisions.get(keyOf(edit, field));
          if (now != null && (made || item.chained.includes(index) || edit[revision] === now - 1)) edit[revision] = now;
          renewed ||= made || now != null;
        }
      });
      if (renewed) this.store(item);
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
      if (isReversal(one)) continue;
      const entry = { ...one, text: error.text || "", hint: error.hint || "" };
      this.failed.push(entry);
      this.write(this.storage.keepFailed(entry));
    }
    this.hooks.refused?.(item, error, lost.filter((one) => one === item || !isReversal(one)).length);
  }

  /**
   * An item and the later ones that mean nothing without it: edits of a label that only it makes,
   * edits that are `alsoLost`, and what takes back or repeats any of them.
   */
  withFollowers(item, alsoLost = () => false) {
    const clients = new Set();
    const lost = new Set();
    const { aims } = replay(this.items);
    const namesOne = (edit) => subjects(edit).some(({ key }) => clients.has(key));
    for (const one of this.items) {
      const follows = isReversal(one) ? lost.has(aims.get(one)) : one.edits.some(namesOne) || alsoLost(one);
      if (one !== item && !follows) continue;
      lost.add(one);
      for (const { client } of one.edits) if (client != null) clients.add(client);
    }
    return [...lost];
  }

  /** The answer to a conflict: "theirs" drops mine on those tracks, "mine" is sent once more. */
  resolve(choice) {
    if (!this.conflict) return [];
    const { item, current } = this.conflict;
    this.conflict = null;
    const revisions = new Map(current.map((label) => [labelKey(label), label.revision]));
    let dropped = [];
    if (choice === "theirs") {
      const keys = new Set(item.edits.flatMap(keysOf));
      dropped = this.withFollowers(item, (one) => one.kind === "edits" && this.onlyAbout(one, keys));
      dropped.forEach((one) => this.drop(one));
    } else {
      const old = item.batch;
      item.batch = this.newId();
      for (const edit of item.edits) {
        for (const { key, revision } of subjects(edit)) {
          if (revisions.has(key)) edit[revision] = revisions.get(key);
        }
      }
      this.store(item);
      this.write(this.storage.remove(old));
    }
    this.changed();
    this.pump();
    return dropped;
  }

  onlyAbout(item, keys) {
    return item.chained.length > 0 && item.edits.every((edit) => subjects(edit).every(({ key }) => keys.has(key)));
  }

  /** Put a refused change back into the queue, against the revision known now. */
  tryAgain(batch, revisionOf) {
    const entry = this.failed.find((one) => one.batch === batch);
    if (!entry) return;
    this.forget(batch);
    const { text, hint, ...item } = entry;
    const edits = item.edits.map((edit) => {
      const renewed = { ...edit };
      for (const { key, revision } of subjects(edit)) renewed[revision] = revisionOf(key) ?? edit[revision];
      return renewed;
    });
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

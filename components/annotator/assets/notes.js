// Notes pinned to a spot of a frame: what the server knows, what waits to be sent, what can be done.

import { element } from "./dom.js";
import { toFrame } from "./geometry.js";
import { t } from "./messages.js";
import { NotesPanel } from "./notes_panel.js";
import { Pins } from "./pins.js";

export const LONGEST = 10_000;

/** What names a thread for good: the id its maker gave it, also after the server has it. */
export const keyOf = (thread) => thread.client ?? thread.id;

/** The server's threads with the notes that wait in the queue on top. Pure. */
export function withWaiting(threads, items) {
  const shown = threads.map((thread) => ({ ...thread, replies: [...thread.replies] }));
  const known = new Set(shown.map((thread) => thread.client));
  for (const { batch, note, person, at } of items) {
    const said = { id: batch, text: note.text || "", person, at, waiting: true };
    if (note.replies_to == null) {
      const { frame, x, y } = note;
      if (!known.has(batch)) shown.push({ ...said, client: batch, frame, x, y, state: "open", replies: [] });
      continue;
    }
    const thread = shown.find((one) => keyOf(one) === note.replies_to);
    if (!thread) continue;
    thread.replies.push({ ...said, state: note.state ?? null });
    thread.state = note.state ?? thread.state;
  }
  return shown;
}

export class Notes {
  constructor(app) {
    this.app = app;
    this.number = 0;
    this.base = [];
    this.selected = null;
    this.draft = "";
    this.open = element("span", { class: "count" });
    this.pins = new Pins(app, this);
    this.panel = new NotesPanel(app, this);
    app.stage.root.append(this.pins.root);
    app.tabs.add({ id: "notes", label: element("span", {}, t("Notes"), " ", this.open), root: this.panel.root, show: () => this.panel.refresh() });
  }

  /** Every thread, in the order they were begun; its number is its place. */
  list() {
    const { queue, options } = this.app;
    const waiting = queue.items.filter((item) => item.kind === "notes" && item.video === options.video);
    return withWaiting(this.base, waiting).map((thread, index) => ({ ...thread, number: index + 1 }));
  }

  thread(key) {
    return this.list().find((thread) => keyOf(thread) === key) || null;
  }

  // What the server says

  heard({ notes }) {
    if (notes != null && notes !== this.number) this.load();
  }

  /** Ask for all; when that fails, the next word of the server leads here again. */
  async load() {
    if (this.loading) return;
    this.loading = true;
    try {
      this.take(await this.app.api.notes(this.app.options.video));
    } catch (error) {
      if (error.kind !== "network") this.app.toast(error.text, "bad");
    } finally {
      this.loading = false;
    }
  }

  take({ seq, notes }) {
    if (this.app.closed || seq < this.number) return;
    this.number = seq;
    this.base = notes;
    this.changed();
  }

  changed() {
    const open = this.list().filter((thread) => thread.state === "open").length;
    this.open.textContent = open ? String(open) : "";
    this.app.root.dataset.notes = this.base.length;
    this.panel.refresh();
    this.app.timeline.notes.refresh();
    this.app.paint();
  }

  // What a person does

  /** The key: wait for a click on the picture; pressed again or Enter, take the selected object or the middle. */
  begin() {
    const { app } = this;
    if (app.gestures.mode !== "note") return app.gestures.setMode("note");
    const item = app.stage.items?.find((one) => one.selected);
    const { width, height } = app.info;
    const place = item ? { x: item.place.x + item.place.w / 2, y: item.place.y + item.place.h / 2 } : { x: width / 2, y: height / 2 };
    return this.compose(place);
  }

  /** A click in that mode, in pixels of the stage. */
  click(point) {
    if (this.app.player.exact) this.compose(toFrame(this.app.stage.view, point));
  }

  /** Ask for the text. What was typed comes back after Escape; Cancel throws it away. */
  compose({ x, y }) {
    const { app } = this;
    const { width, height } = app.info;
    const place = { frame: app.player.target, x: within(x, width), y: within(y, height) };
    app.gestures.setMode("select");
    this.pins.showDraft(place);
    const field = element("textarea", {
      class: "note-text", rows: 5, maxlength: LONGEST, "aria-label": t("Text of the note"),
      oninput: () => { this.draft = field.value; },
      onkeydown: (event) => { if (isSend(event) && this.send(field, place)) app.dialogs.close(); },
    });
    field.value = this.draft;
    const save = app.dialogs.button(t("Pin the note"), () => this.send(field, place), "primary");
    const cancel = app.dialogs.button(t("Cancel"), () => { this.draft = ""; });
    app.dialogs.open(t("Note on frame {n}", { n: place.frame }), [field, sendHint()], [save, cancel], { first: field, closed: () => this.pins.showDraft(null) });
  }

  send(field, { frame, x, y }) {
    const text = field.value.trim();
    if (!text) return false;
    this.draft = "";
    const kept = this.submit({ text, frame, x, y });
    this.select(kept.batch, { go: false });
    return true;
  }

  reply(key, text) {
    if (text.trim()) this.submit({ text: text.trim(), replies_to: key });
  }

  setState(key, state, text = "") {
    this.submit({ text: text.trim(), replies_to: key, state });
  }

  submit(note) {
    return this.app.saving.submit({ kind: "notes", note });
  }

  /** Show a thread, and go to its frame and spot. */
  select(key, { go = true } = {}) {
    const { app } = this;
    this.selected = key;
    const thread = key == null ? null : this.thread(key);
    if (thread) app.tabs.open("notes");
    if (thread && go && thread.frame != null) {
      app.player.go(thread.frame);
      if (thread.x != null) app.stage.reveal(thread);
    }
    this.panel.refresh();
    app.paint();
  }
}

/** Ctrl/Cmd+Enter sends; not while a syllable is being composed. */
export function isSend(event) {
  return !event.isComposing && event.keyCode !== 229 && event.code === "Enter" && (event.ctrlKey || event.metaKey);
}

export function sendHint() {
  return element("p", { class: "dim small" }, t("Ctrl+Enter saves."));
}

function within(value, most) {
  return Math.round(Math.min(Math.max(value, 0), most) * 10) / 10;
}

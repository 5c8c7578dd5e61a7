// The tab of notes: a list with a filter, and one thread with its answers. Text is shown as text.

import { element } from "./dom.js";
import { t } from "./messages.js";
import { isSend, keyOf, LONGEST, sendHint } from "./notes.js";

export class NotesPanel {
  constructor(app, notes) {
    Object.assign(this, { app, notes });
    this.filter = "open";
    this.drafts = new Map();
    this.rows = element("ol", { class: "note-rows" });
    this.empty = element("p", { class: "list-empty" });
    const names = { open: t("Open notes"), resolved: t("Resolved notes"), all: t("All notes") };
    this.choice = element("select", {
      "aria-label": t("Which notes"), onchange: (event) => { this.filter = event.target.value; this.refresh(); },
    }, ...Object.entries(names).map(([value, label]) => element("option", { value }, label)));
    const pin = element("button", { type: "button", "data-command": "note", onclick: (event) => app.pressed(event, "note") }, element("kbd", {}), " ", t("New note"));
    this.overview = element("div", { class: "notes-view" }, element("div", { class: "notes-head" }, this.choice, pin), this.empty, this.rows);
    this.root = element("section", { class: "notes", "aria-label": t("Notes") }, this.overview, this.makeThread());
  }

  makeThread() {
    this.title = element("b", {});
    this.place = element("button", { type: "button", class: "plain", onclick: () => this.notes.select(this.notes.selected) });
    this.messages = element("ol", { class: "note-messages", "aria-live": "polite" });
    this.field = element("textarea", {
      class: "note-text", rows: 3, maxlength: LONGEST, placeholder: t("Answer"), "aria-label": t("Answer"),
      oninput: () => this.drafts.set(this.notes.selected, this.field.value), onkeydown: (event) => this.key(event),
    });
    this.resolve = element("button", { type: "button", onclick: () => this.toggle() });
    const back = element("button", { type: "button", class: "plain", onclick: () => this.notes.select(null) }, `← ${t("All notes")}`);
    const reply = element("button", { type: "button", class: "primary", onclick: () => this.reply() }, t("Reply"));
    this.single = element(
      "div", { class: "notes-view" }, element("div", { class: "notes-head" }, back, this.place), this.title, this.messages,
      this.field, sendHint(), element("div", { class: "dialog-buttons" }, this.resolve, reply),
    );
    return this.single;
  }

  key(event) {
    if (isSend(event)) this.reply();
    else if (event.code === "Escape" && !event.isComposing) this.app.focus();
  }

  reply() {
    this.notes.reply(this.notes.selected, this.field.value);
    this.clear();
  }

  /** What was typed goes along as the last word. */
  toggle() {
    const { selected } = this.notes;
    const state = this.notes.thread(selected)?.state === "resolved" ? "open" : "resolved";
    this.notes.setState(selected, state, this.field.value);
    this.clear();
  }

  clear() {
    this.drafts.delete(this.notes.selected);
    this.field.value = "";
  }

  refresh() {
    const thread = this.notes.selected == null ? null : this.notes.thread(this.notes.selected);
    this.overview.hidden = Boolean(thread);
    this.single.hidden = !thread;
    if (thread) this.showThread(thread);
    else this.showList();
  }

  showList() {
    const all = this.notes.list();
    const wanted = all.filter((thread) => this.filter === "all" || thread.state === this.filter);
    this.empty.hidden = wanted.length > 0;
    this.empty.textContent = all.length ? t("No note passes this filter.") : t("No notes yet. Press {key} and click on the picture to pin one to a spot.", { key: this.app.keys.of("note") });
    const before = this.rows.getRootNode().activeElement?.dataset?.note;
    this.rows.replaceChildren(...wanted.map((thread) => this.row(thread)));
    if (before) this.rows.querySelector(`[data-note="${CSS.escape(before)}"]`)?.focus();
  }

  row(thread) {
    const resolved = thread.state === "resolved";
    const facts = [thread.person, t("frame {n}", { n: thread.frame ?? "–" })];
    if (thread.replies.length) facts.push(t("answers: {n}", { n: thread.replies.length }));
    if (resolved) facts.push(t("resolved"));
    return element(
      "li", {},
      element(
        "button", { type: "button", class: "note-row", "data-note": keyOf(thread), onclick: () => this.choose(thread) },
        element("span", { class: `pin-mark${resolved ? " resolved" : ""}`, "aria-hidden": "true" }, element("span", {}, String(thread.number))),
        element("span", { class: "note-words" }, element("span", { title: thread.text }, thread.text), element("small", {}, facts.join(" · "))),
      ),
    );
  }

  choose(thread) {
    this.notes.select(keyOf(thread));
    this.field.focus({ preventScroll: true });
  }

  showThread(thread) {
    const key = keyOf(thread);
    this.title.textContent = thread.state === "resolved" ? t("Note {n} · resolved", { n: thread.number }) : t("Note {n} · open", { n: thread.number });
    this.place.textContent = t("frame {n}", { n: thread.frame ?? "–" });
    this.resolve.textContent = thread.state === "resolved" ? t("Reopen") : t("Resolve");
    this.messages.replaceChildren(...[thread, ...thread.replies].map((said) => this.message(said)));
    if (this.shownKey !== key) {
      this.shownKey = key;
      this.field.value = this.drafts.get(key) || "";
    }
  }

  message(said) {
    const when = new Date(said.at).toLocaleString(this.app.options.language, { dateStyle: "short", timeStyle: "short" });
    const turned = said.replies ? null : { resolved: t("resolved"), open: t("reopened") }[said.state];
    const facts = [said.person, when, turned, said.waiting ? t("waits to be sent") : null].filter(Boolean);
    return element("li", {}, said.text ? element("p", {}, said.text) : null, element("small", { class: "dim" }, facts.join(" · ")));
  }
}

// Small dialogs inside the annotator, and short notices that go away by themselves.

import { element } from "./dom.js";
import { isEditable } from "./keys.js";
import { t } from "./messages.js";
import { nameOf } from "./names.js";
import { subjects } from "./queue_items.js";
import { verbName } from "./verbs.js";
import { conflictCards } from "./versions.js";

const STOPS = ":is(button, input, select, textarea):not(:disabled), [tabindex='0']";

export class Dialogs {
  constructor(app) {
    this.app = app;
    this.panel = element("div", { class: "dialog", role: "dialog", "aria-modal": "true", tabindex: "-1" });
    this.root = element("div", {
      class: "veil", hidden: true,
      onpointerdown: (event) => event.target === this.root && this.dismiss(),
      onkeydown: (event) => this.key(event),
    }, this.panel);
    this.toasts = element("div", { class: "toasts", role: "status", "aria-live": "polite" });
  }

  get isOpen() {
    return !this.root.hidden;
  }

  open(title, body, buttons, { wide = false, fixed = false, light = false, shortcut = "", first, closed } = {}) {
    this.closed?.();
    this.closed = closed;
    this.fixed = fixed;
    this.root.classList.toggle("light", light);
    this.shortcut = shortcut;
    this.panel.classList.toggle("wide", wide);
    this.panel.setAttribute("aria-label", title);
    const row = element("div", { class: "dialog-buttons" }, ...buttons);
    this.panel.replaceChildren(element("h2", {}, title), element("div", { class: "dialog-body" }, ...body), row);
    this.root.hidden = false;
    (first || buttons[0] || this.panel).focus({ preventScroll: true });
  }

  dismiss() {
    if (!this.fixed) this.close();
  }

  close() {
    this.root.hidden = true;
    this.closed?.();
    this.closed = null;
    this.app.focus();
  }

  /** Keys stay inside; Tab goes round; Escape closes. */
  key(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    const [target] = event.composedPath();
    if (event.code === "Escape" || (event.key === this.shortcut && !isEditable(target))) this.dismiss();
    if (event.code !== "Tab") return;
    event.preventDefault();
    this.step(target, event.shiftKey ? -1 : 1);
  }

  /** From a control to the next or the one before, round and round; from anywhere else to the first or the last. */
  step(from, by) {
    const stops = [...this.panel.querySelectorAll(STOPS)].filter((one) => one.checkVisibility());
    const index = stops.indexOf(from);
    const next = index < 0 && by < 0 ? -1 : (index + by) % stops.length;
    (stops.at(next) ?? this.panel).focus();
  }

  button(label, act, kind = "") {
    return element("button", { type: "button", class: kind, onclick: () => { this.close(); act?.(); } }, label);
  }

  /** Somebody else was first: show both versions, keep either. */
  askStale(conflict, resolve) {
    const { app } = this;
    const { item, current } = conflict;
    const rows = conflictCards(app, conflict);
    const theirs = this.button(t("Keep theirs"), () => resolve("theirs"));
    const mine = this.button(t("Apply mine again"), () => resolve("mine"), "primary");
    const [title, said] = staleWords(current);
    const elsewhere = item.video === app.options.video ? [] : [element("p", {}, t("It is about another video of this workspace."))];
    const buttons = [theirs, ...(current.some((label) => !label.deleted) ? [mine] : [])];
    // It opens by itself: a key on its way to the picture must not decide.
    this.open(title, [element("p", {}, said), ...elsewhere, ...rows], buttons, { fixed: true, first: this.panel });
  }

  /** Changes that the server refused: kept until the person decides. */
  showFailed(queue, tryAgain) {
    const draw = () => {
      if (!queue.failed.length) return this.close();
      const rows = queue.failed.map((entry) => element(
        "li", {},
        element("div", {},
          element("b", {}, describeEdits(entry, this.app)),
          element("small", {}, [entry.text, entry.hint].filter(Boolean).join(" ")),
          element("small", { class: "dim" }, new Date(entry.at).toLocaleString(this.app.options.language))),
        element("button", { type: "button", onclick: () => { tryAgain(entry.batch); draw(); } }, t("Try again")),
        element("button", { type: "button", class: "danger", onclick: () => { queue.forget(entry.batch); draw(); } }, t("Discard")),
      ));
      const said = element("p", {}, t("The server did not accept these changes. They are kept in this browser."));
      this.open(t("Could not be saved"), [said, element("ul", { class: "failed" }, ...rows)], [this.button(t("Close"))], { wide: true });
      return undefined;
    };
    draw();
  }

  toast(text, kind = "") {
    const made = element("div", { class: `toast ${kind}`.trim() }, text);
    const before = [...this.toasts.children];
    before.filter((one) => one.textContent === text || (!kind && one.className === made.className)).forEach((one) => one.remove());
    this.toasts.append(made);
    while (this.toasts.childElementCount > 3) this.toasts.firstElementChild.remove();
    setTimeout(() => made.remove(), kind === "bad" ? 9000 : 3500);
  }
}

function staleWords(current) {
  if (!current.length || !current.every((label) => label.kind)) {
    return [t("Two changes to the same track"), t("Somebody changed this track while you did. Nothing has been overwritten.")];
  }
  const removed = current.every((label) => label.deleted);
  return [
    t("Two changes to the same event or text"),
    removed
      ? t("Somebody removed this event or text while you changed it. Your words stay here until you have taken them.")
      : t("Somebody changed this event or text while you did. Nothing has been overwritten."),
  ];
}

function describeEdits(entry, app) {
  if (entry.note) return `${t("Note")} · ${entry.note.text || stateOfNote(entry.note.state)}`;
  return entry.edits.map((edit) => {
    const named = ({ field }) => {
      const id = edit[field];
      const row = edit.kind === "segment" ? app.segments.get(id) : app.state.row(id);
      if (!row) return id;
      return edit.kind === "segment" ? app.events.nameOf(row) : nameOf(row, app);
    };
    const name = subjects(edit).map(named).join(", ") || t("new");
    const frame = edit.frame == null ? "" : ` · ${t("frame {n}", { n: edit.frame })}`;
    return `${verbName(edit.verb)} · ${name}${frame}`;
  }).join(", ");
}

function stateOfNote(state) {
  return state === "resolved" ? t("Resolve") : t("Reopen");
}

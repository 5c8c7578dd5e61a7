// The line above the picture: which video, which frame, undo and redo, and whether all is saved.

import { clockText } from "./clock.js";
import { element, icon } from "./dom.js";
import { t } from "./messages.js";

const ICONS = { saved: "check", saving: "wait", offline: "cloud", conflict: "warn", failed: "warn" };

export class Header {
  constructor(app) {
    this.app = app;
    const { info } = app;
    this.place = element("span", { class: "pill mono place" });
    this.kind = element("span", { class: "kind", hidden: true });
    this.saved = element("button", { type: "button", class: "save", "aria-live": "polite", onclick: () => app.saving.openDetails() });
    this.undo = this.button("undo", t("Undo"));
    this.redo = this.button("redo", t("Redo"));
    const rate = info.vfr ? t("variable rate") : `${Number(info.fps.toFixed(3))} fps`;
    this.root = element(
      "header", {},
      element("b", { class: "video-name", title: info.name }, info.name), this.place, this.kind,
      element("span", { class: "pill facts" }, `${info.width}×${info.height} · ${rate}`),
      element("span", { class: "gap" }), app.presence.root, this.undo.root, this.redo.root, this.saved,
      element("button", { type: "button", class: "plain", "aria-label": t("All keys"), "data-command": "help", onclick: (event) => app.pressed(event, "help") }, element("kbd", {}, "?")),
    );
  }

  button(id, label) {
    const count = element("span", { class: "count" });
    const root = element("button", {
      type: "button", class: "plain", "aria-label": label, title: label, "data-command": id,
      onclick: (event) => this.app.pressed(event, id),
    }, icon(id), count);
    return { root, count };
  }

  /** The frame number; painted in the same animation frame as the picture. */
  showPlace(shown) {
    const { app } = this;
    const text = shown.frame < 0 ? (app.pictureTrouble || app.trouble ? "–" : t("Loading")) : `${shown.frame} · ${clockText(app.times[shown.frame])}`;
    if (this.place.textContent !== text) this.place.textContent = text;
    const kind = { preview: t("preview"), unreadable: t("unreadable") }[shown.kind] || "";
    this.kind.hidden = !kind;
    if (kind) this.kind.textContent = kind;
  }

  showSaving() {
    const { queue, actions } = this.app;
    let { state } = queue;
    if (state === "saved" && actions.open) state = "saving";
    else if (state === "saved" && queue.failed.length) state = "failed";
    const text = {
      saved: () => t("Saved"),
      saving: () => t("Saving"),
      offline: () => (queue.trouble ? t("NOT saved, kept here, will be sent: {n}", { n: queue.count }) : t("Offline, kept here, will be sent: {n}", { n: queue.count })),
      conflict: () => t("Needs your choice"),
      failed: () => t("Could not be saved: {n}", { n: queue.failed.length }),
    }[state]();
    this.setUndo();
    this.saved.title = queue.trouble ? [queue.trouble.text, queue.trouble.hint].filter(Boolean).join(" ") : "";
    this.saved.className = `save save-${state}`;
    this.saved.replaceChildren(icon(ICONS[state]), element("span", {}, text));
    return state;
  }

  showCounts({ undo, redo }) {
    this.undo.count.textContent = undo == null ? "" : String(undo);
    this.redo.count.textContent = redo ? String(redo) : "";
    this.counts = { undo, redo };
    this.setUndo();
  }

  /** What still waits to be sent can be undone and done again as well. */
  setUndo() {
    const waiting = this.app.queue.count > 0;
    this.undo.root.disabled = this.counts?.undo === 0 && !waiting;
    this.redo.root.disabled = this.counts?.redo === 0 && !waiting;
  }
}

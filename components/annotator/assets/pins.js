// The pins of notes on the picture: a drop with the note's number, its tip on the spot; hollow when
// resolved. They are buttons, so that keyboard and screen reader find them.

import { element } from "./dom.js";
import { toScreen } from "./geometry.js";
import { t } from "./messages.js";
import { keyOf } from "./notes.js";

export class Pins {
  constructor(app, notes) {
    Object.assign(this, { app, notes });
    this.root = element("div", { class: "pins" });
    this.made = new Map();
    this.draft = null;
  }

  /** Where a note will be while its text is typed; null takes it away. */
  showDraft(place) {
    this.draft = place && { ...place, client: "draft", number: "+", state: "open", text: "" };
    this.app.paint();
  }

  /** Put the pins of a frame where its picture is now. */
  place(frame, view, hidden) {
    const all = this.draft ? [...this.notes.list(), this.draft] : this.notes.list();
    const here = hidden ? [] : all.filter((thread) => thread.frame === frame && thread.x != null);
    const wanted = new Set(here.map(keyOf));
    for (const [key, pin] of this.made) {
      if (!wanted.has(key)) {
        pin.remove();
        this.made.delete(key);
      }
    }
    for (const thread of here) this.put(thread, toScreen(view, thread));
  }

  put(thread, at) {
    const key = keyOf(thread);
    if (!this.made.has(key)) {
      const made = element("button", {
        type: "button", onpointerdown: (event) => event.stopPropagation(), ondblclick: (event) => event.stopPropagation(),
        onclick: () => key !== "draft" && this.notes.select(key, { go: false }),
      }, element("span", {}));
      this.made.set(key, made);
      this.root.append(made);
    }
    const pin = this.made.get(key);
    const resolved = thread.state === "resolved";
    pin.className = `pin${resolved ? " resolved" : ""}${key === this.notes.selected ? " on" : ""}`;
    pin.style.transform = `translate(${Math.round(at.x)}px, ${Math.round(at.y)}px)`;
    pin.firstChild.textContent = String(thread.number);
    const label = resolved ? t("Note {n}, resolved: {text}", { n: thread.number, text: thread.text }) : t("Note {n}: {text}", { n: thread.number, text: thread.text });
    pin.setAttribute("aria-label", label);
    pin.title = `${thread.person ? `${thread.person}: ` : ""}${thread.text.slice(0, 200)}`;
  }
}

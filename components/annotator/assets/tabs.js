// The tabs of the side: the tracks first, then whatever a part adds. One tab alone needs no bar.

import { element } from "./dom.js";
import { t } from "./messages.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class Tabs {
  constructor(app) {
    this.app = app;
    this.tabs = [];
    this.bar = element("div", { class: "tabs", role: "tablist", hidden: true, onkeydown: (event) => this.key(event) });
    this.root = element("aside", { "aria-label": t("Side panel") }, this.bar);
  }

  /**
   * Add a tab at the end; the first one is open.
   * @param tab {id, label, root, show}; `show` is called each time the tab is opened
   */
  add({ id, label, root, show }) {
    const button = element("button", {
      type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, onclick: (event) => this.pressed(event, id),
    }, label);
    const panel = element("div", { class: "tab-panel", role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}` }, root);
    this.tabs.push({ id, button, panel, show });
    this.bar.append(button);
    this.root.append(panel);
    this.bar.hidden = this.tabs.length < 2;
    this.mark(this.current ?? id);
  }

  /** Pressed with the mouse, the keys go back to the picture: its arrows are wanted for frames. */
  pressed(event, id) {
    this.open(id);
    if (event.detail > 0) this.app.focus();
  }

  open(id) {
    if (!this.tabs.some((tab) => tab.id === id)) return;
    this.mark(id);
    this.tabs.find((tab) => tab.id === id).show?.();
  }

  mark(id) {
    this.current = id;
    for (const tab of this.tabs) {
      const on = tab.id === id;
      tab.panel.hidden = !on;
      tab.button.setAttribute("aria-selected", String(on));
      tab.button.tabIndex = on ? 0 : -1;
    }
  }

  key(event) {
    const step = STEPS[event.code];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const index = this.tabs.findIndex((tab) => tab.id === this.current);
    const next = this.tabs.at((index + step) % this.tabs.length);
    this.open(next.id);
    next.button.focus();
  }
}

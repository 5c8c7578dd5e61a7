// How tall the timeline is, and what this browser keeps of its look.

import { element } from "./dom.js";
import { t } from "./messages.js";

const KEPT = "dataguard-timeline";
const FOLDED = 54;
const LEAST = 132;
const STEP = 24;

export class TimelineFrame {
  constructor(timeline) {
    this.timeline = timeline;
    this.settings = { height: null, collapsed: false, order: "start", without: [], ...read() };
    this.edge = element("div", {
      class: "timeline-edge", role: "separator", tabindex: "0", "aria-orientation": "horizontal", "aria-label": t("Height of the timeline"),
      title: t("Drag to make the timeline taller or lower"),
      onpointerdown: (event) => this.down(event), onpointermove: (event) => this.move(event),
      onpointerup: () => this.up(), onpointercancel: () => this.up(), onkeydown: (event) => this.key(event),
      ondblclick: () => this.timeline.setCollapsed(!this.settings.collapsed),
    });
  }

  keep(changes) {
    Object.assign(this.settings, changes);
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.settings));
    } catch {
      // A browser that keeps nothing shows the usual look next time.
    }
  }

  get most() {
    return Math.max((this.timeline.app.root?.clientHeight ?? 0) * 0.62, LEAST);
  }

  /** The chosen height, within what leaves the picture its room; without a choice a share of all. */
  get height() {
    const wanted = this.settings.height ?? Math.min((this.timeline.app.root?.clientHeight ?? 0) * 0.33, 236);
    return Math.round(Math.min(Math.max(wanted, LEAST), this.most));
  }

  apply() {
    const { root } = this.timeline.app;
    if (!root) return;
    const height = this.settings.collapsed ? FOLDED : this.height;
    root.style.setProperty("--timeline", `${height}px`);
    this.timeline.root.classList.toggle("collapsed", this.settings.collapsed);
    this.edge.setAttribute("aria-valuenow", height);
    this.edge.setAttribute("aria-valuemin", LEAST);
    this.edge.setAttribute("aria-valuemax", Math.round(this.most));
  }

  down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.edge.setPointerCapture(event.pointerId);
    this.drag = { from: event.clientY, height: this.settings.collapsed ? FOLDED : this.height };
  }

  /** Drawn lower than the least height it folds; drawn up again it unfolds. */
  move(event) {
    if (!this.drag) return;
    const height = this.drag.height + this.drag.from - event.clientY;
    if (Math.abs(this.drag.from - event.clientY) < 3) return;
    const collapsed = height < (LEAST + FOLDED) / 2;
    if (collapsed !== this.settings.collapsed) this.timeline.setCollapsed(collapsed);
    if (!collapsed) this.settings.height = height;
    this.apply();
  }

  up() {
    if (!this.drag) return;
    this.drag = null;
    this.keep({});
    this.timeline.app.focus();
  }

  key(event) {
    const step = { ArrowUp: STEP, ArrowDown: -STEP }[event.code];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.keep({ height: this.height + step });
    this.apply();
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

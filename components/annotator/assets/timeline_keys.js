// The timeline by keyboard and for screen readers. While it has the focus, arrows go through its
// rows; all keys it does not know go on to the annotator.

import { element } from "./dom.js";
import { fullName, stateName } from "./names.js";
import { inSight } from "./timeline_rows.js";

const QUIET = 150;
const ZOOM = 1.5;

export class TimelineKeys {
  constructor(timeline) {
    this.timeline = timeline;
    this.options = element("div", { class: "unseen", role: "presentation" });
    this.active = null;
  }

  /** Whether a row carries the keyboard's mark. */
  marks(id) {
    return this.active === id && this.focused;
  }

  get focused() {
    const { box } = this.timeline;
    return box.getRootNode().activeElement === box;
  }

  down(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || this.timeline.app.picker.isOpen) return;
    const act = DOING[event.shiftKey ? `Shift+${event.code}` : event.code];
    if (!act || act(this) === false) return;
    event.preventDefault();
    event.stopPropagation();
  }

  step(count) {
    const { timeline } = this;
    const { rows, app } = timeline;
    if (!rows.length) return;
    const index = rows.findIndex((row) => row.id === (this.active ?? app.state.selected));
    const next = Math.min(Math.max(index + count, 0), rows.length - 1);
    this.active = rows[next].id;
    timeline.reveal(next);
    timeline.later();
  }

  choose() {
    if (this.active != null) this.timeline.app.select(this.active, { jump: true });
  }

  /** Shift and an arrow: the range grows from the frame where it was begun to the playhead. */
  extend(count) {
    const { timeline } = this;
    const { target } = timeline.app.player;
    const { range } = timeline;
    if (!range || (target !== range.first && target !== range.last)) this.anchor = target;
    else if (this.anchor !== range.first && this.anchor !== range.last) this.anchor = target === range.first ? range.last : range.first;
    timeline.app.player.step(count);
    timeline.setRange(this.anchor, timeline.app.player.target);
  }

  /** The rows in sight as options, a moment after scrolling rests. */
  mirrorLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.mirror(), this.focused ? 0 : QUIET);
  }

  mirror() {
    const { timeline } = this;
    const { rows, app, box } = timeline;
    const { first, last } = inSight(timeline.scene.place, timeline.scene.scroll);
    const options = rows.slice(first, last + 1).map((row, offset) => element("div", {
      role: "option", id: `timeline-${row.id}`, "aria-selected": String(row.id === app.state.selected),
      "aria-posinset": first + offset + 1, "aria-setsize": rows.length, "data-track": row.id,
    }, `${fullName(row, app)}, ${stateName(row.state)}, ${row.first}–${row.last}`));
    this.options.replaceChildren(...options);
    const active = this.active ?? app.state.selected;
    if (options.some((option) => option.id === `timeline-${active}`)) box.setAttribute("aria-activedescendant", `timeline-${active}`);
    else box.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
  }
}

const DOING = {
  ArrowDown: (keys) => keys.step(1),
  ArrowUp: (keys) => keys.step(-1),
  Enter: (keys) => keys.choose(),
  NumpadEnter: (keys) => keys.choose(),
  Equal: (keys) => keys.timeline.zoomMiddle(ZOOM),
  "Shift+Equal": (keys) => keys.timeline.zoomMiddle(ZOOM),
  NumpadAdd: (keys) => keys.timeline.zoomMiddle(ZOOM),
  Minus: (keys) => keys.timeline.zoomMiddle(1 / ZOOM),
  NumpadSubtract: (keys) => keys.timeline.zoomMiddle(1 / ZOOM),
  Digit0: (keys) => keys.timeline.showWhole(),
  "Shift+ArrowRight": (keys) => keys.extend(1),
  "Shift+ArrowLeft": (keys) => keys.extend(-1),
  Escape: (keys) => keys.timeline.cancel(),
};

// How far a change would reach, as a band over the rows and over the whole video's bar.

import { element } from "./dom.js";
import { xOf } from "./timeline_scale.js";

export class TimelineReach {
  constructor(timeline) {
    this.timeline = timeline;
    this.range = null;
    this.overRows = element("div", { class: "reach-band rows", hidden: true, "aria-hidden": "true" });
    this.overAll = element("div", { class: "reach-band", hidden: true, "aria-hidden": "true" });
    timeline.minimap.root.prepend(this.overAll);
  }

  /** @param range {first, last}, both included, or null for none */
  show(range) {
    this.range = range;
    this.place();
  }

  place() {
    const { range, timeline } = this;
    const { gutter, scale, minimap } = timeline;
    this.overAll.hidden = !range || !minimap.scale;
    if (!this.overAll.hidden) minimap.spread(this.overAll, range);
    this.overRows.hidden = !range || timeline.collapsed || !gutter;
    if (this.overRows.hidden) return;
    const inside = (frame) => Math.min(Math.max(xOf(scale, frame), 0), scale.width);
    const [left, right] = [inside(range.first), inside(range.last + 1)];
    Object.assign(this.overRows.style, { left: `${gutter + left}px`, width: `${Math.max(right - left, 2)}px` });
  }
}

// The line above the rows: which range is selected, which suggestions are hidden by their score,
// which rows are shown in which order, and the zoom.

import { Choice } from "./choice.js";
import { element, icon } from "./dom.js";
import { t } from "./messages.js";

export class TimelineHead {
  constructor(app, timeline) {
    Object.assign(this, { app, timeline });
    this.fold = this.button("down", t("Fold the timeline"), () => timeline.setCollapsed(!timeline.collapsed));
    this.range = element("span", { class: "timeline-range", hidden: true });
    this.hidden = element("span", { class: "timeline-hidden", role: "status" });
    this.value = element("span", { class: "mono confidence-value", "aria-hidden": "true" }, "0.00");
    this.slider = element("input", {
      type: "range", min: "0", max: "1", step: "0.01", value: "0", "aria-label": t("Hide suggestions with a lower score"),
      oninput: () => this.choose(), onpointerup: () => app.focus(),
    });
    this.lanes = ["score", "segments", "sound"].map((kind) => this.lane(kind));
    this.order = new Choice(app, { label: t("Order of the rows"), live: true, act: (value) => timeline.setOrder(value) });
    this.order.show([["start", t("By start")], ["here", t("On this frame first")]], timeline.settings.order);
    this.root = element(
      "div", { class: "timeline-head" },
      this.fold, ...this.lanes.map((lane) => lane.root), this.order.root, this.range, element("span", { class: "gap" }), this.hidden,
      element("label", { class: "confidence", title: t("Hide suggestions with a lower score") }, element("span", {}, t("Confidence ≥")), this.slider, this.value),
      this.button("minus", t("Show more of the video"), () => timeline.zoomMiddle(0.6)),
      this.button("whole", t("Show the whole video"), () => timeline.showWhole()),
      this.button("plus", t("Show less, larger"), () => timeline.zoomMiddle(1 / 0.6)),
    );
  }

  button(shape, label, act) {
    return element("button", {
      type: "button", class: "plain", "aria-label": label, title: label,
      onclick: (event) => { act(); if (event.detail > 0) this.app.focus(); },
    }, icon(shape));
  }

  lane(kind) {
    const label = { score: t("Score"), segments: t("Events"), sound: t("Sound") }[kind];
    const root = element("button", {
      type: "button", class: "plain lane", onclick: (event) => { this.timeline.toggleLane(kind); if (event.detail > 0) this.app.focus(); },
    }, label);
    return { kind, root };
  }

  choose() {
    this.app.confidence = Number(this.slider.value);
    this.timeline.refresh();
    this.app.labelsChanged();
  }

  /** What the state of the timeline makes it say. */
  refresh() {
    const { timeline, app } = this;
    const { range } = timeline;
    this.value.textContent = app.confidence.toFixed(2);
    this.slider.value = String(app.confidence);
    this.slider.setAttribute("aria-valuetext", app.confidence.toFixed(2));
    const text = timeline.hiddenCount ? t("Hidden: {n}", { n: timeline.hiddenCount }) : "";
    if (this.hidden.textContent !== text) this.hidden.textContent = text;
    for (const { kind, root } of this.lanes) {
      root.hidden = !timeline.has(kind);
      root.setAttribute("aria-pressed", String(!timeline.settings.without.includes(kind)));
    }
    this.fold.setAttribute("aria-expanded", String(!timeline.collapsed));
    this.fold.classList.toggle("folded", timeline.collapsed);
    this.showRange(range);
  }

  showRange(range) {
    const text = range ? t("Range {first}–{last}, frames: {n}", { ...range, n: range.last - range.first + 1 }) : "";
    if (this.rangeText === text) return;
    this.rangeText = text;
    this.range.hidden = !range;
    if (!range) return this.range.replaceChildren();
    return this.range.replaceChildren(
      element("span", { class: "mono" }, text), this.button("cross", t("Clear the range"), () => this.timeline.setRange(null)),
    );
  }
}

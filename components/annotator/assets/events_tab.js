// The tab of events and captions: a filter, a virtual list in the order of time, the selected one.

import { clockText } from "./clock.js";
import { Choice } from "./choice.js";
import { element } from "./dom.js";
import { CAPTION, kindName } from "./events.js";
import { t } from "./messages.js";
import { fullName, keyedName, stateName, wordsOf } from "./names.js";
import { SegmentForm } from "./segment_form.js";
import { VirtualRows } from "./virtual_rows.js";
import { ownerName } from "./whose.js";

export class EventsTab {
  constructor(app) {
    this.app = app;
    this.filter = "";
    this.form = new SegmentForm(app);
    this.filters = new Choice(app, { label: t("Filter by class"), live: true, act: (value) => { this.filter = value; this.refresh(); } });
    this.marks = new Choice(app, { label: t("Mark as"), live: true, act: (value) => app.events.setMark(value === CAPTION ? CAPTION : Number(value)) });
    this.marks.root.title = t("What new marks are");
    this.count = element("span", { class: "count" });
    this.empty = element("p", { class: "list-empty" });
    this.first = element("button", { type: "button", onclick: () => app.events.addClasses() }, t("Add jab, cross, hook, uppercut, block"));
    this.virtual = new VirtualRows({
      name: "event", label: t("Events"), chosen: () => app.segments.selected,
      make: () => this.makeRow(), fill: (made, row) => this.fillRow(made, row), choose: (id, how) => this.choose(id, how),
      waits: () => app.picker.isOpen,
    });
    this.reaction = element("button", { type: "button", class: "plain", onclick: () => app.reaction.ask() });
    this.root = element(
      "section", { class: "list events" },
      element("div", { class: "filters" }, this.filters.root, element("label", {}, element("span", {}, t("Mark as")), this.marks.root),
        element("button", { type: "button", onclick: () => app.events.addCaption() }, t("New caption")), this.reaction),
      this.empty, this.first, this.virtual.root, this.form.root,
    );
    app.tabs.add({ id: "events", label: element("span", {}, t("Events"), " ", this.count), root: this.root, show: () => this.refresh() });
  }

  refresh() {
    const { app } = this;
    const all = app.segments.list();
    app.root.dataset.segments = all.length;
    app.root.dataset.segment = app.segments.selected ?? "";
    this.count.textContent = all.length || "";
    if (app.tabs.current !== "events") return;
    this.fillSelects();
    this.rows = all.filter((one) => !this.filter || this.filter === (one.kind === "event" ? String(one.class) : one.kind));
    this.empty.hidden = this.rows.length > 0;
    this.empty.textContent = this.emptyText(all);
    this.first.hidden = app.events.classes().length > 0;
    this.reaction.textContent = app.reaction.text;
    this.virtual.show(this.rows);
    this.form.refresh();
  }

  /** Why there are no rows. */
  emptyText(all) {
    const { events, segments } = this.app;
    if (all.length) return t("No event matches the filter.");
    if (!segments.loaded) return segments.trouble || "…";
    return t("No events yet. {in} and {out} mark one on the exact frame, {live} while the video plays.", {
      in: events.keyOf("markIn"), out: events.keyOf("markOut"), live: events.keyOf("liveMark"),
    });
  }

  fillSelects() {
    const { app } = this;
    const kinds = [...app.events.classes().map((one) => [one.id, keyedName(one, app)]), [CAPTION, kindName(CAPTION)]];
    this.filters.show([["", t("All classes")], ...kinds], this.filter);
    this.marks.show(kinds, app.events.mark);
  }

  makeRow() {
    const made = {
      swatch: element("span", { class: "swatch" }), owner: element("span", { class: "swatch owner" }), name: element("span", { class: "row-name" }),
      time: element("span", { class: "row-time" }), frames: element("span"), state: element("span", { class: "state" }),
    };
    made.root = element(
      "div", { class: "row" },
      made.swatch, made.owner, element("span", { class: "row-text" }, made.name, element("small", {}, made.time, made.frames)), made.state,
    );
    return made;
  }

  fillRow(made, row) {
    const { app } = this;
    const frame = app.player.shown.frame;
    made.root.classList.toggle("here", row.first <= frame && frame <= row.last);
    made.root.dataset.segment = row.id;
    made.root.dataset.state = row.state;
    made.swatch.style.background = app.classes.get(row.class)?.colour || "var(--accent)";
    const note = row.kind === "event" ? wordsOf(row) : "";
    const owner = app.state.row(row.track);
    made.owner.hidden = !owner;
    if (owner) made.owner.style.background = app.colourOf(owner);
    made.name.textContent = [app.events.nameOf(row), ownerName(row, app), note].filter(Boolean).join(" · ");
    made.name.title = [app.events.fullName(row), ownerName(row, app, fullName), note].filter(Boolean).join(" · ");
    made.time.textContent = `${this.time(row.first)}–${this.time(row.last)} · `;
    made.frames.textContent = `${row.first}–${row.last}`;
    made.state.textContent = stateName(row.state);
    made.state.className = `state state-${row.state}`;
  }

  time(frame) {
    const { times } = this.app;
    return clockText(times[frame] - times[0]);
  }

  choose(id, { byKey = false } = {}) {
    this.app.segments.select(id, { jump: true });
    if (!byKey) this.app.focus();
  }

  reveal(id) {
    this.refresh();
    this.virtual.reveal(id);
  }

  close() {
    this.virtual.close();
  }
}

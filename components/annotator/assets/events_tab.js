// The tab of events and captions: a filter, a virtual list in the order of time, the selected one.

import { clockText } from "./clock.js";
import { element } from "./dom.js";
import { CAPTION, kindName } from "./events.js";
import { ROW, slice } from "./list.js";
import { t } from "./messages.js";
import { className, stateName } from "./names.js";
import { SegmentForm } from "./segment_form.js";

export class EventsTab {
  constructor(app) {
    this.app = app;
    this.filter = "";
    this.pool = [];
    this.form = new SegmentForm(app);
    this.filters = element("select", { "aria-label": t("Filter by class"), onchange: (event) => { this.filter = event.target.value; this.refresh(); } });
    this.marks = element("select", { "aria-label": t("Mark as"), title: t("What new marks are"), onchange: (event) => this.setMark(event.target.value) });
    this.count = element("span", { class: "count" });
    this.empty = element("p", { class: "list-empty" });
    this.first = element("button", { type: "button", onclick: () => app.events.addClasses() }, t("Add jab, cross, hook, uppercut, block"));
    this.space = element("div", { class: "list-space" });
    this.box = element("div", {
      class: "list-rows", role: "listbox", tabindex: "0", "aria-label": t("Events"), onscroll: () => this.drawRows(), onkeydown: (event) => this.key(event),
    }, this.space);
    this.reaction = element("button", { type: "button", class: "plain", onclick: () => app.reaction.ask() });
    this.root = element(
      "section", { class: "list events" },
      element("div", { class: "filters" }, this.filters, element("label", {}, element("span", {}, t("Mark as")), this.marks),
        element("button", { type: "button", onclick: () => app.events.addCaption() }, t("New caption")), this.reaction),
      this.empty, this.first, this.box, this.form.root,
    );
    this.observer = new ResizeObserver(() => this.drawRows());
    this.observer.observe(this.box);
    app.tabs.add({ id: "events", label: element("span", {}, t("Events"), " ", this.count), root: this.root, show: () => this.refresh() });
  }

  setMark(value) {
    this.app.events.setMark(value === CAPTION ? CAPTION : Number(value));
    this.app.focus();
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
    this.empty.textContent = all.length ? t("No event matches the filter.") : t("No events yet. {in} and {out} mark one on the exact frame, {live} while the video plays.", {
      in: app.events.keyOf("markIn"), out: app.events.keyOf("markOut"), live: app.events.keyOf("liveMark"),
    });
    this.first.hidden = app.events.classes().length > 0;
    this.reaction.textContent = app.reaction.text;
    this.space.style.height = `${this.rows.length * ROW}px`;
    this.drawRows();
    this.form.refresh();
  }

  fillSelects() {
    const { app } = this;
    const classes = app.events.classes();
    const key = classes.map((one) => `${one.id} ${one.name}`).join("\n");
    if (key !== this.filled) {
      this.filled = key;
      const option = (value, text) => element("option", { value }, text);
      const named = classes.map((one) => option(one.id, `${one.hotkey ? `${one.hotkey}  ` : ""}${className(one.id, app)}`));
      this.filters.replaceChildren(option("", t("All classes")), ...named.map((one) => one.cloneNode(true)), option(CAPTION, kindName(CAPTION)));
      this.marks.replaceChildren(...named, option(CAPTION, kindName(CAPTION)));
      this.filters.value = this.filter;
    }
    this.marks.value = String(app.events.mark);
  }

  drawRows() {
    if (!this.rows) return;
    const { first, last } = slice(this.rows.length, this.box.scrollTop, this.box.clientHeight);
    while (this.pool.length < last - first + 1) this.pool.push(this.makeRow());
    this.pool.forEach((made, index) => {
      const row = this.rows[first + index];
      made.root.hidden = !row || first + index > last;
      if (!made.root.hidden) this.fillRow(made, row, first + index);
    });
    const active = this.pool.find((made) => !made.root.hidden && made.id === this.app.segments.selected);
    if (active) this.box.setAttribute("aria-activedescendant", active.root.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  makeRow() {
    const made = {
      swatch: element("span", { class: "swatch" }), name: element("span", { class: "row-name" }),
      span: element("small", {}), state: element("span", { class: "state" }),
    };
    made.root = element(
      "div", { class: "row", role: "option", id: `event-${this.pool.length}`, onclick: () => this.choose(made.id) },
      made.swatch, element("span", { class: "row-text" }, made.name, made.span), made.state,
    );
    this.space.append(made.root);
    return made;
  }

  fillRow(made, row, index) {
    const { app } = this;
    made.id = row.id;
    const frame = app.player.shown.frame;
    const selected = row.id === app.segments.selected;
    made.root.style.transform = `translateY(${index * ROW}px)`;
    made.root.classList.toggle("selected", selected);
    made.root.classList.toggle("here", row.first <= frame && frame <= row.last);
    made.root.setAttribute("aria-selected", String(selected));
    made.root.setAttribute("aria-posinset", index + 1);
    made.root.setAttribute("aria-setsize", this.rows.length);
    made.root.dataset.segment = row.id;
    made.root.dataset.state = row.state;
    made.swatch.style.background = app.classes.get(row.class)?.colour || "var(--accent)";
    const note = row.kind === "event" ? row.attributes.note || row.text : "";
    made.name.textContent = [app.events.nameOf(row), note].filter(Boolean).join(" · ");
    made.span.textContent = `${this.time(row.first)}–${this.time(row.last)} · ${row.first}–${row.last}`;
    made.state.textContent = stateName(row.state);
    made.state.className = `state state-${row.state}`;
  }

  time(frame) {
    const { times } = this.app;
    return clockText(times[frame] - times[0]);
  }

  choose(id) {
    this.app.segments.select(id, { jump: true });
    this.app.focus();
  }

  reveal(id) {
    this.refresh();
    const index = this.rows?.findIndex((row) => row.id === id) ?? -1;
    if (index < 0) return;
    const { scrollTop, clientHeight } = this.box;
    if (index * ROW < scrollTop) this.box.scrollTop = index * ROW;
    else if ((index + 1) * ROW > scrollTop + clientHeight) this.box.scrollTop = (index + 1) * ROW - clientHeight;
  }

  /** Up and down choose while the list has the focus; all other keys go to the annotator. */
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (!step || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || !this.rows?.length) return;
    event.preventDefault();
    event.stopPropagation();
    const index = this.rows.findIndex((row) => row.id === this.app.segments.selected);
    const next = Math.min(Math.max(index + step, 0), this.rows.length - 1);
    this.app.segments.select(this.rows[next].id, { jump: true });
  }

  close() {
    this.observer.disconnect();
  }
}

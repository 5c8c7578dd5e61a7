// The list of tracks with its filter.

import { Choice } from "./choice.js";
import { element } from "./dom.js";
import { t } from "./messages.js";
import { className, fullName, nameOf, stateName } from "./names.js";
import { VirtualRows } from "./virtual_rows.js";

const STATES = ["suggested", "accepted", "fixed", "manual", "rejected"];

/** The rows that pass the filter, those on the frame first. Pure. */
export function filtered(rows, { state, classId, text, onFrame, frame, label }) {
  const here = (row) => row.first <= frame && frame <= row.last;
  const wanted = rows.filter(
    (row) =>
      (!state || row.state === state) &&
      (classId == null || row.class === classId) &&
      (!onFrame || here(row)) &&
      (!text || label(row).toLowerCase().includes(text)),
  );
  if (onFrame) return wanted;
  return [...wanted.filter(here), ...wanted.filter((row) => !here(row))];
}

export class List {
  constructor(app) {
    this.app = app;
    this.filter = { state: "", classId: null, text: "", onFrame: false };
    this.frame = 0;
    this.count = element("span", { class: "count" });
    this.empty = element("p", { class: "list-empty" });
    this.virtual = new VirtualRows({
      name: "row", label: t("Tracks"), chosen: () => app.state.selected,
      make: () => this.makeRow(), fill: (made, row) => this.fillRow(made, row), choose: (id, how) => this.choose(id, how),
      waits: () => app.picker.isOpen,
    });
    this.root = element("section", { class: "list" }, this.filters(), this.empty, this.virtual.root);
  }

  filters() {
    const change = (name, read) => (event) => {
      this.filter[name] = read(event.target);
      this.refresh();
      if (event.type === "change") this.app.focus();
    };
    const choice = (label, name, read) => new Choice(this.app, {
      label, live: true, act: (value) => { this.filter[name] = read(value); this.refresh(); },
    });
    const states = choice(t("State"), "state", String);
    states.show([["", t("All states")], ...STATES.map((state) => [state, stateName(state)])]);
    this.classes = choice(t("Class"), "classId", (value) => (value ? Number(value) : null));
    this.showClasses();
    const text = element("input", {
      type: "search", placeholder: t("Find"), "aria-label": t("Find a track"),
      oninput: change("text", (field) => field.value.trim().toLowerCase()),
      onsearch: change("text", (field) => field.value.trim().toLowerCase()),
      onkeydown: (event) => event.code === "Escape" && !event.isComposing && this.clearText(event.target),
    });
    const tick = (name, label) => element(
      "label", {}, element("input", { type: "checkbox", checked: this.filter[name], onchange: change(name, (field) => field.checked) }), label,
    );
    return element("div", { class: "filters" }, text, states.root, this.classes.root, tick("onFrame", t("On this frame only")));
  }

  showClasses() {
    const named = [...this.app.classes.values()].filter((one) => one.kind !== "event").map((one) => [one.id, className(one.id, this.app)]);
    this.classes.show([["", t("All classes")], ...named], this.filter.classId);
  }

  clearText(field) {
    field.value = "";
    this.filter.text = "";
    this.refresh();
    this.app.focus();
  }

  /** Choose the rows anew: the labels, the filter or the frame changed. */
  refresh() {
    const { app } = this;
    const all = app.state.rows();
    const frame = Math.max(app.player.shown.frame, 0);
    this.rows = filtered(all, { ...this.filter, frame, label: (row) => fullName(row, app) });
    this.frame = frame;
    const shown = this.rows.length === all.length ? `${all.length}` : `${this.rows.length} / ${all.length}`;
    this.count.textContent = all.length ? shown : "";
    this.empty.hidden = this.rows.length > 0;
    this.empty.textContent = this.emptyText(all.length);
    this.virtual.show(this.rows);
  }

  emptyText(count) {
    if (count) return t("No track passes this filter.");
    if (this.app.labels.restored == null) return t("Loading");
    return t("No tracks yet. Run a model under Suggest, or press {key} and draw a box.", { key: this.app.keys.of("draw") });
  }

  makeRow() {
    const made = {
      swatch: element("span", { class: "swatch" }),
      name: element("span", { class: "row-name" }),
      span: element("small", {}),
      bar: element("i"),
      score: element("small", { class: "score" }),
      state: element("span", { class: "state" }),
    };
    made.meter = element("span", { class: "meter", "aria-hidden": "true" }, made.bar);
    made.root = element(
      "div", { class: "row" },
      made.swatch, element("span", { class: "row-text" }, made.name, made.span),
      element("span", { class: "row-score" }, made.score, made.meter), made.state,
    );
    return made;
  }

  fillRow(made, row) {
    const { app } = this;
    made.root.classList.toggle("here", row.first <= this.frame && this.frame <= row.last);
    made.root.dataset.track = row.id;
    made.root.dataset.state = row.state;
    made.swatch.style.background = app.colourOf(row);
    made.name.textContent = nameOf(row, app);
    made.name.title = fullName(row, app);
    made.span.textContent = row.first === row.last ? `${row.first}` : `${row.first}–${row.last} · ◆ ${row.keyframes}`;
    made.span.title = t("Frames {first}–{last}, keyframes: {n}", { first: row.first, last: row.last, n: row.keyframes });
    const scored = row.score != null;
    made.score.textContent = scored ? row.score.toFixed(2) : "";
    made.meter.parentElement.hidden = !scored;
    made.bar.style.width = scored ? `${Math.round(row.score * 100)}%` : "0";
    made.bar.className = scored && row.score < 0.5 ? "low" : "";
    made.state.textContent = stateName(row.state);
    made.state.className = `state state-${row.state}`;
  }

  /** A click gives the keys back to the picture; who goes on by key stays in the list. */
  choose(id, { byKey = false } = {}) {
    const { app } = this;
    if (app.picker.isOpen) return app.picker.pick(id);
    app.select(id, { jump: true });
    return byKey ? undefined : app.focus();
  }

  reveal(id) {
    this.virtual.reveal(id);
  }

  drawRows() {
    this.virtual.draw();
  }

  close() {
    this.virtual.close();
  }
}

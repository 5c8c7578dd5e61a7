// The list of tracks. Rows are virtual: only those in sight exist, so 10,000 scroll smoothly.

import { element } from "./dom.js";
import { t } from "./messages.js";
import { className, nameOf, stateName } from "./names.js";

export const ROW = 42;
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

/** The part of the rows in sight, with a few to spare. Pure. */
export function slice(count, top, height, row = ROW, spare = 4) {
  const first = Math.max(Math.floor(top / row) - spare, 0);
  return { first, last: Math.min(Math.ceil((top + height) / row) + spare, count) - 1 };
}

export class List {
  constructor(app) {
    this.app = app;
    this.filter = { state: "", classId: null, text: "", onFrame: false };
    this.pool = [];
    this.heading = element("h2", {});
    this.space = element("div", { class: "list-space" });
    this.empty = element("p", { class: "list-empty" });
    this.box = element(
      "div",
      {
        class: "list-rows", role: "listbox", tabindex: "0", "aria-label": t("Tracks"),
        onscroll: () => this.drawRows(), onkeydown: (event) => this.key(event),
      },
      this.space,
    );
    this.root = element("section", { class: "list" }, this.heading, this.filters(), this.empty, this.box);
    this.observer = new ResizeObserver(() => this.drawRows());
    this.observer.observe(this.box);
  }

  filters() {
    const change = (name, read) => (event) => {
      this.filter[name] = read(event.target);
      this.refresh();
      if (event.type === "change") this.app.focus();
    };
    const option = (value, label) => element("option", { value }, label);
    const states = element(
      "select", { "aria-label": t("State"), onchange: change("state", (field) => field.value) },
      option("", t("All states")), ...STATES.map((state) => option(state, stateName(state))),
    );
    this.classes = element("select", { "aria-label": t("Class"), onchange: change("classId", (field) => (field.value ? Number(field.value) : null)) });
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
    return element("div", { class: "filters" }, text, states, this.classes, tick("onFrame", t("On this frame only")));
  }

  showClasses() {
    const options = [...this.app.classes.values()].filter((one) => one.kind !== "event").map((one) => element("option", { value: one.id }, className(one.id, this.app)));
    this.classes.replaceChildren(element("option", { value: "" }, t("All classes")), ...options);
    this.classes.value = String(this.filter.classId ?? "");
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
    this.rows = filtered(all, { ...this.filter, frame, label: (row) => nameOf(row, app) });
    this.frame = frame;
    const shown = this.rows.length === all.length ? `${all.length}` : `${this.rows.length} / ${all.length}`;
    this.heading.replaceChildren(t("Tracks"), element("span", { class: "count" }, shown));
    this.space.style.height = `${this.rows.length * ROW}px`;
    this.empty.hidden = this.rows.length > 0;
    this.empty.textContent = this.emptyText(all.length);
    this.drawRows();
  }

  emptyText(count) {
    if (count) return t("No track passes this filter.");
    if (this.app.labels.restored == null) return t("Loading");
    return t("No tracks yet. Run a model under Suggest, or press {key} and draw a box.", { key: this.app.keys.of("draw") });
  }

  drawRows() {
    if (!this.rows) return;
    const { first, last } = slice(this.rows.length, this.box.scrollTop, this.box.clientHeight);
    for (let index = 0; index <= last - first || index < this.pool.length; index += 1) {
      const row = this.rows[first + index];
      if (!this.pool[index] && row) this.pool[index] = this.makeRow();
      const made = this.pool[index];
      if (!made) continue;
      made.root.hidden = !row || first + index > last;
      if (!made.root.hidden) this.fillRow(made, row, first + index);
    }
    const active = this.pool.find((made) => !made.root.hidden && made.id === this.app.state.selected);
    if (active) this.box.setAttribute("aria-activedescendant", active.root.id);
    else this.box.removeAttribute("aria-activedescendant");
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
      "div", { class: "row", role: "option", id: `row-${this.pool.length}`, onclick: () => this.choose(made.id) },
      made.swatch, element("span", { class: "row-text" }, made.name, made.span),
      element("span", { class: "row-score" }, made.score, made.meter), made.state,
    );
    this.space.append(made.root);
    return made;
  }

  fillRow(made, row, index) {
    const { app } = this;
    made.id = row.id;
    made.root.style.transform = `translateY(${index * ROW}px)`;
    const selected = row.id === app.state.selected;
    made.root.classList.toggle("selected", selected);
    made.root.classList.toggle("here", row.first <= this.frame && this.frame <= row.last);
    made.root.setAttribute("aria-selected", String(selected));
    made.root.setAttribute("aria-posinset", index + 1);
    made.root.setAttribute("aria-setsize", this.rows.length);
    made.root.dataset.track = row.id;
    made.root.dataset.state = row.state;
    made.swatch.style.background = app.colourOf(row);
    made.name.textContent = nameOf(row, app);
    made.span.textContent = row.first === row.last ? `${row.first}` : `${row.first}–${row.last} · ◆ ${row.keyframes}`;
    made.span.title = t("Frames {first}–{last}, keyframes: {n}", { first: row.first, last: row.last, n: row.keyframes });
    const scored = row.score != null;
    made.score.textContent = scored ? row.score.toFixed(2) : "";
    made.meter.style.visibility = scored ? "" : "hidden";
    made.bar.style.width = scored ? `${Math.round(row.score * 100)}%` : "0";
    made.bar.className = scored && row.score < 0.5 ? "low" : "";
    made.state.textContent = stateName(row.state);
    made.state.className = `state state-${row.state}`;
  }

  choose(id) {
    if (this.app.picker.isOpen) return this.app.picker.pick(id);
    this.app.select(id, { jump: true });
    return this.app.focus();
  }

  /** Bring the selected row into sight. */
  reveal(id) {
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
    const index = this.rows.findIndex((row) => row.id === this.app.state.selected);
    const next = Math.min(Math.max(index + step, 0), this.rows.length - 1);
    this.app.select(this.rows[next].id, { jump: true });
    this.reveal(this.rows[next].id);
  }

  close() {
    this.observer.disconnect();
  }
}

// One attribute at a time: through the tracks that have it, or through its changes along one
// track; the picture zooms to each, digits set the value.

import { attributeName, changesOf, choicesOf, definitions, given, trackValues, typed, valueName, valueOf } from "./attributes.js";
import { element } from "./dom.js";
import { t } from "./messages.js";
import { className, nameOf } from "./names.js";

/** Where to look at each track: in the middle of its span, or at its start when the value changes. Pure. */
export function stopsOverTracks(rows, classId, changing) {
  return rows
    .filter((row) => row.class === classId && row.state !== "rejected")
    .map((row) => ({ id: row.id, frame: changing ? row.first : Math.floor((row.first + row.last) / 2) }));
}

/** The beginning of a track and each frame at which the attribute changes. Pure. */
export function stopsAlong(row, table, name) {
  const frames = changesOf(table, name).map(([frame]) => frame).filter((frame) => frame > row.first && frame <= row.last);
  return [row.first, ...frames].map((frame) => ({ id: row.id, frame }));
}

export class AttributeRound {
  constructor(app) {
    this.app = app;
    this.values = trackValues(app);
    this.on = false;
    this.along = false;
    this.chosen = null;
  }

  toggle() {
    return this.on ? this.stop() : this.begin();
  }

  /** Every attribute of every class in use: [{key, classId, name, definition}] */
  offered() {
    const { app } = this;
    return app.openClasses().flatMap((one) => Object.entries(definitions(app, one.id)).map(([name, definition]) => (
      { key: `${one.id} ${name}`, classId: one.id, name, definition }
    )));
  }

  begin() {
    const { app } = this;
    const offered = this.offered();
    const row = app.state.row(app.state.selected);
    const own = offered.find((one) => one.classId === row?.class);
    this.chosen = offered.find((one) => one.key === this.chosen?.key) || own || offered[0];
    if (!this.chosen) return app.toast(t("No class has attributes yet. The Classes page defines them."));
    if (app.rounds.on) app.rounds.stop();
    if (!this.on) this.before = app.stage.fitted ? null : app.stage.view;
    this.on = true;
    this.gather();
    if (!this.stops.length) return this.showHint();
    this.index = Math.max(this.stops.findIndex((stop) => stop.id === row?.id), 0);
    return this.show();
  }

  gather() {
    const { state } = this.app;
    const { classId, name, definition } = this.chosen;
    const row = state.row(state.selected);
    if (this.along && definition.changing && row?.class === classId) this.stops = stopsAlong(row, this.table(row.id), name);
    else this.stops = stopsOverTracks(state.rows(), classId, definition.changing);
    this.index = Math.min(this.index ?? 0, Math.max(this.stops.length - 1, 0));
  }

  table(id) {
    const { state } = this.app;
    return state.track(id)?.attributes ?? state.row(id)?.attributes ?? {};
  }

  /** How many of the tracks have no value of their own yet. */
  left() {
    const { name } = this.chosen;
    return new Set(this.stops.filter((stop) => this.table(stop.id)[name] == null).map((stop) => stop.id)).size;
  }

  go(step) {
    const { id } = this.stops[this.index] || {};
    this.gather();
    const held = this.along ? this.index : this.stops.findIndex((stop) => stop.id === id);
    const next = Math.max(held, 0) + step;
    if (next >= this.stops.length) return this.app.toast(t("That was the last one. {n} without a value.", { n: this.left() }));
    this.index = Math.max(next, 0);
    return this.show();
  }

  show() {
    const { app } = this;
    const stop = this.stops[this.index];
    app.select(stop.id);
    app.rounds.aiming = stop.id;
    if (app.player.target !== stop.frame) app.player.go(stop.frame);
    app.paint();
    this.showHint();
    const field = app.stage.hint.querySelector("input");
    if (field) field.select();
    else app.focus();
  }

  choose(key) {
    this.chosen = this.offered().find((one) => one.key === key);
    this.along = false;
    this.begin();
  }

  /** Set the value of the object shown; null takes it away. */
  set(value, seen = this.app.actions.about(this.stops[this.index]?.id)) {
    if (seen.id == null) return;
    const { name, definition } = this.chosen;
    const act = () => {
      this.values.set(seen, valueOf(this.app, name, definition, value));
      this.app.announce(`${attributeName(name, definition, this.app)}: ${valueName(value) || t("no value")}`);
      this.refresh();
    };
    if (definition.changing) this.app.actions.whenExact(act);
    else act();
  }

  /** True for a key that means something here. */
  key(event) {
    if (!this.on || this.app.gestures.mode !== "select" || event.ctrlKey || event.metaKey || event.altKey) return false;
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    const choices = choicesOf(this.chosen.definition);
    if (digit && !event.shiftKey) {
      if (digit === "0") this.set(null);
      else if (choices[digit - 1] !== undefined) this.set(choices[digit - 1]);
    } else if (event.code === "Tab") this.go(event.shiftKey ? -1 : 1);
    else if (event.code === "Enter" || event.code === "NumpadEnter") this.go(1);
    else if (event.code === "Escape") this.stop();
    else return false;
    event.preventDefault();
    return true;
  }

  stop() {
    if (!this.on) return;
    const { stage } = this.app;
    this.on = false;
    stage.setHint();
    if (this.before) stage.setView(this.before);
    else stage.showAll();
    this.app.focus();
  }

  /** Keep the bar true while labels or the frame change; under somebody's fingers only its count. */
  refresh() {
    const { hint } = this.app.stage;
    if (!this.on) return;
    const busy = this.bar?.isConnected && hint.contains(hint.getRootNode().activeElement);
    if (busy) this.counted.textContent = this.leftWords();
    else this.showHint();
  }

  leftWords() {
    return t("without a value: {n}", { n: this.left() });
  }

  showHint() {
    const { app } = this;
    const { classId, definition } = this.chosen;
    const stop = this.stops[this.index];
    const attribute = element(
      "select", { "aria-label": t("Attribute"), onchange: (event) => this.choose(event.target.value) },
      ...this.offered().map((one) => element(
        "option", { value: one.key, selected: one.key === this.chosen.key },
        `${className(one.classId, app)} · ${attributeName(one.name, one.definition, app)}`,
      )),
    );
    const row = stop && app.state.row(stop.id);
    this.bar = attribute;
    this.counted = element("span", { class: "dim" }, this.leftWords());
    app.stage.setHint(
      attribute,
      row ? element("b", {}, `${nameOf(row, app)} · ${t("{n} of {count}", { n: this.index + 1, count: this.stops.length })}`) : element("b", {}, t("There is no track of the class {name}.", { name: className(classId, app) })),
      this.counted,
      ...(stop ? this.valueParts(definition, stop) : []),
      definition.changing && stop ? this.chip(t("Along this track"), this.along, () => { this.along = !this.along; this.index = 0; this.begin(); }) : "",
      element("span", { class: "dim" }, keysOf(definition)),
    );
  }

  valueParts(definition, stop) {
    const { app } = this;
    const value = given(definition, this.table(stop.id), this.chosen.name, app.player.target);
    const choices = choicesOf(definition);
    if (choices.length) {
      return choices.map((one, index) => this.chip(`${valueName(one)}${value == null && definition.default === one ? ` ${t("(default)")}` : ""}`, one === value, () => this.set(one), index < 9 ? String(index + 1) : ""));
    }
    const seen = app.actions.about(stop.id);
    const field = element("input", {
      type: "text", value: valueName(value), "aria-label": t("Value"), placeholder: valueName(definition.default),
      inputmode: definition.type === "number" ? "decimal" : null, onkeydown: (event) => this.typing(event, field, seen), onchange: () => this.keep(field, seen),
    });
    return [field];
  }

  typing(event, field, seen) {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) return;
    if (event.code === "Escape") {
      field.value = field.defaultValue;
      return void this.stop();
    }
    if (!["Enter", "NumpadEnter", "Tab"].includes(event.code)) return;
    event.preventDefault();
    if (this.keep(field, seen)) this.go(event.shiftKey ? -1 : 1);
  }

  /** What was typed counts when the field is left, by key or by mouse, and once. False for what is no number. */
  keep(field, seen) {
    const { definition } = this.chosen;
    const value = typed(definition, field.value);
    field.setAttribute("aria-invalid", String(value === undefined));
    if (value === undefined) return false;
    const before = typed(definition, field.defaultValue);
    field.defaultValue = field.value;
    if (value !== before) this.set(value, seen);
    return true;
  }

  chip(label, on, act, key = "") {
    return element(
      "button", { type: "button", class: on ? "chip on" : "chip", "aria-pressed": String(on), onclick: () => { this.app.focus(); act(); } },
      key ? element("kbd", {}, key) : null, label, on ? " ✓" : null,
    );
  }
}

function keysOf(definition) {
  if (choicesOf(definition).length) return t("0 takes the value away, Enter goes on, Shift+Tab back, Esc ends.");
  return t("An empty field takes the value away, Enter goes on, Shift+Tab back, Esc ends.");
}

// The attributes of the selected track, below its name: one small field each.

import { attributeName, changesOf, choicesOf, definitions, given, setValue, typed, valueName } from "./attributes.js";
import { element } from "./dom.js";
import { t } from "./messages.js";

export class AttributeFields {
  constructor(app) {
    this.app = app;
    this.fields = [];
    this.root = element("div", { class: "attributes", role: "group", "aria-label": t("Attributes"), hidden: true });
  }

  /** The fields of the class, made anew only when these are other ones. */
  refresh() {
    const { app } = this;
    const row = app.state.row(app.state.selected);
    const defined = row ? definitions(app, row.class) : {};
    const shape = JSON.stringify(defined);
    if (shape !== this.shape) {
      this.shape = shape;
      this.fields = Object.entries(defined).map(([name, definition]) => this.make(name, definition));
      this.root.replaceChildren(...this.fields.map((one) => one.root));
    }
    this.root.hidden = !this.fields.length;
    if (row) for (const field of this.fields) this.fill(field, app.state.track(row.id)?.attributes ?? row.attributes ?? {});
  }

  make(name, definition) {
    const label = attributeName(name, definition, this.app);
    const save = (value) => this.save(name, definition, value);
    const begun = {
      onfocus: () => { this.seen = this.app.actions.about(this.app.state.selected); },
      onblur: () => { this.seen = null; },
    };
    const choices = choicesOf(definition);
    const input = choices.length
      ? element("select", { ...begun, onchange: () => { save(choices[input.value] ?? null); this.app.focus(); } })
      : element("input", {
        type: "text", inputmode: definition.type === "number" ? "decimal" : null, ...begun,
        onchange: () => this.read(input, definition, save), onkeydown: (event) => this.key(event),
      });
    input.setAttribute("aria-label", label);
    const mark = element("span", { class: "dim", "aria-hidden": "true" });
    const title = definition.changing ? t("{name}: from this frame on", { name: label }) : label;
    const root = element("label", { title }, element("span", {}, label, mark), input);
    return { name, definition, choices, input, mark, root };
  }

  fill({ name, definition, choices, input, mark }, table) {
    const frame = this.app.player.target;
    const value = given(definition, table, name, frame);
    const fallback = definition.default == null ? "–" : t("{value} (default)", { value: valueName(definition.default) });
    mark.textContent = definition.changing ? (changesOf(table, name).some(([at]) => at === frame) ? " ◆" : " ◇") : "";
    if (input.getRootNode().activeElement === input) return;
    if (choices.length) {
      const options = [element("option", { value: "" }, fallback), ...choices.map((one, index) => element("option", { value: index }, valueName(one)))];
      if (value != null && !choices.includes(value)) options.push(element("option", { value: "old" }, valueName(value)));
      input.replaceChildren(...options);
      input.value = value == null ? "" : choices.includes(value) ? String(choices.indexOf(value)) : "old";
    } else {
      input.placeholder = fallback;
      input.value = valueName(value);
    }
  }

  read(input, definition, save) {
    const value = typed(definition, input.value);
    input.setAttribute("aria-invalid", String(value === undefined));
    if (value !== undefined) save(value);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Escape") this.app.focus();
  }

  /** A changing value belongs to a frame, so it waits for the exact one. */
  save(name, definition, value) {
    const { selected } = this.app.state;
    const seen = this.seen?.id === selected ? this.seen : this.app.actions.about(selected);
    const act = () => setValue(this.app, seen, name, definition, value);
    if (definition.changing) this.app.actions.whenExact(act);
    else act();
  }
}

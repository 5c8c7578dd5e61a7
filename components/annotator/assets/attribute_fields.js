// The attributes of the selected track or event, below its name: one small field each.

import { attributeName, changesOf, choicesOf, definitions, given, typed, valueName, valueOf } from "./attributes.js";
import { element } from "./dom.js";
import { t } from "./messages.js";

export class AttributeFields {
  /** @param values `trackValues` or `eventValues` */
  constructor(app, values) {
    this.app = app;
    this.values = values;
    this.fields = [];
    this.root = element("div", { class: "attributes", role: "group", "aria-label": t("Attributes"), hidden: true });
  }

  /** The fields of the class, made anew only when these are other ones. */
  refresh() {
    const label = this.values.current();
    const defined = label ? definitions(this.app, label.class) : {};
    const shape = JSON.stringify(defined);
    if (shape !== this.shape) {
      this.shape = shape;
      this.fields = Object.entries(defined).map(([name, definition]) => this.make(name, definition));
      this.root.replaceChildren(...this.fields.map((one) => one.root));
      this.root.scrollTop = 0;
    }
    this.root.hidden = !this.fields.length;
    if (label) for (const field of this.fields) this.fill(field, label.attributes ?? {});
  }

  make(name, definition) {
    const label = attributeName(name, definition, this.app);
    const save = (value) => this.save(name, definition, value);
    const begun = {
      onfocus: () => { this.seen = this.values.seen(); },
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

  /**
   * For the label that was selected when the field got the focus: what is typed is saved when the
   * focus goes elsewhere, maybe to another label. A changing value waits for the exact frame.
   */
  save(name, definition, value) {
    const seen = this.seen ?? this.values.seen();
    const act = () => this.values.set(seen, valueOf(this.app, name, definition, value));
    if (definition.changing) this.app.actions.whenExact(act);
    else act();
  }
}

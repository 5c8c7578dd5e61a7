// The attributes of the selected track or event, below its name: one small field each.

import { attributeName, changesOf, choicesOf, definitions, given, typed, valueName, valueOf } from "./attributes.js";
import { Choice } from "./choice.js";
import { element } from "./dom.js";
import { t } from "./messages.js";

export class AttributeFields {
  /** @param values `trackValues` or `eventValues` */
  constructor(app, values) {
    this.app = app;
    this.values = values;
    this.fields = [];
    this.root = element("div", {
      class: "attributes", role: "group", "aria-label": t("Attributes"), hidden: true, onfocusout: () => this.app.panelsLater(),
    });
  }

  get busy() {
    return this.root.contains(this.root.getRootNode().activeElement);
  }

  /** The fields of the class, made anew only when these are other ones, and not under somebody's fingers. */
  refresh() {
    const label = this.values.current();
    const defined = label ? definitions(this.app, label.class) : {};
    const shape = JSON.stringify(defined);
    if (shape !== this.shape) {
      if (label && this.busy) return;
      for (const field of this.fields) this.read(field);
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
    const choices = choicesOf(definition);
    const choice = choices.length
      ? new Choice(this.app, { label, see: () => this.values.seen(), act: (value, seen) => this.save(field, choices[value] ?? null, seen) })
      : null;
    const input = choice?.root ?? element("input", {
      type: "text", inputmode: definition.type === "number" ? "decimal" : null, "aria-label": label,
      onfocus: () => { field.seen = this.values.seen(); }, oninput: () => { field.typed = true; },
      onchange: () => this.read(field), onkeydown: (event) => this.key(event, field),
    });
    const mark = element("span", { class: "dim", "aria-hidden": "true" });
    const title = definition.changing ? t("{name}: from this frame on", { name: label }) : label;
    input.title = title;
    const root = element("label", { title }, element("span", {}, label, mark), input);
    const field = { name, definition, choices, choice, input, mark, root, seen: null, typed: false };
    return field;
  }

  fill(field, table) {
    const { name, definition, choices, choice, input, mark } = field;
    const frame = this.app.player.target;
    const value = given(definition, table, name, frame);
    const fallback = definition.default == null ? "–" : t("{value} (default)", { value: valueName(definition.default) });
    mark.textContent = definition.changing ? (changesOf(table, name).some(([at]) => at === frame) ? " ◆" : " ◇") : "";
    if (choice) {
      const options = [["", fallback], ...choices.map((one, index) => [index, valueName(one)])];
      const old = value != null && !choices.includes(value);
      return choice.show(old ? [...options, ["old", valueName(value)]] : options, old ? "old" : value == null ? "" : choices.indexOf(value));
    }
    if (input.getRootNode().activeElement === input) return undefined;
    field.typed = false;
    input.setAttribute("aria-invalid", "false");
    input.placeholder = fallback;
    input.value = valueName(value);
    return undefined;
  }

  /** What was typed and is not saved yet, once. */
  read(field) {
    if (!field.typed) return;
    const { definition, input } = field;
    const value = typed(definition, input.value);
    input.setAttribute("aria-invalid", String(value === undefined));
    if (value === undefined) return;
    field.typed = false;
    this.save(field, value, field.seen);
  }

  /** Escape takes back what is not saved yet. */
  key(event, field) {
    if (event.isComposing || event.keyCode === 229) return;
    if (!["Enter", "NumpadEnter", "Escape"].includes(event.code)) return;
    if (event.code === "Escape") field.typed = false;
    else this.read(field);
    if (field.typed) return; // no number: it waits for a better one
    this.app.focus();
    this.refresh();
  }

  /**
   * For the label that was selected when the field got the focus: what is typed is saved when the
   * focus goes elsewhere, maybe to another label. A changing value waits for the exact frame.
   */
  save({ name, definition }, value, seen) {
    const act = () => {
      this.values.set(seen, valueOf(this.app, name, definition, value));
      this.refresh();
    };
    if (definition.changing) this.app.actions.whenExact(act);
    else act();
  }
}

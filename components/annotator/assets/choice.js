// A field with choices. Taken with the mouse, a choice counts at once and the picture has the keys again. With keys
// each step changes the field, so a choice counts when the field is left (Enter, Tab); Escape leaves all as it was.

import { element } from "./dom.js";

export class Choice {
  /**
   * @param parts {label, act(value, seen), see() -> what is seen when the field is entered, live}; with `live` each
   *   step counts at once, for what changes no label
   */
  constructor(app, { label, act, see = () => null, live = false }) {
    Object.assign(this, { app, act, see, live });
    this.entered = null;
    this.byKey = false;
    this.root = element("select", {
      "aria-label": label, title: label,
      onfocus: () => { this.entered ??= { value: this.root.value, seen: this.see() }; }, onblur: () => this.left(),
      onpointerdown: () => { this.byKey = false; }, onchange: () => this.changed(), onkeydown: (event) => this.key(event),
    });
  }

  /** Whether somebody is choosing. */
  get busy() {
    return Boolean(this.entered) && this.root.getRootNode().activeElement === this.root;
  }

  /** What there is to choose from, [[value, text], ...], and what is chosen; while somebody chooses, nothing moves. */
  show(options, value) {
    if (this.busy) return;
    this.entered = null;
    const known = options === this.options || JSON.stringify(options) === JSON.stringify(this.options);
    if (!known) this.root.replaceChildren(...options.map(([one, text]) => element("option", { value: one }, text)));
    this.options = options;
    this.shown = String(value ?? "");
    this.root.value = this.shown;
  }

  changed() {
    if (this.byKey && !this.live) return;
    this.choose();
    if (!this.byKey) this.app.focus();
  }

  /** Another window coming to the front leaves no field: the choice goes on where it was. */
  left() {
    if (!document.hasFocus()) return;
    if (this.entered) this.choose();
    this.byKey = false;
  }

  choose() {
    const { value } = this.root;
    const before = this.entered ?? { value: this.shown, seen: this.see() };
    this.entered = null;
    this.shown = value;
    if (value !== before.value) this.act(value, before.seen);
  }

  key(event) {
    this.byKey = true;
    if (event.code === "Escape" && this.entered) this.root.value = this.entered.value;
    if (!["Enter", "NumpadEnter", "Escape"].includes(event.code)) return;
    event.preventDefault();
    event.stopPropagation();
    this.app.focus();
  }
}

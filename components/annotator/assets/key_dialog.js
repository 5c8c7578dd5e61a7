// All keys, and changing them: a press on a key, then the new one. A key that another command has is
// taken from it only when the person says so.

import { mouse } from "./commands.js";
import { element } from "./dom.js";
import { combination } from "./keys.js";
import { keyText } from "./keymap.js";
import { t } from "./messages.js";
import { isModifier, isReserved, ownerOf, withKeys } from "./presets.js";

const PRESET_NAMES = { dataguard: "DataGuard", cvat: "CVAT" };

export class KeyDialog {
  constructor(app) {
    this.app = app;
    this.said = element("p", { class: "key-said", role: "status", "aria-live": "polite" });
  }

  get keys() {
    return this.app.keys;
  }

  show() {
    this.find = element("input", { type: "search", placeholder: t("Find a command"), "aria-label": t("Find a command"), oninput: () => this.filter() });
    this.columns = element("div", { class: "key-columns" });
    const { dialogs } = this.app;
    const reset = element("button", { type: "button", onclick: () => this.reset() }, t("Back to the preset"));
    this.told("");
    this.draw();
    dialogs.open(t("All keys"), [this.head(), this.said, this.columns], [reset, dialogs.button(t("Close"), null, "primary")], {
      wide: true, shortcut: "?", first: this.columns.querySelector("button"),
    });
  }

  head() {
    const preset = element(
      "select", { "aria-label": t("Preset"), onchange: (event) => this.choosePreset(event.target.value) },
      ...Object.entries(PRESET_NAMES).map(([id, name]) => element("option", { value: id, selected: id === this.keys.choice.preset }, name)),
    );
    return element("div", { class: "key-head" }, element("label", {}, t("Preset"), preset), this.find, element("span", { class: "dim" }, t("Press a key below to change it. Kept for you in this workspace.")));
  }

  choosePreset(preset) {
    this.keys.change({ preset, changes: {} });
    this.told(t("Preset {name}", { name: PRESET_NAMES[preset] }));
    this.renew();
  }

  reset() {
    this.choosePreset(this.keys.choice.preset);
  }

  told(text, ...buttons) {
    this.said.replaceChildren(text, ...buttons);
  }

  /** The keys changed: here, and wherever they are written. */
  renew(id) {
    this.draw();
    this.app.keysChanged();
    this.columns.querySelector(`[data-row="${id}"] button`)?.focus();
  }

  draw() {
    this.listening = null;
    const groups = new Map();
    for (const command of this.keys.commands) {
      if (!groups.has(command.group)) groups.set(command.group, []);
      groups.get(command.group).push(this.row(command));
    }
    groups.set(t("Mouse"), mouse().map(([gesture, label]) => keyRow(label, element("kbd", {}, gesture))));
    this.columns.replaceChildren(...[...groups].map(([name, rows]) => element("section", {}, element("h3", {}, name), ...rows)));
    this.filter();
  }

  filter() {
    const wanted = this.find.value.trim().toLowerCase();
    for (const row of this.columns.querySelectorAll(".key-row")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    for (const section of this.columns.children) section.hidden = !section.querySelector(".key-row:not([hidden])");
  }

  row(command) {
    if (command.fixed) {
      const { keys } = command;
      const text = command.each ? `${keyText(keys[0])}–${keyText(keys.at(-1))}` : keyText(keys[0]);
      return keyRow(command.label, element("kbd", { class: "fixed", title: t("This key cannot be changed.") }, text));
    }
    const signs = command.keys.slice(0, 2).map((key) => this.keyButton(command, key));
    const row = keyRow(command.label, ...(signs.length ? signs : [this.keyButton(command, null)]));
    row.dataset.row = command.id;
    return row;
  }

  keyButton(command, key) {
    const text = key ? keyText(key) : t("none");
    const button = element("button", {
      type: "button", class: "key", "aria-label": t("{action}: {key}. Change it", { action: command.label, key: text }),
      onclick: () => this.listen(button, command, key),
    }, element("kbd", {}, text));
    return button;
  }

  /** The next key pressed on the button is the new one; Escape leaves all as it was. */
  listen(button, command, key) {
    this.silence();
    this.listening = { button, key };
    button.querySelector("kbd").textContent = "…";
    button.classList.add("listening");
    const remove = element("button", { type: "button", onclick: () => this.set(command, key, null) }, t("Remove this key"));
    this.told(t("Press the new key for “{action}”. Esc cancels.", { action: command.label }), ...(key ? [remove] : []));
    button.onkeydown = (event) => this.pressed(event, command, key);
    button.onblur = (event) => !this.said.contains(event.relatedTarget) && this.cancel();
    button.focus();
  }

  pressed(event, command, before) {
    if (isModifier(event.code) || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.code === "Escape") return this.cancel();
    const key = combination(event);
    const owner = ownerOf(this.keys.commands, key, command.id);
    if (!key || isReserved(key)) return this.told(t("{key} belongs to the browser or the system. Press another key.", { key: key ? keyText(key) : "Alt" }));
    if (owner?.fixed) return this.told(t("{key} is “{action}” and cannot be changed. Press another key.", { key: keyText(key), action: owner.label }));
    if (!owner) return this.set(command, before, key);
    const button = event.currentTarget;
    const take = element("button", { type: "button", class: "primary", onclick: () => this.set(command, before, key) }, t("Use it here instead"));
    const leave = element("button", { type: "button", onclick: () => { this.cancel(); button.focus(); } }, t("Leave it"));
    this.told(t("{key} is already “{action}”.", { key: keyText(key), action: owner.label }), take, leave);
    return take.focus();
  }

  set(command, before, key) {
    const now = this.keys.find(command.id).keys;
    const keys = before ? now.map((one) => (one === before ? key : one)).filter(Boolean) : [key];
    const others = this.keys.commands.filter((one) => one.id !== command.id && one.keys.includes(key));
    this.keys.change(withKeys(this.keys.commands, this.keys.choice, command.id, [...new Set(keys)]));
    const lost = others.map((one) => this.keys.find(one.id)).filter((one) => !one.keys.length);
    this.told(lost.length ? t("“{action}” has no key now.", { action: lost[0].label }) : "");
    this.renew(command.id);
  }

  cancel() {
    this.told("");
    this.silence();
  }

  /** No key is waited for any more. */
  silence() {
    if (!this.listening) return;
    const { button, key } = this.listening;
    this.listening = null;
    button.onkeydown = null;
    button.onblur = null;
    button.classList.remove("listening");
    button.querySelector("kbd").textContent = key ? keyText(key) : t("none");
  }
}

function keyRow(label, ...signs) {
  return element("div", { class: "key-row" }, element("span", {}, label), element("span", {}, ...signs));
}

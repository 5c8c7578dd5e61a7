// The keys of the person at work: what each command listens to now, and what buttons say of it.

import { commands } from "./commands.js";
import { bindings, keyName } from "./keys.js";
import { t } from "./messages.js";
import { arranged } from "./presets.js";

const MAC = /Mac|iPhone|iPad/.test(navigator.platform || "");
const OWN = { preset: "dataguard", changes: {} };

export class Keymap {
  /** @param choice {preset, changes} as kept for the person, or null; @param keep tells a new one */
  constructor(choice, keep) {
    this.keep = keep;
    this.use(choice);
  }

  use(choice) {
    this.choice = { ...OWN, ...choice };
    this.commands = arranged(commands(), this.choice);
    this.bindings = bindings(this.commands);
  }

  change(choice) {
    this.use(choice);
    this.keep(this.choice);
  }

  reset() {
    this.change(OWN);
  }

  find(id) {
    return this.commands.find((command) => command.id === id);
  }

  /** The first key of a command as people write it; "" where it has none. */
  of(id) {
    const [key] = this.find(id)?.keys ?? [];
    return key ? keyText(key) : "";
  }

  /** Write the keys on everything that runs a command: its title, and its <kbd> where it has one. */
  label(root) {
    for (const button of root.querySelectorAll("[data-command]")) {
      const command = this.find(button.dataset.command);
      if (!command) continue;
      const key = this.of(command.id);
      button.title = key ? t("{action} ({key})", { action: command.label, key }) : command.label;
      if (key) button.setAttribute("aria-keyshortcuts", ariaKey(command.keys[0]));
      else button.removeAttribute("aria-keyshortcuts");
      const sign = button.querySelector("kbd");
      if (sign) sign.textContent = key;
    }
  }
}

/** A combination as this computer's keyboard shows it. */
export function keyText(key) {
  return keyName(key, MAC);
}

/** A combination as screen readers want it: "Shift+W", "Control+Z". */
function ariaKey(key) {
  return keyName(key).replace(/^Ctrl/, "Control");
}

// From a key press to a command. Keys are physical (`event.code`), so they work with any keyboard
// layout and with the Korean input mode on. Combinations are written "Shift+KeyD", "Mod+KeyZ";
// Mod is Ctrl, or Cmd on a Mac.

const EDITABLE = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const BUTTON_KEYS = new Set(["Space", "Enter", "NumpadEnter"]);

/** Whether the element takes typed text itself. */
export function isEditable(element) {
  return Boolean(element && (EDITABLE.has(element.tagName) || element.isContentEditable));
}

/** Whether a key press may be a shortcut: not while composing, not in a field. */
export function isShortcut(event, target) {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return false;
  if (isEditable(target)) return false;
  if (BUTTON_KEYS.has(event.code) && isPressable(target)) return false;
  return true;
}

function isPressable(element) {
  return Boolean(element && (element.tagName === "BUTTON" || element.getAttribute?.("role") === "menuitem"));
}

/** The combination of an event, or "" for one we never take (Alt, AltGr and the system's own). */
export function combination(event) {
  if (event.altKey || event.getModifierState?.("AltGraph")) return "";
  const plain = !event.ctrlKey && !event.metaKey;
  if (event.key === "?" && plain) return "Shift+Slash";
  const code = event.code.replace(/^Numpad(\d)$/, "Digit$1");
  const modifier = plain ? "" : "Mod+";
  return `${modifier}${event.shiftKey ? "Shift+" : ""}${code}`;
}

/** The map from combination to {command, argument}. Two commands on one key are an error. */
export function bindings(commands) {
  const map = new Map();
  for (const command of commands) {
    command.keys.forEach((key, index) => {
      if (map.has(key)) throw new Error(`${key}: ${map.get(key).command.id} and ${command.id}`);
      map.set(key, { command, argument: command.each ? index : undefined });
    });
  }
  return map;
}

/** The bound command for an event, or null. A held key repeats only where that makes sense. */
export function find(map, event) {
  const bound = map.get(combination(event));
  if (!bound || (event.repeat && !bound.command.repeat)) return null;
  return bound;
}

const NAMES = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Comma: ",",
  Period: ".",
  Slash: "/",
  Backquote: "`",
  BracketLeft: "[",
  BracketRight: "]",
  Semicolon: ";",
  Quote: "'",
  Backslash: "\\",
  Backquote: "`",
  Equal: "+",
  Minus: "−",
  Delete: "Del",
  Backspace: "⌫",
  PageUp: "PgUp",
  PageDown: "PgDn",
  NumpadAdd: "Num +",
  NumpadSubtract: "Num −",
};

/** How a combination is written on screen. */
export function keyName(key, mac = false) {
  if (key === "Shift+Slash") return "?";
  return key
    .split("+")
    .map((part) => {
      if (part === "Mod") return mac ? "⌘" : "Ctrl";
      if (part === "Shift") return mac ? "⇧" : "Shift";
      return NAMES[part] || part.replace(/^Key|^Digit/, "");
    })
    .join(mac ? "" : "+");
}

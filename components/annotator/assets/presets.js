// Which keys a person works with: a preset, and what they changed in it. Pure.

/**
 * Presets give a command other keys than its own; a command that loses its key so gets one that the
 * other gave up. "CVAT" follows the single keys of CVAT; its chords with Ctrl and Alt are the browser's,
 * so those commands keep ours.
 */
export const PRESETS = {
  dataguard: {},
  cvat: {
    next10: ["KeyV", "PageDown"],
    previous10: ["KeyC", "PageUp"],
    nextKeyframe: ["KeyR"],
    previousKeyframe: ["KeyE"],
    occluded: ["KeyQ", "Slash"],
    absent: ["KeyO"],
    merge: ["KeyM"],
    goto: ["Backquote"],
  },
};

const BROWSERS_OWN = {
  plain: ["F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12", "Tab", "ContextMenu", "Escape", "Space", "Enter", "NumpadEnter"],
  shift: ["F3", "F5", "F6", "F10", "F12", "Tab", "Escape", "Space", "Enter", "NumpadEnter"],
  mod: ["KeyA", "KeyB", "KeyC", "KeyD", "KeyE", "KeyF", "KeyG", "KeyH", "KeyI", "KeyJ", "KeyK", "KeyL", "KeyM", "KeyN", "KeyO", "KeyP", "KeyQ", "KeyR",
    "KeyS", "KeyT", "KeyU", "KeyV", "KeyW", "KeyX", "Tab", "Space", "Enter", "Escape", "Equal", "Minus", "NumpadAdd", "NumpadSubtract", "Comma",
    "PageUp", "PageDown", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Backspace", "Delete", "F4", "F5",
    "Digit0", "Digit1", "Digit2", "Digit3", "Digit4", "Digit5", "Digit6", "Digit7", "Digit8", "Digit9"],
  modShift: ["KeyA", "KeyB", "KeyC", "KeyD", "KeyE", "KeyG", "KeyH", "KeyI", "KeyJ", "KeyK", "KeyM", "KeyN", "KeyO", "KeyP", "KeyR", "KeyS", "KeyT", "KeyV", "KeyW",
    "Tab", "Delete", "F5", "Equal", "Minus"],
};

/** Keys that only ever modify others. */
const MODIFIERS = new Set(["ShiftLeft", "ShiftRight", "ControlLeft", "ControlRight", "MetaLeft", "MetaRight", "AltLeft", "AltRight", "CapsLock", "NumLock", "Fn"]);

export const isModifier = (code) => MODIFIERS.has(code);

/** Whether the browser, the system or the page itself needs a combination. */
export function isReserved(key) {
  const code = key.replace(/^(Mod\+)?(Shift\+)?/, "");
  const kind = key.startsWith("Mod+Shift+") ? "modShift" : key.startsWith("Mod+") ? "mod" : key.startsWith("Shift+") ? "shift" : "plain";
  return !code || MODIFIERS.has(code) || BROWSERS_OWN[kind].includes(code);
}

/**
 * The commands with the keys of one person. Each key has one command: fixed commands come first, then
 * what the person changed, then the preset, then the commands' own keys.
 * @param choice {preset, changes: {command id: [keys]}}
 */
export function arranged(commands, { preset = "dataguard", changes = {} } = {}) {
  const layers = [changes, PRESETS[preset] ?? {}];
  const rank = (command) => {
    const layer = layers.findIndex((one) => Array.isArray(one[command.id]));
    if (command.fixed) return -1;
    return layer < 0 ? layers.length : layer;
  };
  const wanted = (command) => layers[rank(command)]?.[command.id].filter((key) => typeof key === "string" && !isReserved(key)) ?? command.keys;
  const taken = new Set();
  const keys = new Map();
  for (const command of [...commands].sort((a, b) => rank(a) - rank(b))) {
    const free = [...new Set(wanted(command))].filter((key) => !taken.has(key));
    free.forEach((key) => taken.add(key));
    keys.set(command.id, free);
  }
  for (const loser of commands.filter((one) => rank(one) === layers.length && !keys.get(one.id).length)) {
    const taker = commands.find((one) => keys.get(one.id).includes(loser.keys[0]));
    const given = taker?.keys.filter((key) => !taken.has(key)).slice(0, 1) ?? [];
    given.forEach((key) => taken.add(key));
    keys.set(loser.id, given);
  }
  return commands.map((command) => ({ ...command, keys: keys.get(command.id) }));
}

/** The command that has a key already, other than the one it is meant for. */
export function ownerOf(commands, key, id) {
  return commands.find((command) => command.id !== id && command.keys.includes(key)) ?? null;
}

/** A choice in which a command has these keys, and no other has any of them. */
export function withKeys(commands, choice, id, keys) {
  const losers = commands.filter((command) => command.id !== id && command.keys.some((key) => keys.includes(key)));
  const lost = losers.map((command) => [command.id, command.keys.filter((key) => !keys.includes(key))]);
  return { preset: choice.preset, changes: { ...choice.changes, ...Object.fromEntries(lost), [id]: keys } };
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { arranged, isReserved, ownerOf, PRESETS, withKeys } = await load("presets.js");
const { bindings, combination } = await load("keys.js");
const { commands } = await load("commands.js");

const keysOf = (all, id) => all.find((command) => command.id === id).keys;

test("every preset gives each key to one command, and leaves no command without a key", () => {
  for (const preset of Object.keys(PRESETS)) {
    const all = arranged(commands(), { preset });
    bindings(all);
    for (const command of all) assert.ok(command.keys.length, `${preset}: ${command.id}`);
  }
});

test("presets name commands that exist, and keys that the browser leaves us", () => {
  const known = new Set(commands().map((command) => command.id));
  for (const keys of Object.values(PRESETS)) {
    for (const [id, list] of Object.entries(keys)) {
      assert.ok(known.has(id), id);
      for (const key of list) assert.ok(!isReserved(key), key);
    }
  }
});

test("CVAT's hands find their keys", () => {
  const all = arranged(commands(), { preset: "cvat" });
  const wanted = { next: "KeyF", previous: "KeyD", next10: "KeyV", previous10: "KeyC", nextKeyframe: "KeyR", previousKeyframe: "KeyE", draw: "KeyN", keyframe: "KeyK", boxes: "KeyH", delete: "Delete" };
  for (const [id, key] of Object.entries(wanted)) assert.ok(keysOf(all, id).includes(key), id);
});

test("what the browser, the system or the page needs is refused; our own keys are not", () => {
  const refused = ["Mod+KeyW", "Mod+KeyT", "Mod+KeyN", "Mod+Shift+KeyN", "Mod+Shift+KeyT", "Mod+KeyR", "Mod+KeyL", "Mod+KeyP", "Mod+KeyS", "Mod+KeyF", "Mod+Digit1", "Mod+Digit9", "Mod+Tab", "Mod+Equal", "F1", "F5", "F11", "F12", "Shift+F10", "Tab", "Escape", "Space", "Enter", "", "ShiftLeft"];
  for (const key of refused) assert.ok(isReserved(key), key);
  for (const command of commands()) {
    if (!command.fixed) for (const key of command.keys) assert.ok(!isReserved(key), `${command.id} ${key}`);
  }
  const alt = { code: "KeyA", altKey: true, key: "a", shiftKey: false, ctrlKey: false, metaKey: false };
  assert.ok(isReserved(combination(alt)));
});

test("a key goes from one command to another and back; nobody shares it", () => {
  const first = arranged(commands());
  assert.equal(ownerOf(first, "KeyX", "accept").id, "reject");
  assert.equal(ownerOf(first, "KeyA", "accept"), null);
  const choice = withKeys(first, { preset: "dataguard", changes: {} }, "accept", ["KeyX"]);
  const then = arranged(commands(), choice);
  assert.deepEqual([keysOf(then, "accept"), keysOf(then, "reject")], [["KeyX"], []]);
  bindings(then);
  const again = arranged(commands(), withKeys(then, choice, "reject", ["KeyX"]));
  assert.deepEqual([keysOf(again, "accept"), keysOf(again, "reject")], [[], ["KeyX"]]);
});

test("what was kept is never believed blindly", () => {
  const odd = [
    { preset: "none", changes: { accept: ["KeyX"], nobody: ["KeyX"], reject: ["KeyX", "Mod+KeyW", 7, null] } },
    { preset: "cvat", changes: { play: ["KeyP"], class: [], accept: "KeyX" } },
    { changes: { accept: ["Space", "Digit3", "KeyF"] } },
  ];
  for (const choice of odd) {
    const all = arranged(commands(), choice);
    bindings(all);
    assert.deepEqual(keysOf(all, "play"), ["Space"]);
    assert.equal(keysOf(all, "class").length, 9);
  }
  assert.deepEqual(keysOf(arranged(commands(), odd[0]), "accept"), ["KeyX"]);
  assert.deepEqual(keysOf(arranged(commands(), odd[2]), "accept"), ["KeyF"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { bindings, combination, find, isShortcut, keyName } = await load("keys.js");
const { commands } = await load("commands.js");

const press = (code, more = {}) => ({ code, key: "", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, keyCode: 0, ...more });
const map = bindings(commands());
const command = (event) => find(map, event)?.command.id ?? null;

test("no two commands share a key, and every command has a label and a key", () => {
  const all = commands();
  assert.equal(new Set(all.map((one) => one.id)).size, all.length);
  for (const one of all) assert.ok(one.label && one.group && one.keys.length, one.id);
  assert.throws(() => bindings([{ id: "a", keys: ["KeyA"] }, { id: "b", keys: ["KeyA"] }]), /KeyA/);
});

test("keys are physical: the Korean input mode changes the letter, not the command", () => {
  assert.equal(command(press("KeyA", { key: "ㅁ" })), "accept");
  assert.equal(command(press("KeyX", { key: "ㅌ" })), "reject");
  assert.equal(command(press("Numpad2")), "class");
  assert.equal(find(map, press("Digit3")).argument, 2);
});

test("question mark opens the help wherever the layout puts it", () => {
  assert.equal(command(press("Slash", { shiftKey: true, key: "?" })), "help");
  assert.equal(command(press("Minus", { shiftKey: true, key: "?" })), "help");
});

test("Ctrl and Cmd undo and redo; other chords are the browser's", () => {
  assert.equal(command(press("KeyZ", { ctrlKey: true })), "undo");
  assert.equal(command(press("KeyZ", { metaKey: true, shiftKey: true })), "redo");
  assert.equal(command(press("KeyY", { ctrlKey: true })), "redo");
  for (const code of ["KeyT", "KeyW", "KeyN", "KeyR", "KeyL", "KeyF", "KeyA", "KeyD", "KeyC", "KeyX", "KeyK", "KeyJ", "KeyU", "Digit1", "Digit0", "Equal", "Minus", "Tab"]) {
    assert.equal(command(press(code, { ctrlKey: true })), null, code);
    assert.equal(command(press(code, { metaKey: true })), null, code);
    assert.equal(command(press(code, { altKey: true })), null, code);
  }
  assert.equal(combination(press("ArrowLeft", { altKey: true })), "");
});

test("a held key repeats steps, never decisions", () => {
  assert.equal(command(press("ArrowRight", { repeat: true })), "next");
  assert.equal(command(press("KeyA", { repeat: true })), null);
});

test("never in a field, while composing, or where a button wants the key", () => {
  const stage = { tagName: "DIV", getAttribute: () => null };
  assert.ok(isShortcut(press("KeyA"), stage));
  assert.ok(!isShortcut(press("KeyA", { isComposing: true }), stage));
  assert.ok(!isShortcut(press("KeyA", { keyCode: 229 }), stage));
  for (const tagName of ["INPUT", "TEXTAREA", "SELECT"]) assert.ok(!isShortcut(press("KeyA"), { tagName }), tagName);
  assert.ok(!isShortcut(press("KeyA"), { tagName: "DIV", isContentEditable: true }));
  const button = { tagName: "BUTTON", getAttribute: () => null };
  assert.ok(!isShortcut(press("Space"), button));
  assert.ok(isShortcut(press("KeyA"), button));
});

test("keys are written as people know them", () => {
  assert.equal(keyName("Mod+Shift+KeyZ"), "Ctrl+Shift+Z");
  assert.equal(keyName("Mod+KeyZ", true), "⌘Z");
  assert.equal(keyName("Shift+Slash"), "?");
  assert.equal(keyName("ArrowLeft"), "←");
});

test("the key kept for the full editor is free: risk", () => {
  for (const code of ["KeyR"]) assert.equal(command(press(code)), null, code);
});

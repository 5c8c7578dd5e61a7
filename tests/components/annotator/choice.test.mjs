import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";
import { Page } from "./page.mjs";

const { Choice } = await load("choice.js");
const { classChoices } = await load("names.js");

function field(t) {
  const page = new Page();
  globalThis.document = page;
  t.after(() => delete globalThis.document);
  const picture = page.createElement("div");
  const acts = [];
  let track = 7;
  const choice = new Choice({ focus: () => picture.focus() }, { label: "Class", see: () => track, act: (...act) => acts.push(act) });
  choice.show([["1", "person"], ["2", "car"], ["3", "dog"]], 1);
  /** A key of the keyboard; with `value` it moves the choice, as a browser does. */
  const press = (code, value = null) => {
    choice.root.dispatchEvent(Object.assign(new Event("keydown"), { code }));
    if (value === null) return;
    choice.root.value = value;
    choice.root.dispatchEvent(new Event("change"));
  };
  return { page, picture, choice, acts, press, select: (id) => { track = id; } };
}

test("a half-made choice outlives another window in front: nothing is saved, Escape gives the value from before", (t) => {
  const { page, picture, choice, acts, press } = field(t);
  choice.root.focus();
  press("ArrowDown", "2");
  page.bringToFront(false);
  choice.show([["1", "person"], ["2", "car"], ["3", "dog"]], 1);
  assert.deepEqual([acts, choice.root.value], [[], "2"]);
  page.bringToFront(true);
  press("Escape");
  assert.deepEqual([acts, choice.root.value, page.activeElement], [[], "1", picture]);
});

test("a choice goes on after another window was in front, for the track it began with", (t) => {
  const { page, choice, acts, press, select } = field(t);
  choice.root.focus();
  press("ArrowDown", "2");
  page.bringToFront(false);
  select(8);
  page.bringToFront(true);
  press("ArrowDown", "3");
  assert.deepEqual(acts, []);
  press("Enter");
  assert.deepEqual(acts, [["3", 7]]);
  choice.root.focus();
  press("ArrowUp", "2");
  press("Enter");
  assert.deepEqual(acts.at(-1), ["2", 8]);
});

test("the class of a label is among its choices also when it was archived", () => {
  const [person, car, old] = [{ id: 1, name: "person", hotkey: "1" }, { id: 2, name: "car" }, { id: 3, name: "wagon", hotkey: "w", archived: true }];
  const app = { classes: new Map([person, car, old].map((one) => [one.id, one])), options: { language: "en" } };
  const open = [[1, "1  person"], [2, "car"]];
  assert.deepEqual(classChoices([person, car], 3, app), [...open, [3, "wagon"]]);
  assert.deepEqual(classChoices([person, car], 2, app), open);
  assert.deepEqual(classChoices([person, car], null, app), open);
});

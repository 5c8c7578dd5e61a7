import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { fullName, nameOf, shortened } = await load("names.js");

const app = {
  options: { language: "ko" },
  classes: new Map([
    [1, { name: "glove", names: {} }],
    [2, { name: "a very long class name from a spreadsheet", names: {} }],
    [3, { name: "long", names: { ko: "아주 긴 클래스 이름을 가진 객체" } }],
  ]),
};

test("a long class is cut, the number that tells tracks apart is not", () => {
  assert.equal(nameOf({ id: 7, class: 1 }, app), "glove 7");
  assert.equal(nameOf({ id: 1234, class: 2 }, app), "a very long class n… 1234");
  assert.equal(fullName({ id: 1234, class: 2 }, app), "a very long class name from a spreadsheet 1234");
  assert.match(nameOf({ id: 12, class: 3 }, app), /^아주 긴 클래스 이.*… 12$/);
});

test("wide letters count twice, and a name that fits stays", () => {
  assert.equal(shortened("a".repeat(20)), "a".repeat(20));
  assert.equal(shortened("a".repeat(21)), `${"a".repeat(19)}…`);
  assert.equal(shortened("가".repeat(10)), "가".repeat(10));
  assert.equal(shortened("가".repeat(11)), `${"가".repeat(9)}…`);
  assert.equal(shortened("👩‍👩‍👧", 9).includes("\ufffd"), false);
});

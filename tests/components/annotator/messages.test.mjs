import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { filled, t } = await load("messages.js");

test("Korean particles follow the sound before them", () => {
  const said = (name) => filled("{name}을(를) {name}(으)로 {name}과(와)", { name });
  assert.equal(said("사람 1"), "사람 1을 사람 1로 사람 1과");
  assert.equal(said("사람 2"), "사람 2를 사람 2로 사람 2와");
  assert.equal(said("샌드백"), "샌드백을 샌드백으로 샌드백과");
  assert.equal(said(10), "10을 10으로 10과");
  assert.equal(said("ring"), "ring을(를) ring(으)로 ring과(와)");
  assert.equal(said(""), "을(를) (으)로 과(와)");
});

test("a value is never read as a message, and a field without a value stays", () => {
  assert.equal(filled("{name}이(가)", { name: "{n}을(를)" }), "{n}을(를)이(가)");
  assert.equal(t("{name} and {other}", { name: "a" }), "a and {other}");
});

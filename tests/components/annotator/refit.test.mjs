import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Refit } = await load("refit.js");

test("keyframes are counted as soon as the server answers again, while the dialog is open", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  const api = {
    refit: async (video, track) => {
      asked.push([video, track]);
      if (asked.length < 3) throw Object.assign(new Error(), { kind: "network", text: "" });
      return { now: 9, keyframes: 4, human: 1 };
    },
  };
  const refit = new Refit({ api, options: { video: 5 } });
  const settled = () => new Promise((done) => setImmediate(done));
  const [counted, act] = [{ isConnected: true, textContent: "…" }, { disabled: true }];
  refit.count({ id: 7 }, counted, act);
  await settled();
  assert.match(counted.textContent, /Trying again/);
  for (let turn = 0; turn < 2; turn += 1) {
    t.mock.timers.tick(1500);
    await settled();
  }
  assert.deepEqual([asked.length, counted.textContent, act.disabled], [3, "Keyframes: 9 → 4, by people: 1", false]);

  asked.length = 0;
  counted.isConnected = false; // the dialog was closed meanwhile
  refit.count({ id: 7 }, counted, act);
  await settled();
  t.mock.timers.tick(9000);
  await settled();
  assert.equal(asked.length, 1);
});

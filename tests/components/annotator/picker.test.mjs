import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";
import { Page } from "./page.mjs";

const { Picker } = await load("picker.js");
const { Corrections } = await load("corrections.js");
const { State } = await load("state.js");
const { Saving } = await load("saving.js");

const box = (f, x) => ({ f, x, y: 10, w: 20, h: 40, occluded: 0, outside: 0, score: null, source: "person", joints: null });
const track = (id, x, more) => ({ id, class: 1, state: "manual", first: 0, last: 90, revision: 3, keyframes: [box(0, x)], ...more });

/** The numbered legend over the tracks of a video of 100 frames; what is sent is in `sent`. */
function desk(t, tracks) {
  const page = new Page();
  globalThis.document = page;
  globalThis.window = new EventTarget();
  t.after(() => ["document", "window"].forEach((name) => delete globalThis[name]));
  const stage = page.createElement("div");
  const app = {
    sent: [], told: [], options: { video: 1, language: "en" }, classes: new Map([[1, { name: "person" }]]), info: { frames: 100 },
    state: new State(), player: { target: 20, playing: false, exact: true }, ghosts: { show() {}, clear() {} }, menu: { close() {} }, probe: { submitted() {} },
    stage: { root: stage, items: [] }, gestures: { rename() {}, under: () => app.under }, segments: { saved() {} }, header: { showCounts() {} },
    labels: { loadWhole: async () => {} }, colourOf: ({ id }) => `colour of ${id}`,
    announce() {}, paint() {}, toast: (text) => app.told.push(text), select: (id) => { app.state.selected = app.state.real(id); }, focus: () => stage.focus(),
    queue: { add: (item) => { app.sent.push(...item.edits); return item; } },
    actions: {
      about: (id) => ({ id, revision: app.state.revision(id) }), since: ({ id, revision }) => ({ id, revision: app.saving.revision(id, revision) }),
      edit: (edit) => app.saving.submit({ kind: "edits", edits: [edit] }), whenExact: (act) => act(),
    },
  };
  app.saving = new Saving(app);
  app.picker = new Picker(app);
  app.corrections = new Corrections(app);
  app.state.mergeWhole(tracks);
  app.numbered = (created, made) => app.saving.take({ created, tracks: made });
  app.press = (code) => app.picker.key({ code, preventDefault() {} });
  app.entries = () => app.picker.rows.children;
  return app;
}

/** A canvas that only notes which numbers are written in which colours. */
function canvas() {
  const written = [];
  const nothing = () => {};
  const context = { written, save: nothing, restore: nothing, beginPath: nothing, stroke: nothing, arc: nothing };
  context.fill = () => { context.disc = context.fillStyle; };
  context.fillText = (text) => written.push([text, context.disc]);
  return context;
}

const view = { scale: 1, x: 0, y: 0, sar: 1 };
const ADD = { kind: "edits", video: 1, edits: [{ verb: "add", client: "tmp-1", class: 1, frame: 0, last: 90, box: [5, 10, 20, 40] }] };

for (const [who, title] of [["hand", "From frame 20 on, person 9 is:"], ["other", "From frame 20 on, person 2 is:"]]) {
  test(`a new track that gets its number while the legend is open goes on under it: ${who}`, (t) => {
    const app = desk(t, [track(2, 60)]);
    app.state.setPending([ADD]);
    app.state.selected = who === "hand" ? "tmp-1" : 2;
    app.corrections.legend("Backquote");
    app.state.setPending([]);
    app.numbered({ "tmp-1": 9 }, [track(9, 5, { revision: 4 })]);
    const painted = canvas();
    app.picker.draw(painted, { view, frame: 20 });
    assert.equal(app.picker.title.textContent, title);
    const shown = who === "hand" ? 2 : 9;
    assert.deepEqual(painted.written, [["1", `colour of ${shown}`]]);
    assert.equal(app.entries()[0].getAttribute("data-track"), String(shown));
    app.under = [{ id: app.state.selected }, { id: shown }];
    app.picker.clickAt({ x: 0, y: 0 });
    const [id, other] = who === "hand" ? [9, 2] : [2, 9];
    const revision = (one) => (one === 9 ? 4 : 3);
    assert.deepEqual(app.sent, [{ verb: "reassign", id, revision: revision(id), other, other_revision: revision(other), frame: 20 }]);
    assert.equal(app.state.selected, other);
    assert.deepEqual(app.told, [`From frame 20 on this is person ${other}`]);
  });
}

test("a swap asks about both tracks also when one got its number since it was chosen", async (t) => {
  const app = desk(t, [track(2, 60)]);
  const asked = [];
  app.dialogs = { open: (title) => asked.push(title), button: (_label, act) => act && app.picked.push(act) };
  app.picked = [];
  app.corrections.swapping.views = () => null;
  app.state.setPending([ADD]);
  const asking = app.corrections.swapping.ask("tmp-1", 2, 20);
  app.state.setPending([]);
  app.numbered({ "tmp-1": 9 }, [track(9, 5, { revision: 4 })]);
  await asking;
  assert.deepEqual(asked, ["Swap person 9 and person 2 from frame 20"]);
  app.picked[0]();
  assert.deepEqual(app.sent, [{ verb: "swap", id: 9, revision: 4, other: 2, other_revision: 3, frame: 20 }]);
});

test("by key one comes to the tenth track and on, marked in the legend and numbered on the picture", (t) => {
  const app = desk(t, Array.from({ length: 120 }, (_none, id) => track(id, id)));
  app.picker.open({ title: () => "Who?", act: ({ id }) => app.told.push(id) });
  assert.equal(app.entries().length, 40);
  app.press("ArrowUp");
  assert.equal(document.activeElement, app.entries()[0]);
  for (let step = 0; step < 11; step += 1) app.press("ArrowDown");
  assert.equal(app.press("ArrowRight"), false);
  assert.deepEqual(app.entries().flatMap((one, index) => (one.getAttribute("aria-selected") === "true" ? [index] : [])), [11]);
  const painted = canvas();
  app.picker.draw(painted, { view, frame: 20 });
  assert.deepEqual(painted.written.map(([text]) => text), ["1", "2", "3", "4", "5", "6", "7", "8", "9", "12"]);
  document.activeElement.click();
  assert.deepEqual([app.told, app.picker.isOpen, document.activeElement], [[11], false, app.stage.root]);
  app.picker.open({ title: () => "Who?", act: ({ id }) => app.told.push(id), none: () => app.told.push("none") });
  for (let step = 0; step < 200; step += 1) app.press("ArrowDown");
  assert.equal(document.activeElement.getAttribute("data-track"), "119");
  assert.equal(app.entries().length, 121);
  app.press("Digit3");
  assert.deepEqual(app.told, [11, 2]);
});

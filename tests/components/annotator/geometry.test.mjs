import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const g = await load("geometry.js");
const picture = { width: 640, height: 360, sar: 1 };
const stage = { width: 1000, height: 500 };
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("fit shows the whole picture in the middle", () => {
  const view = g.fit(picture, stage);
  const box = g.boxToScreen(view, { x: 0, y: 0, w: 640, h: 360 });
  near(box.h, 500);
  near(box.x + box.w / 2, 500);
  near(box.y, 0);
});

test("screen and frame are inverse at any zoom and pixel shape", () => {
  for (const sar of [1, 4 / 3, 0.9]) {
    let view = g.fit({ ...picture, sar }, stage);
    for (const factor of [1.3, 4, 0.7]) {
      view = g.zoomAt(view, { x: 123, y: 77 }, factor, 0.01);
      for (const point of [{ x: 0, y: 0 }, { x: 12.25, y: 300.5 }, { x: 639, y: 1 }]) {
        const back = g.toFrame(view, g.toScreen(view, point));
        near(back.x, point.x);
        near(back.y, point.y);
      }
    }
  }
});

test("zoom keeps the point under the pointer", () => {
  const view = g.fit(picture, stage);
  const pointer = { x: 420, y: 130 };
  const before = g.toFrame(view, pointer);
  const after = g.toFrame(g.zoomAt(view, pointer, 2.5, 0.01), pointer);
  near(before.x, after.x);
  near(before.y, after.y);
});

test("non-square pixels widen the picture on screen, never the numbers", () => {
  const view = g.fit({ ...picture, sar: 2 }, { width: 1280, height: 720 });
  const shown = g.boxToScreen(view, { x: 0, y: 0, w: 100, h: 100 });
  near(shown.w, 2 * shown.h);
});

test("each handle moves its own sides only", () => {
  const box = { x: 100, y: 100, w: 50, h: 40 };
  assert.deepEqual(g.resizeBox(box, "se", { x: 200, y: 180 }, picture), { x: 100, y: 100, w: 100, h: 80 });
  assert.deepEqual(g.resizeBox(box, "w", { x: 80, y: 999 }, picture), { x: 80, y: 100, w: 70, h: 40 });
  assert.deepEqual(g.resizeBox(box, "n", { x: 0, y: 90 }, picture), { x: 100, y: 90, w: 50, h: 50 });
});

test("a handle dragged across the box turns it round; a box never gets empty or leaves the picture", () => {
  const box = { x: 100, y: 100, w: 50, h: 40 };
  assert.deepEqual(g.resizeBox(box, "e", { x: 60, y: 0 }, picture), { x: 60, y: 100, w: 40, h: 40 });
  assert.equal(g.resizeBox(box, "e", { x: 100, y: 0 }, picture).w, 1);
  assert.deepEqual(g.resizeBox(box, "se", { x: 9999, y: 9999 }, picture), { x: 100, y: 100, w: 540, h: 260 });
});

test("resizing a box that sticks out leaves its other sides; the held one goes no further out", () => {
  const left = { x: -20, y: 200, w: 60, h: 80 };
  assert.deepEqual(g.resizeBox(left, "s", { x: 10, y: 300 }, picture), { x: -20, y: 200, w: 60, h: 100 });
  assert.deepEqual(g.resizeBox(left, "ne", { x: 50, y: 190 }, picture), { x: -20, y: 190, w: 70, h: 90 });
  assert.deepEqual(g.resizeBox(left, "w", { x: -300, y: 0 }, picture), left);
  assert.deepEqual(g.resizeBox(left, "w", { x: -5, y: 0 }, picture), { x: -5, y: 200, w: 45, h: 80 });
  assert.deepEqual(g.resizeBox(left, "se", { x: 999, y: 999 }, picture), { x: -20, y: 200, w: 660, h: 160 });
  const corner = { x: 600, y: 330, w: 90, h: 70 };
  assert.deepEqual(g.resizeBox(corner, "nw", { x: 590, y: 320 }, picture), { x: 590, y: 320, w: 100, h: 80 });
  assert.deepEqual(g.resizeBox(corner, "e", { x: 700, y: 0 }, picture), corner);
});

test("however a handle is dragged, sides not held stay and none goes further out than the picture or before", () => {
  let state = 3;
  const any = (low, high) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + Math.floor((state / 2 ** 32) * (high - low + 1));
  };
  for (let turn = 0; turn < 4000; turn += 1) {
    const box = { x: any(-80, 620), y: any(-60, 340), w: any(1, 120), h: any(1, 120) };
    const handle = ["nw", "n", "ne", "e", "se", "s", "sw", "w"][any(0, 7)];
    const made = g.resizeBox(box, handle, { x: any(-900, 1500), y: any(-900, 1200) }, picture);
    const sides = [["x", "w", "w", "e", 640], ["y", "h", "n", "s", 360]];
    for (const [from, size, low, high, limit] of sides) {
      const [start, end] = [made[from], made[from] + made[size]];
      assert.ok(end - start >= 1, JSON.stringify({ box, handle, made }));
      assert.ok(start >= Math.min(0, box[from]) && end <= Math.max(limit, box[from] + box[size]), JSON.stringify({ box, handle, made }));
      const still = handle.includes(low) ? box[from] + box[size] : box[from];
      if (!handle.includes(low) && !handle.includes(high)) assert.deepEqual([start, end], [box[from], box[from] + box[size]]);
      else assert.ok(start === still || end === still || made[size] === 1, JSON.stringify({ box, handle, made }));
    }
  }
});

test("a moved box stays inside; one that sticks out may stay out but goes no further", () => {
  assert.deepEqual(g.moveBox({ x: 600, y: 0, w: 30, h: 30 }, 100, -5, picture), { x: 610, y: 0, w: 30, h: 30 });
  assert.equal(g.moveBox({ x: -8, y: 0, w: 30, h: 30 }, -20, 0, picture).x, -8);
  assert.equal(g.moveBox({ x: -8, y: 0, w: 30, h: 30 }, 3, 0, picture).x, -5);
});

test("handles and joints are found within reach", () => {
  const box = { x: 100, y: 100, w: 80, h: 80 };
  assert.equal(g.handleAt(box, { x: 102, y: 99 }), "nw");
  assert.equal(g.handleAt(box, { x: 140, y: 181 }), "s");
  assert.equal(g.handleAt(box, { x: 140, y: 140 }), null);
  assert.equal(g.handleAt({ x: 0, y: 0, w: 12, h: 12 }, { x: 6, y: 0 }), "nw");
  const view = { scale: 2, sar: 1, x: 10, y: 10 };
  const joints = [[10, 10, 1, 2], [20, 20, 1, 0]];
  assert.equal(g.jointAt(view, joints, { x: 31, y: 30 }), 0);
  assert.equal(g.jointAt(view, joints, { x: 50, y: 51 }), 1);
  assert.equal(g.jointAt(view, joints, { x: 90, y: 90 }), -1);
});

test("a view can be pushed aside but not lost", () => {
  const view = g.clampView({ scale: 1, sar: 1, x: 99999, y: -99999 }, picture, stage);
  assert.ok(view.x <= stage.width - 60 && view.y >= 60 - picture.height);
});

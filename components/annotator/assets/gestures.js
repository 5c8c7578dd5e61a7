// Mouse and pen on the stage: hover, select, move, resize, draw, drag a joint, zoom, pan, menu.
// A change under way is `draft` (or `drawing`); nothing is edited before the button is let go.

import { trackColour } from "./canvas.js";
import {
  boxToScreen, contains, fromCorners, handleAt, jointAt, moveBox, resizeBox, rounded, shiftJoints, toFrame,
} from "./geometry.js";

const SLACK = 3;
const CURSORS = { nw: "nwse-resize", se: "nwse-resize", ne: "nesw-resize", sw: "nesw-resize", n: "ns-resize", s: "ns-resize", e: "ew-resize", w: "ew-resize" };

export class Gestures {
  constructor(app) {
    this.app = app;
    this.mode = "select";
    this.draft = null;
    this.drawing = null;
    this.hovered = null;
    this.hoveredJoint = -1;
    this.drag = null;
    this.spaceHeld = false;
    this.panned = false;
  }

  attach(stage) {
    this.stage = stage;
    const on = (name, act, options) => stage.root.addEventListener(name, act, options);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", () => this.cancel());
    on("pointerleave", () => this.setHover(null, -1));
    on("wheel", (event) => this.wheel(event), { passive: false });
    on("contextmenu", (event) => this.menu(event));
    on("auxclick", (event) => event.button === 1 && event.preventDefault());
  }

  point(event) {
    const edge = this.stage.root.getBoundingClientRect();
    return { x: event.clientX - edge.left, y: event.clientY - edge.top };
  }

  get busy() {
    return Boolean(this.drag);
  }

  /** While Space is held a drag moves the picture. */
  holdSpace() {
    this.spaceHeld = true;
    this.panned = false;
    this.stage.root.classList.add("panning");
  }

  /** Whether Space was held and nothing was moved with it. */
  letSpaceGo() {
    const pressed = this.spaceHeld && !this.panned;
    this.spaceHeld = false;
    this.stage.root.classList.remove("panning");
    return pressed;
  }

  wheel(event) {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 30 : 1;
    this.stage.zoom(this.point(event), Math.exp(-event.deltaY * unit * 0.0016));
  }

  down(event) {
    const { app } = this;
    this.stage.root.focus({ preventScroll: true });
    app.menu.close();
    app.tabLeaves = false;
    const point = this.point(event);
    if (event.button === 1 || (event.button === 0 && this.spaceHeld)) return this.begin(event, { kind: "pan", from: point });
    if (event.button !== 0 || this.drag) return undefined;
    if (app.picker.isOpen) return app.picker.clickAt(point);
    app.actions.flush();
    if (app.player.playing) app.player.pause();
    if (this.mode === "note") return app.notes.click(point);
    if (this.mode !== "select") {
      if (!app.player.exact) return undefined;
      return this.begin(event, { kind: "draw", from: point, frame: app.player.target });
    }
    return this.take(event, point);
  }

  /** Take hold of what lies under the pointer. */
  take(event, point) {
    const { app, stage } = this;
    const selected = stage.items.find((item) => item.selected);
    const editable = app.player.exact;
    if (selected && editable) {
      const joint = jointAt(stage.view, selected.place.joints, point);
      const handle = handleAt(boxToScreen(stage.view, selected.place), point);
      const held = { from: point, frame: app.player.target, place: selected.place, ...app.actions.about(selected.id) };
      if (joint >= 0) {
        app.select(selected.id, { joint });
        return this.begin(event, { kind: "joint", joint, whole: event.altKey, track: selected.track, ...held });
      }
      if (handle) return this.begin(event, { kind: "resize", handle, ...held });
      if (contains(boxToScreen(stage.view, selected.place), point)) {
        return this.begin(event, { kind: "move", again: true, ...held });
      }
    }
    const under = this.under(point);
    if (!under.length) {
      app.select(null);
      return this.begin(event, { kind: "pan", from: point });
    }
    app.select(under[0].id);
    if (!editable) return undefined;
    return this.begin(event, { kind: "move", from: point, frame: app.player.target, place: under[0].place, ...app.actions.about(under[0].id) });
  }

  /** Objects under a point, the smallest first. */
  under(point) {
    return this.stage.items
      .filter((item) => contains(boxToScreen(this.stage.view, item.place), point, 2))
      .sort((a, b) => a.place.w * a.place.h - b.place.w * b.place.h);
  }

  begin(event, drag) {
    this.drag = { ...drag, moved: false, pointer: event.pointerId };
    this.stage.root.setPointerCapture(event.pointerId);
    if (drag.kind === "pan") this.stage.root.style.cursor = "grabbing";
  }

  move(event) {
    const point = this.point(event);
    if (!this.drag) return this.hover(point);
    const { drag } = this;
    if (!drag.moved && Math.hypot(point.x - drag.from.x, point.y - drag.from.y) < SLACK) return undefined;
    if (drag.kind === "pan") {
      this.stage.pan(point.x - drag.from.x, point.y - drag.from.y);
      drag.from = point;
      drag.moved = true;
      this.panned = true;
      return undefined;
    }
    drag.moved = true;
    return this.change(drag, point);
  }

  change(drag, point) {
    const { app, stage } = this;
    const now = toFrame(stage.view, point);
    const from = toFrame(stage.view, drag.from);
    const [dx, dy] = [now.x - from.x, now.y - from.y];
    if (drag.kind === "draw") {
      this.drawing = { box: fromCorners(from, now, stage.picture), colour: trackColour(app.currentClass) };
    } else if (drag.kind === "joint") {
      const place = app.pose.moved(drag.track, drag.place, drag.joint, dx, dy, drag.whole);
      this.draft = { id: drag.id, frame: drag.frame, place };
    } else if (drag.kind === "resize") {
      const box = resizeBox(boxOf(drag.place), drag.handle, this.alongHandle(drag, dx, dy), stage.picture);
      this.draft = { id: drag.id, frame: drag.frame, place: box };
    } else {
      const box = moveBox(boxOf(drag.place), dx, dy, stage.picture);
      const joints = shiftJoints(drag.place.joints, box.x - drag.place.x, box.y - drag.place.y);
      this.draft = { id: drag.id, frame: drag.frame, place: { ...box, joints } };
    }
    app.paint();
  }

  /** The handle moves by what the pointer moved, so it does not jump when first touched. */
  alongHandle(drag, dx, dy) {
    const { x, y, w, h } = drag.place;
    return {
      x: (drag.handle.includes("w") ? x : x + w) + dx,
      y: (drag.handle.includes("n") ? y : y + h) + dy,
    };
  }

  up(event) {
    const { drag } = this;
    if (!drag || event.pointerId !== drag.pointer) return;
    const { draft, drawing } = this;
    this.finish();
    this.app.probe.mouseUp(event.timeStamp);
    if (drag.kind === "draw" && drawing) this.app.actions.addBox(drag.frame, drawing.box);
    else if (draft) this.app.actions.place(drag, placed(draft.place));
    else if (drag.again && !drag.moved) this.selectBeneath(this.point(event));
    this.app.paint();
  }

  /** A second click on the same spot selects the next object under it. */
  selectBeneath(point) {
    const under = this.under(point);
    const index = under.findIndex((item) => item.selected);
    if (under.length > 1) this.app.select(under[(index + 1) % under.length].id);
  }

  finish() {
    if (this.drag) this.stage.root.releasePointerCapture?.(this.drag.pointer);
    this.drag = null;
    this.draft = null;
    this.drawing = null;
    this.stage.root.style.cursor = this.mode === "select" ? "" : "crosshair";
  }

  /** Let go without changing anything. True when there was something to cancel. */
  cancel() {
    const busy = Boolean(this.drag) || this.mode !== "select";
    this.finish();
    this.setMode("select");
    this.app.paint();
    return busy;
  }

  /** A new track got its real id while something is done to it. */
  rename(created) {
    for (const held of [this.drag, this.draft]) {
      if (held && created?.[held.id] != null) held.id = created[held.id];
    }
  }

  setMode(mode) {
    this.mode = mode;
    this.stage.root.style.cursor = mode === "select" ? "" : "crosshair";
    this.app.refreshHint();
  }

  hover(point) {
    if (this.mode !== "select" || this.spaceHeld) return;
    const { stage, app } = this;
    const selected = (stage.items || []).find((item) => item.selected);
    if (selected && app.player.exact) {
      const joint = jointAt(stage.view, selected.place.joints, point);
      const handle = joint < 0 && handleAt(boxToScreen(stage.view, selected.place), point);
      if (joint >= 0 || handle) {
        stage.root.style.cursor = joint >= 0 ? "grab" : CURSORS[handle];
        return this.setHover(selected.id, joint);
      }
    }
    const [first] = stage.items ? this.under(point) : [];
    stage.root.style.cursor = first ? (app.player.exact ? "move" : "progress") : "";
    this.setHover(first?.id ?? null, -1);
  }

  setHover(id, joint) {
    if (this.hovered === id && this.hoveredJoint === joint) return;
    this.hovered = id;
    this.hoveredJoint = joint;
    this.app.paint();
  }

  menu(event) {
    event.preventDefault();
    const point = this.point(event);
    const selected = this.stage.items.find((item) => item.selected);
    const joint = selected ? jointAt(this.stage.view, selected.place.joints, point) : -1;
    if (joint >= 0) {
      this.app.select(selected.id, { joint });
      return this.app.menu.openJoint(point, selected, joint);
    }
    const under = this.under(point);
    const item = under.find((one) => one.selected) || under[0];
    if (!item) return undefined;
    this.app.select(item.id);
    return this.app.menu.openTrack(point);
  }
}

/** What changed in a place: its box, its joints, or both. */
export function placed(place) {
  return { box: "w" in place ? boxOf(place) : null, joints: place.joints };
}

export function boxOf(place) {
  const [x, y, w, h] = rounded([place.x, place.y, place.w, place.h]);
  return { x, y, w: Math.max(w, 1), h: Math.max(h, 1) };
}

// The camera lock: the view follows the selected object while the zoom stays. The object keeps the
// place on the stage where the person put it, the middle to begin with.

import { toScreen } from "./geometry.js";
import { t } from "./messages.js";

const SETTLING = 90;
const CLOSE = 0.5;
const prefersStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The view in which the middle of a box lies at a point of the stage. Pure. */
export function centred(view, box, anchor) {
  return {
    ...view,
    x: anchor.x - (box.x + box.w / 2) * view.scale * view.sar,
    y: anchor.y - (box.y + box.h / 2) * view.scale,
  };
}

/** The view part of the way to another of the same zoom: all of it when it is close. Pure. */
export function eased(view, goal, milliseconds) {
  const [dx, dy] = [goal.x - view.x, goal.y - view.y];
  if (dx === 0 && dy === 0) return view;
  if (Math.hypot(dx, dy) <= CLOSE) return goal;
  const share = 1 - Math.exp(-milliseconds / SETTLING);
  return { ...view, x: view.x + dx * share, y: view.y + dy * share };
}

/** Where on the stage the middle of a box is, held away from the edges. Pure. */
export function anchorOf(view, box, size) {
  const middle = toScreen(view, { x: box.x + box.w / 2, y: box.y + box.h / 2 });
  const inside = (value, limit) => Math.min(Math.max(value, 0.1 * limit), 0.9 * limit);
  return { x: inside(middle.x, size.width), y: inside(middle.y, size.height) };
}

export class Camera {
  constructor(app) {
    this.app = app;
    this.locked = false;
  }

  toggle() {
    const { app } = this;
    if (!this.locked && app.state.selected == null) return app.toast(t("Select a track first."));
    this.locked = !this.locked;
    this.anchor = null;
    app.announce(this.locked ? t("The view follows the selected object") : t("The view stays where it is"));
    return app.paint();
  }

  release() {
    this.locked = false;
  }

  /** The person moved or zoomed the view: the object stays where it is now. */
  moved(view, stage) {
    const box = selectedBox(stage);
    if (this.locked && box) this.anchor = anchorOf(view, box, stage.size);
  }

  /** The view for what is about to be drawn; a change under the hand holds it still. */
  follow(stage, now) {
    const box = selectedBox(stage);
    const since = Math.min(Math.max(now - (this.last ?? now), 8), 100);
    this.last = now;
    const { busy, draft } = this.app.gestures;
    if (!this.locked || !box || busy || draft) return stage.view;
    const anchor = this.anchor || { x: stage.size.width / 2, y: stage.size.height / 2 };
    const goal = stage.clamped(centred(stage.view, box, anchor));
    return eased(stage.view, goal, prefersStill() ? Infinity : since);
  }
}

function selectedBox(stage) {
  return stage.items?.find((item) => item.selected)?.place;
}

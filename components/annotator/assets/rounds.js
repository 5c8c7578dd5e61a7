// One object after the other, each zoomed to: of this frame, or of the whole video. A decision goes
// on to the next.

import { element } from "./dom.js";
import { t } from "./messages.js";

export class Rounds {
  constructor(app) {
    this.app = app;
    this.on = false;
    this.scope = "frame";
    this.undecided = false;
    this.ids = [];
    this.aiming = null;
  }

  toggle() {
    if (this.on) return this.stop();
    this.before = this.app.stage.fitted ? null : this.app.stage.view;
    return this.begin();
  }

  begin() {
    const { app } = this;
    this.gather();
    if (!this.ids.length) {
      this.stop();
      return app.toast(this.scope === "frame" ? t("There is no such object on this frame.") : t("There is no such object in this video."));
    }
    this.on = true;
    this.index = Math.max(this.ids.indexOf(app.state.selected), 0);
    return this.show();
  }

  /** The objects in their order: from left to right on a frame, by their beginning in the video. */
  gather() {
    const { app } = this;
    this.frame = app.player.target;
    const rows = this.scope === "frame"
      ? [...(app.stage.present || [])].sort((a, b) => a.place.x - b.place.x).map((item) => item.track)
      : app.state.rows();
    this.ids = rows.filter((row) => (this.undecided ? row.state === "suggested" : row.state !== "rejected")).map((row) => row.id);
  }

  choose(change) {
    Object.assign(this, change);
    this.begin();
  }

  /** The next object (1) or the one before (-1), round and round. */
  go(step) {
    return this.leftItsFrame ? this.begin() : this.pass(step) || this.again(step);
  }

  /** A decision goes on to the next one, and ends with the last. */
  decided() {
    return this.leftItsFrame ? this.begin() : this.pass(1) || this.end();
  }

  get leftItsFrame() {
    return this.scope === "frame" && this.frame !== this.app.player.target;
  }

  /** Whether there is one further on. */
  pass(step) {
    for (let index = this.index + step; index >= 0 && index < this.ids.length; index += step) {
      if (!this.app.state.row(this.ids[index])) continue;
      this.index = index;
      this.show();
      return true;
    }
    return false;
  }

  /** From the other end, with what is to be looked at by now. */
  again(step) {
    this.gather();
    if (!this.ids.length) return this.end();
    this.index = step > 0 ? 0 : this.ids.length - 1;
    this.show();
    return this.app.toast(t("Went on from the other end of the objects."));
  }

  end() {
    this.stop();
    return this.app.toast(t("That was the last object."));
  }

  show() {
    const { app } = this;
    this.aiming = this.ids[this.index];
    app.select(this.aiming, { jump: true });
    this.showHint();
  }

  /** Zoom as soon as the object is in sight. */
  zoom() {
    const { stage, player } = this.app;
    if (this.aiming == null || player.shown.frame !== player.target) return;
    const item = stage.items?.find((one) => one.id === this.aiming);
    if (!item) return;
    this.aiming = null;
    stage.showBox(item.place);
  }

  stop() {
    const { stage } = this.app;
    const wasOn = this.on;
    this.on = false;
    this.aiming = null;
    stage.setHint();
    if (!wasOn) return;
    if (this.before) stage.setView(this.before);
    else stage.showAll();
  }

  showHint() {
    if (!this.on) return this.app.stage.setHint();
    const chip = (label, on, act) => element("button", { type: "button", class: on ? "chip on" : "chip", "aria-pressed": String(on), onclick: () => { act(); this.app.focus(); } }, label);
    return this.app.stage.setHint(
      element("b", {}, t("Object {n} of {count}", { n: this.index + 1, count: this.ids.length })),
      chip(t("This frame"), this.scope === "frame", () => this.choose({ scope: "frame" })),
      chip(t("Whole video"), this.scope === "video", () => this.choose({ scope: "video" })),
      chip(t("Undecided only"), this.undecided, () => this.choose({ undecided: !this.undecided })),
      element("span", { class: "dim" }, t("Enter accepts and goes on, Tab goes on, Esc ends.")),
    );
  }
}

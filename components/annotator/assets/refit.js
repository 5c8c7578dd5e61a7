// Re-fit: fewer keyframes for a track, within a bound chosen with a slider; the server counts them
// live. What people placed stays.

import { element } from "./dom.js";
import { t } from "./messages.js";
import { nameOf } from "./names.js";

const PAUSE = 120;
const AGAIN = 1500;

/** The bound of a slider position 1 (loose) to 50 (tight): both parts of it move together. Pure. */
export function boundOf(value) {
  const iou = 0.49 + value / 100;
  return { iou: Math.round(iou * 100) / 100, joint_error: Math.max(Math.round((1 - iou) * 600) / 1000, 0.005) };
}

export class Refit {
  constructor(app) {
    this.app = app;
    this.value = 41;
  }

  ask(track) {
    const { app } = this;
    const seen = app.actions.about(track.id);
    const bound = element("p", {});
    const counted = element("p", { class: "counted", "aria-live": "polite" }, "…");
    const slider = element("input", {
      type: "range", min: 1, max: 50, value: this.value, "aria-label": t("Error bound"),
      oninput: () => { this.value = Number(slider.value); this.show(track, bound, counted, act); },
    });
    const act = app.dialogs.button(t("Re-fit"), () => this.refit(seen), "primary");
    app.dialogs.open(
      t("Re-fit {name}", { name: nameOf(track, app) }),
      [
        element("div", { class: "bound" }, element("small", {}, t("fewer keyframes")), slider, element("small", {}, t("closer"))),
        bound, counted, element("p", { class: "dim" }, t("Keyframes placed by people, absence and occlusion always stay.")),
      ],
      [act, app.dialogs.button(t("Cancel"))], { first: slider, closed: () => clearTimeout(this.timer) },
    );
    this.show(track, bound, counted, act);
  }

  show(track, bound, counted, act) {
    const { iou, joint_error: error } = boundOf(this.value);
    const values = { iou: iou.toFixed(2), error: Math.round(error * 1000) / 10 };
    bound.textContent = track.skeleton
      ? t("Boxes overlap what they were by at least {iou}, joints stay within {error} % of the size.", values)
      : t("Boxes overlap what they were by at least {iou}.", values);
    act.disabled = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.count(track, counted, act), PAUSE);
  }

  /** The answer to an older position of the slider is thrown away. */
  async count(track, counted, act) {
    const { app, value } = this;
    try {
      const { now, keyframes, human } = await app.api.refit(app.options.video, track.id, boundOf(value));
      if (value !== this.value) return;
      counted.textContent = t("Keyframes: {now} → {then}, by people: {human}", { now, then: keyframes, human });
      act.disabled = keyframes >= now;
    } catch (error) {
      if (value !== this.value || !counted.isConnected) return;
      counted.textContent = error.text || t("The server does not answer. Trying again.");
      if (error.kind === "network") this.timer = setTimeout(() => this.count(track, counted, act), AGAIN);
    }
  }

  refit(seen) {
    const { actions } = this.app;
    actions.edit({ verb: "refit", ...actions.since(seen), ...boundOf(this.value) });
  }
}

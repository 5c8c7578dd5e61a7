// Step, play, go to, speed: the row under the picture.

import { clockText, parsePlace } from "./clock.js";
import { Choice } from "./choice.js";
import { element, icon } from "./dom.js";
import { t } from "./messages.js";
import { SPEEDS } from "./player.js";

const RATES = SPEEDS.map((speed) => [speed, `${speed}×`]);

export class Transport {
  constructor(app) {
    this.app = app;
    const step = (id, shape, label) => element("button", {
      type: "button", class: "plain", "aria-label": label, title: label, "data-command": id,
      onclick: (event) => app.pressed(event, id),
    }, icon(shape));
    this.playButton = step("play", "play", t("Play or pause"));
    this.sound = step("mute", "sound", t("Sound on or off"));
    this.frame = element("input", {
      type: "text", class: "mono goto", inputmode: "decimal", "aria-label": t("Go to frame or time"), title: t("A frame number, or a time such as 0:04.5"),
      onkeydown: (event) => this.key(event), onfocus: (event) => event.target.select(), onblur: () => this.showPlace(true),
    });
    this.clock = element("span", { class: "mono clock" });
    this.speed = new Choice(app, { label: t("Speed"), live: true, act: (value) => app.player.setSpeed(Number(value)) });
    this.speed.root.className = "speed";
    this.loop = element("button", { type: "button", class: "mark loop", "data-command": "loop", hidden: true, onclick: (event) => app.pressed(event, "loop") });
    this.message = element("span", { class: "transport-note" });
    this.root = element(
      "div", { class: "transport", role: "toolbar", "aria-label": t("Move in time") },
      step("first", "first", t("First frame")), step("previous10", "back10", t("Back 10 frames")), step("previous", "back", t("Previous frame")),
      this.playButton, step("next", "forward", t("Next frame")), step("next10", "forward10", t("Forward 10 frames")), step("last", "last", t("Last frame")),
      this.frame, element("span", { class: "dim mono" }, `/ ${app.info.frames - 1}`), this.clock, this.speed.root, this.sound, this.loop,
      element("span", { class: "gap" }), this.message,
    );
  }

  key(event) {
    if (event.isComposing) return;
    if (event.code === "Escape") this.app.focus();
    if (event.code !== "Enter" && event.code !== "NumpadEnter") return;
    const frame = parsePlace(this.frame.value, this.app.times);
    if (frame === null) return this.frame.setAttribute("aria-invalid", "true");
    this.frame.removeAttribute("aria-invalid");
    this.app.player.go(frame);
    this.app.focus();
  }

  showPlace(force = false) {
    const { player, times } = this.app;
    const frame = Math.max(player.shown.frame, 0);
    const root = this.frame.getRootNode();
    if (force || root.activeElement !== this.frame) {
      this.frame.value = String(frame);
      this.frame.removeAttribute("aria-invalid");
    }
    const text = `${clockText(times[frame] - times[0])} / ${clockText(times.at(-1) - times[0])}`;
    if (this.clock.textContent !== text) this.clock.textContent = text;
  }

  showPlaying() {
    const { player } = this.app;
    if (this.wasPlaying !== player.playing) {
      this.wasPlaying = player.playing;
      this.playButton.replaceChildren(icon(player.playing ? "pause" : "play"));
      this.playButton.setAttribute("aria-pressed", String(player.playing));
    }
    this.speed.show(RATES, player.speed);
    this.showLoop();
  }

  showLoop() {
    const { loop } = this.app.player;
    const text = loop ? t("Loop {first}–{last}", loop) : "";
    if (this.loop.textContent === text) return;
    this.loop.textContent = text;
    this.loop.hidden = !loop;
  }

  showSound(silent) {
    this.sound.replaceChildren(icon(silent ? "silent" : "sound"));
    this.sound.setAttribute("aria-pressed", String(!silent));
  }

  showNote(text) {
    this.message.textContent = text;
    this.message.title = text;
  }
}

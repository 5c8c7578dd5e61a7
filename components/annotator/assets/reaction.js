// How late a person's key press comes after what they see: measured once, kept for the person in
// this browser, and taken off when events are marked while the video plays.

import { element } from "./dom.js";
import { t } from "./messages.js";

const TRIALS = 5;
const EARLIEST = 80;
const LATEST = 1500;

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Whether a press this many milliseconds after the light can be an answer to it. */
export function isAnswer(milliseconds) {
  return milliseconds >= EARLIEST && milliseconds <= LATEST;
}

export class Reaction {
  constructor(app) {
    this.app = app;
    this.name = `dataguard-reaction ${app.options.person}`;
  }

  /** Seconds; 0 until it was measured. */
  get seconds() {
    if (this.held != null) return this.held;
    let kept = 0;
    try {
      kept = Number(localStorage.getItem(this.name));
    } catch {
      // A browser that keeps nothing has nothing measured.
    }
    return kept > 0 && kept < LATEST / 1000 ? kept : 0;
  }

  keep(seconds) {
    this.held = seconds;
    try {
      localStorage.setItem(this.name, String(seconds));
    } catch {
      this.app.toast(t("This browser keeps nothing: the reaction time holds until the page is closed."));
    }
    this.app.events.refresh();
  }

  get text() {
    return this.seconds ? t("Reaction: {n} ms", { n: Math.round(this.seconds * 1000) }) : t("Reaction time…");
  }

  /** A square that lights up: press as soon as it does, a few times. */
  ask() {
    const { app } = this;
    const said = element("p", { "aria-live": "assertive" }, t("Press E, Space or the square as soon as it lights up."));
    const square = element("button", { type: "button", class: "lamp", "aria-label": t("Square: press when it lights up") });
    const trial = { answers: [], litAt: null, timer: null };
    const ended = () => !square.isConnected || app.dialogs.root.hidden;
    const wait = () => {
      trial.litAt = null;
      square.classList.remove("lit");
      trial.timer = setTimeout(() => {
        if (ended()) return;
        square.classList.add("lit");
        // What counts is when the light is painted, not when it was asked for.
        requestAnimationFrame((now) => { trial.litAt = now; });
      }, 700 + Math.random() * 1600);
    };
    const press = (event) => {
      event.preventDefault();
      const taken = trial.litAt == null ? -1 : event.timeStamp - trial.litAt;
      clearTimeout(trial.timer);
      if (isAnswer(taken)) trial.answers.push(taken);
      said.textContent = isAnswer(taken) ? t("{n} of {total}", { n: trial.answers.length, total: TRIALS }) : t("That was not an answer to the light; it does not count.");
      if (trial.answers.length < TRIALS) return wait();
      this.keep(Math.round(median(trial.answers)) / 1000);
      app.dialogs.close();
      return app.toast(this.text);
    };
    square.addEventListener("pointerdown", press);
    square.addEventListener("keydown", (event) => !event.repeat && ["KeyE", "Space"].includes(event.code) && press(event));
    const forget = app.dialogs.button(t("Take off nothing"), () => this.keep(0));
    app.dialogs.open(t("Reaction time"), [
      element("p", {}, t("Events marked while the video plays begin and end this much earlier than your key press.")), said, square,
    ], [forget, app.dialogs.button(t("Cancel"))], { first: square });
    wait();
  }
}

// Brightness, contrast and gamma of the picture on screen. Labels, exports and what models see stay
// as they are.

import { recall, remember } from "./remembered.js";

export const NEUTRAL = { brightness: 1, contrast: 1, gamma: 1 };
const STEPS = 33;
const FILTER = "dataguard-tone";

/** The curve as equally spaced values 0..1: first gamma, then contrast about grey, then brightness. Pure. */
export function toneCurve({ brightness, contrast, gamma }) {
  return Array.from({ length: STEPS }, (_, index) => {
    const value = ((index / (STEPS - 1)) ** (1 / gamma) - 0.5) * contrast + 0.5;
    return Math.min(Math.max(value * brightness, 0), 1);
  });
}

export class Tone {
  /** @param canvas whose picture is adjusted; @param name under which this video's tone is kept */
  constructor(canvas, name) {
    Object.assign(this, { canvas, name });
    this.values = recall(name, NEUTRAL);
    this.filter = makeFilter();
    this.show();
  }

  get changed() {
    return Object.keys(NEUTRAL).some((name) => this.values[name] !== NEUTRAL[name]);
  }

  set(values) {
    this.values = { ...this.values, ...values };
    remember(this.name, this.values);
    this.show();
  }

  show() {
    const curve = toneCurve(this.values).map((value) => value.toFixed(4)).join(" ");
    for (const channel of this.filter.querySelectorAll("[type=table]")) channel.setAttribute("tableValues", curve);
    this.canvas.style.filter = this.changed ? `url(#${FILTER})` : "";
  }
}

function makeFilter() {
  const make = (tag, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const channels = ["feFuncR", "feFuncG", "feFuncB"].map((tag) => make(tag, { type: "table" }));
  const filter = make("filter", { id: FILTER, "color-interpolation-filters": "sRGB" }, make("feComponentTransfer", {}, ...channels));
  return make("svg", { class: "tone", width: 0, height: 0, "aria-hidden": "true" }, filter);
}

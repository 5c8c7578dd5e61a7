// Captions under the picture while the playhead is inside them: always text, never HTML.

import { element } from "./dom.js";

const SPOKEN = new Set(["caption", "transcript", "description"]);

export class Captions {
  constructor(app) {
    this.app = app;
    this.root = element("div", { class: "captions" });
  }

  show(frame) {
    const { app } = this;
    const lines = app.segments.at(frame).filter((one) => SPOKEN.has(one.kind) && one.state !== "rejected" && one.text);
    const key = lines.map((one) => `${one.id} ${one.language} ${one.text}`).join("\n");
    if (key === this.key) return;
    this.key = key;
    this.root.replaceChildren(...lines.map((one) => element("p", { lang: one.language || null, "data-segment": one.id }, one.text)));
  }
}

// Swapping two identities: crops of both before and from here on, as they are and as they would be,
// so that a person sees which of them belong together.

import { crop } from "./crops.js";
import { crossings } from "./crossings.js";
import { element } from "./dom.js";
import { nextWith } from "./gaps.js";
import { t } from "./messages.js";
import { nameOf } from "./names.js";

const HEIGHT = 132;

export class Swap {
  constructor(app) {
    this.app = app;
  }

  /** Ask once both are there whole. */
  async ask(id, other, frame) {
    const { app } = this;
    await Promise.all([id, other].map((one) => app.labels.loadWhole(app.state.real(one))));
    const [track, against] = [id, other].map((one) => app.state.track(one));
    if (app.closed || !track || !against) return;
    const seen = [track, against].map((one) => app.actions.about(one.id));
    const next = crossings(track, against, frame + 1)[0];
    const names = { name: nameOf(track, app), other: nameOf(against, app) };
    const act = (last) => () => {
      app.corrections.pair("swap", seen, { frame, ...(last == null ? {} : { last }) });
      app.toast(last == null ? t("Swapped from frame {n} to the end", { n: frame }) : t("Swapped frames {first}–{last}", { first: frame, last }));
    };
    const toEnd = app.dialogs.button(t("Swap to the end"), act(null), "primary");
    const buttons = [toEnd];
    if (next != null) buttons.push(app.dialogs.button(t("Swap to the next crossing, frame {n}", { n: next }), act(next - 1)));
    app.dialogs.open(
      t("Swap {name} and {other} from frame {n}", { ...names, n: frame }),
      [element("p", {}, t("In each row, both pictures should show the same object.")), this.views(track, against, frame)],
      [...buttons, app.dialogs.button(t("Cancel"))], { wide: true, first: toEnd },
    );
  }

  views(track, other, frame) {
    const before = [track, other].map((one) => nextWith(one, frame - 1, -1));
    const after = [track, other].map((one) => nextWith(one, frame, 1));
    const rows = (order) => [track, other].map((one, index) => this.row(one, before[index], after[order[index]]));
    return element(
      "div", { class: "swap" },
      element("section", {}, element("h3", {}, t("As it is")), ...rows([0, 1])),
      element("section", {}, element("h3", {}, t("After the swap")), ...rows([1, 0])),
    );
  }

  row(track, before, after) {
    const { app } = this;
    const name = nameOf(track, app);
    return element(
      "div", { class: "swap-row", role: "group", "aria-label": name },
      element("span", { class: "swap-name" }, element("span", { class: "swatch", style: { background: app.colourOf(track) } }), name),
      this.picture(track, before), element("span", { class: "dim", "aria-hidden": "true" }, "→"), this.picture(track, after),
    );
  }

  picture(track, found) {
    const { app } = this;
    if (!found) return element("div", { class: "crop none", style: { width: `${HEIGHT / 2}px`, height: `${HEIGHT}px` } }, t("absent"));
    return element(
      "figure", {}, crop(app, { ...found, colour: app.colourOf(track) }, HEIGHT),
      element("figcaption", {}, t("frame {n}", { n: found.frame })),
    );
  }
}

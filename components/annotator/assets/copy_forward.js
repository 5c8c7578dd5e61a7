// The position here for the frames that follow: asks how many, and remembers the answer.

import { element } from "./dom.js";
import { trail } from "./ghosts.js";
import { t } from "./messages.js";
import { nameOf } from "./names.js";
import { recall, remember } from "./remembered.js";
import { CHANGES } from "./spans.js";

const KEPT = "copy-forward";

export class CopyForward {
  constructor(app) {
    this.app = app;
    this.count = recall(KEPT, { count: 10 }).count;
  }

  ask({ track, frame }) {
    const { app } = this;
    const most = app.info.frames - 1 - frame;
    if (most < 1) return app.toast(t("There is no frame to copy to."));
    const seen = app.actions.about(track.id);
    const said = element("p", { class: "dim", "aria-live": "polite" });
    const field = element("input", {
      type: "number", min: 1, max: most, value: Math.min(this.count, most), "aria-label": t("Frames"),
      oninput: () => show(), onkeydown: (event) => event.code.endsWith("Enter") && !event.isComposing && act.click(),
    });
    const count = () => Math.min(Math.max(Math.round(Number(field.value)) || 1, 1), most);
    const show = () => this.show(track, frame, count(), said);
    const act = app.dialogs.button(t("Copy"), () => this.copy(seen, frame, count()), "primary");
    app.dialogs.open(
      t("Copy forward"),
      [element("label", { class: "asked" }, t("Keep {name} where it is for this many frames:", { name: nameOf(track, app) }), field), said],
      [act, app.dialogs.button(t("Cancel"))], { light: true, first: field, closed: () => app.ghosts.clear() },
    );
    field.select();
    return show();
  }

  show(track, frame, count, said) {
    const { app } = this;
    const [first, last] = [frame + 1, frame + count];
    const before = trail(track, first, last);
    said.textContent = t("Frames {first}–{last} get the position of frame {n}.", { first, last, n: frame });
    const after = CHANGES.copy(track, { frame, count });
    const boxes = [...before.map((one) => ({ ...one, gone: true })), ...trail(after, last, last)];
    app.ghosts.show({ range: { first, last }, boxes, colour: app.colourOf(track) });
  }

  copy(seen, frame, count) {
    this.count = count;
    remember(KEPT, { count });
    const { actions } = this.app;
    actions.edit({ verb: "copy", ...actions.since(seen), frame, count });
  }
}

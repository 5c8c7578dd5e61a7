// Deleting asks how far. The choice pointed at shows what would go: crossed out on the picture, as a
// band in time, and in words.

import { element } from "./dom.js";
import { trail } from "./ghosts.js";
import { t } from "./messages.js";
import { nameOf } from "./names.js";
import { scopeOf } from "./spans.js";
import { at } from "./stretches.js";

export class DeleteScope {
  constructor(app) {
    this.app = app;
  }

  /** A track on one frame only goes without a question. */
  ask() {
    const { app } = this;
    const row = app.actions.selected;
    if (!row) return app.toast(t("Select a track first."));
    const { frame } = app.player.shown;
    if (row.first === row.last) return this.remove(row, "track", frame);
    const track = app.state.track(row.id);
    const onFrame = Boolean(track && at(track, frame));
    return this.open(row, track, frame, onFrame);
  }

  open(row, track, frame, onFrame) {
    const { app } = this;
    const name = nameOf(row, app);
    const said = element("p", { "aria-live": "polite" });
    const point = (scope) => () => this.point(track ?? row, scope, frame, said);
    const labels = [
      ["frame", t("This frame")], ["between", t("Between keyframes")], ["onward", t("From here on")], ["track", t("Whole track")],
    ];
    const buttons = labels.filter(([scope]) => onFrame || scope === "track").map(([scope, label], index) => {
      const made = app.dialogs.button(label, () => this.remove(row, scope, frame), index ? "danger" : "danger primary");
      for (const event of ["focus", "pointerenter"]) made.addEventListener(event, point(scope));
      made.dataset.scope = scope;
      return made;
    });
    const question = onFrame
      ? t("How much of {name} should be deleted?", { name })
      : t("{name} is not on this frame. Delete the whole track?", { name });
    app.dialogs.open(t("Delete"), [element("p", {}, question), said], [...buttons, app.dialogs.button(t("Cancel"))], {
      light: true, first: buttons[0], closed: () => app.ghosts.clear(),
    });
    point(buttons[0].dataset.scope)();
  }

  point(track, scope, frame, said) {
    const { app } = this;
    const range = scopeOf({ keyframes: [], ...track }, scope, frame);
    const keyframes = (track.keyframes ?? []).filter((k) => range.first <= k.f && k.f <= range.last).length;
    const { first, last } = range;
    const frames = first === last ? t("Frame {n} will be deleted.", { n: first }) : t("Frames {first}–{last} will be deleted.", { first, last });
    said.textContent = keyframes ? `${frames} ${t("Keyframes: {n}", { n: keyframes })}` : frames;
    const boxes = track.keyframes ? this.boxes(track, range, frame) : [];
    app.ghosts.show({ range, boxes, colour: app.colourOf(track) });
  }

  /** What would go: here, and thinner on some other frames. */
  boxes(track, { first, last }, frame) {
    const here = at(track, frame);
    const others = trail(track, first, last).filter((one) => one.frame !== frame);
    return [...others, ...(here && first <= frame && frame <= last ? [{ frame, place: here }] : [])].map((one) => ({ ...one, gone: true }));
  }

  remove(row, scope, frame) {
    const { app } = this;
    const edit = { verb: "delete", ...app.actions.since(row), scope };
    if (scope !== "track") edit.frame = frame;
    else app.select(null);
    app.actions.edit(edit);
  }
}

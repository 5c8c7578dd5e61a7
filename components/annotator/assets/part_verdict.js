// A verdict on a part of the selected track: on its frames inside the range chosen on the timeline.

import { t } from "./messages.js";
import { nameOf, stateName } from "./names.js";
import { shared } from "./verdict_parts.js";

const STATES = { accept: "accepted", reject: "rejected", fix: "fixed" };

/** What is decided about parts of a track, in words. */
export function partsText(parts) {
  return (parts ?? []).map(([first, last, decision]) => `${stateName(STATES[decision])} ${first}–${last}`).join(", ");
}

export class PartVerdict {
  constructor(app) {
    this.app = app;
  }

  get part() {
    const { actions, timeline } = this.app;
    return shared(actions.selected, timeline.range);
  }

  /** What the keys would do now, said before they are pressed. */
  get words() {
    const { app, part } = this;
    const [accept, reject] = ["acceptPart", "rejectPart"].map((id) => app.keys.of(id));
    if (!part || !accept || !reject) return "";
    const values = { first: part.first, last: part.last, name: nameOf(app.actions.selected, app), accept, reject };
    if (part.whole) return t("All frames of {name}: {accept} accepts, {reject} rejects them", values);
    return t("Frames {first}–{last} of {name}: {accept} accepts, {reject} rejects them", values);
  }

  /** What the commands are called in menus: with the frames, where there are some. */
  labels() {
    const { part } = this;
    if (!part) return [[t("Accept the range of the timeline"), "acceptPart"], [t("Reject the range of the timeline"), "rejectPart"]];
    return [[t("Accept frames {first}–{last}", part), "acceptPart"], [t("Reject frames {first}–{last}", part), "rejectPart"]];
  }

  decide(verb) {
    const { app, part } = this;
    const row = app.actions.selected;
    if (!row) return app.toast(t("Select a track first."));
    if (!app.timeline.range) return app.toast(t("Select a range on the timeline first."));
    if (!part) return app.toast(t("The track has no frame in the range."));
    if (part.whole) return app.actions.decide(verb);
    const { first, last } = part;
    app.actions.edit({ verb, ...app.actions.about(row.id), range: [first, last] });
    const values = { name: nameOf(row, app), first, last };
    const said = { accept: t("Accepted: {name}, frames {first}–{last}", values), reject: t("Rejected: {name}, frames {first}–{last}", values) };
    return app.toast(said[verb]);
  }
}

// Who else has this video open: their names in the header, and what they have selected.

import { element } from "./dom.js";
import { t } from "./messages.js";

/**
 * The first of some changed tracks on a frame that somebody else changed, or undefined. Pure.
 * @param changedBy {track id: person}, without the tracks that no person changed
 */
export function newsFrom(tracks, changedBy, me, frame) {
  const byOther = ({ id }) => changedBy[id] != null && changedBy[id] !== me;
  return tracks.find((track) => byOther(track) && track.first <= frame && frame <= track.last);
}

export class Presence {
  constructor(app) {
    this.app = app;
    this.people = [];
    this.root = element("span", { class: "pill people", role: "status", hidden: true });
  }

  heard({ people }) {
    if (!people || JSON.stringify(people) === JSON.stringify(this.people)) return;
    this.people = people;
    const names = people.map((one) => one.person);
    const shown = names.length > 2 ? t("{names} and {n} more", { names: names.slice(0, 2).join(", "), n: names.length - 2 }) : names.join(", ");
    this.root.hidden = !names.length;
    this.root.textContent = names.length ? t("Also here: {names}", { names: shown }) : "";
    this.root.title = names.join(", ");
    this.app.paint();
  }

  /** The people who have a track selected. */
  at(track) {
    return this.people.filter((one) => one.tracks.includes(track)).map((one) => one.person);
  }
}

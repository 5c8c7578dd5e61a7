// Whose event it is: one of the tracks that are there during it, or none. Chosen in the panel of the
// event, or by number on the picture.

import { Choice } from "./choice.js";
import { element } from "./dom.js";
import { t } from "./messages.js";
import { fullName, nameOf } from "./names.js";

/** The tracks that an event can be about: those there during it, and the one it is about. Pure. */
export function candidatesFor({ first, last, track }, rows) {
  const there = (row) => typeof row.id === "number" && row.state !== "rejected" && row.first <= last && first <= row.last;
  return rows.filter((row) => row.id === track || there(row));
}

/** The name of the track that a segment is about, cut or in full; nothing when it is about none. */
export function ownerName({ track }, app, name = nameOf) {
  if (track == null) return "";
  const row = app.state.row(track);
  return row ? name(row, app) : t("track {n}", { n: track });
}

export class Whose {
  constructor(app) {
    this.app = app;
    this.field = new Choice(app, {
      label: t("Whose event it is"), see: () => app.segments.current,
      act: (value, seen) => seen && app.segments.get(seen.id) && this.bind(seen, value === "" ? null : Number(value)),
    });
    this.root = element("label", { class: "whose" }, element("span", { class: "dim" }, t("Whose")), this.field.root);
  }

  refresh(segment) {
    this.root.hidden = segment?.kind !== "event";
    if (this.root.hidden) return;
    const rows = this.app.state.rows();
    const about = `${segment.first} ${segment.last} ${segment.track}`;
    if (rows !== this.rows || about !== this.about) this.options = this.choices(segment, rows);
    Object.assign(this, { rows, about });
    this.field.show(this.options, segment.track);
  }

  choices(segment, rows) {
    const { app } = this;
    const found = candidatesFor(segment, rows).map((row) => [row.id, fullName(row, app)]);
    const lost = segment.track != null && !found.some(([id]) => id === segment.track);
    return [["", t("none")], ...found, ...(lost ? [[segment.track, ownerName(segment, app)]] : [])];
  }

  /** @param seen the event as it was when the question was asked */
  bind(seen, track) {
    const { app } = this;
    if (seen.track === track) return;
    app.segments.edit({ verb: "bind", ...app.segments.since(seen), track });
    app.announce(`${app.events.nameOf(seen)}: ${ownerName({ track }, app) || t("none")}`);
  }

  /** By number on the picture, while a key is held or until a track is chosen; 0 is nobody. */
  ask(segment, held = null) {
    const { app } = this;
    if (app.player.playing) app.player.pause();
    return app.picker.open({
      held,
      except: segment.track,
      title: () => t("{name} is about: press a digit or click a track. Esc cancels.", { name: app.events.nameOf(segment) }),
      refuses: (row) => (candidatesFor(segment, [row]).length ? null : t("This track is not there during the event.")),
      act: ({ id }) => this.bind(segment, id),
      none: () => this.bind(segment, null),
    });
  }
}

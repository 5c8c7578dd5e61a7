// Whose event it is: one of the tracks that are there during it, or none. Chosen in the panel of the
// event, or by number on the picture.

import { element } from "./dom.js";
import { t } from "./messages.js";
import { fullName, nameOf } from "./names.js";

/** The tracks that an event can be about: those there during it, and the one it is about. Pure. */
export function candidatesFor({ first, last, track }, rows) {
  const there = (row) => typeof row.id === "number" && row.state !== "rejected" && row.first <= last && first <= row.last;
  return rows.filter((row) => row.id === track || there(row));
}

/** The name of the track that a segment is about; nothing when it is about none. */
export function ownerName({ track }, app) {
  if (track == null) return "";
  const row = app.state.row(track);
  return row ? nameOf(row, app) : t("track {n}", { n: track });
}

export class Whose {
  constructor(app) {
    this.app = app;
    this.held = null;
    this.byKey = false;
    this.field = element("select", {
      "aria-label": t("Whose event it is"), title: t("Whose event it is"),
      onfocus: () => { this.held = app.segments.current; }, onblur: () => this.held && this.choose(), onchange: () => this.changed(),
      onpointerdown: () => { this.byKey = false; }, onkeydown: (event) => this.key(event),
    });
    this.root = element("label", { class: "whose" }, element("span", { class: "dim" }, t("Whose")), this.field);
  }

  /** Show the choice for a segment, unless somebody is choosing. */
  refresh(segment) {
    this.root.hidden = segment?.kind !== "event";
    if (this.root.hidden || this.held?.id === segment.id) return;
    this.held = null;
    const rows = this.app.state.rows();
    const about = `${segment.first} ${segment.last} ${segment.track}`;
    if (rows !== this.rows || about !== this.about) this.fill(segment, rows);
    Object.assign(this, { rows, about });
    this.field.value = String(segment.track ?? "");
  }

  fill(segment, rows) {
    const { app } = this;
    const found = candidatesFor(segment, rows);
    const lost = segment.track != null && !found.some((row) => row.id === segment.track);
    this.field.replaceChildren(
      element("option", { value: "" }, t("none")),
      ...found.map((row) => element("option", { value: row.id }, fullName(row, app))),
      ...(lost ? [element("option", { value: segment.track }, ownerName(segment, app))] : []),
    );
  }

  /** With the mouse a choice is one at once. With keys each step changes the field, so it is one when the field is left. */
  changed() {
    if (this.byKey) return;
    this.choose();
    this.app.focus();
  }

  key(event) {
    this.byKey = true;
    if (!["Enter", "NumpadEnter", "Escape"].includes(event.code)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.code === "Escape") this.held = null;
    this.app.focus();
    this.app.events.refresh();
  }

  choose() {
    const { segments } = this.app;
    const seen = this.held ?? segments.current;
    this.held = null;
    this.byKey = false;
    if (seen && segments.get(seen.id)) this.bind(seen, this.field.value === "" ? null : Number(this.field.value));
  }

  /** @param seen the event as it was when the question was asked */
  bind(seen, track) {
    const { app } = this;
    if (seen.track === track) return;
    app.segments.edit({ verb: "bind", id: seen.id, revision: app.segments.revision(seen.id, seen.revision), track });
    app.announce(`${app.events.nameOf(seen)}: ${ownerName({ track }, app) || t("none")}`);
  }

  /** By number on the picture, while a key is held or until a track is chosen; 0 is nobody. */
  ask(segment, held = null) {
    const { app } = this;
    if (segment.kind !== "event") return app.toast(t("Only events are about a track."));
    if (app.player.playing) app.player.pause();
    return app.picker.open({
      held,
      except: segment.track,
      title: t("{name} is about: press a digit or click a track. Esc cancels.", { name: app.events.nameOf(segment) }),
      refuses: (row) => (candidatesFor(segment, [row]).length ? null : t("This track is not there during the event.")),
      act: ({ id }) => this.bind(segment, id),
      none: () => this.bind(segment, null),
    });
  }
}

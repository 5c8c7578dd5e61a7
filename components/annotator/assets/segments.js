// The segments of the video (events, captions and the like): what the server last said, with the
// edits on top that it has not acknowledged, as in state.js. One label is selected at a time, a
// track or a segment.

import { t } from "./messages.js";
import { inForce, ledTo } from "./queue_items.js";
import { apply, inOrder, neighbour } from "./segment_edits.js";

const PAUSE = 1000;

export class Segments {
  constructor(app) {
    this.app = app;
    this.base = new Map();
    this.own = new Map();
    this.pending = [];
    this.aliases = new Map();
    this.selected = null;
    this.version = 0;
    this.clients = 0;
    this.gone = new Set();
    this.loaded = false;
    this.trouble = "";
  }

  /** Asked for until the server answers. */
  async load() {
    const { api, options } = this.app;
    for (let pause = PAUSE; !this.app.closed; pause = Math.min(2 * pause, 8000)) {
      try {
        const { segments } = await api.segments(options.video);
        if (this.app.closed) return undefined;
        this.loaded = true;
        // What went while the answer was on its way stays away.
        this.merge(segments.filter(({ id }) => !this.gone.has(id)));
        return this.touch();
      } catch (error) {
        this.trouble = error.text || t("The server does not answer. Trying again.");
        this.app.events.refreshLater();
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    return undefined;
  }

  // What the server says

  /** Segments as they are now, and the ids of those that are gone. */
  merge(segments = [], gone = []) {
    if (!segments.length && !gone.length) return;
    for (const segment of segments) {
      if (segment.deleted) gone = [...gone, segment.id];
      else if ((this.base.get(segment.id)?.revision ?? -1) <= segment.revision) this.base.set(segment.id, segment);
    }
    for (const id of gone) {
      this.base.delete(id);
      this.gone.add(id);
    }
    this.touch();
  }

  heard({ segments, gone_segments }) {
    this.merge(segments, gone_segments);
  }

  saved(answer) {
    for (const [client, id] of Object.entries(answer.created || {})) {
      this.aliases.set(client, id);
      if (this.selected === client) this.selected = id;
    }
    for (const segment of answer.segments || []) this.own.set(segment.id, ledTo(answer, segment));
    this.app.events?.renamed(answer.created);
    this.merge(answer.segments, answer.gone_segments);
  }

  setPending(items) {
    const before = this.pending.length;
    this.pending = inForce(items).flatMap((item) => item.edits.filter((edit) => edit.kind === "segment"));
    if (before || this.pending.length) this.touch();
  }

  touch() {
    this.version += 1;
    this.app.labelsChanged();
    this.app.events?.refreshLater();
  }

  // What is shown

  /** All segments in the order of time, with pending edits applied. */
  list() {
    if (this.keptVersion === this.version) return this.kept;
    const shown = new Map(this.base);
    for (const edit of this.pending) apply(shown, edit, this.app.options.person);
    this.byId = shown;
    this.kept = inOrder(shown.values());
    this.keptVersion = this.version;
    return this.kept;
  }

  /** By its id, or by the one it had until it was saved. */
  get(id) {
    this.list();
    return this.byId.get(id) ?? this.byId.get(this.aliases.get(id)) ?? null;
  }

  get current() {
    return this.selected == null ? null : this.get(this.selected);
  }

  at(frame) {
    return this.list().filter((one) => one.first <= frame && frame <= one.last);
  }

  // Choosing

  /** Select a segment (or none); with `jump` the playhead goes to it unless it is inside. */
  select(id, { jump = false } = {}) {
    const { app } = this;
    const real = this.aliases.get(id) ?? id;
    this.selected = real;
    const segment = this.current;
    if (segment) {
      if (app.state.selected != null) app.select(null);
      const frame = app.player.target;
      if (jump && (frame < segment.first || frame > segment.last)) app.player.go(segment.first);
      app.announce(app.events.describe(segment));
    }
    this.touch();
    app.events.reveal(real);
  }

  // Changing

  edit(...edits) {
    this.app.saving.submit({ kind: "edits", edits: edits.map((edit) => ({ kind: "segment", ...edit })) });
  }

  about(segment) {
    return { id: segment.id, revision: segment.revision };
  }

  /** The same at the end of a gesture or of typing, of what was seen when it began. */
  since({ id, revision }) {
    return { id, revision: this.revision(id, revision) };
  }

  newClient() {
    this.clients += 1;
    return `segment-${Date.now().toString(36)}-${this.clients}`;
  }

  /** Add a segment ({type, class, first, last, text, language}) and select it. */
  add(segment) {
    const client = this.newClient();
    this.edit({ verb: "add", client, ...segment });
    this.select(client);
    return client;
  }

  /** Give a segment other edges, as one edit. @param seen the segment as it was when the gesture began */
  move(seen, first, last) {
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    if (seen.first === from && seen.last === to) return;
    this.edit({ verb: "span", ...this.since(seen), first: from, last: to });
  }

  split(segment, frame) {
    const client = this.newClient();
    this.edit({ verb: "split", client, ...this.about(segment), frame });
    this.select(client);
  }

  /** Merge with the nearest one of the same class; false when there is none. */
  mergeWithNeighbour(segment) {
    const other = neighbour(this.list(), segment);
    if (other) this.edit({ verb: "merge", ...this.about(segment), other: other.id, other_revision: other.revision });
    return Boolean(other);
  }

  // Numbers of edits

  /** An edit may name a segment that got its real id meanwhile. */
  named(edit) {
    const named = { ...edit };
    for (const [field, revision] of [["id", "revision"], ["other", "other_revision"]]) {
      const id = this.aliases.get(edit[field]);
      if (id != null) Object.assign(named, { [field]: id, [revision]: this.own.get(id) ?? edit[revision] });
    }
    return named;
  }

  /** The revision to send for a change that began at revision `seen`; as `Saving.revision`. */
  revision(id, seen) {
    const now = this.base.get(id)?.revision ?? 0;
    return now === seen || now === this.own.get(id) ? now : seen;
  }
}

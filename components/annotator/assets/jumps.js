// Jumps to the places that matter. Beginnings come from the rows in memory, keyframes from the selected
// track once all of it is there; crossings, empty frames and low scores from the server, because the
// browser holds the keyframes around this frame only.

import { t } from "./messages.js";
import { nameOf } from "./names.js";

const LOW = 0.5;

/**
 * The next (step 1) or previous (-1) of some frames, from the other end where there is none. Pure.
 * @returns {frame, wrapped} or null where there are no frames at all
 */
export function neighbour(frames, from, step) {
  let nearest = null;
  let farthest = null;
  for (const frame of frames) {
    if (farthest === null || (frame - farthest) * step < 0) farthest = frame;
    if ((frame - from) * step > 0 && (nearest === null || (frame - nearest) * step < 0)) nearest = frame;
  }
  if (farthest === null) return null;
  return nearest === null ? { frame: farthest, wrapped: true } : { frame: nearest, wrapped: false };
}

/** Whether a track is to be seen at all: not rejected, and no suggestion below the confidence. */
export function isShown(row, confidence = 0) {
  if (row.state === "rejected") return false;
  return row.state !== "suggested" || (row.score ?? 1) >= confidence;
}

export class Jumps {
  constructor(app) {
    this.app = app;
    this.searching = null;
  }

  /** Look for a place that takes time to find: `keyframe`, `crossing`, `empty` or `lowScore`. */
  search(what, step) {
    const searching = this[what](step).finally(() => {
      if (this.searching === searching) this.searching = null;
    });
    this.searching = searching;
  }

  /** What is pressed while a place is looked for is about that place; without one it is not done, and this is said. */
  async there(act) {
    if (await this.searching) act();
    else this.app.toast(t("Not done: it did not come to another place."), "bad");
  }

  get from() {
    return this.app.player.target;
  }

  /** A keyframe of the selected track. Who goes elsewhere while they are loaded stays there. True when gone to, as of all searches. */
  async keyframe(step) {
    const { app, from } = this;
    const { selected } = app.state;
    if (selected == null) return this.none(t("Select a track first."));
    await app.labels.loadWhole(selected);
    const keyframes = app.state.track(selected)?.keyframes ?? [];
    const found = neighbour(keyframes.map(({ f }) => f), from, step);
    if (!found || app.closed || this.from !== from) return false;
    return this.go({ frame: found.frame }, found.wrapped ? t("Went on from the other end of the track.") : "");
  }

  trackStart(step) {
    const { app } = this;
    const rows = app.state.rows().filter((row) => isShown(row, app.confidence));
    const found = neighbour(rows.map((row) => row.first), this.from, step);
    if (!found) return app.toast(t("There are no tracks yet."));
    const begin = rows.filter((row) => row.first === found.frame);
    this.go(found, begin.length === 1 ? t("{name} begins here", { name: nameOf(begin[0], app) }) : t("{n} tracks begin here", { n: begin.length }));
    return app.select(begin[0].id);
  }

  event(step) {
    const { app } = this;
    const all = (app.segments?.list() ?? []).filter((segment) => segment.state !== "rejected");
    const found = neighbour(all.map((segment) => segment.first), this.from, step);
    if (!found) return app.toast(t("There are no events yet."));
    this.go(found);
    return app.segments.select(all.find((segment) => segment.first === found.frame).id);
  }

  /** Where the selected track, or without one any two, begin to overlap. */
  async crossing(step) {
    const { app } = this;
    const { selected } = app.state;
    const found = await this.ask("crossing", { step, track: typeof selected === "number" ? selected : null });
    if (!found) return false;
    if (found.frame == null) return this.none(t("No two tracks cross."));
    if (selected == null && app.state.selected == null) app.select(found.track);
    return this.go(found, [found.track, found.other].map((id) => this.named(id)).join(" × "));
  }

  named(id) {
    const row = this.app.state.row(id);
    return row ? nameOf(row, this.app) : t("track {n}", { n: id });
  }

  async empty(step) {
    const found = await this.ask("empty", { step });
    if (!found) return false;
    return found.frame == null ? this.none(t("Every frame has a track.")) : this.go(found, t("No track from here on"));
  }

  async lowScore(step) {
    const { app } = this;
    const { selected } = app.state;
    const found = await this.ask("low-score", { step, track: typeof selected === "number" ? selected : -1, below: LOW });
    if (!found) return false;
    if (found.frame == null) return this.none(t("No suggestion has a low score."));
    if (app.state.selected === selected) app.select(found.track);
    return this.go(found, t("Low score"));
  }

  none(text) {
    this.app.toast(text);
    return false;
  }

  /**
   * Ask the server, again and again while it says that it only came so far. An answer that comes
   * after the next question no longer counts, and who goes elsewhere meanwhile stays there.
   */
  async ask(what, query) {
    const { app, from } = this;
    const turn = (this.turn = (this.turn || 0) + 1);
    const isWanted = () => turn === this.turn && !app.closed;
    let reached = null;
    try {
      for (;;) {
        const found = await app.api.place(app.options.video, what, { frame: from, confidence: app.confidence, ...query, reached });
        if (!isWanted() || this.from !== from) return null;
        reached = found.reached ?? null;
        if (reached === null) return found;
        app.toast(t("Searched as far as frame {n}, going on…", { n: reached }));
      }
    } catch (error) {
      if (!app.closed) app.toast(error.text || t("The server does not answer."), "bad");
      return null;
    }
  }

  go({ frame, wrapped }, text = "") {
    const { app } = this;
    app.player.go(frame);
    const said = [text, wrapped ? t("Went on from the other end of the video.") : ""].filter(Boolean).join(" · ");
    if (said) app.toast(said);
    app.announce(said);
    return true;
  }
}

// Keyframes for the rows in sight, without their boxes: asked for when scrolling rests, several
// tracks in one request, and forgotten again so that a million of them do not fill the memory.

import { marksOf } from "./timeline_spans.js";

const REST = 60;
const MOST_IDS = 200;
const MOST_KEYFRAMES = 60_000;
const KEPT_KEYFRAMES = 400_000;

export class Marks {
  /** @param api {marks}; @param state {whole, track, row} */
  constructor({ api, video, state, arrived, failed, recovered, rest = REST }) {
    Object.assign(this, { api, video, state, arrived, failed, recovered, rest });
    this.kept = new Map();
    this.held = 0;
    this.compact = new WeakMap();
    this.wanted = [];
    this.tries = 0;
  }

  /** The marks of a track as well as they are known, or undefined. */
  get(id) {
    const { state } = this;
    if (!state.whole.has(id) && typeof id === "number") return this.kept.get(id);
    const track = state.track(id);
    if (!track) return undefined;
    if (!this.compact.has(track)) this.compact.set(track, marksOf(track));
    return this.compact.get(track);
  }

  /** The rows in sight: what is missing of them is loaded. */
  want(rows) {
    this.wanted = rows;
    if (this.loading || this.closed) return;
    clearTimeout(this.timer);
    if (this.missing().length) this.timer = setTimeout(() => this.load(), this.rest * 2 ** this.tries);
  }

  /** Ids of the wanted rows that are not known at their revision, no more than one answer should hold. */
  missing() {
    const ids = [];
    let size = 0;
    for (const row of this.wanted) {
      if (typeof row.id !== "number" || this.state.whole.has(row.id) || this.kept.get(row.id)?.revision >= row.revision) continue;
      size += row.keyframes;
      if (ids.length && (ids.length >= MOST_IDS || size > MOST_KEYFRAMES)) break;
      ids.push(row.id);
    }
    return ids;
  }

  async load() {
    const ids = this.missing();
    if (!ids.length) return;
    this.loading = true;
    try {
      const { marks } = await this.api.marks(this.video, ids);
      if (this.closed) return;
      this.tries = 0;
      this.keep(marks);
      this.recovered();
      this.arrived();
    } catch (error) {
      this.tries = Math.min(this.tries + 1, 7);
      if (error.kind !== "refused") this.failed(error);
    } finally {
      this.loading = false;
      this.want(this.wanted);
    }
  }

  keep(marks) {
    for (const { id, frames, flags, scores, ...rest } of marks) {
      this.forget(id);
      this.kept.set(id, {
        ...rest, frames: Int32Array.from(frames), flags: Uint8Array.from(flags), scores: Float32Array.from(scores, (score) => score ?? NaN),
      });
      this.held += frames.length;
    }
    const needed = new Set(this.wanted.map((row) => row.id));
    for (const id of this.kept.keys()) {
      if (this.held <= KEPT_KEYFRAMES) break;
      if (!needed.has(id)) this.forget(id);
    }
  }

  forget(id) {
    this.held -= this.kept.get(id)?.frames.length ?? 0;
    this.kept.delete(id);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}

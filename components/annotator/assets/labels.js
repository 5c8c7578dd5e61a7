// Loads labels around the current frame in chunks, and asks every second what others changed.

import { CHUNK, chunkOf } from "./state.js";

const POLL = 1000;
const HIDDEN = 5000;
const SLOWEST = 15000;

/** Milliseconds until the next question: rarely from a hidden page, ever rarer while nobody answers. */
export function pause(hidden, tries) {
  return tries ? Math.min(POLL * 2 ** tries, SLOWEST) : hidden ? HIDDEN : POLL;
}

export class Labels {
  /** @param here who asks, from which page: {page, person, track}; @param heard takes each answer */
  constructor({ api, video, frames, state, arrived, failed, recovered, others, here, heard, renewed = () => {} }) {
    Object.assign(this, { api, video, frames, state, arrived, failed, recovered, others, here, heard, renewed });
    this.seen = () => document.hidden || this.schedule(0);
    document.addEventListener("visibilitychange", this.seen);
    this.loading = new Set();
    this.wanted = [];
    this.resting = new Set();
    this.since = 0;
    this.tries = 0;
    this.pollTries = 0;
    this.closed = false;
  }

  /** The rows of all tracks; asked for again until the server answers. */
  async loadObjects() {
    for (let pause = 500; !this.closed; pause = Math.min(2 * pause, 8000)) {
      try {
        const { seq, restored, objects } = await this.api.objects(this.video);
        if (this.closed) return;
        this.since = seq;
        this.restored = restored;
        this.state.setObjects(objects);
        this.recovered();
        this.schedule();
        return;
      } catch (error) {
        this.failed(error);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** Have the chunk of a frame, then the next one in the direction of travel. */
  aim(frame, direction) {
    const here = chunkOf(frame);
    const next = here + CHUNK * (direction < 0 ? -1 : 1);
    this.wanted = [here, next].filter((start) => start >= 0 && start < this.frames);
    this.fill();
    if (this.state.isReady(frame)) this.state.keepNear(frame);
  }

  /** One after the other: a hand that runs over the whole video asks only for what it comes to rest on. */
  fill() {
    const start = this.wanted.find((one) => !this.state.chunks.has(one) && !this.resting.has(one));
    if (!this.loading.size && start != null) this.load(start);
  }

  async load(start) {
    if (this.closed || [this.loading, this.resting, this.state.chunks].some((known) => known.has(start))) return;
    this.loading.add(start);
    const asked = this.state.version;
    try {
      const last = Math.min(start + CHUNK, this.frames) - 1;
      const { tracks } = await this.api.tracks(this.video, start, last);
      if (this.closed) return;
      this.tries = 0;
      this.resting.clear();
      this.state.setChunk(start, this.state.still(tracks, asked));
      this.recovered();
      this.arrived(start);
    } catch (error) {
      this.failed(error);
      this.tries += 1;
      this.rest(start, Math.min(500 * 2 ** this.tries, 8000));
    } finally {
      this.loading.delete(start);
      if (!this.closed) this.fill();
    }
  }

  /** One that failed is asked for again after a while; others do not wait for it. */
  rest(start, delay) {
    this.resting.add(start);
    setTimeout(() => {
      this.resting.delete(start);
      if (!this.closed) this.fill();
    }, delay);
  }

  /** All keyframes of one track, for the seek bar and for jumps between keyframes. */
  async loadWhole(id) {
    const row = this.state.objects.get(id);
    if (!row || this.state.whole.has(id)) return;
    const asked = this.state.version;
    try {
      const { tracks } = await this.api.tracks(this.video, row.first, row.last, id);
      const found = tracks.filter((one) => one.id === id);
      if (!this.closed) this.state.mergeWhole(this.state.still(found, asked));
    } catch (error) {
      // A track deleted meanwhile is no trouble: the next poll takes its row away.
      if (error.kind !== "refused") this.failed(error);
    }
  }

  schedule(delay = pause(document.hidden, this.pollTries)) {
    clearTimeout(this.timer);
    if (this.restored != null && !this.closed) this.timer = setTimeout(() => this.poll(), delay);
  }

  async poll() {
    try {
      const answer = await this.api.changes(this.video, this.since, this.here());
      const { seq, restored, tracks, gone, more } = answer;
      if (this.closed) return undefined;
      // A backup was put back: numbers go on, but what is known here is of another past.
      if (restored !== this.restored) return this.renewed();
      this.since = seq;
      this.recovered();
      this.heard(answer);
      if (tracks.length || gone.length) {
        const known = (track) => (this.state.base.get(track.id)?.revision ?? -1) >= track.revision;
        const fresh = tracks.filter((track) => !known(track));
        this.state.mergeWhole(tracks, gone);
        if (fresh.length) this.others(fresh, answer.changed_by);
      }
      this.pollTries = 0;
      if (more) return this.schedule(0);
    } catch (error) {
      this.failed(error);
      this.pollTries += 1;
    }
    return this.schedule();
  }

  close() {
    this.closed = true;
    document.removeEventListener("visibilitychange", this.seen);
    clearTimeout(this.timer);
  }
}

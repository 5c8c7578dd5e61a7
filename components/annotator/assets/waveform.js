// The sound of the video: lowest and highest samples per hundredth of a second, and its onsets.
// Made by a job; asked for again while that is under way.

import { frameAtTime } from "./clock.js";

const AGAIN = 4000;
const HEAD = 16;

/** What the server sends: "DGW1", counts of peaks and onsets, peaks per second, then both. */
export function parse(buffer) {
  const view = new DataView(buffer);
  const [peaks, onsets, rate] = [view.getUint32(4, true), view.getUint32(8, true), view.getFloat32(12, true)];
  const levels = new Int8Array(buffer, HEAD, 2 * peaks);
  const onsetSeconds = new Float32Array(buffer.slice(HEAD + 2 * peaks, HEAD + 2 * peaks + 4 * onsets));
  return new Wave({ rate, levels, onsetSeconds });
}

class Wave {
  constructor({ rate, levels, onsetSeconds }) {
    Object.assign(this, { rate, levels, onsetSeconds });
    this.loudest = levels.reduce((most, level) => Math.max(most, Math.abs(level)), 1);
  }

  /** The lowest and the highest sample between two times, in seconds from the first frame. */
  between(start, end) {
    const first = Math.max(Math.floor(start * this.rate), 0);
    const last = Math.min(Math.max(Math.ceil(end * this.rate), first + 1), this.levels.length / 2);
    let [low, high] = [0, 0];
    for (let index = first; index < last; index += 1) {
      low = Math.min(low, this.levels[2 * index]);
      high = Math.max(high, this.levels[2 * index + 1]);
    }
    return [low, high];
  }

  /** Index of the first onset at or after a time. */
  onsetAfter(seconds) {
    const found = this.onsetSeconds.findIndex((onset) => onset >= seconds);
    return found < 0 ? this.onsetSeconds.length : found;
  }
}

export class Waveform {
  /** `onsets`: frames at which a sound begins, sorted; empty until they are known. */
  constructor({ api, video, times, arrived }) {
    Object.assign(this, { api, video, times, arrived });
    this.wave = null;
    this.onsets = [];
  }

  /** Load it; where there is no sound, or none can be had, there is no row. */
  async load() {
    const answer = await this.api.waveform(this.video).catch((error) => ({ error }));
    if (this.closed) return;
    if (answer === null || answer.error?.kind === "network") {
      this.timer = setTimeout(() => this.load(), AGAIN);
    } else if (!answer.error) this.show(answer);
  }

  show(buffer) {
    const wave = parse(buffer);
    if (this.closed || !wave.levels.length) return;
    this.wave = wave;
    const { times } = this;
    this.onsets = [...new Set(Array.from(wave.onsetSeconds, (onset) => frameAtTime(times, onset + times[0])))];
    this.arrived();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}

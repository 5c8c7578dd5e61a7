// Exact frames: which ones to have, how long to keep them, and fetching them off the main thread.

const MEGABYTE = 1024 * 1024;

/** The frames to load, most wanted first: the target, then onward, then a few behind. */
export function wanted(target, direction, frames, ahead, behind) {
  const list = [];
  const push = (frame) => {
    if (frame >= 0 && frame < frames) list.push(frame);
  };
  push(target);
  for (let step = 1; step <= Math.max(ahead, behind); step += 1) {
    if (step <= ahead) push(target + step * direction);
    if (step <= behind) push(target - step * direction);
  }
  return list;
}

/** Frames in memory, bounded by bytes and count; those farthest from the target go first, the one on the screen never. */
export class FrameCache {
  /** @param shown the frame on the screen: it is painted again when the picture is zoomed */
  constructor({ bytes = 200 * MEGABYTE, count = 60, least = 6, shown = () => -1 } = {}) {
    Object.assign(this, { bytes, count, least, shown });
    this.entries = new Map();
    this.used = 0;
  }

  has = (frame) => this.entries.has(frame);
  get = (frame) => this.entries.get(frame);

  set(frame, entry, target, direction) {
    this.delete(frame);
    this.entries.set(frame, entry);
    this.used += entry.bytes;
    this.trim(target, direction);
  }

  /** Distance in steps; a frame behind counts double, because work mostly goes on onward. */
  static distance(frame, target, direction) {
    const steps = (frame - target) * direction;
    return steps >= 0 ? steps : -2 * steps;
  }

  trim(target, direction) {
    while (
      this.entries.size > this.least &&
      (this.used > this.bytes || this.entries.size > this.count)
    ) {
      let farthest = null;
      let most = -1;
      for (const frame of this.entries.keys()) {
        if (frame === this.shown()) continue;
        const distance = FrameCache.distance(frame, target, direction);
        if (distance > most) [farthest, most] = [frame, distance];
      }
      this.delete(farthest);
    }
  }

  delete(frame) {
    const entry = this.entries.get(frame);
    if (!entry) return;
    this.entries.delete(frame);
    this.used -= entry.bytes;
    entry.bitmap?.close?.();
  }

  clear() {
    for (const frame of [...this.entries.keys()]) this.delete(frame);
  }

  /** How many frames of a size fit. */
  room(frameBytes) {
    return Math.max(this.least, Math.min(this.count, Math.floor(this.bytes / frameBytes)));
  }
}

/** Keeps the cache filled around the target. `load(frame, signal)` yields an entry. */
export class FrameLoader {
  constructor({ frames, frameBytes, load, arrived, failed, recovered, cache = new FrameCache(), parallel = 3, wait = (act, delay) => setTimeout(act, delay) }) {
    Object.assign(this, { frames, load, arrived, failed, recovered, cache, parallel, wait });
    const room = cache.room(frameBytes);
    this.ahead = Math.min(16, Math.max(2, Math.floor(room * 0.5)));
    this.behind = Math.min(6, Math.max(1, Math.floor(room * 0.15)));
    this.flying = new Map();
    this.target = 0;
    this.direction = 1;
    this.pause = 0;
    this.closed = false;
  }

  has = (frame) => this.cache.has(frame);
  get = (frame) => this.cache.get(frame);

  /** Point at a frame; loads it and its neighbours in the direction of travel. */
  aim(frame, direction) {
    this.target = frame;
    this.direction = direction < 0 ? -1 : 1;
    const far = 4 * (this.ahead + this.behind);
    for (const [other, control] of this.flying) {
      if (Math.abs(other - frame) <= far) continue;
      control.abort();
      this.flying.delete(other);
    }
    this.fill();
  }

  fill() {
    if (this.closed || this.pause) return;
    for (const frame of wanted(this.target, this.direction, this.frames, this.ahead, this.behind)) {
      if (this.cache.has(frame) || this.flying.has(frame)) continue;
      // One place more than usual is kept for the target itself.
      const limit = frame === this.target ? this.parallel + 1 : this.parallel;
      if (this.flying.size >= limit) return;
      this.start(frame);
    }
  }

  start(frame) {
    const control = new AbortController();
    this.flying.set(frame, control);
    this.load(frame, control.signal)
      .then((entry) => {
        if (this.closed || this.cache.has(frame)) return entry.bitmap?.close?.();
        this.cache.set(frame, entry, this.target, this.direction);
        this.tries = 0;
        this.recovered?.();
        this.arrived(frame);
      })
      .catch((error) => {
        if (control.signal.aborted || this.closed) return;
        this.failed?.(frame, error);
        this.rest();
      })
      .finally(() => {
        if (this.flying.get(frame) === control) this.flying.delete(frame);
        this.fill();
      });
  }

  /** The server is away: wait a little longer each time. */
  rest() {
    if (this.pause) return;
    this.tries = (this.tries || 0) + 1;
    const delay = Math.min(400 * 2 ** (this.tries - 1), 5000);
    this.pause = this.wait(() => this.retry(), delay);
  }

  retry() {
    this.pause = 0;
    this.fill();
  }

  close() {
    this.closed = true;
    for (const control of this.flying.values()) control.abort();
    this.cache.clear();
  }
}

/** Fetch and decode one exact frame away from the main thread. An unreadable one is an entry too. */
export function frameSource(api, video, version) {
  return async (frame, signal) => {
    try {
      const { index, blob } = await api.frame(video, frame, version, signal);
      if (index !== null && Number(index) !== frame) throw new Error(`frame ${index}, not ${frame}`);
      const bitmap = await createImageBitmap(blob);
      return { bitmap, bytes: bitmap.width * bitmap.height * 4 };
    } catch (error) {
      if (error.status !== 422) throw error;
      return { bitmap: null, unreadable: error.text, bytes: 0 };
    }
  };
}

// Which frame is wanted and which picture of it can be shown. Number, picture and boxes are drawn
// together from `shown`, so they cannot disagree:
// "exact" is the decoded frame, "preview" the proxy's frame until the exact one comes, "video" a
// frame of the playing proxy, "unreadable" a frame that cannot be decoded.

import { frameAtTime } from "./clock.js";

export const SPEEDS = [0.1, 0.25, 0.5, 1, 1.5, 2, 4];
const MOST_AHEAD = 8;
const REST = 120; // milliseconds

export class Player {
  /** @param proxy null while there is none; @param labels {isReady, aim} */
  constructor({ times, loader, labels, proxy, changed }) {
    Object.assign(this, { times, loader, labels, proxy, changed });
    this.target = 0;
    this.direction = 1;
    this.shown = { frame: -1, kind: "none", source: null };
    this.playing = false;
    this.speed = 1;
    this.travelling = false;
    this.range = null;
    this.leapedAt = -Infinity;
  }

  /** The range of frames {first, last} that is played round and not stepped out of, or null. */
  get loop() {
    return this.range;
  }

  set loop(range) {
    this.range = range && { first: this.inVideo(range.first), last: this.inVideo(range.last) };
    if (this.range && !isInside(this.range, this.target)) {
      if (this.playing) this.rewind();
      else this.leap(this.range.first);
    }
    this.changed();
  }

  inVideo(frame) {
    return Math.min(Math.max(Math.round(frame), 0), this.frames - 1);
  }

  get frames() {
    return this.times.length;
  }

  get exact() {
    return this.shown.frame === this.target && (this.shown.kind === "exact" || this.shown.kind === "unreadable");
  }

  step(count) {
    this.stop();
    this.direction = count < 0 ? -1 : 1;
    this.travelling = Math.abs(count) <= 10;
    const { first, last } = this.range || { first: 0, last: this.frames - 1 };
    this.aim(Math.min(Math.max(this.target + count, first), last));
  }

  /** Go to a frame; one outside the loop ends it. */
  go(frame) {
    this.stop();
    if (this.range && !isInside(this.range, this.inVideo(frame))) this.range = null;
    this.leap(frame);
  }

  leap(frame) {
    this.direction = frame < this.target ? -1 : 1;
    this.travelling = false;
    this.aim(frame);
  }

  aim(frame) {
    this.target = this.inVideo(frame);
    this.aimLoader();
    this.labels.aim(this.target, this.direction);
    if (!this.loader.has(this.target) && !this.travelling) this.proxy?.seek(this.target);
    this.changed();
  }

  /** While the playhead is pulled along, the film shows the way; exact frames are decoded where it rests. */
  aimLoader() {
    clearTimeout(this.resting);
    const aim = () => this.loader.aim(this.target, this.direction);
    const leaps = this.proxy && !this.proxy.broken && !this.travelling && !this.playing;
    const now = performance.now();
    if (leaps && now - this.leapedAt < REST) this.resting = setTimeout(aim, REST);
    else aim();
    if (leaps) this.leapedAt = now;
  }

  /** Choose what to show now. Called once per animation frame; true when it changed. */
  resolve(now) {
    if (this.playing && !this.byProxy) this.advance(now);
    const next = this.playing && this.byProxy ? this.played() : this.still();
    if (!next) return false;
    const same = next.frame === this.shown.frame && next.source === this.shown.source && next.kind === this.shown.kind;
    this.shown = next;
    return !same || next.kind === "video";
  }

  still() {
    const { target } = this;
    if (this.ready(target)) return this.picture(target);
    if ((this.travelling || this.playing) && !this.rewinding) {
      const passed = this.passed();
      if (passed !== null) return this.picture(passed);
    }
    // On the way to a far frame also those that are passed; labels may come a moment later.
    const { proxy } = this;
    const coming = !this.travelling && proxy?.wanted === target && proxy.frame >= 0;
    return coming ? { frame: proxy.frame, kind: "preview", source: proxy.element } : null;
  }

  /** While travelling, the loaded frame nearest to the target that is ahead of what is shown. */
  passed() {
    const step = Math.sign(this.target - this.shown.frame);
    if (!step || this.shown.frame < 0) return null;
    for (let frame = this.target - step; frame !== this.shown.frame; frame -= step) {
      if (Math.abs(frame - this.target) > 60) return null;
      if (this.ready(frame)) return frame;
    }
    return null;
  }

  ready(frame) {
    return this.loader.has(frame) && this.labels.isReady(frame);
  }

  picture(frame) {
    const entry = this.loader.get(frame);
    return { frame, kind: entry.bitmap ? "exact" : "unreadable", source: entry.bitmap, text: entry.unreadable };
  }

  // Playing

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    const { first, last } = this.range || { first: 0, last: this.frames - 1 };
    this.playing = true;
    this.direction = 1;
    this.byProxy = Boolean(this.proxy && !this.proxy.broken);
    this.latest = null;
    this.playFrom(this.target < first || this.target >= last ? first : this.target);
    this.changed();
  }

  playFrom(frame) {
    this.target = frame;
    this.startedAt = null;
    this.rewinding = false;
    this.travelling = !this.byProxy;
    if (!this.byProxy) return;
    // A busy browser leaves out pictures, the last ones too: the end of the film is the last frame.
    const ended = () => (this.range ? this.rewind() : this.pause(this.frames - 1));
    this.proxy.play(frame, this.speed, (played) => this.onVideoFrame(played), ended, () => this.pause());
  }

  /** Back to the beginning of the loop while playing. */
  rewind() {
    if (this.byProxy) return this.playFrom(this.range.first);
    this.rewinding = true;
    return this.aim(this.range.first);
  }

  onVideoFrame(frame) {
    if (this.range && !isInside(this.range, frame)) {
      this.rewind();
      return;
    }
    this.latest = frame;
    this.target = frame;
    this.labels.aim(frame, 1);
    this.changed("now");
  }

  played() {
    if (this.latest === null) return null;
    return { frame: this.latest, kind: "video", source: this.proxy.source };
  }

  /** Without a proxy: follow the clock as far as exact frames arrive. */
  advance(now) {
    if (this.rewinding && !this.ready(this.target)) return;
    if (this.rewinding) this.playFrom(this.target);
    const shown = Math.max(this.shown.frame, 0);
    if (this.startedAt === null || this.target - shown > MOST_AHEAD) {
      this.startedAt = now;
      this.startTime = this.times[this.target - shown > MOST_AHEAD ? shown : this.target];
    }
    const frame = frameAtTime(this.times, this.startTime + ((now - this.startedAt) / 1000) * this.speed);
    const end = this.frames - 1;
    const over = frame > (this.range?.last ?? end) || (frame === end && this.shown.frame === end);
    if (over) return this.range ? this.rewind() : this.pause(end);
    return this.aim(frame);
  }

  stop() {
    if (!this.playing) return;
    this.playing = false;
    this.rewinding = false;
    this.proxy?.pause();
  }

  /** Stop on the exact frame of what is seen now. */
  pause(frame = this.byProxy ? this.latest ?? this.target : Math.max(this.shown.frame, 0)) {
    if (!this.playing) return;
    this.stop();
    this.travelling = false;
    this.aim(frame);
  }

  setSpeed(speed) {
    this.speed = speed;
    this.startedAt = null;
    if (this.playing && this.byProxy) this.proxy.setSpeed(speed);
    this.changed();
  }

  changeSpeed(step) {
    const index = Math.min(Math.max(SPEEDS.indexOf(this.speed) + step, 0), SPEEDS.length - 1);
    this.setSpeed(SPEEDS[index]);
  }
}

function isInside({ first, last }, frame) {
  return first <= frame && frame <= last;
}

// Which frame is wanted and which picture of it can be shown. Number, picture and boxes are drawn
// together from `shown`, so they cannot disagree:
// "exact" is the decoded frame, "preview" the proxy's frame until the exact one comes, "video" a
// frame of the playing proxy, "unreadable" a frame that cannot be decoded.

import { frameAtTime } from "./clock.js";

export const SPEEDS = [0.1, 0.25, 0.5, 1, 1.5, 2, 4];
const MOST_AHEAD = 8;

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
    this.aim(this.target + count);
  }

  go(frame) {
    this.stop();
    this.direction = frame < this.target ? -1 : 1;
    this.travelling = false;
    this.aim(frame);
  }

  aim(frame) {
    this.target = Math.min(Math.max(Math.round(frame), 0), this.frames - 1);
    this.loader.aim(this.target, this.direction);
    this.labels.aim(this.target, this.direction);
    if (!this.loader.has(this.target) && !this.travelling) this.proxy?.seek(this.target);
    this.changed();
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
    if (this.travelling || this.playing) {
      const passed = this.passed();
      if (passed !== null) return this.picture(passed);
    }
    if (!this.travelling && this.proxy?.frame === target && this.labels.isReady(target)) {
      return { frame: target, kind: "preview", source: this.proxy.element };
    }
    return null;
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
    const from = this.target >= this.frames - 1 ? 0 : this.target;
    this.playing = true;
    this.direction = 1;
    this.byProxy = Boolean(this.proxy && !this.proxy.broken);
    this.target = from;
    if (this.byProxy) {
      this.latest = null;
      this.proxy.play(from, this.speed, (frame) => this.onVideoFrame(frame), () => this.pause());
    } else {
      this.startedAt = null;
      this.travelling = true;
    }
    this.changed();
  }

  onVideoFrame(frame) {
    this.latest = frame;
    this.target = frame;
    this.labels.aim(frame, 1);
    this.changed("now");
  }

  played() {
    if (this.latest === null) return null;
    return { frame: this.latest, kind: "video", source: this.proxy.element };
  }

  /** Without a proxy: follow the clock as far as exact frames arrive. */
  advance(now) {
    const shown = Math.max(this.shown.frame, 0);
    if (this.startedAt === null || this.target - shown > MOST_AHEAD) {
      this.startedAt = now;
      this.startTime = this.times[this.target - shown > MOST_AHEAD ? shown : this.target];
    }
    const frame = frameAtTime(this.times, this.startTime + ((now - this.startedAt) / 1000) * this.speed);
    if (frame >= this.frames - 1) return this.pause(this.frames - 1);
    this.aim(frame);
  }

  stop() {
    if (!this.playing) return;
    this.playing = false;
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

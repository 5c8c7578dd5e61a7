// The proxy film in a hidden <video>: plays, and gives a quick first picture on a far seek.

import { frameAtProxyTime, middleOfFrame } from "./clock.js";

const CUT_OFF = 2; // MediaError.MEDIA_ERR_NETWORK

export class Proxy {
  /** @param parts {address, times, arrived(), failed(cutOff)}; `cutOff` when it had begun to come */
  constructor({ address, times, arrived, failed }) {
    Object.assign(this, { times, arrived, failed });
    this.frame = -1;
    this.wanted = -1;
    this.seeking = false;
    const element = document.createElement("video");
    element.preload = "auto";
    element.playsInline = true;
    element.muted = true;
    element.src = address;
    element.addEventListener("seeked", () => this.onSeeked());
    element.addEventListener("error", () => this.onError());
    this.element = element;
  }

  onError() {
    Object.assign(this, { broken: true, frame: -1, seeking: false });
    if (this.playing) this.onFailure();
    this.failed(this.element.error?.code === CUT_OFF);
  }

  /** Load the film again after it failed. */
  again() {
    if (!this.broken) return;
    this.broken = false;
    this.element.load();
  }

  /** Show a frame soon. A newer wish replaces one that has not begun. */
  seek(frame) {
    this.wanted = frame;
    if (this.seeking || this.broken || this.frame === frame) return;
    this.seeking = true;
    this.frame = -1;
    this.started = frame;
    this.element.currentTime = middleOfFrame(this.times, frame);
    this.onNextFrame((_now, { mediaTime }) => this.onPicture(frame, mediaTime));
  }

  /** The browser says which picture it painted: believe that, not where we aimed. */
  onPicture(frame, mediaTime) {
    if (this.playing || !this.seeking || frame !== this.started) return;
    this.arrive(frameAtProxyTime(this.times, mediaTime));
  }

  /** No new picture is announced when the clock stays inside the same one. */
  onSeeked() {
    const { started } = this;
    setTimeout(() => {
      if (!this.playing && this.seeking && started === this.started) this.arrive(started);
    }, 60);
  }

  /** Each picture is seen, also one on the way to where the hand is by now. */
  arrive(frame) {
    this.seeking = false;
    this.frame = frame;
    this.arrived();
    if (this.wanted !== this.started) requestAnimationFrame(() => this.playing || this.seek(this.wanted));
  }

  onNextFrame(act) {
    if (this.element.requestVideoFrameCallback) return this.element.requestVideoFrameCallback(act);
    return requestAnimationFrame(() => act(0, { mediaTime: this.element.currentTime }));
  }

  play(frame, speed, onFrame, onEnd, onFailure) {
    Object.assign(this, { playing: true, seeking: false, onFailure });
    this.frame = -1;
    const { element } = this;
    element.muted = Boolean(this.silent);
    element.playbackRate = speed;
    element.currentTime = middleOfFrame(this.times, frame);
    const turn = (this.turn = (this.turn || 0) + 1);
    const goesOn = () => this.playing && turn === this.turn;
    const follow = (_now, { mediaTime }) => {
      if (!goesOn()) return;
      // A picture from before the jump may still arrive.
      if (!element.seeking) onFrame(frameAtProxyTime(this.times, this.take(mediaTime)));
      this.onNextFrame(follow);
    };
    this.onNextFrame(follow);
    element.onended = () => this.playing && onEnd();
    element.play().catch(() => {
      // Also a pause, or a jump, before it began comes to this.
      if (!goesOn()) return;
      element.muted = true;
      element.play().catch(() => goesOn() && onFailure());
    });
  }

  /**
   * Hold what the film shows now, and say when that is. The film goes on while the page is at work:
   * the picture drawn a little later might be another one than was announced.
   */
  take(mediaTime) {
    this.before?.close();
    this.before = this.picture;
    try {
      this.picture = new VideoFrame(this.element);
      return this.picture.timestamp / 1e6;
    } catch {
      this.picture = null; // browsers without VideoFrame: what is announced has to do
      return mediaTime;
    }
  }

  /** The picture of the frame told last. */
  get source() {
    return this.picture ?? this.element;
  }

  setSpeed(speed) {
    this.element.playbackRate = speed;
  }

  silence(silent) {
    this.silent = silent;
    this.element.muted = silent || !this.playing;
  }

  pause() {
    this.playing = false;
    this.element.pause();
    this.element.muted = true;
  }

  close() {
    this.pause();
    for (const picture of [this.before, this.picture]) picture?.close();
    this.element.removeAttribute("src");
    this.element.load();
  }
}

// Marking events: in and out on the exact frame, and live with one key while the video plays. A live
// mark lasts while the key is held; after a short press, until the next one.

import { frameAtTime } from "./clock.js";
import { element } from "./dom.js";
import { t } from "./messages.js";

const TAP = 300;

/** The frame that was on screen `lag` seconds (of the video) before a time of the video's clock. Pure. */
export function seenAt(times, seconds, lag) {
  return frameAtTime(times, Math.max(seconds - lag, times[0]));
}

export class Marking {
  constructor(app) {
    this.app = app;
    this.begun = null;
    this.live = null;
    this.root = element("div", { class: "marking", role: "status", hidden: true });
    this.released = (event) => this.up(event);
    window.addEventListener("keyup", this.released, true);
  }

  get busy() {
    return this.begun != null || this.live != null;
  }

  // On the exact frame

  /** The selected event begins here when the playhead is in it; otherwise a new one does. */
  markIn() {
    const { player, segments, events } = this.app;
    const { current } = segments;
    const frame = player.target;
    if (current && current.first <= frame && frame <= current.last) return segments.move(current, frame, current.last);
    if (!events.ready()) return undefined;
    segments.select(null);
    this.begun = frame;
    return this.show();
  }

  /** Ends what was begun; otherwise the selected event ends here. */
  markOut() {
    const { player, segments, events } = this.app;
    const frame = player.target;
    if (this.begun != null) {
      const [first, last] = [Math.min(this.begun, frame), Math.max(this.begun, frame)];
      this.cancel();
      return events.add(first, last);
    }
    const { current } = segments;
    if (current && frame >= current.first) return segments.move(current, current.first, frame);
    return this.app.toast(t("Mark the beginning first: {key}", { key: events.keyOf("markIn") }));
  }

  // While playing

  down() {
    if (this.live) return this.letGo();
    const { player, events } = this.app;
    if (!player.playing) return this.app.toast(t("Events are marked live while the video plays: {key} plays it.", { key: events.keyOf("play") }));
    if (!events.ready()) return undefined;
    this.begun = null;
    this.live = { first: this.seen(), at: performance.now(), held: true, reached: this.playedTo() };
    return this.show();
  }

  up(event) {
    const { live } = this;
    if (!live?.held || !this.app.events.codesOf("liveMark").has(event.code)) return;
    live.held = event.timeStamp - live.at < TAP ? false : null;
    if (live.held === null) this.letGo();
  }

  letGo() {
    if (this.playedTo() < this.live.reached) this.endBeforeLeap();
    else this.end(this.seen());
  }

  /** The frame that playing has come to; the picture follows, or is still that of before it began anew. */
  playedTo() {
    const { playing, shown, target } = this.app.player;
    return playing ? Math.min(shown.frame, target) : target;
  }

  /** The frame the person reacted to: a busy page paints later than the film plays. */
  seen() {
    const { player, proxy, times, reaction } = this.app;
    const frame = Math.max(player.shown.frame, 0);
    const painted = times[frame + 1] ?? Infinity;
    const seconds = player.byProxy ? Math.min(proxy.element.currentTime + times[0], painted) : times[frame];
    return seenAt(times, seconds, reaction.seconds * player.speed);
  }

  end(last) {
    const { first } = this.live;
    this.cancel();
    this.app.events.add(first, Math.max(first, last));
  }

  /** The picture went back: what is marked does not go with it, but to the end of the loop, or as far as was played. */
  endBeforeLeap() {
    const { app } = this;
    const { loop, playing } = app.player;
    const last = Math.max(this.live.reached, playing && loop ? loop.last : 0);
    this.end(last);
    app.toast(t("The mark ends at frame {n}: from there the picture went back.", { n: last }));
  }

  /** Playing came to an end: so does what was being marked. */
  follow() {
    const { live } = this;
    if (!live) return;
    const now = this.playedTo();
    if (now < live.reached) this.endBeforeLeap();
    else if (!this.app.player.playing) this.end(now);
    else live.reached = now;
  }

  cancel() {
    this.begun = null;
    this.live = null;
    this.show();
  }

  /** Says what is being marked. */
  show() {
    this.root.hidden = !this.busy;
    this.app.root.dataset.marking = this.live ? "live" : this.begun == null ? "" : "in";
    if (!this.busy) return;
    const { events } = this.app;
    const first = this.live?.first ?? this.begun;
    const text = this.live
      ? t("{name} since frame {n}: let go, or press {key} again, to end it", { name: events.markName, n: first, key: events.keyOf("liveMark") })
      : t("{name} from frame {n}: {key} ends it, Esc cancels", { name: events.markName, n: first, key: events.keyOf("markOut") });
    this.root.replaceChildren(element("span", { class: "dot", "aria-hidden": "true" }, "●"), ` ${text}`);
  }

  close() {
    window.removeEventListener("keyup", this.released, true);
  }
}

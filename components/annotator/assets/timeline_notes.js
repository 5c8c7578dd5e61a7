// Where the notes are, as small drops on the ruler: filled while one of that frame is open, hollow
// when all are resolved. A click leads to the frame, each further one to its next note. By keyboard
// the tab of notes does the same.

import { element } from "./dom.js";
import { t } from "./messages.js";
import { keyOf } from "./notes.js";
import { middleOf } from "./timeline_scale.js";

/** Threads by frame, in the order of the frames, open ones first. Pure. */
export function byFrame(threads) {
  const groups = new Map();
  for (const thread of threads.filter((one) => one.frame != null)) groups.set(thread.frame, [...(groups.get(thread.frame) ?? []), thread]);
  const openFirst = (a, b) => Number(a.state === "resolved") - Number(b.state === "resolved");
  return [...groups].sort(([a], [b]) => a - b).map(([frame, here]) => {
    const sorted = here.sort(openFirst);
    return { frame, threads: sorted, resolved: sorted[0].state === "resolved" };
  });
}

/** The thread that a click leads to: the first, or the one after the selected. Pure. */
export function following(threads, selected) {
  return threads[(threads.findIndex((thread) => keyOf(thread) === selected) + 1) % threads.length];
}

export class TimelineNotes {
  constructor(timeline) {
    this.timeline = timeline;
    this.root = element("div", { class: "timeline-notes" });
    this.marks = [];
  }

  /** The notes changed. */
  refresh() {
    const groups = byFrame(this.timeline.app.notes.list());
    this.marks = groups.map((group) => ({ frame: group.frame, root: this.mark(group) }));
    this.root.replaceChildren(...this.marks.map(({ root }) => root));
    this.timeline.later();
  }

  mark({ frame, threads, resolved }) {
    const words = threads.map((thread) => `${thread.person ?? ""}: ${thread.text.slice(0, 80)}${thread.state === "resolved" ? ` (${t("resolved")})` : ""}`);
    return element("button", {
      type: "button", tabindex: "-1", class: resolved ? "note-drop resolved" : "note-drop", "data-frame": frame,
      "aria-label": t("Notes on frame {n}: {count}", { n: frame, count: threads.length }), title: [t("frame {n}", { n: frame }), ...words].join("\n"),
      onclick: () => this.go(threads),
    });
  }

  go(threads) {
    const { notes } = this.timeline.app;
    notes.select(keyOf(following(threads, notes.selected)));
    this.timeline.app.focus();
  }

  /** Put the drops where their frames are now. */
  place() {
    const { gutter, scale, collapsed } = this.timeline;
    if (collapsed || !gutter) return;
    for (const { frame, root } of this.marks) {
      const x = middleOf(scale, frame);
      root.hidden = x < 0 || x > scale.width;
      root.style.transform = `translateX(${Math.round(gutter + x)}px)`;
    }
  }
}

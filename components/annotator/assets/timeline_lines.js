// Which fixed rows there are, and what they hold: score, segments per class, sound.

import { t } from "./messages.js";
import { className, stateName, wordsOf } from "./names.js";
import { frameAt, inView, xOf } from "./timeline_scale.js";
import { meanCurve, passes, trackCurve } from "./timeline_spans.js";
import { ownerName } from "./whose.js";

const TALL = 34;
const LOW = 24;
const SEGMENTS = 22;
const CROWDED = 150;

export class Lines {
  constructor(app) {
    this.app = app;
    this.groups = new Map();
  }

  /** Whether there is anything of a kind to show. */
  has(kind) {
    if (kind === "segments") return this.groups.size > 0;
    if (kind === "sound") return Boolean(this.app.waveform?.wave);
    return this.app.state.rows().some((row) => row.score != null);
  }

  /** Segments by class (events) or kind (captions and other texts), without those hidden by their score. */
  gather() {
    const { app } = this;
    this.groups = new Map();
    for (const segment of app.segments?.list() ?? []) {
      if (!passes(segment, app.confidence) && segment.id !== app.segments.selected) continue;
      const key = segment.kind === "event" ? `event-${segment.class}` : segment.kind;
      if (!this.groups.has(key)) this.groups.set(key, []);
      this.groups.get(key).push(segment);
    }
    for (const items of this.groups.values()) items.sort((a, b) => a.first - b.first || b.last - a.last);
  }

  /** The fixed rows from top to bottom, lower where there is little room. @param without kinds not wanted */
  rows(without, room) {
    const height = room < CROWDED ? LOW : TALL;
    const wanted = (kind) => this.has(kind) && !without.includes(kind);
    const rows = wanted("score") ? [{ kind: "score", height, label: t("Score"), note: this.scoreOf() }] : [];
    if (wanted("segments")) {
      const keys = [...this.groups.keys()].sort((a, b) => this.label(a).localeCompare(this.label(b)));
      rows.push(...keys.map((key) => ({ kind: "segments", key, height: SEGMENTS, label: this.label(key) })));
    }
    if (wanted("sound")) rows.push({ kind: "sound", height, label: t("Sound") });
    return rows;
  }

  label(key) {
    const [first] = this.groups.get(key);
    if (first.kind === "event") return className(first.class, this.app);
    return { caption: t("Captions"), answer: t("Answers"), transcript: t("Transcripts"), description: t("Descriptions") }[first.kind] || first.kind;
  }

  segmentsOf(row) {
    return this.groups.get(row.key) ?? [];
  }

  /** What the segments of a row look like; the one that is dragged as it would be. */
  drawn(row, preview) {
    const { app } = this;
    return this.segmentsOf(row).map((segment) => ({
      ...(preview?.segment === segment.id ? preview.span : { first: segment.first, last: segment.last }),
      text: [ownerName(segment, app), wordsOf(segment), segment.state === "suggested" ? (segment.score == null ? stateName("suggested") : `${segment.score.toFixed(2)} ?`) : ""].filter(Boolean).join(" · "),
      colour: app.classes.get(segment.class)?.colour || "#9a7bd8",
      state: segment.state,
      selected: segment.id === app.segments.selected,
    }));
  }

  scoreOf() {
    const row = this.app.state.row(this.app.state.selected);
    return row ? t("of the selected track") : t("mean of all tracks");
  }

  /** The curves of the score's row, each with a colour of the theme. */
  curves(scale, marks, rows) {
    return [{ values: this.score(scale, marks, rows), colour: "accent" }];
  }

  /** One value per pixel column: the score of the selected track, else the mean of all. */
  score(scale, marks, rows) {
    const columns = Math.max(Math.round(scale.width), 1);
    const selected = this.app.state.row(this.app.state.selected);
    const known = selected && marks.get(selected.id);
    const { first, last } = inView(scale);
    const seen = (column) => column >= Math.floor(xOf(scale, first)) && column <= xOf(scale, last + 1);
    if (selected) {
      const whole = known || { frames: [], flags: [], scores: [], first: 0, last: -1 };
      return trackCurve(whole, (column) => (seen(column) ? frameAt(scale, column) : -1), columns);
    }
    return meanCurve(rows, (frame) => Math.round(xOf(scale, frame)), columns);
  }
}

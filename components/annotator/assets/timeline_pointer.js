// Mouse and pen on the timeline: hover, click, drags, wheel. What a drag does is in timeline_drags.js.

import { element } from "./dom.js";
import { t } from "./messages.js";
import { fullName, stateName, wordsOf } from "./names.js";
import { partsText } from "./part_verdict.js";
import { drags } from "./timeline_drags.js";
import { hit } from "./timeline_hits.js";
import { frameAt } from "./timeline_scale.js";
import { from, HUMAN, OUTSIDE } from "./timeline_spans.js";
import { ownerName } from "./whose.js";

const SLACK = 3;
const CURSORS = { end: "ew-resize", "segment-edge": "ew-resize", "range-edge": "ew-resize", keyframe: "grab", segment: "grab", bar: "pointer", name: "pointer" };

export class TimelinePointer {
  constructor(timeline) {
    this.timeline = timeline;
    this.drag = null;
    this.over = null;
    this.tip = element("div", { class: "timeline-tip", hidden: true });
  }

  attach(rows, ruler) {
    for (const [root, place] of [[rows, (event) => this.onRows(event)], [ruler, (event) => this.onRuler(event)]]) {
      root.addEventListener("pointerdown", (event) => this.down(event, root, place(event)));
      root.addEventListener("pointermove", (event) => this.move(event, root, place));
      root.addEventListener("pointerup", (event) => this.up(event));
      root.addEventListener("pointercancel", () => this.cancel());
      root.addEventListener("pointerleave", () => this.hover(null));
      root.addEventListener("wheel", (event) => this.wheel(event, root === ruler), { passive: false });
    }
  }

  get busy() {
    return Boolean(this.drag);
  }

  point(event) {
    const edge = this.timeline.canvas.getBoundingClientRect();
    return { x: event.clientX - edge.left, y: event.clientY - edge.top };
  }

  onRows(event) {
    const point = this.point(event);
    return { ...hit(this.timeline.scene, point), x: point.x - this.timeline.gutter };
  }

  onRuler(event) {
    const x = this.point(event).x - this.timeline.gutter;
    return { kind: "ruler", frame: frameAt(this.timeline.scale, x), x };
  }

  down(event, root, found) {
    // On the scroll bar of the rows the browser is at work.
    if (event.button !== 0 || this.drag || event.offsetX > root.clientWidth) return;
    event.preventDefault();
    root.setPointerCapture(event.pointerId);
    const { app } = this.timeline;
    app.menu.close();
    // A field that is left keeps what was typed for the frame it was typed on, before the press leads elsewhere.
    app.focus();
    app.actions.flush();
    this.hover(null);
    this.drag = { found, root, pointer: event.pointerId, startX: found.x, moved: false, act: null };
    this.choose(found);
    if (found.kind === "ruler" && !event.shiftKey) this.begin("seek", event);
    else if (found.kind === "ground" || found.kind === "bar" || found.kind === "ruler") this.drag.kind = "range";
    else if (found.kind in drags) this.drag.kind = found.kind;
  }

  /** A press on something that belongs to a track or a segment chooses it. */
  choose({ kind, row, segment }) {
    const { app } = this.timeline;
    if (segment) app.segments.select(segment.id);
    else if (row && kind !== "ground") app.select(row.id, { jump: kind === "name" });
  }

  begin(kind, event) {
    const { drag } = this;
    drag.kind = kind;
    drag.act = drags[kind](this.timeline, drag.found);
    drag.act.move(this.point(event).x - this.timeline.gutter, event);
  }

  move(event, root, place) {
    const { drag } = this;
    if (!drag) return this.hover(event, place);
    if (drag.root !== root || !drag.kind) return;
    const x = this.point(event).x - this.timeline.gutter;
    if (!drag.act && Math.abs(x - drag.startX) < SLACK) return;
    drag.moved = true;
    if (!drag.act) this.begin(drag.kind, event);
    else drag.act.move(x, event);
    this.showTip(this.timeline.preview?.text, event);
  }

  up(event) {
    const { drag } = this;
    if (!drag || event.pointerId !== drag.pointer) return;
    const { timeline } = this;
    timeline.app.probe.mouseUp(event.timeStamp);
    this.finish();
    if (drag.act) drag.act.drop();
    else this.click(drag.found, event);
    timeline.refresh();
    timeline.app.focus();
  }

  /** A click goes to the frame under it, or to the keyframe that was hit. */
  click({ kind, frame, mark, segment }, event) {
    if (kind === "name") return;
    this.timeline.seek(mark ?? (kind === "segment-edge" ? segment.first : frame), event.timeStamp);
  }

  finish() {
    const { drag } = this;
    if (drag?.root.hasPointerCapture(drag.pointer)) drag.root.releasePointerCapture(drag.pointer);
    this.drag = null;
    this.timeline.show(null);
    this.showTip(null);
  }

  /** Let go without changing anything. True when there was something to cancel. */
  cancel() {
    const { drag } = this;
    if (!drag) return false;
    this.finish();
    drag.act?.cancel();
    return true;
  }

  hover(event, place) {
    const { timeline } = this;
    const found = event && place(event);
    this.over = event && { event, place };
    timeline.hovered = Boolean(found);
    timeline.box.style.cursor = CURSORS[found?.kind] || "";
    this.showTip(found && this.describe(found), event);
  }

  /** Something else came under a hand that rests: rows were scrolled, changed, or drawn wider. */
  hoverAgain() {
    if (this.over) this.hover(this.over.event, this.over.place);
  }

  describe({ kind, row, mark, frame, segment, side, fixed }) {
    const { app, marks } = this.timeline;
    if (kind === "keyframe") {
      const known = marks.get(row.id);
      const flags = known.flags[from(known.frames, mark)];
      const who = flags & HUMAN ? t("keyframe by a person") : t("keyframe of the model");
      return [`${fullName(row, app)} · ${mark}`, who, flags & OUTSIDE ? t("goes away here") : ""].filter(Boolean).join(" · ");
    }
    if (kind === "end") return `${fullName(row, app)} · ${side === "first" ? t("begins at {n}", { n: row.first }) : t("ends at {n}", { n: row.last })}`;
    if (kind === "bar") {
      const part = marks.get(row.id)?.partial.filter(([first, last]) => first <= frame && frame <= last);
      return [fullName(row, app), stateName(row.state), partsText(part), `${row.first}–${row.last}`, frame].filter((one) => one !== "").join(" · ");
    }
    if (kind === "name" && row) return `${fullName(row, app)} · ${stateName(row.state)} · ${row.first}–${row.last}`;
    if (kind === "name") return fixed?.label;
    if (segment) return [ownerName(segment, app, fullName), wordsOf(segment), stateName(segment.state), `${segment.first}–${segment.last}`].filter(Boolean).join(" · ");
    return kind === "ruler" ? String(frame) : "";
  }

  showTip(text, event) {
    this.tip.hidden = !text;
    if (!text) return;
    this.tip.textContent = text;
    const edge = this.timeline.root.getBoundingClientRect();
    const x = event.clientX - edge.left;
    const left = x > edge.width / 2;
    this.tip.style.left = left ? "" : `${x + 12}px`;
    this.tip.style.right = left ? `${edge.width - x + 12}px` : "";
    this.tip.style.bottom = `${edge.bottom - event.clientY + 6}px`;
  }

  /** Ctrl, or over the ruler: zoom. Sideways, with Shift, or with nothing to scroll: pan. */
  wheel(event, overRuler) {
    const { timeline } = this;
    const unit = event.deltaMode === 1 ? 30 : 1;
    const along = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : 0;
    if (event.ctrlKey || event.metaKey || (overRuler && !along)) {
      event.preventDefault();
      timeline.zoom(this.point(event).x - timeline.gutter, Math.exp(-event.deltaY * unit * 0.0024));
    } else if (along || event.shiftKey || timeline.scene.place.total <= timeline.scene.place.height) {
      event.preventDefault();
      timeline.pan((along || event.deltaY) * unit);
    }
  }
}

// Under the picture: a row per track with its keyframes and spans, rows for score, events and sound,
// a ruler above and the whole video below. Rows are drawn on one canvas, only those in sight.

import { sizeCanvas } from "./canvas.js";
import { element } from "./dom.js";
import { filtered } from "./list.js";
import { t } from "./messages.js";
import { fullName } from "./names.js";
import { Marks } from "./timeline_marks.js";
import { Lines } from "./timeline_lines.js";
import { Minimap } from "./timeline_minimap.js";
import { paintRows, paintRuler, readColours } from "./timeline_picture.js";
import { TimelineFrame } from "./timeline_frame.js";
import { TimelineHead } from "./timeline_head.js";
import { TimelineKeys } from "./timeline_keys.js";
import { TimelineNotes } from "./timeline_notes.js";
import { TimelinePointer } from "./timeline_pointer.js";
import { TimelineReach } from "./timeline_reach.js";
import { clamped, fitting, isWhole, middleOf, panBy, resized, revealing, whole, zoomAt } from "./timeline_scale.js";
import { inSight, layout, ordered, scrollTo } from "./timeline_rows.js";
import { passes } from "./timeline_spans.js";
import { Waveform } from "./waveform.js";

const NARROW = 900;

export class Timeline {
  constructor(app) {
    this.app = app;
    const { api, info, state, options, times } = app;
    const redraw = () => this.draw();
    const trouble = { failed: (error) => app.setTrouble(error), recovered: () => app.setTrouble(null) };
    this.marks = new Marks({ api, video: options.video, state, arrived: redraw, ...trouble });
    if (info.audio) app.waveform = new Waveform({ api, video: options.video, times, arrived: () => this.refresh() });
    this.range = null;
    this.rows = [];
    this.hiddenCount = 0;
    this.scale = whole(info.frames, 1);
    this.lines = new Lines(app);
    this.frame = new TimelineFrame(this);
    this.build();
  }

  build() {
    const { app } = this;
    this.pointer = new TimelinePointer(this);
    this.minimap = new Minimap(app, this);
    this.reach = new TimelineReach(this);
    this.head = new TimelineHead(app, this);
    this.keys = new TimelineKeys(this);
    this.notes = new TimelineNotes(this);
    this.ruler = element("canvas", { class: "timeline-ruler", "aria-hidden": "true" });
    this.canvas = element("canvas", { class: "timeline-canvas", "aria-hidden": "true" });
    this.space = element("div", { class: "timeline-space" });
    this.box = element("div", {
      class: "timeline-rows", role: "listbox", tabindex: "0", "aria-label": t("Tracks on the timeline"),
      onscroll: () => this.later(), onkeydown: (event) => this.keys.down(event), onfocus: () => this.later(), onblur: () => this.later(),
    }, this.canvas, this.space, this.keys.options);
    this.playhead = element("div", { class: "playhead" });
    this.aim = element("div", { class: "playhead aim" });
    this.root = element(
      "section", { class: "timeline", "aria-label": t("Timeline") },
      this.frame.edge, this.head.root, element("div", { class: "timeline-body" }, this.ruler, this.box, this.reach.overRows, this.aim, this.playhead, this.notes.root),
      this.minimap.root, this.pointer.tip,
    );
    this.pointer.attach(this.box, this.ruler);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.box);
    this.observer.observe(this.minimap.root);
    this.app.waveform?.load();
  }

  get settings() {
    return this.frame.settings;
  }

  get collapsed() {
    return this.frame.settings.collapsed;
  }

  // Which rows, and where

  /** Choose and order the rows anew: labels, filter, confidence or place changed. */
  refresh() {
    const { app } = this;
    if (this.pointer.busy) return this.draw();
    if (!app.player.playing && !this.hovered) this.orderFrame = Math.max(app.player.target, 0);
    const all = app.state.rows();
    const { selected } = app.state;
    const frame = this.orderFrame ?? 0;
    const seen = (row) => passes(row, app.confidence) || row.id === selected;
    const wanted = filtered(all, { ...app.list.filter, frame, label: (row) => fullName(row, app) });
    this.hiddenCount = all.reduce((count, row) => count + (seen(row) ? 0 : 1), 0);
    this.rows = ordered(wanted.filter(seen), this.settings.order === "here");
    this.lines.gather();
    this.head.refresh();
    return this.draw();
  }

  /** The list settled after a change of frame or filter. */
  settle() {
    if (this.collapsed) return;
    if (this.settings.order === "here" || this.listFilter !== JSON.stringify(this.app.list.filter)) this.refresh();
    this.listFilter = JSON.stringify(this.app.list.filter);
    this.followRows();
  }

  /** Far away in a long video none of the rows in sight is on the frame: scroll to the first that is. */
  followRows() {
    const { player } = this.app;
    if (player.playing || this.hovered || this.pointer.busy || this.followed === player.target) return;
    this.followed = player.target;
    const here = (row) => row.first <= player.target && player.target <= row.last;
    const { first, last } = inSight(this.place(), this.box.scrollTop);
    if (this.rows.slice(first, last + 1).some(here)) return;
    this.reveal(this.rows.findIndex(here));
  }

  place() {
    return layout({ fixed: this.lines.rows(this.settings.without, this.box.clientHeight), count: this.rows.length, height: this.box.clientHeight });
  }

  /** Everything that hit testing and painting need to know. */
  arrange() {
    const place = this.place();
    this.space.style.height = `${place.total}px`;
    this.scene = {
      gutter: this.gutter, scale: this.scale, place, scroll: this.box.scrollTop, rows: this.rows, range: this.range,
      marks: (id) => this.marks.get(id), segments: (row) => this.segmentsOf(row),
    };
    this.mark();
    return this.scene;
  }

  /** What tests wait for. */
  mark() {
    const { gutter, scale, scene } = this;
    const view = { gutter, first: scale.first, perFrame: scale.perFrame, top: scene.place.fixedHeight - scene.scroll, rows: this.rows.length };
    this.root.dataset.view = JSON.stringify({ ...view, lanes: scene.place.fixed.map(({ kind, key, top, height }) => ({ kind, key, top, height })) });
  }

  segmentsOf(row) {
    return this.lines.segmentsOf(row);
  }

  reveal(index) {
    if (index >= 0) this.box.scrollTop = scrollTo(this.place(), index, this.box.scrollTop);
  }

  revealTrack(id) {
    if (!this.pointer.busy) this.reveal(this.rows.findIndex((row) => row.id === id));
  }

  has(kind) {
    return this.lines.has(kind);
  }

  toggleLane(kind) {
    const { without } = this.settings;
    this.frame.keep({ without: without.includes(kind) ? without.filter((one) => one !== kind) : [...without, kind] });
    this.refresh();
  }

  setOrder(order) {
    this.frame.keep({ order });
    this.refresh();
  }

  setCollapsed(collapsed) {
    this.frame.keep({ collapsed });
    this.frame.apply();
    this.refresh();
  }

  // Range, place and zoom

  /** Select the frames from one to another, both included, in any order; null selects none. */
  setRange(first, last = first) {
    const inside = (frame) => Math.min(Math.max(Math.round(frame), 0), this.app.info.frames - 1);
    this.range = first == null ? null : { first: inside(Math.min(first, last)), last: inside(Math.max(first, last)) };
    const { dataset } = this.app.root;
    if (this.range) dataset.range = `${this.range.first}-${this.range.last}`;
    else delete dataset.range;
    this.head.refresh();
    this.later();
    this.app.paint();
  }

  seek(frame, at) {
    const { player, probe } = this.app;
    if (frame === player.target) return;
    if (at != null) probe.input(at);
    player.go(frame);
  }

  setScale(scale) {
    this.scale = clamped(scale);
    this.later();
    this.showPlace();
  }

  zoom(x, factor) {
    this.setScale(zoomAt(this.scale, x, factor));
  }

  /** Around the playhead when it is in sight, else around the middle. */
  zoomMiddle(factor) {
    const x = middleOf(this.scale, this.app.player.target);
    this.zoom(x >= 0 && x <= this.scale.width ? x : this.scale.width / 2, factor);
  }

  pan(pixels) {
    this.setScale(panBy(this.scale, pixels));
  }

  /** The whole video; asked for again, the selected range. */
  showWhole() {
    if (isWhole(this.scale) && this.range) this.setScale(fitting(this.scale, this.range));
    else this.setScale(whole(this.scale.frames, this.scale.width));
  }

  // Painting

  /** What a drag would do, shown until it is dropped. */
  show(preview) {
    this.preview = preview;
    this.later();
  }

  /** The theme changed. */
  restyle() {
    this.colours = null;
    this.draw();
  }

  resize() {
    this.colours = null;
    this.frame.apply();
    const { clientWidth } = this.box;
    this.minimap.resize();
    if (clientWidth) {
      this.gutter = clientWidth < NARROW ? 136 : 172;
      const size = { width: clientWidth, height: Math.max(this.box.clientHeight, 1) };
      this.ratio = window.devicePixelRatio || 1;
      sizeCanvas(this.canvas, size, this.ratio);
      this.canvas.style.height = `${size.height}px`;
      this.canvas.style.marginBottom = `${-size.height}px`;
      sizeCanvas(this.ruler, { width: clientWidth, height: this.ruler.clientHeight }, this.ratio);
      this.ruler.style.width = `${clientWidth}px`;
      this.scale = resized(this.scale, clientWidth - this.gutter);
    }
    this.draw();
  }

  /** Paint everything, the whole video's bar too. */
  draw() {
    this.stale = true;
    this.later();
  }

  later() {
    if (this.pending || this.closed) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = null;
      this.paint();
    });
  }

  paint() {
    if (this.closed) return;
    this.colours ??= readColours(this.root);
    if (this.stale) this.minimap.draw(this.colours, this.app.state.rows());
    this.stale = false;
    if (!this.collapsed && this.gutter) {
      this.arrange();
      this.pointer.hoverAgain();
      paintRuler(this);
      const { first, last } = paintRows(this);
      this.marks.want(this.rows.slice(first, last + 1));
      this.keys.mirrorLater();
    }
    this.minimap.showView();
    this.reach.place();
    this.notes.place();
    this.showPlace();
  }

  /** The playhead moves with every painted frame, over rows that stay as they are. */
  showPlace() {
    const { player } = this.app;
    const frame = Math.max(player.shown.frame, 0);
    this.minimap.showPlace(frame);
    if (this.collapsed || !this.gutter) return;
    if (this.lastFrame !== player.target && !this.pointer.busy) this.follow(player.target);
    this.lastFrame = player.target;
    for (const [mark, at] of [[this.playhead, frame], [this.aim, player.target]]) {
      const x = middleOf(this.scale, at);
      mark.hidden = x < 0 || x > this.scale.width || (mark === this.aim && at === frame);
      mark.style.transform = `translateX(${this.gutter + x}px)`;
    }
  }

  follow(frame) {
    const scale = revealing(this.scale, frame);
    if (scale === this.scale) return;
    this.scale = scale;
    this.later();
  }

  /** Escape: let go of a drag, else of the range. True when there was one. */
  cancel() {
    if (this.pointer.cancel()) return true;
    if (!this.range) return false;
    this.setRange(null);
    return true;
  }

  close() {
    this.closed = true;
    this.observer.disconnect();
    this.keys.close();
    this.marks.close();
    this.app.waveform?.close();
  }
}

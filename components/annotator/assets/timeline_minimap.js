// The whole video in one bar, always in sight: how many tracks where (undecided and decided), the
// part that the rows show, the range, the playhead. It is the slider of the position.

import { sizeCanvas } from "./canvas.js";
import { clockText } from "./clock.js";
import { element } from "./dom.js";
import { t } from "./messages.js";
import { SMALL } from "./timeline_paint.js";
import { frameAt, inView, isWhole, middleOf, SIDE, ticks, whole, xOf } from "./timeline_scale.js";
import { density } from "./timeline_spans.js";

const SLACK = 4;

export class Minimap {
  constructor(app, timeline) {
    Object.assign(this, { app, timeline });
    this.ground = element("canvas", { "aria-hidden": "true" });
    this.window = element("div", { class: "minimap-window", hidden: true });
    this.range = element("div", { class: "minimap-range", hidden: true });
    this.head = element("div", { class: "playhead" });
    this.aim = element("div", { class: "playhead aim" });
    this.root = element("div", {
      class: "seekbar", role: "slider", tabindex: "0", "aria-label": t("Position"), "aria-valuemin": 0, "aria-valuemax": app.info.frames - 1,
      onpointerdown: (event) => this.down(event), onpointermove: (event) => this.move(event),
      onpointerup: (event) => this.up(event), onpointercancel: () => this.end(),
    }, this.ground, this.range, this.window, this.aim, this.head);
  }

  /** Inside the window shown: a click seeks, a drag moves the window. Outside, both seek. */
  down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.app.focus();
    this.root.setPointerCapture(event.pointerId);
    const x = this.x(event);
    const { scale } = this.timeline;
    const { first, last } = inView(scale);
    const onWindow = !isWhole(scale) && !this.timeline.collapsed && x >= xOf(this.scale, first) && x <= xOf(this.scale, last + 1);
    this.drag = { from: x, x, window: onWindow, moved: false };
    if (!onWindow) this.seek(event);
  }

  move(event) {
    const { drag } = this;
    if (!drag) return;
    const x = this.x(event);
    if (!drag.window) return this.seek(event);
    if (!drag.moved && Math.abs(x - drag.from) < SLACK) return;
    drag.moved = true;
    const frames = (x - drag.x) / this.scale.perFrame;
    drag.x = x;
    this.timeline.pan(frames * this.timeline.scale.perFrame);
  }

  up(event) {
    const { drag } = this;
    if (drag?.window && !drag.moved) this.seek(event);
    this.end();
  }

  end() {
    this.drag = null;
    this.app.focus();
  }

  x(event) {
    return event.clientX - this.root.getBoundingClientRect().left;
  }

  seek(event) {
    this.timeline.seek(frameAt(this.scale, this.x(event)), event.timeStamp);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!width || !height) return;
    this.height = height;
    this.scale = whole(this.app.info.frames, width);
    this.ratio = window.devicePixelRatio || 1;
    sizeCanvas(this.ground, { width, height }, this.ratio);
  }

  /** The playhead moves with every painted frame; the ground is drawn only when labels change. */
  showPlace(frame) {
    const { player, times } = this.app;
    if (!this.scale) return;
    this.head.style.transform = `translateX(${middleOf(this.scale, frame)}px)`;
    this.aim.style.transform = `translateX(${middleOf(this.scale, player.target)}px)`;
    this.aim.hidden = frame === player.target;
    this.root.setAttribute("aria-valuenow", frame);
    this.root.setAttribute("aria-valuetext", `${frame}, ${clockText(times[frame] - times[0])}`);
  }

  showView() {
    if (!this.scale) return;
    const { scale, range, collapsed } = this.timeline;
    this.window.hidden = isWhole(scale) || collapsed;
    if (!this.window.hidden) this.spread(this.window, inView(scale));
    this.range.hidden = !range;
    if (range) this.spread(this.range, range);
  }

  spread(mark, { first, last }) {
    const left = xOf(this.scale, first);
    mark.style.left = `${left}px`;
    mark.style.width = `${Math.max(xOf(this.scale, last + 1) - left, 2)}px`;
  }

  draw(colours, rows) {
    if (!this.scale) return;
    const context = this.ground.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.scale.width, this.height);
    if (this.timeline.collapsed) this.drawTicks(context, colours);
    this.drawDensity(context, colours, rows);
    this.drawSelected(context, colours);
  }

  drawTicks(context, colours) {
    context.font = SMALL;
    for (const { x, text } of ticks(this.scale, this.app.times)) {
      context.fillStyle = colours.line;
      context.fillRect(Math.round(x), 0, 1, this.height);
      context.fillStyle = colours.dim;
      context.fillText(text, x + 3, 10);
    }
  }

  drawDensity(context, colours, rows) {
    const room = this.scale.width - 2 * SIDE;
    const columns = Math.max(Math.floor(room / 2), 1);
    const { undecided, decided } = density(rows, this.app.info.frames, columns);
    let most = 1;
    for (let column = 0; column < columns; column += 1) most = Math.max(most, undecided[column] + decided[column]);
    const bottom = this.height - 7;
    const tall = bottom - (this.timeline.collapsed ? 14 : 3);
    for (let column = 0; column < columns; column += 1) {
      const x = SIDE + (column / columns) * room;
      const low = (decided[column] / most) * tall;
      const high = (undecided[column] / most) * tall;
      context.fillStyle = colours.goodSoft;
      context.fillRect(x, bottom - low, 2.2, low);
      context.fillStyle = colours.warnSoft;
      context.fillRect(x, bottom - low - high, 2.2, high);
    }
  }

  /** A line for the selected track's span. */
  drawSelected(context, colours) {
    const { app } = this;
    const row = app.state.row(app.state.selected);
    context.fillStyle = colours.line;
    context.fillRect(SIDE, this.height - 5, this.scale.width - 2 * SIDE, 2);
    if (!row) return;
    context.fillStyle = app.colourOf(row);
    const left = xOf(this.scale, row.first);
    context.fillRect(left, this.height - 6, Math.max(xOf(this.scale, row.last + 1) - left, 2), 4);
  }
}

// The whole video in one bar: how many tracks where (undecided and decided), the selected track's
// span with its keyframes, and the playhead. The ground for the timeline.

import { sizeCanvas } from "./canvas.js";
import { clockText } from "./clock.js";
import { element } from "./dom.js";
import { t } from "./messages.js";

const SIDE = 10;
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Tracks per column, undecided and decided, from their spans. Pure. */
export function density(rows, frames, columns) {
  const undecided = new Float32Array(columns + 1);
  const decided = new Float32Array(columns + 1);
  for (const row of rows) {
    if (row.state === "rejected") continue;
    const counts = row.state === "suggested" ? undecided : decided;
    const from = Math.floor((Math.max(row.first, 0) / frames) * columns);
    const to = Math.min(Math.max(Math.ceil(((row.last + 1) / frames) * columns), from + 1), columns);
    counts[Math.min(from, columns - 1)] += 1;
    counts[to] -= 1;
  }
  for (let column = 1; column < columns; column += 1) {
    undecided[column] += undecided[column - 1];
    decided[column] += decided[column - 1];
  }
  return { undecided: undecided.subarray(0, columns), decided: decided.subarray(0, columns) };
}

export class Seekbar {
  constructor(app) {
    this.app = app;
    this.ground = element("canvas", { "aria-hidden": "true" });
    this.head = element("div", { class: "playhead" });
    this.aim = element("div", { class: "playhead aim" });
    this.root = element("div", {
      class: "seekbar", role: "slider", tabindex: "0", "aria-label": t("Position"), "aria-valuemin": 0, "aria-valuemax": app.info.frames - 1,
      onpointerdown: (event) => this.down(event), onpointermove: (event) => this.dragging && this.seek(event),
      onpointerup: () => this.up(), onpointercancel: () => this.up(),
    }, this.ground, this.aim, this.head);
    this.band = element("div", { class: "reach-band", hidden: true, "aria-hidden": "true" });
    this.root.prepend(this.band);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.root);
  }

  down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.dragging = true;
    this.root.setPointerCapture(event.pointerId);
    this.seek(event);
  }

  up() {
    this.dragging = false;
    this.app.focus();
  }

  seek(event) {
    const edge = this.root.getBoundingClientRect();
    const share = (event.clientX - edge.left - SIDE) / (edge.width - 2 * SIDE);
    const frame = Math.min(Math.max(Math.floor(share * this.app.info.frames), 0), this.app.info.frames - 1);
    if (frame !== this.app.player.target) {
      this.app.probe.input(event.timeStamp);
      this.app.player.go(frame);
    }
  }

  x(frame) {
    return SIDE + ((frame + 0.5) / this.app.info.frames) * (this.width - 2 * SIDE);
  }

  /** The playhead moves with every painted frame; the ground is drawn only when labels change. */
  showPlace() {
    const { player, times } = this.app;
    if (!this.width) return;
    const frame = Math.max(player.shown.frame, 0);
    this.head.style.transform = `translateX(${this.x(frame)}px)`;
    this.aim.style.transform = `translateX(${this.x(player.target)}px)`;
    this.aim.hidden = frame === player.target;
    this.root.setAttribute("aria-valuenow", frame);
    this.root.setAttribute("aria-valuetext", `${frame}, ${clockText(times[frame] - times[0])}`);
  }

  /** How far a change would reach; null for none. */
  showBand(range) {
    this.band.hidden = !range;
    if (!range || !this.width) return;
    const left = this.x(range.first - 0.5);
    Object.assign(this.band.style, { left: `${left}px`, width: `${Math.max(this.x(range.last + 0.5) - left, 2)}px` });
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!width || !height) return;
    this.width = width;
    const ratio = window.devicePixelRatio || 1;
    sizeCanvas(this.ground, { width, height }, ratio);
    const context = this.ground.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(this.root);
    const colour = (name) => style.getPropertyValue(name).trim();
    this.drawScale(context, height, colour);
    this.drawDensity(context, height, colour);
    this.drawSelected(context, height, colour);
    this.showPlace();
  }

  drawScale(context, height, colour) {
    const { times } = this.app;
    const total = times.at(-1) - times[0] || 1;
    const step = STEPS.find((one) => (one / total) * this.width >= 64) || 7200;
    context.fillStyle = colour("--dim");
    context.strokeStyle = colour("--line");
    context.font = "10px system-ui, sans-serif";
    context.beginPath();
    for (let second = 0; second <= total; second += step) {
      const x = Math.round(SIDE + (second / total) * (this.width - 2 * SIDE)) + 0.5;
      context.moveTo(x, 0);
      context.lineTo(x, height);
      context.fillText(step < 1 ? second.toFixed(1) : shortTime(second), x + 3, 10);
    }
    context.stroke();
  }

  drawDensity(context, height, colour) {
    const columns = Math.max(Math.floor((this.width - 2 * SIDE) / 2), 1);
    const { undecided, decided } = density(this.app.state.rows(), this.app.info.frames, columns);
    let most = 1;
    for (let index = 0; index < columns; index += 1) most = Math.max(most, undecided[index] + decided[index]);
    const room = height - 34;
    const bottom = height - 18;
    for (let index = 0; index < columns; index += 1) {
      const x = SIDE + (index / columns) * (this.width - 2 * SIDE);
      const low = (decided[index] / most) * room;
      const high = (undecided[index] / most) * room;
      context.fillStyle = colour("--good-soft");
      context.fillRect(x, bottom - low, 2.2, low);
      context.fillStyle = colour("--warn-soft");
      context.fillRect(x, bottom - low - high, 2.2, high);
    }
  }

  drawSelected(context, height, colour) {
    const { app } = this;
    const row = app.state.row(app.state.selected);
    const y = height - 9;
    context.fillStyle = colour("--line");
    context.fillRect(SIDE, y - 1, this.width - 2 * SIDE, 2);
    if (!row) return;
    context.fillStyle = app.colourOf(row);
    context.globalAlpha = 0.45;
    const left = this.x(row.first - 0.5);
    context.fillRect(left, y - 4, Math.max(this.x(row.last + 0.5) - left, 2), 8);
    context.globalAlpha = 1;
    const track = app.state.track(row.id);
    for (const keyframe of track?.keyframes || []) this.drawMark(context, this.x(keyframe.f), y, keyframe);
  }

  /** A diamond: filled where the object is, hollow where it goes away. */
  drawMark(context, x, y, keyframe) {
    context.beginPath();
    context.moveTo(x, y - 5);
    context.lineTo(x + 4, y);
    context.lineTo(x, y + 5);
    context.lineTo(x - 4, y);
    context.closePath();
    context.lineWidth = 1;
    context.strokeStyle = context.fillStyle;
    if (!keyframe.outside) context.fill();
    else context.stroke();
  }

  close() {
    this.observer.disconnect();
  }
}

function shortTime(second) {
  if (second < 60) return `${second}s`;
  return `${Math.floor(second / 60)}:${String(Math.round(second % 60)).padStart(2, "0")}`;
}

// What a change would do, shown before it is made: ghost boxes on the picture, a band in time and a
// line of words. While a box is dragged, or about to be, this is how far the correction reaches.

import { drawCross } from "./canvas.js";
import { boxToScreen } from "./geometry.js";
import { apply } from "./edits.js";
import { t } from "./messages.js";
import { reach } from "./spans.js";
import { at } from "./stretches.js";

const MOST = 7;
const GONE = "#ff5c5c";

/** Up to `most` frames spread evenly over a range, both ends among them. Pure. */
export function spread(first, last, most = MOST) {
  const count = Math.min(last - first + 1, most);
  if (count < 2) return count === 1 ? [first] : [];
  return Array.from({ length: count }, (_value, index) => Math.round(first + (index * (last - first)) / (count - 1)));
}

/** Where a track is on some frames of a range: [{frame, place}]. Pure. */
export function trail(track, first, last) {
  const [from, to] = [Math.max(first, track.first), Math.min(last, track.last)];
  return spread(from, to).map((frame) => ({ frame, place: at(track, frame) })).filter((one) => one.place);
}

export class Ghosts {
  constructor(app) {
    this.app = app;
    this.preview = null;
    this.band = "";
  }

  /** @param preview {range, words, boxes: [{place, frame, gone, label}], colour} */
  show(preview) {
    this.preview = preview;
    this.app.paint();
  }

  clear() {
    this.show(null);
  }

  /** The preview asked for, or the reach of the change that is under way or at hand. */
  get current() {
    return this.preview ?? this.reach();
  }

  get words() {
    const { current } = this;
    return current ? current.words ?? "" : this.app.partVerdict.words;
  }

  reach() {
    const { gestures, state, player, stage } = this.app;
    const { draft } = gestures;
    const aimed = gestures.hovered === state.selected && gestures.mode === "select" && player.exact;
    const id = draft?.id ?? (aimed ? state.selected : null);
    const track = id == null || stage.hidden ? null : state.track(id);
    const frame = draft?.frame ?? player.target;
    if (!track || (!draft && !at(track, frame))) return null;
    const range = reach(track, frame);
    return { range, words: reachWords(range), boxes: draft ? this.moved(track, draft, range) : [], colour: this.app.colourOf(track) };
  }

  /** The neighbours of a box under the hand, as they would be. */
  moved(track, { place, frame }, range) {
    const here = { ...at(track, frame), ...place };
    const edit = { verb: "fix", frame, box: [here.x, here.y, here.w, here.h], joints: here.joints };
    const near = track.keyframes.filter((k) => k.f >= range.first - 1 && k.f <= range.last + 1);
    const after = apply({ ...track, keyframes: near }, edit);
    const around = [...trail(after, range.first, frame - 1).slice(-3), ...trail(after, frame + 1, range.last).slice(0, 3)];
    return around;
  }

  /** Drawn over the labels of a frame. */
  draw(context, { view, frame }) {
    const { current } = this;
    this.showRange(current);
    if (!current) return;
    const words = [];
    for (const box of current.boxes) {
      const seen = boxToScreen(view, box.place);
      drawGhost(context, seen, { gone: box.gone, colour: current.colour, here: box.frame === frame || Boolean(box.label) });
      words.push({ text: box.label ?? String(box.frame), x: seen.x + seen.w / 2, y: seen.y + seen.h, colour: box.gone ? GONE : current.colour });
    }
    drawWords(context, words.reverse());
  }

  showRange(current) {
    const { range } = current ?? {};
    const said = range ? `${range.first}-${range.last}` : "";
    if (said === this.band) return;
    this.band = said;
    this.app.root.dataset.reach = said;
    this.app.timeline.reach.show(range ?? null);
  }
}

function reachWords({ first, last }) {
  if (first === last) return t("A change here affects this frame only");
  return t("A change here affects frames {first}–{last}", { first, last });
}

/** Dashed where something would be, dotted and crossed out where it would go. */
function drawGhost(context, box, { colour, gone, here }) {
  context.save();
  context.strokeStyle = gone ? GONE : colour;
  context.globalAlpha = here ? 0.95 : 0.55;
  context.lineWidth = here ? 2 : 1.25;
  context.setLineDash(gone ? [2, 3] : [5, 4]);
  context.strokeRect(box.x, box.y, box.w, box.h);
  if (gone && here) drawCross(context, box);
  context.restore();
}

/** Frames or names under their boxes, the last box first; one that would cover another is left out. */
function drawWords(context, words) {
  const taken = [];
  context.save();
  context.font = "500 10.5px system-ui, 'Noto Sans KR', sans-serif";
  context.textAlign = "center";
  for (const { text, x, y, colour } of words) {
    const width = context.measureText(text).width + 8;
    const box = { left: x - width / 2, right: x + width / 2, y };
    if (taken.some((other) => Math.abs(other.y - y) < 15 && other.left < box.right && box.left < other.right)) continue;
    taken.push(box);
    context.fillStyle = "#10141a";
    context.beginPath();
    context.roundRect(box.left, y - 7, width, 14, 3);
    context.fill();
    context.fillStyle = colour;
    context.fillText(text, x, y + 4);
  }
  context.restore();
}

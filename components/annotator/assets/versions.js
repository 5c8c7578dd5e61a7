// Two versions of one track, side by side: words and a picture of where each puts it.

import { drawLabels, drawPicture, sizeCanvas } from "./canvas.js";
import { element } from "./dom.js";
import { fitBox } from "./geometry.js";
import { position } from "./interpolation.js";
import { t } from "./messages.js";
import { nameOf, stateName } from "./names.js";

const SIZE = { width: 190, height: 140 };

/** Cards for the conflicting versions of a track at the frame that the edit is about. */
export function versionCards(app, { theirs, mine, frame }) {
  if ((theirs ?? mine)?.kind) return segmentCards(app, theirs, mine);
  const at = frame ?? app.player.shown.frame;
  const places = [theirs, mine].map((track) => track && position(track.keyframes, at, track.first, track.last));
  const around = union(places.filter(Boolean));
  return element(
    "div", { class: "versions" },
    card(app, t("Theirs"), theirs, theirs?.person, { place: places[0], around, at }),
    card(app, t("Mine"), mine, app.options.person, { place: places[1], around, at }),
  );
}

/** An event or a caption has words alone. */
function segmentCards(app, theirs, mine) {
  const card = (title, segment, person) => element(
    "div", { class: "version" }, element("h3", {}, person ? `${title} · ${person}` : title),
    ...(!segment || segment.deleted ? [t("Deleted")] : [
      `${app.events.nameOf(segment)} · ${stateName(segment.state)}`,
      t("Frames {first}–{last}", { first: segment.first, last: segment.last }), segment.text, segment.attributes.note ?? "",
    ]).filter(Boolean).map((line) => element("div", {}, line)),
  );
  return element("div", { class: "versions" }, card(t("Theirs"), theirs, theirs?.person), card(t("Mine"), mine, app.options.person));
}

function union(places) {
  if (!places.length) return null;
  const left = Math.min(...places.map((one) => one.x));
  const top = Math.min(...places.map((one) => one.y));
  const right = Math.max(...places.map((one) => one.x + one.w));
  const bottom = Math.max(...places.map((one) => one.y + one.h));
  return { x: left, y: top, w: right - left, h: bottom - top };
}

function card(app, title, track, person, drawing) {
  const gone = !track || track.deleted;
  const lines = gone
    ? [t("Deleted")]
    : [
        `${nameOf(track, app)} · ${stateName(track.state)}`,
        t("Frames {first}–{last}", { first: track.first, last: track.last }),
        t("Keyframes: {n}", { n: track.keyframes.length }),
      ];
  return element(
    "div", { class: "version" },
    element("h3", {}, person ? `${title} · ${person}` : title),
    gone || !drawing.around ? null : sketch(app, track, drawing),
    ...lines.map((line) => element("div", {}, line)),
  );
}

function sketch(app, track, { place, around, at }) {
  const ratio = window.devicePixelRatio || 1;
  const canvas = element("canvas", { "aria-hidden": "true", style: { width: `${SIZE.width}px`, height: `${SIZE.height}px` } });
  sizeCanvas(canvas, SIZE, ratio);
  const { picture } = app.stage;
  const view = fitBox(around, picture, SIZE);
  const entry = app.loader.get(at);
  const shown = { kind: "exact", source: entry?.bitmap || null };
  drawPicture(canvas.getContext("2d"), { shown, picture, view, stage: SIZE, ratio });
  if (!place) return canvas;
  const item = { place, colour: app.colourOf(track), decided: true, bones: app.skeletons[track.skeleton]?.bones, tag: "" };
  const over = element("canvas");
  sizeCanvas(over, SIZE, ratio);
  drawLabels(over.getContext("2d"), { items: [item], view, stage: SIZE, ratio, names: false });
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(over, 0, 0);
  return canvas;
}

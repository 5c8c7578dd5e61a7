// Pieces of exact frames around an object, for telling look-alikes apart.

import { drawPicture, sizeCanvas } from "./canvas.js";
import { element } from "./dom.js";

const ROOM = 1.12;
const NARROWEST = 0.5;
const WIDEST = 1.2;

/** The width of a crop as high as `height` for a box: no wider than it must be. Pure. */
export function widthFor(place, sar, height) {
  return Math.round(height * Math.min(Math.max((place.w * sar) / place.h, NARROWEST), WIDEST));
}

/** The view that fills a crop with a box. Pure. */
export function closeUp(place, sar, size) {
  const scale = Math.min(size.width / (place.w * sar), size.height / place.h) / ROOM;
  return { scale, sar, x: size.width / 2 - (place.x + place.w / 2) * scale * sar, y: size.height / 2 - (place.y + place.h / 2) * scale };
}

/** A canvas with the object of `place` in the middle; it is drawn as soon as the exact frame is there. */
export function crop(app, { frame, place, colour }, height) {
  const { picture } = app.stage;
  const size = { width: widthFor(place, picture.sar, height), height };
  const canvas = element("canvas", {
    class: "crop", "aria-hidden": "true", "data-frame": frame, style: { width: `${size.width}px`, height: `${size.height}px`, borderColor: colour },
  });
  const ratio = window.devicePixelRatio || 1;
  sizeCanvas(canvas, size, ratio);
  const paint = (bitmap) => {
    const view = closeUp(place, picture.sar, size);
    drawPicture(canvas.getContext("2d"), { shown: { kind: "exact", source: bitmap }, picture, view, stage: size, ratio });
    canvas.dataset.drawn = "true";
  };
  const kept = app.loader.get(frame)?.bitmap;
  if (kept) paint(kept);
  else fetchFrame(app, frame).then((bitmap) => bitmap && paint(bitmap), () => {});
  return canvas;
}

/** Frames far from where one is are fetched for the crop alone. */
function fetchFrame(app, frame) {
  const pending = (app.cropFrames ??= new Map());
  if (!pending.has(frame)) {
    const asked = app.loader.load(frame, new AbortController().signal).then((entry) => entry.bitmap);
    pending.set(frame, asked.finally(() => pending.delete(frame)));
  }
  return pending.get(frame);
}

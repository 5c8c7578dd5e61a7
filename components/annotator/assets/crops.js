// Pieces of exact frames around an object, for telling look-alikes apart.

import { drawPicture, sizeCanvas } from "./canvas.js";
import { element } from "./dom.js";
import { fitBox } from "./geometry.js";

/** A canvas with the object of `place` in the middle; it is drawn as soon as the exact frame is there. */
export function crop(app, { frame, place, colour }, size) {
  const canvas = element("canvas", {
    class: "crop", "aria-hidden": "true", "data-frame": frame, style: { width: `${size.width}px`, height: `${size.height}px`, borderColor: colour },
  });
  const ratio = window.devicePixelRatio || 1;
  sizeCanvas(canvas, size, ratio);
  const paint = (bitmap) => {
    const { picture } = app.stage;
    const view = fitBox(place, picture, size);
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

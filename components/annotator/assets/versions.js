// Two versions of one label, side by side: words, and for a track a picture of where each puts it.

import { drawLabels, drawPicture, sizeCanvas } from "./canvas.js";
import { element } from "./dom.js";
import { apply as changed } from "./edits.js";
import { kindName } from "./events.js";
import { fitBox } from "./geometry.js";
import { position } from "./interpolation.js";
import { t } from "./messages.js";
import { className, nameOf, stateName, wordsOf } from "./names.js";
import { partsText } from "./part_verdict.js";
import { apply } from "./segment_edits.js";
import { verbName } from "./verbs.js";
import { ownerName } from "./whose.js";

const SIZE = { width: 190, height: 140 };

/** Cards for each label that somebody else changed first, beside what the waiting edits make of it. */
export function conflictCards(app, { item, current }) {
  return current.map((theirs) => {
    if (item.video !== app.options.video) return elsewhereCards(app, theirs, item);
    if (theirs.kind) return segmentCards(app, theirs, app.segments.get(theirs.id) ?? mySegment(theirs, item));
    const { frame } = item.edits.find((edit) => edit.id === theirs.id || edit.other === theirs.id) || {};
    return versionCards(app, { theirs, mine: app.state.track(theirs.id) ?? myTrack(theirs, item, app), frame });
  });
}

/** What the waiting edits make of one that is forgotten here, since it was deleted. */
function mySegment(theirs, { edits }) {
  const mine = new Map([[theirs.id, { ...theirs, deleted: false }]]);
  for (const edit of edits) if (edit.kind === "segment" && edit.id === theirs.id) apply(mine, edit);
  return mine.get(theirs.id);
}

function myTrack(theirs, { edits }, { skeletons }) {
  const about = edits.filter((edit) => edit.kind !== "segment" && edit.id === theirs.id);
  return about.reduce((track, edit) => track && changed(track, edit, skeletons), { ...theirs, deleted: false });
}

/** A label of another video, of which only what somebody else made of it is here; mine is what waits to be sent. */
function elsewhereCards(app, theirs, item) {
  const about = item.edits.filter((edit) => edit.id === theirs.id || edit.other === theirs.id);
  const words = about.map(({ verb, frame, text }) => [verbName(verb), frame == null ? "" : t("frame {n}", { n: frame }), text].filter(Boolean).join(" · "));
  return element(
    "div", { class: "versions" },
    plainCard(t("Theirs"), theirs.changed_by, labelWords(app, theirs)), plainCard(t("Mine"), app.options.person, words),
  );
}

function labelWords(app, one) {
  if (!one || one.deleted) return [t("Deleted")];
  const name = one.kind && one.class == null ? kindName(one.kind) : className(one.class, app);
  return [`${name} · ${stateName(one.state)}`, t("Frames {first}–{last}", { first: one.first, last: one.last })];
}

function segmentCards(app, theirs, mine) {
  const more = (one, other) => (!one || one.deleted ? [] : [ownerName(one, app), wordsOf(one), ...differing(one, other)].filter(Boolean));
  const words = (one, other) => [...labelWords(app, one), ...more(one, other)];
  return element(
    "div", { class: "versions" },
    plainCard(t("Theirs"), theirs.changed_by, words(theirs, mine)), plainCard(t("Mine"), app.options.person, words(mine, theirs)),
  );
}

/** The attributes that are not the same in another version; an event's own note stands among its words. */
function differing(one, other) {
  const names = new Set([...Object.keys(one?.attributes || {}), ...Object.keys(other?.attributes || {})]);
  const isWords = (name) => name === "note" && one?.kind === "event";
  return [...names]
    .filter((name) => !isWords(name) && JSON.stringify(one.attributes?.[name]) !== JSON.stringify(other?.attributes?.[name]))
    .map((name) => `${name}: ${one.attributes?.[name] == null ? "–" : JSON.stringify(one.attributes[name])}`);
}

function plainCard(title, person, lines, drawing = null) {
  return element(
    "div", { class: "version" }, element("h3", {}, person ? `${title} · ${person}` : title), drawing,
    ...lines.map((line) => element("div", {}, line)),
  );
}

/** Cards for the conflicting versions of a track at the frame that the edit is about. */
function versionCards(app, { theirs, mine, frame }) {
  const at = frame ?? app.player.shown.frame;
  const places = [theirs, mine].map((track) => track && position(track.keyframes, at, track.first, track.last));
  const around = union(places.filter(Boolean));
  return element(
    "div", { class: "versions" },
    card(app, t("Theirs"), theirs, theirs?.changed_by, { place: places[0], around, at, other: mine }),
    card(app, t("Mine"), mine, app.options.person, { place: places[1], around, at, other: theirs }),
  );
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
        ...(track.partial?.length ? [partsText(track.partial)] : []),
        ...differing(track, drawing.other),
      ];
  return plainCard(title, person, lines, gone || !drawing.around ? null : sketch(app, track, drawing));
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

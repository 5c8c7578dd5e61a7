// What an edit does to the segments of a video, as shown until the server answers. Pure.

import { shifted, spliced, withValue } from "./attributes.js";

/** The segments (id -> segment) after an edit; the map given is changed. */
export function apply(segments, edit, person = "") {
  if (edit.verb === "add") return segments.set(edit.client, added(edit, person));
  const segment = segments.get(edit.id);
  if (!segment) return segments;
  if (edit.verb === "delete") segments.delete(segment.id);
  else if (edit.verb === "split") split(segments, segment, edit);
  else if (edit.verb === "merge") merge(segments, segment, edit);
  else if (CHANGES[edit.verb]) segments.set(segment.id, CHANGES[edit.verb](segment, edit));
  return segments;
}

function added(edit, person) {
  return {
    id: edit.client, kind: edit.type ?? "event", class: edit.class ?? null, track: edit.track ?? null, first: edit.first, last: edit.last,
    text: edit.text ?? "", language: edit.language ?? "", score: null, run: null, model: null, person, state: "manual", attributes: {}, revision: 0,
  };
}

const CHANGES = {
  span: (segment, { first = segment.first, last = segment.last }) => {
    const moved = last - first === segment.last - segment.first ? first - segment.first : 0;
    return { ...touched(segment), first, last, attributes: moved ? shifted(segment.attributes, moved) : segment.attributes };
  },
  class: (segment, edit) => ({ ...touched(segment), class: edit.class }),
  bind: (segment, edit) => ({ ...touched(segment), track: edit.track }),
  text: (segment, edit) => ({ ...touched(segment), text: edit.text, language: edit.language ?? segment.language }),
  note: (segment, edit) => ({ ...touched(segment), attributes: withNote(segment.attributes, edit.text.trim()) }),
  attributes: (segment, edit) => ({ ...touched(segment), attributes: edit.attributes }),
  attribute: (segment, edit) => ({ ...touched(segment), attributes: withValue(segment.attributes, edit) }),
  accept: (segment, edit) => (edit.range ? segment : { ...segment, state: "accepted" }),
  reject: (segment, edit) => (edit.range ? segment : { ...segment, state: "rejected" }),
};

function withNote({ note: _before, ...rest }, text) {
  return text ? { ...rest, note: text } : rest;
}

function split(segments, segment, { client, frame }) {
  if (frame <= segment.first || frame > segment.last) return;
  const kept = touched(segment);
  segments.set(segment.id, { ...kept, last: frame - 1 });
  segments.set(client, { ...kept, id: client, first: frame, revision: 0 });
}

function merge(segments, segment, edit) {
  const other = segments.get(edit.other);
  if (!other) return;
  segments.set(segment.id, merged(touched(segment), other));
  segments.delete(other.id);
}

/** One over both, with the words of both in order of time; on frames that both are on, `kept` counts. */
function merged(kept, other) {
  const both = [kept, other].sort((a, b) => a.first - b.first || a.last - b.last);
  const parts = [
    [other.attributes, other.first, Math.min(other.last, kept.first - 1)],
    [kept.attributes, kept.first, kept.last],
    [other.attributes, Math.max(other.first, kept.last + 1), other.last],
  ].filter(([, first, last]) => first <= last);
  const attributes = spliced({ ...other.attributes, ...kept.attributes }, parts);
  const note = joined(both.map((one) => one.attributes.note).filter((text) => typeof text === "string"));
  return {
    ...kept, first: both[0].first, last: Math.max(kept.last, other.last), text: joined(both.map((one) => one.text)),
    language: kept.language || other.language, track: kept.track ?? other.track, attributes: note ? { ...attributes, note } : attributes,
  };
}

function joined(texts) {
  return [...new Set(texts.filter(Boolean))].join("\n");
}

/** A change by a person to what a run suggested makes it "fixed". */
function touched(segment) {
  return { ...segment, state: segment.run == null ? segment.state : "fixed" };
}

/** In the order of time. */
export function inOrder(segments) {
  return [...segments].sort((a, b) => a.first - b.first || a.last - b.last || (typeof a.id === "number" && typeof b.id === "number" ? a.id - b.id : 0));
}

/** The nearest segment of the same kind and class, after it before before it; null when it is alone. */
export function neighbour(segments, segment) {
  const like = segments.filter((one) => one.id !== segment.id && one.kind === segment.kind && one.class === segment.class);
  const gap = (one) => Math.max(one.first - segment.last, segment.first - one.last, 0);
  const rank = (one) => gap(one) * 2 + (one.first < segment.first ? 1 : 0);
  return like.reduce((best, one) => (!best || rank(one) < rank(best) ? one : best), null);
}

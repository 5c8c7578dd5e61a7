// What an edit does to a track, as shown until the server answers. The server's answer replaces it.

import { withValue } from "./attributes.js";
import { after, position } from "./interpolation.js";
import { mirrored } from "./mirror.js";
import { CHANGES as SPANS } from "./spans.js";
import { placed } from "./stretches.js";
import { overlaid } from "./verdict_parts.js";

/** The track after an edit (a new object), or null when the edit removes it. Pure. */
export function apply(track, edit, skeletons = {}) {
  const verb = VERBS[edit.verb];
  return verb ? verb(track, edit, skeletons) : track;
}

/** The track that an `add` edit makes, under its client id. */
export function added(edit, person) {
  const last = edit.last ?? edit.frame;
  return {
    id: edit.client,
    class: edit.class,
    state: "manual",
    score: null,
    first: edit.frame,
    last,
    run: null,
    model: null,
    person,
    revision: 0,
    skeleton: edit.joints ? edit.skeleton ?? null : null,
    attributes: {},
    name: null,
    keyframes: [keyframe(edit.frame, edit.box, edit.joints ?? null)],
    partial: [],
  };
}

function keyframe(frame, box, joints) {
  const [x, y, w, h] = box;
  return { f: frame, x, y, w, h, occluded: 0, outside: 0, score: null, source: "human", joints };
}

const VERBS = {
  fix(track, edit) {
    const here =
      position(track.keyframes, edit.frame, track.first, track.last) ||
      nearest(track.keyframes, edit.frame);
    const box = edit.box || (here && [here.x, here.y, here.w, here.h]);
    if (!box) return track;
    const made = {
      ...keyframe(edit.frame, box, edit.joints ?? here?.joints ?? null),
      occluded: Number(edit.occluded ?? here?.occluded ?? 0),
      outside: Number(edit.outside ?? 0),
      score: here?.score ?? null,
    };
    return {
      ...touched(track),
      first: Math.min(track.first, edit.frame),
      last: Math.max(track.last, edit.frame),
      keyframes: placed(track.keyframes, made),
    };
  },
  unset(track, edit) {
    if (track.keyframes.length < 2) return track;
    return { ...touched(track), keyframes: track.keyframes.filter((k) => k.f !== edit.frame) };
  },
  class: (track, edit) => ({ ...touched(track), class: edit.class }),
  attributes: (track, edit) => ({ ...touched(track), attributes: edit.attributes }),
  attribute: (track, edit) => ({ ...touched(track), attributes: withValue(track.attributes, edit) }),
  accept: (track, edit) => decided(track, edit, "accepted"),
  reject: (track, edit) => decided(track, edit, "rejected"),
  skip: (track) => track,
  mirror: (track, edit, skeletons) => touched(mirrored(track, edit, skeletons[track.skeleton])),
  ...Object.fromEntries(Object.entries(SPANS).map(([verb, change]) => [verb, (track, edit) => spanned(change, track, edit)])),
};

/** A change that the server will refuse leaves the track as it is; one that empties it removes it. */
function spanned(change, track, edit) {
  const made = change(track, edit);
  if (!made) return track;
  return made.deleted ? null : touched(made);
}

/** A change by a person to what a run suggested makes all of it "fixed". */
function touched(track) {
  return track.run == null ? track : { ...track, state: "fixed", partial: [] };
}

/** The last decision about a frame counts: over the whole it takes the place of those on parts. */
function decided(track, edit, state) {
  if (!edit.range) return { ...track, state, partial: [] };
  return { ...track, partial: overlaid(track.partial ?? [], edit.range, edit.verb) };
}

function nearest(keyframes, frame) {
  const right = after(keyframes, frame);
  return keyframes[right - 1] || keyframes[right] || null;
}

// What an edit does to a track, as shown until the server answers. The server's answer replaces it.

import { withValue } from "./attributes.js";
import { after, position } from "./interpolation.js";
import { mirrored } from "./mirror.js";
import { CHANGES as SPANS } from "./spans.js";
import { placed } from "./stretches.js";
import { isPair, paired, split } from "./track_pairs.js";
import { overlaid } from "./verdict_parts.js";

/** The names of the tracks that an edit makes, changes or takes away. */
export function concerns(edit) {
  return [edit.id, edit.other, edit.client].filter((name) => name != null);
}

/** Do an edit to tracks, a Map by id; one that is taken away has null there. */
export function carryOut(tracks, edit, { skeletons, person }) {
  const track = tracks.get(edit.id);
  if (edit.verb === "add") tracks.set(edit.client, added(edit, person));
  else if (track && edit.verb === "split") divide(tracks, track, edit);
  else if (track && isPair(edit)) exchange(tracks, track, edit);
  else if (track) tracks.set(track.id, apply(track, edit, skeletons));
}

function divide(tracks, track, edit) {
  const parts = split(track, edit);
  if (!parts) return;
  const [kept, rest] = parts.map(touched);
  tracks.set(track.id, kept);
  tracks.set(edit.client, { ...rest, id: edit.client, revision: 0 });
}

function exchange(tracks, track, edit) {
  const other = tracks.get(edit.other);
  const made = other && paired(track, other, edit);
  for (const one of made || []) tracks.set(one.id, one.deleted ? null : touched(one));
}

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

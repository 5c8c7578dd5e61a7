// What an edit does to a track, as shown until the server answers. The server's answer replaces it.

import { after, position } from "./interpolation.js";

/** The track after an edit (a new object), or null when the edit removes it. Pure. */
export function apply(track, edit) {
  const verb = VERBS[edit.verb];
  return verb ? verb(track, edit) : track;
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
      keyframes: withKeyframes(track.keyframes, [made]),
    };
  },
  unset(track, edit) {
    if (track.keyframes.length < 2) return track;
    return { ...touched(track), keyframes: track.keyframes.filter((k) => k.f !== edit.frame) };
  },
  span(track, edit) {
    const first = edit.first ?? track.first;
    const last = edit.last ?? track.last;
    const kept = first <= last ? within(track, first, last) : null;
    if (!kept) return track;
    const keyframes = first < track.first ? withKeyframes(kept.keyframes, [{ ...kept.keyframes[0], f: first, source: "human" }]) : kept.keyframes;
    return { ...touched(track), keyframes, first: first < track.first ? first : kept.first, last: last > track.last ? last : kept.last };
  },
  move(track, { frame, to }) {
    const held = track.keyframes.find((k) => k.f === frame);
    if (!held) return track;
    const rest = track.keyframes.filter((k) => k !== held);
    return {
      ...touched(track),
      keyframes: withKeyframes(rest, [{ ...held, f: to, source: "human" }]),
      first: track.keyframes[0] === held ? to : track.first,
      last: track.last === frame ? to : Math.max(track.last, to),
    };
  },
  class: (track, edit) => ({ ...touched(track), class: edit.class }),
  attributes: (track, edit) => ({
    ...touched(track),
    attributes: { ...track.attributes, ...edit.attributes },
  }),
  accept: (track, edit) => decided(track, edit, "accepted"),
  reject: (track, edit) => decided(track, edit, "rejected"),
  skip: (track) => track,
  delete(track, edit) {
    if (edit.scope === "track" || track.first === track.last) return null;
    return withoutFrame(track, edit.frame);
  },
};

/** A change by a person to what a run suggested makes it "fixed". */
function touched(track) {
  return { ...track, state: track.run == null ? track.state : "fixed" };
}

function decided(track, edit, state) {
  if (!edit.range) return { ...track, state };
  return { ...track, partial: [...(track.partial || []), [...edit.range, edit.verb]] };
}

function nearest(keyframes, frame) {
  const right = after(keyframes, frame);
  return keyframes[right - 1] || keyframes[right] || null;
}

function withKeyframes(keyframes, made) {
  const frames = new Set(made.map((k) => k.f));
  return [...keyframes.filter((k) => !frames.has(k.f)), ...made].sort((a, b) => a.f - b.f);
}

/**
 * The part of a track from one frame to another, where it was: positions at the cuts become
 * keyframes. It begins and ends on a frame where the object is; null where there is none.
 */
function within(track, from, to) {
  const [first, last] = [Math.max(from, track.first), Math.min(to, track.last)];
  const later = track.keyframes.find((k) => k.f > last);
  const ends = later && !later.outside ? [first, last] : [first];
  const pins = ends.flatMap((f) => {
    const here = position(track.keyframes, f, track.first, track.last);
    return here ? [{ ...here, f }] : [];
  });
  const inside = withKeyframes(pins, track.keyframes.filter((k) => k.f >= first && k.f <= last));
  const begins = inside.findIndex((k) => !k.outside);
  const ending = inside.findLastIndex((k) => !k.outside);
  if (begins < 0) return null;
  return {
    first: inside[begins].f,
    last: ending + 1 < inside.length ? inside[ending + 1].f - 1 : last,
    keyframes: inside.slice(begins, ending + 1),
  };
}

/** Absent at one frame, unchanged at all others. */
function withoutFrame(track, frame) {
  const at = (f) => position(track.keyframes, f, track.first, track.last);
  const stays = (f) => {
    const here = f >= track.first && f <= track.last ? at(f) : null;
    return here ? [{ ...here, f }] : [];
  };
  if (frame === track.first) {
    const keyframes = track.keyframes.filter((k) => k.f !== frame);
    return { ...touched(track), first: frame + 1, keyframes: withKeyframes(keyframes, stays(frame + 1)) };
  }
  if (frame === track.last) {
    const keyframes = track.keyframes.filter((k) => k.f !== frame);
    return { ...touched(track), last: frame - 1, keyframes: withKeyframes(keyframes, stays(frame - 1)) };
  }
  const here = at(frame);
  if (!here) return track;
  const gap = { ...here, f: frame, outside: 1, source: "human" };
  const made = [...stays(frame - 1), gap, ...stays(frame + 1)];
  return { ...touched(track), keyframes: withKeyframes(track.keyframes, made) };
}

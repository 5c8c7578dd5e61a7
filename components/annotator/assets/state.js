// All that is known about the labels of one video. Two layers: `base` is what the server last
// said, `pending` are edits it has not acknowledged. What is shown is base with pending applied,
// so an acknowledged, refused or foreign change needs no bookkeeping: the layers are put together anew.

import { carryOut, concerns } from "./edits.js";
import { position } from "./interpolation.js";
import { inForce } from "./queue_items.js";

export const CHUNK = 128;
const MOST_CHUNKS = 12;
const MOST_WHOLE = 500;

export class State {
  constructor({ changed = () => {}, skeletons = {}, person = "" } = {}) {
    this.changed = changed;
    this.person = person;
    this.skeletons = skeletons;
    this.objects = new Map();
    this.base = new Map();
    this.whole = new Set();
    this.gone = new Map();
    this.chunks = new Map();
    this.waiting = [];
    this.pending = new Set();
    this.shown = null;
    this.aliases = new Map();
    this.selected = null;
    this.selectedJoint = -1;
    this.version = 0;
  }

  // What the server says

  setObjects(objects) {
    this.objects = new Map(objects.map((object) => [object.id, object]));
    this.touch();
  }

  /** Tracks of a chunk of frames: keyframes inside it and the neighbours on either side. */
  setChunk(start, tracks) {
    const ids = new Set();
    for (const track of tracks) {
      this.mergePart(track, start);
      ids.add(track.id);
    }
    // Some may have come to lie here since the answer was read.
    for (const id of this.whole) if (liesIn(this.base.get(id), start)) ids.add(id);
    this.chunks.set(start, ids);
    this.touch();
  }

  mergePart(track, start) {
    const known = this.base.get(track.id);
    if (known && known.revision > track.revision) return;
    if (known && known.revision === track.revision) {
      if (this.whole.has(track.id)) return;
      const frames = new Map([...known.keyframes, ...track.keyframes].map((k) => [k.f, k]));
      const keyframes = [...frames.values()].sort((a, b) => a.f - b.f);
      this.base.set(track.id, { ...track, keyframes });
    } else {
      this.base.set(track.id, track);
      this.whole.delete(track.id);
      if (known) this.forgetChunks(track.id, start);
    }
  }

  /** Other chunks hold an older revision of the track: they are loaded again when needed. */
  forgetChunks(id, except) {
    for (const [start, ids] of this.chunks) {
      if (start !== except && ids.has(id)) this.chunks.delete(start);
    }
  }

  /** Whole tracks: the answer to an edit, or a change by somebody else. */
  mergeWhole(tracks, gone = []) {
    const deleted = tracks.filter((track) => track.deleted).map((track) => track.id);
    for (const track of tracks) {
      const known = this.base.get(track.id);
      if (track.deleted || (known && known.revision > track.revision)) continue;
      this.base.set(track.id, track);
      this.whole.add(track.id);
      this.gone.delete(track.id);
      this.file(track);
      this.objects.set(track.id, summary(track));
    }
    for (const id of [...gone, ...deleted]) {
      this.base.delete(id);
      this.whole.delete(id);
      this.objects.delete(id);
      this.gone.set(id, this.version);
    }
    this.touch();
  }

  /** Those of an answer that did not go while it was on its way: it may have been read before. @param asked the version then */
  still(tracks, asked) {
    return tracks.filter(({ id }) => !(this.gone.get(id) >= asked));
  }

  /** A whole track belongs to the loaded chunks it lies in now. */
  file(track) {
    for (const [start, ids] of this.chunks) {
      if (liesIn(track, start)) ids.add(track.id);
      else ids.delete(track.id);
    }
  }

  /** Keep memory bounded: forget chunks far from a frame, and the tracks that lie in none of the others. */
  keepNear(frame) {
    if (this.chunks.size <= MOST_CHUNKS && this.whole.size <= MOST_WHOLE) return;
    const far = [...this.chunks.keys()].sort((a, b) => Math.abs(b - frame) - Math.abs(a - frame));
    for (const start of far.slice(0, Math.max(this.chunks.size - MOST_CHUNKS, 0))) this.chunks.delete(start);
    const held = new Set([...this.chunks.values()].flatMap((ids) => [...ids]));
    for (const id of this.base.keys()) {
      if (held.has(id) || id === this.selected || this.pending.has(id)) continue;
      this.base.delete(id);
      this.whole.delete(id);
    }
    this.shown = null;
  }

  rename(created) {
    for (const [client, id] of Object.entries(created || {})) {
      this.aliases.set(client, id);
      if (this.selected === client) this.selected = id;
    }
  }

  /** The number of a track that was named in the browser, once the server gave it one. */
  real(id) {
    return this.aliases.get(id) ?? id;
  }

  // What waits to be sent

  setPending(items) {
    this.waiting = inForce(items).flatMap((item) => item.edits.filter((edit) => edit.kind !== "segment"));
    this.pending = new Set(this.waiting.flatMap(concerns));
    this.touch();
  }

  touch() {
    this.version += 1;
    this.shown = null;
    this.changed();
  }

  // What is shown

  /** A track as shown now, or null; also by the name it had before it got its number. */
  track(name) {
    const id = this.real(name);
    if (!this.pending.has(id)) return this.base.get(id) ?? null;
    this.shown ??= this.replayed();
    return this.shown.get(id) ?? null;
  }

  /** The tracks that wait to be changed, as they will be. */
  replayed() {
    const tracks = new Map([...this.pending].map((id) => [id, this.base.get(id) ?? null]));
    for (const edit of this.waiting) carryOut(tracks, edit, this);
    return tracks;
  }

  /** The revision that is known of a track; its row can be there without its keyframes. */
  revision(id) {
    return (this.base.get(id) ?? this.objects.get(id))?.revision ?? 0;
  }

  isReady(frame) {
    return this.chunks.has(chunkOf(frame));
  }

  /** Tracks present at a frame with their place there. */
  at(frame) {
    const found = [];
    const look = (id) => {
      const track = this.track(id);
      const place = track && position(track.keyframes, frame, track.first, track.last);
      if (place) found.push({ track, place });
    };
    const chunk = this.chunks.get(chunkOf(frame)) || new Set();
    for (const id of chunk) look(id);
    for (const id of this.whole) if (!chunk.has(id)) look(id);
    for (const id of this.pending) if (!chunk.has(id) && !this.whole.has(id)) look(id);
    return found;
  }

  /** One row per object for the list, with pending edits applied. */
  rows() {
    if (this.rowsVersion === this.version) return this.rowsKept;
    const rows = [];
    for (const [id, object] of this.objects) {
      if (!this.pending.has(id)) rows.push(object);
      else if (this.base.has(id)) {
        const track = this.track(id);
        if (track) rows.push(this.whole.has(id) ? summary(track) : { ...object, state: track.state, class: track.class, first: track.first, last: track.last });
      } else rows.push(object);
    }
    for (const id of this.pending) {
      const track = this.objects.has(id) ? null : this.track(id);
      if (track) rows.push(summary(track));
    }
    rows.sort((a, b) => a.first - b.first || compareIds(a.id, b.id));
    this.rowsVersion = this.version;
    this.rowsKept = rows;
    return rows;
  }

  row(id) {
    const track = this.track(id);
    if (track) return summary(track);
    return this.objects.get(this.real(id)) || null;
  }
}

export function chunkOf(frame) {
  return Math.floor(frame / CHUNK) * CHUNK;
}

function liesIn(track, start) {
  return track.first < start + CHUNK && track.last >= start;
}

function compareIds(a, b) {
  if (typeof a === typeof b) return a < b ? -1 : Number(a > b);
  return typeof a === "number" ? -1 : 1;
}

/** What a list row needs of a whole track. */
export function summary(track) {
  const { id, state, score, first, last, run, model, person, revision, skeleton, name, attributes } = track;
  const keyframes = track.keyframes.length;
  return { id, class: track.class, state, score, first, last, run, model, person, revision, skeleton, name, attributes, keyframes };
}

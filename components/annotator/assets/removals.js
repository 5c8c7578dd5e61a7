// What I have selected and somebody else removes: let go, and said with the name of who did it.

import { t } from "./messages.js";
import { nameOf, shortened } from "./names.js";

const LONGEST = 40; // of the words of a caption

/** The selected label among those that an answer of the server says are gone, as {kind, id, name}, or null. */
export function removed({ gone = [], gone_segments = [] }, app) {
  const { state, segments, events } = app;
  const { selected } = state;
  if (gone.includes(selected)) {
    const row = state.row(selected);
    return { kind: "track", id: selected, name: row ? nameOf(row, app) : "" };
  }
  const { current } = segments;
  if (!current || !gone_segments.includes(current.id)) return null;
  return { kind: "segment", id: current.id, name: shortened(events.nameOf(current), LONGEST) };
}

/** Select nothing in its place. @param by {track: {id: person}, segment: {id: person}}, who removed what */
export function letGo({ kind, id, name }, by, app) {
  if (kind === "track") app.select(null);
  else app.segments.select(null);
  const person = by[kind]?.[id];
  if (name && person && person !== app.options.person) app.toast(t("{person} removed what you had selected: {name}", { person, name }), "bad");
}

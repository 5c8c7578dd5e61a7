// Attributes of classes: what is defined, and the values that tracks and events hold. The same rules
// as `core/attributes.py`: a fixed one is a value, a changing one is [[frame, value], ...], each
// value holding until the next.

import { t } from "./messages.js";

/** What a class defines, by name, in order. */
export function definitions(app, classId) {
  return app.classes.get(classId)?.attributes || {};
}

export function changesOf(table, name) {
  const held = table?.[name];
  return Array.isArray(held) ? held : [];
}

/** The value given at a frame, or null where there is only the default. Pure. */
export function given(definition, table, name, frame) {
  if (!definition.changing) return table?.[name] ?? null;
  return changesOf(table, name).findLast(([at]) => at <= frame)?.[1] ?? null;
}

/** The table with one value set or, with null, taken away; a changing one from a frame on. Pure. */
export function withValue(table, { name, value, frame }) {
  const made = { ...table };
  let now = value;
  if (frame != null) {
    const kept = changesOf(table, name).filter(([at]) => at !== frame);
    if (value != null) kept.push([frame, value]);
    now = kept.length ? kept.sort((a, b) => a[0] - b[0]) : null;
  }
  if (now == null) delete made[name];
  else made[name] = now;
  return made;
}

export function attributeName(name, definition, app) {
  return definition.names?.[app.options.language] || name;
}

export function valueName(value) {
  if (value === true) return t("yes");
  if (value === false) return t("no");
  return value == null ? "" : String(value);
}

/** The values that digits choose: of a choice its own, of yes/no both; none for numbers and text. */
export function choicesOf(definition) {
  if (definition.type === "choice") return definition.choices;
  return definition.type === "yes/no" ? [true, false] : [];
}

/** What was typed as a value: null for nothing, undefined for what is no number. Pure. */
export function typed(definition, text) {
  const clean = text.trim();
  if (!clean) return null;
  if (definition.type !== "number") return clean;
  const number = Number(clean.replace(",", "."));
  return Number.isFinite(number) ? number : undefined;
}

/** The selected track, for what reads values and sets one of a label as it was `seen`. */
export const trackValues = (app) => ({
  current: () => app.state.row(app.state.selected),
  seen: () => app.actions.about(app.state.selected),
  set: (seen, change) => app.state.row(seen.id) && app.actions.edit({ verb: "attribute", ...app.actions.since(seen), ...change }),
});

/** The same of the selected event. */
export const eventValues = (app) => ({
  current: () => (app.segments.current?.kind === "event" ? app.segments.current : null),
  seen: () => app.segments.about(app.segments.current),
  set: (seen, change) => app.segments.get(app.segments.aliases.get(seen.id) ?? seen.id) && app.segments.edit({ verb: "attribute", ...app.segments.since(seen), ...change }),
});

/** One value as an edit gives it: of a changing attribute from the frame shown on. */
export function valueOf(app, name, definition, value) {
  return definition.changing ? { name, value, frame: app.player.target } : { name, value };
}

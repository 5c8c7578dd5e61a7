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

/** The table of a label that was moved by some frames: what changes along it moves too. Pure. */
export function shifted(table, by) {
  const made = { ...table };
  for (const [name, value] of Object.entries(table)) {
    const held = new Map(alongFrames(value).map(([frame, one]) => [Math.max(0, frame + by), one]));
    if (held.size) made[name] = [...held];
  }
  return made;
}

/**
 * The table of a label that goes on as parts of others: fixed values stay, what changes goes with its frames. Pure.
 * @param parts [[table, first, last], ...] by time
 */
export function spliced(table, parts) {
  const made = { ...table };
  const all = [table, ...parts.map(([one]) => one)];
  for (const name of new Set(all.flatMap((one) => Object.keys(one).filter((key) => alongFrames(one[key]).length)))) {
    const changes = [];
    for (const [one, first, last] of parts) {
      const held = alongFrames(one[name]);
      const start = [first, held.findLast(([at]) => at <= first)?.[1] ?? null];
      for (const change of [start, ...held.filter(([at]) => first < at && at <= last)]) {
        if (JSON.stringify(change[1]) !== JSON.stringify(changes.at(-1)?.[1] ?? null)) changes.push(change);
      }
    }
    delete made[name];
    if (changes.length) made[name] = changes;
  }
  return made;
}

/** [[frame, value], ...] with rising frames; none for anything else. */
function alongFrames(value) {
  const rising = Array.isArray(value) && value.every((one, index) => (
    Array.isArray(one) && one.length === 2 && Number.isInteger(one[0]) && one[0] > (index ? value[index - 1][0] : -1)
  ));
  return rising ? value : [];
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
  set: (seen, change) => {
    if (!app.state.row(seen.id)) return sayLost(app, change);
    return app.actions.edit({ verb: "attribute", ...app.actions.since(seen), ...change });
  },
});

/** The same of the selected event. */
export const eventValues = (app) => ({
  current: () => (app.segments.current?.kind === "event" ? app.segments.current : null),
  seen: () => app.segments.about(app.segments.current),
  set: (seen, change) => {
    const event = app.segments.get(app.segments.aliases.get(seen.id) ?? seen.id);
    if (!event) return sayLost(app, change);
    const beside = change.frame != null && (change.frame < event.first || change.frame > event.last);
    if (beside) return app.toast(t("The event is not on this frame. Go to a frame of it, then set the value."));
    return app.segments.edit({ verb: "attribute", ...app.segments.since(seen), ...change });
  },
});

/** What had the value is gone: what was typed is said, so that it can be used elsewhere. */
function sayLost(app, { value }) {
  if (value != null) app.toast(t("It was deleted meanwhile. What you had typed: {text}", { text: valueName(value) }), "bad");
}

/** One value as an edit gives it: of a changing attribute from the frame shown on. */
export function valueOf(app, name, definition, value) {
  return definition.changing ? { name, value, frame: app.player.target } : { name, value };
}

// Names of classes, tracks and states as shown to people.

import { t } from "./messages.js";

export function className(id, app) {
  const found = app.classes.get(id);
  if (!found) return t("no class");
  return found.names?.[app.options.language] || found.name;
}

/** A class as it is chosen: its digit or letter, and its name. */
export function keyedName({ id, hotkey }, app) {
  return `${hotkey ? `${hotkey}  ` : ""}${className(id, app)}`;
}

/** Classes to choose from; the one that is chosen stays among them when it was archived. */
export function classChoices(open, chosen, app) {
  const choices = open.map((one) => [one.id, keyedName(one, app)]);
  const archived = chosen != null && !open.some((one) => one.id === chosen);
  return archived ? [...choices, [chosen, className(chosen, app)]] : choices;
}

const LONGEST = 20;

/** A name cut to so many letters; those of Korean, Chinese and Japanese are as wide as two. Pure. */
export function shortened(text, most = LONGEST) {
  let width = 0;
  let kept = "";
  for (const letter of text) {
    width += letter >= "\u1100" ? 2 : 1;
    if (width < most) kept += letter;
  }
  return width > most ? `${kept.trimEnd()}…` : text;
}

/** A track's own name, or its class and number; one not yet saved has no number. */
export function fullName(track, app) {
  return named(track, app, (text) => text);
}

/** The same where there is little room: a long class is cut so that the number is still read. */
export function nameOf(track, app) {
  return named(track, app, shortened);
}

function named(track, app, cut) {
  if (track.name) return cut(track.name);
  const number = typeof track.id === "number" ? track.id : t("new");
  return `${cut(className(track.class, app))} ${number}`;
}

export function stateName(state) {
  switch (state) {
    case "suggested":
      return t("suggested");
    case "accepted":
      return t("accepted");
    case "rejected":
      return t("rejected");
    case "fixed":
      return t("fixed");
    case "manual":
      return t("manual");
    default:
      return state;
  }
}

export function visibilityName(visibility) {
  return [t("absent"), t("occluded"), t("visible")][visibility] ?? String(visibility);
}

/** What a segment says: its text, or the note of an event. */
export function wordsOf({ kind, text, attributes }) {
  return (kind === "event" && attributes.note) || text;
}

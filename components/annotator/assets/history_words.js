// What a journalled change was, in words. The server's summary of an edit goes in:
// {kind, id, verb, columns: {name: [before, after]}, range: [first, last] | null,
// frames: [first, last, count] | null, parts}.

import { attributeName, valueName } from "./attributes.js";
import { t } from "./messages.js";
import { className, fullName, nameOf } from "./names.js";

/** An entry of the history: its first change in words, and how many more there were. */
export function entryWords(entry, app) {
  const [first] = entry.edits;
  const text = editWords(first, app);
  const more = entry.changes > 1 && first.verb !== "restore" ? `${text} (+${entry.changes - 1})` : text;
  if (entry.kind === "undo") return t("took back: {what}", { what: more });
  if (entry.kind === "redo") return t("did again: {what}", { what: more });
  return first.verb === "restore" && entry.changes > 1 ? t("put {n} objects back to what they were", { n: entry.changes }) : more;
}

/** The object that an edit is about, as people call it; a long name is cut, or `whole`. */
export function subject({ kind, id }, app, { whole = false } = {}) {
  if (kind === "video") return "";
  if (kind === "segment") {
    const segment = app.segments.get(id);
    if (!segment) return t("event {n}", { n: id });
    return whole ? app.events.fullName(segment) : app.events.nameOf(segment);
  }
  const row = app.state.row(id);
  if (!row) return t("track {n}", { n: id });
  return whole ? fullName(row, app) : nameOf(row, app);
}

function editWords(edit, app) {
  const words = (edit.kind === "segment" ? SEGMENT[edit.verb] : null) ?? WORDS[edit.verb];
  return words ? words(edit, app, edit.frames?.[0]) : edit.verb;
}

const ends = ({ range: [first, last] }) => ({ first, last });

const after = ({ columns }, name) => columns[name]?.[1];

function edges({ columns }) {
  const [first, last] = [columns.first_frame?.[1], columns.last_frame?.[1]];
  if (last == null) return t("made it begin at frame {n}", { n: first ?? 0 });
  return first == null ? t("made it end at frame {n}", { n: last }) : t("changed the frames to {first}–{last}", { first, last });
}

const WORDS = {
  add: () => t("added it"),
  fix: (edit, app, n) => PARTS[edit.parts[0] ?? "box"](n ?? 0),
  unset: (edit, app, n) => t("removed the keyframe at frame {n}", { n }),
  class: (edit, app) => t("made it {name}", { name: className(after(edit, "class"), app) }),
  attributes: () => t("changed attributes"),
  attribute: (edit, app) => attributeWords(edit, app),
  accept: (edit) => (edit.range ? t("accepted frames {first}–{last}", ends(edit)) : t("accepted it")),
  reject: (edit) => (edit.range ? t("rejected frames {first}–{last}", ends(edit)) : t("rejected it")),
  skip: () => t("skipped it"),
  delete: (edit, app, n) => (after(edit, "deleted") ? t("deleted it") : t("took it away from frame {n} on or around", { n: n ?? 0 })),
  span: (edit) => edges(edit),
  move: (edit, app, n) => t("moved the keyframe at frame {n}", { n }),
  outside: (edit, app, n) => t("absent or present from frame {n}", { n }),
  occluded: (edit, app, n) => t("occluded or visible from frame {n}", { n }),
  split: () => t("split it"),
  merge: () => t("merged it with another"),
  swap: (edit, app, n) => t("swapped identities from frame {n}", { n: n ?? 0 }),
  reassign: (edit, app, n) => t("gave it to another identity from frame {n}", { n: n ?? 0 }),
  copy: (edit, app, n) => t("copied its position forward from frame {n}", { n: n ?? 0 }),
  refit: () => t("re-fitted its keyframes"),
  mirror: (edit, app, n) => t("mirrored left and right from frame {n}", { n: n ?? 0 }),
  follow: (edit, app, n) => t("followed it from frame {n}", { n: n ?? 0 }),
  restore: () => t("put it back to what it was"),
  rename: (edit) => t("renamed the video to {name}", { name: after(edit, "name") ?? "" }),
  tag: () => t("changed the tags of the video"),
  remove: () => t("removed the video"),
};

const SEGMENT = {
  bind: (edit, app) => connection(after(edit, "track"), app),
  delete: () => t("deleted it"),
  text: (edit) => t("wrote: {text}", { text: after(edit, "text") || "–" }),
  note: (edit) => t("noted: {text}", { text: after(edit, "attributes")?.note || "–" }),
};

function connection(track, app) {
  return track == null ? t("disconnected it from its track") : t("connected it with {name}", { name: subject({ kind: "track", id: track }, app) });
}

/** The attribute that an edit set, with its new value: of one that changes along a label, the value that differs. */
function attributeWords({ kind, id, columns }, app) {
  const [before, now] = (columns.attributes ?? []).map((table) => table ?? {});
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const name = Object.keys({ ...before, ...now }).find((one) => !same(before[one], now[one]));
  if (name == null) return t("changed attributes");
  const known = (one) => Array.isArray(before[name]) && before[name].some((other) => same(one, other));
  const value = Array.isArray(now[name]) ? now[name].find((one) => !known(one))?.[1] : now[name];
  const label = kind === "segment" ? app.segments.get(id) : app.state.row(id);
  return `${attributeName(name, app.classes.get(label?.class)?.attributes?.[name] ?? {}, app)}: ${valueName(value) || "–"}`;
}

const PARTS = {
  box: (n) => t("moved the box at frame {n}", { n }),
  joints: (n) => t("moved joints at frame {n}", { n }),
  occluded: (n) => t("occluded or visible at frame {n}", { n }),
  outside: (n) => t("absent or present from frame {n}", { n }),
};

/** The frame to look at for an entry, or null. */
export function frameOf(edit, app) {
  if (edit.frames) return edit.frames[0];
  if (edit.range) return edit.range[0];
  if (edit.columns.first_frame?.[1] != null) return edit.columns.first_frame[1];
  const label = edit.kind === "segment" ? app.segments.get(edit.id) : app.state.row(edit.id);
  return label?.first ?? null;
}

/** A time of day (of today, or of yesterday when it is still to come) or a date with one; else null. Pure. */
export function momentOf(text, now = new Date()) {
  const typed = text.trim();
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(typed);
  if (clock) {
    const [hour, minute, second] = clock.slice(1).map((part) => Number(part || 0));
    if (hour > 23 || minute > 59 || second > 59) return null;
    const moment = new Date(now.getFullYear(), now.getMonth(), now.getDate(), hour, minute, second);
    if (moment > now) moment.setDate(moment.getDate() - 1);
    return moment;
  }
  const dated = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{1,2}):(\d{2})$/.exec(typed);
  if (!dated) return null;
  const [year, month, day, hour, minute] = dated.slice(1).map(Number);
  const moment = new Date(year, month - 1, day, hour, minute);
  return moment.getMonth() === month - 1 && moment.getDate() === day && hour < 24 && minute < 60 ? moment : null;
}

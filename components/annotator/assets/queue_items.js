// What waits in the queue: which labels an item names, and which items are in force. Pure.

const SUBJECTS = [["id", "revision"], ["other", "other_revision"]];

/** What the label in a field of an edit is known by; a track and a segment may have one number. */
export function keyOf(edit, field = "id") {
  const id = edit[field];
  return edit.kind === "segment" && typeof id === "number" ? `segment:${id}` : id;
}

/** The same of a label as the server shows it: of the two, segments alone have a kind. */
export function labelKey(label) {
  return label.kind ? `segment:${label.id}` : label.id;
}

/** The revision that an answer led a label to; others may have changed the label since. */
export function ledTo(answer, label) {
  return answer.revisions?.[label.kind ? "segment" : "track"]?.[label.id] ?? label.revision;
}

/** What an edit is about: the fields of an id and of the revision seen, and the key. */
export function subjects(edit) {
  return SUBJECTS.filter(([field]) => edit[field] != null).map(([field, revision]) => ({ field, revision, key: keyOf(edit, field) }));
}

/** The keys of all labels that an edit names. */
export function keysOf(edit) {
  return subjects(edit).map(({ key }) => key);
}

export function isReversal({ kind }) {
  return kind === "undo" || kind === "redo";
}

/** The batches still in force when each undo takes back the last one and redo brings it back. */
export function inForce(items) {
  return replay(items).done;
}

/** Those, and what each undo and redo is about: an item before it, or none where that is older than all. */
export function replay(items) {
  const aims = new Map();
  const done = [];
  let undone = [];
  for (const item of items) {
    if (isReversal(item)) {
      const [from, to] = item.kind === "undo" ? [done, undone] : [undone, done];
      const aim = from.pop();
      aims.set(item, aim);
      if (aim) to.push(aim);
    } else if (item.kind === "edits") {
      done.push(item);
      undone = [];
    }
  }
  return { done, aims };
}

// The tracks that an edit is about: most name one, those of identity name another too. Pure.

const FIELDS = [["id", "revision"], ["other", "other_revision"]];

/** Ids that an edit names, without those it makes. */
export function idsOf(edit) {
  return FIELDS.map(([name]) => edit[name]).filter((id) => id != null);
}

/** The edit with each of its tracks renamed and given a revision: `renew(id, revision)` -> {id, revision}. */
export function renewed(edit, renew) {
  const made = { ...edit };
  for (const [name, revision] of FIELDS) {
    if (edit[name] == null) continue;
    const now = renew(edit[name], edit[revision]);
    made[name] = now.id;
    made[revision] = now.revision;
  }
  return made;
}

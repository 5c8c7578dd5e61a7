// Verdicts on parts of a track, [[first, last, decision], ...]: in order, none over another, as
// core/verdicts.py has them. Pure.

/** The parts once something else is decided about a range of frames. */
export function overlaid(parts, [first, last], decision) {
  const around = parts.flatMap(([start, end, word]) => [
    ...(start < first ? [[start, Math.min(end, first - 1), word]] : []),
    ...(end > last ? [[Math.max(start, last + 1), end, word]] : []),
  ]);
  return [...around, [first, last, decision]].sort((a, b) => a[0] - b[0]);
}

/** What is decided about a track that goes on as parts of others: [[parts, first, last], ...] by time. */
export function spliced(stretches) {
  const made = [];
  for (const [parts, first, last] of stretches) {
    for (const [start, end, word] of parts) {
      const [from, to] = [Math.max(start, first), Math.min(end, last)];
      const before = made.at(-1);
      if (from > to) continue;
      if (before && before[1] === from - 1 && before[2] === word) made[made.length - 1] = [before[0], to, word];
      else made.push([from, to, word]);
    }
  }
  return made;
}

/** The frames of a track inside a range, and whether they are all of them; null where it has none there. */
export function shared(row, range) {
  if (!row || !range) return null;
  const [first, last] = [Math.max(row.first, range.first), Math.min(row.last, range.last)];
  return first > last ? null : { first, last, whole: first === row.first && last === row.last };
}

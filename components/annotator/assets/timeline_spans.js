// What a track's row shows: its keyframes in a compact form, its spans, its score along the frames.

const OCCLUDED = 1;
export const OUTSIDE = 2;
export const HUMAN = 4;

/** Keyframes as they come from the server, as arrays: frames ascending, flags, scores (NaN: none). */
export function marksOf({ keyframes, first, last, revision, partial = [] }) {
  const frames = Int32Array.from(keyframes, (keyframe) => keyframe.f);
  const flags = Uint8Array.from(keyframes, flagsOf);
  const scores = Float32Array.from(keyframes, (keyframe) => keyframe.score ?? NaN);
  return { frames, flags, scores, first, last, revision, partial };
}

function flagsOf({ occluded, outside, source }) {
  return (occluded ? OCCLUDED : 0) | (outside ? OUTSIDE : 0) | (source === "human" ? HUMAN : 0);
}

/** Index of the first mark at or after a frame (binary search). */
export function from(frames, frame) {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle] < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The spans of a track, in order and without holes: [{first, last, kind, occluded}].
 * "keyed": a keyframe on every frame; "between": interpolated, or held after the last keyframe;
 * "outside": absent. The same rules as `position` in interpolation.js.
 */
export function spans({ frames, flags, first, last }) {
  const found = [];
  const add = (from_, to, kind, occluded) => {
    const [begin, end] = [Math.max(from_, first), Math.min(to, last)];
    if (begin > end) return;
    const before = found.at(-1);
    if (before && before.kind === kind && before.occluded === occluded) before.last = end;
    else found.push({ first: begin, last: end, kind, occluded });
  };
  if (!frames.length) return [{ first, last, kind: "outside", occluded: false }];
  add(first, frames[0] - 1, "outside", false);
  for (let index = 0; index < frames.length; index += 1) {
    const next = index + 1 < frames.length ? frames[index + 1] : last + 1;
    if (flags[index] & OUTSIDE) add(frames[index], next - 1, "outside", false);
    else add(frames[index], next - 1, kindOf(frames, index, next), Boolean(flags[index] & OCCLUDED));
  }
  return found;
}

/** On every frame: of three keyframes in a row. Two alone belong to what is around them. */
function kindOf(frames, index, next) {
  const row = (start) => frames[start + 2] === frames[start] + 2;
  return next === frames[index] + 1 && (row(index - 2) || row(index - 1) || row(index)) ? "keyed" : "between";
}

/** Where a score is at a frame, by the neighbouring keyframes; NaN where there is none. */
export function scoreAt({ frames, flags, scores, first, last }, frame) {
  if (frame < first || frame > last) return NaN;
  const right = from(frames, frame + 1);
  if (right === 0 || flags[right - 1] & OUTSIDE) return NaN;
  const before = scores[right - 1];
  if (right === frames.length || frames[right - 1] === frame || flags[right] & OUTSIDE || Number.isNaN(scores[right])) return before;
  return before + ((scores[right] - before) * (frame - frames[right - 1])) / (frames[right] - frames[right - 1]);
}

/** The score of one track per column: Float32Array, NaN where it has none. */
export function trackCurve(marks, frameOfColumn, columns) {
  return Float32Array.from({ length: columns }, (_none, column) => scoreAt(marks, frameOfColumn(column)));
}

/** The mean score of the tracks present, per column, from their rows alone. */
export function meanCurve(rows, columnOfFrame, columns) {
  const sums = new Float64Array(columns + 1);
  const counts = new Float64Array(columns + 1);
  for (const row of rows) {
    if (row.score == null || row.state === "rejected") continue;
    const start = Math.max(columnOfFrame(row.first), 0);
    const end = Math.min(columnOfFrame(row.last) + 1, columns);
    if (start >= end) continue;
    sums[start] += row.score;
    sums[end] -= row.score;
    counts[start] += 1;
    counts[end] -= 1;
  }
  const means = new Float32Array(columns);
  let [sum, count] = [0, 0];
  for (let column = 0; column < columns; column += 1) {
    sum += sums[column];
    count += counts[column];
    means[column] = count > 0 ? sum / count : NaN;
  }
  return means;
}

/** Tracks per column, undecided and decided, from their rows. */
export function density(rows, frames, columns) {
  const undecided = new Float32Array(columns + 1);
  const decided = new Float32Array(columns + 1);
  for (const row of rows) {
    if (row.state === "rejected") continue;
    const counts = row.state === "suggested" ? undecided : decided;
    const start = Math.min(Math.floor((Math.max(row.first, 0) / frames) * columns), columns - 1);
    const end = Math.min(Math.max(Math.ceil(((row.last + 1) / frames) * columns), start + 1), columns);
    counts[start] += 1;
    counts[end] -= 1;
  }
  for (let column = 1; column < columns; column += 1) {
    undecided[column] += undecided[column - 1];
    decided[column] += decided[column - 1];
  }
  return { undecided: undecided.subarray(0, columns), decided: decided.subarray(0, columns) };
}

/** Whether the confidence chosen lets a row be seen: it hides suggestions alone. */
export function passes(row, confidence) {
  return row.state !== "suggested" || row.score == null || row.score >= confidence;
}

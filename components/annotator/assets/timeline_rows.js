// Which rows there are and where. The rows of tracks are virtual: only those in sight are drawn.
// A place is {fixed: [{kind, height, top, ...}], fixedHeight, pinned, count, height, total}.

export const ROW = 22;
const LEAST_TRACKS = 3;

/**
 * The fixed rows (score, events, sound) stay on top while the tracks scroll, as long as a few
 * tracks have room below them; else all scroll together.
 */
export function layout({ fixed, count, height }) {
  let top = 0;
  const placed = fixed.map((row) => {
    const here = { ...row, top };
    top += row.height;
    return here;
  });
  return { fixed: placed, fixedHeight: top, pinned: height - top >= LEAST_TRACKS * ROW, count, height, total: top + count * ROW };
}

/** Indices of the track rows in sight when scrolled by `scroll`; last < first when there are none. */
export function inSight(place, scroll) {
  const hidden = place.pinned ? scroll : Math.max(scroll - place.fixedHeight, 0);
  const top = place.pinned ? place.fixedHeight : Math.max(place.fixedHeight - scroll, 0);
  const first = Math.floor(hidden / ROW);
  const last = Math.min(Math.ceil((hidden + place.height - top) / ROW), place.count) - 1;
  return { first, last };
}

/** The top of a track's row on the canvas. */
export function topOfTrack(place, index, scroll) {
  return place.fixedHeight + index * ROW - scroll;
}

/** The top of a fixed row on the canvas. */
export function topOfFixed(place, row, scroll) {
  return row.top - (place.pinned ? 0 : scroll);
}

/** What is at a height of the canvas: {fixed: row}, {index: of the track} or null. */
export function rowAt(place, y, scroll) {
  const fixedY = place.pinned ? y : y + scroll;
  if (y < 0 || y >= place.height) return null;
  if (fixedY < place.fixedHeight) {
    return { fixed: place.fixed.find((row) => fixedY < row.top + row.height) };
  }
  const index = Math.floor((y + scroll - place.fixedHeight) / ROW);
  return index < place.count ? { index } : null;
}

/** How far to scroll so that a track's row is in sight. */
export function scrollTo(place, index, scroll) {
  const top = topOfTrack(place, index, scroll);
  const ceiling = place.pinned ? place.fixedHeight : 0;
  if (top < ceiling) return scroll - (ceiling - top);
  if (top + ROW > place.height) return scroll + (top + ROW - place.height);
  return scroll;
}

/** Rows by their start, or those on the frame first. `rows` come with those on the frame first. */
export function ordered(rows, hereFirst) {
  return hereFirst ? rows : [...rows].sort((a, b) => a.first - b.first);
}

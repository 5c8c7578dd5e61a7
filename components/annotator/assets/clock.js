// Frames and times. `times` holds the seconds of every frame; the proxy's clock starts at 0.

/** The frame whose time is nearest to a proxy time. */
export function frameAtProxyTime(times, seconds) {
  const wantedTime = seconds + times[0];
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < wantedTime) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && wantedTime - times[low - 1] <= times[low] - wantedTime) return low - 1;
  return low;
}

/** The frame on screen at a time of the video's own clock: the last that has begun. */
export function frameAtTime(times, seconds) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= seconds + 1e-6) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

/** A proxy time in the middle of a frame's interval: safe against rounding on either side. */
export function middleOfFrame(times, frame) {
  const start = times[frame];
  const end = frame + 1 < times.length ? times[frame + 1] : start + lastInterval(times);
  return (start + end) / 2 - times[0];
}

function lastInterval(times) {
  const count = times.length;
  return count > 1 ? times[count - 1] - times[count - 2] : 0.04;
}

/** Minutes, seconds and milliseconds; hours when there are some. */
export function clockText(seconds) {
  const milliseconds = Math.round(Math.max(seconds, 0) * 1000);
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const rest = `${two(Math.floor(milliseconds / 1000) % 60)}.${String(milliseconds % 1000).padStart(3, "0")}`;
  return `${hours ? `${hours}:` : ""}${two(minutes)}:${rest}`;
}

/** What a person typed into "go to": a frame number, or a time with a colon or an "s"; else null. */
export function parsePlace(text, times) {
  const typed = text.trim();
  if (/^\d+$/.test(typed)) return Math.min(Number(typed), times.length - 1);
  const match = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?)\s*s?$/.exec(typed);
  if (!match) return null;
  const seconds = Number(match[1] || 0) * 3600 + Number(match[2] || 0) * 60 + Number(match[3].replace(",", "."));
  return frameAtTime(times, seconds + times[0]);
}

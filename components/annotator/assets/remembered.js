// Small things a browser keeps for itself: how this person looks at a video, never labels.

const PREFIX = "dataguard-";

/** What was kept under a name, over the defaults; the defaults where nothing (sound) was kept. */
export function recall(name, defaults) {
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(PREFIX + name)) };
  } catch {
    return { ...defaults };
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing begins with the defaults each time.
  }
}

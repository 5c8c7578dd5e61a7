// A small state for the page: told when things have been quiet, because each telling is a rerun.
// The tab itself knows the place at once, so that a reload leads back to it.

const QUIET = 5000;
const reloaded = performance.getEntriesByType("navigation")[0]?.type === "reload";
// The page may mount the annotator more than once while it settles.
const SETTLED = 15000;

/** Where this tab stood before it was reloaded; null when it was opened anew. */
export function placeBeforeReload({ workspace, video }) {
  if (!reloaded || performance.now() > SETTLED) return null;
  try {
    const place = JSON.parse(sessionStorage.getItem("dataguard-place"));
    return place?.workspace === workspace && place.video === video ? place : null;
  } catch {
    return null;
  }
}

export class Report {
  constructor(app) {
    this.app = app;
    const { frame, track } = app.options;
    this.told = JSON.stringify({ frame: frame || 0, track: track ?? null, unsaved: 0 });
  }

  later() {
    this.remember();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), QUIET);
  }

  remember() {
    const { workspace, video } = this.app.options;
    const { selected } = this.app.state;
    const track = typeof selected === "number" ? selected : null;
    try {
      sessionStorage.setItem("dataguard-place", JSON.stringify({ workspace, video, frame: this.app.player.target, track }));
    } catch {
      // A browser that keeps nothing starts at the frame the address names.
    }
  }

  now() {
    const { app } = this;
    if (app.player.playing || app.gestures.busy) return;
    const { selected } = app.state;
    const status = {
      frame: app.player.target,
      track: typeof selected === "number" ? selected : null,
      unsaved: app.queue.count + app.queue.failed.length,
    };
    const text = JSON.stringify(status);
    if (text === this.told) return;
    this.told = text;
    app.tell?.(status);
  }

  close() {
    clearTimeout(this.timer);
  }
}

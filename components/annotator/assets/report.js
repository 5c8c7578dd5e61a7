// A small state for the page: told when things have been quiet, because each telling is a rerun.

const QUIET = 5000;

export class Report {
  constructor(app) {
    this.app = app;
    const { frame, track } = app.options;
    this.told = JSON.stringify({ frame: frame || 0, track: track ?? null, unsaved: 0 });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), QUIET);
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

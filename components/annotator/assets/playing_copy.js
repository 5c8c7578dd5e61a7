// The playing copy of the video: waited for while it is being made, and loaded again after it failed.

import { t } from "./messages.js";
import { Proxy } from "./proxy.js";

const PAUSE = 8000;

export class PlayingCopy {
  constructor(app) {
    this.app = app;
  }

  /** Load it, or say why there is none. */
  take() {
    const { info, transport } = this.app;
    if (info.proxy === "ready") return this.load();
    const making = info.proxy === "making";
    transport.showNote(making ? t("The playing copy is being made; playing frame by frame until then.") : t("Playing frame by frame: this video has no playing copy."));
    return making ? this.later() : undefined;
  }

  load() {
    const { app } = this;
    app.transport.showNote("");
    if (app.proxy) return app.proxy.again();
    app.proxy = new Proxy({
      address: app.api.proxyAddress(app.options.video), times: app.times,
      arrived: () => app.paint(), failed: (cutOff) => this.failed(cutOff),
    });
    app.proxy.silence(Boolean(app.silent));
    app.player.proxy = app.proxy;
    return undefined;
  }

  /** A film that was cut off is tried again by itself; one that cannot be read, when the server was away. */
  failed(cutOff) {
    this.app.transport.showNote(t("Playing frame by frame: the playing copy could not be loaded."));
    if (cutOff) this.later();
  }

  /** The server answers again after it did not. */
  serverIsBack() {
    if (this.app.proxy?.broken) this.ask();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const { app } = this;
    const info = await app.api.video(app.options.video).catch(() => app.info);
    if (app.closed) return;
    app.info.proxy = info.proxy;
    this.take();
  }

  close() {
    clearTimeout(this.timer);
    this.app.proxy?.close();
  }
}

// The classes and skeletons change while the page is open: take the new ones without a reload.

import { t } from "./messages.js";

export class Schema {
  constructor(app) {
    this.app = app;
    this.number = app.info.schema ?? 0;
  }

  heard({ schema }) {
    if (schema != null && schema !== this.number) this.load();
  }

  async load() {
    if (this.loading) return;
    this.loading = true;
    try {
      this.take(await this.app.api.video(this.app.options.video));
    } catch {
      // The next word of the server leads here again.
    } finally {
      this.loading = false;
    }
  }

  take({ schema, classes, skeletons }) {
    const { app } = this;
    if (app.closed) return;
    this.number = schema;
    app.classes = new Map(classes.map((one) => [one.id, one]));
    app.skeletons = skeletons;
    if (!app.openClasses().some((one) => one.id === app.currentClass)) app.currentClass = app.openClasses()[0]?.id ?? null;
    app.inspector.refresh();
    app.list.showClasses();
    app.refreshHint();
    app.labelsChanged();
    app.root.dataset.schema = schema;
    app.toast(t("The classes were changed."));
  }
}

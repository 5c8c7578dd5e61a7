// Between the queue of edits and the screen: sending, what is said about it, conflicts and refusals.

import { t } from "./messages.js";
import { className, nameOf } from "./names.js";
import { isReversal, ledTo, subjects } from "./queue_items.js";

export class Saving {
  constructor(app) {
    this.app = app;
    this.queue = app.queue;
    this.own = new Map();
    this.chosen = new Map();
  }

  /** What the queue tells us. */
  hooks() {
    return {
      ready: (item) => (item.video === this.app.options.video ? this.app.follow.ready(item) : null),
      changed: () => this.pendingChanged(),
      saved: (item, answer) => this.saved(item, answer),
      refused: (item, error, count) => this.refused(item, error, count),
      stale: () => this.askStale(),
      troubled: ({ text, hint }) => this.app.toast([text, hint].filter(Boolean).join(" "), "bad"),
      storageFailed: () => this.storageFailed(),
    };
  }

  submit(item) {
    const { workspace, person, video } = this.app.options;
    const edits = (item.edits || []).map((edit) => this.named(edit));
    const kept = this.queue.add({ ...item, edits, workspace, person, video });
    if (isReversal(kept)) this.chosen.set(kept.batch, this.choice());
    this.app.probe.submitted(kept.batch);
    return kept;
  }

  /** A gesture may begin on a track that gets its real id before the gesture ends. */
  named(edit) {
    const { state } = this.app;
    if (edit.kind === "segment") return this.app.segments.named(edit);
    const made = { ...edit };
    for (const { field, revision, key } of subjects(edit)) {
      const real = state.aliases.get(key);
      if (real != null) Object.assign(made, { [field]: real, [revision]: this.own.get(real) ?? state.revision(real) });
    }
    return made;
  }

  /**
   * The revision to send for a change that began at revision `seen`. What we saved ourselves
   * meanwhile was seen too; what somebody else did was not, and must lead to a conflict.
   */
  revision(id, seen) {
    const now = this.app.state.revision(id);
    return seen == null || now === seen || now === this.own.get(id) ? now : seen;
  }

  pendingChanged() {
    const { video } = this.app.options;
    const items = this.queue.items.filter((item) => item.video === video);
    this.app.state.setPending(items);
    this.app.segments.setPending(items);
    this.app.notes?.changed();
    this.show();
  }

  show() {
    const { app, queue } = this;
    const state = app.header.showSaving();
    app.root.dataset.save = state;
    app.root.dataset.unsaved = queue.count + (app.actions.open ? 1 : 0);
    if (state !== "saving") app.report.later();
  }

  saved(item, answer) {
    const { app } = this;
    app.probe.saved(item.batch);
    if (item.video !== app.options.video) return;
    if (item.kind === "notes") return app.notes.take(answer);
    this.take(answer);
    if (!isReversal(item)) return undefined;
    this.choose(item, answer);
    return app.toast(this.reversed(item.kind, answer));
  }

  /** What is selected, a track or a segment; one may have got its number since. */
  choice([track, segment] = [this.app.state.selected, this.app.segments.selected]) {
    const { state, segments } = this.app;
    return [state.real(track), segments.aliases.get(segment) ?? segment];
  }

  /** The hand goes to what was taken back, unless it went on to something else meanwhile. */
  choose(item, { tracks: [track] = [], segments: [segment] = [] }) {
    const { app } = this;
    const before = this.choice(this.chosen.get(item.batch));
    this.chosen.delete(item.batch);
    if (before.join() !== this.choice().join()) return;
    if (track && !track.deleted) app.select(track.id);
    else if (segment) app.segments.select(segment.id);
  }

  /** What was taken back or done again is named: it may be out of sight. */
  reversed(kind, { tracks = [], segments = [] }) {
    const { app } = this;
    const names = [...tracks.map((track) => nameOf(track, app)), ...segments.map((segment) => app.events.nameOf(segment))];
    const more = names.length > 1 ? ` (+${names.length - 1})` : "";
    const parts = [kind === "undo" ? t("Undone") : t("Done again"), ...names.slice(0, 1)];
    return parts.join(" · ") + more;
  }

  /** What an answer to edits holds: labels as they are now, their numbers, what can be undone. */
  take(answer) {
    const { app } = this;
    app.state.rename(answer.created);
    app.gestures.rename(answer.created);
    for (const track of answer.tracks || []) this.own.set(track.id, ledTo(answer, track));
    app.state.mergeWhole(answer.tracks || [], answer.gone || []);
    app.segments.saved(answer);
    app.header.showCounts(answer);
    for (const id of answer.archived || []) this.archived(id);
  }

  /** A class that was archived after this page was opened: what has it stays, new labels take another. */
  archived(id) {
    const { app } = this;
    const found = app.classes.get(id);
    if (!found || found.archived) return;
    found.archived = true;
    if (app.currentClass === id) app.currentClass = app.openClasses()[0]?.id ?? null;
    app.refreshHint();
    app.toast(t("The class {name} was archived meanwhile. Your label is saved with it.", { name: className(id, app) }));
  }

  refused(item, error, count) {
    const { app } = this;
    const text = error.text || t("The server did not accept the change.");
    app.toast([text, error.hint].filter(Boolean).join(" "), isReversal(item) ? "" : "bad");
    if (error.current?.length) this.merge(item, error.current);
    if (item.kind === "edits" && count > 1) app.toast(t("Changes that depended on it: {n}", { n: count - 1 }), "bad");
  }

  /** The pill was pressed: what is there to decide or to retry. */
  openDetails() {
    const { app, queue } = this;
    if (queue.conflict) this.askStale();
    else if (queue.failed.length) {
      app.dialogs.showFailed(queue, (batch) => queue.tryAgain(batch, (key) => this.known(key)?.revision));
    } else if (queue.state === "offline") queue.retry();
  }

  askStale() {
    const { app, queue } = this;
    const { conflict } = queue;
    app.dialogs.askStale(conflict, (choice) => {
      this.merge(conflict.item, conflict.current);
      queue.resolve(choice);
    });
  }

  /** Labels as they are now that somebody else changed; those of another video are of no use here. */
  merge({ video }, labels) {
    const { state, segments, options } = this.app;
    if (video !== options.video) return;
    segments.merge(labels.filter((label) => label.kind));
    const tracks = labels.filter((label) => !label.kind);
    if (tracks.length) state.mergeWhole(tracks);
  }

  /** A label by its key in the queue. */
  known(key) {
    const { state, segments } = this.app;
    return String(key).startsWith("segment:") ? segments.base.get(Number(key.slice("segment:".length))) : state.base.get(key);
  }

  storageFailed() {
    if (this.warned) return;
    this.warned = true;
    this.app.toast(t("This browser keeps nothing: do not close the page before all is saved."), "bad");
  }
}

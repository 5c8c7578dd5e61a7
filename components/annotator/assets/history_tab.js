// The tab of the history: who did what when, newest first, of the video or of the selected object,
// and putting either back to what it was. Pages arrive as the list is scrolled.

import { element } from "./dom.js";
import { entryWords, frameOf, momentOf, subject } from "./history_words.js";
import { t } from "./messages.js";
import { VirtualRows } from "./virtual_rows.js";

const PAGE = 100;
const REST = 1000;
const AGAIN = 2000;

export class HistoryTab {
  constructor(app) {
    this.app = app;
    this.whole = true;
    this.entries = [];
    this.next = null;
    this.chosen = null;
    this.scope = element("select", { "aria-label": t("History of"), onchange: (event) => this.setScope(event.target.value === "video") },
      element("option", { value: "video" }, t("This video")), element("option", { value: "object" }, t("Selected object")));
    this.time = element("input", {
      type: "text", class: "moment", placeholder: "14:32", "aria-label": t("A time such as 14:32"), title: t("A time such as 14:32, or a date with it: 2026-01-31 14:32"),
      onkeydown: (event) => this.timeKey(event),
    });
    this.virtual = new VirtualRows({
      name: "change", label: t("History"), chosen: () => this.chosen, idOf: (entry) => entry.batch,
      make: () => this.makeRow(), fill: (made, entry) => this.fillRow(made, entry), choose: (batch) => this.choose(batch), reached: (last) => this.reached(last),
      waits: () => app.picker.isOpen,
    });
    this.empty = element("p", { class: "list-empty" });
    this.words = element("div", { class: "inspector-detail" });
    this.alone = element("button", { type: "button", onclick: () => this.ask(this.before(true)) }, t("Put this object back to before this"));
    this.all = element("button", { type: "button", onclick: () => this.ask(this.before(false)) }, t("Put the video back to before this"));
    this.foot = element("section", { class: "inspector", "aria-label": t("Selected change") }, this.words, this.alone, this.all);
    this.root = element(
      "section", { class: "list history" },
      element("div", { class: "filters" }, this.scope, element("div", { class: "restore-time" }, this.time, element("button", { type: "button", onclick: () => this.toTime() }, t("Restore to"))) ),
      this.empty, this.virtual.root, this.foot,
    );
    app.tabs.add({ id: "history", label: t("History"), root: this.root, show: () => this.load() });
  }

  get isOpen() {
    return this.app.tabs.current === "history";
  }

  /** The object whose history is asked for; null for that of the video. */
  get object() {
    const { segments, state } = this.app;
    if (this.whole) return null;
    if (typeof segments.selected === "number") return { kind: "segment", id: segments.selected };
    return typeof state.selected === "number" ? { kind: "track", id: state.selected } : null;
  }

  setScope(whole) {
    this.whole = whole;
    this.chosen = null;
    this.load();
  }

  // Reading

  /** Labels or the selection changed: read again, once things rest. */
  refresh() {
    const { state, segments } = this.app;
    const key = `${state.version} ${segments.version} ${this.whole || `${state.selected} ${segments.selected}`}`;
    if (!this.isOpen || key === this.known) return;
    this.known = key;
    this.later(REST);
  }

  later(delay, before = null) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(before), delay);
  }

  /** The newest page, or the one below a change. */
  async load(before = null) {
    if (!this.isOpen || this.app.closed) return;
    await this.read(before);
  }

  async read(before) {
    const turn = (this.turn = (this.turn || 0) + 1);
    const missing = !this.whole && !this.object;
    try {
      const query = { before, limit: PAGE, ...this.object };
      const found = missing ? { entries: [], next: null } : await this.app.api.history(this.app.options.video, query);
      if (turn !== this.turn) return;
      this.take(found, before);
      this.trouble = missing ? t("Select a track or an event first.") : "";
    } catch (error) {
      if (turn !== this.turn) return;
      this.trouble = error.text || t("The server does not answer. Trying again.");
      if (error.kind === "network") this.later(AGAIN, before);
    }
    this.draw();
  }

  /** A page further down, or the newest one: what was read below it stays when it is the same history. */
  take({ entries, next }, before) {
    const about = JSON.stringify(this.object ?? this.whole);
    const met = about === this.about && entries.some((one) => one.batch === this.entries[0]?.batch);
    const below = !before && met ? this.entries.filter((one) => one.batch < entries.at(-1).batch) : [];
    this.entries = before ? [...this.entries, ...entries] : [...entries, ...below];
    if (!below.length) this.next = next;
    this.about = about;
    this.asked = null;
  }

  // The screen

  draw() {
    this.scope.value = this.whole ? "video" : "object";
    this.empty.hidden = this.entries.length > 0 && !this.trouble;
    this.empty.textContent = this.trouble || t("Nothing was changed yet.");
    this.virtual.show(this.entries);
    this.drawFoot();
  }

  drawFoot() {
    const entry = this.entries.find((one) => one.batch === this.chosen);
    this.foot.hidden = !entry;
    if (!entry) return;
    this.words.textContent = this.told(entry);
    this.alone.hidden = entry.edits[0].kind === "video";
  }

  /** The next page is asked for before the end of what was read is in sight. */
  reached(last) {
    if (!this.next || last < this.entries.length - 20 || this.asked === this.next) return;
    this.asked = this.next;
    this.read(this.next);
  }

  makeRow() {
    const made = { what: element("span", { class: "row-name" }), who: element("small", {}), undone: element("span", { class: "state" }, t("undone")) };
    made.root = element(
      "div", { class: "row here" },
      element("span", { class: "row-text" }, made.what, made.who), made.undone,
    );
    return made;
  }

  fillRow(made, entry) {
    made.root.classList.toggle("undone", entry.undone);
    made.root.dataset.batch = entry.batch;
    const about = this.whole ? [subject(entry.edits[0], this.app)] : [];
    made.what.textContent = [...about, entryWords(entry, this.app)].filter(Boolean).join(" · ");
    made.what.title = this.told(entry);
    made.who.textContent = `${entry.person} · ${new Date(entry.at).toLocaleString(this.app.options.language, { dateStyle: "short", timeStyle: "medium" })}`;
    made.who.title = made.who.textContent;
    made.undone.hidden = !entry.undone;
  }

  told(entry) {
    return [subject(entry.edits[0], this.app, { whole: true }), entryWords(entry, this.app)].filter(Boolean).join(" · ");
  }

  /** Go to what was changed. */
  choose(batch) {
    const { app } = this;
    this.chosen = batch;
    const entry = this.entries.find((one) => one.batch === batch);
    const [edit] = entry.edits;
    const frame = frameOf(edit, app);
    if (edit.kind === "segment" && app.segments.get(edit.id)) app.segments.select(edit.id);
    if (edit.kind === "track" && app.state.row(edit.id)) app.select(edit.id);
    if (frame != null) app.player.go(Math.min(frame, app.info.frames - 1));
    this.draw();
  }

  // Putting back

  before(alone) {
    const entry = this.entries.find((one) => one.batch === this.chosen);
    const { kind, id } = entry.edits[0];
    return { before: entry.batch, ...(alone ? { kind, id } : {}) };
  }

  timeKey(event) {
    event.stopPropagation();
    if (event.isComposing || !["Enter", "NumpadEnter", "Escape"].includes(event.code)) return;
    if (event.code === "Escape") this.app.focus();
    else this.toTime();
  }

  toTime() {
    const moment = momentOf(this.time.value);
    if (moment) {
      this.time.removeAttribute("aria-invalid");
      return this.ask({ at: moment.toISOString() });
    }
    this.time.setAttribute("aria-invalid", "true");
    return this.app.toast(t("Write a time such as 14:32, or a date with it: 2026-01-31 14:32"));
  }

  /** Say what would change and whose work that is; then do it. */
  async ask(query) {
    const { app } = this;
    if (app.queue.count) return app.toast(t("Wait until everything is saved."));
    try {
      const { kind, id } = query;
      const found = await app.api.restorePreview(app.options.video, query);
      if (!found.tracks && !found.segments) return app.toast(t("Nothing is different from what it was then."));
      const others = found.people.filter((one) => one.person !== app.options.person);
      const names = (people) => people.map((one) => `${one.person} (${one.changes})`).join(", ");
      const lines = [
        kind ? t("This object becomes what it was before this change.") : t("The video becomes what it was then: {tracks} tracks and {segments} events or captions change.", found),
        t("Changes since then: {names}", { names: names(found.people) }),
        others.length ? t("Among them is work of others: {names}. It stays in the history and can be brought back.", { names: names(others) }) : "",
        t("You can undo this."),
      ];
      const act = () => this.restore({ before: found.before, seen: found.seen, ...(kind ? { kind, id } : {}) });
      const buttons = [app.dialogs.button(t("Put back"), act, "primary"), app.dialogs.button(t("Cancel"))];
      return app.dialogs.open(t("Put back to what it was"), lines.filter(Boolean).map((line) => element("p", {}, line)), buttons, { first: buttons[1] });
    } catch (error) {
      return app.toast(error.text || t("The server does not answer. Please try again."), "bad");
    }
  }

  async restore(moment) {
    const { app } = this;
    const { person, video } = app.options;
    try {
      app.saving.take(await app.api.restore({ batch: app.queue.newId(), person, video, ...moment }));
      app.labels.schedule(0);
      app.toast(t("Put back."));
      await this.load();
    } catch (error) {
      app.toast([error.text || t("The server does not answer. Please try again."), error.hint].filter(Boolean).join(" "), "bad");
    }
  }

  close() {
    clearTimeout(this.timer);
    this.virtual.close();
  }
}

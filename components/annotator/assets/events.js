// What a person does with events and captions by key and by button. A selected segment takes the
// keys that decide, delete, split and merge; a track takes them otherwise.

import { keyName } from "./keys.js";
import { t } from "./messages.js";
import { className, shortened, stateName } from "./names.js";
import { backToPicture } from "./regions.js";

export const CAPTION = "caption";
const CAPTION_SECONDS = 2;

export class Events {
  constructor(app) {
    this.app = app;
    this.mark = this.classes()[0]?.id ?? null;
  }

  classes() {
    return [...this.app.classes.values()].filter((one) => one.kind === "event" && !one.archived);
  }

  // Words

  fullName(segment) {
    if (segment.kind === "event") return className(segment.class, this.app);
    return segment.text.split("\n")[0] || kindName(segment.kind);
  }

  nameOf(segment) {
    return segment.kind === "event" ? shortened(this.fullName(segment)) : this.fullName(segment);
  }

  describe(segment) {
    return `${this.nameOf(segment)}, ${stateName(segment.state)}, ${t("Frames {first}–{last}", { first: segment.first, last: segment.last })}`;
  }

  get markName() {
    return this.mark === CAPTION ? kindName(CAPTION) : className(this.mark, this.app);
  }

  keysOf(id) {
    return this.app.keys.find(id)?.keys ?? [];
  }

  /** The key of a command as shown to people. */
  keyOf(id) {
    return this.keysOf(id).slice(0, 1).map((key) => keyName(key)).join("");
  }

  codesOf(id) {
    return new Set(this.keysOf(id).map((key) => key.split("+").at(-1)));
  }

  // Adding

  /** Whether there is a class to mark with; otherwise say where to get one. */
  ready() {
    if (this.mark === CAPTION || this.classes().some((one) => one.id === this.mark)) return true;
    this.mark = this.classes()[0]?.id ?? null;
    if (this.mark != null) return true;
    this.app.tabs.open("events");
    this.app.toast(t("There are no classes of events yet: add some here."));
    return false;
  }

  add(first, last) {
    const { segments, options } = this.app;
    if (this.mark !== CAPTION) return segments.add({ type: "event", class: this.mark, first, last });
    segments.add({ type: CAPTION, first, last, text: "", language: options.language });
    return this.edit();
  }

  /** A caption over the selected range, or from here on for a while. */
  addCaption() {
    const { app } = this;
    const { times, player } = app;
    const from = player.target;
    const end = times.findIndex((time) => time >= times[from] + CAPTION_SECONDS);
    const { first, last } = app.timeline?.range || { first: from, last: end < 0 ? times.length - 1 : end };
    app.segments.add({ type: CAPTION, first, last, text: "", language: app.options.language });
    this.edit();
  }

  async addClasses() {
    const { app } = this;
    try {
      const { classes } = await app.api.addEventClasses();
      for (const one of classes) app.classes.set(one.id, { ...app.classes.get(one.id), ...one });
    } catch (error) {
      app.toast(error.text || t("The server does not answer. Please try again."), "bad");
    }
    this.refresh();
  }

  setMark(value) {
    this.mark = value;
    this.app.marking.show();
    this.refresh();
  }

  // With the selected one

  /** Whether a command is about a segment; then it is done. */
  takes(id, argument) {
    const { app } = this;
    if (id === "class" && app.gestures.mode === "select") return this.chooseClass(argument);
    if (id === "escape" && app.marking.busy) return this.did(app.marking.cancel());
    // Drawing, a round of objects and a follow end first, as they say.
    if (id === "escape" && (app.gestures.mode !== "select" || app.rounds.on || app.follow.active)) return false;
    const { current } = app.segments;
    if (!current || !DOING[id] || (id === "legend" && current.kind !== "event")) return false;
    return this.did(DOING[id](this, current, argument));
  }

  did() {
    return true;
  }

  /** As for tracks: on the exact frame, and about the event that is selected now. */
  whenExact(act) {
    const { actions, segments, state } = this.app;
    const seen = segments.selected;
    actions.whenExact(() => segments.selected === (segments.aliases.get(seen) ?? seen) && act(), state.selected);
  }

  /** A digit chooses the class of what is being marked, or of the selected event. */
  chooseClass(index) {
    const { app } = this;
    const current = app.segments.current?.kind === "event" ? app.segments.current : null;
    if (!app.marking.busy && !current) return false;
    const found = this.classes().find((one) => one.hotkey === String(index + 1));
    if (!found) return true;
    if (app.marking.busy) this.setMark(found.id);
    else this.setClass(current, found.id);
    return true;
  }

  setClass(segment, id) {
    this.mark = id;
    const { segments } = this.app;
    if (segment.class !== id) segments.edit({ verb: "class", ...segments.since(segment), class: id });
  }

  decide(segment, verb) {
    const { app } = this;
    app.segments.edit({ verb, ...app.segments.about(segment) });
    const name = this.nameOf(segment);
    app.announce({ accept: t("Accepted: {name}", { name }), reject: t("Rejected: {name}", { name }), skip: t("Skipped: {name}", { name }) }[verb]);
  }

  remove(segment) {
    this.app.segments.select(null);
    this.app.segments.edit({ verb: "delete", ...this.app.segments.about(segment) });
  }

  split(segment) {
    const { app } = this;
    app.actions.whenExact(() => {
      const frame = app.player.target;
      if (frame > segment.first && frame <= segment.last) app.segments.split(segment, frame);
      else app.toast(t("Put the playhead inside the event, where its second part begins."));
    });
  }

  merge(segment) {
    if (!this.app.segments.mergeWithNeighbour(segment)) this.app.toast(t("There is no other of this class to merge with."));
  }

  /** Play the selected one round and round, locked to it; again lets go. */
  play() {
    const { player, segments } = this.app;
    const { current } = segments;
    if (player.loop) {
      player.loop = null;
      player.pause();
      return this.app.paint();
    }
    if (!current) return this.app.toast(t("Select an event first."));
    player.go(current.first);
    player.loop = { first: current.first, last: current.last };
    return player.play();
  }

  edit() {
    const { app } = this;
    if (!app.segments.current) return app.toast(t("Select an event first."));
    app.tabs.open("events");
    return this.tab.form.focus();
  }

  // The screen

  reveal(id) {
    this.tab?.reveal(id);
  }

  refresh() {
    this.tab?.refresh();
  }

  refreshLater() {
    this.app.panelsLater();
  }

  /** New segments got their real ids. */
  renamed(created) {
    this.tab?.form.rename(created);
  }

  /** A frame is on the screen. */
  shown(frame) {
    this.app.captions.show(frame);
    this.app.marking.follow();
  }
}

export function kindName(kind) {
  const names = { event: t("Event"), caption: t("Caption"), answer: t("Answer"), transcript: t("Transcript"), description: t("Description") };
  return names[kind] ?? kind;
}

const DOING = {
  accept: (events, segment) => events.decide(segment, "accept"),
  reject: (events, segment) => events.decide(segment, "reject"),
  skip: (events, segment) => events.decide(segment, "skip"),
  delete: (events, segment) => events.remove(segment),
  split: (events, segment) => events.split(segment),
  merge: (events, segment) => events.merge(segment),
  legend: (events, segment, held) => events.tab.form.whose.ask(segment, held),
  escape: ({ app }) => backToPicture(app) || app.segments.select(null),
};

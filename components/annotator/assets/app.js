// One annotator over one video: painting, choosing, telling. Its parts are made in parts.js.

import { trackColour } from "./canvas.js";
import { element } from "./dom.js";
import { position } from "./interpolation.js";
import { t } from "./messages.js";
import { className, fullName, nameOf, stateName } from "./names.js";
import { makeParts, makeScreen } from "./parts.js";
import { PlayingCopy } from "./playing_copy.js";
import { newsFrom } from "./presence.js";
import { letGo, removed } from "./removals.js";
import { run } from "./run.js";

const QUIET = 120;

export class App {
  /**
   * @param parts {api, info, times, queue, preferences, options, tell, renew, begin, begunAt}; the first
   *   five loaded before, `begin` the place to begin at when it is not the one of `options`
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.classes = new Map(this.info.classes.map((one) => [one.id, one]));
    this.skeletons = this.info.skeletons || {};
    this.currentClass = this.openClasses()[0]?.id ?? null;
    this.byClass = false;
    this.confidence = 0;
    this.needs = { labels: true, picture: true, panels: true };
    makeParts(this);
    makeScreen(this);
    this.film = new PlayingCopy(this);
    this.film.take();
    this.keys.label(this.root);
  }

  /** The person works with other keys now. */
  keysChanged() {
    this.keys.label(this.root);
    this.inspector.refresh();
    this.list.refresh();
    this.refreshHint();
    this.paint();
  }

  keepKeys(choice) {
    this.api.keep(this.options.person, "keys", choice).catch((error) => {
      this.toast([t("Your keys could not be kept; they work until this page is closed."), error.text].filter(Boolean).join(" "), "bad");
    });
  }

  /** Classes that are offered: of objects, or of events. */
  openClasses(kind = "object") {
    return [...this.classes.values()].filter((one) => !one.archived && (one.kind ?? "object") === kind);
  }

  toggleSound() {
    this.silent = !this.silent;
    this.proxy?.silence(this.silent);
    this.transport.showSound(this.silent);
  }

  async start() {
    const { frame, track } = this.begin;
    this.player.aim(Math.min(frame || 0, this.info.frames - 1));
    await this.labels.loadObjects();
    // After the rows, from whose change number on the news are asked for: nothing falls in between.
    this.segments.load();
    this.notes.load();
    if (track != null && this.state.selected == null && !this.closed) this.select(track, { jump: !frame });
  }

  aimLabels() {
    this.labels.aim(this.player.target, this.player.direction);
    this.paint();
  }

  colourOf(track) {
    return this.byClass ? this.classes.get(track.class)?.colour || trackColour(track.class ?? 0) : trackColour(track.id);
  }

  // Painting

  /** Ask for a repaint in the next animation frame. */
  paint({ picture = false } = {}) {
    this.needs.labels = true;
    if (picture) this.needs.picture = true;
    if (this.framePending || this.closed) return;
    this.framePending = true;
    requestAnimationFrame((now) => {
      this.framePending = false;
      this.render(now);
    });
  }

  /** Picture, labels and number of one frame, together. */
  render(now) {
    if (this.closed) return;
    const changed = this.player.resolve(now);
    const { shown } = this.player;
    const { needs } = this;
    this.needs = { labels: false, picture: false };
    if (changed || needs.labels || needs.picture) {
      this.stage.draw(shown, changed || needs.picture);
      this.looks.showMarks();
      this.rounds.zoom();
      this.header.showPlace(shown);
      this.transport.showPlace();
      this.timeline.showPlace();
      this.mark(shown);
      if (shown.frame >= 0 && this.labels.restored != null) this.probe.opened();
      if (changed && shown.frame === this.player.target) this.probe.painted(shown.frame, shown.kind);
    }
    this.transport.showPlaying();
    this.events.shown(shown.frame);
    this.actions.onShown();
    if (changed) this.report.later();
    this.panelsLater();
    if (this.player.playing && !this.player.byProxy) this.paint();
  }

  /** What tests and styles wait for. */
  mark(shown) {
    const { dataset } = this.root;
    dataset.frame = shown.frame;
    dataset.target = this.player.target;
    dataset.picture = shown.kind;
    dataset.exact = String(this.player.exact);
    dataset.playing = String(this.player.playing);
    dataset.selected = this.state.selected ?? "";
    const held = this.stage.items?.find((item) => item.selected)?.place;
    dataset.place = held ? [held.x, held.y, held.w, held.h].join(" ") : "";
    dataset.shown = this.stage.items?.length ?? 0;
    dataset.mode = this.gestures.mode;
    if (this.stage.view) dataset.view = JSON.stringify(this.stage.view);
  }

  /** The list follows a moment later, so that it never delays a picture. */
  panelsLater() {
    if (this.panelTimer) return;
    this.panelTimer = setTimeout(() => {
      this.panelTimer = null;
      if (this.closed) return;
      this.list.refresh();
      this.timeline.settle();
      this.inspector.refresh();
      this.attributeRound.refresh();
      this.events.refresh();
      this.history.refresh();
    }, QUIET);
  }

  labelsChanged() {
    if (!this.timeline) return;
    this.root.dataset.tracks = this.state.objects.size;
    if (!this.groundTimer) {
      this.groundTimer = setTimeout(() => {
        this.groundTimer = null;
        if (!this.closed) this.timeline.refresh();
      }, QUIET);
    }
    this.timeline.later();
    this.paint();
  }

  // Choosing

  select(id, { jump = false, joint = -1 } = {}) {
    const { state, player } = this;
    const real = state.real(id);
    if (real !== state.selected) this.actions.flush();
    if (real != null) this.segments.select(null);
    state.selected = real;
    state.selectedJoint = joint;
    const row = state.row(real);
    if (row) {
      this.announce(`${fullName(row, this)}, ${stateName(row.state)}`);
      this.labels.loadWhole(real);
      if (jump && !this.isOn(row)) player.go(row.first);
      this.list.reveal(real);
      this.timeline.revealTrack(real);
    }
    this.labelsChanged();
    this.inspector.refresh();
    this.list.drawRows();
    this.report.later();
  }

  isOn(row) {
    const frame = this.player.target;
    if (frame < row.first || frame > row.last) return false;
    const track = this.state.track(row.id);
    return !track || Boolean(position(track.keyframes, frame, track.first, track.last));
  }

  run(id, argument) {
    run(this, id, argument);
  }

  /** A button pressed with the mouse gives the keys back to the stage; one pressed by key keeps them. */
  pressed(event, id) {
    if (event.detail > 0) this.focus();
    this.run(id);
  }

  focus() {
    this.stage.root.focus({ preventScroll: true });
  }

  refreshHint() {
    const { mode } = this.gestures;
    this.root.dataset.mode = mode;
    if (mode === "select") return this.attributeRound.on ? this.attributeRound.refresh() : this.rounds.showHint();
    if (mode === "note") return this.stage.setHint(element("span", {}, t("Note: click where it belongs. Enter pins it to the selected object, or to the middle. Esc cancels.")));
    const text = mode === "draw" ? t("New box: drag over the object, or Enter for one in the middle. Esc cancels.") : t("New box to the end: drag over the object, or Enter for one in the middle. Esc cancels.");
    const chips = this.openClasses().map((one) => element(
      "button", { type: "button", class: one.id === this.currentClass ? "chip on" : "chip", title: className(one.id, this), onclick: () => this.actions.setClass(one.id) },
      one.hotkey ? element("kbd", {}, one.hotkey) : null, className(one.id, this),
    ));
    return this.stage.setHint(element("span", {}, text), ...chips);
  }

  /** What other people's pages are told of this one. */
  whereabouts() {
    const { selected } = this.state;
    return { page: this.queue.session || null, person: this.options.person, track: typeof selected === "number" ? selected : null };
  }

  /** The server's answer to the question what is new. */
  heard(answer) {
    const lost = removed(answer, this);
    for (const part of [this.segments, this.notes, this.presence, this.schema, this.follow]) part.heard(answer);
    if (lost) letGo(lost, answer.removed_by, this);
  }

  othersChanged(tracks, changedBy) {
    const told = newsFrom(tracks, changedBy, this.options.person, this.player.target);
    if (told) this.toast(t("{person} changed {name}", { person: changedBy[told.id], name: nameOf(told, this) }));
  }

  // Telling

  toast(text, kind) {
    this.dialogs.toast(text, kind);
  }

  announce(text) {
    this.live.textContent = text;
  }

  /** The same of pictures: labels may come from the database while the file of the video is gone. */
  setPictureTrouble(error) {
    const before = this.pictureTrouble;
    this.pictureTrouble = inWords(error);
    this.setTrouble(error);
    if (this.pictureTrouble !== before) this.paint();
  }

  /** What keeps pictures and labels from coming: an error of the server, or null. */
  setTrouble(error) {
    const trouble = inWords(error);
    if (this.trouble === trouble) return;
    this.trouble = trouble;
    this.root.dataset.server = trouble ? "away" : "here";
    if (!trouble) {
      this.queue.retry();
      this.labels.schedule(0);
      this.film.serverIsBack();
    }
    this.paint();
  }

  close() {
    this.actions.flush();
    this.closed = true;
    for (const timer of [this.panelTimer, this.groundTimer]) clearTimeout(timer);
    for (const part of [this.follow, this.report, this.labels, this.loader, this.stage, this.list, this.events.tab, this.history, this.marking, this.timeline, this.film]) part?.close();
    this.picker.shut();
    this.root.remove();
  }
}

function inWords(error) {
  return error && ([error.text, error.hint].filter(Boolean).join(" ") || "away");
}

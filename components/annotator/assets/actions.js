// What a person can do to labels. Each completed gesture is one batch, sent at once.

import { fromCorners, moveBox, moveEdges, rounded, shiftJoints, toFrame } from "./geometry.js";
import { boxOf, placed } from "./gestures.js";
import { position } from "./interpolation.js";
import { t } from "./messages.js";
import { nameOf } from "./names.js";

const NUDGE_PAUSE = 400;
const ARROWS = ["whole", "se", "nw"];

export class Actions {
  constructor(app) {
    this.app = app;
    this.waiting = [];
    this.clients = 0;
    this.arrows = "whole";
    this.wholeLimb = false;
  }

  /**
   * Edits are made on the exact frame only: do it now, or as soon as it is there.
   * @param selected the object it is about, where it takes the selected one
   */
  whenExact(act, selected) {
    const { player } = this.app;
    if (player.playing) player.pause();
    if (player.exact) act();
    else {
      this.waiting.push({ frame: player.target, selected, act });
      this.app.saving.show();
    }
  }

  /** What chooses another object keeps its turn behind the edits that wait: those are about the one before. */
  inTurn(act) {
    if (this.waiting.length) this.whenExact(act, this.app.state.selected);
    else act();
  }

  /** What waited is done in turn; what was asked for on a frame or an object since left is not, and this is said. */
  onShown() {
    const { player, saving, state } = this.app;
    if (!this.waiting.length || !player.exact) return;
    let left = 0;
    while (this.waiting.length && player.exact) {
      const { frame, selected, act } = this.waiting.shift();
      const same = selected === undefined || state.real(selected) === state.selected;
      if (frame !== player.target || !same) {
        left += 1;
        continue;
      }
      act();
      // One that goes on to another frame or object takes along those that were asked for after it.
      for (const later of this.waiting) {
        if (later.frame === frame) later.frame = player.target;
        if (selected !== undefined && later.selected === selected) later.selected = state.selected;
      }
    }
    if (left) this.app.toast(t("Not done: you went on before the exact frame was there."), "bad");
    saving.show();
  }

  edit(...edits) {
    const { app } = this;
    app.saving.submit({ kind: "edits", edits });
  }

  /** A track and the revision of it that is seen now, as edits name them. */
  about(id) {
    return { id, revision: this.app.state.revision(id) };
  }

  /** The same at the end of a gesture or a question, of what was seen when it began. */
  since({ id, revision }) {
    return { id, revision: this.app.saving.revision(id, revision) };
  }

  /** A row of the list can be chosen before its keyframes are there; edits need only its id. */
  get selected() {
    return this.app.state.row(this.app.state.selected);
  }

  /** The selected track and its place on the frame shown, or null with a word why. */
  here() {
    const track = this.app.state.track(this.app.state.selected);
    const frame = this.app.player.target;
    const place = track && position(track.keyframes, frame, track.first, track.last);
    if (place) return { track, place, frame };
    this.app.toast(track ? t("The track is not on this frame.") : t("Select a track first."));
    return null;
  }

  place(held, { box, joints }) {
    const edit = { verb: "fix", ...this.since(held), frame: held.frame };
    if (box) edit.box = [box.x, box.y, box.w, box.h];
    if (joints) edit.joints = joints.map(joint);
    this.edit(edit);
  }

  /** A name for a track until the server gives it a number. */
  client() {
    return `tmp-${Date.now().toString(36)}-${(this.clients += 1)}`;
  }

  addBox(frame, box) {
    const { app } = this;
    if (box.w < 3 || box.h < 3) return;
    const client = this.client();
    const edit = { verb: "add", client, class: app.currentClass, frame, box: rounded([box.x, box.y, box.w, box.h]) };
    if (app.gestures.mode === "drawLong") edit.last = app.info.frames - 1;
    app.gestures.setMode("select");
    app.stage.hidden = false;
    this.edit(edit);
    app.select(client);
  }

  /** Without a mouse: a new box in the middle of what is seen, to be moved and resized by keys. */
  addMiddleBox() {
    const { stage, player } = this.app;
    const { width, height } = stage.size;
    const a = toFrame(stage.view, { x: width * 0.4, y: height * 0.35 });
    const b = toFrame(stage.view, { x: width * 0.6, y: height * 0.65 });
    this.addBox(player.target, fromCorners(a, b, stage.picture));
  }

  decide(verb) {
    const { app, selected: row } = this;
    if (!row) return app.toast(t("Select a track first."));
    this.edit({ verb, id: row.id, revision: row.revision ?? 0 });
    const name = nameOf(row, app);
    const said = { accept: t("Accepted: {name}", { name }), reject: t("Rejected: {name}", { name }), skip: t("Skipped: {name}", { name }) };
    app.announce(said[verb]);
    if (app.rounds.on) app.rounds.decided();
    else if (verb === "skip") this.undecided(1);
    return undefined;
  }

  /** @param seen the track as it was when a class was asked for (`about`) */
  setClass(id, seen = this.about(this.app.state.selected)) {
    const { app } = this;
    if (!app.classes.has(id)) return;
    app.currentClass = id;
    const row = app.gestures.mode === "select" ? app.state.row(seen.id) : null;
    if (row && row.class !== id) this.edit({ verb: "class", ...this.since({ ...seen, id: row.id }), class: id });
    app.refreshHint();
    app.paint();
  }

  classByDigit(index) {
    const digit = String(index + 1);
    const found = this.app.openClasses().find((one) => one.hotkey === digit);
    if (found) this.setClass(found.id);
  }

  /** While a box is drawn, a class's letter chooses it; true when it did. */
  drawingClass(event) {
    const { app } = this;
    const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (!letter || !plain || !app.gestures.mode.startsWith("draw")) return false;
    const found = app.openClasses().find((one) => one.hotkey === letter);
    if (!found) return false;
    event.preventDefault();
    this.setClass(found.id);
    return true;
  }

  visibility(index, value) {
    const here = this.here();
    const at = index ?? this.chosenJoint();
    if (!here?.place.joints?.[at]) return;
    const joints = here.place.joints.map((one, other) =>
      other === at ? [one[0], one[1], one[2], value ?? (one[3] + 2) % 3] : one,
    );
    this.place({ id: here.track.id, frame: here.frame }, { joints });
  }

  chosenJoint() {
    const { gestures, state } = this.app;
    return gestures.hoveredJoint >= 0 && gestures.hovered === state.selected ? gestures.hoveredJoint : state.selectedJoint;
  }

  nextJoint(step) {
    const { state } = this.app;
    const count = state.track(state.selected)?.keyframes[0]?.joints?.length;
    if (!count) return;
    state.selectedJoint = (state.selectedJoint + step + count) % count;
    this.app.paint();
  }

  keyframe() {
    const here = this.here();
    if (!here) return;
    const { x, y, w, h } = boxOf(here.place);
    this.edit({ verb: "fix", ...this.about(here.track.id), frame: here.frame, box: [x, y, w, h] });
  }

  removeKeyframe() {
    const { app } = this;
    const track = app.state.track(app.state.selected);
    const frame = app.player.target;
    if (!track?.keyframes.some((k) => k.f === frame)) return app.toast(t("There is no keyframe here."));
    if (track.keyframes.length < 2) return app.toast(t("The last keyframe stays; delete the track instead."));
    return this.edit({ verb: "unset", ...this.about(track.id), frame });
  }

  /** Whether something waits, for its frame or for the keys to rest: nothing is called saved until then. */
  get open() {
    return this.waiting.length > 0 || Boolean(this.app.gestures.draft?.nudged);
  }

  get jointChosen() {
    const { state } = this.app;
    return state.selectedJoint >= 0 && state.selected != null;
  }

  /** What the arrows nudge: a box or two of its edges; with a joint chosen, it or its limb. */
  changeArrows() {
    if (this.jointChosen) this.wholeLimb = !this.wholeLimb;
    else this.arrows = ARROWS[(ARROWS.indexOf(this.arrows) + 1) % ARROWS.length];
    this.app.announce(this.arrowsText() || t("Arrows move the whole object"));
    this.app.paint();
  }

  arrowsText() {
    if (this.jointChosen) return this.wholeLimb ? t("Arrows move the limb") : "";
    return { whole: "", se: t("Arrows move the right and bottom edges"), nw: t("Arrows move the left and top edges") }[this.arrows];
  }

  /** What is not as usual, to be marked on the stage. */
  marks() {
    const text = this.arrowsText();
    return text ? [[text, "arrows"]] : [];
  }

  /** Moves by a pixel add up to one change, kept when the keys rest. */
  nudge(dx, dy) {
    const { app } = this;
    // What was nudged on another frame is a change of that one.
    if (app.gestures.draft && app.gestures.draft.frame !== app.player.target) this.flush();
    const here = this.here();
    if (!here) return;
    const place = app.gestures.draft?.place ? { ...here.place, ...app.gestures.draft.place } : here.place;
    const at = app.state.selectedJoint;
    let changed;
    if (at >= 0 && place.joints?.[at]) {
      changed = app.pose.moved(here.track, place, at, dx, dy, this.wholeLimb);
    } else if (this.arrows !== "whole") {
      changed = moveEdges(boxOf(place), this.arrows, dx, dy, app.stage.picture);
    } else {
      const box = moveBox(boxOf(place), dx, dy, app.stage.picture);
      changed = { ...box, joints: shiftJoints(place.joints, box.x - place.x, box.y - place.y) };
    }
    const { id, revision } = app.gestures.draft || this.about(here.track.id);
    app.gestures.draft = { id, revision, frame: here.frame, place: { ...app.gestures.draft?.place, ...changed }, nudged: true };
    clearTimeout(this.nudgeTimer);
    this.nudgeTimer = setTimeout(() => this.flush(), NUDGE_PAUSE);
    app.saving.show();
    app.paint();
  }

  /** Keep a nudge that is still open. */
  flush() {
    clearTimeout(this.nudgeTimer);
    const { draft } = this.app.gestures;
    if (!draft?.nudged) return;
    this.app.gestures.draft = null;
    this.place(draft, placed(draft.place));
    this.app.saving.show();
  }

  /** Let go of a nudge that is still open. True when there was one. */
  takeBackNudge() {
    const { gestures, saving } = this.app;
    if (!gestures.draft?.nudged) return false;
    clearTimeout(this.nudgeTimer);
    gestures.draft = null;
    saving.show();
    this.app.paint();
    return true;
  }

  /** The next (1) or previous (-1) track on this frame. */
  cycle(step) {
    const { stage, state } = this.app;
    const ids = [...(stage.items || [])].sort((a, b) => a.place.x - b.place.x).map((item) => item.id);
    if (!ids.length) return;
    const index = ids.indexOf(state.selected);
    const next = index < 0 ? (step > 0 ? 0 : ids.length - 1) : (index + step + ids.length) % ids.length;
    this.app.select(ids[next]);
  }

  /** The next or previous track without a decision, anywhere in the video. */
  undecided(step) {
    const { app } = this;
    const rows = app.state.rows().filter((row) => row.state === "suggested" && row.id !== app.state.selected);
    if (!rows.length) return app.toast(t("Nothing is left undecided."));
    const from = this.selected?.first ?? app.player.target;
    const id = app.state.selected ?? -1;
    const isAfter = (row) => row.first > from || (row.first === from && row.id > id);
    const next = step > 0 ? rows.find(isAfter) || rows[0] : rows.findLast((row) => !isAfter(row)) || rows.at(-1);
    return app.select(next.id, { jump: true });
  }
}

function joint([x, y, score, visibility]) {
  return [...rounded([x, y]), Math.round(score * 1000) / 1000, visibility];
}


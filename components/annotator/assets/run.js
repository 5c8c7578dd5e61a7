// Commands to actions, and key presses to commands.

import { find, isEditable, isShortcut } from "./keys.js";
import { t } from "./messages.js";
import { backToPicture, nextRegion } from "./regions.js";

const PAN = 60;

/** Do a command. Edits wait for the exact frame. */
export function run(app, id, argument) {
  const command = app.keys.find(id);
  app.menu.close();
  if (id === "escape" && app.actions.takeBackNudge()) return;
  if (!id.startsWith("nudge")) app.actions.flush();
  if (app.gestures.busy && id !== "escape") return;
  if (command?.edits && app.jumps.searching) return app.jumps.there(() => run(app, id, argument));
  if (id === "escape" && app.timeline.pointer.cancel()) return;
  if (command?.edits && app.segments.current && !app.player.exact && !app.player.playing) return app.events.whenExact(() => run(app, id, argument));
  if (app.events.takes(id, argument)) return;
  const act = () => DOING[id](app, argument);
  if (command?.edits && id !== "class") app.actions.whenExact(act, app.state.selected);
  else if (command?.chooses) app.actions.inTurn(act);
  else act();
}

const DOING = {
  play: (app) => app.player.toggle(),
  next: (app) => app.player.step(1),
  previous: (app) => app.player.step(-1),
  next10: (app) => app.player.step(10),
  previous10: (app) => app.player.step(-10),
  first: (app) => app.player.go(0),
  last: (app) => app.player.go(app.info.frames - 1),
  goto: (app) => app.transport.frame.focus(),
  nextKeyframe: (app) => app.jumps.search("keyframe", 1),
  previousKeyframe: (app) => app.jumps.search("keyframe", -1),
  nextStart: (app) => app.jumps.trackStart(1),
  previousStart: (app) => app.jumps.trackStart(-1),
  nextEvent: (app) => app.jumps.event(1),
  previousEvent: (app) => app.jumps.event(-1),
  nextCrossing: (app) => app.jumps.search("crossing", 1),
  previousCrossing: (app) => app.jumps.search("crossing", -1),
  nextEmpty: (app) => app.jumps.search("empty", 1),
  previousEmpty: (app) => app.jumps.search("empty", -1),
  nextLow: (app) => app.jumps.search("lowScore", 1),
  previousLow: (app) => app.jumps.search("lowScore", -1),
  loop: (app) => toggleLoop(app),
  slower: (app) => app.player.changeSpeed(-1),
  faster: (app) => app.player.changeSpeed(1),
  mute: (app) => app.toggleSound(),
  nextTrack: (app) => (app.rounds.on ? app.rounds.go(1) : app.actions.cycle(1)),
  previousTrack: (app) => (app.rounds.on ? app.rounds.go(-1) : app.actions.cycle(-1)),
  nextUndecided: (app) => app.actions.undecided(1),
  previousUndecided: (app) => app.actions.undecided(-1),
  nextJoint: (app) => app.actions.nextJoint(1),
  previousJoint: (app) => app.actions.nextJoint(-1),
  escape: (app) => escape(app),
  accept: (app) => app.actions.decide("accept"),
  reject: (app) => app.actions.decide("reject"),
  skip: (app) => app.actions.decide("skip"),
  acceptPart: (app) => app.partVerdict.decide("accept"),
  rejectPart: (app) => app.partVerdict.decide("reject"),
  draw: (app) => app.gestures.setMode("draw"),
  drawLong: (app) => app.gestures.setMode("drawLong"),
  class: (app, index) => chooseClass(app, index),
  visibility: (app) => app.actions.visibility(),
  occluded: (app) => app.corrections.occluded(),
  keyframe: (app) => app.actions.keyframe(),
  removeKeyframe: (app) => app.actions.removeKeyframe(),
  follow: (app) => app.follow.begin(1),
  followBack: (app) => app.follow.begin(-1),
  attributes: (app) => app.attributeRound.toggle(),
  note: (app) => app.notes.begin(),
  delete: (app) => app.corrections.remove(),
  split: (app) => app.corrections.split(),
  merge: (app) => app.corrections.merge(),
  swap: (app) => app.corrections.swap(),
  legend: (app, held) => app.corrections.legend(held),
  begin: (app) => app.corrections.end("first"),
  end: (app) => app.corrections.end("last"),
  absent: (app) => app.corrections.absent(),
  copyForward: (app) => app.corrections.copy(),
  keyframeEarlier: (app) => app.corrections.moveKeyframe(-1),
  keyframeLater: (app) => app.corrections.moveKeyframe(1),
  refit: (app) => app.corrections.refit(),
  correct: (app) => app.menu.openCorrections(),
  nudgeLeft: (app) => app.actions.nudge(-1, 0),
  nudgeRight: (app) => app.actions.nudge(1, 0),
  nudgeUp: (app) => app.actions.nudge(0, -1),
  nudgeDown: (app) => app.actions.nudge(0, 1),
  arrows: (app) => app.actions.changeArrows(),
  mirror: (app) => app.pose.askMirror(),
  follows: (app) => app.pose.toggleFollowing(),
  undo: (app) => app.saving.submit({ kind: "undo", edits: [] }),
  redo: (app) => app.saving.submit({ kind: "redo", edits: [] }),
  fit: (app) => app.stage.showAll(),
  zoomSelected: (app) => zoomSelected(app),
  zoomIn: (app) => app.stage.zoomMiddle(1.25),
  zoomOut: (app) => app.stage.zoomMiddle(0.8),
  panLeft: (app) => app.stage.pan(PAN, 0),
  panRight: (app) => app.stage.pan(-PAN, 0),
  panUp: (app) => app.stage.pan(0, PAN),
  panDown: (app) => app.stage.pan(0, -PAN),
  camera: (app) => app.camera.toggle(),
  rounds: (app) => {
    app.attributeRound.stop();
    app.rounds.toggle();
  },
  others: (app) => app.looks.cycleOthers(),
  trails: (app) => app.looks.cycleTrails(),
  adjust: (app) => app.looks.togglePanel(),
  boxes: (app) => toggle(app, "hidden"),
  colours: (app) => recolour(app),
  names: (app) => toggle(app, "names"),
  markIn: (app) => app.marking.markIn(),
  markOut: (app) => app.marking.markOut(),
  liveMark: (app) => app.marking.down(),
  playSegment: (app) => app.events.play(),
  history: (app) => app.tabs.open("history"),
  nextRegion: (app) => nextRegion(app),
  editSegment: (app) => app.events.edit(),
  help: (app) => app.keyDialog.show(),
};

/** In draw mode a digit only chooses what will be drawn; otherwise it changes the selected track. */
function chooseClass(app, index) {
  if (app.gestures.mode === "select" && app.state.selected != null) {
    app.actions.whenExact(() => app.actions.classByDigit(index), app.state.selected);
  } else app.actions.classByDigit(index);
}

/** First what is under way, then back to the picture, the joint, the track, the range; after that Tab leaves the picture. */
function escape(app) {
  if (app.follow.stop()) return;
  if (app.gestures.cancel()) return;
  if (app.rounds.on) return app.rounds.stop();
  if (backToPicture(app)) return;
  if (app.state.selectedJoint >= 0) app.select(app.state.selected);
  else if (app.state.selected != null) app.select(null);
  else if (app.timeline.range) app.timeline.setRange(null);
  else app.tabLeaves = true;
}

/** The range chosen on the timeline, else the selected event, else the selected track. */
function toggleLoop(app) {
  const { player, segments, state } = app;
  const range = app.timeline?.range || segments?.list().find((one) => one.id === segments.selected) || state.row(state.selected);
  if (!player.loop && !range) return app.toast(t("Select a range, an event or a track first."));
  player.loop = player.loop ? null : range;
  if (player.loop && !player.playing) player.play();
  return app.paint();
}

/** Enter puts a new box in the middle when one is to be drawn, and decides in a round of objects. */
function enter(app) {
  if (app.gestures.mode === "note") app.actions.whenExact(() => app.notes.begin());
  else if (app.gestures.mode.startsWith("draw")) app.actions.whenExact(() => app.actions.addMiddleBox());
  else if (app.rounds.on) run(app, "accept");
  else return false;
  return true;
}

function zoomSelected(app) {
  const item = app.stage.items?.find((one) => one.selected);
  if (item) app.stage.showBox(item.place);
}

function toggle(app, name) {
  app.stage[name] = !app.stage[name];
  app.paint();
}

function recolour(app) {
  app.byClass = !app.byClass;
  app.labelsChanged();
}

/**
 * Key presses of the page while the annotator is on it. Streamlit has its own single keys (r, c),
 * so what is pressed inside the annotator, or with nothing in focus, stops here.
 */
export class Keyboard {
  constructor(app) {
    this.app = app;
    this.inside = (event) => this.down(event);
    this.outside = (event) => {
      const [target] = event.composedPath();
      if (target === document.body || target === document.documentElement) this.down(event);
    };
    this.released = (event) => event.code === "Space" && this.spaceUp();
    // A key let go in another window is never heard of.
    this.left = () => app.gestures.letSpaceGo();
    app.root.addEventListener("keydown", this.inside);
    window.addEventListener("keydown", this.outside, true);
    window.addEventListener("keyup", this.released, true);
    window.addEventListener("blur", this.left);
  }

  down(event) {
    event.stopPropagation();
    const { app } = this;
    const [target] = event.composedPath();
    // A dialog hears its own keys; the focus may have been lost with an element that went away.
    if (app.dialogs.isOpen) return app.dialogs.key(event);
    if (event.code === "Escape" && isEditable(target) && !event.isComposing) return backToPicture(app);
    if (!isShortcut(event, target) || app.picker.key(event)) return;
    if (app.attributeRound.key(event) || app.actions.drawingClass(event)) return;
    if (event.code === "Space" && !event.ctrlKey && !event.metaKey && !event.altKey) return this.spaceDown(event);
    if (event.code === "ContextMenu" || (event.code === "F10" && event.shiftKey)) return this.openMenu(event);
    if (event.code === "Enter" && enter(app)) return event.preventDefault();
    const bound = find(app.keys.bindings, event);
    if (!bound || (bound.command.stage && !this.takesTab(target))) return;
    app.tabLeaves = false;
    event.preventDefault();
    if (MOVES.has(bound.command.id)) app.probe.input(event.timeStamp);
    run(app, bound.command.id, bound.argument ?? event.code);
  }

  /** Tab goes through the tracks while the picture has the focus, until Escape lets it go. */
  takesTab(target) {
    const { stage, tabLeaves } = this.app;
    return target === stage.root && Boolean(stage.items?.length) && !tabLeaves;
  }

  /** Space plays when let go, unless it was held to move the picture. */
  spaceDown(event) {
    event.preventDefault();
    if (!event.repeat) this.app.gestures.holdSpace();
  }

  spaceUp() {
    if (this.app.gestures.letSpaceGo()) run(this.app, "play");
  }

  /** The menu of the chosen joint, else of the selected track. */
  openMenu(event) {
    const { menu, stage, state } = this.app;
    const item = stage.items?.find((one) => one.selected);
    if (!item) return;
    event.preventDefault();
    const joint = item.place.joints?.[state.selectedJoint];
    if (joint) menu.openJoint(stage.toScreen({ x: joint[0], y: joint[1] }), item, state.selectedJoint);
    else menu.openTrack(stage.toScreen(item.place));
  }

  close() {
    window.removeEventListener("keydown", this.outside, true);
    window.removeEventListener("keyup", this.released, true);
    window.removeEventListener("blur", this.left);
  }
}

const MOVES = new Set(["next", "previous", "next10", "previous10", "first", "last"]);

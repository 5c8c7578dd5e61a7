// Makes the parts of an annotator and puts them together.

import { Actions } from "./actions.js";
import { AttributeRound } from "./attribute_round.js";
import { Camera } from "./camera.js";
import { Captions } from "./captions.js";
import { Corrections } from "./corrections.js";
import { Dialogs } from "./dialogs.js";
import { element } from "./dom.js";
import { Events } from "./events.js";
import { EventsTab } from "./events_tab.js";
import { Follow } from "./follow.js";
import { FrameCache, FrameLoader, frameSource } from "./frames.js";
import { Gestures } from "./gestures.js";
import { Ghosts } from "./ghosts.js";
import { Header } from "./header.js";
import { HistoryTab } from "./history_tab.js";
import { Inspector } from "./inspector.js";
import { Jumps } from "./jumps.js";
import { KeyDialog } from "./key_dialog.js";
import { Keymap } from "./keymap.js";
import { Labels } from "./labels.js";
import { List } from "./list.js";
import { Looks } from "./looks.js";
import { Marking } from "./marking.js";
import { Menu } from "./menu.js";
import { t } from "./messages.js";
import { Notes } from "./notes.js";
import { PartVerdict } from "./part_verdict.js";
import { Picker } from "./picker.js";
import { Player } from "./player.js";
import { Pose } from "./pose.js";
import { Presence } from "./presence.js";
import { Probe } from "./probe.js";
import { Reaction } from "./reaction.js";
import { placeBeforeReload, Report } from "./report.js";
import { Rounds } from "./rounds.js";
import { Saving } from "./saving.js";
import { Schema } from "./schema.js";
import { Segments } from "./segments.js";
import { Stage } from "./stage.js";
import { State } from "./state.js";
import { Tabs } from "./tabs.js";
import { Timeline } from "./timeline.js";
import { Transport } from "./transport.js";

/** What works behind the screen: labels, frames, playing, saving, and each kind of gesture. */
export function makeParts(app) {
  const { api, info, times, options } = app;
  app.probe = new Probe(app.begunAt);
  app.segments = new Segments(app);
  app.state = new State({ person: options.person, skeletons: app.skeletons, changed: () => app.labelsChanged() });
  const trouble = { failed: (error) => app.setTrouble(error), recovered: () => app.setTrouble(null) };
  app.labels = new Labels({
    api, video: options.video, frames: info.frames, state: app.state, ...trouble,
    arrived: () => app.aimLabels(), renewed: () => app.renew(), others: (...news) => app.othersChanged(...news),
    here: () => app.whereabouts(), heard: (answer) => app.heard(answer),
  });
  app.loader = new FrameLoader({
    frames: info.frames, frameBytes: info.width * info.height * 4, cache: new FrameCache({ shown: () => app.player.shown.frame }),
    load: frameSource(api, options.video, (info.sha256 || "").slice(0, 12)),
    arrived: () => app.paint(), failed: (_frame, error) => app.setPictureTrouble(error), recovered: () => app.setPictureTrouble(null),
  });
  app.player = new Player({
    times, loader: app.loader, proxy: null, changed: (when) => (when === "now" ? app.render(performance.now()) : app.paint()),
    labels: { isReady: (frame) => app.state.isReady(frame), aim: (frame, direction) => app.labels.aim(frame, direction) },
  });
  app.saving = new Saving(app);
  app.begin = app.begin || placeBeforeReload(app.options) || app.options;
  app.report = new Report(app);
  app.gestures = new Gestures(app);
  app.actions = new Actions(app);
  app.menu = new Menu(app);
  app.dialogs = new Dialogs(app);
  app.ghosts = new Ghosts(app);
  app.picker = new Picker(app);
  app.corrections = new Corrections(app);
  app.partVerdict = new PartVerdict(app);
  app.events = new Events(app);
  app.reaction = new Reaction(app);
  app.marking = new Marking(app);
  app.captions = new Captions(app);
  app.keys = new Keymap(app.preferences?.keys, (choice) => app.keepKeys(choice));
  app.keyDialog = new KeyDialog(app);
  app.camera = new Camera(app);
  app.rounds = new Rounds(app);
  app.attributeRound = new AttributeRound(app);
  app.jumps = new Jumps(app);
  app.pose = new Pose(app);
}

/** What is seen, and the element that holds all of it. */
export function makeScreen(app) {
  app.stage = new Stage(app);
  app.gestures.attach(app.stage);
  app.stage.root.append(app.captions.root, app.marking.root, app.picker.root, app.menu.root, app.dialogs.toasts);
  app.stage.overlays.push(app.ghosts, app.picker);
  app.looks = new Looks(app);
  app.list = new List(app);
  app.inspector = new Inspector(app);
  app.tabs = new Tabs(app);
  app.tabs.add({ id: "tracks", label: element("span", {}, t("Tracks"), " ", app.list.count), root: element("div", { class: "tracks" }, app.list.root, app.inspector.root) });
  app.events.tab = new EventsTab(app);
  app.history = new HistoryTab(app);
  app.notes = new Notes(app);
  app.presence = new Presence(app);
  app.schema = new Schema(app);
  app.header = new Header(app);
  app.transport = new Transport(app);
  app.timeline = new Timeline(app);
  app.live = element("div", { class: "unseen", "aria-live": "polite" });
  app.root = element(
    "div", { class: "annotator" },
    app.header.root, app.stage.root, app.looks.root, app.tabs.root,
    app.transport.root, app.timeline.root, app.dialogs.root, app.live,
  );
  // The timeline has a share of the whole height.
  app.timeline.observer.observe(app.root);
  app.follow = new Follow(app);
  app.stage.root.append(app.follow.root);
  app.header.showCounts({ undo: app.info.undo, redo: app.info.redo });
  app.saving.show();
}

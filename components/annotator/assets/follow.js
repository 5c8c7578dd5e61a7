// Following the selected object: asking for it, watching how far it is, stopping it. The worker keeps
// what it sees as it goes; the labels come with the news that others' changes come with.

import { element } from "./dom.js";
import { t } from "./messages.js";
import { nameOf } from "./names.js";

const LOOK = 200;
const PATIENCE = 4000;
const SAID = 9000;
const PICTURE = "dataguard.follow.picture";
const MODEL = "dataguard.follow.model";

export class Follow {
  constructor(app) {
    this.app = app;
    this.active = null;
    this.text = element("span", { role: "status" });
    this.stopButton = element("button", { type: "button", onclick: () => { this.stop(); app.focus(); } }, t("Stop"), element("kbd", {}, "Esc"));
    this.picture = element("input", { type: "checkbox", checked: remembered(PICTURE) !== "no", onchange: () => this.keep(PICTURE, this.picture.checked ? "yes" : "no") });
    this.names = app.options.followers || [];
    this.models = this.chooser(this.names);
    this.root = element(
      "div", { class: "follow", role: "group", "aria-label": t("Follow an object"), hidden: true, onkeydown: (event) => this.key(event), onpointerdown: (event) => event.stopPropagation() },
      this.text, this.models, element("label", {}, this.picture, t("Picture goes along")), this.stopButton,
    );
  }

  /** Which model follows; without a choice there is nothing to show. */
  chooser(names) {
    const kept = remembered(MODEL);
    const choices = names.map((name) => element("option", { value: name, selected: name === kept }, name));
    return element("select", { "aria-label": t("Model"), hidden: names.length < 2, onchange: () => this.keep(MODEL, this.models.value) }, ...choices);
  }

  get model() {
    return this.models.value || "medianflow";
  }

  /** The model for the next follow, chosen before there is a line. */
  choose(name) {
    this.models.value = name;
    this.keep(MODEL, name);
    this.app.toast(t("Objects are followed with {model} from now on.", { model: name }));
  }

  keep(name, value) {
    try {
      localStorage.setItem(name, value);
    } catch {
      // A browser that keeps nothing asks again next time.
    }
    this.app.focus();
  }

  key(event) {
    if (event.code !== "Escape") return;
    event.stopPropagation();
    this.stop();
    this.app.focus();
  }

  /** Follow the selected track from this frame on (1) or back (-1); the keys again: stop. */
  begin(direction) {
    if (!this.stop()) this.app.actions.whenExact(() => this.run(direction));
  }

  async run(direction) {
    const { app } = this;
    const here = app.actions.here();
    if (!here) return;
    const mine = { direction, frame: here.frame, reached: here.frame, shown: here.frame, id: here.track.id, batch: app.queue.newId(), since: Date.now() };
    this.active = mine;
    this.show(t("Following {name}", { name: this.nameOf(mine) }));
    try {
      await this.saved(mine);
      if (this.active === mine) await this.ask(mine);
      while (this.active === mine) await this.look(mine);
    } catch (error) {
      this.failed(mine, error);
    }
  }

  nameOf(mine) {
    const row = this.app.state.row(mine.id);
    return row ? nameOf(row, this.app) : "";
  }

  /** The box may still be on its way to the server: nothing can be followed before. */
  async saved(mine) {
    const { app } = this;
    while (this.active === mine && app.queue.count) {
      if (app.queue.state === "offline") this.show(t("It is followed as soon as your changes are saved."));
      await pause(50);
    }
    mine.id = app.state.real(mine.id);
    if (this.active === mine && !app.state.base.has(mine.id)) this.end("");
  }

  async ask(mine) {
    const { app } = this;
    const { person, video } = app.options;
    const wish = {
      batch: mine.batch, person, video, track: mine.id, revision: app.state.base.get(mine.id).revision,
      frame: mine.frame, direction: mine.direction > 0 ? "forwards" : "backwards", model: this.model,
    };
    mine.asked = this.again(mine, () => app.api.follow(wish));
    mine.told = await mine.asked;
  }

  /** One look at how far it is; what is kept meanwhile is shown. */
  async look(mine) {
    await pause(LOOK);
    if (this.active !== mine || mine.stopping) return;
    const told = await this.again(mine, () => this.app.api.followed(mine.told.job));
    if (this.active !== mine || mine.stopping) return;
    await this.take(mine, told);
    if (told.ending || told.error) this.end(told);
    else this.show(this.progress(mine, told));
  }

  /** What is new on the server, and the picture where the box is now. */
  async take(mine, told) {
    const { app } = this;
    if (told.reached === mine.reached && !told.ending) return;
    mine.reached = told.reached;
    await app.labels.poll();
    if (this.active !== mine) return;
    app.header.showCounts(told);
    this.showFrame(mine, Boolean(told.ending));
  }

  /** What the worker kept of the track is the person's own; what somebody else did to it meanwhile is not. */
  heard({ tracks, changed_by: changedBy }) {
    const { app, active } = this;
    const found = active && tracks.find((track) => track.id === active.id);
    if (found && changedBy[found.id] === app.options.person) app.saving.own.set(found.id, found.revision);
  }

  /** The picture goes along until the person goes somewhere else; it never runs ahead of itself, nor away under a hand. */
  showFrame(mine, last) {
    const { actions, gestures, player } = this.app;
    if (gestures.busy || actions.open) return;
    const along = this.picture.checked && !player.playing && player.target === mine.shown;
    if (!along || (!player.exact && !last)) return;
    mine.shown = mine.reached;
    player.go(mine.reached);
  }

  progress(mine, told) {
    if (told.state !== "queued") return t("Following {name}: frame {n}", { name: this.nameOf(mine), n: mine.reached });
    if (Date.now() - mine.since < PATIENCE) return t("Following {name}", { name: this.nameOf(mine) });
    return told.worker ? t("The worker is busy; it follows {name} next.", { name: this.nameOf(mine) }) : t("No worker is running. It follows {name} once there is one.", { name: this.nameOf(mine) });
  }

  /** Stop; nothing is added to the track once this is done. Whether there was something to stop. */
  stop() {
    const mine = this.active;
    if (!mine) return false;
    mine.stopping = mine.stopping || this.stopped(mine).catch((error) => this.failed(mine, error));
    return true;
  }

  async stopped(mine) {
    if (!mine.asked) return this.end("");
    const { job } = await mine.asked;
    const told = await this.again(mine, () => this.app.api.stopFollow(job));
    await this.take(mine, { ...told, ending: told.ending || {} });
    return this.end(told);
  }

  /**
   * Before a change is sent: one of the track that is followed, an undo or a redo stops the follow,
   * so that it is made on the track as it was left. Null where nothing has to be waited for.
   */
  ready(item) {
    const mine = this.active;
    const about = (edit) => edit.kind !== "segment" && (edit.id === mine.id || edit.other === mine.id);
    if (!mine?.asked || !(item.kind === "undo" || item.kind === "redo" || item.edits.some(about))) return null;
    this.stop();
    return mine.stopping.then(() => {
      const { saving } = this.app;
      for (const edit of item.edits.filter(about)) {
        if (edit.id === mine.id) edit.revision = saving.revision(mine.id, edit.revision);
        else edit.other_revision = saving.revision(mine.id, edit.other_revision);
      }
    });
  }

  /** Ask until the server answers; the same question twice is one follow. */
  async again(mine, call) {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (error.kind !== "network" || this.active !== mine || this.app.closed) throw error;
        this.show(t("The server does not answer. Trying again."));
        await pause(1000);
      }
    }
  }

  failed(mine, error) {
    if (this.active !== mine) return;
    if (error.current?.length) this.app.state.mergeWhole(error.current);
    this.end({ error: { message: error.text || t("The server did not accept the change."), hint: error.hint } });
  }

  /** It is over: say why. */
  end(told) {
    this.active = null;
    const { message, values, hint } = told.error || told.ending || {};
    const text = message ? [t(message, values), hint ? t(hint, values) : ""].filter(Boolean).join(" ") : "";
    this.show(text);
    this.root.classList.toggle("bad", Boolean(told.error));
    if (text) this.hiding = setTimeout(() => this.show(""), SAID);
  }

  show(text) {
    clearTimeout(this.hiding);
    this.text.textContent = text;
    this.root.hidden = !text;
    this.root.classList.remove("bad");
    this.stopButton.hidden = !this.active;
    this.app.root.dataset.follow = this.active ? "on" : "off";
  }

  close() {
    clearTimeout(this.hiding);
    this.stop();
  }
}

function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

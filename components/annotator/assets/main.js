// The way in: the Streamlit component calls `attach` on every rerun, with its shadow root and data.

import { Api } from "./api.js";
import { App } from "./app.js";
import { element } from "./dom.js";
import { loadLanguage, t } from "./messages.js";
import { EditQueue } from "./queue.js";
import { Keyboard } from "./run.js";
import { openStorage } from "./storage.js";

const LEAVE = 400;
const annotators = new WeakMap();
const queues = new Map();
const warned = new WeakSet();
const session = newId();

/** Show the annotator in `parent`. Called again with the same parent, it only takes new data. */
export function attach(parent, data, report) {
  let annotator = annotators.get(parent);
  if (!annotator) {
    annotator = new Annotator(parent);
    annotators.set(parent, annotator);
  }
  annotator.use(data, report);
  return () => annotator.leave();
}

class Annotator {
  constructor(parent) {
    this.parent = parent;
    this.host = element("div", { class: "host" });
  }

  use(data, report) {
    clearTimeout(this.leaving);
    const before = this.data;
    this.data = data;
    this.report = report;
    if (!this.host.isConnected) this.parent.append(this.host);
    this.host.dataset.theme = data.theme;
    this.host.style.height = `${data.height}px`;
    const same = before && ["video", "workspace", "person", "language"].every((name) => before[name] === data[name]);
    if (!same) this.open();
    else if (this.app) this.follow(before, data);
  }

  /** A page that names another frame or track than before wants to go there. */
  follow(before, data) {
    const { app } = this;
    if (data.theme !== before.theme) {
      app.paint({ picture: true });
      app.timeline.restyle();
    }
    if (data.track !== before.track && data.track != null) app.select(data.track, { jump: true });
    if (data.frame !== before.frame && data.frame !== app.player.target) app.player.go(data.frame);
  }

  async open(begin) {
    const turn = (this.turn = (this.turn || 0) + 1);
    const begunAt = performance.now();
    this.shut();
    const { data } = this;
    const api = new Api({ workspace: data.workspace, translate: t });
    this.host.replaceChildren(stylesheet(data.assets), element("div", { class: "annotator waiting", role: "status" }, "…"));
    const language = loadLanguage(data.language, (address) => api.call(address));
    try {
      const [info, times, queue, preferences] = await Promise.all([
        api.video(data.video, data.person), api.times(data.video), queueOf(data.workspace, data.person), preferencesOf(api, data.person), language,
      ]);
      if (turn === this.turn) this.start({ api, info, times, queue, preferences, begin, begunAt });
    } catch (error) {
      await language;
      if (turn === this.turn) this.showError(error);
    }
  }

  start(loaded) {
    const { queue } = loaded;
    this.app = new App({ ...loaded, options: this.data, tell: (status) => this.report(status), renew: () => this.renew() });
    this.keyboard = new Keyboard(this.app);
    this.host.querySelector(".annotator").replaceWith(this.app.root);
    this.listen(this.app, queue);
    this.app.saving.pendingChanged();
    this.app.start();
    if (!queue.storage.lasting && !warned.has(queue)) this.app.saving.storageFailed();
    warned.add(queue);
    this.app.root.dataset.ready = "true";
    if (queue.conflict) this.app.saving.askStale();
    else if (document.activeElement === document.body) this.app.focus();
  }

  /** A backup was put back: load everything anew, at the same place. What waits is still sent. */
  async renew() {
    const { player, state } = this.app;
    await this.open({ frame: player.target, track: state.selected });
    this.app?.toast(t("A backup was restored. You see what it holds."));
  }

  listen(app, queue) {
    this.hooks = app.saving.hooks();
    queue.hooks = this.hooks;
    this.online = () => {
      queue.retry();
      app.labels.schedule(0);
    };
    this.hide = () => app.actions.flush();
    window.addEventListener("online", this.online);
    window.addEventListener("pagehide", this.hide);
  }

  showError(error) {
    const text = error.text || t("The server does not answer. Trying again.");
    const again = element("button", { type: "button", onclick: () => this.open() }, t("Try again"));
    const panel = element("div", { class: "annotator waiting", role: "alert" }, element("p", {}, text), error.hint ? element("p", { class: "dim" }, error.hint) : null, again);
    this.host.querySelector(".annotator").replaceWith(panel);
    if (error.kind === "network") this.retry = setTimeout(() => this.open(), 3000);
  }

  shut() {
    clearTimeout(this.retry);
    if (!this.app) return;
    window.removeEventListener("online", this.online);
    window.removeEventListener("pagehide", this.hide);
    this.keyboard.close();
    this.app.close();
    // A new annotator may have taken the queue over already.
    if (this.app.queue.hooks === this.hooks) this.app.queue.hooks = {};
    this.app = null;
  }

  /** Streamlit also cleans up when only the data changed: wait whether we are called again. */
  leave() {
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => {
      this.turn += 1;
      this.shut();
      this.host.remove();
      this.data = null;
      annotators.delete(this.parent);
    }, LEAVE);
  }
}

/** One queue per workspace and person, for the life of the page: it goes on sending in between. */
function queueOf(workspace, person) {
  const name = `${workspace}\n${person}`;
  if (!queues.has(name)) queues.set(name, makeQueue(workspace, person));
  return queues.get(name);
}

async function makeQueue(workspace, person) {
  const api = new Api({ workspace, translate: t });
  const storage = await openStorage(workspace, person);
  const queue = new EditQueue({ storage, send: (item) => api.send(item), newId, session });
  await queue.restore(await ownership());
  return queue;
}

/** What the person set up; without it the annotator works as it comes. */
function preferencesOf(api, person) {
  return api.preferences(person).catch(() => ({}));
}

/** Items of a page that is still open are that page's to send. */
async function ownership() {
  if (!navigator.locks) return () => true;
  navigator.locks.request(lockName(session), () => new Promise(() => {}));
  const { held } = await navigator.locks.query();
  const open = new Set(held.map((lock) => lock.name));
  return (item) => item.session === session || !open.has(lockName(item.session));
}

function lockName(id) {
  return `dataguard-${id}`;
}

function stylesheet(assets) {
  const address = new URL("style.css", new URL(assets, location.origin));
  address.search = new URL(assets, location.origin).search;
  return element("link", { rel: "stylesheet", href: address.href });
}

/** A random id; `crypto.randomUUID` exists on secure addresses only. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

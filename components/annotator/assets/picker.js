// The numbered legend: choose another track by its digit, by up, down and Enter, by a click on the
// picture, in the legend or in the list. Held open by a key, or open until something is chosen.

import { boxToScreen } from "./geometry.js";
import { element } from "./dom.js";
import { t } from "./messages.js";
import { fullName, nameOf } from "./names.js";
import { at } from "./stretches.js";

const DIGITS = 9;
const PAGE = 40;
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/** Tracks to choose from: those on the frame from left to right, then those nearest in time. Pure. */
export function candidates(rows, { frame, here, except }) {
  const on = new Map(here.map((item, index) => [item.id, index]));
  const away = (row) => Math.max(row.first - frame, frame - row.last, 0);
  return rows
    .filter((row) => row.id !== except && row.state !== "rejected")
    .map((row) => ({ row, order: on.has(row.id) ? on.get(row.id) - rows.length : away(row) }))
    .sort((a, b) => a.order - b.order)
    .map(({ row }) => row);
}

export class Picker {
  constructor(app) {
    this.app = app;
    this.asked = null;
    this.title = element("div", { class: "legend-title" });
    this.hint = element("div", { class: "legend-title dim" }, t("↑ and ↓ mark a track, Enter chooses it."));
    this.rows = element("div", { class: "legend-rows", role: "listbox", "aria-label": t("Tracks by number"), onscroll: () => this.scrolled() });
    this.root = element(
      "div", { class: "legend", role: "group", hidden: true, onpointerdown: (event) => event.stopPropagation() },
      this.title, this.hint, this.rows,
    );
    this.released = (event) => event.code === this.asked?.held && this.close();
    this.left = () => this.asked?.held && this.close();
    window.addEventListener("keyup", this.released, true);
    window.addEventListener("blur", this.left);
  }

  get isOpen() {
    return Boolean(this.asked);
  }

  /**
   * One may step while it is open: the words on top are those of the frame shown, the numbers stay.
   * @param asked {title(frame), except, act(seen), none(), preview(row), refuses(row), held}; `act` takes the
   *   track as it was when this was opened (`Actions.about`), `held` is the key that keeps it open, `preview`
   *   gives what to show as ghosts while a track is pointed at, `refuses` a reason why one cannot be chosen,
   *   `none` is what it means to choose none of them
   */
  open(asked) {
    const { app } = this;
    app.menu.close();
    this.asked = asked;
    const here = [...(app.stage.items || [])].sort((a, b) => a.place.x - b.place.x);
    this.seen = app.state.rows().map((row) => app.actions.about(row.id));
    const rows = app.state.rows().filter((row) => !asked.refuses?.(row));
    this.found = candidates(rows, { frame: app.player.target, here, except: asked.except });
    this.showTitle(app.player.target);
    this.hint.hidden = this.found.length <= DIGITS;
    this.marked = null;
    this.entries = [];
    this.none = asked.none ? this.noneEntry() : null;
    this.rows.replaceChildren(...(this.found.length ? [] : [element("p", {}, t("There is no other track."))]), ...(this.none ? [this.none] : []));
    this.more();
    this.root.hidden = false;
    this.rows.scrollTop = 0;
    app.announce(this.title.textContent);
    app.paint();
  }

  showTitle(frame) {
    const text = this.asked.title(frame);
    if (this.title.textContent === text) return;
    this.title.textContent = text;
    this.root.setAttribute("aria-label", text);
  }

  /** Of thousands of tracks only those that somebody comes to have an entry. */
  more() {
    const first = this.entries.length;
    const made = this.found.slice(first, first + PAGE).map((row, index) => this.entry(row, first + index));
    this.entries.push(...made);
    for (const entry of made) this.rows.insertBefore(entry, this.none);
  }

  scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.rows;
    if (this.asked && scrollTop + 2 * clientHeight > scrollHeight) this.more();
  }

  entry(row, index) {
    const { app } = this;
    const point = () => app.ghosts.show(this.asked?.preview?.(row) ?? null);
    const entry = element(
      "button",
      {
        type: "button", role: "option", "data-track": row.id, "aria-selected": "false", "aria-posinset": index + 1, "aria-setsize": this.found.length,
        onclick: () => this.pick(row.id), onpointerenter: point, onfocus: () => { this.mark(entry, index); point(); },
        onpointerleave: () => app.ghosts.clear(), onblur: () => { this.mark(entry, null); app.ghosts.clear(); },
      },
      index < DIGITS ? element("kbd", {}, String(index + 1)) : element("span", { class: "legend-number" }, String(index + 1)),
      element("span", { class: "swatch", style: { background: app.colourOf(row) } }),
      element("span", { class: "legend-name", title: fullName(row, app) }, nameOf(row, app)),
      element("small", {}, `${row.first}–${row.last}`),
    );
    return entry;
  }

  /** The entry that has the focus is chosen by Enter; the picture shows its number too. */
  mark(entry, index) {
    entry.setAttribute("aria-selected", String(index !== null));
    this.marked = index;
    this.app.paint();
  }

  /** The focus goes to the next entry, or to the one before. */
  step(count) {
    const last = this.found.length - 1;
    if (last < 0) return;
    const from = this.marked ?? (count > 0 ? -1 : 1);
    const next = Math.min(Math.max(from + count, 0), last);
    if (next >= this.entries.length) this.more();
    this.entries[next].focus();
  }

  noneEntry() {
    return element(
      "button", { type: "button", role: "option", "aria-selected": "false", onclick: () => this.pickNone() },
      element("kbd", {}, "0"), element("span", { class: "legend-name" }, t("none")),
    );
  }

  pickNone() {
    const { asked } = this;
    if (!asked?.none) return;
    this.close();
    this.app.focus();
    asked.none();
  }

  pick(id) {
    const { app, asked } = this;
    if (!asked || this.isExcepted(id)) return;
    const row = app.state.row(id);
    const reason = row ? asked.refuses?.(row) : t("This track was deleted meanwhile.");
    if (reason) return void app.toast(reason);
    this.close();
    app.focus();
    asked.act(this.seenOf(id));
  }

  isExcepted(id) {
    const { state } = this.app;
    return state.real(id) === state.real(this.asked.except);
  }

  /** The track as it was when this was opened, when it may not have had its number yet. */
  seenOf(id) {
    const { actions, state } = this.app;
    return this.seen.find((one) => state.real(one.id) === state.real(id)) ?? actions.about(id);
  }

  /** A digit chooses, up and down mark what Enter chooses, Escape gives up, the key that holds it open says nothing more. */
  key(event) {
    if (!this.asked) return false;
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    const plain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (digit) this.choose(Number(digit[1]) - 1);
    else if (plain && STEPS[event.code]) this.step(STEPS[event.code]);
    else if (event.code === "Escape") this.close();
    else if (event.code !== this.asked.held) return false;
    event.preventDefault();
    return true;
  }

  choose(index) {
    const row = this.found[index];
    if (row) this.pick(row.id);
    else if (index < 0) this.pickNone();
  }

  /** A click on the picture: the smallest box under it. */
  clickAt(point) {
    const under = this.app.gestures.under(point).find((item) => !this.isExcepted(item.id));
    if (under) this.pick(under.id);
  }

  close() {
    if (!this.asked) return;
    this.asked = null;
    if (this.marked !== null) this.app.focus();
    this.root.hidden = true;
    this.app.ghosts.clear();
  }

  /** Numbers on the boxes themselves, and the words of the same frame. */
  draw(context, { view, frame }) {
    if (!this.asked) return;
    this.showTitle(frame);
    this.renumber();
    this.found.forEach((row, index) => {
      if (index >= DIGITS && index !== this.marked) return;
      const track = this.app.state.track(row.id);
      const place = track && at(track, frame);
      if (place) drawNumber(context, boxToScreen(view, place), String(index + 1), this.app.colourOf(track));
    });
  }

  /** A track that got its number from the server is listed by it from then on. */
  renumber() {
    this.entries.forEach((old, index) => {
      const { id } = this.found[index];
      const now = this.app.state.real(id) !== id && this.app.state.row(id);
      if (!now) return;
      const marked = this.marked === index;
      this.found[index] = now;
      this.entries[index] = this.entry(now, index);
      old.replaceWith(this.entries[index]);
      if (marked) this.entries[index].focus();
    });
  }

  shut() {
    window.removeEventListener("keyup", this.released, true);
    window.removeEventListener("blur", this.left);
  }
}

function drawNumber(context, box, text, colour) {
  const [x, y] = [box.x + box.w / 2, box.y + Math.min(box.h / 2, 40)];
  context.save();
  context.beginPath();
  context.arc(x, y, 15, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = "#10141a";
  context.stroke();
  context.fillStyle = "#10141a";
  context.font = "700 17px system-ui, sans-serif";
  context.textAlign = "center";
  context.fillText(text, x, y + 6);
  context.restore();
}

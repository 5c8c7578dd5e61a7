// The numbered legend: choose another track by its digit, by a click on the picture, in the legend or
// in the list. Held open by a key, or open until something is chosen.

import { boxToScreen } from "./geometry.js";
import { element } from "./dom.js";
import { t } from "./messages.js";
import { fullName, nameOf } from "./names.js";
import { at } from "./stretches.js";

const MOST = 9;

/** Tracks to choose from: those on the frame from left to right, then those nearest in time. Pure. */
export function candidates(rows, { frame, here, except }) {
  const on = new Map(here.map((item, index) => [item.id, index]));
  const away = (row) => Math.max(row.first - frame, frame - row.last, 0);
  return rows
    .filter((row) => row.id !== except && row.state !== "rejected")
    .map((row) => ({ row, order: on.has(row.id) ? on.get(row.id) - rows.length : away(row) }))
    .sort((a, b) => a.order - b.order)
    .slice(0, MOST)
    .map(({ row }) => row);
}

export class Picker {
  constructor(app) {
    this.app = app;
    this.asked = null;
    this.title = element("div", { class: "legend-title" });
    this.rows = element("div", { class: "legend-rows", role: "listbox", "aria-label": t("Tracks by number") });
    this.root = element("div", { class: "legend", role: "group", hidden: true, onpointerdown: (event) => event.stopPropagation() }, this.title, this.rows);
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
    this.seen = new Map(app.state.rows().map((row) => [row.id, app.actions.about(row.id)]));
    const rows = app.state.rows().filter((row) => !asked.refuses?.(row));
    this.found = candidates(rows, { frame: app.player.target, here, except: asked.except });
    this.showTitle(app.player.target);
    this.rows.replaceChildren(...this.found.map((row, index) => this.entry(row, index)));
    if (!this.found.length) this.rows.replaceChildren(element("p", {}, t("There is no other track.")));
    if (asked.none) this.rows.append(this.noneEntry());
    this.root.hidden = false;
    app.announce(this.title.textContent);
    app.paint();
  }

  showTitle(frame) {
    const text = this.asked.title(frame);
    if (this.title.textContent === text) return;
    this.title.textContent = text;
    this.root.setAttribute("aria-label", text);
  }

  entry(row, index) {
    const { app } = this;
    const point = () => app.ghosts.show(this.asked?.preview?.(row) ?? null);
    return element(
      "button",
      {
        type: "button", role: "option", "data-track": row.id, "aria-selected": "false",
        onclick: () => this.pick(row.id), onpointerenter: point, onfocus: point,
        onpointerleave: () => app.ghosts.clear(), onblur: () => app.ghosts.clear(),
      },
      element("kbd", {}, String(index + 1)),
      element("span", { class: "swatch", style: { background: app.colourOf(row) } }),
      element("span", { class: "legend-name", title: fullName(row, app) }, nameOf(row, app)),
      element("small", {}, `${row.first}–${row.last}`),
    );
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
    if (!asked || id === asked.except) return;
    const row = app.state.row(id);
    const reason = row ? asked.refuses?.(row) : t("This track was deleted meanwhile.");
    if (reason) return void app.toast(reason);
    this.close();
    app.focus();
    asked.act(this.seen.get(id) ?? app.actions.about(id));
  }

  /** A digit chooses, Escape gives up, the key that holds it open says nothing more. */
  key(event) {
    if (!this.asked) return false;
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    if (digit) this.choose(Number(digit[1]) - 1);
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
    const under = this.app.gestures.under(point).find((item) => item.id !== this.asked.except);
    if (under) this.pick(under.id);
  }

  close() {
    if (!this.asked) return;
    this.asked = null;
    this.root.hidden = true;
    this.app.ghosts.clear();
  }

  /** Numbers on the boxes themselves, and the words of the same frame. */
  draw(context, { view, frame }) {
    if (!this.asked) return;
    this.showTitle(frame);
    this.found.forEach((row, index) => {
      const track = this.app.state.track(row.id);
      const place = track && at(track, frame);
      if (place) drawNumber(context, boxToScreen(view, place), String(index + 1), this.app.colourOf(row));
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

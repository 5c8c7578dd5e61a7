// The stage: two canvases, the view (zoom and pan), and painting what the player chose to show.

import { drawLabels, drawPicture, MANY, sizeCanvas } from "./canvas.js";
import { element } from "./dom.js";
import { clampView, fit, fitBox, toScreen, zoomAt } from "./geometry.js";
import { t } from "./messages.js";
import { nameOf, stateName } from "./names.js";
import { passes } from "./timeline_spans.js";
import { trails } from "./trails.js";

export class Stage {
  constructor(app) {
    this.app = app;
    this.picture = { width: app.info.width, height: app.info.height, sar: ratioOf(app.info.sar) };
    this.pictureCanvas = element("canvas", { class: "picture", "aria-hidden": "true" });
    this.labelCanvas = element("canvas", { class: "labels", "aria-hidden": "true" });
    this.notice = element("div", { class: "notice", role: "status" });
    this.hint = element("div", {
      class: "hint", hidden: true, onpointerdown: (event) => event.stopPropagation(), onwheel: (event) => this.wheelHint(event),
    });
    this.root = element(
      "div",
      { class: "stage", tabindex: "0", role: "application", "aria-label": t("Picture") },
      this.pictureCanvas,
      this.labelCanvas,
      this.notice,
      this.hint,
    );
    this.size = { width: 1, height: 1 };
    this.view = null;
    this.fitted = true;
    this.names = true;
    this.overlays = [];
    this.hidden = false;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
  }

  resize() {
    const { clientWidth, clientHeight } = this.root;
    if (!clientWidth || !clientHeight) return;
    this.size = { width: clientWidth, height: clientHeight };
    this.ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.pictureCanvas, this.labelCanvas]) sizeCanvas(canvas, this.size, this.ratio);
    if (this.fitted || !this.view) this.view = fit(this.picture, this.size, 8);
    this.app.paint({ picture: true });
  }

  showAll() {
    this.app.camera.release();
    this.fitted = true;
    this.view = fit(this.picture, this.size, 8);
    this.app.paint({ picture: true });
  }

  showBox(box) {
    this.setView(fitBox(box, this.picture, this.size));
  }

  /** Bring a point of the frame into sight, as it is zoomed now. */
  reveal(point) {
    if (!this.view) return;
    const at = this.toScreen(point);
    const inside = at.x > 0 && at.y > 0 && at.x < this.size.width && at.y < this.size.height;
    if (!inside) this.pan(this.size.width / 2 - at.x, this.size.height / 2 - at.y);
  }

  zoom(pointer, factor) {
    const smallest = fit(this.picture, this.size, 8).scale * 0.5;
    this.setView(zoomAt(this.view, pointer, factor, smallest));
  }

  zoomMiddle(factor) {
    this.zoom({ x: this.size.width / 2, y: this.size.height / 2 }, factor);
  }

  pan(dx, dy) {
    this.setView({ ...this.view, x: this.view.x + dx, y: this.view.y + dy });
  }

  setView(view) {
    this.fitted = false;
    this.view = this.clamped(view);
    this.app.camera.moved(this.view, this);
    this.app.paint({ picture: true });
  }

  clamped(view) {
    return clampView(view, this.picture, this.size);
  }

  /** With the camera locked the view goes along, and on until the object is in its place. */
  followCamera() {
    const view = this.app.camera.follow(this, performance.now());
    if (view === this.view) return false;
    this.fitted = false;
    this.view = view;
    this.app.paint({ picture: true });
    return true;
  }

  /** Paint the picture (only when it or the view changed) and the labels over it. */
  draw(shown, withPicture) {
    if (!this.view) return;
    if (shown.frame >= 0) this.app.looks.prepare(shown.frame);
    this.present = shown.frame >= 0 && !this.hidden ? this.labelItems(shown.frame) : [];
    this.items = this.present.filter((item) => !this.app.looks.hides(item.id));
    const moved = this.followCamera();
    const { view, size: stage, ratio, picture } = this;
    if (withPicture || moved) {
      const hatch = this.colours();
      drawPicture(this.pictureCanvas.getContext("2d"), {
        shown, picture, view, stage, ratio, hatch,
        text: [t("Frame {n} cannot be read", { n: shown.frame }), shown.text].filter(Boolean),
      });
    }
    const { drawing } = this.app.gestures;
    drawLabels(this.labelCanvas.getContext("2d"), {
      items: this.items, view, stage, ratio, names: this.names, drawing, dim: this.app.looks.dim,
    });
    for (const overlay of this.overlays) overlay.draw(this.labelCanvas.getContext("2d"), { view, stage, frame: shown.frame });
    this.app.notes.pins.place(shown.frame, view, this.hidden);
    this.describe(shown);
  }

  colours() {
    const style = getComputedStyle(this.root);
    const colour = (name) => style.getPropertyValue(name).trim();
    return { ground: colour("--hatch"), line: colour("--hatch-line"), text: colour("--text") };
  }

  /** What is on the frame, with the change under way in place of the stored position. */
  labelItems(frame) {
    const { state, gestures, skeletons, looks, pose } = this.app;
    const draft = gestures.draft?.frame === frame ? gestures.draft : null;
    const seen = ({ track }) => passes(track, this.app.confidence) || track.id === state.selected;
    const found = state.at(frame).filter(seen);
    const few = found.length <= MANY;
    return found.map(({ track, place }) => {
      const changed = draft?.id === track.id ? { ...place, ...draft.place } : place;
      return {
        id: track.id,
        track,
        place: changed,
        colour: this.app.colourOf(track),
        decided: track.state !== "suggested",
        rejected: track.state === "rejected",
        tag: tagText(track, changed, this.app),
        bones: skeletons[track.skeleton]?.bones,
        odd: few || track.id === state.selected ? pose.odd(track, changed) : [],
        trails: looks.leavesTrail(track.id) ? trails(track, frame, looks.trails.count, looks.points) : [],
        selected: track.id === state.selected,
        hovered: track.id === gestures.hovered,
        joint: track.id === state.selected ? state.selectedJoint : -1,
      };
    });
  }

  describe(shown) {
    const { player, pictureTrouble } = this.app;
    const trouble = pictureTrouble || this.app.trouble;
    const waiting = shown.frame !== player.target && !player.playing;
    let text = this.hidden ? t("Labels are hidden: {key} shows them", { key: this.app.keys.of("boxes") }) : "";
    if (shown.kind === "preview") text = t("Preview: the exact frame is coming");
    else if (shown.frame < 0) text = t("Loading the picture");
    else if (waiting) text = t("Loading frame {n}", { n: player.target });
    const lacking = waiting || shown.frame < 0 || (shown.kind === "preview" && !player.playing && pictureTrouble);
    if (trouble && lacking) text = trouble === "away" ? t("The server does not answer. Trying again.") : trouble;
    this.setNotice(text || this.app.ghosts.words, shown.kind === "preview");
  }

  /** A wait shorter than a blink is not announced; a preview always is. */
  setNotice(text, atOnce) {
    if (this.noticeText === text) return;
    this.noticeText = text;
    clearTimeout(this.noticeTimer);
    const show = () => {
      this.notice.textContent = text;
      this.notice.classList.toggle("on", Boolean(text));
    };
    if (!text || atOnce) show();
    else this.noticeTimer = setTimeout(show, 250);
  }

  /** Where a frame point lies on the stage. */
  toScreen(point) {
    return toScreen(this.view, point);
  }

  /** More classes than there is room for are scrolled through; the picture is not zoomed meanwhile. */
  wheelHint(event) {
    if (this.hint.scrollHeight > this.hint.clientHeight) event.stopPropagation();
  }

  setHint(...parts) {
    this.hint.replaceChildren(...parts);
    this.hint.hidden = !parts.length;
  }

  close() {
    this.observer.disconnect();
    clearTimeout(this.noticeTimer);
  }
}

function tagText(track, place, app) {
  const parts = [nameOf(track, app)];
  const score = place.score ?? track.score;
  if (track.state === "suggested") parts.push(score == null ? stateName(track.state) : `${score.toFixed(2)} ?`);
  else parts.push(stateName(track.state));
  if (place.occluded) parts.push(t("occluded"));
  parts.push(...app.presence.at(track.id).map((person) => `✎ ${person}`));
  return parts.join(" · ");
}

function ratioOf(sar) {
  return sar && sar[0] > 0 && sar[1] > 0 ? sar[0] / sar[1] : 1;
}


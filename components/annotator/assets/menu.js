// The right-button menu of a track or a joint; also by the menu key. An entry is [label, act, key] or,
// one of several to choose from, [label, act, key, chosen]; null is a line between entries.

import { element } from "./dom.js";
import { t } from "./messages.js";
import { className, jointName, nameOf, visibilityName } from "./names.js";

// What the picture below would take for its own.
const OWN = ["pointerdown", "pointermove", "wheel"];

export class Menu {
  constructor(app) {
    this.app = app;
    this.root = element("div", {
      class: "menu", role: "menu", hidden: true, onkeydown: (event) => this.key(event),
      onfocusout: (event) => this.root.contains(event.relatedTarget) || this.close(),
      onmousedown: (event) => event.preventDefault(),
      oncontextmenu: (event) => { event.preventDefault(); event.stopPropagation(); },
    });
    for (const name of OWN) this.root.addEventListener(name, (event) => event.stopPropagation());
  }

  openTrack(point) {
    const { app } = this;
    const { partVerdict } = app;
    const entry = (label, id) => [label, () => app.run(id), app.keys.of(id)];
    const entries = [
      entry(t("Accept"), "accept"),
      entry(t("Reject"), "reject"),
      ...(partVerdict.part ? partVerdict.labels().map((one) => entry(...one)) : []),
      entry(t("Skip"), "skip"),
      null,
      entry(t("Keyframe here"), "keyframe"),
      entry(t("Object occluded or not"), "occluded"),
      entry(t("Follow the object"), "follow"),
      entry(t("Follow it backwards"), "followBack"),
      ...this.followers(),
      [t("Correct the track…"), () => this.openCorrections(point)],
      null,
      ...app.openClasses().slice(0, 12).map((one) => [
        className(one.id, app), () => app.actions.whenExact(() => app.actions.setClass(one.id)), one.hotkey || "",
      ]),
      null,
      entry(t("Zoom to the selected object"), "zoomSelected"),
      entry(t("Delete"), "delete"),
    ];
    this.open(point, entries);
  }

  /** Which model follows, where there are several. */
  followers() {
    const { follow } = this.app;
    if (follow.names.length < 2) return [];
    return follow.names.map((name) => [t("Follow with {model}", { model: name }), () => follow.choose(name), "", name === follow.model]);
  }

  /** What changes a track along time, and who it is. By default where the selected box is. */
  openCorrections(point) {
    const { app } = this;
    const item = app.stage.items?.find((one) => one.selected);
    const at = point ?? (item ? app.stage.toScreen(item.place) : { x: 8, y: 8 });
    const row = app.state.row(app.state.selected);
    const entry = (label, id) => [label, () => app.run(id), app.keys.of(id)];
    this.open(at, [
      entry(t("Begins here"), "begin"),
      entry(t("Ends here"), "end"),
      entry(t("Absent from here, or back again"), "absent"),
      entry(t("Object occluded or not"), "occluded"),
      null,
      entry(t("Move the keyframe here a frame earlier"), "keyframeEarlier"),
      entry(t("Move the keyframe here a frame later"), "keyframeLater"),
      entry(t("Copy the position forward"), "copyForward"),
      null,
      entry(t("Split here"), "split"),
      entry(t("Merge with another track"), "merge"),
      entry(t("Swap two identities from here"), "swap"),
      entry(t("Give to another from here"), "legend"),
      null,
      ...app.partVerdict.labels().map((one) => entry(...one)),
      null,
      entry(t("Re-fit: fewer keyframes"), "refit"),
      entry(t("Delete"), "delete"),
    ], row ? nameOf(row, app) : t("Nothing selected"));
  }

  openJoint(point, item, joint) {
    const { app } = this;
    const now = item.place.joints[joint][3];
    const entries = [2, 1, 0].map((value) => [
      visibilityName(value), () => app.actions.whenExact(() => app.actions.visibility(joint, value)), "", value === now,
    ]);
    this.open(point, entries, jointName(app.skeletons[item.track.skeleton], joint));
  }

  open(point, entries, title) {
    const rows = entries.map((entry) => {
      if (!entry) return element("hr");
      const [label, act, key, chosen] = entry;
      const kind = chosen === undefined ? { role: "menuitem" } : { role: "menuitemradio", "aria-checked": String(chosen) };
      return element(
        "button",
        { ...kind, type: "button", onclick: () => this.choose(act) },
        element("span", {}, chosen === undefined ? null : element("span", { "aria-hidden": "true" }, chosen ? "● " : "○ "), label),
        key ? element("kbd", {}, key) : null,
      );
    });
    this.root.replaceChildren(...(title ? [element("div", { class: "menu-title" }, title)] : []), ...rows);
    this.root.hidden = false;
    const { width, height } = this.app.stage.size;
    this.root.style.left = `${Math.max(4, Math.min(point.x, width - this.root.offsetWidth - 6))}px`;
    this.root.style.top = `${Math.max(4, Math.min(point.y, height - this.root.offsetHeight - 6))}px`;
    this.root.querySelector("button")?.focus({ preventScroll: true });
  }

  choose(act) {
    this.close();
    act();
  }

  key(event) {
    const buttons = [...this.root.querySelectorAll("button")];
    const index = buttons.indexOf(event.composedPath()[0].closest?.("button"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step) buttons[(index + step + buttons.length) % buttons.length].focus();
    else if (event.code === "Escape" || event.code === "Tab") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Gone, and the keys go back to the picture when the menu had them. */
  close() {
    if (this.root.hidden) return;
    const inside = this.root.contains(this.root.getRootNode().activeElement);
    this.root.hidden = true;
    if (inside) this.app.focus();
  }
}

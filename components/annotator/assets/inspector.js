// Under the list: what can be done with the selected track, each with its key.

import { AttributeFields } from "./attribute_fields.js";
import { trackValues } from "./attributes.js";
import { Choice } from "./choice.js";
import { element } from "./dom.js";
import { position } from "./interpolation.js";
import { jointName } from "./joint_names.js";
import { t } from "./messages.js";
import { classChoices, fullName, nameOf, visibilityName } from "./names.js";
import { partsText } from "./part_verdict.js";

export class Inspector {
  constructor(app) {
    this.app = app;
    this.title = element("div", { class: "inspector-title" });
    this.detail = element("div", { class: "inspector-detail" });
    this.classes = new Choice(app, {
      label: t("Class"), see: () => app.actions.about(app.state.selected),
      act: (value, seen) => app.actions.whenExact(() => app.actions.setClass(Number(value), seen)),
    });
    this.buttons = [
      this.button("accept", t("Accept"), "good"),
      this.button("reject", t("Reject"), "bad"),
      this.button("skip", t("Skip"), "extra"),
      this.button("delete", t("Delete")),
      this.button("keyframe", t("Keyframe"), "extra"),
      this.button("visibility", t("Joint"), "extra"),
      this.button("draw", t("New box"), "extra"),
      this.button("correct", t("Correct…"), "extra", "⋯"),
      this.button("nextUndecided", t("Next")),
    ];
    this.attributes = new AttributeFields(app, trackValues(app));
    this.root = element(
      "section", { class: "inspector", "aria-label": t("Selected track") },
      element("div", { class: "inspector-head" }, this.title, this.classes.root), this.detail, this.attributes.root,
      element("div", { class: "inspector-buttons" }, ...this.buttons.map((one) => one.root)),
    );
  }

  button(id, label, kind = "", sign = "") {
    const root = element(
      "button", { type: "button", class: kind, "data-command": id, onclick: (event) => this.app.pressed(event, id) },
      element("kbd", {}, sign), element("span", {}, label),
    );
    return { id, root };
  }

  refresh() {
    const { app } = this;
    const row = app.state.row(app.state.selected);
    this.title.textContent = row ? nameOf(row, app) : t("Nothing selected");
    this.title.title = row ? fullName(row, app) : "";
    const chosen = row ? row.class : app.currentClass;
    this.classes.show(classChoices(app.openClasses(), chosen, app), chosen);
    this.detail.textContent = row ? this.describe(row) : t("Click a box or a row; {key} draws a new box.", { key: app.keys.of("draw") });
    this.detail.title = this.detail.textContent;
    this.attributes.refresh();
    for (const { id, root } of this.buttons) root.disabled = !row && id !== "draw" && id !== "nextUndecided";
  }

  describe(row) {
    const { app } = this;
    const track = app.state.track(row.id);
    const place = track && position(track.keyframes, app.player.shown.frame, track.first, track.last);
    const joint = app.state.selectedJoint;
    const odd = place ? app.pose.describe(track, place).map((text) => `⚠ ${text}`) : [];
    if (place?.joints?.[joint]) {
      const [, , score, visibility] = place.joints[joint];
      const name = `${jointName(app.skeletons[track.skeleton], joint)} · ${visibilityName(visibility)} · ${score.toFixed(2)}`;
      return [name, ...odd].join(" · ");
    }
    const parts = odd.slice(0, 2);
    if (parts.length) return parts.join(" · ");
    if (track?.partial?.length) parts.push(partsText(track.partial));
    if (place) parts.push(`${Math.round(place.x)}, ${Math.round(place.y)} · ${Math.round(place.w)} × ${Math.round(place.h)}`);
    else parts.push(t("Not on this frame"));
    if (row.model) parts.push(row.model);
    else if (row.person) parts.push(row.person);
    return parts.join(" · ");
  }
}

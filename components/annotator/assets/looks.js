// How the picture and its labels are looked at: tone, other objects, trails. What differs from the
// usual is marked on the stage, so that nobody forgets it.

import { element } from "./dom.js";
import { jointName } from "./joint_names.js";
import { t } from "./messages.js";
import { recall, remember } from "./remembered.js";
import { chunkOf } from "./state.js";
import { NEUTRAL, Tone } from "./tone.js";
import { CENTRE } from "./trails.js";

const OTHERS = ["show", "dim", "hide"];
const WHOSE = ["off", "selected", "all"];
const LONGEST = 120;

export class Looks {
  constructor(app) {
    this.app = app;
    this.others = "show";
    this.points = [CENTRE];
    this.trails = recall("trails", { whose: "off", count: 20 });
    const { workspace, video } = app.options;
    this.tone = new Tone(app.stage.pictureCanvas, `tone-${workspace}-${video}`);
    this.marks = element("div", { class: "marks", role: "group", "aria-label": t("Changes to the view") });
    this.panel = element("section", { class: "look-panel", "aria-label": t("Picture and trails"), hidden: true, onkeydown: (event) => this.key(event) });
    this.root = element("div", { class: "looks" }, this.tone.filter, this.marks, this.panel);
  }

  // Other objects and trails

  cycleOthers() {
    this.others = following(OTHERS, this.others);
    this.app.paint();
  }

  /** How strongly the labels of other objects are drawn. */
  get dim() {
    if (this.app.state.selected == null) return 1;
    return this.others === "dim" ? 0.15 : 0.6;
  }

  hides(id) {
    const { selected } = this.app.state;
    return this.others === "hide" && selected != null && id !== selected;
  }

  cycleTrails() {
    this.setTrails({ whose: following(WHOSE, this.trails.whose) });
  }

  setTrails(change) {
    this.trails = { ...this.trails, ...change };
    remember("trails", this.trails);
    this.app.paint();
    if (!this.panel.hidden) this.fill();
  }

  /** Trails of all need the labels of the frames that they come from. */
  prepare(frame) {
    if (this.trails.whose === "all") this.app.labels.load(chunkOf(Math.max(frame - this.trails.count, 0)));
  }

  leavesTrail(id) {
    const { whose } = this.trails;
    return whose === "all" || (whose === "selected" && id === this.app.state.selected);
  }

  // Marks

  /** One mark for each thing that is not as usual; a press takes it back. */
  showMarks() {
    const { app } = this;
    const marks = [
      this.tone.changed && [t("Picture adjusted"), "adjust"],
      app.camera.locked && [t("View follows the object"), "camera"],
      this.others === "dim" && [t("Others dimmed"), "others"],
      this.others === "hide" && [t("Others hidden"), "others"],
      this.trails.whose === "selected" && [t("Trail of the selected"), "trails"],
      this.trails.whose === "all" && [t("Trails of all"), "trails"],
      ...app.actions.marks(),
    ].filter(Boolean);
    const text = JSON.stringify(marks);
    if (text === this.marked) return;
    this.marked = text;
    this.marks.replaceChildren(...marks.map(([label, command]) => element(
      "button", { type: "button", class: "mark", "data-command": command, onclick: (event) => app.pressed(event, command) }, label,
    )));
    app.keys.label(this.marks);
  }

  // The panel

  togglePanel() {
    if (!this.panel.hidden) return this.close();
    this.panel.hidden = false;
    this.fill();
    return this.panel.querySelector("input").focus();
  }

  close() {
    this.panel.hidden = true;
    this.app.focus();
  }

  /** Keys belong to the panel while it has the focus; Escape closes it. */
  key(event) {
    event.stopPropagation();
    if (event.code === "Escape") this.close();
  }

  fill() {
    const held = this.panel.contains(this.panel.getRootNode().activeElement) ? this.panel.getRootNode().activeElement.name : null;
    this.panel.replaceChildren(
      element("h3", {}, t("Picture"), element("button", { type: "button", class: "plain", "aria-label": t("Close"), onclick: () => this.close() }, "✕")),
      this.slider("brightness", t("Brightness"), 0.2, 3),
      this.slider("contrast", t("Contrast"), 0.2, 3),
      this.slider("gamma", t("Gamma"), 0.2, 3),
      element("p", { class: "dim" }, t("On this screen only: labels, exports and models see the picture as it is.")),
      element("button", { type: "button", name: "reset", onclick: () => { this.setTone(NEUTRAL); this.fill(); } }, t("Reset the picture")),
      element("h3", {}, t("Trails")),
      this.trailChoice(),
      this.trailLength(),
      ...this.trailPoints(),
    );
    if (held) this.panel.querySelector(`[name="${held}"]`)?.focus();
  }

  setTone(values) {
    this.tone.set(values);
    this.app.paint();
  }

  slider(name, label, min, max) {
    const said = element("output", { class: "mono" }, this.tone.values[name].toFixed(2));
    const input = element("input", {
      type: "range", name, min, max, step: 0.05, value: this.tone.values[name], "aria-label": label,
      oninput: () => {
        said.textContent = Number(input.value).toFixed(2);
        this.setTone({ [name]: Number(input.value) });
      },
    });
    return element("label", { class: "look" }, element("span", {}, label), input, said);
  }

  trailChoice() {
    const names = { off: t("Off"), selected: t("Selected object"), all: t("All objects") };
    return element("select", {
      name: "whose", "aria-label": t("Trails"), onchange: (event) => this.setTrails({ whose: event.target.value }),
    }, ...WHOSE.map((one) => element("option", { value: one, selected: one === this.trails.whose }, names[one])));
  }

  trailLength() {
    const said = element("output", { class: "mono" }, String(this.trails.count));
    const input = element("input", {
      type: "range", name: "count", min: 2, max: LONGEST, step: 1, value: this.trails.count, "aria-label": t("Past frames"),
      oninput: () => {
        said.textContent = input.value;
        this.trails.count = Number(input.value);
        remember("trails", this.trails);
        this.app.paint();
      },
    });
    return element("label", { class: "look" }, element("span", {}, t("Past frames")), input, said);
  }

  /** The middle of the box, or any joints of the skeleton in sight. */
  trailPoints() {
    const { app } = this;
    const posed = app.state.track(app.state.selected)?.skeleton ?? app.stage.items?.find((item) => item.track.skeleton)?.track.skeleton;
    const joints = app.skeletons[posed]?.joints ?? [];
    if (!joints.length) return [];
    const box = (point, label) => element(
      "label", {},
      element("input", { type: "checkbox", name: `point${point}`, checked: this.points.includes(point), onchange: (event) => this.choosePoint(point, event.target.checked) }),
      label,
    );
    return [element(
      "div", { class: "look-points", role: "group", "aria-label": t("Points that leave a trail") },
      box(CENTRE, t("Middle of the box")), ...joints.map((_, joint) => box(joint, jointName(app.skeletons[posed], joint))),
    )];
  }

  choosePoint(point, on) {
    this.points = this.points.filter((one) => one !== point).concat(on ? [point] : []);
    this.app.paint();
  }
}

function following(list, value) {
  return list[(list.indexOf(value) + 1) % list.length];
}

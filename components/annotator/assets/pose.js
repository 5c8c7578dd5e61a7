// Work on poses: limbs, the box that goes with them, bones that cannot be right.

import { judged, oddBones, usualLengths } from "./bones.js";
import { element } from "./dom.js";
import { within } from "./geometry.js";
import { boxAround, limb, movedJoints } from "./limbs.js";
import { t } from "./messages.js";
import { hasSides } from "./mirror.js";
import { jointName, nameOf } from "./names.js";
import { recall, remember } from "./remembered.js";

export class Pose {
  constructor(app) {
    this.app = app;
    this.kept = recall("pose", { follows: true });
    this.usual = new WeakMap();
    this.bones = new WeakMap();
  }

  get follows() {
    return this.kept.follows;
  }

  toggleFollowing() {
    const { app } = this;
    this.kept.follows = !this.kept.follows;
    remember("pose", this.kept);
    app.toast(this.follows ? t("The box follows the pose") : t("The box stays when joints move"));
    app.inspector.refresh();
  }

  /** What a moved joint, or with `whole` the limb it carries, makes of a place. */
  moved(track, place, joint, dx, dy, whole) {
    const skeleton = this.app.skeletons[track.skeleton];
    const indices = whole && skeleton ? limb(skeleton, joint) : [joint];
    const joints = movedJoints(place.joints, indices, dx, dy, joint);
    if (!this.follows) return { joints };
    return { joints, ...within(boxAround(place, place.joints, joints), place, this.app.stage.picture) };
  }

  /** Left and right exchanged: on this frame, or on a range of frames. */
  askMirror() {
    const { app } = this;
    const track = app.state.track(app.state.selected);
    if (!track) return app.toast(t("Select a track first."));
    if (!hasSides(app.skeletons[track.skeleton])) return app.toast(t("The joints of this pose have no left and right."));
    const seen = app.actions.about(track.id);
    const frame = app.player.target;
    const range = app.timeline?.range ?? { first: frame, last: track.last };
    const number = (label, value) => element("input", { type: "number", min: 0, max: app.info.frames - 1, value, "aria-label": label });
    const [first, last] = [number(t("First frame"), range.first), number(t("Last frame"), range.last)];
    const mirror = (from, to) => app.actions.edit({ verb: "mirror", ...app.actions.since(seen), first: from, last: to });
    const here = app.dialogs.button(t("This frame"), () => mirror(frame, frame), "primary");
    const these = app.dialogs.button(t("These frames"), () => mirror(Number(first.value), Number(last.value)));
    const said = element("p", {}, t("Left and right of {name} were taken for each other? Exchange them on this frame, or on these frames:", { name: nameOf(track, app) }));
    const body = [said, element("div", { class: "mirror-range" }, first, "–", last)];
    return app.dialogs.open(t("Mirror left and right"), body, [here, these, app.dialogs.button(t("Cancel"))], { first: here });
  }

  /** The bones of a place that are far longer or shorter than usual for the track. */
  odd(track, place) {
    const skeleton = this.app.skeletons[track.skeleton];
    if (!skeleton || !place.joints) return [];
    const bones = this.bonesOf(skeleton);
    if (!this.usual.has(track.keyframes)) this.usual.set(track.keyframes, usualLengths(track.keyframes, bones));
    return oddBones(place.joints, bones, this.usual.get(track.keyframes));
  }

  bonesOf(skeleton) {
    if (!this.bones.has(skeleton)) this.bones.set(skeleton, judged(skeleton));
    return this.bones.get(skeleton);
  }

  /** "left forearm 2.3× longer than usual", the worst first. */
  describe(track, place) {
    const skeleton = this.app.skeletons[track.skeleton];
    const worse = ({ times }) => Math.max(times, 1 / times);
    return this.odd(track, place).sort((a, b) => worse(b) - worse(a)).map((one) => {
      const bone = boneName(skeleton, one.bone);
      const times = worse(one).toFixed(1);
      return one.times > 1 ? t("{bone} {times}× longer than usual", { bone, times }) : t("{bone} {times}× shorter than usual", { bone, times });
    });
  }
}

/** What a bone is called: a part of the body and its side, or its two joints. */
export function boneName(skeleton, [a, b]) {
  const names = [skeleton.joints[a], skeleton.joints[b]];
  const [side, other] = names.map((name) => name.match(/left|right/)?.[0] ?? "");
  const [kind, otherKind] = names.map((name) => name.replace(/_?(left|right)_?/, "")).sort();
  const part = partName(`${kind} ${otherKind}`);
  if (!part || side !== other) return `${jointName(skeleton, a)} – ${jointName(skeleton, b)}`;
  if (!side) return part;
  return side === "left" ? t("left {part}", { part }) : t("right {part}", { part });
}

function partName(joints) {
  switch (joints) {
    case "elbow shoulder":
      return t("upper arm");
    case "elbow wrist":
      return t("forearm");
    case "hip knee":
      return t("thigh");
    case "ankle knee":
      return t("shin");
    case "hip shoulder":
      return t("side of the trunk");
    default:
      return "";
  }
}

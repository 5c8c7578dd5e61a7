// What people call the joints of a body. Joints of other skeletons keep the names of their makers.

import { t } from "./messages.js";

/** By the names of COCO-17 and BlazePose-33. */
const bodies = () => ({
  nose: t("nose"), left_eye: t("left eye"), right_eye: t("right eye"), left_ear: t("left ear"),
  right_ear: t("right ear"), left_shoulder: t("left shoulder"), right_shoulder: t("right shoulder"),
  left_elbow: t("left elbow"), right_elbow: t("right elbow"), left_wrist: t("left wrist"),
  right_wrist: t("right wrist"), left_hip: t("left hip"), right_hip: t("right hip"),
  left_knee: t("left knee"), right_knee: t("right knee"), left_ankle: t("left ankle"),
  right_ankle: t("right ankle"), left_eye_inner: t("left eye inner"), left_eye_outer: t("left eye outer"),
  right_eye_inner: t("right eye inner"), right_eye_outer: t("right eye outer"), mouth_left: t("mouth left"),
  mouth_right: t("mouth right"), left_pinky: t("left pinky"), right_pinky: t("right pinky"),
  left_index: t("left index"), right_index: t("right index"), left_thumb: t("left thumb"),
  right_thumb: t("right thumb"), left_heel: t("left heel"), right_heel: t("right heel"),
  left_foot_index: t("left foot index"), right_foot_index: t("right foot index"),
});

/** A joint's name with spaces, in the person's language where it is one of a body: "left wrist". */
export function jointName(skeleton, index) {
  const name = skeleton?.joints?.[index] ?? String(index);
  const known = bodies();
  return Object.hasOwn(known, name) ? known[name] : name.replaceAll("_", " ");
}

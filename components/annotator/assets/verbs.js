// What edits are called.

import { t } from "./messages.js";

export function verbName(verb) {
  const names = {
    add: t("Add"), fix: t("Fix"), unset: t("Remove keyframe"), class: t("Change class"), attributes: t("Change attributes"), attribute: t("Change attributes"),
    accept: t("Accept"), reject: t("Reject"), skip: t("Skip"), delete: t("Delete"), span: t("Begin or end"), move: t("Move keyframe"),
    outside: t("Absent or back"), occluded: t("Occluded or seen"), copy: t("Copy forward"), split: t("Split"), merge: t("Merge"),
    swap: t("Swap"), reassign: t("Give to another"), refit: t("Re-fit"), mirror: t("Mirror left and right"),
    text: t("Change the text"), note: t("Change the note"), bind: t("Say whose event it is"), undo: t("Undo"), redo: t("Redo"),
  };
  return names[verb] || verb;
}

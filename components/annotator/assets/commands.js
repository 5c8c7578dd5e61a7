// All commands with their own keys: one table for dispatch, for the dialog and for tooltips. A person
// can change them, but for those that are `fixed`.

import { t } from "./messages.js";

const DIGITS = ["Digit1", "Digit2", "Digit3", "Digit4", "Digit5", "Digit6", "Digit7", "Digit8", "Digit9"];

/** `edits`: waits for the exact frame. `chooses`: keeps its turn behind what waits. `repeat`: works while the key is held. */
export function commands() {
  return [
    ...moving().map((command) => ({ ...command, group: t("Move in time") })),
    ...choosing().map((command) => ({ chooses: command.id !== "escape", ...command, group: t("Choose") })),
    ...changing().map((command) => ({ edits: true, ...command, group: t("Change") })),
    ...correcting().map((command) => ({ edits: true, ...command, group: t("Correct a track") })),
    ...marking().map((command) => ({ ...command, group: t("Events") })),
    ...looking().map((command) => ({ ...command, group: t("View") })),
  ];
}

const moving = () => [
  { id: "play", label: t("Play or pause"), keys: ["Space"], fixed: true },
  { id: "next", label: t("Next frame"), keys: ["ArrowRight", "KeyF"], repeat: true },
  { id: "previous", label: t("Previous frame"), keys: ["ArrowLeft", "KeyD"], repeat: true },
  { id: "next10", label: t("Forward 10 frames"), keys: ["PageDown", "Shift+KeyF"], repeat: true },
  { id: "previous10", label: t("Back 10 frames"), keys: ["PageUp", "Shift+KeyD"], repeat: true },
  { id: "first", label: t("First frame"), keys: ["Home"] },
  { id: "last", label: t("Last frame"), keys: ["End"] },
  { id: "goto", label: t("Go to frame or time"), keys: ["KeyG"] },
  { id: "nextKeyframe", label: t("Next keyframe of the track"), keys: ["Period"], repeat: true },
  { id: "previousKeyframe", label: t("Previous keyframe of the track"), keys: ["Comma"], repeat: true },
  { id: "nextStart", label: t("Next beginning of a track"), keys: ["KeyP"], repeat: true },
  { id: "previousStart", label: t("Previous beginning of a track"), keys: ["Shift+KeyP"], repeat: true },
  { id: "nextEvent", label: t("Next event"), keys: ["Semicolon"], repeat: true },
  { id: "previousEvent", label: t("Previous event"), keys: ["Shift+Semicolon"], repeat: true },
  { id: "nextCrossing", label: t("Next crossing of tracks"), keys: ["Quote"] },
  { id: "previousCrossing", label: t("Previous crossing of tracks"), keys: ["Shift+Quote"] },
  { id: "nextEmpty", label: t("Next frame without a track"), keys: ["Backslash"] },
  { id: "previousEmpty", label: t("Previous frame without a track"), keys: ["Shift+Backslash"] },
  { id: "nextLow", label: t("Next low score"), keys: ["KeyY"] },
  { id: "previousLow", label: t("Previous low score"), keys: ["Shift+KeyY"] },
  { id: "loop", label: t("Loop the selected range, or stop looping"), keys: ["Shift+KeyI"] },
  { id: "slower", label: t("Slower"), keys: ["BracketLeft"] },
  { id: "faster", label: t("Faster"), keys: ["BracketRight"] },
  { id: "mute", label: t("Sound on or off"), keys: ["KeyM"] },
];

const choosing = () => [
  { id: "nextTrack", label: t("Next track on this frame"), keys: ["Tab"], repeat: true, stage: true, fixed: true },
  { id: "previousTrack", label: t("Previous track on this frame"), keys: ["Shift+Tab"], repeat: true, stage: true, fixed: true },
  { id: "nextUndecided", label: t("Next undecided track"), keys: ["KeyU"] },
  { id: "previousUndecided", label: t("Previous undecided track"), keys: ["Shift+KeyU"] },
  { id: "nextJoint", label: t("Next joint"), keys: ["KeyJ"], repeat: true },
  { id: "previousJoint", label: t("Previous joint"), keys: ["Shift+KeyJ"], repeat: true },
  { id: "escape", label: t("Cancel, back to the picture, select nothing, let Tab go on"), keys: ["Escape"], fixed: true },
];

const changing = () => [
  { id: "accept", label: t("Accept the track"), keys: ["KeyA"] },
  { id: "reject", label: t("Reject the track"), keys: ["KeyX"] },
  { id: "skip", label: t("Skip: look at it later"), keys: ["KeyZ"] },
  { id: "acceptPart", label: t("Accept the track on the selected range"), keys: ["Shift+Digit1"] },
  { id: "rejectPart", label: t("Reject the track on the selected range"), keys: ["Shift+Digit2"] },
  { id: "draw", label: t("New box on this frame"), keys: ["KeyN"] },
  { id: "drawLong", label: t("New box from here to the end"), keys: ["Shift+KeyN"] },
  { id: "class", label: t("Class by its digit"), keys: DIGITS, each: true, fixed: true },
  { id: "visibility", label: t("Joint: visible, occluded, absent"), keys: ["KeyV"] },
  { id: "occluded", label: t("Object occluded or not"), keys: ["KeyQ"] },
  { id: "keyframe", label: t("Keyframe here"), keys: ["KeyK"] },
  { id: "removeKeyframe", label: t("Remove the keyframe here"), keys: ["Shift+KeyK"] },
  { id: "follow", label: t("Follow the object; again: stop"), keys: ["KeyT"], edits: false },
  { id: "followBack", label: t("Follow it backwards; again: stop"), keys: ["Shift+KeyT"], edits: false },
  { id: "attributes", label: t("One attribute at a time"), keys: ["Shift+KeyA"], edits: false },
  { id: "note", label: t("Pin a note to the picture"), keys: ["Shift+KeyX"] },
  { id: "delete", label: t("Delete (asks how far)"), keys: ["Delete", "Backspace"] },
  { id: "nudgeLeft", label: t("Nudge left by a pixel"), keys: ["Shift+ArrowLeft"], repeat: true },
  { id: "nudgeRight", label: t("Nudge right by a pixel"), keys: ["Shift+ArrowRight"], repeat: true },
  { id: "nudgeUp", label: t("Nudge up by a pixel"), keys: ["Shift+ArrowUp"], repeat: true },
  { id: "nudgeDown", label: t("Nudge down by a pixel"), keys: ["Shift+ArrowDown"], repeat: true },
  { id: "arrows", label: t("What the arrows nudge: the whole, edges, a limb"), keys: ["Shift+KeyW"], edits: false },
  { id: "mirror", label: t("Mirror left and right of the pose"), keys: ["Shift+KeyM"] },
  { id: "follows", label: t("The box follows the pose, or not"), keys: ["Shift+KeyV"], edits: false },
  { id: "undo", label: t("Undo"), keys: ["Mod+KeyZ"], repeat: true, edits: false },
  { id: "redo", label: t("Redo"), keys: ["Mod+Shift+KeyZ", "Mod+KeyY"], repeat: true, edits: false },
];

const correcting = () => [
  { id: "begin", label: t("The track begins here"), keys: ["Shift+BracketLeft"] },
  { id: "end", label: t("The track ends here"), keys: ["Shift+BracketRight"] },
  { id: "absent", label: t("Absent from here, or back again"), keys: ["Shift+KeyQ"] },
  { id: "keyframeEarlier", label: t("Move the keyframe here a frame earlier"), keys: ["Shift+Comma"], repeat: true },
  { id: "keyframeLater", label: t("Move the keyframe here a frame later"), keys: ["Shift+Period"], repeat: true },
  { id: "copyForward", label: t("Copy the position forward"), keys: ["Shift+KeyG"] },
  { id: "split", label: t("Split the track here"), keys: ["KeyS"] },
  { id: "merge", label: t("Merge with another track"), keys: ["Shift+KeyS"] },
  { id: "swap", label: t("Swap two identities from here"), keys: ["KeyW"] },
  { id: "legend", label: t("Hold for numbers: a digit says who it is from here"), keys: ["Backquote"], edits: false },
  { id: "refit", label: t("Re-fit: fewer keyframes"), keys: ["Shift+KeyR"] },
];

const marking = () => [
  { id: "markIn", label: t("Event begins here"), keys: ["KeyI"], edits: true },
  { id: "markOut", label: t("Event ends here"), keys: ["KeyO"], edits: true },
  { id: "liveMark", label: t("Mark an event while playing, begin and end"), keys: ["KeyE"] },
  { id: "playSegment", label: t("Play the selected event, locked to it"), keys: ["Shift+KeyE"] },
  { id: "editSegment", label: t("Text or note of the selected event"), keys: ["Enter"], fixed: true },
];

const looking = () => [
  { id: "fit", label: t("Whole picture"), keys: ["Digit0"] },
  { id: "zoomSelected", label: t("Zoom to the selected object"), keys: ["KeyC"] },
  { id: "zoomIn", label: t("Zoom in"), keys: ["Equal", "NumpadAdd", "Shift+Equal"], repeat: true },
  { id: "zoomOut", label: t("Zoom out"), keys: ["Minus", "NumpadSubtract"], repeat: true },
  { id: "panLeft", label: t("Look further left"), keys: ["Shift+Home"], repeat: true },
  { id: "panRight", label: t("Look further right"), keys: ["Shift+End"], repeat: true },
  { id: "panUp", label: t("Look further up"), keys: ["Shift+PageUp"], repeat: true },
  { id: "panDown", label: t("Look further down"), keys: ["Shift+PageDown"], repeat: true },
  { id: "camera", label: t("The view follows the selected object, or not"), keys: ["Shift+KeyC"] },
  { id: "rounds", label: t("One object after the other, zoomed to"), keys: ["Shift+KeyO"] },
  { id: "others", label: t("Dim, hide or show other objects"), keys: ["Shift+KeyH"] },
  { id: "trails", label: t("Trails: of the selected object, of all, none"), keys: ["Shift+KeyL"] },
  { id: "adjust", label: t("Adjust the picture, choose trails"), keys: ["Shift+KeyB"] },
  { id: "boxes", label: t("Show or hide all labels"), keys: ["KeyH"] },
  { id: "colours", label: t("Colour by track or by class"), keys: ["KeyB"] },
  { id: "names", label: t("Names on or off"), keys: ["KeyL"] },
  { id: "history", label: t("History of the video and its objects"), keys: ["Shift+KeyZ"] },
  { id: "nextRegion", label: t("On to the timeline, the list, the tabs, the picture"), keys: ["Shift+Backquote"] },
  { id: "help", label: t("All keys"), keys: ["Shift+Slash"] },
];

/** What the mouse does; for the overlay. */
export const mouse = () => [
  [t("Wheel"), t("Zoom at the pointer")],
  [t("Space and drag, or middle button"), t("Move the picture")],
  [t("Alt and drag a joint"), t("Move the limb beyond it")],
  [t("Click again"), t("Select what lies underneath")],
  [t("Right button"), t("Menu of the object or joint")],
  [t("Timeline: drag an end or a keyframe"), t("Trim or extend the track, move the keyframe")],
  [t("Timeline: drag on empty ground"), t("Select a range")],
  [t("Timeline: wheel with Ctrl"), t("Zoom in time")],
];

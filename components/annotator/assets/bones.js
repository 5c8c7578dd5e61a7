// Bones whose length cannot be right. A bone counts against its own median along the track, after
// taking out how much larger or smaller the whole person is on this frame. Pure.

import { isHead } from "./limbs.js";
import { opposite } from "./mirror.js";

const LONGER = 1.8;
const SHORTER = 8;
const FEWEST = 4;
/** Bones this much smaller than most change too much to tell. */
const SMALL = 0.4;
const HAND_OR_FOOT = /wrist|hand|finger|thumb|index|pinky|ankle|foot|heel|toe/;

const isHandOrFoot = (joint) => HAND_OR_FOOT.test(joint);

/**
 * The bones whose length tells something. How far the shoulders, the hips or the eyes are apart depends
 * on where a person faces, how long a hand or a foot looks on how it is held, and the head is small.
 */
export function judged({ joints, bones }) {
  const other = opposite(joints);
  const within = (part, [a, b]) => part(joints[a]) && part(joints[b]);
  return bones.filter((bone) => other[bone[0]] !== bone[1] && !within(isHead, bone) && !within(isHandOrFoot, bone));
}

/** The median length of every bone over a track's keyframes; null where too few show it. */
export function usualLengths(keyframes, bones) {
  const posed = keyframes.filter((keyframe) => keyframe.joints && !keyframe.outside);
  return bones.map((bone) => {
    const lengths = posed.map((keyframe) => lengthOf(keyframe.joints, bone)).filter((length) => length !== null);
    return lengths.length < FEWEST ? null : median(lengths);
  });
}

/**
 * The bones of a pose that are far longer or shorter than usual. Seen from the front a limb is short
 * without being wrong, so shorter has to be much shorter.
 * @returns [{bone: [a, b], times}]; `times` above 1 is longer
 */
export function oddBones(joints, bones, usual) {
  const typical = median(usual.filter((length) => length !== null));
  const ratios = bones.map((bone, index) => {
    const length = usual[index] > SMALL * typical ? lengthOf(joints, bone) : null;
    return length === null ? null : length / usual[index];
  });
  const known = ratios.filter((ratio) => ratio !== null);
  if (known.length < FEWEST) return [];
  const size = median(known) || 1;
  return bones.flatMap((bone, index) => {
    if (ratios[index] === null) return [];
    const times = ratios[index] / size;
    return times > LONGER || times < 1 / SHORTER ? [{ bone, times }] : [];
  });
}

function lengthOf(joints, [a, b]) {
  if (!joints[a]?.[3] || !joints[b]?.[3]) return null;
  return Math.hypot(joints[a][0] - joints[b][0], joints[a][1] - joints[b][1]);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Left and right of a pose exchanged. The same rules as `core/mirror.py`. Pure.

import { cut, spliced } from "./stretches.js";

const OTHER = { left: "right", right: "left" };

/** For each joint the index of the one on the other side, or its own. */
export function opposite(joints) {
  return joints.map((name, index) => {
    const found = joints.indexOf(name.split(/([ _-])/).map((word) => OTHER[word] ?? word).join(""));
    return found < 0 ? index : found;
  });
}

/** Whether a skeleton has sides at all. */
export function hasSides(skeleton) {
  return Boolean(skeleton) && opposite(skeleton.joints).some((other, index) => other !== index);
}

/** A track with its sides exchanged from one frame to another; as it was where it has no pose there. */
export function mirrored(track, { first, last }, skeleton) {
  const part = hasSides(skeleton) && first <= last ? cut(track, first, last) : null;
  if (!part?.keyframes.some((k) => k.joints)) return track;
  const order = opposite(skeleton.joints);
  const keyframes = part.keyframes.map((k) => {
    if (k.joints?.length !== order.length) return k;
    return { ...k, joints: order.map((index) => k.joints[index]), source: "human" };
  });
  return spliced(track, cut(track, 0, first - 1), { ...part, keyframes }, cut(track, last + 1, Infinity));
}

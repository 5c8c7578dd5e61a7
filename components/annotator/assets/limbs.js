// A skeleton as limbs: what hangs on a joint, and which joints are each other's mirror image. Pure.

const TORSO = /shoulder|hip|pelvis|spine|torso|chest/;
const HEAD = /nose|eye|ear(?!m)|mouth|head|neck|chin|face/;

export const isHead = (joint) => HEAD.test(joint);

/**
 * The joint that each joint hangs on, -1 for those nothing carries: the torso, the nose, or the best
 * connected joint of a part without either. Bones between head and body do not count, so that a
 * shoulder does not carry an ear.
 */
export function parents({ joints, bones }) {
  const next = joints.map(() => []);
  for (const [a, b] of bones) {
    if (isHead(joints[a]) !== isHead(joints[b])) continue;
    next[a].push(b);
    next[b].push(a);
  }
  const carrier = joints.map(() => null);
  const grow = (roots) => {
    for (const root of roots) carrier[root] = -1;
    const reached = [...roots];
    for (const joint of reached) {
      for (const other of next[joint]) {
        if (carrier[other] !== null) continue;
        carrier[other] = joint;
        reached.push(other);
      }
    }
  };
  const all = joints.map((_, index) => index);
  grow(all.filter((joint) => TORSO.test(joints[joint]) || joints[joint] === "nose"));
  for (let lost = all.filter((joint) => carrier[joint] === null); lost.length; lost = lost.filter((joint) => carrier[joint] === null)) {
    grow([lost.reduce((best, joint) => (next[joint].length > next[best].length ? joint : best))]);
  }
  return carrier;
}

/** A joint and all that hangs on it: an elbow with wrist and hand. */
export function limb(skeleton, joint) {
  const carrier = parents(skeleton);
  const hangs = (other) => other === joint || (carrier[other] >= 0 && hangs(carrier[other]));
  return skeleton.joints.map((_, index) => index).filter(hangs);
}

/** Joints with those of a limb moved; one that was absent becomes visible when moved itself. */
export function movedJoints(joints, indices, dx, dy, held) {
  const moving = new Set(indices);
  return joints.map((joint, index) => {
    if (!moving.has(index)) return joint;
    const [x, y, score, visibility] = joint;
    return index === held ? [x + dx, y + dy, 1, visibility || 2] : [x + dx, y + dy, score, visibility];
  });
}

/**
 * The box around a pose after some joints moved, with the margins it had before; as it was where no
 * joint is to be seen.
 */
export function boxAround(box, before, after) {
  const [old, now] = [bounds(before), bounds(after)];
  if (!old || !now) return box;
  const left = now.left + (box.x - old.left);
  const top = now.top + (box.y - old.top);
  const right = now.right + (box.x + box.w - old.right);
  const bottom = now.bottom + (box.y + box.h - old.bottom);
  return { x: left, y: top, w: Math.max(right - left, 1), h: Math.max(bottom - top, 1) };
}

function bounds(joints) {
  const seen = joints.filter((joint) => joint[3] > 0);
  if (!seen.length) return null;
  const [xs, ys] = [seen.map((joint) => joint[0]), seen.map((joint) => joint[1])];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { boxAround, limb, movedJoints, parents } = await load("limbs.js");
const { judged, oddBones, usualLengths } = await load("bones.js");
const { mirrored, opposite } = await load("mirror.js");
const { apply } = await load("edits.js");
const { position } = await load("interpolation.js");
const { boneName, Pose } = await load("pose.js");
const { moveEdges } = await load("geometry.js");

const COCO = {
  joints: ["nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle"],
  bones: [[15, 13], [13, 11], [16, 14], [14, 12], [11, 12], [5, 11], [6, 12], [5, 6], [5, 7], [6, 8], [7, 9], [8, 10], [1, 2], [0, 1], [0, 2], [1, 3], [2, 4], [3, 5], [4, 6]],
};
const names = (skeleton, joint) => limb(skeleton, skeleton.joints.indexOf(joint)).map((index) => skeleton.joints[index]);

test("an elbow carries wrist and hand, a hip the leg, the nose the head; no shoulder carries an ear", () => {
  assert.deepEqual(names(COCO, "left_elbow"), ["left_elbow", "left_wrist"]);
  assert.deepEqual(names(COCO, "left_shoulder"), ["left_shoulder", "left_elbow", "left_wrist"]);
  assert.deepEqual(names(COCO, "right_hip"), ["right_hip", "right_knee", "right_ankle"]);
  assert.deepEqual(names(COCO, "nose"), ["nose", "left_eye", "right_eye", "left_ear", "right_ear"]);
  assert.deepEqual(names(COCO, "right_wrist"), ["right_wrist"]);
  assert.equal(parents(COCO).filter((carrier) => carrier === -1).length, 5);
});

test("bones in a circle, as of a hand, and skeletons of other names work as well", () => {
  const hand = { joints: ["left_elbow", "left_wrist", "left_index", "left_thumb", "left_shoulder"], bones: [[4, 0], [0, 1], [1, 2], [2, 3], [3, 1]] };
  assert.deepEqual(names(hand, "left_elbow"), ["left_elbow", "left_wrist", "left_index", "left_thumb"]);
  assert.deepEqual(names(hand, "left_index"), ["left_index"]);
  const star = { joints: ["a", "b", "c", "d", "e"], bones: [[0, 1], [1, 2], [1, 3], [3, 4]] };
  assert.deepEqual(names(star, "d"), ["d", "e"]);
  assert.deepEqual(names({ joints: ["a", "b"], bones: [] }, "a"), ["a"]);
});

test("a limb moves as a whole; only the held joint becomes sure and visible", () => {
  const joints = [[0, 0, 0.5, 1], [10, 0, 0.4, 0], [20, 0, 0.3, 1]];
  assert.deepEqual(movedJoints(joints, [1, 2], 5, -1, 1), [[0, 0, 0.5, 1], [15, -1, 1, 2], [25, -1, 0.3, 1]]);
});

test("the box keeps its margins around the joints that are seen", () => {
  const box = { x: 0, y: 0, w: 100, h: 200 };
  const before = [[10, 20, 1, 2], [90, 180, 1, 1], [900, 900, 1, 0]];
  assert.deepEqual(boxAround(box, before, before), box);
  assert.deepEqual(boxAround(box, before, [[10, 20, 1, 2], [130, 180, 1, 1], [900, 900, 1, 0]]), { x: 0, y: 0, w: 140, h: 200 });
  assert.deepEqual(boxAround(box, before, [[30, 60, 1, 2], [90, 180, 1, 1], [1, 1, 1, 0]]), { x: 20, y: 40, w: 80, h: 160 });
  const none = [[10, 20, 1, 0]];
  assert.deepEqual(boxAround(box, none, none), box);
});

test("a wrist that moves takes its side of the box along; sides that stick out of the picture stay there", () => {
  const pose = new Pose({ skeletons: { coco17: COCO }, stage: { picture: { width: 640, height: 360 } } });
  const at = { left_shoulder: [20, 60], right_shoulder: [-10, 60], left_wrist: [60, 100], left_ankle: [10, 365] };
  const joints = COCO.joints.map((name) => [...(at[name] ?? [0, 0]), 1, at[name] ? 2 : 0]);
  const place = { x: -20, y: 50, w: 90, h: 325, joints };
  const wrist = COCO.joints.indexOf("left_wrist");
  const { joints: moved, ...box } = pose.moved({ skeleton: "coco17" }, place, wrist, 30, -10, false);
  assert.deepEqual(moved[wrist], [90, 90, 1, 2]);
  assert.deepEqual(box, { x: -20, y: 50, w: 120, h: 325 });
  const away = pose.moved({ skeleton: "coco17" }, place, wrist, 900, 0, false);
  assert.deepEqual([away.x, away.y, away.w, away.h], [-20, 50, 660, 325]);
});

/** The keyframes of a boxer of a sample, every few frames, as he really is. */
function boxer(name, id, every = 10) {
  const truth = JSON.parse(readFileSync(new URL(`../../../sample_videos/${name}.json`, import.meta.url), "utf-8"));
  return truth.frames.filter(({ frame }) => frame % every === 0).flatMap(({ frame, people }) => people
    .filter((one) => one.id === id)
    .map(({ keypoints }) => ({ f: frame, outside: 0, joints: keypoints.map(([x, y, seen]) => [x, y, 1, seen]) })));
}

const BODY = judged(COCO);

test("widths that depend on where one faces, and the head, are not judged", () => {
  const names = BODY.map((bone) => bone.join());
  assert.equal(BODY.length, 12);
  for (const bone of ["5,6", "11,12", "1,2", "0,1"]) assert.ok(!names.includes(bone), bone);
  for (const bone of ["7,9", "13,11", "5,11"]) assert.ok(names.includes(bone), bone);
});

test("hands and feet are not judged, a shin or a forearm that ends in one is", () => {
  const joints = ["left_elbow", "left_wrist", "left_index", "left_thumb", "left_knee", "left_ankle", "left_heel", "left_foot_index"];
  const bones = [[0, 1], [1, 2], [1, 3], [4, 5], [5, 6], [6, 7], [5, 7]];
  assert.deepEqual(judged({ joints, bones }), [[0, 1], [4, 5]]);
  assert.deepEqual(judged({ joints: ["elbow", "hand", "knee", "foot"], bones: [[0, 1], [2, 3]] }), [[0, 1], [2, 3]]);
});

test("in true poses hardly a bone is odd, though the boxers turn, step and punch", () => {
  for (const name of ["sparring", "pad_work", "heavy_bag"]) {
    for (const id of [1, 2]) {
      const keyframes = boxer(name, id, 5);
      const usual = usualLengths(keyframes, BODY);
      const odd = keyframes.filter(({ joints }) => oddBones(joints, BODY, usual).length);
      assert.ok(odd.length <= 2, `${name} ${id}: ${odd.map(({ f }) => f)}`);
    }
  }
});

test("a wrist that jumped away is odd, a person twice as near is not", () => {
  const keyframes = boxer("sparring", 1);
  const usual = usualLengths(keyframes, BODY);
  const joints = keyframes[3].joints.map((joint) => [...joint]);
  const forearm = Math.hypot(joints[7][0] - joints[9][0], joints[7][1] - joints[9][1]);
  joints[9][0] += 4 * forearm;
  const found = oddBones(joints, BODY, usual).map(({ bone }) => bone.join());
  assert.ok(found.includes("7,9"), found.join(" "));
  const nearer = keyframes[3].joints.map(([x, y, ...rest]) => [2 * x, 2 * y, ...rest]);
  assert.deepEqual(oddBones(nearer, BODY, usual), oddBones(keyframes[3].joints, BODY, usual));
});

test("too few keyframes tell nothing", () => {
  const keyframes = boxer("sparring", 1).slice(0, 3);
  assert.deepEqual(usualLengths(keyframes, BODY), BODY.map(() => null));
  assert.deepEqual(oddBones(keyframes[0].joints, BODY, BODY.map(() => null)), []);
});

test("bones are called by the part of the body and its side", () => {
  assert.equal(boneName(COCO, [7, 9]), "left forearm");
  assert.equal(boneName(COCO, [14, 12]), "right thigh");
  assert.equal(boneName(COCO, [0, 1]), "nose – left eye");
  assert.equal(boneName({ joints: ["left_hip", "right_shoulder"], bones: [] }, [0, 1]), "left hip – right shoulder");
});

test("sides are exchanged from frame to frame, and nothing moves outside", () => {
  assert.deepEqual(opposite(["nose", "left_hip", "right_hip", "mouth_left", "mouth_right", "left_tail"]), [0, 2, 1, 4, 3, 5]);
  const skeleton = { joints: ["left_hip", "right_hip", "nose"], bones: [] };
  const k = (f, x) => ({ f, x, y: 0, w: 10, h: 10, occluded: 0, outside: 0, score: null, source: "model", joints: [[x, 1, 1, 2], [x + 5, 2, 1, 1], [x + 2, 3, 1, 2]] });
  const track = { first: 0, last: 20, skeleton: "s", keyframes: [k(0, 0), k(10, 100), k(20, 200)] };
  const made = mirrored(track, { first: 5, last: 12 }, skeleton);
  for (let frame = 0; frame <= 20; frame += 1) {
    const [before, after] = [track, made].map((one) => position(one.keyframes, frame, 0, 20).joints);
    const [left, right, nose] = before;
    const expected = frame >= 5 && frame <= 12 ? [right, left, nose] : before;
    after.forEach((joint, index) => joint.forEach((value, part) => assert.ok(Math.abs(value - expected[index][part]) < 1e-9, `frame ${frame}`)));
  }
  assert.equal(mirrored(track, { first: 30, last: 40 }, skeleton), track);
  assert.equal(mirrored(track, { first: 5, last: 12 }, { joints: ["a", "b", "c"], bones: [] }), track);
  assert.deepEqual(apply({ ...track, run: 1, state: "suggested" }, { verb: "mirror", first: 5, last: 12 }, { s: skeleton }).keyframes, made.keyframes);
});

test("arrows move the edges of one corner", () => {
  const picture = { width: 640, height: 360 };
  const box = { x: 100, y: 100, w: 50, h: 40 };
  assert.deepEqual(moveEdges(box, "se", 1, 0, picture), { x: 100, y: 100, w: 51, h: 40 });
  assert.deepEqual(moveEdges(box, "se", 0, -1, picture), { x: 100, y: 100, w: 50, h: 39 });
  assert.deepEqual(moveEdges(box, "nw", -1, 0, picture), { x: 99, y: 100, w: 51, h: 40 });
  assert.deepEqual(moveEdges(box, "nw", 0, 1, picture), { x: 100, y: 101, w: 50, h: 39 });
});

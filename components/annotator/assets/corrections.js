// Corrections of a track along time and of its identity. Each is one edit; those that need to know
// more ask first and show what would come of it.

import { DeleteScope } from "./delete_scope.js";
import { CopyForward } from "./copy_forward.js";
import { nextWith } from "./gaps.js";
import { t } from "./messages.js";
import { nameOf } from "./names.js";
import { Refit } from "./refit.js";
import { CHANGES } from "./spans.js";
import { at } from "./stretches.js";
import { Swap } from "./swap.js";

export class Corrections {
  constructor(app) {
    this.app = app;
    this.deletion = new DeleteScope(app);
    this.copying = new CopyForward(app);
    this.refitting = new Refit(app);
    this.swapping = new Swap(app);
  }

  get frame() {
    return this.app.player.target;
  }

  /** The selected track as shown, or null with a word why. */
  track() {
    const found = this.app.state.track(this.app.state.selected);
    if (!found) this.app.toast(t("Select a track first."));
    return found;
  }

  /** An edit of the selected track, or of one as it was `seen` when something was asked. */
  send(verb, more, seen = this.app.actions.about(this.app.state.selected)) {
    const { app } = this;
    const { actions, state } = app;
    const id = state.real(seen.id);
    const change = state.whole.has(id) ? CHANGES[verb] : null;
    // What the server would refuse is said here, before it is a change that could not be saved.
    if (change && !change(state.track(id), more)) return app.toast(t("The track would be on no frame at all."));
    return actions.edit({ verb, ...actions.since(seen), ...more });
  }

  split() {
    const { app, frame } = this;
    const track = this.track();
    if (!track) return;
    if (!nextWith(track, frame - 1, -1) || !nextWith(track, frame, 1)) {
      return app.toast(t("A split needs the track before this frame and from here on."));
    }
    const client = app.actions.client();
    this.send("split", { frame, client });
    app.select(client);
    return app.announce(t("Split at frame {n}", { n: frame }));
  }

  /** The track begins (or ends) on this frame: trimmed to it, or extended as far. */
  end(side) {
    const track = this.track();
    const { frame } = this;
    if (!track || track[side] === frame) return;
    this.send("span", { [side]: frame });
    this.app.announce(t("Frames {first}–{last}", { first: track.first, last: track.last, [side]: frame }));
  }

  /** Absent from here for as long as it would be there; or back again. */
  absent() {
    const track = this.track();
    if (!track) return;
    const { frame } = this;
    if (frame < track.first || frame > track.last) return this.app.toast(t("The track is not on this frame."));
    return this.send("outside", { frame, value: at(track, frame) ? 1 : 0 });
  }

  occluded() {
    const here = this.app.actions.here();
    if (here) this.send("occluded", { frame: here.frame, value: here.place.occluded ? 0 : 1 });
  }

  /** The keyframe here, a frame earlier (-1) or later (1); the playhead goes with it. */
  moveKeyframe(step) {
    const track = this.track();
    if (!track) return;
    const { app, frame } = this;
    const to = frame + step;
    if (!track.keyframes.some((k) => k.f === frame)) return app.toast(t("There is no keyframe here."));
    if (to < 0 || to >= app.info.frames || track.keyframes.some((k) => k.f === to)) {
      return app.toast(t("There is no room for the keyframe there."));
    }
    this.send("move", { frame, to });
    return app.player.step(step);
  }

  copy() {
    const here = this.app.actions.here();
    if (here) this.copying.ask(here);
  }

  refit() {
    const track = this.track();
    if (track) this.refitting.ask(track);
  }

  remove() {
    this.deletion.ask();
  }

  // Identity

  merge() {
    const track = this.track();
    if (!track) return;
    const { app } = this;
    const seen = app.actions.about(track.id);
    app.picker.open({
      title: () => t("Merge {name} with: press a digit or click a track. Esc cancels.", { name: nameOf(this.now(track), app) }),
      except: track.id,
      refuses: (row) => (row.class !== track.class ? t("Tracks of different classes cannot be merged.") : otherSkeleton(track, row)),
      preview: (row) => this.mergePreview(track, row),
      act: (other) => this.pair("merge", [seen, other]),
    });
  }

  /** A new track gets its number while something is asked about it. */
  now(track) {
    return this.app.state.row(track.id) ?? track;
  }

  /** An edit of two tracks, each as it was seen when something was asked. */
  pair(verb, [seen, seenOther], more = {}) {
    const { id, revision } = this.app.actions.since(seenOther);
    this.send(verb, { other: id, other_revision: revision, ...more }, seen);
  }

  mergePreview(track, row) {
    const { app } = this;
    const other = app.state.track(row.id);
    app.labels.loadWhole(row.id);
    const shared = Math.min(track.last, row.last) - Math.max(track.first, row.first) + 1;
    const words = shared > 0
      ? t("Both on frames {first}–{last}: {name} counts there", { first: Math.max(track.first, row.first), last: Math.min(track.last, row.last), name: nameOf(this.now(track), app) })
      : t("Frames between them: {n}", { n: -shared });
    const near = Math.min(Math.max(this.frame, row.first), row.last);
    const place = other && at(other, near);
    const boxes = place ? [{ place, frame: near, label: `${nameOf(row, app)} · ${near}` }] : [];
    return { range: { first: row.first, last: row.last }, words, boxes, colour: app.colourOf(this.now(track)) };
  }

  swap() {
    const track = this.track();
    if (!track) return undefined;
    const { app } = this;
    const others = (app.stage.items || []).filter((item) => item.id !== track.id);
    if (others.length === 1) return this.swapping.ask(track.id, others[0].id, this.frame);
    return app.picker.open({
      title: () => t("Swap {name} with: press a digit or click a track. Esc cancels.", { name: nameOf(this.now(track), app) }),
      except: track.id,
      refuses: (row) => otherSkeleton(track, row),
      act: ({ id }) => app.actions.whenExact(() => this.swapping.ask(track.id, id, this.frame)),
    });
  }

  /** The legend while a key is held, or until a track is chosen: who the selected object is from the frame shown on. */
  legend(held = null) {
    const { app } = this;
    if (app.player.playing) app.player.pause();
    const track = app.state.track(app.state.selected);
    const seen = track && app.actions.about(track.id);
    const isOn = (frame) => {
      const now = track && app.state.track(track.id);
      return Boolean(now && at(now, frame));
    };
    app.picker.open({
      held,
      except: track?.id,
      refuses: (row) => (isOn(this.frame) ? otherSkeleton(track, row) : null),
      title: (frame) => (isOn(frame) ? t("From frame {n} on, {name} is:", { n: frame, name: nameOf(this.now(track), app) }) : t("Select by number:")),
      act: (other) => (isOn(this.frame) ? app.actions.whenExact(() => this.reassign(seen, other)) : app.select(other.id, { jump: true })),
    });
  }

  /** The hand stays on the object, which goes on under another name. */
  reassign(seen, other) {
    const { app, frame } = this;
    const name = nameOf(app.state.row(other.id), app);
    this.pair("reassign", [seen, other], { frame });
    app.select(other.id);
    app.toast(t("From frame {n} on this is {name}", { n: frame, name }));
  }
}

/** Why two tracks cannot exchange anything, or null. */
function otherSkeleton(track, row) {
  return (track.skeleton ?? null) === (row.skeleton ?? null) ? null : t("These tracks have different skeletons.");
}

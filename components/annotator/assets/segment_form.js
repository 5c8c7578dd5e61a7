// The selected segment: its class, edges, text or note, and what can be done with it. What is typed
// is kept in the browser with every key until it is saved, so nothing of it is lost.

import { AttributeFields } from "./attribute_fields.js";
import { eventValues } from "./attributes.js";
import { Choice } from "./choice.js";
import { element } from "./dom.js";
import { kindName } from "./events.js";
import { t } from "./messages.js";
import { classChoices, stateName } from "./names.js";
import { Whose } from "./whose.js";

const PAUSE = 1200;

export class SegmentForm {
  constructor(app) {
    this.app = app;
    this.title = element("div", { class: "inspector-title" });
    this.classes = new Choice(app, {
      label: t("Class"), see: () => app.segments.current, act: (value, seen) => seen && app.events.setClass(seen, Number(value)),
    });
    this.detail = element("div", { class: "inspector-detail" });
    this.attributes = new AttributeFields(app, eventValues(app));
    this.whose = new Whose(app);
    this.text = element("textarea", {
      rows: 2, maxlength: 10000, ...this.typing(),
    });
    this.language = element("input", {
      type: "text", class: "language", maxlength: 35, "aria-label": t("Language code"), title: t("Language code, such as ko or en"),
      ...this.typing(),
    });
    const buttons = [
      this.button("accept", t("Accept"), "good"), this.button("reject", t("Reject"), "bad"), this.button("delete", t("Delete")),
      this.button("markIn", t("Begins here"), "half", () => this.edge("first")), this.button("markOut", t("Ends here"), "half", () => this.edge("last")),
      this.button("split", t("Split here"), "rare", () => app.events.takes("split")), this.button("merge", t("Merge"), "rare", () => app.events.takes("merge")),
      this.button("playSegment", t("Play it"), "rare"),
    ];
    this.root = element(
      "section", { class: "inspector segment-form", "aria-label": t("Selected event") },
      element("div", { class: "inspector-head" }, this.title, this.classes.root), this.detail,
      element("div", { class: "fields" }, this.whose.root, this.attributes.root, element("div", { class: "segment-text" }, this.text, this.language)),
      element("div", { class: "inspector-buttons" }, ...buttons),
    );
  }

  button(id, label, kind = "", act = null) {
    const { app } = this;
    const press = act ? (event) => { act(); if (event.detail > 0) app.focus(); } : (event) => app.pressed(event, id);
    return element(
      "button", { type: "button", class: kind, "data-command": id, onclick: press },
      element("kbd", {}, app.events.keyOf(id)), element("span", {}, label),
    );
  }

  edge(end) {
    const { app } = this;
    app.actions.whenExact(() => {
      const { current } = app.segments;
      if (!current) return;
      const frame = app.player.target;
      if (end === "first") app.segments.move(current, frame, Math.max(frame, current.last));
      else app.segments.move(current, Math.min(frame, current.first), frame);
    });
  }

  refresh() {
    const { app } = this;
    const { current } = app.segments;
    this.root.hidden = !current;
    this.whose.refresh(current);
    this.attributes.refresh();
    if (!current) return this.open(null);
    const { events } = app;
    this.title.textContent = current.kind === "event" ? events.nameOf(current) : kindName(current.kind);
    this.title.title = events.fullName(current);
    this.classes.root.hidden = current.kind !== "event";
    this.classes.show(classChoices(events.classes(), current.class, app), current.class);
    const frames = t("Frames {first}–{last}", { first: current.first, last: current.last });
    this.detail.textContent = [frames, stateName(current.state), current.model || current.person].filter(Boolean).join(" · ");
    this.detail.title = this.detail.textContent;
    this.language.hidden = current.kind === "event";
    const said = current.kind === "event" ? t("Note") : t("Text");
    this.text.setAttribute("aria-label", said);
    this.text.placeholder = said;
    return this.open(current);
  }

  // Typing

  focus() {
    this.app.events.refresh();
    this.text.focus();
    this.text.select();
  }

  /** Show a segment's text, unless its field is being typed into. */
  open(segment) {
    const same = segment && this.held?.id === segment.id;
    if (this.held && !same) this.save();
    if (!segment) {
      this.held = null;
      return;
    }
    if (same && this.dirty) return;
    const kept = this.kept(segment.id);
    this.held = { id: segment.id, kind: segment.kind, revision: segment.revision, ...words(segment) };
    this.dirty = Boolean(kept && kept.text !== this.held.text);
    this.put(kept && this.dirty ? kept : this.held);
    if (!this.dirty) return;
    this.held.revision = kept.revision ?? segment.revision;
    this.app.toast(t("What you typed before it was saved is back."));
  }

  put({ text, language }) {
    if (this.text.value !== text) this.text.value = text;
    if (this.language.value !== language) this.language.value = language;
  }

  typing() {
    return {
      oninput: () => this.typed(), onblur: () => this.save(), onkeydown: (event) => this.key(event),
      oncompositionstart: () => { this.composing = true; }, oncompositionend: () => { this.composing = false; this.typed(); },
    };
  }

  typed() {
    // The last syllable may be composed when the segment is gone, and what was typed is sent already.
    if (!this.held) return;
    this.dirty = true;
    this.keep(this.held.id, { text: this.text.value, language: this.language.value, revision: this.app.segments.revision(this.held.id, this.held.revision) });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.composing || this.save(), PAUSE);
  }

  key(event) {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) return;
    const done = event.code === "Escape" || (["Enter", "NumpadEnter"].includes(event.code) && !event.shiftKey);
    if (!done) return;
    event.preventDefault();
    this.save();
    this.app.focus();
  }

  /**
   * Send what was typed, against the revision that was seen when typing began; also when somebody
   * deleted it meanwhile: the answer is the choice between two versions, with the words in one.
   */
  save() {
    clearTimeout(this.timer);
    const { held, app } = this;
    if (!held || !this.dirty) return;
    this.dirty = false;
    this.forget(held.id);
    const text = this.text.value;
    const language = this.language.value.trim();
    if (text === held.text && language === held.language) return;
    const about = app.segments.since(held);
    if (held.kind === "event") app.segments.edit({ verb: "note", ...about, text });
    else app.segments.edit({ verb: "text", ...about, text, language });
    Object.assign(held, { text, language });
  }

  name(id) {
    const { workspace, video, person } = this.app.options;
    return `dataguard-typed ${workspace} ${video} ${id} ${person}`;
  }

  /** A new segment got its real id: what was typed into it, also before a reload, goes with it. */
  rename(created) {
    for (const [client, id] of Object.entries(created || {})) {
      const kept = this.kept(client);
      const revision = this.app.segments.own.get(id);
      if (this.held?.id === client) Object.assign(this.held, { id, revision });
      if (!kept) continue;
      this.forget(client);
      this.keep(id, { ...kept, revision });
    }
  }

  keep(id, typed) {
    try {
      localStorage.setItem(this.name(id), JSON.stringify(typed));
    } catch {
      // Without storage it is still saved when the field is left.
    }
  }

  kept(id) {
    try {
      return JSON.parse(localStorage.getItem(this.name(id)));
    } catch {
      return null;
    }
  }

  forget(id) {
    try {
      localStorage.removeItem(this.name(id));
    } catch {
      // Nothing was kept.
    }
  }
}

function words(segment) {
  const text = segment.kind === "event" ? String(segment.attributes.note ?? "") : segment.text;
  return { text, language: segment.language };
}

// As much of a page as a small panel needs, for tests without a browser: elements in a tree, and the focus.

export class Page {
  activeElement = null;
  inFront = true;
  createElement(tag) {
    return new Element(this, tag);
  }
  hasFocus() {
    return this.inFront;
  }
  /** Another window comes to the front, or this one again: the focused element hears of it and stays the focused one. */
  bringToFront(inFront) {
    this.inFront = inFront;
    this.activeElement?.dispatchEvent(new Event(inFront ? "focus" : "blur"));
  }
}

class Element extends EventTarget {
  parent = null;
  children = [];
  attributes = new Map();
  style = {};
  value = "";
  hidden = false;
  constructor(page, tag) {
    super();
    Object.assign(this, { page, tagName: tag.toUpperCase() });
  }
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  getRootNode() {
    return this.page;
  }
  append(...children) {
    for (const child of children) this.insertBefore(child, null);
  }
  insertBefore(child, before) {
    if (typeof child === "string") return void this.children.push(child);
    child.remove();
    child.parent = this;
    this.children.splice(before ? this.children.indexOf(before) : this.children.length, 0, child);
  }
  replaceChildren(...children) {
    for (const child of [...this.children]) child.remove?.();
    this.children = [];
    this.append(...children);
  }
  replaceWith(other) {
    this.parent.insertBefore(other, this);
    this.remove();
  }
  remove() {
    if (!this.parent) return;
    this.blur();
    this.parent.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }
  focus() {
    if (this.page.activeElement === this) return;
    this.page.activeElement?.blur();
    this.page.activeElement = this;
    this.dispatchEvent(new Event("focus"));
  }
  blur() {
    if (this.page.activeElement !== this) return;
    this.page.activeElement = null;
    this.dispatchEvent(new Event("blur"));
  }
  click() {
    this.dispatchEvent(new Event("click"));
  }
  get textContent() {
    return this.children.map((child) => (typeof child === "string" ? child : child.textContent)).join(" ");
  }
  set textContent(text) {
    this.replaceChildren(text);
  }
}

// A list of which only the rows in sight exist, so 10,000 scroll smoothly. Whoever shows it says how
// a row looks; what all have in common is here: places, the chosen one, the keyboard, screen readers.

import { element } from "./dom.js";

export const ROW = 42;

/** The part of the rows in sight, with a few to spare. Pure. */
export function slice(count, top, height, row = ROW, spare = 4) {
  const first = Math.max(Math.floor(top / row) - spare, 0);
  return { first, last: Math.min(Math.ceil((top + height) / row) + spare, count) - 1 };
}

export class VirtualRows {
  /**
   * @param parts {name, label, chosen() -> id, make() -> {root, ...}, fill(made, row), choose(id),
   *   idOf(row), reached(last), waits()}; `name` begins the ids of rows, `reached` hears of the last in sight,
   *   `waits` says whether something else takes up and down meanwhile
   */
  constructor({ name, label, chosen, make, fill, choose, idOf = (row) => row.id, reached = () => {}, waits = () => false }) {
    Object.assign(this, { name, chosen, make, fill, choose, idOf, reached, waits });
    this.rows = [];
    this.pool = [];
    this.space = element("div", { class: "list-space" });
    this.root = element("div", {
      class: "list-rows", role: "listbox", tabindex: "0", "aria-label": label,
      onscroll: () => this.draw(), onkeydown: (event) => this.key(event),
    }, this.space);
    this.row = ROW;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
  }

  show(rows) {
    this.rows = rows;
    this.space.style.height = `${rows.length * this.row}px`;
    this.draw();
  }

  /** Rows are lower where there is little room; the style sheet says how high. */
  resize() {
    this.row = parseFloat(getComputedStyle(this.root).getPropertyValue("--row")) || ROW;
    this.show(this.rows);
  }

  draw() {
    const { first, last } = slice(this.rows.length, this.root.scrollTop, this.root.clientHeight, this.row);
    while (this.pool.length < last - first + 1) this.pool.push(this.added());
    const chosen = this.chosen();
    let active = null;
    this.pool.forEach((made, place) => {
      const index = first + place;
      made.root.hidden = index > last;
      if (made.root.hidden) return;
      this.put(made, this.rows[index], index, chosen);
      if (made.id === chosen) active = made;
    });
    if (active) this.root.setAttribute("aria-activedescendant", active.root.id);
    else this.root.removeAttribute("aria-activedescendant");
    this.reached(last);
  }

  added() {
    const made = this.make();
    made.root.setAttribute("role", "option");
    made.root.id = `${this.name}-${this.pool.length}`;
    made.root.addEventListener("click", () => this.choose(made.id));
    this.space.append(made.root);
    return made;
  }

  put(made, row, index, chosen) {
    made.id = this.idOf(row);
    made.root.style.transform = `translateY(${index * this.row}px)`;
    made.root.classList.toggle("selected", made.id === chosen);
    made.root.setAttribute("aria-selected", String(made.id === chosen));
    made.root.setAttribute("aria-posinset", index + 1);
    made.root.setAttribute("aria-setsize", this.rows.length);
    this.fill(made, row);
  }

  indexOf(id) {
    return this.rows.findIndex((row) => this.idOf(row) === id);
  }

  /** Bring a row into sight. */
  reveal(id) {
    const top = this.indexOf(id) * this.row;
    if (top < 0) return;
    const { scrollTop, clientHeight } = this.root;
    if (top < scrollTop) this.root.scrollTop = top;
    else if (top + this.row > scrollTop + clientHeight) this.root.scrollTop = top + this.row - clientHeight;
  }

  /** Up and down choose while the list has the focus; all other keys go to the annotator. */
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (!step || this.waits() || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || !this.rows.length) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.min(Math.max(this.indexOf(this.chosen()) + step, 0), this.rows.length - 1);
    const id = this.idOf(this.rows[next]);
    this.choose(id, { byKey: true });
    this.reveal(id);
  }

  close() {
    this.observer.disconnect();
  }
}

// Building elements. Text always goes in as text, never as HTML.

/** element("button", {class: "x", onclick: f, "aria-label": "y"}, "text", child, ...) */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(made.style, value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
}

const SHAPES = {
  first: "M4 3v10M13 3L6.5 8l6.5 5z",
  back10: "M8 3L2 8l6 5zM14 3L8 8l6 5z",
  back: "M11 3L4.5 8l6.5 5z",
  play: "M4 2.5v11L13.5 8z",
  pause: "M4.5 3v10M11.5 3v10",
  forward: "M5 3l6.5 5L5 13z",
  forward10: "M2 3l6 5-6 5zM8 3l6 5-6 5z",
  last: "M12 3v10M3 3l6.5 5L3 13z",
  undo: "M6 3L3 6l3 3M3 6h6a4 4 0 010 8H6",
  redo: "M10 3l3 3-3 3M13 6H7a4 4 0 000 8h3",
  sound: "M2 6v4h3l4 3V3L5 6zM11 5.5a3.5 3.5 0 010 5",
  silent: "M2 6v4h3l4 3V3L5 6zM11.5 6l3 4M14.5 6l-3 4",
  check: "M3 8.5l3.5 3.5L13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  cloud: "M3 3l10 10M5 12h7a2.5 2.5 0 00.5-5A4 4 0 006 5",
  wait: "M8 2a6 6 0 106 6",
  warn: "M8 2.5L14.5 13.5h-13zM8 6.5v3.5M8 11.8v.2",
  box: "M3 3h10v10H3z",
  down: "M4 6l4 4 4-4",
  minus: "M4 8h8",
  plus: "M4 8h8M8 4v8",
  whole: "M2 4v8M14 4v8M5 8h6M7 6L5 8l2 2M9 6l2 2-2 2",
};

/** A small line icon; decoration only, the button carries the name. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

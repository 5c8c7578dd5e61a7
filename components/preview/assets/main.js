// A frame and, in the same coordinates, an SVG with boxes and skeletons.

// In hundredths of the window's height: the picture is narrower then, never squeezed.
const HIGHEST = 62;
const SVG = "http://www.w3.org/2000/svg";

export default function ({ data, parentElement }) {
  let view = parentElement.querySelector(".preview");
  if (!view) {
    view = document.createElement("div");
    view.className = "preview";
    view.append(document.createElement("img"), document.createElementNS(SVG, "svg"), node("missing"), node("note"));
    parentElement.append(view);
  }
  const [image, drawing, missing, note] = view.children;
  const shape = (data.width * data.ratio) / data.height;
  view.style.aspectRatio = shape;
  view.style.maxWidth = `${HIGHEST * shape}vh`;
  image.alt = "";
  const shown = (works) => {
    missing.hidden = works;
    image.style.visibility = works ? "visible" : "hidden";
  };
  image.onload = () => shown(true);
  image.onerror = () => shown(false);
  if (image.dataset.picture !== data.picture) {
    missing.hidden = true;
    image.dataset.picture = data.picture;
    image.src = data.picture;
  }
  missing.textContent = data.missing;
  note.textContent = data.note;
  note.hidden = !data.note;
  drawing.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.replaceChildren(...data.detections.map((found) => detection(found, data)));
}

function detection(found, data) {
  const group = drawn("g", { class: "found" });
  const colour = data.colours[found.class] || "#4f9dff";
  const unit = Math.max(data.width, data.height) / 100;
  const [x, y, w, h] = found.box;
  group.append(drawn("rect", { x, y, width: w, height: h, class: "box", stroke: colour }));
  const joints = found.joints || [];
  for (const [from, to] of data.bones[found.skeleton] || []) {
    const [a, b] = [joints[from], joints[to]];
    if (!a || !b || !a[3] || !b[3]) continue;
    const faint = a[3] === 1 || b[3] === 1;
    group.append(drawn("line", { x1: a[0], y1: a[1], x2: b[0], y2: b[1], class: faint ? "bone faint" : "bone", stroke: colour }));
  }
  for (const [jx, jy, , visibility] of joints) {
    if (!visibility) continue;
    group.append(drawn("circle", { cx: jx, cy: jy, r: unit * 0.42, class: visibility === 1 ? "joint hollow" : "joint", fill: visibility === 1 ? "none" : colour, stroke: colour }));
  }
  const size = unit * 2;
  const top = y > size * 1.3 ? y - size * 0.35 : y + size;
  const text = drawn("text", { x, y: top, class: "word", "font-size": size });
  text.textContent = `${found.label || found.class} ${found.score.toFixed(2)}`;
  group.append(text);
  return group;
}

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function node(kind) {
  const made = document.createElement("div");
  made.className = kind;
  made.hidden = true;
  return made;
}

// Uploads in pieces of 8 MB to /api/uploads, continued where they stopped.

const PIECE = 8 * 1024 * 1024;
const LONGEST_WAIT = 15;
const DONE_SHOWN = 10; // seconds; then the list of videos tells the rest
const VIDEO = /\.(mp4|m4v|mov|qt|3gp|3g2|mkv|webm|avi|ts|mts|m2ts|m2t)$/i;

// One list for the tab: the module may be loaded again, uploads go on.
const uploads = (window[Symbol.for("dataguard.uploads")] ??= { items: [], busy: false, listeners: new Set() });
const drawn = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const { texts } = data;
  const view = parentElement.querySelector(".uploader") || build(parentElement);
  view.querySelector(".lead").textContent = texts.lead;
  view.querySelector(".note").textContent = texts.note;
  view.querySelector(".choose").textContent = texts.choose;
  const input = view.querySelector("input");
  const drop = view.querySelector(".drop");

  const add = (files) => {
    for (const file of files) uploads.items.push(upload(file, data));
    changed();
    work();
  };
  view.querySelector(".choose").onclick = () => input.click();
  input.onchange = () => {
    add([...input.files]);
    input.value = "";
  };
  drop.ondragover = (event) => {
    event.preventDefault();
    drop.classList.add("over");
  };
  drop.ondragleave = (event) => {
    if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
  };
  drop.ondrop = async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    add(await dropped(event.dataTransfer));
  };

  const listener = (event) => {
    draw(view.querySelector(".items"), texts, data);
    if (event === "added") setTriggerValue("added", Date.now());
  };
  uploads.listeners.clear();
  uploads.listeners.add(listener);
  listener();
  return () => uploads.listeners.delete(listener);
}

function build(parent) {
  const view = document.createElement("div");
  view.className = "uploader";
  view.innerHTML = `<div class="drop"><div class="words"><div class="lead"></div><div class="note"></div></div>
    <button type="button" class="choose"></button><input type="file" multiple hidden accept="video/*,.mkv,.avi,.ts,.mts,.m2ts,.webm">
    </div><div class="items" aria-live="polite"></div>`;
  parent.append(view);
  return view;
}

const upload = (file, { w, person, language }) => ({
  file, w, person, language, name: file.name, size: file.size, sent: 0, state: "waiting", text: "", stop: null, times: [],
});

function changed(event) {
  for (const listener of uploads.listeners) listener(event);
}

async function work() {
  if (uploads.busy) return;
  uploads.busy = true;
  try {
    for (let item; (item = uploads.items.find((one) => one.state === "waiting")); ) await send(item);
  } finally {
    uploads.busy = false;
    setTimeout(clear, DONE_SHOWN * 1000);
  }
}

function clear() {
  if (uploads.busy) return;
  uploads.items = uploads.items.filter((item) => item.state !== "done");
  changed();
}

async function send(item) {
  item.state = "sending";
  item.stop = new AbortController();
  changed();
  try {
    await begin(item);
    while (item.sent < item.size) await piece(item);
    item.state = "finishing";
    changed();
    const made = await call(item, "POST", `/${item.id}/finish`, JSON.stringify({ person: item.person }));
    item.state = "done";
    if (made.job == null) item.known = made.name;
    localStorage.removeItem(memory(item));
    changed("added");
  } catch (error) {
    if (item.state !== "cancelled") {
      item.state = "failed";
      item.text = error.message;
    }
    changed();
  }
}

function wordFor(item, texts) {
  if (item.state === "sending") return progress(item, texts);
  if (item.state === "failed") return item.text;
  return item.known ? texts.known.replace("{name}", () => item.known) : texts[item.state];
}

const memory = ({ w, file }) => `dataguard.upload.${w}.${file.name}.${file.size}.${file.lastModified}`;

async function begin(item) {
  const known = localStorage.getItem(memory(item));
  if (known) {
    try {
      const found = await call(item, "GET", `/${known}`);
      if (found.size === item.size) {
        Object.assign(item, { id: known, sent: found.offset });
        return;
      }
    } catch (error) {
      if (item.state === "cancelled") throw error;
    }
  }
  const made = await call(item, "POST", "", JSON.stringify({ name: item.name, size: item.size, person: item.person }));
  Object.assign(item, { id: made.upload, sent: made.offset || 0 });
  localStorage.setItem(memory(item), made.upload);
}

async function piece(item) {
  const end = Math.min(item.sent + PIECE, item.size);
  const answer = await call(item, "PUT", `/${item.id}?offset=${item.sent}`, item.file.slice(item.sent, end));
  item.sent = answer.offset;
  item.times = [...item.times.slice(-8), [performance.now(), item.sent]];
  changed();
}

// A server that is away is waited for; a refusal is shown at once.
async function call(item, method, path, body) {
  for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    let response = null;
    try {
      const join = path.includes("?") ? "&" : "?";
      response = await fetch(`/api/uploads${path}${join}w=${item.w}`, {
        method,
        body,
        headers: typeof body === "string" ? { "content-type": "application/json" } : { "content-type": "application/octet-stream" },
        signal: item.stop.signal,
      });
    } catch (error) {
      if (item.stop.signal.aborted) throw error;
    }
    if (response?.ok) return response.json();
    if (response && response.status < 500 && response.status !== 429) await refused(item, response, method);
    item.text = "waiting";
    changed();
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    if (item.stop.signal.aborted) throw new Error("cancelled");
    if (method === "PUT") return { offset: (await call(item, "GET", `/${item.id}`)).offset };
  }
}

async function refused(item, response) {
  const { error = {} } = await response.json().catch(() => ({}));
  const fill = (text) => text.replace(/\{(\w+)\}/g, (all, name) => (error.values && name in error.values ? error.values[name] : all));
  const words = await fetch(`/api/messages/${item.language}.json`).then((found) => found.json()).catch(() => ({}));
  const parts = [error.message, error.hint].filter(Boolean).map((part) => fill(words[part] || part));
  throw new Error(parts.join(" ") || error.text || `${response.status}`);
}

function cancel(item) {
  const told = item.id && item.state !== "done";
  item.state = "cancelled";
  item.stop?.abort();
  localStorage.removeItem(memory(item));
  if (told) fetch(`/api/uploads/${item.id}?w=${item.w}`, { method: "DELETE" }).catch(() => {});
  uploads.items = uploads.items.filter((one) => one !== item);
  changed();
}

// A row is made anew only when its state changes: progress must not take a button away while
// it is pressed.
function draw(box, texts, data) {
  if (!drawn.has(box)) drawn.set(box, new WeakMap());
  const known = drawn.get(box);
  const rows = uploads.items.filter((item) => item.w === data.w).map((item) => {
    const looks = JSON.stringify([item.state, texts]);
    if (known.get(item)?.looks !== looks) known.set(item, { looks, ...line(item, texts) });
    const { row, fill, word } = known.get(item);
    fill.style.width = `${item.size ? (item.sent / item.size) * 100 : 0}%`;
    word.textContent = wordFor(item, texts);
    return row;
  });
  for (const old of [...box.children]) if (!rows.includes(old)) old.remove();
  rows.forEach((row, index) => {
    if (box.children[index] !== row) box.insertBefore(row, box.children[index] || null);
  });
}

function line(item, texts) {
  const row = node("div", `item ${item.state}`);
  const track = node("div", "track");
  const fill = node("div", "fill");
  track.append(fill);
  const name = node("div", "file", item.name);
  name.title = item.name;
  const word = node("div", "word");
  const side = node("button", "side", ["done", "failed"].includes(item.state) ? texts.dismiss : texts.cancel);
  side.type = "button";
  side.setAttribute("aria-label", `${side.textContent}: ${item.name}`);
  side.onclick = () => (item.state === "done" ? dismiss(item) : cancel(item));
  const buttons = node("div", "buttons");
  if (item.state === "failed") buttons.append(again(item, texts));
  buttons.append(side);
  row.append(name, track, word, buttons);
  return { row, fill, word };
}

function again(item, texts) {
  const made = node("button", "side", texts.again);
  made.type = "button";
  made.onclick = () => {
    Object.assign(item, { state: "waiting", text: "" });
    changed();
    work();
  };
  return made;
}

function dismiss(item) {
  uploads.items = uploads.items.filter((one) => one !== item);
  changed();
}

function progress(item, texts) {
  if (item.text === "waiting" && !item.times.length) return texts.away;
  const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0);
  const told = texts.sent.replace("{done}", megabytes(item.sent)).replace("{total}", megabytes(item.size));
  if (item.times.length < 2) return told;
  const [[startTime, startBytes], [endTime, endBytes]] = [item.times[0], item.times.at(-1)];
  const speed = (endBytes - startBytes) / Math.max(endTime - startTime, 1);
  const left = Math.round((item.size - item.sent) / Math.max(speed, 1) / 1000);
  return `${told} · ${texts.left.replace("{seconds}", left)}`;
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  return (await Promise.all(entries.map((entry) => inside(entry, true)))).flat();
}

async function inside(entry, direct = false) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return direct || VIDEO.test(file.name) ? [file] : [];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    found.push(...some);
  }
  return (await Promise.all(found.map((one) => inside(one)))).flat();
}

function node(name, kind, text = null) {
  const made = document.createElement(name);
  made.className = kind;
  if (text !== null) made.textContent = text;
  return made;
}

// Cookies for small choices, and the switch of Streamlit's own theme.

const YEAR = 365 * 24 * 3600;

export default function ({ data, parentElement, setStateValue }) {
  for (const [name, value] of Object.entries(data.cookies || {})) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR}; samesite=lax`;
  }
  if (data.away) sayAway(data.away);
  if (data.theme) drawTheme(parentElement, data.theme);
  if (data.leave) letGo(data.leave);
  if (data.measure) return measure(parentElement, setStateValue);
}

// Streamlit's box about a lost server speaks English, and of the internet; it is a child of the body.
function sayAway({ title, text }) {
  const say = () => {
    for (const heading of document.querySelectorAll("body > div [role='dialog'] > h2")) {
      if (heading.textContent !== "Connection error") continue;
      heading.firstChild.nodeValue = title;
      const words = document.createTreeWalker(heading.nextElementSibling, NodeFilter.SHOW_TEXT);
      for (let first = true; words.nextNode(); first = false) words.currentNode.nodeValue = first ? text : "";
    }
  };
  window[Symbol.for("dataguard.away")]?.disconnect();
  const watch = (window[Symbol.for("dataguard.away")] = new MutationObserver(say));
  watch.observe(document.body, { childList: true });
}

// A button that was pressed keeps the keyboard; single-key shortcuts below it would not be heard.
function letGo(container) {
  const active = document.activeElement;
  if (active?.tagName === "BUTTON" && active.closest(`.st-key-${container}`)) active.blur();
}

// The room below this element. It moves when something above it comes or goes.
function measure(root, setStateValue) {
  const host = root.host || root;
  let timer = 0;
  const tell = () => {
    const room = Math.round(innerHeight - host.getBoundingClientRect().top - scrolled(host));
    if (Math.abs(room - Number(host.dataset.told || 0)) < 4) return;
    host.dataset.told = room;
    setStateValue("room", room);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(tell, 200);
  };
  const watch = new ResizeObserver(later);
  watch.observe(host.closest('[data-testid="stMainBlockContainer"]') || document.body);
  addEventListener("resize", later);
  tell();
  return () => {
    clearTimeout(timer);
    watch.disconnect();
    removeEventListener("resize", later);
  };
}

const scrolled = (host) => host.closest('[data-testid="stMain"]')?.scrollTop || 0;

// Streamlit 1.67 keeps the choice under this key, one per address that was loaded.
const themeKey = (path) => `stActiveTheme-${path}-v2`;

function activeTheme() {
  try {
    return JSON.parse(localStorage.getItem(themeKey(location.pathname))) || "System";
  } catch {
    return "System";
  }
}

function drawTheme(parent, { label, names, paths }) {
  parent.querySelector(".theme")?.remove();
  const box = document.createElement("div");
  box.className = "theme";
  const title = document.createElement("div");
  title.className = "label";
  title.id = "theme-label";
  title.textContent = label;
  const group = document.createElement("div");
  group.className = "group";
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-labelledby", "theme-label");
  const active = activeTheme();
  for (const [name, text] of Object.entries(names)) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "radio");
    button.setAttribute("aria-checked", String(name === active));
    button.dataset.theme = name;
    button.textContent = text;
    button.onclick = () => choose(name, paths);
    group.append(button);
  }
  box.append(title, group);
  parent.append(box);
}

function choose(name, paths) {
  for (const path of new Set([...paths, location.pathname])) {
    localStorage.setItem(themeKey(path), JSON.stringify(name));
  }
  location.reload();
}

// Cookies for small choices, and the switch of Streamlit's own theme.

const YEAR = 365 * 24 * 3600;

export default function ({ data, parentElement, setStateValue }) {
  for (const [name, value] of Object.entries(data.cookies || {})) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR}; samesite=lax`;
  }
  if (data.theme) drawTheme(parentElement, data.theme);
  if (data.measure) return measure(setStateValue);
}

let told = 0;

function measure(setStateValue) {
  let timer = 0;
  const tell = () => {
    if (Math.abs(innerHeight - told) < 4) return;
    told = innerHeight;
    setStateValue("height", told);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(tell, 250);
  };
  addEventListener("resize", later);
  tell();
  return () => {
    clearTimeout(timer);
    removeEventListener("resize", later);
  };
}

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

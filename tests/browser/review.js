// Looks over a page as it is shown, shadow roots too, and says in words what is wrong: what scrolls
// sideways or is cut off, what reaches out of the window, another language, words hard to read.
({ korean, known }) => {
  const ICONS = "[data-testid='stIconMaterial'], [role='img'], svg, style, script, noscript, .unseen";
  // Streamlit's: what is drawn lies beside the input, which its own frame cuts off.
  const INNER = "[data-testid^='st'] input";
  // Streamlit's: shown only while the pointer is there.
  const FLEETING = "[data-testid='stSlider']";
  const TABLES = "[data-testid='stDataFrame'], [data-testid='stCode'], pre";
  const CONTROLS = "button, select, input:not([type='file']), textarea, label, [role='tab']";
  const OVER_ALL = "[role='dialog'], .menu, .legend, .look-panel";
  const NAMES = "kbd, code, .goto";
  const RESTING = ":disabled, [aria-disabled='true']";
  const ENOUGH = { usual: 4.5, large: 3 };

  const found = new Set();
  const shadows = [...document.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean);
  const every = [document.body, ...shadows].flatMap((root) => [...root.querySelectorAll("*")]);
  const up = (one) => one.parentElement ?? one.getRootNode().host ?? null;
  const style = (one) => getComputedStyle(one);

  function inside(one, selector) {
    for (let at = one; at; at = up(at)) if (at.matches(selector)) return true;
    return false;
  }

  function isShown(one) {
    const { width, height } = one.getBoundingClientRect();
    const drawn = one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    return drawn && width > 1 && height > 1 && !inside(one, ICONS);
  }

  const shown = new Set(every.filter(isShown));
  const outside = [...shown].filter((one) => !inside(one, TABLES));
  const ownText = (one) => [...one.childNodes].filter((node) => node.nodeType === 3)
    .map((node) => node.data).join(" ").trim();

  function say(what, one, more = "") {
    const classes = [...one.classList].filter((name) => !/^(st-emotion|e[0-9a-z]{6})/.test(name));
    const text = (one.innerText ?? "").trim().replace(/\s+/g, " ").slice(0, 60);
    found.add(`${what}: <${[one.tagName.toLowerCase(), ...classes].join(".")}> "${text}" ${more}`);
  }

  function scrollsSideways(one) {
    const { overflowX } = style(one);
    const can = one === document.documentElement || ["auto", "scroll"].includes(overflowX);
    const sizes = `${one.scrollWidth} > ${one.clientWidth}`;
    if (can && one.scrollWidth > one.clientWidth + 1) say("scrolls sideways", one, sizes);
  }

  const cuts = (overflow) => ["hidden", "clip"].includes(overflow);
  const scrolls = (overflow) => ["auto", "scroll"].includes(overflow);

  /** A control that reaches out of the window, or of something that cuts it off. */
  function reachesOut(one) {
    const box = one.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) return say("outside the window", one);
    let [across, down] = [true, true];
    for (let holder = up(one); holder && holder !== document.body; holder = up(holder)) {
      const { overflowX, overflowY, position } = style(holder);
      const room = holder.getBoundingClientRect();
      const wide = box.right > room.right + 1 || box.left < room.left - 1;
      const high = box.bottom > room.bottom + 1 || box.top < room.top - 1;
      if (across && cuts(overflowX) && wide) return say("cut off", one, holder.className);
      if (down && cuts(overflowY) && high) return say("cut off below", one, holder.className);
      across &&= !scrolls(overflowX);
      down &&= !scrolls(overflowY);
      if (position === "fixed") return undefined;
    }
    return undefined;
  }

  /** Text that does not fit and cannot be asked for by pointing at it. */
  function isClipped(one) {
    let box = one;
    while (style(box).display === "inline" && up(box)) box = up(box);
    const told = one.closest("[title]")?.title || box.closest("[title]")?.title;
    if (told) return;
    const { overflowX, overflowY } = style(box);
    const wide = cuts(overflowX) && box.scrollWidth > box.clientWidth + 1;
    const high = cuts(overflowY) && box.scrollHeight > box.clientHeight + 3;
    if (wide) say("clipped", one, `${box.scrollWidth} > ${box.clientWidth}`);
    else if (high) say("clipped below", one, `${box.scrollHeight} > ${box.clientHeight}`);
  }

  function reachesOver(one) {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    const within = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    if (!within) say("reaches out of the window", one);
  }

  function speaks(one) {
    // What Streamlit calls its own parts for screen readers is in English everywhere.
    const names = one.getRootNode() === document ? ["title"] : ["aria-label", "title", "placeholder"];
    const told = names.map((name) => one.getAttribute(name) ?? "");
    const words = [ownText(one), ...told].join(" ").match(korean ? /[A-Za-z][a-z'’]{2,}/g : /[가-힣]+/g);
    const wrong = (words ?? []).filter((word) => !known.includes(word.toLowerCase()));
    if (wrong.length) say("another language", one, [...new Set(wrong)].join(" "));
  }

  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const mixed = new Map();

  /** Any colour of CSS as [red, green, blue, 0..1]. */
  function parts(colour) {
    if (!mixed.has(colour)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
      mixed.set(colour, [red, green, blue, alpha / 255]);
    }
    return mixed.get(colour);
  }

  const over = (above, below) => below.map((part, n) => above[n] * above[3] + part * (1 - above[3]));

  function luminance(colour) {
    const [red, green, blue] = colour.map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  /** The solid ground that an element stands on; null where there is a picture. */
  function ground(one) {
    const layers = [];
    for (let at = one; at; at = up(at)) {
      if (at.matches(".stage, .looks") || style(at).backgroundImage !== "none") return null;
      const colour = parts(style(at).backgroundColor);
      if (colour[3] > 0) layers.unshift(colour);
      if (colour[3] > 0.99) break;
    }
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  }

  function strength(one) {
    let all = 1;
    for (let at = one; at; at = up(at)) all *= Number(style(at).opacity);
    return all;
  }

  function isFaint(one) {
    const below = ground(one);
    if (!below) return;
    const { color, fontSize, fontWeight } = style(one);
    const [red, green, blue, alpha] = parts(color);
    const ink = over([red, green, blue, alpha * strength(one)], below);
    const [dark, bright] = [luminance(ink), luminance(below)].sort((a, b) => a - b);
    const ratio = (bright + 0.05) / (dark + 0.05);
    const size = parseFloat(fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
    const wanted = ENOUGH[large ? "large" : "usual"];
    if (ratio < wanted) say("hard to read", one, `${ratio.toFixed(2)}:1`);
  }

  scrollsSideways(document.documentElement);
  for (const one of outside) {
    scrollsSideways(one);
    if (one.matches(CONTROLS) && !one.matches(INNER)) reachesOut(one);
    if (one.matches(OVER_ALL)) reachesOver(one);
    if (ownText(one)) isClipped(one);
    if (ownText(one) && !inside(one, `${RESTING}, ${FLEETING}`)) isFaint(one);
    if (!inside(one, NAMES)) speaks(one);
    if (one.tagName === "SELECT") [...one.options].forEach(speaks);
  }
  return [...found];
}

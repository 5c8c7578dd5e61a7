// The parts of the screen that one key leads to, one after the other: the picture, the rows of the
// timeline, the list of the open tab, the tabs. Between them lie some thirty stops of Tab.

const TAKES_KEYS = "[role='listbox'], button:not(:disabled), select, input, textarea";

/** Put the focus on the next part; from anywhere in between, on the picture. */
export function nextRegion(app) {
  const stops = [app.stage.root, wayIntoTimeline(app.timeline), ...waysIntoPanel(app.tabs)].filter(Boolean);
  const next = stops[(stops.indexOf(focused(app)) + 1) % stops.length];
  next.focus({ preventScroll: true });
}

/** Give the keys back to the picture; false when it has them already. */
export function backToPicture(app) {
  const at = focused(app);
  if (!at || at === app.stage.root) return false;
  app.focus();
  return true;
}

function focused(app) {
  return app.root.getRootNode().activeElement;
}

/** The rows; folded, the bar of the whole video. */
function wayIntoTimeline({ box, minimap }) {
  return isSeen(box) ? box : minimap.root;
}

/** The list of the open tab, or else what takes keys there; then the tab itself. */
function waysIntoPanel({ tabs, current }) {
  const { panel, button } = tabs.find(({ id }) => id === current);
  const stops = [...panel.querySelectorAll(TAKES_KEYS)].filter(isSeen);
  return [stops.find((stop) => stop.matches("[role='listbox']")) ?? stops[0], isSeen(button) ? button : null];
}

function isSeen(element) {
  return element.getClientRects().length > 0;
}

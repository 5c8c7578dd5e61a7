"""Looks over what a page shows: cut off, in another language, hard to read, without a name."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from playwright.sync_api import Locator, Page

_COMPLAINTS = Path(__file__).with_suffix(".js").read_text("utf-8").partition("\n({")
_NAMELESS = """root => {
  const told = ["aria-label", "aria-labelledby"];
  const fields = "input, select, textarea, aside, div[tabindex='0']";
  return [...root.querySelectorAll(`button, [role], [tabindex], ${fields}`)]
    .filter((one) => one.checkVisibility() && !["status", "presentation"].includes(one.role))
    .filter((one) => !told.some((name) => one.getAttribute(name)) && !one.labels?.length)
    .filter((one) => one.matches(fields) || !one.textContent.trim())
    .map((one) => one.outerHTML.slice(0, 160));
}"""
_OUT_OF_SIGHT = """(root, selector) => {
  const at = (x, y) => root.getRootNode().elementFromPoint(x, y);
  return [...root.querySelectorAll(selector)].filter((one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    const corners = [[left + 4, top + 4], [right - 4, bottom - 4]];
    return !corners.every((spot) => one.contains(at(...spot)));
  }).map((one) => one.outerHTML.slice(0, 160));
}"""
_PATIENCE_MS = 60_000
_QUIET = """([quiet, patience]) => new Promise((done) => {
  const began = performance.now();
  let last = began;
  let changed = "nothing";
  const watch = new MutationObserver((changes) => {
    const part = ({ target }) => target.closest ? target : target.parentElement;
    // How far its jobs are is told for as long as there are any.
    const other = changes.map(part).find((one) => one && !one.closest(".st-key-jobs"));
    if (!other) return;
    last = performance.now();
    changed = other.outerHTML;
  });
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  const timer = setInterval(() => {
    const running = document.querySelector("[data-test-script-state='running'], .stAppSkeleton, [data-testid='stSkeleton']");
    const restless = running || performance.now() - last < quiet;
    if (restless && performance.now() - began < patience) return;
    watch.disconnect();
    clearInterval(timer);
    done(restless ? (running ? "its script or its parts" : changed).slice(0, 300) : null);
  }, 50);
})"""
_DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def settled(page: Page, quiet: int = 700) -> None:
    """Waits until all of a page is there: its parts come one after another.

    :param quiet: milliseconds in which nothing changed.
    """
    page.locator("[data-test-script-state='notRunning']").wait_for()
    restless = page.evaluate(_QUIET, [quiet, _PATIENCE_MS])
    assert restless is None, f"still changing after {_PATIENCE_MS} ms: {restless}"


def resize(page: Page, width: int, height: int) -> None:
    """Gives the window another size, and waits until the page has taken it."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(_DRAWN)
    settled(page, 300)


def complaints(page: Page, *, korean: bool, known: Collection[str] = ()) -> list[str]:
    """What is wrong with all that a page shows now, in words.

    :param known: words that may stand in either language, in small letters.
    """
    page.evaluate(_DRAWN)
    script = "".join(_COMPLAINTS[1:])
    found: list[str] = page.evaluate(script, {"korean": korean, "known": sorted(known)})
    return found


def out_of_sight(root: Locator, selector: str) -> list[str]:
    """Controls that one would have to scroll to, or that something lies over."""
    found: list[str] = root.evaluate(_OUT_OF_SIGHT, selector)
    return found


def nameless(root: Locator) -> list[str]:
    """Controls that a screen reader would have no name for."""
    found: list[str] = root.evaluate(_NAMELESS)
    return found

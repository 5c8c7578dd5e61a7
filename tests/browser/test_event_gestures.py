"""Gestures on events and captions: the rows they leave and what the timeline then shows of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import classes, event_classes, segments, tracks
from core import db as store
from core.segments import Segment
from tests import clips
from tests.browser.hand import Hand, far

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZE = (320, 240)


def _shown(server: Any, video: int) -> list[Segment]:
    with store.reader(server.own) as db:
        return segments.shown(db, video)


def _spans(server: Any, video: int) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in _shown(server, video)]


@pytest.fixture
def boxing(server: Any) -> dict[str, tuple[int, str]]:
    """The classes of boxing in the server's workspace: name -> number, colour."""
    store.write(server.own, event_classes.add_boxing)
    with store.reader(server.own) as db:
        found = {one["name"]: (one["id"], one["colour"]) for one in classes.every(db)}
    store.close_all()
    return found


class Ime:
    """A Korean input method: keys go to it, and what is under way changes until it is committed."""

    def __init__(self, page: Any) -> None:
        self.session = page.context.new_cdp_session(page)

    def press(self, code: str) -> None:
        taken = {"key": "Process", "windowsVirtualKeyCode": 229, "code": code}
        self.session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **taken})
        self.session.send("Input.dispatchKeyEvent", {"type": "keyUp", **taken})

    def compose(self, **states: str) -> None:
        """``compose(KeyW="ㅈ", KeyK="자")``: what is under way after each key."""
        for code, text in states.items():
            self.press(code)
            place = {"selectionStart": len(text), "selectionEnd": len(text)}
            self.session.send("Input.imeSetComposition", {"text": text, **place})

    def commit(self, text: str) -> None:
        self.session.send("Input.insertText", {"text": text})


def test_edges_parts_class_and_note_of_events(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    edit: Callable[..., Any],
    boxing: dict[str, tuple[int, str]],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    (jab, blue), (hook, colour) = boxing["jab"], boxing["hook"]
    event = {"kind": "segment", "verb": "add", "type": "event", "class": jab}
    edit(video, {**event, "client": "a", "first": 20, "last": 39})
    edit(video, {**event, "client": "b", "first": 60, "last": 79})
    server.start()
    desk = label(video)
    page, keyboard = desk.page, desk.page.keyboard
    line = hand(desk)
    line.wait_lane("segments")

    def painted(expected: list[tuple[int, int, bool]], key: int = jab, ink: str = blue) -> None:
        line.wait_events(f"event-{key}", ink, expected)

    def y(key: int = jab) -> float:
        top, height = line.lane("segments", f"event-{key}")
        return top + height / 2

    desk.go_to(100)
    painted([(20, 39, False), (60, 79, False)])
    before = _shown(server, video)

    # An edge is taken along and let go by Escape: shown meanwhile, then as if nothing had been.
    line.press((line.x(40) - 2, y()), (line.x(50), y()))
    desk.wait_exact(49)
    assert clips.number(desk.pixels(0, 0, *SIZE)) == 49
    painted([(20, 49, True), (60, 79, False)])
    keyboard.press("Escape")
    page.mouse.up()
    desk.wait_exact(100)
    painted([(20, 39, True), (60, 79, False)])
    assert _shown(server, video) == before

    # Let go where it should be: the end, then the beginning, which cannot pass the end.
    line.drag((line.x(40) - 2, y()), (line.x(50), y()))
    desk.wait_saved()
    assert _spans(server, video) == [(20, 49), (60, 79)]
    painted([(20, 49, True), (60, 79, False)])
    line.drag((line.x(20) + 2, y()), (line.x(55), y()))
    desk.wait_saved()
    assert _spans(server, video) == [(49, 49), (60, 79)]
    line.drag((line.x(49) - 2, y()), (line.x(10), y()))
    desk.wait_saved()
    desk.wait_exact(10)
    assert _spans(server, video) == [(10, 49), (60, 79)]
    painted([(10, 49, True), (60, 79, False)])

    # A digit: another class, so another row in that one's colour.
    keyboard.press("3")
    desk.wait_saved()
    assert [one.class_id for one in _shown(server, video)] == [hook, jab]
    painted([(60, 79, False)])
    painted([(10, 49, True)], hook, colour)

    # Split and merge by key; the second part is the selected one.
    desk.go_to(30)
    keyboard.press("s")
    desk.wait_saved()
    assert _spans(server, video) == [(10, 29), (30, 49), (60, 79)]
    painted([(10, 29, False), (30, 49, True)], hook, colour)
    keyboard.press("Shift+s")
    desk.wait_saved()
    assert _spans(server, video) == [(10, 49), (60, 79)]
    painted([(10, 49, True)], hook, colour)

    # A note is written on the event.
    desk.go_to(100)
    bar = (line.x(11), y(hook) - 5, line.x(49) - line.x(11), 10)
    assert _ink(line, bar) == 0
    keyboard.press("Enter")
    page.keyboard.insert_text("left hand drops")
    keyboard.press("Enter")
    desk.wait_saved()
    assert [one.attributes for one in _shown(server, video)] == [{"note": "left hand drops"}, {}]
    until(lambda: _ink(line, bar) > 40, what="the note in the event's row")
    keep_screenshot(page, "event-note")

    # Escape gives up a box that is being drawn first, and only then what is selected.
    held = desk.data("segment")
    keyboard.press("n")
    desk.wait("mode", lambda value: value == "draw")
    keyboard.press("Escape")
    desk.wait("mode", lambda value: value == "select")
    assert held
    assert desk.data("segment") == held
    painted([(10, 49, True)], hook, colour)
    keyboard.press("Escape")
    desk.wait("segment", lambda value: value == "")
    painted([(10, 49, False)], hook, colour)

    # In and out: a new one; then all of it back, step by step.
    desk.go_to(90)
    keyboard.press("i")
    desk.wait("marking", lambda value: value == "in")
    desk.go_to(95)
    keyboard.press("o")
    desk.wait_saved()
    assert _spans(server, video) == [(10, 49), (60, 79), (90, 95)]
    painted([(10, 49, False), (90, 95, True)], hook, colour)
    for _ in range(8):
        keyboard.press("Control+z")
        desk.wait_saved()
    assert _spans(server, video) == [(20, 39), (60, 79)]
    painted([(20, 39, True), (60, 79, False)])
    assert f"event-{hook}" not in line.lanes()


def _ink(line: Hand, area: tuple[float, float, float, float]) -> int:
    """How many pixels of an area of the page are painted in the colour of words."""
    words = line.theme("--text")
    return sum(far(pixel, words) < 70 for pixel in line.pixels(*area).reshape(-1, 3))


def test_korean_is_composed_in_a_caption_and_in_a_note(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    edit: Callable[..., Any],
    boxing: dict[str, tuple[int, str]],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    add = {"kind": "segment", "verb": "add"}
    edit(video, {**add, "type": "caption", "first": 5, "last": 30, "text": "", "language": "ko"})
    edit(video, {**add, "type": "event", "class": boxing["jab"][0], "first": 50, "last": 80})
    edit(video, {"verb": "add", "class": 1, "frame": 0, "last": 100, "box": [40, 40, 60, 80]})
    server.start()
    desk = label(video, width=1100, height=700, language="ko-KR", scheme="dark")
    page, keyboard = desk.page, desk.page.keyboard
    line = hand(desk)
    line.wait_lane("segments")
    ime = Ime(page)
    desk.go_to(10)
    with store.reader(server.own) as db:
        before = tracks.window(db, video)

    # The keys of a syllable are those of swap, keyframe and occluded; Enter while it is under way
    # belongs to the input method. Half a syllable is saved by none of them, and by no pause.
    page.mouse.click(line.x(8), line.lane("segments", "caption")[0] + 11)
    desk.wait("segment", bool)
    keyboard.press("Enter")
    field = desk.root.locator(".segment-text textarea")
    expect(field).to_be_focused()
    ime.compose(KeyW="ㅈ", KeyK="자", KeyQ="잽")
    ime.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value("잽")
    page.wait_for_timeout(1500)  # longer than the pause after which what was typed is saved
    assert _shown(server, video)[0].text == ""
    ime.commit("잽")
    until(lambda: _shown(server, video)[0].text == "잽", what="saved after a pause")
    expect(desk.root.locator(".captions p")).to_have_text("잽")
    expect(field).to_be_focused()

    keyboard.press("Space")
    ime.compose(KeyG="ㅎ", KeyN="후", KeyR="훅")
    ime.press("Enter")
    ime.commit("훅")
    keyboard.press("Enter")
    desk.wait_saved()
    until(lambda: _shown(server, video)[0].text == "잽 훅")
    expect(desk.root.locator(".captions p")).to_have_text("잽 훅")
    expect(desk.root.locator(".stage")).to_be_focused()

    # The note of an event, ended by Enter straight after the last syllable.
    page.mouse.click(line.x(60), line.lane("segments", f"event-{boxing['jab'][0]}")[0] + 11)
    desk.wait_exact(60)
    top, height = line.lane("segments", "caption")
    words = (line.x(6), top + 5, line.x(29) - line.x(6), height - 10)
    until(lambda: _ink(line, words) > 20, what="the words in the caption's row")
    keyboard.press("Enter")
    expect(field).to_be_focused()
    ime.compose(KeyR="ㄱ", KeyK="가")
    ime.commit("가")
    ime.compose(KeyE="ㄷ", KeyM="드")
    ime.press("Enter")
    ime.commit("드")
    keyboard.press("Enter")
    desk.wait_saved()
    until(lambda: _shown(server, video)[1].attributes == {"note": "가드"})
    expect(desk.root.locator("[role='option'][data-segment]").last).to_contain_text("가드")
    keep_screenshot(page, "events-composed-dark")
    assert _spans(server, video) == [(5, 30), (50, 80)]
    assert desk.data("frame") == "60"
    with store.reader(server.own) as db:
        assert tracks.window(db, video) == before


def test_two_people_change_one_event_or_text(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    hand: Callable[[Any], Hand],
    edit: Callable[..., Any],
    boxing: dict[str, tuple[int, str]],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    (jab, blue), (hook, colour) = boxing["jab"], boxing["hook"]
    add = {"kind": "segment", "verb": "add"}
    edit(video, {**add, "type": "event", "class": jab, "first": 40, "last": 59})
    edit(video, {**add, "type": "caption", "first": 5, "last": 30, "text": "one", "language": "en"})
    server.start()
    desk = label(video)
    page, keyboard = desk.page, desk.page.keyboard
    line = hand(desk)
    line.wait_lane("segments")
    desk.go_to(110)
    desk.root.get_by_role("tab", name="Events").click()
    dialog = desk.root.get_by_role("dialog", name="Two changes to the same event or text")

    def event() -> Segment:
        return next(one for one in _shown(server, video) if one.kind == "event")

    def caption() -> Segment:
        return next(one for one in _shown(server, video) if one.kind == "caption")

    def by_bo(about: Segment, **change: Any) -> None:
        named = {"kind": "segment", "id": about.id, "revision": about.revision}
        edit(video, {**named, **change}, person="Bo")

    def y(key: int) -> float:
        top, height = line.lane("segments", f"event-{key}")
        return top + height / 2

    # Bo moves the beginning while Ana holds the end, and Ana's page hears of it before she lets go.
    line.press((line.x(60) - 2, y(jab)), (line.x(80), y(jab)))
    by_bo(event(), verb="span", first=45)
    expect(desk.root.locator(f"[data-segment='{event().id}']")).to_contain_text("45–59")
    page.mouse.up()
    expect(dialog.locator(".version")).to_have_text(
        ["Theirs · Bojab · manualFrames 45–59", "Mine · Anajab · manualFrames 40–79"]
    )
    keep_screenshot(page, "event-two-changes")
    dialog.get_by_role("button", name="Keep theirs").click()
    desk.wait_saved()
    assert (event().first, event().last) == (45, 59)
    line.wait_events(f"event-{jab}", blue, [(45, 59, True)])

    # Once more, and Ana's edges are put on Bo's class.
    line.press((line.x(60) - 2, y(jab)), (line.x(80), y(jab)))
    by_bo(event(), verb="class", **{"class": hook})
    page.mouse.up()
    dialog.get_by_role("button", name="Apply mine again").click()
    desk.wait_saved()
    assert (event().class_id, event().first, event().last) == (hook, 45, 79)
    line.wait_events(f"event-{hook}", colour, [(45, 79, True)])
    assert f"event-{jab}" not in line.lanes()

    # A text: theirs is then in the field as well, mine in the row.
    desk.root.locator(f"[role='option'][data-segment='{caption().id}']").click()
    field = desk.root.locator(".segment-text textarea")
    for choice, kept in (("Keep theirs", "their words"), ("Apply mine again", "their words, mine")):
        field.focus()
        field.press("End")
        keyboard.insert_text(", mine")
        by_bo(caption(), verb="text", text="their words" if choice == "Keep theirs" else "other")
        field.press("Enter")
        expect(dialog).to_contain_text(", mine")
        dialog.get_by_role("button", name=choice).click()
        desk.wait_saved()
        expect(field).to_have_value(kept)
        assert caption().text == kept

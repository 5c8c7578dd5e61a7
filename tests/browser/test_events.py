"""Events and captions in the annotator: each gesture, the rows it leaves and what is painted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import classes, event_classes, segments
from core import db as store
from core.segments import Segment
from tests.browser.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLOWER = ("0.5", "0.25")
"""Speeds, step by step: seconds of film are left whatever else this machine does."""


def _shown(server: Any, video: int) -> list[Segment]:
    with store.reader(server.own) as db:
        return segments.shown(db, video)


def _spans(server: Any, video: int) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in _shown(server, video)]


def test_events_are_marked_changed_decided_and_undone_by_key(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    server.start()
    desk = label(video)
    keyboard = desk.page.keyboard

    # A workspace has no classes of events until somebody wants some.
    desk.go_to(10)
    keyboard.press("i")
    desk.page.get_by_role("button", name="Add jab, cross").click()
    expect(desk.page.get_by_role("button", name="Add jab, cross")).to_be_hidden()
    with store.reader(server.own) as db:
        jab, hook = classes.by_name(db, "jab"), classes.by_name(db, "hook")
    desk.focus()

    # In and out on the exact frame; the digit chooses the class while it is being marked.
    keyboard.press("i")
    desk.wait("marking", lambda value: value == "in")
    desk.go_to(20)
    keyboard.press("3")
    keyboard.press("o")
    desk.wait_saved()
    (event,) = _shown(server, video)
    assert (event.class_id, event.first, event.last) == (hook, 10, 20)
    assert (event.state, event.person) == ("manual", "Ana")
    row = desk.page.locator(f"[data-segment='{event.id}'][role='option']")
    expect(row).to_contain_text("hook")
    expect(row).to_contain_text("10–20")
    expect(row).to_have_attribute("aria-selected", "true")

    # With an event selected, digits, edges, split, merge, verdict and delete are about it.
    keyboard.press("1")
    desk.go_to(12)
    keyboard.press("i")
    desk.go_to(30)
    keyboard.press("o")
    desk.wait_saved()
    assert [(one.class_id, one.first, one.last) for one in _shown(server, video)] == [(jab, 12, 30)]
    keyboard.press("a")
    desk.go_to(20)
    desk.page.get_by_role("button", name="Split here").click()
    desk.wait_saved()
    assert _spans(server, video) == [(12, 19), (20, 30)]
    assert [one.state for one in _shown(server, video)] == ["accepted", "accepted"]
    desk.page.get_by_role("button", name="Merge").click()
    desk.wait_saved()
    assert _spans(server, video) == [(12, 30)]
    keyboard.press("Delete")
    desk.wait_saved()
    assert _spans(server, video) == []
    for expected in ([(12, 30)], [(12, 19), (20, 30)], [(12, 30)]):
        keyboard.press("Control+z")
        desk.wait_saved()
        assert _spans(server, video) == expected
    keyboard.press("Control+Shift+z")
    desk.wait_saved()
    assert _spans(server, video) == [(12, 19), (20, 30)]

    # A click in the list goes there; arrows choose; the filter hides.
    desk.go_to(100)
    desk.page.get_by_role("listbox", name="Events").get_by_role("option").first.click()
    desk.wait_exact(12)
    desk.page.get_by_role("listbox", name="Events").press("ArrowDown")
    desk.wait_exact(20)
    desk.page.get_by_label("Filter by class").select_option(str(hook))
    expect(desk.page.get_by_role("listbox", name="Events").get_by_role("option")).to_have_count(0)
    desk.page.get_by_label("Filter by class").select_option("")
    keep_screenshot(desk.page, "events-light")

    # What was typed stays, through the Korean input mode, a key that ends it and a reload.
    desk.focus()
    keyboard.press("Enter")
    desk.page.keyboard.insert_text("왼손, 가드 위로")
    keyboard.press("Enter")
    desk.wait_saved()
    until(lambda: _shown(server, video)[1].attributes == {"note": "왼손, 가드 위로"})
    assert [one.text for one in _shown(server, video)] == ["", ""]


def test_captions_are_shown_under_the_picture_and_events_are_marked_while_playing(
    server: Any,
    add_clip: Callable[..., int],
    clip: Callable[[str], Path],
    label: Callable[..., Any],
    edit: Callable[..., Any],
    until: Callable[..., Any],
    keep_screenshot: Callable[..., Path],
) -> None:
    video = add_clip(clip("cfr.mp4"))
    store.write(server.own, event_classes.add_boxing)
    caption = {"kind": "segment", "verb": "add", "type": "caption", "first": 5, "last": 30}
    edit(video, {**caption, "text": "<b>잽</b> 다음은 훅", "language": "ko"}, person="Bo")
    server.start()
    desk = label(video, width=1100, height=700, language="ko-KR", scheme="dark")
    keyboard = desk.page.keyboard
    shown = desk.root.locator(".captions p")
    expect(shown).to_have_count(0)
    desk.go_to(10)
    expect(shown).to_have_text("<b>잽</b> 다음은 훅")
    assert shown.get_attribute("lang") == "ko"
    desk.page.get_by_role("tab", name="이벤트").click()
    desk.root.locator("[role='option'][data-segment]").first.click()
    field = desk.root.locator(".segment-text textarea")
    field.fill("잽 다음은 어퍼컷")
    expect(shown).to_have_text("<b>잽</b> 다음은 훅")
    field.press("Enter")
    desk.wait_saved()
    expect(shown).to_have_text("잽 다음은 어퍼컷")
    assert [(one.text, one.language) for one in _shown(server, video)] == [
        ("잽 다음은 어퍼컷", "ko")
    ]
    keep_screenshot(desk.page, "events-dark")

    # Somebody else's change comes without a reload; a change begun before it asks.
    field.focus()
    field.press("End")
    keyboard.type(" 1")
    with store.reader(server.own) as db:
        (now,) = segments.shown(db, video)
    about = {"kind": "segment", "id": now.id, "revision": now.revision}
    edit(video, {**about, "verb": "text", "text": "그들의 글"}, person="Bo")
    field.press("Enter")
    dialog = desk.root.get_by_role("dialog")
    expect(dialog).to_contain_text("그들의 글")
    expect(dialog).to_contain_text("잽 다음은 어퍼컷 1")
    dialog.get_by_role("button").last.click()
    desk.wait_saved()
    assert [one.text for one in _shown(server, video)] == ["잽 다음은 어퍼컷 1"]

    # The reaction time is measured, then taken off what is marked while playing.
    desk.page.locator(".events .filters button.plain").click()
    square = desk.root.locator(".lamp")
    square.wait_for()

    def answered() -> bool:
        """Whether it has heard enough; a press that comes too late for the light is not counted."""
        if "lit" in (square.get_attribute("class") or ""):
            desk.page.wait_for_timeout(500)  # slow enough to be seen in the frames below
            square.press("e")
        return not square.is_visible()

    until(answered, what="five answers")
    kept = float(desk.page.evaluate("localStorage.getItem('dataguard-reaction Ana')"))
    assert 0.5 < kept < 1.5

    desk.go_to(40)
    keyboard.press("Escape")
    for _ in SLOWER:
        keyboard.press("BracketLeft")
    expect(desk.root.get_by_label("속도")).to_have_value(SLOWER[-1])
    keyboard.press("Space")
    desk.wait("playing", lambda value: value == "true")
    desk.wait("frame", lambda value: int(value or 0) >= 50)
    before = int(desk.data("frame") or 0)
    keyboard.down("e")
    desk.wait("marking", lambda value: value == "live")
    began = int(desk.data("frame") or 0)
    keyboard.press("2")
    desk.wait("frame", lambda value: int(value or 0) >= began + 15)
    keyboard.up("e")
    ended = int(desk.data("frame") or 0)
    keyboard.press("Space")
    desk.wait_saved()
    events = [one for one in _shown(server, video) if one.kind == "event"]
    with store.reader(server.own) as db:
        cross = classes.one(db, classes.by_name(db, "cross"))
    assert [one.class_id for one in events] == [cross["id"]]
    lag = round(kept * 30 * float(SLOWER[-1]))
    assert before - lag - 2 <= events[0].first <= began - lag + 2
    assert events[0].last <= ended - lag + 2
    assert events[0].last - events[0].first >= 10

    # A short press begins one and the next press ends it, each moved back by as much of
    # the film as went by in that time. The one before stays selected until the new one is there.
    held = str(events[0].id)
    desk.wait("segment", lambda value: value == held)
    desk.go_to(75)
    keyboard.press("Space")
    pressed = []
    for frame, marking in ((84, "live"), (96, "")):
        desk.wait("frame", lambda value, frame=frame: int(value or 0) >= frame)
        assert (desk.data("marking"), desk.data("segment")) == ("" if marking else "live", held)
        early = int(desk.data("frame") or 0)
        keyboard.press("e")
        desk.wait("marking", lambda value, marking=marking: value == marking)
        pressed.append((early, int(desk.data("frame") or 0)))
    keyboard.press("Space")
    desk.wait_saved()
    (tapped,) = (
        one for one in _shown(server, video) if one.kind == "event" and str(one.id) != held
    )
    lag = kept * 30 * float(SLOWER[-1])
    for edge, (early, late) in zip((tapped.first, tapped.last), pressed, strict=True):
        assert early - lag - 2 <= edge <= late - lag + 2
    assert tapped.class_id == cross["id"]

    # Escape gives up what is being marked, then what is selected.
    desk.wait("segment", lambda value: value == str(tapped.id))
    keyboard.press("Home")
    keyboard.press("Space")
    desk.wait("playing", lambda value: value == "true")
    for key, marking in (("e", "live"), ("Escape", "")):
        keyboard.press(key)
        desk.wait("marking", lambda value, marking=marking: value == marking)
        assert desk.data("segment") == str(tapped.id)
    keyboard.press("Escape")
    desk.wait("segment", lambda value: value == "")
    assert desk.data("playing") == "true"
    keyboard.press("Space")
    desk.wait("playing", lambda value: value == "false")
    assert len(_shown(server, video)) == 3

    # The timeline has a row for each: the captions, and the class that was chosen while marking.
    line = Hand(desk)
    line.wait_events("caption", "#9a7bd8", [(5, 30, False)])
    marked = [(one.first, one.last, False) for one in (events[0], tapped)]
    line.wait_events(f"event-{cross['id']}", cross["colour"], marked)

    # Round and round: a mark that is held over the end of the loop ends there, and this is said.
    desk.root.locator(f"[role='option'][data-segment='{held}']").click()
    desk.wait("segment", lambda value: value == held)
    keyboard.press("Shift+E")
    desk.wait("playing", lambda value: value == "true")
    desk.wait("frame", lambda value: int(value or 0) >= events[0].first + 5)
    keyboard.down("e")
    desk.wait("marking", lambda value: value != "live")
    keyboard.up("e")
    expect(desk.root.get_by_text("거기서 화면이 이전으로 돌아갔어요.")).to_be_visible()
    keyboard.press("Space")
    desk.wait_saved()
    known = (events[0].id, tapped.id)
    (over,) = (one for one in _shown(server, video) if one.kind == "event" and one.id not in known)
    assert over.last == events[0].last
    assert over.first >= events[0].first + 5 - lag - 2

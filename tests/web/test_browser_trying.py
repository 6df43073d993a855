"""Comparing heat, cold and rest in a real browser: small, dark, by keyboard, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.web.conftest import Clock
from tests.web.test_browser import (
    MALE,
    Open,
    at,
    axe,
    begin,
    browser,
    clock,
    fill,
    interview,
    no_sideways_scrolling,
    open_,
    play,
    pytestmark,
)

__all__ = ["at", "browser", "clock", "open_", "play", "pytestmark"]

SMALL = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
HEIGHTS = """[...document.querySelectorAll('svg.compare text')]
  .map(text => text.getBoundingClientRect().height)"""
ANSWERS = {**MALE, "spasm_prevents_movement": "yes"}


def look(page: Page) -> None:
    """Nothing is wrong with the page in its state, also with all of it open."""
    for details in page.locator("details").all():
        details.evaluate("one => { one.open = true; }")
    axe(page)
    no_sideways_scrolling(page)


def tap(page: Page, name: str | re.Pattern[str], role: str = "button") -> None:
    with page.expect_navigation(wait_until="load"):
        page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"input[name={name}][value='{value}']").check(force=True)


def questions(page: Page) -> None:
    """The questions about heat and cold."""
    for _ in range(12):
        page.goto("/plan/questions?for=compare")
        if "questions" not in page.url:
            return
        for item in page.locator("form#q fieldset.item").all():
            if item.is_visible():
                wanted = item.locator("input[value=no], input[value=not_pregnant]")
                (wanted.first if wanted.count() else item.locator("input").last).check(force=True)
        tap(page, "Next")
    raise AssertionError("the questions do not end")


def ready(page: Page) -> None:
    """A person who may compare."""
    interview(page, ANSWERS)
    questions(page)
    page.goto("/try")


def one_session(page: Page, clock: Clock, seen: Callable[[Page], None]) -> None:
    """A session, every state of it looked at."""
    page.goto("/try/session")
    seen(page)
    choose(page, "pain", "6")
    tap(page, "Show me which")
    expect(page.get_by_role("heading", level=1)).to_contain_text("This time:")
    seen(page)
    clock.forward(minutes=20)
    page.goto("/try/session")
    seen(page)
    choose(page, "pain", "5")
    choose(page, "went", "fine")
    tap(page, "Save")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Once more at")
    seen(page)
    clock.forward(minutes=30)
    page.goto("/try/session")
    seen(page)
    choose(page, "pain", "4")
    tap(page, "Save")
    expect(page.get_by_role("status").first).to_contain_text("Kept.")
    seen(page)


def test_every_state_of_a_comparison_holds_on_small_and_dark(open_: Open, clock: Clock) -> None:
    page = open_(**SMALL)
    interview(page, ANSWERS)
    page.goto("/try")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not now")
    look(page)
    questions(page)
    page.goto("/try")
    look(page)
    tap(page, "Begin")
    look(page)
    for path in ("/plan", "/plan/today", "/try/stop", "/try/result", "/try/report"):
        page.goto(path)
        look(page)
    one_session(page, clock, look)
    page.goto("/try/session")
    expect(page).to_have_url(re.compile("/try$"))
    clock.forward(minutes=190)
    page.goto("/try/session")
    tap(page, "Show me which")
    expect(page.get_by_role("alert")).to_contain_text("still open")
    look(page)
    choose(page, "pain", "5")
    tap(page, "Show me which")
    tap(page, "It makes the pain worse: stop")
    expect(page.get_by_role("status").first).to_contain_text("Stopped and kept.")
    page.goto("/try/session")
    look(page)
    clock.forward(minutes=240)
    page.goto("/try")
    expect(page.get_by_role("heading", level=1)).to_contain_text("It hurt more.")
    look(page)
    page.goto("/try/stop")
    page.get_by_label("Why").fill("it hurt")
    tap(page, "Stop it")
    look(page)
    for path in ("/try/report", "/doctor", "/course", "/plan"):
        page.goto(path)
        look(page)


def test_the_answer_is_a_picture_with_words_for_it(open_: Open, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=9, minute=0)
    page = open_(**SMALL)
    ready(page)
    tap(page, "Begin")
    later = {"heat": "2", "cold": "5", "rest": "5"}
    for number in range(12):
        page.goto("/try")
        if page.get_by_role("button", name="Do the short danger check").count():
            tap(page, "Do the short danger check")
            for _ in range(20):
                if not page.url.endswith("/next"):
                    break
                fill(page, MALE)
            questions(page)
        page.goto("/try/session")
        choose(page, "pain", "6")
        tap(page, "Show me which")
        arm = str(page.locator("h1").get_attribute("class")).rpartition("arm-")[2]
        clock.forward(minutes=50)
        page.goto("/try/session")
        choose(page, "pain", later[arm])
        tap(page, "Save")
        clock.forward(minutes=151)
        if number in (2, 5, 8):
            clock.now = clock.now.replace(hour=9, minute=0)
            clock.forward(days=1)
    page.goto("/try/result")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Heat helps you more")
    picture = page.get_by_role("img", name="Pain half an hour later, each dot a session")
    expect(picture).to_be_visible()
    assert picture.locator(".dot").count() == 12
    assert min(page.evaluate(HEIGHTS)) >= 11
    look(page)
    page.goto("/try/report")
    look(page)
    page.goto("/plan")
    expect(page.get_by_text("Your own comparison (12 sessions").first).to_be_visible()
    look(page)


def test_a_session_by_keyboard_alone(open_: Open) -> None:
    page = open_()
    ready(page)
    tap(page, "Begin")
    page.goto("/try/session")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "pain":
            break
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "4"
    box = "getComputedStyle(document.activeElement.closest('.choice')).outlineStyle"
    assert page.evaluate(box) == "solid"
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("This time:")
    for _ in range(30):
        page.keyboard.press("Tab")
        if "makes the pain worse" in page.evaluate("document.activeElement.textContent"):
            break
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Stopped and kept.")


def test_a_comparison_works_without_a_script(open_: Open, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=9, minute=0)
    clock.forward(days=1)
    page = open_(java_script_enabled=False)
    begin(page)
    for _ in range(30):
        if not page.url.endswith("/next"):
            break
        for item in page.locator("form#q fieldset.item").all():
            typed = item.locator("input[type=text]")
            if not item.is_visible():
                continue
            if typed.count():
                typed.fill("41" if "age" in (item.get_attribute("id") or "") else "3")
                continue
            name = (item.get_attribute("id") or "").removeprefix("row-")
            wanted = item.locator(f"input[value='{MALE.get(name, 'no')}']")
            (wanted if wanted.count() else item.locator("input").nth(1)).check()
        tap(page, "Next")
    questions(page)
    page.goto("/try")
    tap(page, "Begin")
    one_session(page, clock, no_sideways_scrolling)


def test_the_clock_of_a_session_runs_by_itself(open_: Open, clock: Clock) -> None:
    page = open_()
    page.clock.install(time=clock.now)
    ready(page)
    tap(page, "Begin")
    page.goto("/try/session")
    choose(page, "pain", "6")
    tap(page, "Show me which")
    face = page.locator("[data-clock]")
    assert face.inner_text().startswith(("20:00", "19:5"))
    page.clock.run_for(61_000)
    expect(face).to_have_text(re.compile("^18:"))
    address = page.url
    page.goto("about:blank")
    page.goto(address, wait_until="load")
    page.clock.run_for(20 * 60_000)
    expect(page.get_by_text("Time is up.").first).to_be_visible()
    axe(page)

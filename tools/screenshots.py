"""Pictures of every screen, at phone and desk size, light and dark.

tools/screenshots.py FOLDER [NAME...]
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

import lumbago
from lumbago.web.trial import app, running

BROWSER = os.environ.get("LUMBAGO_BROWSER") or shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
FIRST = ("own-words", "again-words", "danger-1", "who", "follow-up", "danger-2", "danger-3")
WORDS = "My back seized up when I bent to pick up a box this morning. It is 8/10. no numbness"


def fill(page: Page, answers: Mapping[str, str]) -> None:
    """Answer the screen that is shown: as given, else no; and go on."""
    for item in page.locator("form#q fieldset.item").all():
        name = (item.get_attribute("id") or "").removeprefix("row-")
        if not item.is_visible():
            continue
        if item.locator("input[type=text]").count():
            keep = item.locator("input[value=keep]")
            if keep.count() and name not in answers:
                keep.check()
            else:
                item.locator("input[type=text]").fill(
                    answers.get(name, "41" if "age" in name else "6")
                )
            continue
        value = answers.get(name, "no")
        choice = item.locator(f"input[value='{value}']")
        (choice if choice.count() else item.locator("input").nth(1)).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Next").click()


def until(page: Page, stop: Callable[[Page], bool], answers: Mapping[str, str]) -> None:
    """Answer screen after screen until something is reached."""
    for _ in range(30):
        if stop(page) or not page.url.endswith("/next"):
            return
        fill(page, answers)


def begin(page: Page, at: str, text: str = "") -> None:
    """The start page, filled in."""
    page.goto(f"{at}/")
    page.locator("#words").fill(text)
    with page.expect_navigation():
        page.get_by_role("button", name="Start the danger check").click()


def answered(page: Page, at: str, text: str, answers: Mapping[str, str]) -> None:
    """An interview to its end."""
    begin(page, at, text)
    until(page, lambda _: False, answers)


def shown(page: Page) -> str:
    """The id of the screen that is shown."""
    return page.locator("input[name=screen]").get_attribute("value") or ""


def screen(
    id_: str, text: str = "", answers: Mapping[str, str] | None = None
) -> Callable[[Page, str], None]:
    """The screen of the interview with this id, or the first of the lists."""

    def go(page: Page, at: str) -> None:
        begin(page, at, text)
        until(
            page,
            lambda p: shown(p) == id_ or (id_ == "list" and shown(p) not in FIRST),
            answers or {},
        )

    return go


def end(text: str, answers: Mapping[str, str]) -> Callable[[Page, str], None]:
    """The answer at the end of an interview."""
    return lambda page, at: answered(page, at, text, answers)


def visit(path: str) -> Callable[[Page, str], None]:
    """A page by its address."""

    def go(page: Page, at: str) -> None:
        page.goto(at + path)

    return go


def stuck(down: str, **answers: str) -> Callable[[Page, str], None]:
    """The stuck mode, answered."""

    def go(page: Page, at: str) -> None:
        page.goto(f"{at}/stuck")
        page.locator(f"input[name=down][value={down}]").check()
        for name in (
            "fall_or_blow",
            "brittle_or_stiff_spine",
            "feet_not_right",
            "chest_belly_faint",
            "alone_cold_no_water",
        ):
            page.locator(f"input[name={name}][value={answers.get(name, 'no')}]").check()
        page.get_by_role("button", name="Go on").click()

    return go


def got_up(page: Page, at: str) -> None:
    """The stuck mode after the danger check."""
    stuck("now")(page, at)
    page.goto(f"{at}/next")
    until(page, lambda p: shown(p) not in FIRST, {"sex_at_birth": "male"})
    page.goto(f"{at}/stuck")


def unfinished(page: Page, at: str) -> None:
    """The answer while danger questions are open."""
    begin(page, at, WORDS)
    page.goto(f"{at}/answer")


def note(page: Page, at: str) -> None:
    """The note for an appointment, filled in."""
    answered(page, at, WORDS, {"lifted_or_bent": "yes", "sex_at_birth": "male"})
    page.goto(f"{at}/note")
    page.locator("#f-name").fill("A. Person")
    page.locator("#f-phone").fill("07700 900123")
    page.get_by_role("button", name="Show the note").click()


def planned(*steps: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    """A plan, and what is done with it then."""

    def go(page: Page, at: str) -> None:
        answered(page, at, WORDS, {**MALE, "spasm_prevents_movement": "yes"})
        page.goto(f"{at}/plan")
        for step in steps:
            step(page, at)

    return go


def timed(page: Page, _: str) -> None:
    """The timer of the first step, running."""
    with page.expect_navigation():
        page.get_by_role("button", name="Start").click()


def checked(page: Page, at: str) -> None:
    """A check-in."""
    page.goto(f"{at}/check")
    page.locator("input[name=pain][value='6']").check(force=True)
    for item in page.locator("fieldset.line").all():
        item.locator("input[value=no]").check(force=True)
    page.locator("details summary").last.click()
    page.locator("#name-0").fill("Put on socks")
    page.locator("#own-0").select_option("3")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()


def unlocked(about: str) -> Callable[[Page, str], None]:
    """The questions that open more, answered."""

    def go(page: Page, at: str) -> None:
        for _ in range(12):
            page.goto(f"{at}/plan/questions?for={about}")
            if "questions" not in page.url:
                return
            fill(page, {"pain_site_low_back": "yes"})

    return go


class Clock:
    """The real time, moved to this morning and on from there."""

    def __init__(self) -> None:
        real = datetime.now().astimezone()
        self.start = real.replace(hour=9, minute=0, second=0, microsecond=0) - real
        self.moved = self.start

    def __call__(self) -> datetime:
        """The moment."""
        return datetime.now().astimezone() + self.moved

    def forward(self, page: Page, minutes: float) -> None:
        """Later, for the app and for the browser."""
        self.moved += timedelta(minutes=minutes)
        page.clock.set_system_time(self())


CLOCK = Clock()


def tap(page: Page, name: str) -> None:
    """A button that sends something."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def pain(page: Page, score: int) -> None:
    """A score of pain on the scale."""
    page.locator(f"input[name=pain][value='{score}']").check(force=True)


def compared(stop: str, sessions: int = 0) -> Callable[[Page, str], None]:
    """A comparison after some sessions, up to a moment of the next, or with it done."""

    def go(page: Page, at: str) -> None:
        page.goto(f"{at}/try")
        tap(page, "Begin")
        for number in range(sessions):
            session(page, at, "done", number)
            CLOCK.forward(page, 191)
            if number % 3 == 2:
                CLOCK.forward(page, 24 * 60 - 3 * 241)
        session(page, at, stop, sessions)

    return go


def session(page: Page, at: str, stop: str, number: int) -> None:
    """One session, up to a moment of it."""
    if stop == "progress":
        page.goto(f"{at}/try")
        return
    page.goto(f"{at}/try")
    again = page.get_by_role("button", name="Do the short danger check")
    if again.count():
        with page.expect_navigation():
            again.click()
        until(page, lambda _: False, MALE)
        unlocked("compare")(page, at)
    page.goto(f"{at}/try/session")
    if stop == "start":
        return
    pain(page, 7 - number // 4)
    tap(page, "Show me which")
    arm = (page.locator("h1").get_attribute("class") or "").rpartition("arm-")[2]
    if stop == "running":
        CLOCK.forward(page, 7)
        page.goto(f"{at}/try/session")
        return
    CLOCK.forward(page, 20)
    page.goto(f"{at}/try/session")
    if stop == "after":
        return
    pain(page, 6 - number // 4)
    page.locator("input[name=went][value=fine]").check(force=True)
    tap(page, "Save")
    if stop == "pause":
        return
    CLOCK.forward(page, 30)
    page.goto(f"{at}/try/session")
    if stop == "later":
        return
    fall, wobble = {"heat": 3, "cold": 1, "rest": 1}[arm], number * 7 % 3 - 1
    pain(page, max(0, 7 - number // 4 - fall + wobble))
    tap(page, "Save")


def comparing(*steps: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    """A person who may compare, and what is done then."""
    return planned(unlocked("compare"), *steps)


MALE = {"sex_at_birth": "male", "lifted_or_bent": "yes"}
SCREENS: dict[str, Callable[[Page, str], None]] = {
    "start": visit("/"),
    "words": screen("own-words", WORDS),
    "danger-1": screen("danger-1"),
    "danger-2": screen("danger-2", "", MALE),
    "danger-3": screen("danger-3", "", MALE),
    "who": screen("who"),
    "follow-up": screen("follow-up", "", {"chest": "yes"}),
    "list": screen("list", "", MALE),
    "answer-self-care": end(WORDS, {**MALE, "spasm_prevents_movement": "yes"}),
    "answer-soon": end("", {**MALE, "weeks_of_change": "yes", "weight_loss_unexplained": "yes"}),
    "answer-same-day": end(
        "", {**MALE, "fever_or_chills": "yes", "fever": "yes", "shaking_chills": "no"}
    ),
    "answer-open": unfinished,
    "answer-emergency-drive": end("", {**MALE, "saddle": "yes"}),
    "answer-emergency": end(
        "",
        {
            **MALE,
            "chest": "yes",
            "chest_pain": "yes",
            "sweating": "yes",
            "collapse": "yes",
            "fainted_or_collapsed": "yes",
        },
    ),
    "answer-crisis": end("", {**MALE, "too_much_or_self_harm": "yes"}),
    "plan": planned(),
    "plan-timer": planned(timed),
    "plan-today": planned(unlocked("ibuprofen"), visit("/plan/today")),
    "plan-week": planned(unlocked("more"), visit("/plan/week")),
    "plan-later": planned(visit("/plan/later")),
    "plan-after": planned(visit("/plan/after")),
    "plan-questions": planned(visit("/plan/questions?for=more")),
    "check": planned(visit("/check")),
    "course": planned(checked, unlocked("course"), visit("/course")),
    "doctor": planned(checked, visit("/doctor")),
    "try-no": planned(visit("/try")),
    "try": comparing(visit("/try")),
    "try-start": comparing(compared("start")),
    "try-running": comparing(compared("running")),
    "try-after": comparing(compared("after")),
    "try-pause": comparing(compared("pause")),
    "try-later": comparing(compared("later")),
    "try-progress": comparing(compared("progress", 5)),
    "try-plan": comparing(compared("start", 0), visit("/plan")),
    "try-stop": comparing(compared("start"), visit("/try/stop")),
    "try-result": comparing(compared("start", 12), visit("/try/result")),
    "try-report": comparing(compared("start", 12), visit("/try/report")),
    "try-after-it": comparing(compared("done", 14), visit("/plan")),
    "emergency": visit("/emergency"),
    "people": visit("/people"),
    "stuck": visit("/stuck"),
    "stuck-still": stuck("now", fall_or_blow="yes"),
    "stuck-calm": stuck("half"),
    "stuck-up": got_up,
    "believe": visit("/believe"),
    "believe-rules": visit("/believe/rules/soon"),
    "believe-rule": visit("/believe/rule/E01"),
    "believe-hazards": visit("/believe/hazards"),
    "mine": visit("/mine"),
    "note": note,
    "away": visit("/away"),
    "offline": visit("/offline"),
    "missing": visit("/nothing-here"),
}


def shoot(browser: Browser, at: str, folder: Path, name: str) -> None:
    """One screen in every size and colour."""
    for size, (width, height) in SIZES.items():
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce"
        )
        page = context.new_page()
        CLOCK.moved = CLOCK.start
        page.clock.install(time=CLOCK())
        SCREENS[name](page, at)
        for colour in ("light", "dark"):
            page.emulate_media(color_scheme=colour)
            page.screenshot(path=folder / f"{name}-{size}-{colour}.png")
        page.emulate_media(color_scheme="light")
        page.screenshot(path=folder / f"{name}-{size}-whole.png", full_page=True)
        context.close()


def main() -> int:
    """Write the pictures."""
    if len(sys.argv) < 2:
        print("usage: tools/screenshots.py FOLDER [NAME...]", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:] or list(SCREENS)
    with (
        running(app(lumbago.load(), CLOCK)) as at,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=BROWSER, args=FLAGS)
        for name in wanted:
            shoot(browser, at, folder, name)
            print(name)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

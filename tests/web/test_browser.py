"""The app in a real browser: every path of a person, on a phone, with and without help.

No other origin can be reached, and every request to one is written down; the accessibility checker
(axe) looks at every state.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)
from tests.web.conftest import Clock

from lumbago.knowledge.model import Knowledge
from lumbago.web.trial import app, running

CHROMIUM = os.environ.get("LUMBAGO_BROWSER") or shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
AXE = (Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
WORDS = "My back seized up when I bent to pick up a box this morning. It is 8/10. no numbness"
PHONE = {"width": 390, "height": 844}
MALE = {"sex_at_birth": "male", "lifted_or_bent": "yes"}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def at(knowledge: Knowledge, clock: Clock) -> Iterator[str]:
    with running(app(knowledge, clock)) as address:
        yield address


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    with sync_playwright() as play:
        yield play


@pytest.fixture(scope="module")
def browser(play: Playwright) -> Iterator[Browser]:
    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_(browser: Browser, at: str) -> Iterator[Open]:
    """A page of a new person; requests to anywhere else, and errors of scripts, fail the test."""
    contexts: list[BrowserContext] = []
    elsewhere: list[str] = []
    errors: list[str] = []

    def sent(request: Request) -> None:
        if not request.url.startswith(at + "/"):
            elsewhere.append(request.url)

    def said(line: ConsoleMessage) -> None:
        if "Content Security" in line.text:
            errors.append(line.text)

    def make(**options: object) -> Page:
        base: dict[str, object] = {"viewport": PHONE, "locale": "en-GB", "reduced_motion": "reduce"}
        base |= {"service_workers": "block"}
        context = browser.new_context(**{**base, "base_url": at, **options})  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        context.on("request", sent)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda line: errors.append(line.text) if "Content Security" in line.text else None,
        )
        contexts.append(context)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not elsewhere
    assert not errors


RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"


def axe(page: Page) -> None:
    """No violation that axe knows of, in the state that is shown."""
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run({{runOnly: {RULES}, resultTypes: ['violations']}})")
    wrong = [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]]
    assert not wrong, f"{page.url}: {json.dumps(wrong, indent=1)}"


def no_sideways_scrolling(page: Page) -> None:
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over <= 0, f"{page.url} is {over} px too wide"


def shown(page: Page) -> str:
    return page.locator("input[name=screen]").get_attribute("value") or ""


SEEN = """async () => { for (const item of document.querySelectorAll('.item')) {
  if (!item.offsetParent) continue;
  item.scrollIntoView();
  await new Promise((done) => {
    const watch = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) { watch.disconnect(); done(); }
    }, { threshold: 0.2 });
    watch.observe(item);
  });
} }"""

FILL = """(answers) => {
  const none = document.querySelector('button[name=none]');
  let taps = 1;
  for (const item of document.querySelectorAll('.item')) {
    if (!item.offsetParent) continue;
    const name = item.id.replace('row-', '');
    const typed = item.querySelector('input[type=text]');
    const keep = item.querySelector('input[value=keep]');
    const value = answers[name] || 'no';
    if (typed && keep) keep.checked = true;
    else if (typed) typed.value = answers[name] || (name === 'age_years' ? '41' : '6');
    else if (item.matches('.line') && value === 'no') continue;
    else (item.querySelector(`input[value='${value}']`) || item.querySelector('input')).checked = true;
    taps += 1;
  }
  return taps;
}"""


def fill(page: Page, answers: Mapping[str, str]) -> int:
    """Answer the screen as given, else no, with as few taps as a person needs. Returns the taps."""
    page.wait_for_load_state("load")
    taps: int = page.evaluate(FILL, dict(answers))
    none = page.locator("button[name=none]")
    if none.count():
        page.evaluate(SEEN)
    with page.expect_navigation(wait_until="load"):
        (none if none.count() else page.get_by_role("button", name="Next")).click()
    return taps


def begin(page: Page, text: str = "") -> None:
    page.goto("/")
    page.get_by_label("In your own words").fill(text)
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Start the danger check").click()


def interview(
    page: Page,
    answers: Mapping[str, str],
    text: str = "",
    look: Callable[[Page], None] | None = None,
) -> int:
    """A whole interview; every screen is looked at. Returns the taps."""
    begin(page, text)
    taps = 1
    for _ in range(30):
        if look is not None:
            look(page)
        if not page.url.endswith("/next"):
            return taps
        taps += fill(page, answers)
    raise AssertionError("the interview does not end")


# ----------------------------------------------------------------------------------------- the paths


def test_a_first_visit_reaches_an_answer_in_few_taps(open_: Open) -> None:
    page = open_()
    assert interview(page, MALE, look=axe) <= 25
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "From what you told us nothing needs a doctor today."
    )
    axe(page)
    for details in page.locator("details").all():
        details.locator("summary").click()
    axe(page)


def test_own_words_come_back_as_chips_that_nobody_ticked(open_: Open) -> None:
    page = open_()
    begin(page, WORDS)
    assert shown(page) == "own-words"
    assert page.locator("input:checked").count() == 0
    expect(page.get_by_text("8/10")).to_be_visible()
    axe(page)


def test_the_number_to_call_is_three_taps_away(open_: Open) -> None:
    page = open_()
    begin(page)
    page.locator("[id='chest-yes']").check()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text("still open")
    fill(page, {"chest": "yes"})
    expect(page.get_by_role("link", name="Call 999").first).to_be_visible()
    axe(page)
    one = open_()
    one.goto("/")
    one.get_by_role("link", name="In immediate danger, call 999").click(trial=True)


FAINT = {"collapse": "yes", "fainted_or_collapsed": "yes", "chest": "yes", "chest_pain": "yes"}
THINNER = {"weeks_of_change": "yes", "weight_loss_unexplained": "yes"}
ENDS: dict[str, tuple[Mapping[str, str], str]] = {
    "ambulance": (FAINT, "Get an ambulance now."),
    "drive": ({"saddle": "yes"}, "Have someone drive you"),
    "crisis": ({"too_much_or_self_harm": "yes"}, "Talk to someone now."),
    "same_day": ({"fever_or_chills": "yes", "fever": "yes"}, "needs a clinician today"),
    "soon": (THINNER, "within about a week"),
    "routine": ({"pain_duration_days": "60", "pain_severity_0_10": "3"}, "planned visit"),
}


@pytest.mark.parametrize("end", ENDS)
def test_every_disposition_has_its_page(end: str, open_: Open) -> None:
    answers, title = ENDS[end]
    page = open_()
    interview(page, {**MALE, **answers})
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    axe(page)
    no_sideways_scrolling(page)


def test_back_and_change_an_answer(open_: Open) -> None:
    page = open_()
    begin(page)
    first = shown(page)
    fill(page, {})
    with page.expect_navigation():
        page.get_by_role("button", name="Back").click()
    assert shown(page) == first
    interview(page, {**MALE, "fever_or_chills": "yes", "fever": "yes"})
    page.get_by_text("Show", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Change: fever").click()
    assert shown(page).startswith("danger")
    fill(page, {})
    for _ in range(12):
        if not page.url.endswith("/next"):
            break
        fill(page, MALE)
    expect(page.get_by_role("heading", level=1)).to_contain_text("nothing needs a doctor today")


def test_somebody_stuck_is_asked_first_and_then_held_still_or_calmed(
    open_: Open, clock: Clock
) -> None:
    page = open_()
    hour_later = clock.now + timedelta(hours=1)
    page.goto("/")
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("link", name="stuck and can").click()
    axe(page)
    for group in page.locator("fieldset.item").all():
        group.locator("input[value=no], input[value=now]").first.check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text(f"Still down at {hour_later:%H:%M}?")).to_be_visible()
    expect(page.get_by_text("Getting up, slowly")).to_have_count(0)
    axe(page)
    page.goto("/stuck?again=1")
    page.locator("[id='row-feet_not_right'] input[value=yes]").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stay still. Call an ambulance.")
    axe(page)


def test_keyboard_alone_is_enough(open_: Open) -> None:
    page = open_()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("my back hurts")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/next")
    for _ in range(40):
        page.keyboard.press("Tab")
        here = "document.activeElement.name + '=' + document.activeElement.value"
        if page.evaluate("document.activeElement.type") == "radio":
            page.keyboard.press("ArrowDown")
            assert page.evaluate(here).endswith("=no")
        elif page.evaluate("document.activeElement.textContent").strip() == "Next":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("input[name=screen][value=danger-1]")).to_have_count(0)


MARKED = """(at) => [...document.querySelectorAll(`.spot-${at} .coil`)]
  .map(coil => getComputedStyle(coil).opacity)"""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_tap_on_the_body_marks_the_place_without_a_script(width: int, open_: Open) -> None:
    page = open_(java_script_enabled=False, viewport={"width": width, "height": 2000})
    page.goto("/")
    zones = page.locator(".zone")
    assert zones.count() == 13
    for zone in zones.all():
        place = zone.bounding_box()
        assert place is not None
        assert min(place["width"], place["height"]) >= (40 if width == 320 else 43)
        box = page.locator(f"#{zone.locator('xpath=../..').get_attribute('for')}")
        before = box.is_checked()
        page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        assert box.is_checked() is not before
    assert page.locator(".where :checked").count() == 5


def test_a_mark_in_the_list_shows_on_the_body_and_back(open_: Open) -> None:
    page = open_()
    page.goto("/")
    for box in page.locator(".spots input").all():
        at = str(box.get_attribute("id")).removeprefix("at-")
        assert set(page.evaluate(MARKED, at)) == {"0"}
        box.check()
        assert set(page.evaluate(MARKED, at)) == {"1"}
    axe(page)
    page.get_by_role("checkbox", name="Low back", exact=True).uncheck()
    assert page.evaluate(MARKED, "3") == ["0"]
    page.locator("#at-2").focus()
    page.keyboard.press("Tab")
    patch = "getComputedStyle(document.querySelector('.spot-3 .patch')).strokeWidth"
    assert page.evaluate(patch) == "2.2px"
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Start the danger check").click()
    axe(page)


def test_somebody_stuck_sees_how_to_lie_and_when_to_call(open_: Open) -> None:
    page = open_()
    page.goto("/stuck")
    expect(page.get_by_role("img", name="Lying still.")).to_be_visible()
    calling = page.get_by_role("img", name="Lying still and calling.")
    expect(calling).to_have_count(0)
    for value, seen in (("no", 0), ("yes", 1), ("no", 0), ("unsure", 1)):
        page.locator(f"input[name=feet_not_right][value={value}]").check()
        expect(calling).to_have_count(seen)
    page.locator("input[name=feet_not_right][value=no]").check()
    page.locator("input[name=down][value=long]").check()
    expect(calling).to_be_visible()
    axe(page)


def test_without_a_script_every_path_works(open_: Open) -> None:
    page = open_(java_script_enabled=False)
    begin(page)
    for _ in range(30):
        if not page.url.endswith("/next"):
            break
        for row in page.locator(".item").all():
            typed = row.locator("input[type=text]")
            if typed.count():
                typed.fill("41" if row.get_attribute("id") == "row-age_years" else "6")
            elif row.is_visible():
                choice = row.locator("input[value=no], input[value=male], input[value=none]")
                choice.first.check()
        with page.expect_navigation(wait_until="load"):
            page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("nothing needs a doctor today")
    page.get_by_role("button", name="Something changed").click()
    expect(page.locator("input[name=screen]")).to_have_value("danger-1")


# -------------------------------------------------------------------------------- sizes and colours

PAGES = (
    "/",
    "/emergency",
    "/stuck",
    "/mine",
    "/people",
    "/believe",
    "/believe/rule/E01",
    "/offline",
    "/nothing",
)
LOOKS: dict[str, Mapping[str, object]] = {
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "zoomed": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
    "dark": {"color_scheme": "dark"},
    "contrast": {"contrast": "more", "forced_colors": "active"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_holds_in_every_look(look: str, open_: Open) -> None:
    page = open_(**LOOKS[look])
    check = axe if look == "dark" else no_sideways_scrolling
    for path in PAGES:
        page.goto(path)
        check(page)
    interview(page, {**MALE, "spasm_prevents_movement": "yes"}, WORDS, check)
    axe(page)
    no_sideways_scrolling(page)


def test_twice_the_text_fits_a_phone(open_: Open) -> None:
    page = open_()
    page.goto("/mine")
    page.get_by_label("Largest").check()
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Save").click()

    def bigger(page: Page) -> None:
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        no_sideways_scrolling(page)

    interview(page, {"saddle": "yes", **MALE}, look=bigger)
    for path in PAGES:
        page.goto(path)
        bigger(page)


def test_nothing_moves_where_motion_is_not_wanted(open_: Open) -> None:
    for wish, moving in (("reduce", 0), ("no-preference", 2)):
        page = open_(reduced_motion=wish)
        page.goto("/stuck")
        for group in page.locator("fieldset.item").all():
            group.locator("input[value=no], input[value=now]").first.check()
        with page.expect_navigation(wait_until="load"):
            page.get_by_role("button", name="Go on").click()
        assert page.evaluate("document.getAnimations().length") == moving


def test_targets_are_large_enough(open_: Open) -> None:
    page = open_()
    begin(page)
    for path in ("/next", "/", "/stuck", "/mine"):
        page.goto(path)
        small = page.evaluate(
            """[...document.querySelectorAll('.btn, .choice, summary, .links a, .top a, .pill')]
            .filter(e => e.offsetParent && e.getBoundingClientRect().height < 47.5)
            .map(e => e.textContent)"""
        )
        assert not small


# ------------------------------------------------------------------------------------- odd moments


def test_two_tabs_never_mix_their_answers(open_: Open) -> None:
    page = open_()
    begin(page)
    other = page.context.new_page()
    other.goto("/next")
    fill(page, {})
    now = shown(page)
    fill(other, {"chest": "yes"})
    expect(other.get_by_role("status")).to_contain_text("another window")
    assert shown(other) == now
    page.reload()
    assert shown(page) == now


def test_two_people_on_one_computer_do_not_meet(open_: Open) -> None:
    ann, bob = open_(), open_()
    interview(ann, {"saddle": "yes", **MALE})
    bob.goto("/mine")
    expect(bob.get_by_text("Nothing yet.")).to_be_visible()


def test_after_twelve_hours_the_danger_is_asked_again(open_: Open, clock: Clock) -> None:
    page = open_()
    interview(page, MALE)
    clock.forward(hours=12, minutes=1)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("not an all-clear")
    axe(page)
    page.get_by_role("link", name="Answer the open questions").click()
    expect(page.locator("input[name=screen]")).to_have_value("danger-1")


def test_none_of_these_leads_to_what_was_not_on_the_screen(open_: Open) -> None:
    page = open_(viewport={"width": 390, "height": 500})
    begin(page)
    none = page.get_by_role("button", name="None of these")
    none.click()
    assert shown(page) == "danger-1"
    assert page.evaluate("document.activeElement.type") == "radio"
    page.evaluate(SEEN)
    none.click()
    expect(page.locator("input[name=screen][value=danger-1]")).to_have_count(0)


def test_without_a_connection_the_danger_check_and_the_card_are_there(open_: Open) -> None:
    page = open_(service_workers="allow")
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/emergency")
    expect(page.get_by_role("link", name="Call 999").first).to_be_visible()
    page.context.set_offline(False)
    page.goto("/emergency")
    with page.expect_navigation():
        page.get_by_role("button", name="United States 911").first.click()
    kept = (
        "caches.match('/offline').then(kept => kept.text()).then(text => text.includes('911 now'))"
    )
    for _ in range(50):
        if page.evaluate(kept):
            break
        page.wait_for_timeout(50)
    page.context.set_offline(True)
    page.goto("/emergency")
    expect(page.get_by_role("link", name="Call 911").first).to_be_visible()
    page.goto("/next")
    expect(page.get_by_role("heading", level=1)).to_have_text("Without a connection")
    expect(page.get_by_text("Any yes, or not sure? Call 911 now.")).to_be_visible()
    axe(page)
    page.context.set_offline(False)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is happening?")


def test_leaving_quickly_shows_nothing_until_they_are_back(open_: Open) -> None:
    page = open_()
    interview(page, MALE)
    page.get_by_role("button", name="Leave quickly").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Notes")
    page.go_back()
    expect(page.get_by_text("nothing needs a doctor")).to_have_count(0)
    page.goto("/answer")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is happening?")
    axe(page)
    page.get_by_role("button", name="I am back").click()
    page.get_by_role("link", name="Go on where you were").click()
    expect(page.get_by_text("nothing needs a doctor").first).to_be_visible()


def test_a_first_visit_is_light(open_: Open) -> None:
    page = open_()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto("/", wait_until="networkidle")
    assert len(sizes) <= 10
    assert sum(sizes) <= 100_000


def test_an_appointment_note_and_its_mistakes(open_: Open) -> None:
    page = open_()
    interview(page, MALE)
    page.get_by_role("link", name="Make a note").click()
    axe(page)
    page.get_by_role("button", name="Show the note").click()
    expect(page.get_by_text("Please type a name")).to_be_visible()
    axe(page)
    page.get_by_label("Your name").fill("Ann")
    page.get_by_label("Your phone number").fill("07700 900123")
    page.get_by_role("button", name="Show the note").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nobody has been told yet")
    axe(page)


def planned(page: Page) -> None:
    """A first visit to its plan."""
    interview(page, {**MALE, "spasm_prevents_movement": "yes"}, WORDS)
    page.get_by_role("link", name="Show my plan").click()
    expect(page.get_by_role("button", name="Made it worse")).to_be_visible()


def test_from_a_first_visit_to_a_plan_a_check_in_and_an_alarm(open_: Open) -> None:
    page = open_()
    planned(page)
    axe(page)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status")).to_contain_text("Noted")
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="Made it worse").click()
    expect(page.get_by_role("status")).to_contain_text("made easier or left out")
    page.get_by_role("link", name="This week").click()
    axe(page)
    row = page.get_by_role("listitem").filter(has_text=name)
    assert row.count() == 0 or "made it worse" in row.first.inner_text()
    page.get_by_role("link", name="Check in").click()
    axe(page)
    page.locator(".scale label").nth(6).click()
    page.locator("#now_leg_weak-yes").check()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/answer$"))
    axe(page)
    page.goto("/plan")
    expect(page.get_by_role("heading", level=1)).to_have_text("Until you are seen")
    assert page.get_by_role("button", name="Done").count() == 0
    axe(page)


def test_every_page_of_a_plan_holds_on_small_and_dark(open_: Open) -> None:
    page = open_(viewport={"width": 320, "height": 640}, color_scheme="dark")
    planned(page)
    paths = ("/plan", "/plan/today", "/plan/week", "/plan/later", "/plan/after", "/check")
    for path in (*paths, "/plan/questions?for=more", "/course", "/doctor", "/mine"):
        page.goto(path)
        for details in page.locator("details").all():
            details.evaluate("one => { one.open = true; }")
        axe(page)
        no_sideways_scrolling(page)


def test_a_timer_counts_down_by_itself_and_survives_a_closed_tab(open_: Open, clock: Clock) -> None:
    page = open_()
    page.clock.install(time=clock.now)
    planned(page)
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Start").click()
    face = page.locator("[data-clock]")
    assert face.inner_text().startswith(("15:00", "14:5"))
    page.clock.run_for(61_000)
    expect(face).to_have_text(re.compile("^13:"))
    axe(page)
    address = page.url
    page.goto("about:blank")
    page.goto(address, wait_until="load")
    page.clock.run_for(15 * 60_000)
    expect(page.get_by_text("Time is up.").first).to_be_visible()
    axe(page)


def test_a_plan_works_without_a_script(open_: Open) -> None:
    page = open_(java_script_enabled=False)
    page.goto("/")
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Start the danger check").click()
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
        with page.expect_navigation():
            page.get_by_role("button", name="Next").click()
    page.get_by_role("link", name="Show my plan").click()
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("status")).to_contain_text("Skipped")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("left of")).to_be_visible()


def test_the_page_for_the_doctor_prints_on_one_sheet(open_: Open, tmp_path: Path) -> None:
    from pypdf import PdfReader

    page = open_()
    planned(page)
    page.goto("/doctor")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    file = tmp_path / "page.pdf"
    page.pdf(path=str(file), prefer_css_page_size=True)
    assert len(PdfReader(file).pages) == 1

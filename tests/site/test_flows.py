"""The flows of the web app, walked through on the phone's own page: the same tests, another carrier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request
from tests.site.conftest import served
from tests.site.pages import PhoneClock, phone
from tests.web.test_browser import (
    CHROMIUM,
    PHONE,
    Open,
    browser,
    play,
    test_a_first_visit_reaches_an_answer_in_few_taps,
    test_after_twelve_hours_the_danger_is_asked_again,
    test_an_appointment_note_and_its_mistakes,
    test_back_and_change_an_answer,
    test_every_disposition_has_its_page,
    test_every_page_of_a_plan_holds_on_small_and_dark,
    test_from_a_first_visit_to_a_plan_a_check_in_and_an_alarm,
    test_keyboard_alone_is_enough,
    test_leaving_quickly_shows_nothing_until_they_are_back,
    test_none_of_these_leads_to_what_was_not_on_the_screen,
    test_own_words_come_back_as_chips_that_nobody_ticked,
    test_somebody_stuck_is_asked_first_and_then_held_still_or_calmed,
    test_targets_are_large_enough,
    test_the_number_to_call_is_three_taps_away,
    test_the_page_for_the_doctor_prints_on_one_sheet,
    test_twice_the_text_fits_a_phone,
    test_two_people_on_one_computer_do_not_meet,
)

__all__ = [
    "browser",
    "play",
    "test_a_first_visit_reaches_an_answer_in_few_taps",
    "test_after_twelve_hours_the_danger_is_asked_again",
    "test_an_appointment_note_and_its_mistakes",
    "test_back_and_change_an_answer",
    "test_every_disposition_has_its_page",
    "test_every_page_of_a_plan_holds_on_small_and_dark",
    "test_from_a_first_visit_to_a_plan_a_check_in_and_an_alarm",
    "test_keyboard_alone_is_enough",
    "test_leaving_quickly_shows_nothing_until_they_are_back",
    "test_none_of_these_leads_to_what_was_not_on_the_screen",
    "test_own_words_come_back_as_chips_that_nobody_ticked",
    "test_somebody_stuck_is_asked_first_and_then_held_still_or_calmed",
    "test_targets_are_large_enough",
    "test_the_number_to_call_is_three_taps_away",
    "test_the_page_for_the_doctor_prints_on_one_sheet",
    "test_twice_the_text_fits_a_phone",
    "test_two_people_on_one_computer_do_not_meet",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def clock() -> PhoneClock:
    return PhoneClock()


@pytest.fixture(scope="module")
def at(folder: Path) -> Iterator[str]:
    with served(folder, headers=True) as address:
        yield address


@pytest.fixture
def open_(browser: Browser, at: str, clock: PhoneClock) -> Iterator[Open]:
    """A page of a new person; requests to anywhere else, and errors of scripts, fail the test."""
    contexts: list[BrowserContext] = []
    elsewhere: list[str] = []
    errors: list[str] = []

    def sent(request: Request) -> None:
        if not request.url.startswith((at + "/", "blob:")):
            elsewhere.append(request.url)

    def make(**options: object) -> Page:
        base: dict[str, object] = {"viewport": PHONE, "locale": "en-GB", "reduced_motion": "reduce"}
        base |= {"service_workers": "block", "timezone_id": "UTC"}
        context = browser.new_context(**{**base, **options})  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        context.on("request", sent)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.clock.set_fixed_time(clock.now)
        clock.pages.append(page)
        contexts.append(context)
        return phone(page, at)

    yield make
    for context in contexts:
        context.close()
    assert not elsewhere
    assert not errors

"""What stays, in a real browser: over a restart, without a connection, for several people, locked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.web.test_browser import (
    MALE,
    Open,
    axe,
    browser,
    interview,
    no_sideways_scrolling,
    open_,
    planned,
    play,
    pytestmark,
)

from lumbago.knowledge.model import Knowledge
from lumbago.store import Home, Record
from lumbago.web.kept import InRecord
from lumbago.web.trial import app, running

__all__ = ["browser", "open_", "play", "pytestmark"]

Start = Callable[[], AbstractContextManager[str]]


def now() -> datetime:
    """The real time: the browser compares with its own clock."""
    return datetime.now(UTC)


@pytest.fixture
def start(knowledge: Knowledge, tmp_path: Path) -> Start:
    """The app over a record in a folder, as often as it is started."""
    home = Home(tmp_path / "home")

    def record(key: bytes | None) -> Record:
        return Record.open(home, now=now(), dice=os.urandom, key=key)

    def again() -> AbstractContextManager[str]:
        visits = InRecord(knowledge, home, record, "Me", "Europe/London", os.urandom)
        return running(app(knowledge, now, visits=visits))

    return again


@pytest.fixture
def at(start: Start) -> Iterator[str]:
    with start() as address:
        yield address


def until(page: Page, what: str) -> None:
    """Wait for something to be true in the page; its policy forbids Playwright's own way."""
    for _ in range(200):
        if page.evaluate(what):
            return
        page.wait_for_timeout(50)
    raise AssertionError(what)


def test_without_a_connection_the_plan_is_there_until_it_no_longer_holds(open_: Open) -> None:
    page = open_(service_workers="allow")
    page.goto("/")
    until(page, "navigator.serviceWorker.controller !== null")
    planned(page)
    first = page.get_by_role("heading", level=1).inner_text()
    sheet = page.locator("link[href^='/figures/']").get_attribute("href")
    until(page, "caches.open('lumbago-plan').then(s => s.keys()).then(k => k.length >= 5)")
    until(page, f"caches.match('{sheet}').then(kept => kept !== undefined)")
    page.context.set_offline(True)
    page.goto("/plan")
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    expect(page.get_by_text("lumbago is not running")).to_be_visible()
    axe(page)
    for part in ("Today", "This week", "Until it is over"):
        page.get_by_role("link", name=part).first.click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Without a connection")
    page.goto("/answer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Without a connection")
    page.evaluate(
        """async () => { const shelf = await caches.open('lumbago-plan');
        const page = await shelf.match('/plan');
        await shelf.put('/plan', new Response(await page.text(),
          { headers: { 'X-Keep-Until': String(Date.now() - 1) } })); }"""
    )
    page.goto("/plan")
    expect(page.get_by_role("heading", level=1)).to_have_text("Without a connection")
    page.context.set_offline(False)
    page.goto("/plan/today")
    expect(page.get_by_text("lumbago is not running")).to_be_hidden()
    page.goto("/")
    page.get_by_role("button", name="Leave quickly").click()
    until(page, "caches.has('lumbago-plan').then(has => !has)")


def test_several_people_share_a_browser_and_never_meet(open_: Open) -> None:
    page = open_()
    planned(page)
    page.goto("/people")
    axe(page)
    no_sideways_scrolling(page)
    page.get_by_label("A name or a letter").first.fill("Ann")
    page.get_by_role("button", name="Start for them").click()
    expect(page.get_by_role("link", name="For Ann")).to_be_visible()
    axe(page)
    interview(page, MALE, "my neck is stiff")
    expect(page.get_by_role("link", name="For Ann")).to_be_visible()
    page.get_by_role("link", name="For Ann").click()
    page.get_by_role("button", name="Go on for Me").click()
    page.goto("/mine")
    expect(page.get_by_text("My back seized up")).to_be_visible()
    expect(page.get_by_text("my neck is stiff")).to_have_count(0)


def test_a_passphrase_set_locked_and_opened(open_: Open) -> None:
    page = open_()
    planned(page)
    page.goto("/mine")
    page.get_by_role("link", name="Passphrase").click()
    axe(page)
    page.get_by_label("A passphrase of at least 8").fill("four dull words here")
    page.get_by_label("The same again").fill("four dull words here")
    page.get_by_role("button", name="Encrypt").click()
    expect(page.get_by_text("shown only now")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="I have written it down").click()
    page.get_by_role("link", name="Passphrase").click()
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your record is locked")
    axe(page)
    page.get_by_label("Passphrase").fill("something else")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_contain_text("neither")
    axe(page)
    page.get_by_label("Passphrase").fill("four dull words here")
    page.get_by_role("button", name="Unlock").click()
    page.goto("/plan")
    expect(page.get_by_role("button", name="Made it worse")).to_be_visible()


def test_on_a_slow_connection_the_answer_is_there_in_time(open_: Open) -> None:
    page = open_()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 400,
            "downloadThroughput": 50_000,
            "uploadThroughput": 25_000,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    began = now()
    page.goto("/")
    page.goto("/emergency")
    expect(page.get_by_role("link", name="Call 999").first).to_be_visible()
    assert (now() - began).total_seconds() < 15
    began = now()
    assert interview(page, MALE) <= 25
    expect(page.get_by_role("heading", level=1)).to_contain_text("nothing needs a doctor today")
    assert (now() - began).total_seconds() < 120

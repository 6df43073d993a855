"""A page of the site in a browser, spoken to like a page of a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playwright.sync_api import Page
from tests.web.conftest import START, Clock

READY = 120_000


@dataclass
class PhoneClock(Clock):
    """The clock of the phones; moving it moves the time of every open page."""

    now: datetime = START
    pages: list[Page] = field(default_factory=list)

    def forward(self, **step: float) -> None:
        super().forward(**step)
        for page in self.pages:
            if not page.is_closed():
                page.clock.set_fixed_time(self.now)


def ready(page: Page) -> None:
    """Wait until Python answers, and what is shown came from it."""
    page.wait_for_selector("html[data-ready]:not([data-busy])", state="attached", timeout=READY)
    assert page.locator("html").get_attribute("data-ready") == "yes"


def phone(page: Page, at: str) -> Page:
    """The page with `goto`, `reload` and `go_back` that wait for the app, as they do for a server."""
    goto, reload = page.goto, page.reload

    def to(path: str, **options: Any) -> Any:
        if not path.startswith("/"):
            return goto(path, **options)
        wanted = at + "/" if path == "/" else f"{at}/#{path}"
        fresh = not page.url.startswith(at)
        before = "" if fresh else page.locator("html").get_attribute("data-page")
        if page.url == wanted and not fresh:
            return again()
        found = goto(wanted, **options)
        if not fresh:
            page.wait_for_selector(
                f"html:not([data-page='{before}']):not([data-busy])", state="attached"
            )
        ready(page)
        return found

    def again(**options: Any) -> Any:
        found = reload(**options)
        ready(page)
        return found

    replaced: dict[str, Callable[..., Any]] = {"goto": to, "reload": again}
    for name, what in replaced.items():
        setattr(page, name, what)
    return page

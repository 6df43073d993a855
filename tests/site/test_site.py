"""What only the phone's own page must hold: before Python, without a connection, without storage,
over an update, in two windows, behind a passphrase."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Request,
    Route,
    expect,
)
from tests.site.conftest import served
from tests.site.pages import phone, ready
from tests.web.test_browser import (
    CHROMIUM,
    FLAGS,
    MALE,
    PHONE,
    axe,
    browser,
    fill,
    interview,
    planned,
    play,
)

from lumbago.events import Log
from lumbago.record_files import read_export

__all__ = ["browser", "play"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
PASS = "correct horse battery"
WINDOW: dict[str, Any] = {
    "executable_path": CHROMIUM,
    "args": FLAGS,
    "viewport": PHONE,
    "locale": "en-GB",
}
KEPT = """() => new Promise(done => {
  const asked = indexedDB.open('lumbago');
  asked.onerror = () => done('none');
  asked.onupgradeneeded = () => { asked.transaction.abort(); };
  asked.onsuccess = () => {
    const base = asked.result;
    const found = base.transaction('kept').objectStore('kept').get('record');
    found.onsuccess = () => { base.close(); const one = found.result;
      const data = one && one.data && new TextDecoder('latin1').decode(one.data);
      done(one ? JSON.stringify({...one, data}) : 'none'); };
  };
})"""


@pytest.fixture(scope="module")
def at(folder: Path) -> Iterator[str]:
    with served(folder) as address:
        yield address


Open = Callable[..., Page]


@pytest.fixture
def open_(browser: Browser, at: str) -> Iterator[Open]:
    """A page of a new person in a window of their own; nothing may be asked of anybody else."""
    contexts: list[BrowserContext] = []
    elsewhere: list[str] = []

    def sent(request: Request) -> None:
        if not request.url.startswith((at + "/", "blob:", "data:")):
            elsewhere.append(request.url)

    def make(**options: object) -> Page:
        base: dict[str, object] = {"viewport": PHONE, "locale": "en-GB", "base_url": at}
        base |= {"reduced_motion": "reduce", "service_workers": "block", "timezone_id": "UTC"}
        context = browser.new_context(**{**base, **options})  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        context.on("request", sent)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert not elsewhere


@contextmanager
def python_held(page: Page) -> Iterator[None]:
    """Python does not arrive until the block ends."""
    held: list[Route] = []
    over = False

    def hold(route: Route) -> None:
        if over:
            route.continue_()
        else:
            held.append(route)

    page.route("**/python/**", hold)
    yield
    over = True
    for route in held:
        route.continue_()


def answer_plain(page: Page, **answers: str) -> None:
    """Answer a plain danger screen with no, but for those given."""
    shown = "html[data-page]:not([data-page='0']):not([data-busy])"  # not the page of all screens
    page.wait_for_selector(shown, state="attached")
    for item in page.locator("fieldset.item").all():
        name = (item.get_attribute("id") or "").removeprefix("row-")
        item.locator(f"input[value='{answers.get(name, 'no')}']").check()
    page.get_by_role("button", name="Next").click()


# -------------------------------------------------------------------------------- before Python


def test_the_danger_check_is_there_before_python_and_is_taken_over(open_: Open) -> None:
    page = open_()
    with python_held(page):
        page.goto("/")
        axe(page)
        page.get_by_label("In your own words").fill("my back locked up")
        page.get_by_role("button", name="Start the danger check").click()
        for screen in ("danger-1", "danger-2", "danger-3"):
            expect(page.locator(f"input[name=screen][value={screen}]")).to_have_count(1)
            expect(page.get_by_role("heading", level=1)).to_be_focused()
            axe(page)
            answer_plain(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Getting ready")
        axe(page)
    ready(page)
    expect(page.locator("input[name=screen]")).to_have_count(1)
    assert not (page.locator("input[name=screen]").get_attribute("value") or "").startswith(
        "danger"
    )
    phone(page, page.url.partition("/#")[0])
    page.goto("/mine")
    expect(page.get_by_text("my back locked up")).to_be_visible()


def test_a_yes_before_python_says_at_once_what_to_do(open_: Open) -> None:
    page = open_()
    with python_held(page):
        page.goto("/danger.html")
        answer_plain(page, chest="unsure")
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Any yes, or not sure? Call 999 now."
        )
        expect(page.get_by_role("link", name="Call 999")).to_be_visible()
        axe(page)
    ready(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Call 999 now")  # it stays
    page.get_by_role("link", name="Go on to the questions").click()
    expect(page.locator("input[name=screen][value=who]")).to_have_count(1)
    fill(page, MALE)
    expect(page.locator("input[name=screen][value=follow-up]")).to_have_count(1)
    expect(page.get_by_text("If you feel very ill, do not read on")).to_be_visible()


def test_a_line_left_open_is_not_a_no(open_: Open) -> None:
    page = open_()
    with python_held(page):
        page.goto("/danger.html")
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("input[name=screen][value=danger-1]")).to_have_count(1)


def test_stuck_and_the_numbers_are_there_before_python(open_: Open) -> None:
    page = open_()
    with python_held(page):
        page.goto("/")
        page.get_by_role("link", name="stuck and can").click()
        axe(page)
        page.locator("[id='row-feet_not_right'] input[value=yes]").check()
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Stay still. Call an ambulance.")
        page.get_by_role("link", name="United States 911").first.click()
        expect(page.get_by_role("link", name="Call 911").first).to_be_visible()
        page.go_back()
        page.reload()
        page.goto("/emergency.html")
        expect(page.get_by_role("link", name="Call 911").first).to_be_visible()
        axe(page)


@pytest.fixture
def waiting(open_: Open, at: str, folder: Path) -> tuple[Page, list[Route], str]:
    """A page that was asked for a plan before what comes later has come, and the file that is held."""
    found = re.search(r'rest: "([^"]+)"', (folder / "static/worker.mjs").read_text("utf-8"))
    assert found is not None
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page = phone(open_(), at)
    page.route(f"**/{found[1]}", hold)
    interview(page, {**MALE, "spasm_prevents_movement": "yes"}, "my back locked up")
    page.get_by_role("link", name="Show my plan").click()
    page.wait_for_selector("html[data-busy]", state="attached")
    page.wait_for_timeout(300)  # Python has looked for it in vain by then
    assert len(held) == 1
    return page, held, f"**/{found[1]}"


def test_what_comes_later_is_waited_for(waiting: tuple[Page, list[Route], str]) -> None:
    page, held, _ = waiting
    held.pop().continue_()
    expect(page.get_by_role("button", name="Made it worse")).to_be_visible()


def test_what_did_not_come_is_asked_for_again(waiting: tuple[Page, list[Route], str]) -> None:
    page, held, name = waiting
    held.pop().abort()
    expect(page.get_by_role("heading", level=1)).to_contain_text("did not load")
    page.unroute(name)
    page.goto("/plan")
    expect(page.get_by_role("button", name="Made it worse")).to_be_visible()


def test_where_python_cannot_be_loaded_it_says_so(open_: Open) -> None:
    page = open_()
    page.route("**/python/**", lambda route: route.abort())
    page.goto("/#/plan")
    expect(page.get_by_role("heading", level=1)).to_have_text("The questions did not load")
    expect(page.get_by_role("link", name="Danger check")).to_be_visible()
    axe(page)


def test_without_a_script_the_plain_pages_say_what_to_do(open_: Open) -> None:
    page = open_(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Go to the danger check").click()
    expect(page.get_by_text("Any yes, or not sure? Have someone drive you")).to_be_visible()
    expect(page.get_by_text("Any yes, or not sure? Be seen today.")).to_be_visible()
    page.get_by_role("link", name="Call for help").click()
    page.get_by_role("link", name="Germany 112").first.click()
    expect(page.get_by_role("link", name="Call 112").first).to_be_visible()


def test_no_form_ever_leaves_the_page(open_: Open) -> None:
    page = open_()
    posts: list[str] = []
    page.on("request", lambda one: posts.append(one.url) if one.method != "GET" else None)
    page.route("**/shell.js", lambda route: route.abort())
    page.goto("/")
    page.get_by_label("In your own words").fill("secret")
    page.get_by_role("button", name="Start the danger check").evaluate("one => one.click()")
    page.wait_for_timeout(500)
    assert not posts
    assert "secret" not in page.url


# ------------------------------------------------------------------------------- storage


def test_two_windows_read_the_newest_and_never_mix(open_: Open, at: str) -> None:
    page = phone(open_(), at)
    page.goto("/")
    page.get_by_label("In your own words").fill("my back")
    page.get_by_role("button", name="Start the danger check").click()
    page.wait_for_url("**/#/next")
    other = phone(page.context.new_page(), at)
    other.goto("/next")
    first = other.locator("input[name=screen]").get_attribute("value")
    fill(page, {})
    expect(page.locator(f"input[name=screen][value={first}]")).to_have_count(0)
    now = page.locator("input[name=screen]").get_attribute("value")
    fill(other, {"chest": "yes"})
    expect(other.get_by_role("status").first).to_contain_text("another window")
    assert other.locator("input[name=screen]").get_attribute("value") == now


def test_a_passphrase_seals_what_is_kept(open_: Open, at: str) -> None:
    page = phone(open_(), at)
    planned(page)
    assert "seized up" in page.evaluate(KEPT)
    page.goto("/phone")
    axe(page)
    page.get_by_label("Passphrase, 8").fill("short")
    page.get_by_role("button", name="Set the passphrase").click()
    expect(page.get_by_text("needs 8 letters")).to_be_visible()
    page.get_by_label("Passphrase, 8").fill(PASS)
    page.get_by_label("The same once more").fill(PASS)
    page.get_by_role("button", name="Set the passphrase").click()
    expect(page.get_by_text("The passphrase is set.").first).to_be_visible()
    axe(page)
    kept = page.evaluate(KEPT)
    assert "seized up" not in kept
    assert json.loads(kept)["rounds"] >= 600_000
    page.goto("/plan")
    expect(page.get_by_role("button", name="Made it worse")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Locked")
    axe(page)
    page.get_by_label("Passphrase").fill("not the passphrase")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("That is not the passphrase.")).to_be_visible()
    page.get_by_role("link", name="Call for help").click()
    expect(page.get_by_role("link", name=re.compile("Call 999|112")).first).to_be_visible()
    page.goto("/plan")
    page.get_by_label("Passphrase").fill(PASS)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("link", name="Go on where you were")).to_be_visible()
    page.goto("/phone")
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Locked")
    page.get_by_text("Forgotten?").click()
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_label("In your own words")).to_be_visible()
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0


def test_erasing_deletes_the_database_itself(open_: Open, at: str) -> None:
    page = phone(open_(), at)
    interview(page, MALE)
    page.goto("/mine")
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is erased.")
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_full_storage_is_said_and_the_app_goes_on(open_: Open, at: str) -> None:
    page = phone(open_(), at)
    page.goto("/")
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": at, "quotaSize": 1})
    interview(page, MALE)
    expect(page.get_by_text("The storage of this browser is full.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("nothing needs a doctor today")
    axe(page)


def test_where_nothing_may_be_kept_it_is_said_and_the_app_goes_on(
    play: Playwright, at: str, tmp_path: Path
) -> None:
    (tmp_path / "Default").mkdir()
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(settings))
    context = play.chromium.launch_persistent_context(tmp_path, **WINDOW)
    try:
        page = phone(context.new_page(), at)
        interview(page, MALE)
        expect(page.get_by_text("lets nothing be kept")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_contain_text("nothing needs a doctor today")
        page.reload()
        expect(page.get_by_label("In your own words")).to_be_visible()
    finally:
        context.close()


def test_it_is_kept_over_a_restart_and_a_private_window_keeps_nothing(
    play: Playwright, open_: Open, at: str, tmp_path: Path
) -> None:
    for turn in range(2):
        context = play.chromium.launch_persistent_context(tmp_path, **WINDOW)
        try:
            page = phone(context.new_page(), at)
            if turn == 0:
                interview(page, MALE)
            page.goto("/answer")
            expect(page.get_by_role("heading", level=1)).to_contain_text("nothing needs a doctor")
        finally:
            context.close()
    private = phone(open_(), at)
    interview(private, MALE)
    private.context.close()
    again = phone(open_(), at)
    again.goto("/mine")
    expect(again.get_by_text("Nothing yet.")).to_be_visible()
    again.goto("/phone")
    expect(again.get_by_text("a private window forgets it")).to_be_visible()


def test_from_one_phone_to_another_by_a_file(open_: Open, at: str, tmp_path: Path) -> None:
    page = phone(open_(), at)
    planned(page)
    page.goto("/phone")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything").click()
    assert download.value.suggested_filename == "record.json"
    file = tmp_path / "record.json"
    download.value.save_as(file)
    log: Log = tuple(event for _, _, event in read_export(file.read_text("utf-8"), None).events)
    assert [event.kind for event in log] == ["told", "assessed"]
    other = phone(open_(), at)
    other.goto("/phone")
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    other.get_by_label("A file from lumbago").set_input_files(bad)
    other.get_by_role("button", name="Take it in").click()
    expect(other.get_by_role("alert")).to_be_visible()
    axe(other)
    other.get_by_label("A file from lumbago").set_input_files(file)
    other.get_by_role("button", name="Take it in").click()
    expect(other.get_by_text("The file is taken in.").first).to_be_visible()
    other.goto("/plan")
    expect(other.get_by_role("button", name="Made it worse")).to_be_visible()


# ---------------------------------------------------------------------------- offline and updates


def settled(page: Page) -> None:
    """Wait until the service worker looks after the page and has every file."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for _ in range(200):
        if page.evaluate("Boolean(navigator.serviceWorker.controller)"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("no service worker looks after the page")


def test_after_a_first_visit_all_of_it_works_without_a_connection(open_: Open, at: str) -> None:
    page = phone(open_(service_workers="allow"), at)
    page.goto("/")
    settled(page)
    for _ in range(200):
        if page.evaluate("caches.match('emergency-gb.html').then(Boolean)"):
            break
        page.wait_for_timeout(50)
    page.context.set_offline(True)
    page.reload()
    planned(page)
    page.goto("/doctor")
    axe(page)
    page.goto("about:blank")
    page.goto("/emergency")
    expect(page.get_by_role("link", name="Call 999").first).to_be_visible()


def later(folder: Path, out: Path) -> Path:
    """The site as it would be after an update: another version, another first page."""
    shutil.copytree(folder, out)
    version = json.loads((out / "lumbago-site.json").read_text("utf-8"))["lumbago"]
    for file in out.rglob("*"):
        if file.suffix in (".html", ".js", ".mjs", ".json"):
            text = file.read_text("utf-8").replace(version, "fffffffffff0")
            file.write_text(text.replace("What is happening?", "What is happening now?"), "utf-8")
    return out


def test_an_update_waits_until_the_person_wants_it(
    browser: Browser, folder: Path, tmp_path: Path
) -> None:
    live = tmp_path / "live"
    shutil.copytree(folder, live)
    new = later(folder, tmp_path / "new")
    with served(live) as at:
        context = browser.new_context(viewport=PHONE, locale="en-GB")  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        page = phone(context.new_page(), at)
        interview(page, MALE)
        settled(page)
        live.rename(tmp_path / "old")
        new.rename(live)
        page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update())")
        expect(page.get_by_text("A new version is ready.")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_contain_text("nothing needs a doctor")
        axe(page)
        page.close()
        page = phone(context.new_page(), at)  # every window was closed: still what was in use
        page.goto("/answer")
        expect(page.get_by_role("heading", level=1)).to_contain_text("nothing needs a doctor")
        assert "fffffffffff0" not in (page.locator("#site").text_content() or "")
        page.get_by_role("button", name="Use it now").click()
        page.wait_for_event("load")
        ready(page)
        assert "fffffffffff0" in (page.locator("#site").text_content() or "")
        expect(page.get_by_role("heading", level=1)).to_contain_text("nothing needs a doctor")
        expect(page.get_by_text("A new version is ready.")).to_have_count(0)
        context.close()

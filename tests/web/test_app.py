from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import Clock

from lumbago.app import App
from lumbago.assess import assess
from lumbago.knowledge.model import Knowledge
from lumbago.web.app import create_app
from lumbago.wire import case_of

Client = TestClient


@pytest.fixture
def client(
    knowledge: Knowledge, clock: Clock, counting: Callable[[], Callable[[], str]]
) -> Iterator[Client]:
    app = create_app(App(knowledge, clock, counting(), assets="v1"), iter(range(10**9)).__next__)
    with TestClient(
        app, base_url="http://127.0.0.1", headers={"accept-language": "en-GB"}
    ) as client:
        yield client


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def send(client: Client, page: str, path: str, **fields: str) -> str:
    keep = {k: v for k, v in hidden(page).items() if k in ("token", "revision", "screen")}
    return str(client.post(path, data=keep | fields).text)


def rows(page: str) -> list[str]:
    return re.findall(r'id="row-([\w.]+)"', page)


def interview(client: Client, **answers: str) -> str:
    page = send(client, client.get("/").text, "/begin")
    for _ in range(30):
        if 'name="screen"' not in page:
            return page
        said = {row: answers.get(row, "no") for row in rows(page)}
        said |= {"age_years.number": "41", "sex_at_birth": "male"}
        said |= {"pain_severity_0_10.number": "6", "pain_duration_days.number": "3"}
        page = send(client, page, "/answers", **said)
    raise AssertionError("the interview does not end")


def test_a_first_visit_reaches_an_answer(client: Client) -> None:
    page = interview(client)
    assert "nothing needs a doctor today" in page
    assert "count until 21:00" in page


def test_an_emergency_ends_the_questions(client: Client) -> None:
    page = interview(client, saddle="yes")
    assert "Have someone drive you" in page
    assert 'href="tel:999"' in page


def test_the_cookie_is_strict_and_holds_nothing(client: Client) -> None:
    header = client.get("/").headers["set-cookie"]
    assert re.match(r"lumbago=id\d+\.[0-9a-f]{32}; HttpOnly; Path=/; SameSite=strict$", header)
    assert "set-cookie" not in client.get("/").headers


@pytest.mark.parametrize("path", ["/begin", "/answers", "/erase", "/leave", "/settings", "/note"])
def test_a_form_without_its_token_changes_nothing(path: str, client: Client) -> None:
    page = interview(client)
    assert client.post(path, data={"token": "wrong"}).status_code == 403
    assert client.post(path, data={}).status_code == 403
    assert client.get("/answer").text.count("Change") == page.count("Change")


def test_the_token_of_somebody_else_is_refused(client: Client) -> None:
    theirs = hidden(client.get("/").text)["token"]
    client.cookies.clear()
    client.get("/")
    assert client.post("/erase", data={"token": theirs}).status_code == 403


def test_a_form_of_an_old_page_answers_nothing(client: Client) -> None:
    old = send(client, client.get("/").text, "/begin")
    new = send(client, old, "/answers", none="1")
    again = send(client, old, "/answers", none="1", chest="yes")
    assert "You went on in another window" in again
    assert rows(again) == rows(new)
    assert "another window" in send(client, old, "/begin", text="something else")


def test_what_is_left_open_comes_back_with_what_was_chosen(client: Client) -> None:
    page = send(client, client.get("/").text, "/begin")
    page = send(client, page, "/answers", chest="unsure")
    assert "Something is still open" in page
    assert 'id="chest-unsure" checked' in page


def test_back_and_change(client: Client) -> None:
    first = send(client, client.get("/").text, "/begin")
    second = send(client, first, "/answers", none="1")
    assert rows(send(client, second, "/back")) == rows(first)
    assert client.post("/back", data=hidden(client.get("/next").text)).url.path == "/"
    answer = interview(client)
    page = send(client, answer, "/change", finding="saddle_numbness")
    assert rows(page) == ["saddle"]


def test_yesterdays_answers_are_asked_again_and_it_says_so(client: Client, clock: Clock) -> None:
    interview(client)
    clock.forward(hours=12, minutes=1)
    page = client.get("/answer").text
    assert "not an all-clear" in page
    assert "nothing needs a doctor" not in page
    assert "more than 12 hours old" in client.get("/next").text
    clock.forward(hours=25)
    assert client.get("/next").url.path == "/"


def test_an_answer_to_an_expired_page_is_not_taken(client: Client, clock: Clock) -> None:
    page = send(client, client.get("/").text, "/begin")
    page = send(client, page, "/answers", none="1")
    clock.forward(hours=13)
    page = send(client, page, "/answers", **{"age_years.number": "41", "sex_at_birth": "male"})
    assert "count no longer" in page
    assert "chest" in rows(page)


def test_something_changed_asks_every_danger_again(client: Client) -> None:
    page = send(client, interview(client), "/again")
    assert "collapse" in rows(page)
    assert "not an all-clear" in client.get("/answer").text


def test_the_country_changes_in_one_tap_and_comes_back(client: Client) -> None:
    page = client.get("/emergency").text
    assert 'href="tel:999"' in page
    answer = client.post("/country", data=hidden(page) | {"country": "US"})
    assert answer.url.path == "/emergency"
    assert 'href="tel:911"' in answer.text
    again = client.post("/country", data=hidden(page) | {"country": "XX", "back": "//evil.example"})
    assert again.url.path == "/"
    assert 'href="tel:911"' in client.get("/emergency").text


def test_nobody_knows_the_country_and_it_says_so(client: Client) -> None:
    page = client.get("/emergency", headers={"accept-language": "en"}).text
    assert "We do not know which country you are in" in page


def test_the_stuck_mode_asks_then_says_stay_still(client: Client, knowledge: Knowledge) -> None:
    page = client.get("/stuck").text
    assert "Please answer each one" in send(client, page, "/stuck", down="now")
    still = send(client, page, "/stuck", down="now", fall_or_blow="yes")
    assert "Stay still. Call an ambulance." in still
    calm = {q.id: "no" for q in knowledge.stuck if not q.limit_minutes} | {"down": "half"}
    page = send(client, client.get("/stuck?again=1").text, "/stuck", **calm)
    assert "Still down at 09:30?" in page


def test_after_the_hour_the_stuck_mode_says_call(
    client: Client, clock: Clock, knowledge: Knowledge
) -> None:
    calm = {q.id: "no" for q in knowledge.stuck if not q.limit_minutes} | {"down": "now"}
    send(client, client.get("/stuck").text, "/stuck", **calm)
    clock.forward(minutes=61)
    page = client.get("/stuck").text
    assert "Stay still. Call an ambulance." in page
    assert "You have been down for an hour" in page


def test_the_export_can_be_assessed_and_says_the_same(client: Client, knowledge: Knowledge) -> None:
    interview(client)
    response = client.get("/mine/export")
    assert response.headers["content-disposition"].endswith('filename="notes.json"')
    case = case_of(json.loads(response.text))
    assert assess(knowledge, case).triage.disposition == "self_care"


def test_what_is_erased_is_gone_and_so_is_the_cookie(client: Client) -> None:
    page = interview(client)
    gone = client.post("/erase", data=hidden(page), follow_redirects=False)
    assert 'lumbago=""' in gone.headers["set-cookie"]
    assert gone.headers["clear-site-data"] == '"cache", "storage"'
    assert "Nothing yet" in client.get("/mine").text
    assert client.get("/answer").url.path == "/"


def test_a_quick_exit_leaves_a_page_that_says_nothing(client: Client) -> None:
    page = send(client, client.get("/").text, "/leave")
    assert re.search(r"<title>Notes</title>", page)
    assert "lumbago" not in page.replace("/static/", "")
    assert "back" not in page.lower()


def test_titles_give_nothing_away(client: Client) -> None:
    interview(client)
    for path in ("/", "/answer", "/emergency", "/stuck", "/mine", "/note", "/believe", "/offline"):
        title = re.search(r"<title>(.*?)</title>", client.get(path).text)
        assert title is not None
        told = re.compile("back|pain|lumbago|spine|danger|emergency|stuck", re.IGNORECASE)
        assert not told.search(title.group(1)), path


def test_a_note_is_made_and_nobody_is_told(client: Client, clock: Clock) -> None:
    interview(client)
    form = client.get("/note").text
    assert "Please type a name" in send(client, form, "/note", phone="12345")
    day = (clock.now + timedelta(days=2)).date().isoformat()
    page = send(client, form, "/note", name="Ann", phone="12345 6", day=day, email="d@x.example")
    assert "Nobody has been told yet" in page
    assert "mailto:d@x.example" in page
    calendar = client.get("/note.ics")
    assert "DTSTART;VALUE=DATE:20261124" in calendar.text
    assert calendar.headers["content-type"].startswith("text/calendar")


def test_no_note_is_offered_where_it_would_delay(client: Client) -> None:
    interview(client, fever_or_chills="yes", fever="yes", shaking_chills="no")
    response = client.get("/note")
    assert response.status_code == 409
    assert "do not wait for an appointment" in response.text


def test_everything_it_rests_on_can_be_read(client: Client, knowledge: Knowledge) -> None:
    page = client.get("/believe").text
    assert f"{len(knowledge.rules)} rules" in page
    for link in re.findall(r'href="(/believe/[^"]+)"', page):
        assert client.get(link).status_code == 200
    rule = client.get("/believe/rule/E01").text
    assert "between the legs" in rule
    assert "https://" in rule
    for wrong in ("/believe/rule/NO", "/believe/rules/never", "/believe/x", "/believe/sources/x"):
        assert client.get(wrong).status_code == 404


def test_every_rule_has_its_page(client: Client, knowledge: Knowledge) -> None:
    for id_ in list(knowledge.rules)[::15]:
        assert client.get(f"/believe/rule/{id_}").status_code == 200


def test_too_much_is_refused_plainly(client: Client) -> None:
    page = client.get("/").text
    long = send(client, page, "/begin", text="ä" * 4001)
    assert "Please shorten it" in long
    many = "&".join(f"f{n}=1" for n in range(300))
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/begin", content=many, headers=form).status_code == 413


def test_a_page_that_does_not_exist_says_so_kindly(client: Client) -> None:
    response = client.get("/nothing")
    assert response.status_code == 404
    assert "Nothing of yours is lost" in response.text
    assert client.get("/begin").status_code == 405


def test_static_files_may_be_kept_and_pages_may_not(client: Client) -> None:
    page = client.get("/")
    assert page.headers["cache-control"] == "no-store"
    link = re.search(r'href="(/static/look.css\?\w+)"', page.text)
    assert link is not None
    assert "immutable" in client.get(link.group(1)).headers["cache-control"]
    worker = client.get("/sw.js")
    assert "ASSETS" not in worker.text
    assert link.group(1) in worker.text
    assert client.get("/manifest.webmanifest").json()["display"] == "standalone"


def test_a_mistake_of_ours_is_a_page_too(
    knowledge: Knowledge, clock: Clock, counting: Callable[[], Callable[[], str]]
) -> None:
    class Broken:
        def get(self, person: str, now: object) -> object:
            raise OSError("no disk")

    app = create_app(App(knowledge, clock, counting(), Broken()), lambda: 0.0)  # type: ignore[arg-type]
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    response = client.get("/")
    assert response.status_code == 500
    assert "our mistake" in response.text
    assert "no disk" not in response.text


def test_settings_change_text_size_and_country(client: Client) -> None:
    page = send(client, client.get("/mine").text, "/settings", text_size="largest", country="DE")
    assert 'class="size-largest"' in page
    assert "Saved." in page
    assert 'href="tel:112"' in client.get("/emergency").text
    page = send(client, page, "/settings", text_size="gigantic", country="XX")
    assert 'class="size-largest"' in page


def test_a_picture_brings_its_own_style_sheet(client: Client) -> None:
    sheet = client.get("/figures/cat_camel.css")
    assert sheet.headers["content-type"].startswith("text/css")
    assert ".m-cat-camel" in sheet.text
    assert "glute" not in sheet.text
    assert len(sheet.content) < 16_000
    assert client.get("/figures/nothing.css").status_code == 404

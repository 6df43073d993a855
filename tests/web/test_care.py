from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import Clock
from tests.web.test_app import interview, rows, send

from lumbago.app import App
from lumbago.event_files import read_log
from lumbago.knowledge.model import Knowledge
from lumbago.web.app import create_app

Client = TestClient
STATEMENTS = 10


@pytest.fixture
def client(
    knowledge: Knowledge, clock: Clock, counting: Callable[[], Callable[[], str]]
) -> Iterator[Client]:
    app = create_app(App(knowledge, clock, counting(), assets="v1"), iter(range(10**9)).__next__)
    with TestClient(
        app, base_url="http://127.0.0.1", headers={"accept-language": "en-GB"}
    ) as client:
        yield client


def kinds(client: Client, knowledge: Knowledge) -> list[str]:
    return [e.kind for e in read_log(client.get("/mine/log").text.splitlines(), knowledge)]


def statements(page: str) -> list[str]:
    found = [row for row in rows(page) if row.startswith("now_")]
    assert len(found) == STATEMENTS
    return found


def asked(client: Client, about: str, **answers: str) -> None:
    """The questions that a part waits for, answered no but for some."""
    for _ in range(20):
        response = client.get(f"/plan/questions?for={about}")
        if response.url.path != "/plan/questions":
            return
        page = response.text
        said = {}
        for row in rows(page):
            if f'name="{row}.number"' in page:
                said[f"{row}.number"] = "0"
                continue
            values = re.findall(rf'name="{row}" value="(\w+)"', page)
            said[row] = answers.get(row, "no" if "no" in values else values[-1])
        send(client, page, "/plan/questions", **{"for": about}, **said)
    raise AssertionError("the questions do not end")


def test_there_is_no_plan_before_an_answer(client: Client) -> None:
    assert client.get("/plan").url.path == "/"
    assert client.get("/check").url.path == "/"
    assert client.get("/doctor").url.path == "/"


def test_what_was_told_is_put_down_at_the_end_of_the_questions(
    client: Client, knowledge: Knowledge
) -> None:
    page = interview(client)
    assert 'href="/plan"' in page
    assert kinds(client, knowledge) == ["told", "assessed"]


def test_a_step_done_is_noted_and_one_not_in_the_plan_is_not(
    client: Client, knowledge: Knowledge
) -> None:
    interview(client)
    page = client.get("/plan/step/walking").text
    send(client, page, "/plan/step", measure="walking", outcome="done")
    send(client, page, "/plan/step", measure="back_extension_flying", outcome="done")
    send(client, page, "/plan/step", measure="walking", outcome="perfect")
    assert kinds(client, knowledge)[2:] == ["step"]


def test_something_that_changed_ends_the_plan_until_it_is_answered(client: Client) -> None:
    interview(client)
    plan = client.get("/plan").text
    send(client, plan, "/again")
    assert client.get("/plan").url.path == "/next"
    send(client, client.get("/next").text, "/begin", text="my legs are numb and I cannot pee")
    assert client.get("/plan").url.path in ("/next", "/answer")
    assert "15 minutes" not in client.get("/plan").text


def test_expired_answers_stand_in_the_way_of_a_plan(client: Client, clock: Clock) -> None:
    interview(client)
    clock.forward(hours=13)
    page = client.get("/plan").text
    assert "No plan yet" in page
    assert 'href="/check"' in page
    assert 'name="outcome"' not in page
    send(client, page, "/plan/open")
    assert client.get("/next").text.count('name="screen"') == 1


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_any_alarm_of_a_check_in_leads_to_the_answer_at_once(client: Client, answer: str) -> None:
    interview(client)
    page = client.get("/check").text
    shown = send(client, page, "/check", now_between_legs=answer)
    assert "drive you" in shown
    plan = client.get("/plan").text
    assert 'name="outcome"' not in plan
    assert "Until you are seen" in plan


def test_a_check_in_must_be_whole(client: Client, knowledge: Knowledge) -> None:
    interview(client)
    page = client.get("/check").text
    no = dict.fromkeys(statements(page), "no")
    assert "Please choose a number" in send(client, page, "/check", **no)
    del no["now_rash"]
    assert "Please answer each line" in send(client, page, "/check", pain="5", **no)
    assert "check_in" not in kinds(client, knowledge)
    shown = send(client, page, "/check", pain="5", none="1", **{"own.0": "socks", "score.0": "3"})
    assert "Noted. The plan was worked out again." in shown
    assert kinds(client, knowledge)[-1] == "check_in"
    assert "socks" in client.get("/course").text


def test_a_tablet_is_no_alarm_and_leaves_nothing_out(client: Client, knowledge: Knowledge) -> None:
    interview(client)
    page = client.get("/check").text
    assert "Please answer each line" in send(client, page, "/check", pain="5", now_tablet="yes")
    shown = send(client, page, "/check", pain="5", now_tablet="yes", none="1")
    assert "Noted" in shown
    assert kinds(client, knowledge)[-1] == "check_in"


def test_a_medicine_asks_first_and_a_dose_moves_the_next(client: Client, clock: Clock) -> None:
    interview(client)
    today = client.get("/plan/today").text
    assert "mg now" not in today
    assert 'href="/plan/questions?for=ibuprofen"' in today
    asked(client, "ibuprofen", pregnancy_status="not_pregnant")
    page = client.get("/plan/today").text
    assert "I want Ibuprofen" in page
    shown = send(client, page, "/plan/medicine", medicine="ibuprofen", all="all")
    amount = re.search(r"I took (\d+) mg now", shown)
    assert amount is not None, shown
    page = send(client, shown, "/plan/dose", ingredient="ibuprofen", milligrams=amount[1], ago="0")
    assert "mg now" not in page
    assert f"Of it you took {amount[1]} mg" in page


def test_too_much_of_a_medicine_leads_to_help(client: Client) -> None:
    interview(client)
    page = client.get("/plan/today").text
    send(client, page, "/plan/dose", ingredient="paracetamol", milligrams="9000", ago="2")
    assert "Call a poison line" in client.get("/plan").text


def test_what_is_no_dose_is_refused(client: Client, knowledge: Knowledge) -> None:
    interview(client)
    page = client.get("/plan/today").text
    for amount in ("", "lots", "-4", "0"):
        fields = {"ingredient": "ibuprofen", "milligrams": amount, "ago": "0"}
        assert "cannot be read" in send(client, page, "/plan/dose", **fields)
    assert "taken" not in kinds(client, knowledge)


def test_a_timer_is_a_moment_and_survives_a_closed_tab(client: Client, clock: Clock) -> None:
    interview(client)
    page = client.get("/plan/step/walking").text
    page = send(client, page, "/timer", measure="walking", do="start")
    whole = re.search(r"data-clock>(\d+):00<", page)
    assert whole is not None
    clock.forward(minutes=2)
    page = client.get("/plan/step/walking").text
    assert f"data-clock>{int(whole[1]) - 2}:00<" in page
    page = send(client, page, "/timer", measure="walking", do="pause")
    clock.forward(minutes=30)
    assert f"data-clock>{int(whole[1]) - 2}:00<" in client.get("/plan/step/walking").text
    send(client, page, "/timer", measure="walking", do="resume")
    clock.forward(minutes=30)
    assert "Time is up." in client.get("/plan/step/walking").text


def test_the_page_for_the_doctor_has_own_questions_escaped(client: Client) -> None:
    interview(client)
    page = client.get("/doctor").text
    shown = send(client, page, "/doctor/question", text="May I <b>run</b>?")
    assert "May I &lt;b&gt;run&lt;/b&gt;?" in shown


def test_own_words_stay_for_the_doctor_when_the_questions_are_asked_again(client: Client) -> None:
    begun = send(client, client.get("/").text, "/begin", text="it went as I tied my shoe")
    answers = {"sex_at_birth": "male"}

    def through(page: str) -> None:
        for _ in range(30):
            if 'name="screen"' not in page:
                return
            said = {row: answers.get(row, "no") for row in rows(page)}
            said |= {f"{row}.number": "5" for row in rows(page)} | {"age_years.number": "41"}
            page = send(client, page, "/answers", **said)

    through(begun)
    assert "it went as I tied my shoe" in client.get("/doctor").text
    client.get("/plan")
    send(client, client.get("/plan").text, "/plan/open")
    through(client.get("/next").text)
    assert "it went as I tied my shoe" in client.get("/doctor").text


def test_the_files_are_made_or_say_what_is_missing(client: Client) -> None:
    interview(client)
    for path, kind in (("/plan.ics", "text/calendar"), ("/doctor.pdf", "application/pdf")):
        response = client.get(path)
        made = response.headers["content-type"].startswith(kind)
        assert made or "pip install" in response.text


def test_the_log_can_be_read_by_the_program(client: Client, knowledge: Knowledge) -> None:
    interview(client)
    lines = client.get("/mine/log").text.splitlines()
    assert [json.loads(line)["lumbago"] for line in lines] == [1, 1]
    assert len(read_log(lines, knowledge)) == len(lines)

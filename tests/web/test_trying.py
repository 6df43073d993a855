from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import Clock
from tests.web.test_app import interview, rows, send
from tests.web.test_care import asked
from tests.web.test_kept import Make, home, make, started

from lumbago.app import App
from lumbago.event_files import read_log
from lumbago.events import Session, SessionScored, TrialBegun, TrialStopped
from lumbago.knowledge.model import Knowledge
from lumbago.recovery.nof1.design import Design, order
from lumbago.web.app import create_app

__all__ = ["home", "make"]

Client = TestClient
ARMS = ("heat", "cold", "rest as usual")


@pytest.fixture
def client(
    knowledge: Knowledge, clock: Clock, counting: Callable[[], Callable[[], str]]
) -> Iterator[Client]:
    app = create_app(App(knowledge, clock, counting(), assets="v1"), iter(range(10**9)).__next__)
    with TestClient(
        app, base_url="http://127.0.0.1", headers={"accept-language": "en-GB"}
    ) as client:
        yield client


@pytest.fixture
def begun(client: Client) -> Client:
    """Somebody who has begun a comparison of all three."""
    interview(client)
    asked(client, "compare")
    page = client.get("/try").text
    assert "Which eases your own back more?" in page
    assert "The next session can start now." in send(client, page, "/try/begin")
    return client


def entries(client: Client, knowledge: Knowledge) -> list[object]:
    log = read_log(client.get("/mine/log").text.splitlines(), knowledge)
    kinds = (TrialBegun, Session, SessionScored, TrialStopped)
    return [e.payload for e in log if isinstance(e.payload, kinds)]


def kinds(client: Client, knowledge: Knowledge) -> list[str]:
    return [e.kind for e in read_log(client.get("/mine/log").text.splitlines(), knowledge)]


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert found is not None, page
    return found[1]


def start(client: Client, pain: int = 6) -> str:
    return send(client, client.get("/try/session").text, "/try/start", pain=str(pain))


def session(client: Client, clock: Clock, scores: tuple[int, int, int] = (6, 5, 4)) -> str:
    """A session with its three scores. Returns the last page."""
    before, after, later = map(str, scores)
    start(client, int(before))
    clock.forward(minutes=20)
    page = client.get("/try/session").text
    send(client, page, "/try/score", pain=after, went="fine")
    clock.forward(minutes=30)
    return send(client, client.get("/try/session").text, "/try/score", pain=later)


def again(client: Client) -> None:
    """The questions of a new day, so that the answers are fresh."""
    page = send(client, client.get("/try").text, "/plan/open")
    for _ in range(30):
        if 'name="screen"' not in page:
            break
        said = dict.fromkeys(rows(page), "no")
        said |= {"age_years.number": "41", "sex_at_birth": "male"}
        said |= {"pain_severity_0_10.number": "5", "pain_duration_days.number": "4"}
        page = send(client, page, "/answers", **said)
    asked(client, "compare")


# ------------------------------------------------------------------------------------ may it begin


def test_nothing_to_compare_before_an_answer(client: Client) -> None:
    assert client.get("/try").url.path == "/"
    for path in ("/try/session", "/try/result", "/try/report", "/try/stop", "/try/result.svg"):
        assert client.get(path).url.path == "/"


def test_open_questions_about_heat_and_cold_come_first(client: Client) -> None:
    interview(client)
    page = client.get("/try").text
    assert heading(page) == "Not now"
    assert 'href="/plan/questions?for=compare"' in page
    assert 'action="/try/begin"' not in page
    asked(client, "compare")
    assert 'action="/try/begin"' in client.get("/try").text


def test_an_arm_that_something_stands_against_is_left_out(
    client: Client, knowledge: Knowledge
) -> None:
    interview(client)
    asked(client, "compare", raynaud_known="yes")
    page = client.get("/try").text
    assert "Left out" in page
    assert "cold." in page
    send(client, page, "/try/begin")
    made = entries(client, knowledge)
    assert isinstance(made[0], TrialBegun)
    assert made[0].arms == ("heat", "rest")


@pytest.mark.parametrize(
    ("answers", "because"),
    [
        ({"pain_severity_0_10.number": "9"}, "Not with pain of 9 or 10"),
        ({"pain_severity_0_10.number": "1"}, "Your pain is low now"),
        ({"weeks_of_change": "yes", "weight_loss_unexplained": "yes"}, "looked at first"),
    ],
)
def test_what_is_unsafe_or_hopeless_is_refused_with_its_reason(
    answers: dict[str, str], because: str, client: Client, knowledge: Knowledge
) -> None:
    page = send(client, client.get("/").text, "/begin")
    for _ in range(30):
        if 'name="screen"' not in page:
            break
        said = {row: answers.get(row, "no") for row in rows(page)}
        said |= {"age_years.number": "41", "sex_at_birth": "male"}
        said |= {"pain_severity_0_10.number": "6", "pain_duration_days.number": "3", **answers}
        page = send(client, page, "/answers", **said)
    asked(client, "compare")
    page = client.get("/try").text
    assert because in page
    send(client, page, "/try/begin")
    assert entries(client, knowledge) == []


def test_an_emergency_puts_its_card_in_the_place_of_every_page(begun: Client) -> None:
    page = begun.get("/check").text
    assert "drive you" in send(begun, page, "/check", now_between_legs="yes")
    for path in ("/try", "/try/session"):
        assert begun.get(path).url.path == "/plan"
    assert "Until you are seen" in begun.get("/try").text


# ---------------------------------------------------------------------------------------- a session


def test_a_session_from_pain_before_to_half_an_hour_later(
    begun: Client, clock: Clock, knowledge: Knowledge
) -> None:
    shown = start(begun)
    assert re.fullmatch(f"This time: ({'|'.join(ARMS)})", heading(shown))
    assert "data-clock>20:00<" in shown
    clock.forward(minutes=12)
    assert "data-clock>8:00<" in begun.get("/try/session").text
    clock.forward(minutes=8)
    page = begun.get("/try/session").text
    assert heading(page) == "How strong is your pain now?"
    shown = send(begun, page, "/try/score", pain="5", went="fine")
    assert heading(shown) == "Once more at 09:50"
    assert 'name="pain"' not in shown
    clock.forward(minutes=30)
    page = begun.get("/try/session").text
    shown = send(begun, page, "/try/score", pain="4")
    assert "Kept. That session is done." in shown
    assert heading(shown) == "Next session from 12:20"
    assert "1 of 1 begun so far count." in shown
    first = entries(begun, knowledge)[1:]
    assert [type(one) for one in first] == [Session, SessionScored, SessionScored]
    assert begun.get("/try/session").url.path == "/try"


def test_the_arm_is_said_only_after_pain_before_it(begun: Client, knowledge: Knowledge) -> None:
    trial = entries(begun, knowledge)[0]
    assert isinstance(trial, TrialBegun)
    first = order(trial.seed, trial.arms, trial.blocks)[0].arm
    other = {"heat": "cold", "cold": "heat", "rest": "heat"}[first]
    for path in ("/try", "/try/session", "/try/result", "/try/report"):
        page = begun.get(path).text
        assert page.count(f"arm-{first}") == page.count(f"arm-{other}")
        assert "This time" not in page
    page = begun.get("/try/session").text
    assert "Please choose a number" in send(begun, page, "/try/start")
    assert "Please choose a number" in send(begun, page, "/try/start", pain="11")
    assert len(entries(begun, knowledge)) == 1
    start(begun)
    session = entries(begun, knowledge)[1]
    assert isinstance(session, Session)
    assert session.arm == first


def test_the_back_button_gives_no_second_deal(begun: Client, knowledge: Knowledge) -> None:
    page = begun.get("/try/session").text
    shown = send(begun, page, "/try/start", pain="6")
    again = send(begun, page, "/try/start", pain="2")
    assert "You went on in another window" in again
    assert begun.get("/try/session").text.count("This time") == shown.count("This time")
    assert len(entries(begun, knowledge)) == 2


def test_the_last_of_a_round_is_not_given_away_by_those_before(
    begun: Client, clock: Clock, knowledge: Knowledge
) -> None:
    for _ in range(2):
        shown = session(begun, clock)
        clock.forward(minutes=160)
    for path in ("/try", "/try/result", "/try/report"):
        page = begun.get(path).text
        assert page.count("said when the round is done") == 2
        assert {page.count(f'class="session done arm-{arm}') for arm in ("heat", "cold")} == {0}
    shown = session(begun, clock)
    assert shown.count('class="session done arm-') == 3
    assert "said when the round is done" not in shown


@pytest.mark.parametrize("path", ["/try/begin", "/try/start", "/try/score", "/try/stop"])
def test_what_an_old_page_sends_changes_nothing(
    path: str, begun: Client, knowledge: Knowledge
) -> None:
    old = begun.get("/try/session").text
    start(begun)
    before = entries(begun, knowledge)
    assert "another window" in send(begun, old, path, pain="3", went="worse")
    assert entries(begun, knowledge) == before


def test_a_score_that_is_not_whole_comes_back(
    begun: Client, clock: Clock, knowledge: Knowledge
) -> None:
    start(begun)
    clock.forward(minutes=21)
    page = begun.get("/try/session").text
    shown = send(begun, page, "/try/score", pain="5")
    assert "Something is still open" in shown
    assert 'value="5" checked' in shown
    assert "Please choose a number" in send(begun, page, "/try/score", went="fine")
    assert len(entries(begun, knowledge)) == 2


def test_a_missed_half_hour_is_simply_missing(begun: Client, clock: Clock) -> None:
    start(begun)
    clock.forward(minutes=20)
    send(begun, begun.get("/try/session").text, "/try/score", pain="5", went="fine")
    clock.forward(minutes=30)
    late = begun.get("/try/session").text
    clock.forward(minutes=45)
    shown = send(begun, late, "/try/score", pain="4")
    assert "counts as missed, which is fine" in shown
    clock.forward(hours=3)
    page = begun.get("/try").text
    assert heading(page) == "The next session can start now."
    assert "0 of 1 begun so far count." in page


def test_the_clock_of_a_session_survives_another_timer(begun: Client, clock: Clock) -> None:
    start(begun)
    page = begun.get("/plan/step/walking").text
    send(begun, page, "/timer", measure="walking", do="start")
    clock.forward(minutes=5)
    assert "data-clock>15:00<" in begun.get("/try/session").text


# -------------------------------------------------------------------------------- what goes wrong


def test_a_session_that_makes_it_worse_ends_and_the_next_waits_for_a_check(
    begun: Client, clock: Clock, knowledge: Knowledge
) -> None:
    page = start(begun)
    clock.forward(minutes=4)
    shown = send(begun, page, "/try/score", went="worse")
    assert "Stopped and kept." in shown
    assert "It hurt more. Check the danger signs first." in begun.get("/try/session").text
    scored = entries(begun, knowledge)[-1]
    assert isinstance(scored, SessionScored)
    assert scored.trouble == "worse"
    clock.forward(hours=4)
    page = begun.get("/try").text
    assert heading(page) == "It hurt more. Check the danger signs first."
    assert begun.get("/try/session").url.path == "/try"
    send(begun, page, "/try/start", pain="5")
    assert len(entries(begun, knowledge)) == 3
    send(begun, begun.get("/check").text, "/check", pain="6", none="1", now_tablet="no")
    assert heading(begun.get("/try").text) == "The next session can start now."


def test_a_reaction_of_the_skin_ends_the_arm(
    begun: Client, clock: Clock, knowledge: Knowledge
) -> None:
    for _ in range(3):
        page = start(begun)
        if 'value="skin"' in page:
            break
        clock.forward(minutes=220)
    arm = heading(page).removeprefix("This time: ")
    shown = send(begun, page, "/try/score", went="skin")
    assert "That arm ends here." in shown
    assert f"No more {arm} in this comparison" in shown
    clock.forward(minutes=210)
    assert "can start now" in heading(begun.get("/try").text)


def test_pain_that_is_too_strong_is_refused_and_kept(
    begun: Client, clock: Clock, knowledge: Knowledge
) -> None:
    shown = start(begun, 9)
    assert heading(shown) == "No session now"
    assert "Not with pain of 9 or 10" in shown
    assert 'href="/check"' in shown
    assert kinds(begun, knowledge)[-1] == "check_in"
    assert len(entries(begun, knowledge)) == 1
    session(begun, clock, (3, 3, 3))
    clock.forward(hours=23)
    again(begun)
    assert "clearly stronger than a day ago" in start(begun, 8)


def test_expired_answers_are_asked_again_before_a_session(
    begun: Client, clock: Clock, knowledge: Knowledge
) -> None:
    clock.forward(hours=13)
    page = begun.get("/try").text
    assert "too old" in page
    assert begun.get("/try/session").url.path == "/try"
    send(begun, page, "/try/start", pain="5")
    assert "session" not in kinds(begun, knowledge)
    assert 'action="/plan/open"' in page
    clock.forward(hours=11)
    again(begun)
    assert heading(begun.get("/try").text) == "The next session can start now."


def test_a_session_goes_on_after_a_restart(
    knowledge: Knowledge, clock: Clock, make: Make, counting: Callable[[], Callable[[], str]]
) -> None:
    token = counting()
    with started(knowledge, clock, make(), token) as client:
        interview(client)
        asked(client, "compare")
        send(client, client.get("/try").text, "/try/begin")
        arm = heading(start(client))
        before = entries(client, knowledge)
        cookie = client.cookies["lumbago"]
    clock.forward(minutes=15)
    with started(knowledge, clock, make(), token) as client:
        client.cookies.set("lumbago", cookie)
        page = client.get("/try/session").text
        assert heading(page) == arm
        assert "data-clock>5:00<" in page
        assert entries(client, knowledge) == before
        clock.forward(minutes=5)
        page = client.get("/try/session").text
        shown = send(client, page, "/try/score", pain="5", went="fine")
        assert heading(shown) == "Once more at 09:50"


# ----------------------------------------------------------------------------- beside the plan, end


def test_the_plan_leads_to_it_and_says_what_is_next(begun: Client, clock: Clock) -> None:
    plan = begun.get("/plan").text
    assert "Neither: while you compare, unless you choose another." in plan
    assert "You are comparing for yourself. No answer yet." in plan
    for path in ("/plan", "/plan/today"):
        assert 'href="/try/session">Start it<' in begun.get(path).text
    start(begun)
    clock.forward(minutes=25)
    assert 'href="/try/session">Say your pain<' in begun.get("/plan").text
    assert 'href="/try"' in begun.get("/course").text


def test_before_it_begins_the_plan_the_course_and_the_choice_lead_to_it(client: Client) -> None:
    interview(client)
    asked(client, "compare")
    for path in ("/plan", "/course"):
        page = client.get(path).text
        assert 'href="/try">Compare heat, cold and neither for yourself<' in page
        assert "trynote" not in page


def test_stopping_keeps_what_was_scored_and_ends_it(
    begun: Client, clock: Clock, knowledge: Knowledge
) -> None:
    session(begun, clock)
    page = begun.get("/try/stop").text
    shown = send(begun, page, "/try/stop", because="no time <b>now</b>")
    assert "Stopped. What you scored is kept." in shown
    assert "It could not be told. That is a normal answer." in shown
    stopped = entries(begun, knowledge)[-1]
    assert isinstance(stopped, TrialStopped)
    assert "no time &lt;b&gt;now&lt;/b&gt;" in begun.get("/try/report").text
    assert begun.get("/try").url.path == "/try/result"
    assert begun.get("/try/stop").url.path == "/try/result"
    send(begun, shown, "/try/begin")
    assert kinds(begun, knowledge).count("trial") == 1


def test_a_whole_comparison_to_its_answer_in_the_plan(
    begun: Client, clock: Clock, knowledge: Knowledge
) -> None:
    trial = entries(begun, knowledge)[0]
    assert isinstance(trial, TrialBegun)
    slots = order(trial.seed, trial.arms, trial.blocks)
    design = Design.of(knowledge.recovery)
    for slot in slots:
        later = {"heat": 2, "cold": 5, "rest": 5}[slot.arm]
        shown = session(begun, clock, (6, 5, later))
        if slot.number == len(slots):
            break
        clock.forward(minutes=(design.apart - design.whole) / timedelta(minutes=1))
        if slot.number % design.sessions_per_day == 0:
            clock.now = clock.now.replace(hour=9, minute=0) + timedelta(days=1)
            again(begun)
    assert heading(shown) == "Heat helps you more, by enough to matter (more than 9 in 10 sure)."
    page = begun.get("/try/result").text
    assert page.count('class="dot" cx=') == len(slots)
    assert 'role="img"' in page
    assert "Which comes first, heat or cold?" in page
    assert "Your own comparison (15 sessions" in page
    assert "It puts this first for you: heat." in page
    plan = begun.get("/plan").text
    assert "Heat: from your own comparison, unless you choose another." in plan
    assert "Your own comparison (15 sessions" in plan
    assert "Your own comparison (15 sessions" in begun.get("/doctor").text
    assert "Your own comparison (15 sessions" in begun.get("/course").text
    drawn = begun.get("/try/result.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.text.startswith("<svg")
    report = begun.get("/try/report").text
    assert "N-of-1" in report
    assert report.count('<th scope="row">') == len(slots)
    send(begun, page, "/try/begin")
    assert kinds(begun, knowledge).count("trial") == 1

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import START, Clock
from tests.web.test_app import hidden, interview, rows, send

from lumbago.app import App
from lumbago.app.visits import KEPT_FOR
from lumbago.events import CheckIn, Event, StepDone
from lumbago.knowledge.model import Knowledge
from lumbago.screens.care import Moment, noted
from lumbago.screens.visit import Visit
from lumbago.store import Home, Record, drafts
from lumbago.web.app import create_app
from lumbago.web.kept import InRecord
from lumbago.web.serve import SECRET, secret_of

Make = Callable[[], InRecord]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def make(knowledge: Knowledge, home: Home) -> Make:
    def open_record(key: bytes | None) -> Record:
        return Record.open(home, now=START, dice=os.urandom, key=key)

    return lambda: InRecord(knowledge, home, open_record, "Me", "Europe/London", os.urandom)


def started(
    knowledge: Knowledge, clock: Clock, visits: InRecord, token: Callable[[], str]
) -> TestClient:
    ticks = iter(range(10**9)).__next__
    app = create_app(App(knowledge, clock, token, visits, "Europe/London"), ticks, "a secret")
    headers = {"accept-language": "en-GB"}
    return TestClient(app, base_url="http://127.0.0.1", headers=headers)


def test_a_plan_survives_a_restart_and_only_with_the_cookie(
    knowledge: Knowledge, clock: Clock, make: Make, counting: Callable[[], Callable[[], str]]
) -> None:
    token = counting()
    with started(knowledge, clock, make(), token) as client:
        interview(client)
        first = client.get("/plan").text
        measure = first.split('name="measure" value="')[1].split('"')[0]
        send(client, first, "/plan/step", measure=measure, outcome="done")
        cookie = client.cookies["lumbago"]
    with started(knowledge, clock, make(), token) as client:
        assert client.get("/plan").url.path == "/"
    with started(knowledge, clock, make(), token) as client:
        client.cookies.set("lumbago", cookie)
        assert client.get("/plan").url.path == "/plan"
        assert "Done once in the last day." in client.get(f"/plan/step/{measure}").text


def test_erasing_leaves_no_word_in_any_file(
    knowledge: Knowledge,
    clock: Clock,
    make: Make,
    home: Home,
    counting: Callable[[], Callable[[], str]],
) -> None:
    with started(knowledge, clock, make(), counting()) as client:
        interview(client)
        page = client.get("/doctor").text
        page = send(client, page, "/doctor/question", text="May I ride my penny-farthing?")
        assert "penny-farthing" in page
        assert str(home.folder) in client.get("/mine").text
        gone = send(client, client.get("/mine").text, "/erase")
        assert "found none" in gone
        assert client.get("/plan").url.path == "/"
    assert not any(b"farthing" in path.read_bytes() for path in home.files())


def test_an_interview_that_goes_on_survives_a_restart(
    knowledge: Knowledge, clock: Clock, make: Make, counting: Callable[[], Callable[[], str]]
) -> None:
    token = counting()
    with started(knowledge, clock, make(), token) as client:
        page = send(client, client.get("/").text, "/begin", text="my back locked, no numbness")
        page = send(client, page, "/answers", **dict.fromkeys(rows(page), "no"))
        send(client, client.get("/mine").text, "/settings", country="DE", text_size="largest")
        cookie = client.cookies["lumbago"]
        before = client.get("/next").text
    with started(knowledge, clock, make(), token) as client:
        client.cookies.set("lumbago", cookie)
        after = client.get("/next").text
        assert shown(after) == shown(before)
        assert "size-largest" in after
        assert rows(send(client, after, "/back")) == rows(page)


def shown(page: str) -> str:
    return re.sub(r'(name="(token|revision)" value=")[^"]*', r"\1", page)


def test_what_was_begun_is_nobodys_after_a_day(make: Make) -> None:
    visits = make()
    assert visits.put("ann", Visit(words="hers", started=True), START) == "ann"
    assert visits.record.people() == ()
    assert make().get("ann", START + KEPT_FOR).words == "hers"
    assert make().get("ann", START + KEPT_FOR + timedelta(seconds=1)).words == ""
    drafts.drop_strangers(visits.record, START + timedelta(seconds=1))
    assert make().get("ann", START).words == ""


def test_erasing_what_was_only_begun_leaves_no_word_in_any_file(make: Make, home: Home) -> None:
    visits = make()
    visits.put("bob", Visit(words="his velocipede"), START)
    visits.put("ann", Visit(words="her penny-farthing"), START)
    assert any(b"farthing" in path.read_bytes() for path in home.files())
    gone = visits.erase("ann", START)
    assert gone is not None
    assert (gone.events, gone.found) == (0, 0)
    assert gone.words > 0
    assert not any(b"farthing" in path.read_bytes() for path in home.files())
    assert visits.get("bob", START).words == "his velocipede"
    assert visits.erase("cy", START) is None


def test_a_draft_that_cannot_be_read_is_no_draft(make: Make) -> None:
    visits = make()
    drafts.keep(visits.record, "ann", {"lumbago": 99}, START)
    assert visits.get("ann", START) == Visit()


def test_what_was_told_elsewhere_is_what_stands_here(
    knowledge: Knowledge,
    clock: Clock,
    make: Make,
    home: Home,
    counting: Callable[[], Callable[[], str]],
) -> None:
    with started(knowledge, clock, make(), counting()) as client:
        interview(client)
        assert "nothing needs a doctor today" in client.get("/answer").text
        numb = CheckIn(answers={"saddle_numbness": "yes"})
        with Record.open(home, now=START, dice=os.urandom) as record:
            [person] = record.people()
            [episode] = record.episodes(person)
            record.append(
                episode, [Event("cli-1", clock.now, clock.now, "UTC", numb, knowledge.hash)]
            )
        assert "999" in client.get("/answer").text


def test_a_passphrase_locks_everything_but_help(
    knowledge: Knowledge,
    clock: Clock,
    make: Make,
    home: Home,
    counting: Callable[[], Callable[[], str]],
) -> None:
    token = counting()
    with started(knowledge, clock, make(), token) as client:
        interview(client)
        page = client.get("/lock").text
        assert "at least 8" in send(client, page, "/lock/set", passphrase="short", again="short")
        wrong = send(
            client, page, "/lock/set", passphrase="four dull words", again="four dul words"
        )
        assert "not the same" in wrong
        words = "four dull words here"
        done = send(client, page, "/lock/set", passphrase=words, again=words)
        recovery = re.search(r"<code>([^<]+)</code>", done)
        assert recovery is not None
        assert client.get("/plan").url.path == "/plan"
        send(client, client.get("/lock").text, "/lock")
        assert client.get("/plan").url.path == "/"
        assert "is locked" in client.get("/").text
        assert "999" in client.get("/emergency").text
        assert send(client, client.get("/mine").text, "/erase").count("Unlock")
        page = client.get("/lock").text
        assert "neither the passphrase" in send(client, page, "/unlock", passphrase="four dull")
        cookie = client.cookies["lumbago"]
        interview(client)  # help needs no passphrase, and is not lost
        send(client, client.get("/lock").text, "/unlock", passphrase=words)
        assert client.get("/plan").url.path == "/plan"
    assert not any(b"saddle_numbness" in path.read_bytes() for path in home.files())
    with started(knowledge, clock, make(), token) as client:
        client.cookies.set("lumbago", cookie)
        assert client.get("/plan").url.path == "/"
        send(client, client.get("/lock").text, "/unlock", passphrase=recovery[1])
        assert client.get("/plan").url.path == "/plan"


def test_two_people_share_a_browser(
    knowledge: Knowledge,
    clock: Clock,
    make: Make,
    home: Home,
    counting: Callable[[], Callable[[], str]],
) -> None:
    with started(knowledge, clock, make(), counting()) as client:
        interview(client)
        assert "For Me" not in client.get("/").text
        assert "already" in send(client, client.get("/people").text, "/people/add", name="me")
        page = send(client, client.get("/people").text, "/people/add", name="Ann & <b>")
        assert "For Ann &amp; &lt;b&gt;" in page
        assert client.get("/plan").url.path == "/"
        page = client.get("/people").text
        [me] = re.findall(r'name="person" value="([^"]+)"', page)
        assert send(client, page, "/people", person="nobody").count("For Ann")
        assert "For Me" in send(client, page, "/people", person=me)
        assert client.get("/plan").url.path == "/plan"
        page = send(client, client.get("/people").text, "/people/name", name="Bo")
        assert "For Bo" in page
        send(client, client.get("/mine").text, "/erase")
        with Record.open(home, now=START, dice=os.urandom) as record:
            assert [person.name for person in record.people()] == ["Ann & <b>"]
        assert "Ann" in client.get("/people").text
    with started(knowledge, clock, make(), counting()) as other:
        assert "Ann" not in other.get("/people").text


def test_who_began_and_has_no_name_can_be_come_back_to(
    knowledge: Knowledge, clock: Clock, make: Make, counting: Callable[[], Callable[[], str]]
) -> None:
    with started(knowledge, clock, make(), counting()) as client:
        send(client, client.get("/").text, "/begin", text="my neck is stiff")
        send(client, client.get("/people").text, "/people/add", name="Ann")
        page = client.get("/people").text
        [me] = re.findall(r'name="person" value="([^"]+)"', page)
        send(client, page, "/people", person=me)
        assert "my neck is stiff" in client.get("/mine").text


def test_leaving_quickly_hides_and_erases_nothing(
    knowledge: Knowledge, clock: Clock, make: Make, counting: Callable[[], Callable[[], str]]
) -> None:
    with started(knowledge, clock, make(), counting()) as client:
        interview(client)
        response = client.post("/leave", data=hidden(client.get("/").text))
        assert response.url.path == "/away"
        assert "lumbago" not in re.sub(r"<(link|html)[^>]*>", "", response.text)
        for path in ("/plan", "/answer", "/mine", "/doctor", "/mine/log", "/next"):
            assert client.get(path).url.path == "/"
        assert "Go on where you were" not in client.get("/").text
        assert "999" in client.get("/emergency").text
        send(client, client.get("/").text, "/return")
        assert client.get("/plan").url.path == "/plan"


def test_two_people_have_their_own_records(knowledge: Knowledge, make: Make) -> None:
    visits = make()
    done = StepDone("walking", "done", 5)
    ids = []
    for name in ("ann", "bob"):
        moment = Moment(START, "Europe/London", [f"{name}-1"])
        ids.append(visits.put(name, noted(knowledge, Visit(), moment, done), START))
    assert len(set(ids)) == 2
    assert [e.id for e in visits.get(ids[0], START).log] == ["ann-1"]
    assert [person.name for person in visits.record.people()] == ["Me", "Me 2"]
    again = visits.get(ids[0], START)
    assert visits.put(ids[0], replace(again, revision=9), START) == ids[0]
    assert len(visits.get(ids[0], START).log) == 1
    assert visits.get("Me", START).log == ()


def test_the_secret_is_kept_for_the_person_alone(
    home: Home, counting: Callable[[], Callable[[], str]]
) -> None:
    token = counting()
    assert secret_of(home, token) == secret_of(home, token)
    assert stat.S_IMODE((home.folder / SECRET).stat().st_mode) == 0o600

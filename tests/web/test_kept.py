from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import START, Clock
from tests.web.test_app import interview, send

from lumbago.events import StepDone
from lumbago.knowledge.model import Knowledge
from lumbago.screens.care import Moment, noted
from lumbago.screens.visit import Visit
from lumbago.store import Home, Record
from lumbago.web.app import create_app
from lumbago.web.kept import InRecord
from lumbago.web.serve import SECRET, secret_of

Make = Callable[[], InRecord]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def make(knowledge: Knowledge, home: Home) -> Make:
    def open_record() -> Record:
        return Record.open(home, now=START, dice=os.urandom)

    return lambda: InRecord(knowledge, open_record, "Me", "Europe/London")


def started(
    knowledge: Knowledge, clock: Clock, visits: InRecord, token: Callable[[], str]
) -> TestClient:
    ticks = iter(range(10**9)).__next__
    app = create_app(knowledge, clock, token, ticks, visits, "Europe/London", "a secret")
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


def test_nothing_is_on_the_disk_before_the_questions_end(make: Make) -> None:
    visits = make()
    assert visits.put("ann", Visit(words="hers", started=True), START) == "ann"
    assert visits.get("ann", START).words == "hers"
    assert visits.record.people() == ()


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

"""What pages need out of a record of 100,000 entries, and one entry kept.

Once as a life of forty episodes, once all in one episode, which nobody has: the worst of both.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

import lumbago
from lumbago.episode import doses_since, remembered
from lumbago.events import CheckIn, Event, Note, Payload, StepDone, Taken, Told
from lumbago.knowledge.model import Knowledge
from lumbago.planning.present import Memory, current_case
from lumbago.store import Episode, Home, Person, Record
from lumbago.store.logs import Logs

Benchmark = Any

ENTRIES = 100_000
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MEASURES = ("walking", "heat", "cold", "cat_cow", "rest_pose")


def _payload(dice: random.Random, number: int, findings: list[str]) -> Payload:
    match number % 5:
        case 0 | 1:
            answers = {f: {"value": "no", "from": "list:check_in-1"} for f in findings}
            return CheckIn(dice.randrange(101), {"put on socks": dice.randrange(101)}, answers)
        case 2:
            return StepDone(
                dice.choice(MEASURES), "done", 15, dice.randrange(101), dice.randrange(101)
            )
        case 3:
            return Taken("ibuprofen", 400)
        case _:
            return Note("a word or two for the doctor")


def _fill(record: Record, knowledge: Knowledge, person: Person, episodes: int) -> Episode:
    dice = random.Random(1)
    each = ENTRIES // episodes
    findings = [f for item in knowledge.check_in[0].items for f in item.findings]
    for spell in range(episodes):
        begin = NOW - timedelta(days=90 * (episodes - spell))
        episode = record.begin(person, begin)
        gap = timedelta(days=89) / each
        told = Told({"lumbago": 1, "at": begin.isoformat(), "answers": {"diabetes": "no"}})
        events = [Event(f"t-{spell}", begin, begin, "UTC", told)]
        for number in range(1, each):
            at = begin + number * gap
            payload = _payload(dice, number, findings)
            events.append(Event(f"e-{spell}-{number}", at, at, "UTC", payload))
        record.append(episode, events)
    return episode


@pytest.fixture(scope="module", params=[40, 1], ids=["forty-episodes", "one-episode"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Record, Person, Episode]]:
    dice = random.Random(2)
    home = Home(tmp_path_factory.mktemp("home"))
    with Record.open(home, now=NOW, dice=dice.randbytes) as record:
        person = record.add_person("Anna", NOW)
        yield record, person, _fill(record, lumbago.load(), person, request.param)


Filled = tuple[Record, Person, Episode]


def _today(filled: Filled, *, first: bool) -> Callable[[], object]:
    """The case as it stands, and the doses of the last day, as the app reads them page after page.

    The `first` page after the program was started has the whole episode to read.
    """
    knowledge, (record, person, episode) = lumbago.load(), filled
    known = Logs(), Memory()

    def page() -> object:
        logs, memory = (Logs(), Memory()) if first else known
        doses = record.since(person, NOW - timedelta(days=2), "taken")
        now = current_case(knowledge, logs.log(record, episode), NOW, doses, memory=memory)
        return now, doses_since(doses, NOW)

    return page


def _earlier(filled: Filled) -> Callable[[], object]:
    """Every earlier episode: when, what helped, what prevented."""
    knowledge, (record, person, _) = lumbago.load(), filled

    def page() -> object:
        went = record.tallies(person)
        return [
            remembered(knowledge, one.began_at, record.last(one, 5), went.get(one.id, ()), NOW)
            for one in record.episodes(person)
        ]

    return page


def test_today(benchmark: Benchmark, filled: Filled) -> None:
    page = _today(filled, first=False)
    page()
    benchmark.pedantic(page, rounds=5)


def test_first_page_after_the_start(benchmark: Benchmark, filled: Filled) -> None:
    benchmark.pedantic(_today(filled, first=True), rounds=1)


def test_last_entries(benchmark: Benchmark, filled: Filled) -> None:
    record, _, episode = filled
    benchmark(lambda: record.last(episode, 50))


def test_pain_of_the_episode(benchmark: Benchmark, filled: Filled) -> None:
    record, _, episode = filled
    benchmark(lambda: record.pain(episode, last=2000))


def test_earlier_episodes(benchmark: Benchmark, filled: Filled) -> None:
    benchmark(_earlier(filled))


def test_one_entry_kept(benchmark: Benchmark, filled: Filled) -> None:
    record, _, episode = filled
    number = count()

    def keep() -> None:
        record.append(episode, [Event(f"n-{next(number)}", NOW, NOW, "UTC", Note("a word"))])

    benchmark(keep)

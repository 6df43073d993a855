"""The next screen for one person: every moment of a few interviews, one a call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import lumbago
from lumbago import Case
from lumbago.interview import Screen, next_screen, reply
from lumbago.knowledge.model import Knowledge
from lumbago.simulate import people

Benchmark = Any

PEOPLE = 20


def _moments(knowledge: Knowledge, person: Case) -> Iterator[Case]:
    """The case before every screen of somebody's interview."""
    case = Case()
    while isinstance(screen := next_screen(knowledge, case), Screen):
        yield case
        said = {r.id: [person.given[f].value for f in r.findings] for r in screen.rows}
        whole = {r.id for r in screen.rows if r.whole or r.again}
        chosen = {
            id_: ("yes" if "yes" in values else "no") if id_ in whole else values[0]
            for id_, values in said.items()
        }
        case = reply(knowledge, case, screen, chosen)


def test_next_screen(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    moments = [m for person in people(knowledge, PEOPLE, 1) for m in _moments(knowledge, person)]
    following = cycle(moments)
    benchmark(lambda: next_screen(knowledge, next(following)))


def test_next_screen_after_own_words(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    case = Case(text="bent to pick up a box and my back locked. no numbness, can pee fine")
    assert isinstance(benchmark(next_screen, knowledge, case), Screen)

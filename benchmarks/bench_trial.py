"""One answer of a comparison, and the whole gate before a session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

import lumbago
from lumbago.answers import Case, Given
from lumbago.comparison import offer, situation
from lumbago.evaluate_trials import ALL
from lumbago.events import Event, Told
from lumbago.recovery.nof1.answer import look
from lumbago.recovery.nof1.design import Design
from lumbago.recovery.nof1.model import Priors
from lumbago.recovery.nof1.simulate import World, dealt, simulated
from lumbago.testing_plan import ordinary_answers
from lumbago.wire import case_json

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)

Benchmark = Any


@pytest.mark.parametrize("sessions", [12, 15, 30])
def test_one_answer(benchmark: Benchmark, sessions: int) -> None:
    recovery = lumbago.load().recovery
    design, priors, dice = Design.of(recovery), Priors.of(recovery), Random(1)
    world = World(effects={"heat": -1.5})
    seen = simulated(world, dealt(ALL, sessions // 3, dice), design, dice)
    assert benchmark(look, seen, ALL, priors, design, sessions // 3)


def test_the_gate(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    given = {id_: Given(value) for id_, value in ordinary_answers(knowledge).items()}
    told = Told(case_json(Case("a", AT, given=given)))
    log = (Event("told", AT, AT, "UTC", told),)

    def gate() -> bool:
        return offer(situation(knowledge, log, AT + timedelta(minutes=1))).open

    assert benchmark(gate)

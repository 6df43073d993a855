"""One plan: for a whole answered case, after a check-in with a log, and refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import lumbago
from lumbago.answers import Profile
from lumbago.events import Chosen, Event, StepDone, Taken
from lumbago.testing_plan import ordinary_answers

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
PROFILE = Profile(day={"zone": "Europe/Berlin"}, country="GB")

Benchmark = Any


def _event(number: int, payload: Any) -> Event:
    at = AT - timedelta(hours=number)
    return Event(f"e{number}", at, at, "Europe/Berlin", payload)


def test_a_plan(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    case = lumbago.Case.of(answers=ordinary_answers(knowledge), at=AT, profile=PROFILE)
    made = benchmark(lumbago.plan, knowledge, case, now=AT)
    assert made.items


def test_a_plan_after_a_long_log(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    case = lumbago.Case.of(answers=ordinary_answers(knowledge), at=AT, profile=PROFILE)
    log = [_event(n, Taken("ibuprofen", 200)) for n in range(8, 160, 8)]
    log += [_event(n, StepDone("walking", "done", 5, 40, 30)) for n in range(1, 160, 2)]
    log.append(_event(0, Chosen("medicine", "ibuprofen")))
    made = benchmark(lumbago.plan, knowledge, case, tuple(log), now=AT)
    assert made.refused is None


def test_a_refusal(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    case = lumbago.Case.of(age=40, sex="male", at=AT, profile=PROFILE)
    assert benchmark(lumbago.plan, knowledge, case, now=AT).refused

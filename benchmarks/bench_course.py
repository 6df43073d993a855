"""One forecast from a diary, and drawing an ensemble once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

import lumbago
from lumbago.recovery.course import Expected, expected_course
from lumbago.recovery.diary import Diary, Score
from lumbago.recovery.ensemble import ensemble, evenly
from lumbago.recovery.signs import findings_of
from lumbago.recovery.simulate_diaries import simulated_people

ONSET = datetime(2026, 1, 1, 9, tzinfo=UTC)

Benchmark = Any


@pytest.mark.parametrize("days", [10, 42, 120])
def test_one_forecast(benchmark: Benchmark, days: int) -> None:
    recovery = lumbago.load().recovery
    drawn = ensemble(recovery, "acute", evenly(Random(1)))
    person = next(simulated_people(recovery, 1, 1, "wallwork"))
    diary = person.diary(ONSET, days)

    def forecast() -> object:
        return expected_course(recovery, drawn, diary, Random(2))

    assert benchmark(forecast)


def test_the_first_course_of_six_weeks(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    diary = next(simulated_people(knowledge.recovery, 1, 1, "wallwork")).diary(ONSET, 42)

    def first() -> object:
        drawn = Expected(knowledge).ensemble("acute")
        return expected_course(knowledge.recovery, drawn, diary, Random(2))

    assert benchmark.pedantic(first, rounds=10)


def test_a_year_of_ten_scores_a_day(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    moments = [ONSET + timedelta(hours=2.4 * n) for n in range(3650)]
    diary = Diary(moments[-1], ONSET, tuple(Score(at, 70) for at in moments))
    assert benchmark(findings_of, knowledge, diary)


def test_draw_an_ensemble(benchmark: Benchmark) -> None:
    recovery = lumbago.load().recovery
    drawn = benchmark.pedantic(lambda: ensemble(recovery, "acute", evenly(Random(1))), rounds=5)
    assert sum(drawn.weight) > 0

"""Harder after two good sessions, easier after a bad one, left out after two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lumbago.events import CheckIn, StepDone
from lumbago.knowledge.model import Knowledge
from lumbago.planning.history import Done, Felt, History
from lumbago.planning.progress import Level, level

NOW = 29_900_000
DAY = 1440


def done(outcome: Any = "done", before: int | None = 30, after: int | None = 30) -> StepDone:
    return StepDone("pelvic_tilt", outcome, 5, before, after)


def found(
    knowledge: Knowledge, *steps: StepDone, felt: tuple[Felt, ...] = (), can: bool = True
) -> Level:
    history = History(
        done=tuple(Done(NOW - (len(steps) - n) * DAY, step) for n, step in enumerate(steps)),
        felt=felt,
    )
    measure = knowledge.care.measures["pelvic_tilt"]
    return level(knowledge.care, measure, history, lambda _: can, NOW - DAY + 1)


def test_a_new_movement_starts(knowledge: Knowledge) -> None:
    assert found(knowledge).because == "start"


def test_one_good_session_keeps_it(knowledge: Knowledge) -> None:
    assert found(knowledge, done()).because == "keep"


def test_two_good_sessions_in_a_row_go_one_step_on(knowledge: Knowledge) -> None:
    got = found(knowledge, done(), done())
    assert (got.because, got.measure) == ("harder", "knee_rolls")


def test_nothing_harder_where_something_stands_against_it(knowledge: Knowledge) -> None:
    got = found(knowledge, done(), done(), can=False)
    assert (got.because, got.measure) == ("keep", "pelvic_tilt")


@pytest.mark.parametrize(
    "last", [done("worse"), done("stopped"), done(before=30, after=50), done("worse", None, None)]
)
def test_a_bad_session_goes_one_step_back(knowledge: Knowledge, last: StepDone) -> None:
    got = found(knowledge, done(), last)
    assert (got.because, got.measure) == ("easier", "diaphragmatic_breathing")


def test_without_an_easier_one_it_rests_and_comes_back_halved(knowledge: Knowledge) -> None:
    got = found(knowledge, done("worse"), can=False)
    assert (got.because, got.percent) == ("halved", 50)
    assert got.not_before > NOW - DAY


def test_two_bad_out_of_three_and_it_is_left_out(knowledge: Knowledge) -> None:
    assert found(knowledge, done("worse"), done(), done("worse")).because == "left_out"


def test_pain_above_three_does_not_progress(knowledge: Knowledge) -> None:
    assert found(knowledge, done(before=40, after=40), done(before=40, after=40)).because == "keep"


def test_a_flare_the_next_day_is_a_bad_session(knowledge: Knowledge) -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    worse = Felt(NOW - DAY + DAY, at, CheckIn(pain=60))
    assert found(knowledge, done(), felt=(worse,)).because == "easier"
    same = Felt(NOW - DAY + DAY, at, CheckIn(pain=30))
    assert found(knowledge, done(), felt=(same,)).because == "keep"


def test_skipped_sessions_say_nothing(knowledge: Knowledge) -> None:
    assert found(knowledge, done("skipped"), done("skipped")).because == "start"

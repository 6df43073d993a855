"""The definition of triage: the four readings and their laws."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lumbago.answers import NO, YES, YES_OR_NO, Answer
from lumbago.expr import Compare, OneOf, Yes
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.quantity import Interval
from lumbago.testing import completions, partial_answers
from lumbago.triage.scalar import (
    DOUBT,
    FORCED,
    POSSIBLE,
    TOLD,
    Reading,
    Rules,
    Status,
    read,
    satisfies,
    status,
)

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
LAW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize(
    ("state", "negated", "expected"),
    [
        # the table "Readings": forced, told, doubt, possible
        (Status.NOT_ASKED, False, (False, False, False, True)),
        (Status.NOT_ASKED, True, (False, True, True, True)),
        (Status.UNSURE, False, (False, False, True, True)),
        (Status.UNSURE, True, (False, True, True, True)),
        (Status.YES, False, (True, True, True, True)),
        (Status.YES, True, (False, False, False, False)),
        (Status.NO, False, (False, False, False, False)),
        (Status.NO, True, (True, True, True, True)),
    ],
)
def test_the_table_of_readings(
    state: Status, negated: bool, expected: tuple[bool, bool, bool, bool]
) -> None:
    readings = (FORCED, TOLD, DOUBT, POSSIBLE)
    assert tuple(read(state, negated, reading) for reading in readings) == expected


@pytest.mark.parametrize(
    ("operator", "low", "high", "expected"),
    [
        (">=", 60, 69, (True, True)),
        (">=", 59, 60, (False, True)),
        (">=", 50, 59, (False, False)),
        (">", 60, 60, (False, False)),
        ("<", 59, 60, (False, True)),
        ("<=", 60, 60, (True, True)),
    ],
)
def test_an_interval_satisfies_a_comparison_wholly_partly_or_not(
    operator: str, low: int, high: int, expected: tuple[bool, bool]
) -> None:
    literal = Compare("age_years", operator, 60)  # type: ignore[arg-type]
    assert satisfies(literal, Answer(Interval(low, high))) == expected


def test_status_tells_unsure_from_not_asked() -> None:
    assert status(Yes("fever"), {}) is Status.NOT_ASKED
    assert status(Yes("fever"), {"fever": Answer(YES_OR_NO)}) is Status.UNSURE
    assert status(Yes("fever"), {"fever": Answer(YES_OR_NO, asked=False)}) is Status.NOT_ASKED
    assert status(Yes("fever"), {"fever": Answer(YES)}) is Status.YES
    sex = OneOf("sex_at_birth", frozenset({"male"}))
    assert status(sex, {"sex_at_birth": Answer(frozenset({"male", "other"}))}) is Status.UNSURE


def test_a_comparison_cannot_be_asked_of_a_yes() -> None:
    with pytest.raises(TypeError, match="cannot be asked of"):
        satisfies(Compare("fever", ">", 1), Answer(YES))


def test_nothing_answered_tells_nothing_and_clears_nothing(knowledge: Knowledge) -> None:
    verdict = Rules(knowledge).verdict({})
    assert verdict.as_told is Disposition.SELF_CARE
    assert verdict.high is Disposition.EMERGENCY
    assert verdict.disposition is None
    assert not verdict.cleared


def test_doubt_about_an_emergency_counts_as_same_day(knowledge: Knowledge) -> None:
    verdict = Rules(knowledge).verdict({"saddle_numbness": Answer(YES_OR_NO)})
    assert verdict.as_told is Disposition.SAME_DAY
    assert verdict.low is Disposition.SAME_DAY
    assert verdict.high is Disposition.EMERGENCY


def test_doubt_about_a_routine_matter_raises_to_routine_alone(knowledge: Knowledge) -> None:
    verdict = Rules(knowledge).verdict({"widespread_pain_3_months": Answer(YES_OR_NO)})
    assert verdict.as_told is Disposition.ROUTINE


@LAW
@given(data=st.data())
def test_the_readings_are_ordered(knowledge: Knowledge, data: st.DataObject) -> None:
    answers = data.draw(partial_answers(knowledge))
    v = Rules(knowledge).verdict(answers)
    assert v.forced <= v.low <= v.as_told <= v.high <= v.possible


@LAW
@given(data=st.data())
def test_any_completion_stays_in_the_range(knowledge: Knowledge, data: st.DataObject) -> None:
    answers = data.draw(partial_answers(knowledge))
    whole = data.draw(completions(knowledge, answers))
    rules = Rules(knowledge)
    partial, complete = rules.verdict(answers), rules.verdict(whole)
    assert partial.low <= complete.as_told <= partial.high
    if partial.cleared:
        assert complete.as_told < Disposition.SAME_DAY


@LAW
@given(data=st.data())
def test_forgetting_never_reassures(knowledge: Knowledge, data: st.DataObject) -> None:
    answers = data.draw(partial_answers(knowledge))
    lost = set(data.draw(st.lists(st.sampled_from([*answers, ""])))) if answers else set()
    kept = {id_: answer for id_, answer in answers.items() if id_ not in lost}
    rules = Rules(knowledge)
    before, after = rules.verdict(answers), rules.verdict(kept)
    assert after.possible >= before.possible
    assert after.forced <= before.forced


@LAW
@given(data=st.data())
def test_alarms_are_monotone(knowledge: Knowledge, data: st.DataObject) -> None:
    answers = data.draw(partial_answers(knowledge))
    alarms = [f.id for f in knowledge.findings.values() if f.polarity == "alarming"]
    raised = data.draw(st.lists(st.sampled_from(alarms), max_size=4))
    more = answers | {id_: Answer(YES) for id_ in raised}
    rules = Rules(knowledge)
    assert rules.verdict(more).as_told >= rules.verdict(answers).as_told


@LAW
@given(data=st.data())
def test_a_complete_case_has_one_disposition(knowledge: Knowledge, data: st.DataObject) -> None:
    whole = data.draw(completions(knowledge, {}))
    sure = {
        id_: Answer(Interval(a.possible.low, a.possible.low))
        if isinstance(a.possible, Interval)
        else Answer(frozenset({min(a.possible)}))
        for id_, a in whole.items()
    }
    v = Rules(knowledge).verdict(sure)
    assert v.forced == v.low == v.as_told == v.high == v.possible
    assert v.settled


@LAW
@given(data=st.data())
def test_the_order_of_answers_does_not_matter(knowledge: Knowledge, data: st.DataObject) -> None:
    answers = data.draw(partial_answers(knowledge))
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    rules = Rules(knowledge)
    assert rules.verdict(shuffled) == rules.verdict(answers)


def test_an_excuse_counts_only_when_it_is_given(knowledge: Knowledge) -> None:
    rules = Rules(knowledge)
    lone = {"chest_pain": Answer(YES), "age_years": Answer(Interval(30, 30))}
    excused = lone | {"chest_wall_only": Answer(YES)}
    denied = lone | {"chest_wall_only": Answer(NO)}
    unsure = lone | {"chest_wall_only": Answer(YES_OR_NO)}
    assert rules.verdict(lone).as_told is Disposition.EMERGENCY
    assert rules.verdict(denied).as_told is Disposition.EMERGENCY
    assert rules.verdict(unsure).as_told is Disposition.EMERGENCY
    assert rules.verdict(excused).as_told is Disposition.SAME_DAY


def test_a_reading_names_both_kinds_of_open_answer() -> None:
    assert Reading(TOLD.not_asked, POSSIBLE.unsure) == DOUBT

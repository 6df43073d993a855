"""From a case as handed in to answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lumbago.answers import NO, YES, YES_OR_NO, Case, Given, Mention, Origin, Polarity, Profile
from lumbago.errors import InputError
from lumbago.intake import Desk, Intake, values_of
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import Interval

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def desk(knowledge: Knowledge) -> Desk:
    return Desk(knowledge)


def _intake(desk: Desk, **answers: Any) -> Intake:
    return desk.intake(Case.of(answers=answers, at=AT))


@pytest.mark.parametrize(
    ("finding", "value", "message", "hint"),
    [
        ("saddle_numbnes", "yes", "Unknown finding 'saddle_numbnes'.", "'saddle_numbness'"),
        ("fever", "ja", "'ja' is not an answer to fever.", "Use yes, no or unsure."),
        ("fever", "Unsure", "'Unsure' is not an answer", "Did you mean 'unsure'?"),
        ("age_years", 430, "430 is outside what age_years can be.", "years from 0 to"),
        ("pain_duration_days", -3, "-3 is outside", "days from 0 to"),
        ("pain_severity_0_10", 11, "11 is outside", "from 0 to 10"),
        ("age_years", "old", "'old' is not a number.", ""),
        ("age_years", {"from": 59, "to": 50}, "ends before it starts", "Swap"),
        ("age_years", {"low": 59}, "keys 'from' and 'to'", ""),
        ("sex_at_birth", "femal", "'femal' is not a choice", "Did you mean 'female'?"),
        ("pregnancy_status", "yes", "'yes' is not a choice of pregnancy_status", "Use one of"),
        ("temperature_celsius", "38 F", "not a temperature a person can have", "38 C"),
        ("temperature_celsius", "warm", "'warm' is not a temperature.", "38.4 C"),
    ],
)
def test_a_wrong_answer_is_named_with_what_is_allowed(
    desk: Desk, finding: str, value: Any, message: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        _intake(desk, **{finding: value})
    (problem,) = caught.value.problems
    assert message in problem.message
    assert hint in problem.hint


def test_all_problems_come_at_once(desk: Desk) -> None:
    with pytest.raises(InputError) as caught:
        _intake(desk, fevr="yes", age_years=430, saddle_numbness="maybe")
    assert len(caught.value.problems) == 3


def test_every_form_of_an_answer(desk: Desk) -> None:
    answers = _intake(
        desk,
        fever=True,
        saddle_numbness="unsure",
        age_years={"from": 50, "to": 59},
        pain_duration_days=0.04,
        pregnancy_status="unsure",
        temperature_celsius="101.3 F",
    ).answers
    assert answers["fever"].possible == YES
    assert answers["saddle_numbness"].possible == YES_OR_NO
    assert answers["age_years"].possible == Interval(50, 59)
    assert answers["pain_duration_days"].possible == Interval(58, 58)
    assert len(answers["pregnancy_status"].possible) == 6  # type: ignore[arg-type]
    assert answers["temperature_celsius"].possible == Interval(385, 385)


def test_what_follows_from_an_answer_is_derived(desk: Desk) -> None:
    answers = _intake(desk, breathless_at_rest="yes").answers
    assert answers["breathlessness"].possible == YES
    assert answers["breathlessness"].origin.kind == "derived"


def test_a_no_to_the_wider_is_a_no_to_the_narrower(desk: Desk) -> None:
    assert _intake(desk, breathlessness="no").answers["breathless_at_rest"].possible == NO


def test_a_measured_temperature_answers_fever(desk: Desk) -> None:
    assert _intake(desk, temperature_celsius=38.4).answers["fever"].possible == YES
    assert "fever" not in _intake(desk, temperature_celsius=37.9).answers


def test_a_question_that_cannot_apply_is_answered_by_derivation(desk: Desk) -> None:
    answers = _intake(desk, sex_at_birth="female", history_of_cancer="no").answers
    assert answers["skin_cancer_only"].possible == NO
    assert answers["skin_cancer_only"].origin.detail == "only_if"
    assert "skin_cancer_only" not in _intake(desk, history_of_cancer="unsure").answers


def test_an_explicit_answer_beats_a_derived_one_and_is_reported(desk: Desk) -> None:
    result = _intake(desk, breathless_at_rest="yes", breathlessness="no")
    assert result.answers["breathlessness"].possible == NO
    assert any("contradict" in problem.message for problem in result.problems)


def _given_at(value: str, hours: float) -> Given:
    return Given(value, Origin("tap", given_at=AT - timedelta(hours=hours)))


@pytest.mark.parametrize(("hours", "kept"), [(11.9, True), (12.0, True), (12.1, False)])
def test_a_danger_answer_expires(desk: Desk, hours: float, kept: bool) -> None:
    case = Case(at=AT, given={"saddle_numbness": _given_at("no", hours)})
    result = desk.intake(case)
    assert ("saddle_numbness" in result.answers) is kept
    assert any("counts as not asked" in p.message for p in result.problems) is not kept


def test_history_never_expires(desk: Desk) -> None:
    case = Case(at=AT, given={"history_of_cancer": _given_at("no", 9000)})
    assert desk.intake(case).answers["history_of_cancer"].possible == NO


def test_an_answer_from_the_future_is_an_error(desk: Desk) -> None:
    case = Case(at=AT, given={"fever": _given_at("no", -1)})
    with pytest.raises(InputError, match="dated after the case"):
        desk.intake(case)


@pytest.mark.parametrize("taken", ["yes", "unsure"])
def test_no_fever_does_not_count_after_a_fever_reducer(desk: Desk, taken: str) -> None:
    answers = _intake(desk, fever="no", fever_reducer_last_6h=taken).answers
    assert "fever" not in answers
    assert _intake(desk, fever="no", fever_reducer_last_6h="no").answers["fever"].possible == NO
    assert _intake(desk, fever="yes", fever_reducer_last_6h=taken).answers["fever"].possible == YES


def test_a_profile_answers_with_yes_only(desk: Desk) -> None:
    profile = Profile(conditions=("chronic_kidney_disease",), medicines=("Eliquis",))
    answers = desk.intake(Case(at=AT, profile=profile)).answers
    assert answers["one_kidney_or_transplant"].possible == YES
    assert answers["anticoagulant_use"].possible == YES
    assert "diabetes" not in answers


def test_an_unknown_medicine_is_asked_back(desk: Desk) -> None:
    with pytest.raises(InputError) as caught:
        desk.intake(Case(at=AT, profile=Profile(medicines=("warfarine",))))
    assert caught.value.problems[0].hint == "Did you mean 'warfarin'?"


def _mention(finding: str, polarity: Polarity, *, confirmed: bool = False) -> Mention:
    return Mention(finding, "yes", polarity, (0, 1), None, confirmed)


@pytest.mark.parametrize(
    ("finding", "polarity", "confirmed", "expected"),
    [
        ("saddle_numbness", Polarity.YES, False, YES),  # an alarm that is reported counts
        ("saddle_numbness", Polarity.NO, False, None),  # an alarm denied in words does not
        ("saddle_numbness", Polarity.NO, True, NO),
        ("saddle_numbness", Polarity.UNSURE, False, YES_OR_NO),
        ("saddle_numbness", Polarity.NOT_ABOUT_ME_NOW, False, None),
        ("lifted_or_bent", Polarity.YES, False, None),  # words alone never excuse
        ("lifted_or_bent", Polarity.YES, True, YES),
        ("lifted_or_bent", Polarity.NO, False, NO),
    ],
)
def test_which_mentions_count(
    desk: Desk, finding: str, polarity: Polarity, confirmed: bool, expected: frozenset[str] | None
) -> None:
    answers = desk.from_words([_mention(finding, polarity, confirmed=confirmed)])
    assert (answers[finding].possible if finding in answers else None) == expected


def test_words_against_an_answer_on_a_danger_sign_are_unsure(desk: Desk) -> None:
    case = Case.of(answers={"saddle_numbness": "no"}, text="my saddle area is numb", at=AT)
    result = desk.intake(case)
    assert result.answers["saddle_numbness"].possible == YES_OR_NO
    assert any("disagree" in problem.message for problem in result.problems)


def test_a_list_of_no_choices_is_refused(knowledge: Knowledge) -> None:
    with pytest.raises(InputError, match="is not a choice of"):
        values_of(knowledge.findings["pregnancy_status"], [{}])

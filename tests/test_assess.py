"""The one front door and its last gate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lumbago import Assessment, Case, assess
from lumbago.answers import Given
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.testing import partial_answers
from lumbago.wire import answer_json, assessment_json

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def _of(knowledge: Knowledge, **answers: Any) -> Assessment:
    return assess(knowledge, Case.of(answers=answers, at=AT))


def test_an_assessment_is_made_by_assess_alone(knowledge: Knowledge) -> None:
    made = _of(knowledge)
    values = {name: getattr(made, name) for name in Assessment.__dataclass_fields__}
    with pytest.raises(TypeError, match="made by assess"):
        Assessment(**{**values, "seal": None})


def test_silence_is_unsettled_and_shows_its_questions(knowledge: Knowledge) -> None:
    triage = _of(knowledge).triage
    assert triage.disposition == "unsettled"
    assert triage.as_told == "self_care"
    assert triage.open_questions[0].could_raise_to is Disposition.EMERGENCY
    assert not triage.rules


def test_an_emergency_names_its_rule_and_findings(knowledge: Knowledge) -> None:
    triage = _of(knowledge, bladder_retention="yes", fever="no").triage
    assert triage.disposition == "emergency"
    assert triage.within_hours == 0
    assert triage.action == "emergency_department"
    first = triage.rules[0]
    assert (first.rule.id, first.reading, first.findings) == (
        "E01",
        "forced",
        ("bladder_retention",),
    )


def test_doubt_is_named_and_asks_for_today(knowledge: Knowledge) -> None:
    triage = _of(knowledge, saddle_numbness="unsure").triage
    assert triage.disposition == "same_day"
    assert triage.doubt == ("saddle_numbness",)
    assert triage.action == "urgent_care"
    assert [(f.rule.id, f.reading) for f in triage.rules] == [("E01", "doubt")]


def test_open_questions_are_nearest_first(knowledge: Knowledge) -> None:
    questions = _of(knowledge, age_years=70, sex_at_birth="male").triage.open_questions
    urgent = [q for q in questions if q.could_raise_to is Disposition.EMERGENCY]
    assert [q.nearness for q in urgent] == sorted(q.nearness for q in urgent)
    assert {"saddle_numbness", "chest_pain", "fainted_or_collapsed"} <= {q.finding for q in urgent}


def test_a_complete_case_of_ordinary_pain_is_cleared(knowledge: Knowledge) -> None:
    result = _of(knowledge, **_nothing_else(knowledge, age_years=34, pain_severity_0_10=6))
    assert result.triage.disposition == "self_care"
    assert result.triage.cleared
    assert result.triage.verdict.settled
    assert result.triage.open_questions == ()


def _nothing_else(knowledge: Knowledge, **answers: Any) -> dict[str, Any]:
    """Every question answered: no, but for what is given and the signs of an ordinary strain."""
    ordinary = {"sex_at_birth": "male", "pregnancy_status": "does_not_apply"}
    ordinary |= {"pain_duration_days": 2, "pain_severity_0_10": 5, "age_years": 40}  # type: ignore[dict-item]
    ordinary |= {"temperature_celsius": 36.8}  # type: ignore[dict-item]
    no = {f.id: "no" for f in knowledge.findings.values() if f.answer == "yes_no"}
    strain = dict.fromkeys(
        ("lifted_or_bent", "pain_worse_with_movement", "pain_eases_lying_still"), "yes"
    )
    return {**no, **strain, **ordinary, **answers}


def test_what_must_not_be_missed_comes_from_the_rules(knowledge: Knowledge) -> None:
    result = _of(knowledge, both_legs_pain="yes")
    assert result.not_to_be_missed[0] == "cauda_equina_syndrome"


def test_populations_are_named(knowledge: Knowledge) -> None:
    effects = {
        effect
        for population in _of(knowledge, age_years=14).populations
        for effect in population.effects
    }
    assert {"triage_only", "no_differential"} <= effects


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_gate_never_names_less_while_a_danger_is_open(
    knowledge: Knowledge, data: st.DataObject
) -> None:
    answers = data.draw(partial_answers(knowledge))
    given_ = {
        id_: Given(answer_json(a, knowledge.findings[id_]))
        for id_, a in answers.items()
        if knowledge.findings[id_].answer != "choice"
    }
    result = assess(knowledge, Case(at=AT, given=given_))
    told, high = result.triage.verdict.as_told, result.triage.verdict.high
    shown = assessment_json(knowledge, result)["triage"]["disposition"]
    if high >= Disposition.SAME_DAY > told:
        assert shown == "unsettled"
        assert result.triage.open_questions
    else:
        assert shown == told.id
    if high > told:
        assert result.triage.open_questions


def test_the_same_case_gives_the_same_bytes(knowledge: Knowledge) -> None:
    case = Case.of(age=54, sex="female", answers={"fever": "unsure"}, at=AT)
    first = assessment_json(knowledge, assess(knowledge, case))
    assert first == assessment_json(knowledge, assess(knowledge, case))


def test_words_in_another_language_are_told(knowledge: Knowledge) -> None:
    assessment = assess(knowledge, Case.of(text="me duele la espalda y no puedo orinar"))
    assert assessment.mentions == ()
    assert any("Only English" in str(problem) for problem in assessment.problems)
    assert assessment.triage.disposition == "unsettled"

"""Offered, held, ask or blocked: unknown is never "no", and every "no" has its reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago import Case, assess
from lumbago.answers import Answers
from lumbago.knowledge.model import Knowledge
from lumbago.planning.eligibility import (
    CAREFUL_FAMILIES,
    Eligibility,
    Standing,
    agents_of,
    apart,
    no_plan_for,
    with_interactions,
)
from lumbago.testing import completions, partial_answers
from lumbago.testing_plan import ordinary_answers
from lumbago.triage.scalar import FORCED, Rules


@pytest.fixture(scope="module")
def eligibility(knowledge: Knowledge) -> Eligibility:
    return Eligibility(knowledge)


def answers(knowledge: Knowledge, **changes: Any) -> Answers:
    gone = {id_ for id_, value in changes.items() if value is None}
    given = {k: v for k, v in ordinary_answers(knowledge, **changes).items() if k not in gone}
    return assess(knowledge, Case.of(answers=given)).answers


def standing(eligibility: Eligibility, found: Answers, item: str) -> Standing:
    return eligibility.standings(found)[item]


def test_an_ordinary_adult_is_offered_what_has_nothing_against_it(
    knowledge: Knowledge, eligibility: Eligibility
) -> None:
    found = eligibility.standings(answers(knowledge))
    for item in ("heat_pad", "cold_pack", "walking", "pelvic_tilt", "ibuprofen", "paracetamol"):
        assert found[item].status == "offered"


@pytest.mark.parametrize(
    ("finding", "item", "known"),
    [
        ("skin_feeling_reduced", "heat_pad", "blocked"),
        ("raynaud_known", "cold_pack", "blocked"),
        ("anticoagulant_use", "ibuprofen", "blocked"),
        ("asthma_known", "ibuprofen", "ask"),
        ("under_50_kg", "paracetamol", "blocked"),
        ("cannot_leave_bath_alone", "warm_bath", "blocked"),
        ("medicine_patch_on", "heat_wrap", "blocked"),
    ],
)
def test_known_unsure_and_not_asked(
    knowledge: Knowledge, eligibility: Eligibility, finding: str, item: str, known: str
) -> None:
    yes = standing(eligibility, answers(knowledge, **{finding: "yes"}), item)
    unsure = standing(eligibility, answers(knowledge, **{finding: "unsure"}), item)
    silent = standing(eligibility, answers(knowledge, **{finding: None}), item)
    assert (yes.status, unsure.status, silent.status) == (known, known, "held")
    assert yes.questions == ()
    assert silent.questions == (finding,)
    assert all(objection.sources for objection in yes.objections)


def test_a_caution_is_offered_and_shown_known_or_not(
    knowledge: Knowledge, eligibility: Eligibility
) -> None:
    for value in ("yes", "unsure", None):
        found = standing(eligibility, answers(knowledge, diabetes=value), "heat_wrap")
        assert "heat_wrap_risks" in {caution.id for caution in found.cautions}
    none = standing(eligibility, answers(knowledge), "heat_wrap")
    assert none.cautions == ()


def test_sixteen_and_seventeen_get_no_medicine(
    knowledge: Knowledge, eligibility: Eligibility
) -> None:
    found = eligibility.standings(answers(knowledge, age_years=17))
    for medicine in knowledge.care.medicines:
        assert found[medicine].status == "blocked"
    assert found["walking"].status == "offered"


def test_soon_by_a_fracture_rule_leaves_position_breathing_and_walks(
    knowledge: Knowledge, eligibility: Eligibility
) -> None:
    careful = {
        rule.id
        for rule in knowledge.rules.values()
        if rule.disposition.id == "soon"
        and knowledge.conditions[rule.protects_against].family in CAREFUL_FAMILIES
    }
    assert careful
    told = answers(knowledge, major_trauma_old_or_checked="yes")
    assert careful & {fire.rule.id for fire in _fired(knowledge, told)}
    found = eligibility.standings(told)
    for item in ("heat_pad", "cold_pack", "pelvic_tilt", "massage"):
        assert found[item].status == "blocked"
    assert found["ibuprofen"].status == "ask"
    for item in ("walking", "diaphragmatic_breathing", "side_lying"):
        assert found[item].status == "offered"


def _fired(knowledge: Knowledge, told: Answers) -> Any:
    from lumbago.assess import triage_of

    return triage_of(knowledge, Rules(knowledge), told).rules


def test_children_and_unknown_ages_get_no_plan(knowledge: Knowledge) -> None:
    rules = Rules(knowledge)
    assert no_plan_for(knowledge, rules, answers(knowledge)) == {}
    assert no_plan_for(knowledge, rules, answers(knowledge, age_years=15))["child"] is True
    assert "age_not_known" in no_plan_for(knowledge, rules, answers(knowledge, age_years=None))
    hurt = no_plan_for(knowledge, rules, answers(knowledge, hurt_by_someone=None))
    assert hurt == {"hurt_by_another": False}


def test_interactions_go_both_ways(knowledge: Knowledge) -> None:
    pairs = knowledge.care.interactions.values()
    one = agents_of(knowledge.care.medicines["ibuprofen"])
    other = agents_of(knowledge.care.medicines["naproxen"])
    assert apart(pairs, one, other) == apart(pairs, other, one) != ()
    blocked = with_interactions(Standing("x", "offered"), apart(pairs, one, other), "interaction")
    assert blocked.status == "blocked"
    assert with_interactions(Standing("x", "offered"), (), "interaction").status == "offered"


@given(data=st.data())
@settings(max_examples=25)
def test_nothing_offered_is_against_any_truth(
    knowledge: Knowledge, eligibility: Eligibility, data: st.DataObject
) -> None:
    known = data.draw(partial_answers(knowledge, max_size=80))
    truth = data.draw(completions(knowledge, known))
    rules = Rules(knowledge)
    for item, found in eligibility.standings(known).items():
        for row in eligibility.rows_of[item]:
            holds = rules.holds(row.when, truth, FORCED)
            if row.action == "caution":
                shown = {caution.id for caution in found.cautions}
                assert not holds or row.id in shown
            elif found.status == "offered":
                assert not holds
        assert (found.status == "held") == (
            bool(found.objections) and not any(o.known for o in found.objections)
        )
        if found.status == "held":
            assert found.questions

"""What is shown of the differential: why, what is open, and in which words."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago.answers import NO, YES, Answer
from lumbago.differential import explain
from lumbago.differential.explain import Explainer, differential, phrase
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import Interval
from lumbago.testing import partial_answers

LIFTED = {
    "lifted_or_bent": Answer(YES),
    "pain_worse_with_movement": Answer(YES),
    "pain_below_knee": Answer(NO),
    "age_years": Answer(Interval(40, 40)),
}


@pytest.fixture(scope="module")
def explainer(knowledge: Knowledge) -> Explainer:
    return Explainer(knowledge)


def yes(*findings: str) -> dict[str, Answer]:
    return {finding: Answer(YES) for finding in findings}


def test_a_strain_after_lifting(knowledge: Knowledge) -> None:
    found = differential(knowledge, LIFTED)
    first = found.likely[0]
    assert (first.condition, first.family) == ("muscle_strain", "mechanical")
    assert first.interval[0] < first.probability < first.interval[1]
    assert first.speaks_for[0].finding == "lifted_or_bent"
    assert first.speaks_for[0].decibans == pytest.approx(10 * math.log10(0.5 / 0.35))
    assert not first.against
    assert "ligament_sprain" in first.alike
    assert found.families[0].family == "mechanical"
    assert found.none_because is None
    assert found.notes == ()


def test_the_list_is_short_sorted_and_names_lookalikes_once(explainer: Explainer) -> None:
    for told in ({}, LIFTED, yes("fever"), yes("pain_site_neck", "pain_site_low_back")):
        found = explainer.differential(told)
        assert len(found.likely) == explain.SHOWN
        shares = [one.probability for one in found.likely]
        assert shares == sorted(shares, reverse=True)
        named = [cause for one in found.likely for cause in (one.condition, *one.alike)]
        assert len(named) == len(set(named))
        families = [family.probability for family in found.families]
        assert families == sorted(families, reverse=True)
        ranked = [
            round(share, 12) for share in found.ranked.values()
        ]  # the last bits decide nothing
        assert ranked == sorted(ranked, reverse=True)


def test_decibans_add_up_to_what_the_answers_did(explainer: Explainer) -> None:
    network = explainer.network
    before, after = (network.posterior(told) for told in ({}, yes("fever", "diabetes")))
    for cause in ("spinal_infection", "muscle_strain"):
        moved = math.log(after.single[after.place[cause]] / before.single[before.place[cause]])
        rest = "spondylolisthesis"  # linked to neither answer
        moved -= math.log(after.single[after.place[rest]] / before.single[before.place[rest]])
        told = sum(weight.decibans for weight in explainer.weights(after, {}, cause))
        assert told == pytest.approx(10 * moved / math.log(10))


def test_a_number_is_named_by_its_finding(explainer: Explainer) -> None:
    found = explainer.differential({"pain_duration_days": Answer(Interval(0, 600))})
    named = {w.finding for one in found.likely for w in (*one.speaks_for, *one.against)}
    assert named == {"pain_duration_days"}
    began = explainer.differential({"sudden_onset": Answer(NO)})
    assert {w.finding for one in began.likely for w in one.speaks_for} <= {"sudden_onset"}


def test_under_18_there_is_no_list(knowledge: Knowledge) -> None:
    found = differential(knowledge, {"age_years": Answer(Interval(16, 16))})
    assert found.none_because == explain.UNDER_18
    assert not found.likely
    assert not found.families


def test_nothing_usable_gives_the_prior_and_says_so(knowledge: Knowledge) -> None:
    found = differential(knowledge, {})
    assert found.notes == (explain.PRIOR_ONLY, explain.AGE_UNKNOWN)
    assert found.likely[0].condition == "muscle_strain"
    only_age = differential(knowledge, {"age_years": Answer(Interval(40, 40))})
    assert only_age.notes == (explain.PRIOR_ONLY,)


def test_back_and_neck_and_two_ways_are_said(explainer: Explainer) -> None:
    both = explainer.differential(yes("pain_site_neck", "pain_site_low_back"))
    assert explain.BACK_AND_NECK in both.notes
    clash = yes("blistering_rash_one_side", "band_like_trunk_symptom", "both_legs_pain")
    two = explainer.differential(clash | yes("leg_symptoms_on_walking", "no_pain_when_sitting"))
    assert explain.TWO_WAYS in two.notes


def test_close_causes_are_not_told_apart(explainer: Explainer) -> None:
    groups = explainer.differential({}).not_told_apart
    assert ("muscle_strain", "overuse_spasm", "ligament_sprain", "posture_imbalance") in groups
    assert all(len(group) > 1 for group in groups)


def test_open_questions_are_those_that_move_most(explainer: Explainer) -> None:
    found = explainer.differential(LIFTED)
    changes = [clue.change for clue in found.not_asked]
    assert changes == sorted(changes, reverse=True)
    assert len(changes) == explain.ASKABLE
    assert not {clue.finding for clue in found.not_asked} & LIFTED.keys()
    assert all(0 < change < 1 for change in changes)


def test_the_turning_answer_turns(explainer: Explainer) -> None:
    turning = explainer.differential(LIFTED).turning
    assert turning is not None
    assert 0 < turning.chance < 1
    said = Answer(YES if turning.yes else NO)
    after = explainer.differential(LIFTED | {turning.finding: said})
    assert after.likely[0].condition == turning.condition


def test_no_question_left_no_turning(explainer: Explainer) -> None:
    findings = explainer.knowledge.findings.values()
    everything = {
        **{f.id: Answer(NO) for f in findings if f.answer == "yes_no"},
        "pain_duration_days": Answer(Interval(2880, 2880)),
        "pain_severity_0_10": Answer(Interval(50, 50)),
        "pregnancy_status": Answer(frozenset({"no"})),
    }
    found = explainer.differential(everything)
    assert found.turning is None
    assert found.not_asked == ()


@settings(max_examples=20)
@given(st.data())
def test_any_answers_can_be_explained(knowledge: Knowledge, data: st.DataObject) -> None:
    found = differential(knowledge, data.draw(partial_answers(knowledge, max_size=25)))
    assert (found.none_because is None) is bool(found.likely)
    for one in found.likely:
        assert 0 <= one.interval[0] <= one.probability <= one.interval[1] <= 1
        weights = (*one.speaks_for, *one.against)
        assert all(math.isfinite(weight.decibans) for weight in weights)
    assert differential(knowledge, {}) == differential(knowledge, {})


def test_without_lookalikes_each_stands_for_itself(knowledge: Knowledge) -> None:
    plain = replace(knowledge, lookalikes=MappingProxyType({}))
    found = Explainer(plain).differential({})
    assert [one.condition for one in found.likely[:2]] == ["muscle_strain", "overuse_spasm"]


# ------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("condition", "probability", "band", "frequency"),
    [
        ("muscle_strain", 0.93, "most", None),
        ("muscle_strain", 0.31, "many", (3, 10)),
        ("kidney_stone", 0.06, "some", (1, 10)),
        ("kidney_stone", 0.03, "few", (1, 20)),
        ("kidney_stone", 0.012, "few", (1, 100)),
        ("kidney_stone", 0.0004, "very_few", (1, 100)),
        ("cauda_equina_syndrome", 0.4, "many", None),
    ],
)
def test_words_for_a_probability(
    knowledge: Knowledge,
    condition: str,
    probability: float,
    band: str,
    frequency: tuple[int, int] | None,
) -> None:
    said = phrase(knowledge, condition, probability, urgent=False)
    assert (said.band, said.frequency) == (band, frequency)
    urgent = phrase(knowledge, condition, probability, urgent=True)
    assert (urgent.band, urgent.frequency) == (None, None)


def test_every_id_of_words_has_its_words(knowledge: Knowledge) -> None:
    words = knowledge.words["en"]["differential"]
    assert set(words["bands"]) == set(explain.BANDS)
    assert len(knowledge.parameters["bands"].values) == len(explain.BANDS) - 1
    assert set(words["none_because"]) == {explain.UNDER_18}
    notes = {explain.PRIOR_ONLY, explain.AGE_UNKNOWN, explain.BACK_AND_NECK, explain.TWO_WAYS}
    assert set(words["notes"]) == notes

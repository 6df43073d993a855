"""The definition: exact for one cause, open answers silent, never without a number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago.answers import NO, YES, YES_OR_NO, Answer, Answers
from lumbago.differential.scalar import BACK, NECK, UPPER, Network, Posterior, Tie
from lumbago.errors import KnowledgeError
from lumbago.knowledge.model import Knowledge, Link
from lumbago.quantity import Interval
from lumbago.testing import partial_answers

STRAIN = "muscle_strain"


@pytest.fixture(scope="module")
def network(knowledge: Knowledge) -> Network:
    return Network(knowledge)


def yes(*findings: str) -> dict[str, Answer]:
    return {finding: Answer(YES) for finding in findings}


def aged(low: int, high: int | None = None) -> dict[str, Answer]:
    return {"age_years": Answer(Interval(low, low if high is None else high))}


def by_hand(network: Network, answers: Answers) -> dict[str, float]:
    """The definition said once more, with nothing worked out beforehand."""
    weights, evidence = network.weights(answers), network.evidence(answers)
    hypotheses = [*((cause,) for cause in weights), *combinations(weights, 2)]
    scores = {}
    for active in hypotheses:
        weight = math.prod(weights[cause] for cause in active)
        weight *= network.pair_odds if len(active) == 2 else 1
        told = sum(network.questions[c].log_likelihood(y, active) for c, y in evidence.items())
        scores[active] = math.log(weight) + told
    top = max(scores.values())
    values = {active: math.exp(score - top) for active, score in scores.items()}
    total = sum(values.values())
    return {
        cause: sum(v for active, v in values.items() if cause in active) / total
        for cause in weights
    }


def check(posterior: Posterior) -> None:
    total = sum(posterior.single) + sum(sum(row) for row in posterior.pairs)
    assert total == pytest.approx(1)
    assert all(0 <= value <= 1 for value in posterior.probability.values())
    assert 0 <= posterior.two <= 1


# ------------------------------------------------------------------------------------- one formula


def test_one_cause_gives_the_share_of_its_link(network: Network) -> None:
    for question in network.questions.values():
        assert question.chance(()) == pytest.approx(question.leak)
        for cause, tie in question.ties.items():
            if tie.link.otherwise is None:
                assert question.chance((cause,)) == pytest.approx(tie.link.share)


def test_two_causes_raise_together_and_one_can_lower(network: Network) -> None:
    fever = network.questions["fever"]
    both = fever.chance(("spinal_infection", "pyelonephritis"))
    assert both > max(fever.chance(("spinal_infection",)), fever.chance(("pyelonephritis",)))
    assert both < 1
    assert fever.chance((STRAIN,)) < fever.leak
    assert fever.chance((STRAIN, "pyelonephritis")) < fever.chance(("pyelonephritis",))


@pytest.mark.parametrize(("share", "otherwise"), [(0.9, 0.1), (0.1, 0.9), (0.5, 0.5)])
def test_a_tie_keeps_or_cuts(share: float, otherwise: float) -> None:
    tie = Tie(Link("f", share), otherwise)
    assert (1 - (1 - otherwise) * tie.keep) * tie.cut == pytest.approx(share)


def test_nothing_told_gives_the_shares(network: Network) -> None:
    posterior = network.posterior({})
    check(posterior)
    priors = {cause: found.back.share for cause, found in network.causes.items() if found.back}
    total = sum(priors.values())
    for cause, share in priors.items():
        assert posterior.probability[cause] == pytest.approx(share / total, rel=0.12), cause


def test_worked_out_beforehand_or_by_hand_is_the_same(network: Network) -> None:
    told = yes("fever", "pain_site_flank_one_side", "lifted_or_bent", "pain_below_knee") | {
        "pain_worse_with_movement": Answer(NO),
        "pain_duration_days": Answer(Interval(1440 * 40, 1440 * 50)),
        "pain_severity_0_10": Answer(Interval(80, 80)),
        **aged(71),
        "sex_at_birth": Answer(frozenset({"female"})),
    }
    found = network.posterior(told).probability
    for cause, value in by_hand(network, told).items():
        assert found[cause] == pytest.approx(value, abs=1e-12)


def test_any_of_counts_a_pair_once(network: Network) -> None:
    posterior = network.posterior(yes("lifted_or_bent"))
    everything = posterior.any_of(posterior.causes)
    assert everything == pytest.approx(1)
    two = posterior.any_of([STRAIN, "ligament_sprain"])
    parts = posterior.probability[STRAIN] + posterior.probability["ligament_sprain"]
    assert two == pytest.approx(parts - posterior.both(STRAIN, "ligament_sprain"))
    assert posterior.both(STRAIN, STRAIN) == 0


# ----------------------------------------------------------------------------------- what counts


def test_open_answers_say_nothing(network: Network) -> None:
    told = yes("lifted_or_bent")
    unsure = told | {"fever": Answer(YES_OR_NO), "pain_severity_0_10": Answer(Interval(0, 100))}
    assert network.evidence(unsure) == network.evidence(told)
    assert network.posterior(unsure).probability == network.posterior(told).probability


def test_a_no_to_a_question_that_makes_no_sense_says_nothing(network: Network) -> None:
    shut = {"minor_trauma": Answer(NO), "major_trauma": Answer(NO)} | {
        gate: Answer(NO)
        for gate in ("major_trauma_old_or_checked", "dangerous_mechanism", "hurt_by_someone")
    }
    bruise = {"bruise_or_graze_over_spine": Answer(NO)}
    assert "bruise_or_graze_over_spine" not in network.evidence(shut | bruise)
    assert network.evidence(bruise)["bruise_or_graze_over_spine"] is False
    assert network.evidence(shut | yes("bruise_or_graze_over_spine"))["bruise_or_graze_over_spine"]


def test_numbers_and_choices_count_through_their_clues(network: Network) -> None:
    long = network.evidence({"pain_duration_days": Answer(Interval(1440 * 28, 1440 * 28))})
    assert long == {"four_weeks_or_more": True}  # the first day makes no sense then
    short = network.evidence({"pain_duration_days": Answer(Interval(700, 700))})
    assert short == {"four_weeks_or_more": False, "first_day": True}
    wide = network.evidence({"pain_duration_days": Answer(Interval(0, 1440 * 90))})
    assert wide == {}
    after_birth = {"pregnancy_status": Answer(frozenset({"within_6_weeks_of_birth"}))}
    assert network.evidence(after_birth)["pregnant_or_new_mother"]
    assert network.evidence({"sudden_onset": Answer(NO)}) == {"built_up_slowly": True}
    assert network.evidence(yes("gradual_onset")) == {"built_up_slowly": True}
    assert network.evidence(yes("gradual_onset", "sudden_onset")) == {}


def test_pregnancy_is_no_cause_in_men(network: Network) -> None:
    man = {"sex_at_birth": Answer(frozenset({"male"}))}
    assert "pregnancy_related_lbp" not in network.posterior(man).probability
    assert "pregnancy_related_lbp" in network.posterior({}).probability


# ---------------------------------------------------------------------------------- age and region


def test_age_moves_the_shares_and_unknown_age_is_the_average(network: Network) -> None:
    young, old = (network.posterior(aged(years)).probability for years in (25, 80))
    fracture = "vertebral_compression_fracture"
    assert young[fracture] < network.posterior({}).probability[fracture] < old[fracture]
    assert network.known_age({}) is None
    whole = network.knowledge.findings["age_years"]
    assert network.known_age(aged(whole.low, whole.high)) is None
    cause = network.causes[fracture]
    between = network.multiplier(cause, aged(60, 70))
    ends = [network.multiplier(cause, aged(years)) for years in (60, 70)]
    assert between == pytest.approx(sum(ends) / 2)


@pytest.mark.parametrize(
    ("low", "high", "child"), [(17, 17, True), (18, 18, False), (16, 20, True), (0, 9, True)]
)
def test_the_priors_are_those_of_adults(network: Network, low: int, high: int, child: bool) -> None:
    assert network.child(aged(low, high)) is child
    assert not network.child({})


@pytest.mark.parametrize(
    ("sites", "regions"),
    [
        ((), (BACK,)),
        (("pain_site_low_back",), (BACK,)),
        (("pain_site_upper_mid_back",), (UPPER,)),
        (("pain_site_upper_mid_back", "pain_site_flank_one_side"), (BACK,)),
        (("pain_site_neck",), (NECK,)),
        (("pain_site_neck", "pain_site_low_back"), (BACK, NECK)),
        (("pain_site_neck", "pain_site_upper_mid_back"), (BACK, NECK)),
    ],
)
def test_the_site_decides_the_list(
    network: Network, sites: tuple[str, ...], regions: tuple[str, ...]
) -> None:
    told = yes(*sites)
    assert network.regions(told) == regions
    weights = network.weights(told)
    assert sum(weights.values()) == pytest.approx(1)
    assert (STRAIN in weights) is (regions != (NECK,))
    assert ("neck_strain_spasm" in weights) is (NECK in regions)
    assert ("disc_herniation" in weights) is (BACK in regions)
    check(network.posterior(told))


# --------------------------------------------------------------------------------- never no number


@settings(max_examples=60)
@given(st.data())
def test_any_answers_give_probabilities(knowledge: Knowledge, data: st.DataObject) -> None:
    network = Network(knowledge)
    answers = data.draw(partial_answers(knowledge, max_size=60))
    check(network.posterior(answers))


@pytest.mark.parametrize("said", [YES, NO])
def test_yes_or_no_to_everything(network: Network, said: frozenset[str]) -> None:
    everything = {
        id_: Answer(said)
        for id_, finding in network.knowledge.findings.items()
        if finding.answer == "yes_no"
    }
    for age in (18, 120):
        check(network.posterior(everything | aged(age)))


def test_answers_that_point_two_ways_are_noticed(network: Network) -> None:
    fits = yes("lifted_or_bent", "pain_worse_with_movement", "pain_eases_lying_still")
    clash = yes("blistering_rash_one_side", "band_like_trunk_symptom") | yes(
        "leg_symptoms_on_walking", "both_legs_pain", "no_pain_when_sitting"
    )
    assert network.posterior(fits).two < 0.2
    assert network.posterior(clash).two > 0.5


# --------------------------------------------------------------------------------- broken knowledge


def _with_links(knowledge: Knowledge, *links: Link) -> Knowledge:
    cause = replace(knowledge.causes[STRAIN], links=links)
    return replace(knowledge, causes=MappingProxyType({STRAIN: cause}))


@pytest.mark.parametrize("link", [Link("fever", 1.0), Link("fever", 0.5, otherwise=0.0)])
def test_a_share_of_nothing_or_all_is_refused(knowledge: Knowledge, link: Link) -> None:
    with pytest.raises(KnowledgeError, match="cannot be a share"):
        Network(_with_links(knowledge, link))


def test_a_clue_without_its_share_is_refused(knowledge: Knowledge) -> None:
    with pytest.raises(KnowledgeError, match="no finding with an ordinary share"):
        Network(_with_links(knowledge, Link("age_years", 0.5)))


def test_a_missing_parameter_is_named(knowledge: Knowledge) -> None:
    without: Mapping[str, object] = {
        id_: value for id_, value in knowledge.parameters.items() if id_ != "pair_odds"
    }
    with pytest.raises(KnowledgeError, match="pair_odds"):
        Network(replace(knowledge, parameters=MappingProxyType(without)))  # type: ignore[arg-type]

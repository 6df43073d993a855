"""First-order intervals against draws of every number behind them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lumbago.answers import NO, YES, Answer, Answers
from lumbago.differential.intervals import Intervals
from lumbago.differential.scalar import Network, Posterior, Question, Tie
from lumbago.knowledge.model import Knowledge, Link

DRAWS = 300


def answers(*yes: str, no: tuple[str, ...] = ()) -> dict[str, Answer]:
    return {f: Answer(YES) for f in yes} | {f: Answer(NO) for f in no}


def drawn(
    network: Network, intervals: Intervals, told: Answers, rng: np.random.Generator
) -> Posterior:
    """The posterior in a world whose numbers are moved within what stands behind them."""
    evidence = network.evidence(told)
    weights = {
        cause: weight
        * math.exp(rng.standard_normal() * math.sqrt(intervals.prior_variance(cause, ("back",))))
        for cause, weight in network.weights(told).items()
    }
    total = sum(weights.values())
    weights = {cause: weight / total for cause, weight in weights.items()}
    kept = dict(network.questions)
    for id_ in evidence:
        network.questions[id_] = _moved(kept[id_], intervals, rng)
    try:
        return network.update(weights, evidence)
    finally:
        network.questions = kept


def _moved(question: Question, intervals: Intervals, rng: np.random.Generator) -> Question:
    def move(kind: str, cause: str, share: float) -> float:
        step = math.sqrt(intervals.variance_of((kind, question.id, cause))) * rng.standard_normal()
        return 1 / (1 + math.exp(-math.log(share / (1 - share)) - step))

    made = Question(question.id, question.yes, question.no, question.gate, question.ordinary)
    made.leak = move("leak", "", question.leak)
    made.temper(question.exponents)
    for cause, tie in question.ties.items():
        share = move("share", cause, tie.link.share)
        base = made.leak
        if tie.link.otherwise is not None:
            base = move("otherwise", cause, tie.otherwise)
        made.ties[cause] = Tie(Link(question.id, share, tie.link.otherwise), base)
    return made


@pytest.mark.parametrize(
    "told",
    [
        answers("lifted_or_bent", "pain_worse_with_movement", no=("pain_below_knee",)),
        answers("pain_below_knee", "leg_tingling_or_numbness", "worse_sitting"),
        answers("fever", "pain_site_flank_one_side", "burning_or_frequent_urine"),
        answers("osteoporosis_known", "minor_trauma", "midline_bone_tenderness"),
    ],
)
def test_the_spread_of_draws(knowledge: Knowledge, told: Answers) -> None:
    network = Network(knowledge)
    intervals = Intervals(network)
    posterior = network.posterior(told)
    top = sorted(posterior.causes, key=lambda cause: -posterior.probability[cause])[:3]
    rng = np.random.default_rng(11)
    worlds = [drawn(network, intervals, told, rng).probability for _ in range(DRAWS)]
    given = intervals.intervals(told, posterior, top)
    for cause in top:
        draws = np.array([world[cause] for world in worlds])
        odds = np.log(draws / (1 - draws))
        low, high = (math.log(end / (1 - end)) for end in given[cause])
        first_order = (high - low) / (2 * intervals.reach)
        assert first_order == pytest.approx(float(odds.std()), rel=0.35), cause


def test_an_interval_holds_its_probability(knowledge: Knowledge) -> None:
    network = Network(knowledge)
    intervals = Intervals(network)
    for told in (answers(), answers("fever"), answers("saddle_numbness", "both_legs_pain")):
        posterior = network.posterior(told)
        for cause, (low, high) in intervals.intervals(told, posterior, posterior.causes).items():
            assert 0 <= low <= posterior.probability[cause] <= high <= 1, cause


@pytest.mark.parametrize("cause", ["spinal_infection", "muscle_strain"])
def test_slopes_are_derivatives(knowledge: Knowledge, cause: str) -> None:
    """One number moved by a little moves the log-likelihood as the slope says."""
    clue = "fever"
    network = Network(knowledge)
    intervals = Intervals(network)
    question = network.questions[clue]
    question.temper({})
    step = 1e-5

    def told(share_step: float, leak_step: float, yes: bool) -> float:
        def move(share: float, by: float) -> float:
            return 1 / (1 + math.exp(-math.log(share / (1 - share)) - by))

        made = Question(clue, question.yes, question.no, None, question.ordinary)
        made.leak = move(question.leak, leak_step)
        link = question.ties[cause].link
        base = made.leak if link.otherwise is None else link.otherwise
        made.ties[cause] = Tie(Link(clue, move(link.share, share_step), link.otherwise), base)
        return made.gain(yes, cause)

    for yes in (True, False):
        slopes = intervals.slopes(question, yes, (cause,))
        by_share = (told(step, 0, yes) - told(-step, 0, yes)) / (2 * step)
        by_leak = (told(0, step, yes) - told(0, -step, yes)) / (2 * step)
        assert slopes[("share", clue, cause)] == pytest.approx(by_share, rel=1e-4, abs=1e-7)
        assert slopes[("leak", clue, "")] == pytest.approx(by_leak, rel=1e-4, abs=1e-7)

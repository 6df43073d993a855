"""How far the probabilities could lie elsewhere: first-order intervals in log-odds.

Every share stands on so many people, every prior on a range. How the log-odds of a cause move with
each of these numbers is an expectation over the hypotheses, with the cause less without it; the
variances add up. No draws, no dice; the tests compare with draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import combinations
from statistics import NormalDist
from typing import Final

from lumbago.answers import Answers
from lumbago.differential.scalar import (
    Active,
    Network,
    Posterior,
    Question,
    number,
    sample_size,
)

Key = tuple[str, str, str]
"""A number of the model: its kind (leak, share, otherwise), the clue, and the cause."""

Slopes = dict[Key, float]

NEGLIGIBLE: Final = 1e-4
"""A set of causes with less than this probability moves no interval by more than is shown."""

_EDGE: Final = 1e-12


class Intervals:
    """The intervals of a network; holds the slopes, which do not depend on the person."""

    def __init__(self, network: Network) -> None:
        self.network = network
        knowledge = network.knowledge
        self.reach = NormalDist().inv_cdf((1 + number(knowledge, "interval_coverage")) / 2)
        covered = NormalDist().inv_cdf((1 + number(knowledge, "prior_range_coverage")) / 2)
        self.prior_width = 2 * covered
        self._slopes: dict[tuple[str, bool, Active], Slopes] = {}
        self._variances: dict[Key, float] = {}

    def intervals(
        self, answers: Answers, posterior: Posterior, causes: Iterable[str]
    ) -> dict[str, tuple[float, float]]:
        """The lowest and highest probability of causes that the numbers behind them leave."""
        held = {id_: _held(self.network.questions[id_], posterior) for id_ in posterior.evidence}
        found: dict[str, tuple[float, float]] = {}
        for cause in causes:
            probability = min(1 - _EDGE, max(_EDGE, posterior.probability[cause]))
            centre = math.log(probability / (1 - probability))
            variance = self._from_links(posterior, held, cause)
            variance += self._from_priors(answers, posterior, cause)
            spread = self.reach * math.sqrt(variance)
            found[cause] = (_expit(centre - spread), _expit(centre + spread))
        return found

    def _from_links(
        self, posterior: Posterior, held: Mapping[str, Mapping[Active, float]], cause: str
    ) -> float:
        total = 0.0
        mine = max(posterior.probability[cause], _EDGE)
        for id_, yes in posterior.evidence.items():
            question = self.network.questions[id_]
            moved: Slopes = {}
            for active, share in held[id_].items():
                inside = _inside(question, posterior, active, share, cause)
                weight = inside / mine - (share - inside) / max(1 - mine, _EDGE)
                for key, slope in self.slopes(question, yes, active).items():
                    moved[key] = moved.get(key, 0.0) + weight * slope
            total += sum(slope**2 * self.variance_of(key) for key, slope in moved.items())
        return total

    def _from_priors(self, answers: Answers, posterior: Posterior, cause: str) -> float:
        mine = posterior.probability[cause]
        total = 0.0
        regions = self.network.regions(answers)
        for other in posterior.causes:
            both = posterior.both(cause, other)
            inside = 1.0 if other == cause else both / max(mine, _EDGE)
            outside = 0.0
            if other != cause:
                outside = (posterior.probability[other] - both) / max(1 - mine, _EDGE)
            slope = inside - outside
            total += slope**2 * self.prior_variance(other, regions)
        return total

    def prior_variance(self, cause: str, regions: tuple[str, ...]) -> float:
        """The variance of the logarithm of a prior, from its range."""
        found = self.network.causes[cause]
        for region in regions:
            prior = self.network.prior(found, region)
            if prior is not None:
                return (math.log(prior.high / prior.low) / self.prior_width) ** 2
        return 0.0

    def variance_of(self, key: Key) -> float:
        """The variance of the log-odds of a share: at least one person is counted on each side."""
        if key not in self._variances:
            kind, id_, cause = key
            question = self.network.questions[id_]
            if kind == "leak":
                share, people = (
                    question.leak,
                    sample_size(self.network.knowledge, question.ordinary.confidence),
                )
            else:
                tie = question.ties[cause]
                share = tie.link.share if kind == "share" else tie.otherwise
                people = sample_size(self.network.knowledge, tie.link.confidence, tie.link.n)
            self._variances[key] = 1 / max(people * share, 1) + 1 / max(people * (1 - share), 1)
        return self._variances[key]

    def slopes(self, question: Question, yes: bool, active: Active) -> Slopes:
        """How an answer's log-likelihood moves with each log-odds, beside what it does without links."""
        key = (question.id, yes, active)
        if key not in self._slopes:
            exponent = min(question.exponents.get(cause, 1.0) for cause in active)
            nothing = _slopes(question, yes, ())
            found = {
                one: exponent * (slope - nothing.get(one, 0.0))
                for one, slope in _slopes(question, yes, active).items()
            }
            self._slopes[key] = found
        return self._slopes[key]


def _held(question: Question, posterior: Posterior) -> dict[Active, float]:
    """The sets of linked causes that hypotheses hold, each with the probability of holding just it."""
    tied = [cause for cause in question.ties if cause in posterior.place]
    found: dict[Active, float] = {(cause,): posterior.probability[cause] for cause in tied}
    for one, other in combinations(tied, 2):
        both = posterior.both(one, other)
        if both > NEGLIGIBLE:
            found[(one,)] -= both
            found[(other,)] -= both
            found[(one, other)] = both
    return {active: share for active, share in found.items() if share > NEGLIGIBLE}


def _inside(
    question: Question, posterior: Posterior, active: Active, share: float, cause: str
) -> float:
    """The part of the probability of such a set that belongs to hypotheses with a cause."""
    if cause in active:
        return share
    if cause in question.ties or len(active) > 1:
        return 0.0
    return posterior.both(active[0], cause)


def _slopes(question: Question, yes: bool, active: Active) -> Slopes:
    """The slopes of the log-likelihood of an answer in the log-odds of each number behind it."""
    missed, cut, raising, lowering = 1 - question.leak, 1.0, 0, 0
    for cause in active:
        tie = question.ties[cause]
        missed *= tie.keep
        cut *= tie.cut
        if tie.link.otherwise is None:
            raising += tie.raises
            lowering += not tie.raises
    chance = (1 - missed) * cut
    scale = 1 / chance if yes else -1 / (1 - chance)
    leak = cut * missed * question.leak * (1 - raising)
    found = {("leak", question.id, ""): scale * (leak - chance * (1 - question.leak) * lowering)}
    for cause in active:
        tie = question.ties[cause]
        share = tie.link.share
        moved = missed * share * cut if tie.raises else chance * (1 - share)
        found[("share", question.id, cause)] = scale * moved
        if tie.link.otherwise is not None:
            base = tie.otherwise
            back = missed * base * cut if tie.raises else chance * (1 - base)
            found[("otherwise", question.id, cause)] = -scale * back
    return found


def _expit(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > 0 else math.exp(value) / (1 + math.exp(value))

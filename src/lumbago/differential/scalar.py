"""The definition of the differential: causes, alone or two together, re-weighted by answers.

A hypothesis is one cause, or two that are active together. Before any answer its weight is the
share of the cause in its region, times what age and sex make of it; two together weigh their
chance coincidence times a cited factor. A clue is answered yes with the probability

    [1 - (1 - leak) * product over raising links (1 - share)/(1 - otherwise)] * product over
    lowering links share/otherwise

where `leak` is the share of the clue without any of the linked causes. For one cause alone this is
the share in its link. Open answers say nothing. Clues that move together count with the exponent of
their group: one fixed number a cause, so that a person with the cause is not expected to exceed
the joint likelihood ratio that the group is held to.

Standard library only; one person at a time. Urgency never depends on anything in here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from lumbago.answers import Answers
from lumbago.errors import KnowledgeError, Problem
from lumbago.evidence import Confidence, Share
from lumbago.expr import Expr, Not, OneOf, Yes, literals
from lumbago.knowledge.model import Cause, Clue, Knowledge, Link, Prior, SyndromeGroup
from lumbago.quantity import Interval
from lumbago.triage.scalar import POSSIBLE, Rules

AGE: Final = "age_years"
SEX: Final = "sex_at_birth"
BACK: Final = "back"
UPPER: Final = "upper_back"
NECK: Final = "neck"

NECK_SITE: Final = Yes("pain_site_neck")
UPPER_SITE: Final = Yes("pain_site_upper_mid_back")
LOW_SITES: Final = (
    Yes("pain_site_low_back"),
    Yes("pain_site_flank_one_side"),
    Yes("pain_over_dimple_one_side"),
    Yes("deep_buttock_pain_worse_sitting"),
    Yes("tailbone_pain"),
)

Active = tuple[str, ...]
"""The causes of one hypothesis: one, or two in the order of the list."""

Evidence = Mapping[str, bool]
"""Clue to yes or no; every other clue is open."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A link as the model uses it: raising it leaves `keep` of the misses, lowering it cuts by `cut`."""

    link: Link
    otherwise: float

    @property
    def raises(self) -> bool:
        """Whether the cause makes the clue more frequent."""
        return self.link.share >= self.otherwise

    @property
    def keep(self) -> float:
        """The factor on the probability of a no, 1 for a lowering link."""
        return (1 - self.link.share) / (1 - self.otherwise) if self.raises else 1.0

    @property
    def cut(self) -> float:
        """The factor on the probability of a yes, 1 for a raising link."""
        return 1.0 if self.raises else self.link.share / self.otherwise


class Question:
    """A clue with its links: when it counts as yes or no, and how likely that is under a hypothesis."""

    def __init__(self, id_: str, yes: Expr, no: Expr, gate: Expr | None, ordinary: Share) -> None:
        self.id = id_
        self.yes = yes
        self.no = no
        self.gate = gate
        self.ordinary = ordinary
        self.leak = ordinary.share
        self.ties: dict[str, Tie] = {}
        self.exponents: dict[str, float] = {}
        self.findings: tuple[str, ...] = ()
        self._logs: dict[tuple[bool, Active], float] = {}
        self._shared: dict[bool, tuple[tuple[str, str, float], ...]] = {}
        self._prospects: dict[str, tuple[float, float, float]] = {}

    def chance(self, active: Iterable[str]) -> float:
        """The probability of a yes while these causes are active."""
        missed, cut = 1 - self.leak, 1.0
        for cause in active:
            tie = self.ties.get(cause)
            if tie is not None:
                missed *= tie.keep
                cut *= tie.cut
        return (1 - missed) * cut

    def log_likelihood(self, yes: bool, active: Active = ()) -> float:
        """The logarithm of the probability of an answer; what the causes add to it is tempered.

        Of two causes the stricter exponent counts.
        """
        active = tuple(cause for cause in active if cause in self.ties)
        found = self._logs.get((yes, active))
        if found is None:
            nothing, some = (_log(self.chance(causes), yes) for causes in ((), active))
            exponent = min((self.exponents.get(cause, 1.0) for cause in active), default=1.0)
            found = self._logs[(yes, active)] = nothing + exponent * (some - nothing)
        return found

    def temper(self, exponents: Mapping[str, float]) -> None:
        """Let every answer count for these causes with their exponents."""
        self.exponents = dict(exponents)
        self._logs.clear()
        self._shared.clear()
        self._prospects.clear()

    def gain(self, yes: bool, cause: str) -> float:
        """How much an answer speaks for a cause alone, in natural logarithms, against none of them."""
        return self.log_likelihood(yes, (cause,)) - self.log_likelihood(yes)

    def prospects(self) -> Mapping[str, tuple[float, float, float]]:
        """For every linked cause: the chance of a yes, and the factors that a yes and a no put on it."""
        if not self._prospects:
            self._prospects = {
                cause: (
                    self.chance((cause,)),
                    math.exp(self.gain(True, cause)),
                    math.exp(self.gain(False, cause)),
                )
                for cause in self.ties
            }
        return self._prospects

    def shared(self, yes: bool) -> tuple[tuple[str, str, float], ...]:
        """For every two linked causes: what an answer says of both, less what it says of each.

        Where each alone explains a yes, both together do not explain it twice.
        """
        if yes not in self._shared:
            nothing = self.log_likelihood(yes)
            alone = {cause: self.log_likelihood(yes, (cause,)) for cause in self.ties}
            self._shared[yes] = tuple(
                (
                    one,
                    other,
                    self.log_likelihood(yes, (one, other)) + nothing - alone[one] - alone[other],
                )
                for one, other in combinations(self.ties, 2)
            )
        return self._shared[yes]


class Posterior:
    """The probabilities of all hypotheses after the answers; they sum to one.

    `single[i]` belongs to `causes[i]` alone, `pairs[i][k]` to it together with `causes[i + 1 + k]`.
    `two` is the probability that two causes are active together.
    """

    def __init__(
        self,
        causes: Sequence[str],
        single: Sequence[float],
        pairs: Sequence[Sequence[float]],
        evidence: Evidence,
    ) -> None:
        self.causes = tuple(causes)
        self.single = tuple(single)
        self.pairs = tuple(tuple(row) for row in pairs)
        self.evidence = evidence
        self.place = {cause: i for i, cause in enumerate(self.causes)}
        self.two = sum(sum(row) for row in self.pairs)
        active = list(self.single)
        for i, row in enumerate(self.pairs):
            active[i] += sum(row)
            for j, value in enumerate(row, start=i + 1):
                active[j] += value
        self.probability: dict[str, float] = {
            cause: min(1.0, active[i]) for i, cause in enumerate(self.causes)
        }

    def both(self, one: str, other: str) -> float:
        """The probability that exactly these two are active together."""
        i, j = self.place[one], self.place[other]
        if i == j:
            return 0.0
        return self.pairs[i][j - i - 1] if i < j else self.pairs[j][i - j - 1]

    def any_of(self, members: Iterable[str]) -> float:
        """The probability that at least one of these causes is active."""
        present = [cause for cause in members if cause in self.place]
        total = sum(self.probability[cause] for cause in present)
        for k, one in enumerate(present):
            total -= sum(self.both(one, other) for other in present[k + 1 :])
        return min(1.0, max(0.0, total))


class Network:
    """Causes, clues and links of a knowledge base, ready to be used for many people.

    Raises `KnowledgeError` if a number is missing or cannot be a probability.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.rules = Rules(knowledge)
        self.causes: Mapping[str, Cause] = knowledge.causes
        self.questions = {question.id: question for question in _questions(knowledge)}
        _temper(knowledge, self.questions)
        self.pair_odds = number(knowledge, "pair_odds")
        self.age_bands = knowledge.parameters["age_band_starts"].values
        self.adult_from = number(knowledge, "adult_from")

    # ------------------------------------------------------------------------- what was answered

    def evidence(self, answers: Answers) -> dict[str, bool]:
        """The clues that the answers settle. A no where the question makes no sense says nothing."""
        found: dict[str, bool] = {}
        for question in self.questions.values():
            if not any(finding in answers for finding in question.findings):
                continue
            yes = self.rules.certain(question.yes, answers)
            no = self.rules.certain(question.no, answers)
            if yes is not no and (yes or self.askable(question, answers)):
                found[question.id] = yes
        return found

    def askable(self, question: Question, answers: Answers) -> bool:
        """Whether the question still makes sense for this person."""
        return question.gate is None or self.rules.holds(question.gate, answers, POSSIBLE)

    def child(self, answers: Answers) -> bool:
        """Whether the person is, or by the answer given may be, too young for these priors."""
        age = self.known_age(answers)
        return age is not None and age.low < self.adult_from

    def known_age(self, answers: Answers) -> Interval | None:
        """What the answers say of the age in years, None if nothing."""
        answer = answers.get(AGE)
        if answer is None or not isinstance(answer.possible, Interval):
            return None
        finding = self.knowledge.findings[AGE]
        said_nothing = answer.possible == Interval(finding.low, finding.high)
        return None if said_nothing else answer.possible

    def regions(self, answers: Answers) -> tuple[str, ...]:
        """Which lists of causes apply: the back, the upper back alone, the neck, or back and neck."""
        neck, upper = (self.rules.certain(site, answers) for site in (NECK_SITE, UPPER_SITE))
        low = any(self.rules.certain(site, answers) for site in LOW_SITES)
        if neck:
            return (BACK, NECK) if low or upper else (NECK,)
        return (UPPER,) if upper and not low else (BACK,)

    # ------------------------------------------------------------------------------------ weights

    def weights(self, answers: Answers) -> dict[str, float]:
        """The weight of each cause before its answers: regions, age and sex; they sum to one.

        With two regions each list has its share of one, and a cause of both lists adds them up.
        """
        return self.list_weights(self.regions(answers), answers)

    def list_weights(self, regions: tuple[str, ...], answers: Answers) -> dict[str, float]:
        """The same for lists that are known: `answers` give age and sex only."""
        total: dict[str, float] = {}
        for region in regions:
            part = self._region_weights(region, answers)
            scale = self._share_of(region, regions) / sum(part.values())
            for cause, weight in part.items():
                total[cause] = total.get(cause, 0.0) + scale * weight
        return {cause: total[cause] for cause in self.causes if cause in total}

    def _share_of(self, region: str, regions: tuple[str, ...]) -> float:
        if len(regions) == 1:
            return 1.0
        back = number(self.knowledge, "back_share_if_both")
        return back if region == BACK else 1 - back

    def _region_weights(self, region: str, answers: Answers) -> dict[str, float]:
        found: dict[str, float] = {}
        for cause in self.causes.values():
            prior = self.prior(cause, region)
            weight = prior.share * self.multiplier(cause, answers) if prior else 0.0
            if weight > 0:
                found[cause.id] = weight
        return found

    def prior(self, cause: Cause, region: str) -> Prior | None:
        """The prior of a cause in a region, None where it is no candidate there."""
        if region == NECK:
            return cause.neck
        if region == UPPER and UPPER not in self.knowledge.conditions[cause.id].regions:
            return None
        return cause.back

    def multiplier(self, cause: Cause, answers: Answers) -> float:
        """What age and sex make of a prior; 1 for what is not known, the mean over open bands."""
        factor = 1.0
        age = self.known_age(answers)
        if age is not None and cause.age_sex.ages:
            starts = [*self.age_bands, math.inf]
            bands = [
                value
                for value, start, end in zip(
                    cause.age_sex.ages, starts[:-1], starts[1:], strict=True
                )
                if age.low < end and age.high >= start
            ]
            factor *= sum(bands) / len(bands) if bands else 1.0
        for sex, value in (("male", cause.age_sex.male), ("female", cause.age_sex.female)):
            if self.rules.certain(OneOf(SEX, frozenset({sex})), answers):
                factor *= value
        return factor

    # ---------------------------------------------------------------------------------- posterior

    def posterior(self, answers: Answers) -> Posterior:
        """The probabilities of all hypotheses after the answers."""
        return self.update(self.weights(answers), self.evidence(answers))

    def update(self, weights: Mapping[str, float], evidence: Evidence) -> Posterior:
        """The probabilities of all hypotheses, given weights of the causes and the settled clues.

        The score of a hypothesis is the logarithm of its weight plus one term an answer. What one
        cause adds is worked out once; two together add both, and what their answers share.
        """
        causes = list(weights)
        place = {cause: i for i, cause in enumerate(causes)}
        gains = [math.log(weights[cause]) for cause in causes]
        for id_, yes in evidence.items():
            question = self.questions[id_]
            for cause in question.ties:
                if cause in place:
                    gains[place[cause]] += question.gain(yes, cause)
        top = max(gains)
        factor = math.log(self.pair_odds) - top
        pairs = [
            [gain + factor + other for other in gains[i + 1 :]] for i, gain in enumerate(gains)
        ]
        for id_, yes in evidence.items():
            for one, other, shared in self.questions[id_].shared(yes):
                if one in place and other in place:
                    i, j = place[one], place[other]
                    pairs[i][j - i - 1] += shared
        gains = [gain - top for gain in gains]
        highest = max(0.0, max((max(row) for row in pairs if row), default=0.0))
        single = [math.exp(gain - highest) for gain in gains]
        pairs = [[math.exp(score - highest) for score in row] for row in pairs]
        total = sum(single) + sum(map(sum, pairs))
        return Posterior(
            causes,
            [value / total for value in single],
            [[value / total for value in row] for row in pairs],
            evidence,
        )

    def log_likelihood(self, active: Active, evidence: Evidence) -> float:
        """The log-likelihood of the settled clues under one hypothesis, term by term."""
        return sum(self.questions[id_].log_likelihood(yes, active) for id_, yes in evidence.items())


def _log(chance: float, yes: bool) -> float:
    return math.log(chance if yes else 1 - chance)


# ---------------------------------------------------------------------------------------- compile


def number(knowledge: Knowledge, id_: str) -> float:
    """One parameter of the differential. Raises `KnowledgeError` if it is missing."""
    parameter = knowledge.parameters.get(id_)
    if parameter is None or not parameter.values:
        said = f"The differential lacks its parameter '{id_}'."
        raise KnowledgeError(Problem(said, "differential/parameters.yaml", "Add it."))
    return parameter.values[0]


def sample_size(knowledge: Knowledge, confidence: Confidence, n: int = 0) -> float:
    """How many people stand behind a share: those studied, within reason, or by confidence."""
    if n:
        return min(float(n), number(knowledge, "sample_size_most"))
    return number(knowledge, f"sample_size_{confidence}")


def _questions(knowledge: Knowledge) -> Iterator[Question]:
    """Every linked clue, with its links, in the order of their ids."""
    linked: dict[str, dict[str, Link]] = {}
    for cause in knowledge.causes.values():
        for link in cause.links:
            linked.setdefault(link.clue, {})[cause.id] = link
    for id_ in sorted(linked):
        question = _question(knowledge, id_)
        _probability(question.leak, f"clue '{id_}'")
        for cause_id, link in linked[id_].items():
            where = f"cause '{cause_id}', clue '{id_}'"
            otherwise = question.leak if link.otherwise is None else link.otherwise
            _probability(link.share, where)
            _probability(otherwise, where)
            question.ties[cause_id] = Tie(link, otherwise)
        named = {
            literal.finding
            for part in (question.yes, question.no)
            for literal, _ in literals(part, knowledge.term_expressions)
        }
        question.findings = tuple(sorted(named))
        yield question


def _question(knowledge: Knowledge, id_: str) -> Question:
    clue: Clue | None = knowledge.clues.get(id_)
    if clue is not None:
        return Question(id_, clue.yes, clue.no, clue.only_if, clue.ordinary)
    finding = knowledge.findings.get(id_)
    if finding is None or finding.ordinary is None:
        said = f"'{id_}' is linked, but is no clue and no finding with an ordinary share."
        raise KnowledgeError(Problem(said, "differential", "Add it under clues."))
    return Question(id_, Yes(id_), Not(Yes(id_)), finding.only_if, finding.ordinary)


def _probability(value: float, where: str) -> None:
    if not 0 < value < 1:
        raise KnowledgeError(
            Problem(f"{value} cannot be a share here.", where, "Use one between 0 and 1.")
        )


def _temper(knowledge: Knowledge, questions: Mapping[str, Question]) -> None:
    """Give the clues of a group their exponent for each cause: log cap over its joint log ratio."""
    for group in knowledge.syndromes.values():
        limit = math.log(group.cap)
        joint = {cause: _joint(group, questions, cause) for cause in knowledge.causes}
        exponents = {cause: limit / ratio for cause, ratio in joint.items() if ratio > limit}
        for id_ in group.clues:
            if id_ in questions:
                questions[id_].temper(exponents)


def _joint(group: SyndromeGroup, questions: Mapping[str, Question], cause: str) -> float:
    """The joint log ratio of the clues of a group for a cause: of all, or of those to be expected."""
    gains: dict[str, float] = {}
    for id_ in group.clues:
        tie = questions[id_].ties.get(cause) if id_ in questions else None
        if tie is not None and tie.raises:
            often = 1.0 if group.strict else tie.link.share
            gains[id_] = often * questions[id_].gain(True, cause)
    for rivals in group.apart:
        present = sorted((id_ for id_ in rivals if id_ in gains), key=lambda id_: gains[id_])
        for id_ in present[:-1]:
            del gains[id_]
    return sum(gains.values())

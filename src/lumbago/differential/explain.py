"""Why: what speaks for and against a cause, what was not asked, and what would change the order.

`differential` is the one way in. It returns structures; the words for them live in
`kb/words/<language>/differential.yaml`, and no probability in here may set a disposition.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lumbago.answers import Answers
from lumbago.differential.intervals import Intervals
from lumbago.differential.scalar import (
    BACK,
    NECK,
    Network,
    Posterior,
    Question,
    number,
)
from lumbago.expr import Yes
from lumbago.knowledge.model import Knowledge

SHOWN: Final = 5
"""So many causes are named as likely; more is a list nobody reads."""

ASKABLE: Final = 5
"""So many open questions are named."""

BANDS: Final = ("most", "many", "some", "few", "very_few")
"""Ids of the words for a probability, highest first; their lower ends are in the knowledge base."""

_GROUPS: Final = (10, 20, 100)
_DECIMALS: Final = 12

UNDER_18: Final = "under_18"
PRIOR_ONLY: Final = "prior_only"
AGE_UNKNOWN: Final = "age_unknown"
BACK_AND_NECK: Final = "back_and_neck"
TWO_WAYS: Final = "two_ways"


@dataclass(frozen=True, slots=True)
class Weight:
    """What one answer says of a cause, in decibans (ten make a factor of ten) beside no cause at all."""

    finding: str
    decibans: float
    clue: str


@dataclass(frozen=True, slots=True)
class Likely:
    """One cause that fits: `alike` cannot be told apart from it and are not named again."""

    condition: str
    family: str
    probability: float
    interval: tuple[float, float]
    speaks_for: tuple[Weight, ...]
    against: tuple[Weight, ...]
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FamilyShare:
    """The probability that any member of a family is active; members most likely first."""

    family: str
    probability: float
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenClue:
    """A question not asked, and how much of the probability its answer is expected to move."""

    finding: str
    clue: str
    change: float


@dataclass(frozen=True, slots=True)
class Turning:
    """The single answer, most likely to be given, that would put another cause first."""

    finding: str
    clue: str
    yes: bool
    chance: float
    condition: str


@dataclass(frozen=True, slots=True)
class Differential:
    """What it most likely is, and why; empty with a reason where it is not worked out.

    `ranked` holds every candidate with its probability. `not_told_apart` are groups of causes that
    the answers leave together. `notes` are ids of words: what the reader must know beside it.
    """

    likely: tuple[Likely, ...] = ()
    families: tuple[FamilyShare, ...] = ()
    none_because: str | None = None
    notes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    ranked: Mapping[str, float] = field(default_factory=dict)
    not_told_apart: tuple[tuple[str, ...], ...] = ()
    not_asked: tuple[OpenClue, ...] = ()
    turning: Turning | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """How a probability is put into words: a band, and a natural frequency (so many of so many).

    No frequency for a serious cause, none in the highest band; no band either where help is urgent.
    """

    band: str | None
    frequency: tuple[int, int] | None


class Explainer:
    """The differential of one knowledge base with its reasons, for many people."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.network = Network(knowledge)
        self.intervals = Intervals(self.network)
        self.alike = {
            cause: tuple(other for other in group.causes if other != cause)
            for group in knowledge.lookalikes.values()
            for cause in group.causes
        }

    def differential(self, answers: Answers) -> Differential:
        """The differential for one person's answers."""
        network = self.network
        if network.child(answers):
            return Differential(none_because=UNDER_18, regions=network.regions(answers))
        posterior = network.posterior(answers)
        ranked = ranking(posterior)
        likely = tuple(self._likely(answers, posterior, ranked))
        open_, turning = self._look_ahead(answers, posterior)
        return Differential(
            likely=likely,
            families=tuple(self._families(posterior, ranked)),
            notes=tuple(self._notes(answers, posterior)),
            regions=network.regions(answers),
            ranked=ranked,
            not_told_apart=tuple(self._not_told_apart(likely)),
            not_asked=open_[:ASKABLE],
            turning=turning,
        )

    def weights(self, posterior: Posterior, answers: Answers, cause: str) -> tuple[Weight, ...]:
        """What each answer says of a cause, the strongest first; they add up to its change of score."""
        found = []
        for id_, yes in posterior.evidence.items():
            question = self.network.questions[id_]
            if cause in question.ties:
                decibans = 10 * question.gain(yes, cause) / math.log(10)
                found.append(Weight(_answered(question, answers), decibans, id_))
        return tuple(sorted(found, key=lambda weight: (_first(abs(weight.decibans)), weight.clue)))

    def _likely(
        self, answers: Answers, posterior: Posterior, ranked: Mapping[str, float]
    ) -> Iterator[Likely]:
        causes = self._foremost(ranked)[:SHOWN]
        intervals = self.intervals.intervals(answers, posterior, causes)
        for cause in causes:
            alike = [other for other in self.alike.get(cause, ()) if other in ranked]
            weights = self.weights(posterior, answers, cause)
            yield Likely(
                condition=cause,
                family=self.knowledge.conditions[cause].family,
                probability=ranked[cause],
                interval=intervals[cause],
                speaks_for=tuple(weight for weight in weights if weight.decibans > 0),
                against=tuple(weight for weight in weights if weight.decibans < 0),
                alike=tuple(sorted(alike, key=lambda other: (_first(ranked[other]), other))),
            )

    def _foremost(self, ranked: Iterable[str]) -> list[str]:
        """The causes in their order, of those that cannot be told apart only the first."""
        found: list[str] = []
        for cause in ranked:
            if not any(other in found for other in self.alike.get(cause, ())):
                found.append(cause)
        return found

    def _families(self, posterior: Posterior, ranked: Mapping[str, float]) -> Iterator[FamilyShare]:
        """The families that are worth a word, the likeliest first."""
        members: dict[str, list[str]] = {}
        for cause in ranked:
            members.setdefault(self.knowledge.conditions[cause].family, []).append(cause)
        lowest = self.knowledge.parameters["bands"].values[-1]
        shares = [
            FamilyShare(family, posterior.any_of(causes), tuple(causes))
            for family, causes in members.items()
        ]
        shares.sort(key=lambda share: (_first(share.probability), share.family))
        yield from (share for share in shares if share.probability >= lowest)

    def _notes(self, answers: Answers, posterior: Posterior) -> Iterator[str]:
        if not posterior.evidence:
            yield PRIOR_ONLY
        if self.network.known_age(answers) is None:
            yield AGE_UNKNOWN
        if self.network.regions(answers) == (BACK, NECK):
            yield BACK_AND_NECK
        if posterior.two >= number(self.knowledge, "two_causes_from"):
            yield TWO_WAYS

    def _not_told_apart(self, likely: tuple[Likely, ...]) -> Iterator[tuple[str, ...]]:
        """Lookalikes, then causes that follow each other closely in the list."""
        yield from ((one.condition, *one.alike) for one in likely if one.alike)
        ratio = number(self.knowledge, "close_ratio")
        close: list[Likely] = []
        for one in likely:
            if close and close[-1].probability >= ratio * one.probability:
                if len(close) > 1:
                    yield tuple(other.condition for other in close)
                close = []
            close.append(one)
        if len(close) > 1:
            yield tuple(other.condition for other in close)

    # ------------------------------------------------------------------------- what could change

    def _open(self, answers: Answers) -> Iterator[Question]:
        """The questions that were not asked and make sense for this person."""
        for question in self.network.questions.values():
            asked = any(finding in answers for finding in question.findings)
            if not asked and self.network.askable(question, answers):
                yield question

    def _look_ahead(
        self, answers: Answers, posterior: Posterior
    ) -> tuple[tuple[OpenClue, ...], Turning | None]:
        """The open questions whose answer is expected to move most, and the answer that turns most.

        One answer ahead, with the causes as rivals: two together are left out of the look ahead.
        """
        shares = _shares(posterior)
        order = sorted(shares, key=lambda cause: (_first(shares[cause]), cause))
        same = {order[0], *self.alike.get(order[0], ())}
        open_: list[OpenClue] = []
        best: Turning | None = None
        for question in self._open(answers):
            change = 0.0
            for yes, (chance, after) in zip((True, False), _answers(question, shares), strict=True):
                change += chance * _moved(shares, after)
                first = _leader(order, shares, after)
                if first not in same and (best is None or chance > best.chance):
                    best = Turning(_named(question), question.id, yes, chance, first)
            open_.append(OpenClue(_named(question), question.id, change))
        open_.sort(key=lambda clue: (_first(clue.change), clue.clue))
        return tuple(open_), best


def _shares(posterior: Posterior) -> dict[str, float]:
    """The probabilities of the causes as shares of one: a look ahead treats them as rivals."""
    total = sum(posterior.probability.values())
    return {cause: value / total for cause, value in posterior.probability.items()}


def _answers(
    question: Question, shares: Mapping[str, float]
) -> Iterator[tuple[float, dict[str, float]]]:
    """For yes, then no: how likely the answer is, and the shares of the linked causes after it.

    The key "" holds the factor on the share of every other cause.
    """
    tied = [
        (cause, shares[cause], *prospect)
        for cause, prospect in question.prospects().items()
        if cause in shares
    ]
    rest = max(0.0, 1 - sum(share for _, share, *_ in tied))
    chance = rest * question.leak + sum(share * yes for _, share, yes, _, _ in tied)
    for likely, after in (
        (chance, {cause: share * factor for cause, share, _, factor, _ in tied}),
        (1 - chance, {cause: share * factor for cause, share, _, _, factor in tied}),
    ):
        scale = 1 / (rest + sum(after.values()))
        yield likely, {cause: value * scale for cause, value in after.items()} | {"": scale}


def _moved(shares: Mapping[str, float], after: Mapping[str, float]) -> float:
    """How much probability changes hands: half the sum of the differences."""
    tied = [cause for cause in after if cause]
    rest = 1 - sum(shares[cause] for cause in tied)
    moved = abs(rest * (after[""] - 1)) + sum(abs(after[c] - shares[c]) for c in tied)
    return moved / 2


def _leader(order: list[str], shares: Mapping[str, float], after: Mapping[str, float]) -> str:
    """The first cause after an answer: the best of the linked ones, or the first that it left alone."""
    rest = next((cause for cause in order if cause not in after), order[0])
    values = {rest: after.get(rest, shares[rest] * after[""])}
    values |= {cause: value for cause, value in after.items() if cause}
    return min(values, key=lambda cause: (_first(values[cause]), cause))


def _named(question: Question) -> str:
    """The finding that stands for a clue."""
    return question.id if question.id in question.findings else question.findings[0]


def _answered(question: Question, answers: Answers) -> str:
    """The finding whose answer settled a clue."""
    if isinstance(question.yes, Yes):
        return question.yes.finding
    return next(finding for finding in question.findings if finding in answers)


def ranking(posterior: Posterior) -> dict[str, float]:
    """Every cause with its probability, most likely first, ties by id."""
    causes = sorted(
        posterior.causes, key=lambda cause: (_first(posterior.probability[cause]), cause)
    )
    return {cause: posterior.probability[cause] for cause in causes}


def phrase(knowledge: Knowledge, condition: str, probability: float, *, urgent: bool) -> Phrase:
    """How a probability is put into words; `urgent`: the advice is `same_day` or above, or unsettled."""
    if urgent:
        return Phrase(None, None)
    band = band_of(knowledge, probability)
    serious = knowledge.conditions[condition].serious
    return Phrase(band, None if serious or band == BANDS[0] else natural_frequency(probability))


def band_of(knowledge: Knowledge, probability: float) -> str:
    """The id of the words for a probability, the first whose lower end it reaches."""
    ends = knowledge.parameters["bands"].values
    reached = (band for band, end in zip(BANDS, ends, strict=False) if probability >= end)
    return next(reached, BANDS[-1])


def natural_frequency(probability: float) -> tuple[int, int]:
    """A probability as "about so many of so many", with the smallest group that still has one."""
    for people in _GROUPS:
        count = round(probability * people)
        if count >= 1:
            return count, people
    return 1, _GROUPS[-1]


@lru_cache(maxsize=4)
def _explainer(knowledge: Knowledge) -> Explainer:
    return Explainer(knowledge)


def differential(knowledge: Knowledge, answers: Answers) -> Differential:
    """What it most likely is, and why, for the answers of one person.

    Raises `KnowledgeError` if the knowledge base lacks a number that the model needs.
    """
    return _explainer(knowledge).differential(answers)


def _first(value: float) -> float:
    """A key that puts the largest first; the last bits, which machines differ in, decide nothing."""
    return -round(value, _DECIMALS)

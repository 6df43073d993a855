"""The expected course: published recovery curves, re-weighted by one person's diary.

Each member of the ensemble is a curve; a person is a curve plus spells of better and worse days
(a Gaussian process that forgets in about a week) plus the noise of one answer. The weight of a member
is multiplied by the likelihood of the diary under it. If too few members would be left, the diary is
believed less (its log likelihood is shrunk), which widens what is said. The forecast continues the
present spell and adds what is not known.

What forgets needs no matrices: the answers are gone through once, in order of time, with what is known
of the present spell (a Kalman filter). Standard library only; the dice are an argument.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, groupby
from random import Random
from statistics import NormalDist, fmean
from typing import Final

from lumbago.assess import Assessment
from lumbago.events import Log
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.recovery import Recovery, Stage
from lumbago.recovery.diary import Diary, diary_of
from lumbago.recovery.ensemble import Ensemble, ensemble, evenly, normalised, stage_of
from lumbago.recovery.forecast import (
    Chance,
    Course,
    Range,
    Refusal,
    Standing,
    factors_of,
    refusal,
)

AHEAD: Final = (0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 28, 42)
"""Days ahead for which a forecast is made."""

_SHOWN_DAYS: Final = 42
_BAND_POINTS: Final = 29
_DRAWS: Final = 1000
_DAILY: Final = 30
_WEEK: Final = 7
_HALVINGS: Final = 12
_WOULD_SAY_NONE: Final = 5.0
_NEVER: Final = 1e-300


class Expected:
    """Draws the ensembles of one knowledge base, once a stage, by seed."""

    def __init__(self, knowledge: Knowledge, seed: int = 0) -> None:
        self.knowledge = knowledge
        self.seed = seed
        self._drawn: dict[Stage, Ensemble] = {}

    def ensemble(self, stage: Stage) -> Ensemble:
        """The ensemble of a stage; the same one for the same seed."""
        if stage not in self._drawn:
            spread = evenly(Random(self.seed))
            self._drawn[stage] = ensemble(self.knowledge.recovery, stage, spread)
        return self._drawn[stage]

    def course(self, assessment: Assessment, log: Log, now: datetime) -> Course | Refusal:
        """The course of the person who was assessed, or why none is drawn. Sets no disposition."""
        diary = diary_of(log, assessment.answers, assessment.at, now)
        refused = refusal(self.knowledge, assessment, diary)
        if refused is not None:
            return refused
        recovery = self.knowledge.recovery
        drawn = self.ensemble(stage_of(recovery, entry_of(diary)))
        factors = factors_of(self.knowledge, assessment.answers)
        return expected_course(recovery, drawn, diary, Random(self.seed), factors)


def entry_of(diary: Diary) -> float:
    """The day after the onset on which the diary begins (today, where it is empty)."""
    first = diary.scores[0].at if diary.scores else diary.now
    return max(0.0, diary.days(first))


def expected_course(
    recovery: Recovery,
    drawn: Ensemble,
    diary: Diary,
    dice: Random,
    factors: Iterable[str] = (),
) -> Course:
    """The band, the forecast and the chances of recovery. The diary must have an onset."""
    today, entry, factors = diary.today, entry_of(diary), tuple(factors)
    noise = _Noise.of(recovery, drawn)
    prior = _with_factors(recovery, drawn, entry, factors)
    answers = tuple(_answers(drawn, diary))
    soon = tuple(_answers(drawn, diary, entry + recovery.number("start_days")))
    least = recovery.number("least_effective")
    alike, _ = _weighted(prior, _followed(drawn, noise, soon, entry).likelihood, least)
    spells = _followed(drawn, noise, answers, entry)
    weight, trust = _weighted(prior, spells.likelihood, least)
    ahead = None
    if answers and today - entry >= recovery.number("standing_from_days"):
        ahead = _ahead(recovery, drawn, noise, alike, diary)
    draws = _Draws.of(dice)
    return Course(
        stage=drawn.stage,
        entry_day=entry,
        today=today,
        dots=tuple((diary.days(score.at), score.pain) for score in diary.scores),
        band=tuple(_band(recovery, drawn, noise, draws, alike, today, entry)),
        forecast=tuple(_forecast(recovery, drawn, noise, draws, weight, spells, today, entry)),
        recovery=tuple(_chances(recovery, drawn, weight, today, entry)),
        standing=_standing(recovery, ahead),
        ahead=ahead,
        factors=factors,
        effective=_effective(weight),
        trust=trust,
    )


# ------------------------------------------------------------------------------------------ the diary


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers of a day (of a week, where it is long ago) on the scale: mean day, mean, how many."""

    day: float
    root: float
    count: int


def _answers(drawn: Ensemble, diary: Diary, until: float = math.inf) -> Iterator[_Answers]:
    def bin_of(answer: tuple[float, float]) -> int:
        age = math.floor(diary.today) - math.floor(answer[0])
        return age if age <= _DAILY else _DAILY + math.ceil((age - _DAILY) / _WEEK)

    every = ((diary.days(one.at), drawn.scale.forth(one.pain)) for one in diary.scores)
    for _, group in groupby((one for one in every if one[0] <= until), bin_of):
        days, roots = zip(*group, strict=True)
        yield _Answers(fmean(days), fmean(roots), len(days))


@dataclass(frozen=True, slots=True)
class _Noise:
    """How one person's answers differ from a curve: spells that last, and the noise of an answer.

    `rounding` is what answering in whole numbers adds to what was logged.
    """

    spell: float
    lasts: float
    answer: float
    rounding: float

    @classmethod
    def of(cls, recovery: Recovery, drawn: Ensemble) -> _Noise:
        return cls(
            drawn.scale.spread(recovery.number("deviation")),
            recovery.number("deviation_days"),
            drawn.scale.spread(recovery.number("day_noise")),
            drawn.scale.spread(recovery.number("answer_step") / math.sqrt(12)),
        )

    def kept(self, days: float) -> float:
        """The share of a spell that is left after some days."""
        return math.exp(-days / self.lasts)

    def later(self, variance: float, days: float) -> float:
        """How uncertain the spell is some days after it was known with a variance."""
        return self.spell**2 + self.kept(days) ** 2 * (variance - self.spell**2)


@dataclass(frozen=True, slots=True)
class _Followed:
    """What the answers say under each member: their log likelihood, up to a constant, and the spell
    on the last day of answers, as expected, with one variance for all.
    """

    likelihood: Sequence[float]
    spell: Sequence[float]
    variance: float
    day: float


def _followed(
    drawn: Ensemble, noise: _Noise, answers: Sequence[_Answers], entry: float
) -> _Followed:
    """Go through the answers in order of time (a Kalman filter with the same gains for all members)."""
    likelihood = spell = [0.0] * len(drawn.weight)
    variance, last = noise.spell**2, answers[0].day if answers else entry
    for one in answers:
        kept, variance = noise.kept(one.day - last), noise.later(variance, one.day - last)
        total = variance + (noise.answer**2 + noise.rounding**2) / one.count
        gain, half, last = variance / total, 0.5 / total, one.day
        expected = [kept * before for before in spell]
        surprise = [
            one.root - own - wander
            for own, wander in zip(drawn.on(one.day, entry), expected, strict=True)
        ]
        spell = [wander + gain * by for wander, by in zip(expected, surprise, strict=True)]
        likelihood = [
            so_far - half * by * by for so_far, by in zip(likelihood, surprise, strict=True)
        ]
        variance *= 1 - gain
    return _Followed(likelihood, spell, variance, last)


# ---------------------------------------------------------------------------------------- the weights


def _with_factors(
    recovery: Recovery, drawn: Ensemble, entry: float, factors: tuple[str, ...]
) -> list[float]:
    """The weights with the odds of a slow recovery multiplied by what was reported."""
    odds = math.prod(recovery.factors[name].odds for name in factors)
    slow = entry + recovery.number("slow_after_days")
    days = drawn.recovery_day(entry)
    weight = [
        one * odds if day > slow else one for one, day in zip(drawn.weight, days, strict=True)
    ]
    total = sum(weight)
    return [one / total for one in weight]


def _weighted(
    prior: Sequence[float], likelihood: Sequence[float], least: float
) -> tuple[list[float], float]:
    """The weights after the diary, and how far it was believed so that enough members count."""
    logs = [math.log(max(one, _NEVER)) for one in prior]

    def after(trust: float) -> list[float]:
        return normalised([one + trust * by for one, by in zip(logs, likelihood, strict=True)])

    weight = after(1.0)
    if _effective(weight) >= least:
        return weight, 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = _effective(after(middle)) >= least
        low, high = (middle, high) if enough else (low, middle)
    return after(low), low


def _effective(weight: Iterable[float]) -> float:
    """How many members of equal weight would say as much."""
    return 1 / sum(one * one for one in weight)


# ---------------------------------------------------------------------------------- what is shown of it


@dataclass(frozen=True, slots=True)
class _Draws:
    """People drawn from weighted members: where in the members each lies, and how far from its curve."""

    places: tuple[float, ...]
    apart: tuple[float, ...]

    @classmethod
    def of(cls, dice: Random) -> _Draws:
        points, normal = evenly(dice)(_DRAWS, 2), NormalDist()
        places, apart = zip(*((at, normal.inv_cdf(by)) for at, by in points), strict=True)
        return cls(places, apart)

    def members(self, weight: Iterable[float]) -> list[int]:
        """The member of each draw: as often as by its weight, as nearly as whole numbers allow."""
        sums = list(accumulate(weight))
        return [min(bisect_left(sums, place), len(sums) - 1) for place in self.places]


def _range(recovery: Recovery, drawn: Ensemble, day: float, roots: list[float]) -> Range:
    """The interval of a day. Where many would answer 0 it is moved down to end there.

    Otherwise such an interval would hold nearly everybody, not the share that it claims.
    """
    roots.sort()
    share, last = recovery.number("interval_share"), len(roots) - 1
    none = bisect_left(roots, drawn.scale.forth(_WOULD_SAY_NONE)) / len(roots)
    below = (1 - share) / 2 * max(0.0, 1 - none / (1 - share))
    places = (round(below * last), last // 2, round((below + share) * last))
    return Range(day, *(drawn.scale.back(roots[place]) for place in places))


def _band(
    recovery: Recovery,
    drawn: Ensemble,
    noise: _Noise,
    draws: _Draws,
    alike: Sequence[float],
    today: float,
    entry: float,
) -> Iterator[Range]:
    """Where the scores of people who began alike would be, from the onset on."""
    end = min(max(_SHOWN_DAYS, today + 14), recovery.number("last_day"))
    spread = math.hypot(noise.spell, noise.answer)
    apart = [spread * one for one in draws.apart]
    chosen = draws.members(alike)
    for point in range(_BAND_POINTS):
        day = end * point / (_BAND_POINTS - 1)
        on = drawn.on(day, entry)
        roots = [on[member] + by for member, by in zip(chosen, apart, strict=True)]
        yield _range(recovery, drawn, day, roots)


def _forecast(  # noqa: PLR0913
    recovery: Recovery,
    drawn: Ensemble,
    noise: _Noise,
    draws: _Draws,
    weight: Sequence[float],
    spells: _Followed,
    today: float,
    entry: float,
) -> Iterator[Range]:
    """What this person would answer on days to come: own curve, present spell, and what is unknown."""
    chosen = draws.members(weight)
    spell = [spells.spell[member] for member in chosen]
    for ahead in AHEAD:
        day = today + ahead
        if day > recovery.number("last_day"):
            return
        kept = noise.kept(day - spells.day)
        spread = math.sqrt(noise.later(spells.variance, day - spells.day) + noise.answer**2)
        on = drawn.on(day, entry)
        roots = [
            on[member] + kept * wander + spread * by
            for member, wander, by in zip(chosen, spell, draws.apart, strict=True)
        ]
        yield _range(recovery, drawn, day, roots)


def _ahead(
    recovery: Recovery, drawn: Ensemble, noise: _Noise, alike: Sequence[float], diary: Diary
) -> float:
    """The share of people who began alike and have less pain by now than this person."""
    last = diary.scores[-1].at
    window = recovery.number("level_days")
    scores = [s for s in diary.scores if (last - s.at).total_seconds() <= window * 86400]
    own = fmean(drawn.scale.forth(score.pain) for score in scores)
    day = fmean(diary.days(score.at) for score in scores)
    apart = NormalDist(own, math.hypot(noise.spell, noise.answer / math.sqrt(len(scores))))
    others = drawn.on(day, entry_of(diary))
    return sum(one * (1 - apart.cdf(root)) for one, root in zip(alike, others, strict=True))


def _standing(recovery: Recovery, ahead: float | None) -> Standing:
    if ahead is None:
        return "too_early"
    return "slower" if ahead >= recovery.number("slower_from") else "usual"


def _chances(
    recovery: Recovery, drawn: Ensemble, weight: Sequence[float], today: float, entry: float
) -> Iterator[Chance]:
    """The chance of having recovered by each week still to come."""
    days = drawn.recovery_day(entry)
    for week in recovery.parameters["recovery_weeks"].values:
        if week * _WEEK > today:
            by = (one for one, day in zip(weight, days, strict=True) if day <= week * _WEEK)
            yield Chance(int(week), sum(by))

"""The expected course: published recovery curves, re-weighted by one person's diary.

Each member of the ensemble is a curve; a person is a curve plus spells of better and worse days
(a Gaussian process that forgets in about a week) plus the noise of one answer. The weight of a member
is multiplied by the likelihood of the diary under it. If too few members would be left, the diary is
believed less (its log likelihood is shrunk), which widens what is said. The forecast continues the
present spell and adds what is not known. Standard library and NumPy; the dice are an argument.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from lumbago.assess import Assessment
from lumbago.events import Log
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.recovery import Recovery, Stage
from lumbago.recovery.diary import Diary, diary_of
from lumbago.recovery.ensemble import Ensemble, ensemble, stage_of
from lumbago.recovery.forecast import (
    Chance,
    Course,
    Range,
    Refusal,
    Standing,
    factors_of,
    refusal,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

AHEAD: Final = (0, 1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 28, 42)
"""Days ahead for which a forecast is made."""

_SHOWN_DAYS: Final = 42
_BAND_POINTS: Final = 29
_DRAWS: Final = 1500
_DAILY: Final = 30
_WEEK: Final = 7
_HALVINGS: Final = 12
_WOULD_SAY_NONE: Final = 5.0


class Expected:
    """Draws the ensembles of one knowledge base, once a stage, by seed."""

    def __init__(self, knowledge: Knowledge, seed: int = 0) -> None:
        self.knowledge = knowledge
        self.seed = seed
        self._drawn: dict[Stage, Ensemble] = {}

    def ensemble(self, stage: Stage) -> Ensemble:
        """The ensemble of a stage; the same one for the same seed."""
        import numpy as np

        if stage not in self._drawn:
            rng = np.random.default_rng([self.seed, 1])
            self._drawn[stage] = ensemble(self.knowledge.recovery, stage, rng)
        return self._drawn[stage]

    def course(self, assessment: Assessment, log: Log, now: datetime) -> Course | Refusal:
        """The course of the person who was assessed, or why none is drawn. Sets no disposition."""
        import numpy as np

        diary = diary_of(log, assessment.answers, assessment.at, now)
        refused = refusal(self.knowledge, assessment, diary)
        if refused is not None:
            return refused
        recovery = self.knowledge.recovery
        drawn = self.ensemble(stage_of(recovery, entry_of(diary)))
        factors = factors_of(self.knowledge, assessment.answers)
        rng = np.random.default_rng([self.seed, 2])
        return expected_course(recovery, drawn, diary, rng, factors)


def entry_of(diary: Diary) -> float:
    """The day after the onset on which the diary begins (today, where it is empty)."""
    first = diary.scores[0].at if diary.scores else diary.now
    return max(0.0, diary.days(first))


def expected_course(
    recovery: Recovery,
    drawn: Ensemble,
    diary: Diary,
    rng: np.random.Generator,
    factors: Iterable[str] = (),
) -> Course:
    """The band, the forecast and the chances of recovery. The diary must have an onset."""
    import numpy as np

    today, entry, factors = diary.today, entry_of(diary), tuple(factors)
    noise = _Noise.of(recovery, drawn)
    prior = _with_factors(recovery, drawn, entry, factors)
    seen = _Observed.of(drawn, diary, math.inf)
    start = _Observed.of(drawn, diary, entry + recovery.number("start_days"))
    least = recovery.number("least_effective")
    alike, _ = _weighted(prior, noise.likelihood(drawn, start, entry), least)
    weight, trust = _weighted(prior, noise.likelihood(drawn, seen, entry), least)
    ahead = None
    if seen.days.size and today - entry >= recovery.number("standing_from_days"):
        ahead = _ahead(recovery, drawn, noise, alike, diary, rng)
    return Course(
        stage=drawn.stage,
        entry_day=entry,
        today=today,
        dots=tuple((diary.days(score.at), score.pain) for score in diary.scores),
        band=_band(recovery, drawn, noise, alike, today, entry, rng),
        forecast=_forecast(recovery, drawn, noise, weight, seen, today, entry, rng),
        recovery=tuple(_chances(recovery, drawn, weight, today, entry)),
        standing=_standing(recovery, ahead),
        ahead=ahead,
        factors=factors,
        effective=float(1 / np.square(weight).sum()),
        trust=trust,
    )


# ------------------------------------------------------------------------------------------ the diary


@dataclass(frozen=True, eq=False)
class _Observed:
    """The diary on the scale, a day at a time (older days a week at a time): day, mean, answers."""

    days: Floats
    roots: Floats
    counts: Floats

    @classmethod
    def of(cls, drawn: Ensemble, diary: Diary, until: float) -> _Observed:
        import numpy as np

        pairs = [(diary.days(score.at), score.pain) for score in diary.scores]
        kept = np.array([pair for pair in pairs if pair[0] <= until], float).reshape(-1, 2)
        days, roots = kept[:, 0], drawn.scale.forth(kept[:, 1])
        age = np.floor(diary.today) - np.floor(days)
        bins = np.where(age <= _DAILY, age, _DAILY + np.ceil((age - _DAILY) / _WEEK))
        _, place, counts = np.unique(-bins, return_inverse=True, return_counts=True)
        return cls(
            np.bincount(place, days) / counts,
            np.bincount(place, roots) / counts,
            counts.astype(float),
        )


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

    def spells(self, one: Floats, other: Floats) -> Floats:
        """The covariance of the spells on some days with those on others."""
        import numpy as np

        found: Floats = self.spell**2 * np.exp(-np.abs(one[:, None] - other) / self.lasts)
        return found

    def inverse(self, seen: _Observed) -> Floats:
        """The inverse covariance of what was observed."""
        import numpy as np

        logged = (self.answer**2 + self.rounding**2) / seen.counts
        found: Floats = np.linalg.inv(self.spells(seen.days, seen.days) + np.diag(logged))
        return found

    def likelihood(self, drawn: Ensemble, seen: _Observed, entry: float) -> Floats:
        """The log likelihood of what was observed under each member, up to a constant."""
        import numpy as np

        if not seen.days.size:
            return np.zeros(len(drawn.weight))
        gaps = seen.roots - drawn.on(seen.days, entry).astype(float)
        found: Floats = -0.5 * np.einsum("ij,ij->i", gaps @ self.inverse(seen), gaps)
        return found


# ---------------------------------------------------------------------------------------- the weights


def _with_factors(
    recovery: Recovery, drawn: Ensemble, entry: float, factors: tuple[str, ...]
) -> Floats:
    """The weights with the odds of a slow recovery multiplied by what was reported."""
    import numpy as np

    odds = math.prod(recovery.factors[name].odds for name in factors)
    slow = drawn.recovery_day(entry) > entry + recovery.number("slow_after_days")
    weight: Floats = drawn.weight * np.where(slow, odds, 1.0)
    weight /= weight.sum()
    return weight


def _weighted(prior: Floats, likelihood: Floats, least: float) -> tuple[Floats, float]:
    """The weights after the diary, and how far it was believed so that enough members count."""
    import numpy as np

    logs = np.log(np.maximum(prior, 1e-300))

    def after(trust: float) -> Floats:
        total = logs + trust * likelihood
        weight: Floats = np.exp(total - total.max())
        weight /= weight.sum()
        return weight

    weight = after(1.0)
    if 1 / np.square(weight).sum() >= least:
        return weight, 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = 1 / np.square(after(middle)).sum() >= least
        low, high = (middle, high) if enough else (low, middle)
    return after(low), low


def _resampled(weight: Floats, n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Members drawn by weight, evenly spread (systematic resampling)."""
    import numpy as np

    at = (np.arange(n) + rng.random()) / n
    found: NDArray[np.intp] = np.searchsorted(np.cumsum(weight), at).clip(0, len(weight) - 1)
    return found


# ---------------------------------------------------------------------------------- what is shown of it


def _ranges(recovery: Recovery, days: Floats, levels: Floats) -> tuple[Range, ...]:
    """The interval of each day. Where many would answer 0 it is moved down to end there.

    Otherwise such an interval would hold nearly everybody, not the share that it claims.
    """
    import numpy as np

    share = recovery.number("interval_share")
    tail, last = (1 - share) / 2, len(levels) - 1
    none = np.mean(levels < _WOULD_SAY_NONE, axis=0)
    below = tail * np.clip(1 - none / (1 - share), 0, 1)
    ordered, column = np.sort(levels, axis=0), np.arange(levels.shape[1])
    low = ordered[np.rint(below * last).astype(int), column]
    high = ordered[np.rint((below + share) * last).astype(int), column]
    found = zip(days, low, ordered[last // 2], high, strict=True)
    return tuple(Range(*map(float, row)) for row in found)


def _band(
    recovery: Recovery,
    drawn: Ensemble,
    noise: _Noise,
    alike: Floats,
    today: float,
    entry: float,
    rng: np.random.Generator,
) -> tuple[Range, ...]:
    """Where the scores of people who began alike would be, from the onset on."""
    import numpy as np

    end = min(max(_SHOWN_DAYS, today + 14), recovery.number("last_day"))
    days = np.linspace(0, end, _BAND_POINTS)
    chosen = _resampled(alike, _DRAWS, rng)
    spread = math.hypot(noise.spell, noise.answer)
    roots = drawn.on(days, entry)[chosen] + rng.normal(0, spread, (_DRAWS, 1))
    return _ranges(recovery, days, drawn.scale.back(roots))


def _forecast(  # noqa: PLR0913
    recovery: Recovery,
    drawn: Ensemble,
    noise: _Noise,
    weight: Floats,
    seen: _Observed,
    today: float,
    entry: float,
    rng: np.random.Generator,
) -> tuple[Range, ...]:
    """What this person would answer on days to come: own curve, present spell, and what is unknown."""
    import numpy as np

    days = today + np.array(AHEAD, float)
    days = days[days <= recovery.number("last_day")]
    chosen = _resampled(weight, _DRAWS, rng)
    roots = drawn.on(days, entry)[chosen].astype(float)
    known = np.zeros(len(days))
    if seen.days.size:
        pull = noise.inverse(seen) @ noise.spells(seen.days, days)
        gaps = seen.roots - drawn.on(seen.days, entry)[chosen]
        roots += gaps @ pull
        known = np.einsum("ij,ij->j", noise.spells(seen.days, days), pull)
    spread = np.sqrt(np.maximum(noise.spell**2 - known, 0) + noise.answer**2)
    roots += rng.standard_normal((_DRAWS, 1)) * spread
    return _ranges(recovery, days, drawn.scale.back(roots))


def _ahead(
    recovery: Recovery,
    drawn: Ensemble,
    noise: _Noise,
    alike: Floats,
    diary: Diary,
    rng: np.random.Generator,
) -> float:
    """The share of people who began alike and have less pain by now than this person."""
    import numpy as np

    last = diary.scores[-1].at
    window = recovery.number("level_days")
    scores = [s for s in diary.scores if (last - s.at).total_seconds() <= window * 86400]
    own = float(drawn.scale.forth(np.array([s.pain for s in scores], float)).mean())
    day = float(np.mean([diary.days(s.at) for s in scores]))
    chosen = _resampled(alike, _DRAWS, rng)
    spread = math.hypot(noise.spell, noise.answer / math.sqrt(len(scores)))
    others = drawn.on(np.array([day]), entry_of(diary))[chosen, 0]
    return float(np.mean(others + rng.normal(0, spread, _DRAWS) < own))


def _standing(recovery: Recovery, ahead: float | None) -> Standing:
    if ahead is None:
        return "too_early"
    return "slower" if ahead >= recovery.number("slower_from") else "usual"


def _chances(
    recovery: Recovery, drawn: Ensemble, weight: Floats, today: float, entry: float
) -> Iterable[Chance]:
    """The chance of having recovered by each week still to come."""
    day = drawn.recovery_day(entry)
    for week in recovery.parameters["recovery_weeks"].values:
        if week * _WEEK > today:
            yield Chance(int(week), float(weight @ (day <= week * _WEEK)))

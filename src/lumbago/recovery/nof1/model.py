"""How much the arms differ for one person, from a few sessions. Standard library only.

For session j at elapsed time t_j, with pain half an hour after it as the outcome,

    later_j = m + b (before_j - mean) + g t_j + d dose_j + a[arm_j] + c[arm_(j-1)] w_j + e_j

- `a` of all arms comes from one N(0, tau^2): only differences between arms are ever reported.
- `g` is what gets better (or worse) by itself, `dose_j` how much more a pain medicine was at work at
  the second score than at the first, `c` what is left of the session before, fading as
  w = exp(-gap / carry_hours).
- e is an AR(1) process over *real elapsed time*: corr(e_i, e_j) = rho^(|t_i - t_j| / unit). Sessions are
  three hours apart by day and twelve by night; an AR(1) over their order would take both for the same.

Given (rho, sigma, tau) everything is normal and exact. These three are summed over a grid of proper
priors, so the posterior of a difference is a mixture of normals, with no sampling and no dice. The
Markov property makes the whitening of e linear in the number of sessions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lumbago.knowledge.recovery import Recovery

Vector = list[float]
Matrix = list[list[float]]

_DAY_HOURS: Final = 24.0
_SQRT2: Final = math.sqrt(2)


@dataclass(frozen=True, slots=True)
class Observation:
    """One session as the model sees it: hours since the first, arm, and pain before and later (0-10).

    `dose` (-1 to 1): how much more of a pain medicine was at work at the later score. `carry`: what is
    left of the session before, by its arm (0 to 1).
    """

    hours: float
    arm: str
    before: float
    later: float
    dose: float = 0.0
    carry: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Priors:
    """The numbers of the model, in points of 0-10; each is in kb/recovery/comparison.yaml.

    `rho`, `sigma` and `tau` are grids with their weights.
    """

    intercept: tuple[float, float]
    slope: tuple[float, float]
    trend_sd: float
    dose_sd: float
    carry_sd: float
    rho: tuple[tuple[float, float], ...]
    rho_hours: float
    sigma: tuple[tuple[float, float], ...]
    tau: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, recovery: Recovery) -> Priors:
        """The priors out of the knowledge base."""

        def values(id_: str) -> tuple[float, ...]:
            return recovery.comparison[id_].values

        middle, spread, steps = values("prior_noise")
        return cls(
            intercept=_two(values("prior_intercept")),
            slope=_two(values("prior_before_slope")),
            trend_sd=values("prior_trend")[0],
            dose_sd=values("prior_dose")[0],
            carry_sd=values("prior_carry")[0],
            rho=_even(values("prior_correlation")),
            rho_hours=values("correlation_hours")[0],
            sigma=_log_normal(middle, spread, int(steps)),
            tau=tuple(zip(values("prior_arm_spread"), values("prior_arm_weights"), strict=True)),
        )


def _two(values: tuple[float, ...]) -> tuple[float, float]:
    return values[0], values[1]


def _even(values: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    return tuple((value, 1 / len(values)) for value in values)


def _log_normal(middle: float, spread: float, steps: int) -> tuple[tuple[float, float], ...]:
    """A log-normal as an even grid of its logarithm, two and a half spreads to either side."""
    reach = 2.5
    points = [reach * (2 * step / (steps - 1) - 1) for step in range(steps)]
    weights = [math.exp(-point * point / 2) for point in points]
    total = sum(weights)
    return tuple(
        (middle * math.exp(spread * point), weight / total)
        for point, weight in zip(points, weights, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Component:
    """One normal of the mixture: its weight, and the mean and covariance of the arms."""

    weight: float
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How much lower pain is after one arm than after another, as a mixture of normals (points)."""

    parts: tuple[tuple[float, float, float], ...]

    def above(self, points: float) -> float:
        """The probability that it is more than so many points."""
        return sum(w * _tail((points - mean) / sd) for w, mean, sd in self.parts)

    def within(self, points: float) -> float:
        """The probability that it is no more than so many points to either side."""
        return self.above(-points) - self.above(points)

    @property
    def mean(self) -> float:
        """The expected difference."""
        return sum(w * mean for w, mean, _ in self.parts)

    @property
    def sd(self) -> float:
        """The standard deviation of the difference."""
        middle = self.mean
        return math.sqrt(sum(w * (sd * sd + (mean - middle) ** 2) for w, mean, sd in self.parts))

    def quantile(self, share: float) -> float:
        """The value below which the difference lies with this probability."""
        low = min(mean - 9 * sd for _, mean, sd in self.parts)
        high = max(mean + 9 * sd for _, mean, sd in self.parts)
        for _ in range(60):
            middle = (low + high) / 2
            if 1 - self.above(middle) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2


def _tail(z: float) -> float:
    """The probability above z of a standard normal."""
    return 0.5 * math.erfc(z / _SQRT2)


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the sessions say: a mixture over the arms, and the expected rest of the model.

    `nuisance` are the expected coefficients of what is taken away before dots are drawn: level,
    before, trend, dose, and carry-over by arm; `centre` is the mean pain before.
    """

    arms: tuple[str, ...]
    components: tuple[Component, ...]
    nuisance: tuple[float, ...]
    centre: float
    carried: tuple[str, ...]

    def difference(self, better: str, other: str) -> Difference:
        """How much lower pain is after `better` than after `other`."""
        i, j = self.arms.index(better), self.arms.index(other)
        found = []
        for one in self.components:
            mean = one.mean[j] - one.mean[i]
            c = one.covariance
            found.append((one.weight, mean, math.sqrt(c[i][i] + c[j][j] - 2 * c[i][j])))
        return Difference(tuple(found))

    def effect(self, arm: str) -> float:
        """The expected level of an arm against the mean of all (points; lower is better)."""
        means = [sum(c.weight * c.mean[i] for c in self.components) for i in range(len(self.arms))]
        return means[self.arms.index(arm)] - sum(means) / len(means)

    def adjusted(self, observation: Observation) -> float:
        """Pain later with level, before, trend, dose and carry-over taken away: arm and noise."""
        row = _row(observation, self.centre, self.carried, ())
        rest = sum(x * c for x, c in zip(row, self.nuisance, strict=True))
        means = [sum(c.weight * c.mean[i] for c in self.components) for i in range(len(self.arms))]
        return observation.later - rest - sum(means) / len(means)


def fit(observations: Sequence[Observation], arms: Sequence[str], priors: Priors) -> Posterior:
    """The posterior of the arms from sessions in order of time. Raises `ValueError` without any."""
    if not observations:
        raise ValueError("There is no session to learn from.")
    centre = sum(one.before for one in observations) / len(observations)
    carried = tuple(sorted({arm for one in observations for arm in (one.carry or {})}))
    rows = [_row(one, centre, carried, arms) for one in observations]
    fixed = len(rows[0]) - len(arms)
    start = [priors.intercept[0], priors.slope[0], *[0.0] * (len(rows[0]) - 2)]
    residual = [one.later - _dot(row, start) for one, row in zip(observations, rows, strict=True)]
    spreads = [priors.intercept[1], priors.slope[1], priors.trend_sd, priors.dose_sd]
    spreads += [priors.carry_sd] * len(carried)
    found: list[tuple[float, Vector, Matrix]] = []
    for rho, rho_weight in priors.rho:
        gram, moment, square, log_det = _whitened(observations, rows, residual, rho, priors)
        for tau, tau_weight in priors.tau:
            precision = [1 / (sd * sd) for sd in spreads] + [1 / (tau * tau)] * len(arms)
            for sigma, sigma_weight in priors.sigma:
                log_ml, mean, factor = _normal(gram, moment, square, precision, sigma)
                prior = math.log(rho_weight * tau_weight * sigma_weight)
                count = len(observations)
                log_ml += prior - log_det / 2 - count * math.log(sigma)
                found.append((log_ml, mean, factor))
    return _mixture(found, tuple(arms), fixed, start, (centre, carried))


def _row(one: Observation, centre: float, carried: Iterable[str], arms: Iterable[str]) -> Vector:
    carry = one.carry or {}
    return [
        *(1.0, one.before - centre, one.hours / _DAY_HOURS, one.dose),
        *(carry.get(arm, 0.0) for arm in carried),
        *(1.0 if one.arm == arm else 0.0 for arm in arms),
    ]


def _whitened(
    observations: Sequence[Observation],
    rows: Sequence[Vector],
    residual: Sequence[float],
    rho: float,
    priors: Priors,
) -> tuple[Matrix, Vector, float, float]:
    """X'R^-1X, X'R^-1r, r'R^-1r and log|R| for the AR(1) of one rho over elapsed time."""
    width = len(rows[0])
    white, error, log_det = [list(rows[0])], [residual[0]], 0.0
    times = [one.hours for one in observations]
    for j, (earlier, later) in enumerate(pairwise(times), 1):
        phi = rho ** ((later - earlier) / priors.rho_hours) if rho else 0.0
        rest = max(1 - phi * phi, 1e-6)  # two sessions at one moment cannot be told apart
        log_det += math.log(rest)
        scale = 1 / math.sqrt(rest)
        before, row = rows[j - 1], rows[j]
        white.append([(row[k] - phi * before[k]) * scale for k in range(width)])
        error.append((residual[j] - phi * residual[j - 1]) * scale)
    columns = list(zip(*white, strict=True))
    gram = [[_dot(one, other) for other in columns] for one in columns]
    return gram, [_dot(one, error) for one in columns], _dot(error, error), log_det


def _dot(one: Iterable[float], other: Iterable[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _normal(
    gram: Matrix, moment: Vector, square: float, precision: Vector, sigma: float
) -> tuple[float, Vector, Matrix]:
    """The part of the log marginal likelihood that varies, the mean, and the Cholesky factor."""
    width, inverse = len(moment), 1 / (sigma * sigma)
    factor: Matrix = []
    for i in range(width):
        row: Vector = []
        for j in range(i):
            other = factor[j]
            total = gram[i][j] * inverse
            for k in range(j):
                total -= row[k] * other[k]
            row.append(total / other[j])
        total = gram[i][i] * inverse + precision[i]
        for value in row:
            total -= value * value
        row.append(math.sqrt(total))
        factor.append(row)
    half: Vector = []
    for i, row in enumerate(factor):
        total = moment[i] * inverse
        for k in range(i):
            total -= row[k] * half[k]
        half.append(total / row[i])
    mean = [0.0] * width
    for i in range(width - 1, -1, -1):
        total = half[i]
        for k in range(i + 1, width):
            total -= factor[k][i] * mean[k]
        mean[i] = total / factor[i][i]
    log_ml = (_dot(half, half) - square * inverse) / 2
    log_ml += sum(math.log(p) / 2 - math.log(factor[i][i]) for i, p in enumerate(precision))
    return log_ml, mean, factor


_NEGLIGIBLE: Final = 1e-7


def _mixture(
    found: Sequence[tuple[float, Vector, Matrix]],
    arms: tuple[str, ...],
    fixed: int,
    start: Vector,
    seen: tuple[float, tuple[str, ...]],
) -> Posterior:
    """The grid as a mixture; points of the grid that weigh nothing are left out."""
    top = max(log_ml for log_ml, _, _ in found)
    weights = [math.exp(log_ml - top) for log_ml, _, _ in found]
    kept = [w if w > _NEGLIGIBLE * max(weights) else 0.0 for w in weights]
    total = sum(kept)
    components, nuisance = [], [0.0] * fixed
    for weight, (_, mean, factor) in zip(kept, found, strict=True):
        if weight:
            share = weight / total
            covariance = _inverse_tail(factor, fixed)
            components.append(Component(share, tuple(mean[fixed:]), covariance))
            for k in range(fixed):
                nuisance[k] += share * mean[k]
    level = tuple(value + first for value, first in zip(nuisance, start[:fixed], strict=True))
    return Posterior(arms, tuple(components), level, *seen)


def _inverse_tail(factor: Matrix, fixed: int) -> tuple[tuple[float, ...], ...]:
    """The covariance of the last coefficients: the inverse of the last block of L L'."""
    size = len(factor) - fixed
    inverse = [[0.0] * size for _ in range(size)]
    for j in range(size):
        inverse[j][j] = 1 / factor[fixed + j][fixed + j]
        for i in range(j + 1, size):
            total = sum(factor[fixed + i][fixed + k] * inverse[k][j] for k in range(j, i))
            inverse[i][j] = -total / factor[fixed + i][fixed + i]
    columns = [
        [
            _dot((inverse[k][i] for k in range(size)), (inverse[k][j] for k in range(size)))
            for j in range(size)
        ]
        for i in range(size)
    ]
    return tuple(tuple(row) for row in columns)

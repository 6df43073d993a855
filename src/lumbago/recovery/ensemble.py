"""An ensemble of recovery curves drawn from published cohorts, and weighted to agree with them.

Three accounts of the same thing: the trajectory classes of one cohort, and the shapes of two pooled
curves, an exponential fall to a plateau of one's own (`wallwork`) and the pooled curve at a pace of
one's own (`costa`). The members of a pooled family are weighted as little as possible so that their
mean, and the share that has recovered, come out as published, within the published error.

A member is made from a point of the unit cube, a coordinate for each way in which people differ; the
points that `evenly` spreads leave fewer gaps than chance would, so that fewer members do. Levels are
points of 0-100. They are compared as the square root of level plus an offset: on that scale one
person's ups and downs are about the same size at every level. Standard library only.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from operator import mul
from random import Random
from statistics import NormalDist
from typing import Final

from lumbago.knowledge.recovery import PooledCurve, Recovery, Stage, TrajectoryClass

CLASSES: Final = "classes"

Curve = Callable[[float], float]
"""The level of one member, 0-100, on a day of its own clock."""

Point = tuple[float, ...]
Spread = Callable[[int, int], Iterable[Point]]
"""So many points of the unit cube of so many dimensions, no coordinate 0 or 1."""

_ROOT_STEPS: Final = 60
_NEWTON_STEPS: Final = 60
_HIGHEST: Final = 100.0
_Z95: Final = 1.96
_LEAST: Final = 2.0**-53
_KNOTS: Final = 2000
_TAIL: Final = 12.0
_FARTHEST: Final = 700.0


def evenly(dice: Random) -> Spread:
    """Points without gaps: equal steps in the first coordinate, steps that never meet in the others.

    Those are powers of the root of x^d = x + 1, in two dimensions the golden ratio (Roberts 2018);
    the dice move all points together.
    """

    def points(n: int, dimensions: int) -> Iterable[Point]:
        root = 2.0
        for _ in range(_ROOT_STEPS):
            root = (1 + root) ** (1 / dimensions)
        by = dice.random() or _LEAST
        columns = [[(index + by) / n for index in range(n)]]
        for power in range(1, dimensions):
            by, step = dice.random(), root**-power
            columns.append([(by + index * step) % 1 or _LEAST for index in range(n)])
        return zip(*columns, strict=True)

    return points


def by_chance(dice: Random) -> Spread:
    """Points that know nothing of each other."""

    def points(n: int, dimensions: int) -> Iterable[Point]:
        for _ in range(n):
            yield tuple(dice.random() or _LEAST for _ in range(dimensions))

    return points


@dataclass(frozen=True, slots=True)
class Scale:
    """The square-root scale on which ups and downs are alike at every level."""

    offset: float

    def forth(self, level: float) -> float:
        """Points of 0-100 to the scale."""
        return math.sqrt(min(max(level, 0.0), _HIGHEST) + self.offset)

    def back(self, root: float) -> float:
        """The scale to points of 0-100; what lies below 0 is 0."""
        return min(max(max(root, 0.0) ** 2 - self.offset, 0.0), _HIGHEST)

    def spread(self, points: float) -> float:
        """A standard deviation in points at a level of 50, on this scale."""
        return points / (2 * math.sqrt(_HIGHEST / 2 + self.offset))


@dataclass(frozen=True, eq=False, slots=True)
class Family:
    """The members of one account. `from_entry`: their clock starts with the first score.

    `recovered` is the first of the days in a row that make a recovery (infinite: never), by their
    own clock; `weight` sums to 1.
    """

    name: str
    from_entry: bool
    curves: tuple[Curve, ...]
    weight: tuple[float, ...]
    recovered: tuple[float, ...]
    _columns: dict[int, list[float]] = field(default_factory=dict)

    def roots(self, day: int, offset: float) -> list[float]:
        """Every member on a day of its own clock, on the scale; kept for the next time."""
        if day not in self._columns:
            self._columns[day] = [math.sqrt(curve(day) + offset) for curve in self.curves]
        return self._columns[day]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The curves of one stage, family after family, each family with the same say."""

    stage: Stage
    scale: Scale
    last_day: int
    families: tuple[Family, ...]

    @cached_property
    def weight(self) -> list[float]:
        """The weight of each member; they sum to 1."""
        return [one / len(self.families) for family in self.families for one in family.weight]

    def on(self, day: float, entry: float) -> list[float]:
        """Every member on a day after the onset, where the first score came on day `entry`."""
        found: list[float] = []
        for family in self.families:
            own = round(day - entry if family.from_entry else day)
            found += family.roots(min(max(own, 0), self.last_day), self.scale.offset)
        return found

    def recovery_day(self, entry: float) -> list[float]:
        """The day after the onset on which each member recovers."""
        return [
            day + entry if family.from_entry else day
            for family in self.families
            for day in family.recovered
        ]


def families_of(recovery: Recovery, stage: Stage) -> tuple[str, ...]:
    """The accounts that exist for people first asked in a stage."""
    pooled = sorted({c.family for c in recovery.curves.values() if c.stage == stage})
    return (*((CLASSES,) if stage == "acute" else ()), *pooled)


def stage_of(recovery: Recovery, entry: float) -> Stage:
    """The stage of somebody first asked on a day after the onset."""
    subacute, persistent = recovery.parameters["stage_starts_days"].values
    if entry < subacute:
        return "acute"
    return "subacute" if entry < persistent else "persistent"


def ensemble(
    recovery: Recovery,
    stage: Stage,
    spread: Spread,
    families: Sequence[str] | None = None,
    members: int | None = None,
) -> Ensemble:
    """Draw the members of a stage, of all its families or of some.

    Raises `KeyError` for a family that the stage does not have.
    """
    known = families_of(recovery, stage)
    wanted = families or known
    for name in wanted:
        if name not in known:
            raise KeyError(name)
    each = int(members or recovery.number("members")) // len(wanted)
    return Ensemble(
        stage=stage,
        scale=Scale(recovery.number("scale_offset")),
        last_day=int(recovery.number("last_day")),
        families=tuple(_family(recovery, stage, name, each, spread) for name in wanted),
    )


def recovered_days(curves: Iterable[Curve], recovery: Recovery) -> Iterator[float]:
    """Per curve, the first day of the first days in a row at or below recovery; infinite if none.

    Looks at the last of the days first: one that is too high rules out every start up to it.
    """
    need, end = int(recovery.number("recovered_for_days")), int(recovery.number("last_day")) + 1
    enough = recovery.number("recovered_at_most") + 1e-6
    for level in curves:
        first = reached = 0
        while reached < need and first + need <= end:
            if level(first + need - 1 - reached) <= enough:
                reached += 1
            else:
                first, reached = first + need - reached, 0
        yield first if reached == need else math.inf


def starts(recovery: Recovery, mean: float) -> Callable[[float], float]:
    """From a coordinate to a level at the start: normal, within what people bring to care."""
    normal = NormalDist(mean, recovery.number("start_spread"))
    low, high = normal.cdf(recovery.number("lowest_start")), normal.cdf(_HIGHEST)
    return lambda at: normal.inv_cdf(low + at * (high - low))


def _family(recovery: Recovery, stage: Stage, name: str, n: int, spread: Spread) -> Family:
    if name == CLASSES:
        curves, weight = _classes(recovery, n, spread)
        return Family(name, True, curves, weight, tuple(recovered_days(curves, recovery)))
    pooled = next(c for c in recovery.curves.values() if (c.family, c.stage) == (name, stage))
    from_entry = pooled.origin == "entry"
    curves = tuple((_plateaus if from_entry else _paces)(recovery, pooled, n, spread))
    recovered = tuple(recovered_days(curves, recovery))
    return Family(name, from_entry, curves, _fitted(recovery, pooled, curves, recovered), recovered)


# ------------------------------------------------------------------------------ how a person is drawn


def _classes(
    recovery: Recovery, n: int, spread: Spread
) -> tuple[tuple[Curve, ...], tuple[float, ...]]:
    """The curves of the classes, as many of each as its share of the people, and their weights."""
    start = starts(recovery, recovery.number("classes_start"))
    people = sum(one.people for one in recovery.classes.values())
    curves: list[Curve] = []
    weights: list[float] = []
    for one in recovery.classes.values():
        share = one.people / people
        count = max(1, round(n * share))
        differ = 2 if one.recovers_days else 6 if one.swing else 3
        curves += (_of_class(one, start, point, recovery) for point in spread(count, differ))
        weights += [share / count] * count
    return tuple(curves), tuple(weights)


def _of_class(
    one: TrajectoryClass, starting: Callable[[float], float], point: Point, recovery: Recovery
) -> Curve:
    start = starting(point[0])
    if one.recovers_days:
        # straight on a logarithmic scale, so that the level of recovery is met on that day
        day = math.exp(_between([math.log(days) for days in one.recovers_days], point[1]))
        fall = math.log(max(start / recovery.number("recovered_at_most"), 1.5)) / day
        return lambda day: start * math.exp(-fall * day)
    rate = 3 / _between(one.settles_days, point[1])
    left = _between(one.residual, point[2])
    settling = _falling(start, left, rate)
    if not one.swing:
        return lambda day: min(settling(day), _HIGHEST)
    size, turn = _between(one.swing, point[3]), 2 * math.pi / _between(one.period_days, point[4])
    phase = 2 * math.pi * point[5]

    def swinging(day: float) -> float:
        return min(max(settling(day) * (1 + size * math.sin(turn * day + phase)), 0.0), _HIGHEST)

    return swinging


def _between(bounds: Sequence[float], at: float) -> float:
    low, high = bounds
    return low + at * (high - low)


def _falling(start: float, left: float, rate: float) -> Curve:
    """An exponential fall, or rise, from a start to a share of it."""
    floor, above = start * left, start * (1 - left)
    return lambda day: floor + above * math.exp(-rate * day)


def _plateaus(recovery: Recovery, pooled: PooledCurve, n: int, spread: Spread) -> Iterator[Curve]:
    """An exponential fall from a start of one's own to a share of it, at a rate of one's own."""
    first, floor = pooled.means[0], min(pooled.means)
    share = floor / first
    deviation = min(recovery.number("later_spread") / first, 0.98 * math.sqrt(share * (1 - share)))
    size = share * (1 - share) / deviation**2 - 1
    start, left = starts(recovery, first), beta(share * size, (1 - share) * size)
    six = max((pooled.means[1] - floor) / (first - floor), 0.05)
    usual = -math.log(six) / (7 * pooled.weeks[1])
    pace = NormalDist(0, recovery.parameters["pace_log_spread"].values[0])
    for point in spread(n, 3):
        yield _falling(start(point[1]), left(point[0]), usual * math.exp(pace.inv_cdf(point[2])))


def beta(a: float, b: float) -> Callable[[float], float]:
    """From a coordinate to a share: the quantiles of a beta distribution.

    By the trapezoid rule over log odds, where the density is smooth and falls off at both ends.
    """
    low, high = max(-_TAIL / a, -_FARTHEST), min(_TAIL / b, _FARTHEST)
    odds = [low + (high - low) * knot / _KNOTS for knot in range(_KNOTS + 1)]
    logs = [-math.log1p(math.exp(-one)) for one in odds]
    density = [math.exp((a + b) * log - b * one) for log, one in zip(logs, odds, strict=True)]
    below = list(accumulate((one + other for one, other in pairwise(density)), initial=0.0))
    shares: list[float] = [math.exp(log) for log in logs]

    def quantile(at: float) -> float:
        wanted = at * below[-1]
        above = min(max(bisect_left(below, wanted), 1), _KNOTS)
        part = (wanted - below[above - 1]) / (below[above] - below[above - 1])
        return shares[above - 1] + part * (shares[above] - shares[above - 1])

    return quantile


def _paces(recovery: Recovery, pooled: PooledCurve, n: int, spread: Spread) -> Iterator[Curve]:
    """The pooled curve, log-linear between its points and beyond, at a pace of one's own."""
    days = [7 * week for week in pooled.weeks]
    logs = [math.log(mean / pooled.means[0]) for mean in pooled.means]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(zip(days, logs, strict=True))]
    turns = days[1:-1]

    def at_pace(start: float, pace: float) -> Curve:
        def level(day: float) -> float:
            own = pace * day
            leg = bisect_right(turns, own)
            return start * math.exp(logs[leg] + slopes[leg] * (own - days[leg]))

        return level

    start = starts(recovery, pooled.means[0])
    pace = NormalDist(0, recovery.parameters["pace_log_spread"].values[1])
    for point in spread(n, 2):
        yield at_pace(start(point[1]), math.exp(pace.inv_cdf(point[0])))


# -------------------------------------------------------------------- agreement with what was published


def _fitted(
    recovery: Recovery, pooled: PooledCurve, curves: Sequence[Curve], recovered: Sequence[float]
) -> tuple[float, ...]:
    """Weights nearest to equal under which the members agree with what was published.

    Minimises log E exp(lambda (f - target)) + (error lambda)^2 / 2: exact agreement for an error of
    0, less where the published figure is itself uncertain.
    """
    gaps, errors = [], []
    for week, mean, low, high in zip(
        pooled.weeks, pooled.means, pooled.lows, pooled.highs, strict=True
    ):
        gaps.append([(curve(7 * week) - mean) / _HIGHEST for curve in curves])
        errors.append((high - low) / (2 * _Z95 * _HIGHEST))
    for share in recovery.shares.values():
        if pooled.stage == "acute" and share.fits == pooled.family:
            gaps.append([(day <= share.by_days) - share.share for day in recovered])
            errors.append(recovery.number("share_fit_error"))
    return _tilted(gaps, [error**2 for error in errors])


def _tilted(gaps: Sequence[Sequence[float]], slack: Sequence[float]) -> tuple[float, ...]:
    """Newton's method on the pulls of the gaps; `slack` is the square of each error."""
    rows, pull = list(zip(*gaps, strict=True)), [0.0] * len(gaps)
    weight: list[float] = []
    for _ in range(_NEWTON_STEPS):
        weight = normalised([_dot(pull, row) for row in rows])
        means = [_dot(weight, gap) for gap in gaps]
        slope = [mean + by * one for mean, by, one in zip(means, slack, pull, strict=True)]
        curvature = [
            [_dot(own, other) - mean * also for other, also in zip(gaps, means, strict=True)]
            for own, mean in zip((list(map(mul, weight, gap)) for gap in gaps), means, strict=True)
        ]
        for place, by in enumerate(slack):
            curvature[place][place] += by
        step = _solved(curvature, slope)
        short = min(1.0, 5.0 / max(1e-9, *map(abs, step)))
        pull = [one - short * by for one, by in zip(pull, step, strict=True)]
        if max(map(abs, slope)) < 1e-8:
            break
    return tuple(weight)


def normalised(logs: Sequence[float]) -> list[float]:
    """Weights that sum to 1 from their logarithms, up to a constant."""
    most = max(logs)
    weight = [math.exp(one - most) for one in logs]
    total = sum(weight)
    return [one / total for one in weight]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    found: float = sum(map(mul, one, other))
    return found


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a positive definite system, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for place, pivot in enumerate(rows):
        for row in rows[:place] + rows[place + 1 :]:
            by = row[place] / pivot[place]
            row[place:] = [a - by * b for a, b in zip(row[place:], pivot[place:], strict=True)]
    return [row[-1] / row[place] for place, row in enumerate(rows)]

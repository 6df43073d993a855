"""An ensemble of recovery curves drawn from published cohorts, and weighted to agree with them.

Three accounts of the same thing: the trajectory classes of one cohort, and the shapes of two pooled
curves, an exponential fall to a plateau of one's own (`wallwork`) and the pooled curve at a pace of
one's own (`costa`). The members of a pooled family are weighted as little as possible so that their
mean, and the share that has recovered, come out as published, within the published error.

Levels are points of 0-100. They are kept as the square root of level plus an offset: on that scale
one person's ups and downs are about the same size at every level.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lumbago.knowledge.recovery import PooledCurve, Recovery, Stage, TrajectoryClass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

CLASSES: Final = "classes"
_NEWTON_STEPS: Final = 60
_HIGHEST: Final = 100.0
_Z95: Final = 1.96


@dataclass(frozen=True, slots=True)
class Scale:
    """The square-root scale on which ups and downs are alike at every level."""

    offset: float

    def forth(self, level: Floats) -> Floats:
        """Points of 0-100 to the scale."""
        import numpy as np

        root: Floats = np.sqrt(np.clip(level, 0, _HIGHEST) + self.offset)
        return root

    def back(self, root: Floats) -> Floats:
        """The scale to points of 0-100; what lies below 0 is 0."""
        import numpy as np

        level: Floats = np.clip(np.square(np.maximum(root, 0)) - self.offset, 0, _HIGHEST)
        return level

    def spread(self, points: float) -> float:
        """A standard deviation in points at a level of 50, on this scale."""
        return points / (2 * math.sqrt(_HIGHEST / 2 + self.offset))


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Curves of one stage: `roots[i, d]` is member i on day d of its own clock, on the scale.

    `from_entry` says whose clock starts with the first score, not with the onset. `recovered` is the
    first of the days in a row that make a recovery (infinite: never), `weight` sums to 1.
    """

    stage: Stage
    scale: Scale
    family: NDArray[np.intp]
    roots: Floats
    from_entry: NDArray[np.bool_]
    recovered: Floats
    weight: Floats
    families: tuple[str, ...]

    def on(self, days: Floats, entry: float) -> Floats:
        """Every member on some days after the onset, where the first score came on day `entry`."""
        import numpy as np

        last = self.roots.shape[1] - 1
        own = np.clip(np.rint(days), 0, last).astype(np.intp)
        later = np.clip(np.rint(days - entry), 0, last).astype(np.intp)
        # members are kept with those on the clock of the onset first
        turn = int(np.count_nonzero(~self.from_entry))
        return np.concatenate([self.roots[:turn, own], self.roots[turn:, later]])

    def recovery_day(self, entry: float) -> Floats:
        """The day after the onset on which each member recovers."""
        import numpy as np

        return np.where(self.from_entry, self.recovered + entry, self.recovered)

    def mean(self, day: float) -> float:
        """The mean level on a day of the members' own clock, as the members are weighted."""
        import numpy as np

        return float(self.weight @ self.scale.back(self.roots[:, int(np.rint(day))]))


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
    rng: np.random.Generator,
    families: Sequence[str] | None = None,
    members: int | None = None,
) -> Ensemble:
    """Draw the members of a stage, of all its families or of some.

    Raises `KeyError` for a family that the stage does not have.
    """
    import numpy as np

    wanted = sorted(families or families_of(recovery, stage), key=lambda name: name != "costa")
    known = set(families_of(recovery, stage))
    for name in wanted:
        if name not in known:
            raise KeyError(name)
    each = int(members or recovery.number("members")) // len(wanted)
    days = np.arange(recovery.number("last_day") + 1)
    levels, weights, entries = [], [], []
    for name in wanted:
        drawn, on_entry, weight = _family(recovery, stage, name, each, days, rng)
        levels.append(drawn)
        entries.append(np.full(each, on_entry))
        weights.append(weight / len(wanted))
    scale = Scale(recovery.number("scale_offset"))
    level = np.concatenate(levels)
    return Ensemble(
        stage=stage,
        scale=scale,
        family=np.repeat(np.arange(len(wanted)), each),
        roots=scale.forth(level).astype(np.float32),
        from_entry=np.concatenate(entries),
        recovered=recovered_day(level, recovery),
        weight=np.concatenate(weights),
        families=tuple(wanted),
    )


def recovered_day(levels: Floats, recovery: Recovery) -> Floats:
    """Per curve, the first day of the first days in a row at or below recovery; infinite if none."""
    import numpy as np

    need = int(recovery.number("recovered_for_days"))
    low = np.cumsum(levels <= recovery.number("recovered_at_most") + 1e-6, axis=1)
    low = np.concatenate([np.zeros((len(low), 1), low.dtype), low], axis=1)
    run: NDArray[np.bool_] = low[:, need:] - low[:, :-need] == need
    return np.where(run.any(axis=1), run.argmax(axis=1), np.inf)


def _family(
    recovery: Recovery, stage: Stage, name: str, n: int, days: Floats, rng: np.random.Generator
) -> tuple[Floats, bool, Floats]:
    """The levels of a family, whether its clock starts on entry, and its weights."""
    import numpy as np

    if name == CLASSES:
        return _classes(recovery, n, days, rng), True, np.full(n, 1 / n)
    curve = next(c for c in recovery.curves.values() if (c.family, c.stage) == (name, stage))
    draw: Callable[..., Floats] = _plateaus if curve.origin == "entry" else _paces
    levels = draw(recovery, curve, n, days, rng)
    return levels, curve.origin == "entry", _fitted(recovery, curve, levels)


def starts(recovery: Recovery, mean: float, n: int, rng: np.random.Generator) -> Floats:
    """Levels at the start: normal, drawn again while outside what people bring to care."""
    import numpy as np

    spread, lowest = recovery.number("start_spread"), recovery.number("lowest_start")
    drawn = rng.normal(mean, spread, n)
    while (outside := (drawn < lowest) | (drawn > _HIGHEST)).any():
        drawn[outside] = rng.normal(mean, spread, int(outside.sum()))
    found: Floats = np.asarray(drawn)
    return found


def _classes(recovery: Recovery, n: int, days: Floats, rng: np.random.Generator) -> Floats:
    import numpy as np

    classes = list(recovery.classes.values())
    people = np.array([one.people for one in classes], float)
    which = rng.choice(len(classes), n, p=people / people.sum())
    start = starts(recovery, recovery.number("classes_start"), n, rng)
    levels = np.empty((n, len(days)))
    for index, one in enumerate(classes):
        rows = np.flatnonzero(which == index)
        levels[rows] = _of_class(one, start[rows], days, recovery, rng)
    return np.clip(levels, 0, _HIGHEST)


def _of_class(
    one: TrajectoryClass, start: Floats, days: Floats, recovery: Recovery, rng: np.random.Generator
) -> Floats:
    import numpy as np

    n = len(start)
    if one.recovers_days:
        # straight on a logarithmic scale, so that the level of recovery is met on that day
        soonest, latest = one.recovers_days
        day = np.exp(_between((math.log(soonest), math.log(latest)), n, rng))
        fall = np.log(np.maximum(start / recovery.number("recovered_at_most"), 1.5)) / day
        falling: Floats = start[:, None] * np.exp(-fall[:, None] * days)
        return falling
    settles = _between(one.settles_days, n, rng)[:, None]
    residual = _between(one.residual, n, rng)[:, None]
    level: Floats = start[:, None] * (residual + (1 - residual) * np.exp(-3 * days / settles))
    if one.swing:
        size = _between(one.swing, n, rng)[:, None]
        period = _between(one.period_days, n, rng)[:, None]
        phase = rng.uniform(0, 2 * np.pi, n)[:, None]
        level = level * (1 + size * np.sin(2 * np.pi * days / period + phase))
    return level


def _between(bounds: tuple[float, ...], n: int, rng: np.random.Generator) -> Floats:
    low, high = bounds
    found: Floats = rng.uniform(low, high, n)
    return found


def _plateaus(
    recovery: Recovery, curve: PooledCurve, n: int, days: Floats, rng: np.random.Generator
) -> Floats:
    """An exponential fall from a start of one's own to a share of it, at a rate of one's own."""
    import numpy as np

    first, floor = curve.means[0], min(curve.means)
    share = floor / first
    spread = min(recovery.number("later_spread") / first, 0.98 * math.sqrt(share * (1 - share)))
    size = share * (1 - share) / spread**2 - 1
    start = starts(recovery, first, n, rng)[:, None]
    left = rng.beta(share * size, (1 - share) * size, n)[:, None]
    six = max((curve.means[1] - floor) / (first - floor), 0.05)
    usual = -math.log(six) / (7 * curve.weeks[1])
    rate = usual * np.exp(rng.normal(0, recovery.parameters["pace_log_spread"].values[0], n))
    levels: Floats = start * (left + (1 - left) * np.exp(-rate[:, None] * days))
    return levels


def _paces(
    recovery: Recovery, curve: PooledCurve, n: int, days: Floats, rng: np.random.Generator
) -> Floats:
    """The pooled curve, log-linear between its points, at a pace of one's own."""
    import numpy as np

    at, logs = 7 * np.array(curve.weeks, float), np.log(np.array(curve.means) / curve.means[0])
    slope = (logs[-1] - logs[-2]) / (at[-1] - at[-2])
    pace = np.exp(rng.normal(0, recovery.parameters["pace_log_spread"].values[1], n))
    start = starts(recovery, curve.means[0], n, rng)
    own = pace[:, None] * days
    beyond = slope * np.maximum(own - at[-1], 0)
    levels: Floats = start[:, None] * np.exp(np.interp(own, at, logs) + beyond)
    return levels


def _fitted(recovery: Recovery, curve: PooledCurve, levels: Floats) -> Floats:
    """Weights nearest to equal under which the members agree with what was published.

    Minimises log E exp(lambda (f - target)) + (error lambda)^2 / 2: exact agreement for an error of
    0, less where the published figure is itself uncertain.
    """
    import numpy as np

    features, targets, errors = [], [], []
    for week, mean, low, high in zip(
        curve.weeks, curve.means, curve.lows, curve.highs, strict=True
    ):
        features.append(levels[:, 7 * week] / _HIGHEST)
        targets.append(mean / _HIGHEST)
        errors.append((high - low) / (2 * _Z95 * _HIGHEST))
    recovered = recovered_day(levels, recovery)
    for share in recovery.shares.values():
        if curve.stage == "acute" and share.fits == curve.family:
            features.append((recovered <= share.by_days).astype(float))
            targets.append(share.share)
            errors.append(recovery.number("share_fit_error"))
    return _tilted(np.stack(features, axis=1) - np.array(targets), np.array(errors))


def _tilted(gaps: Floats, errors: Floats) -> Floats:
    import numpy as np

    pull = np.zeros(gaps.shape[1])
    for _ in range(_NEWTON_STEPS):
        logs = gaps @ pull
        weight = np.exp(logs - logs.max())
        weight /= weight.sum()
        mean = weight @ gaps
        slope = mean + errors**2 * pull
        curvature = (gaps * weight[:, None]).T @ gaps - np.outer(mean, mean) + np.diag(errors**2)
        step = np.linalg.solve(curvature, slope)
        pull -= step * min(1.0, 5.0 / max(1e-9, float(np.abs(step).max())))
        if float(np.abs(slope).max()) < 1e-8:
            break
    found: Floats = weight
    return found

"""The part of `lumbago kb check` that reads the expected course: cited, in range, and complete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lumbago.errors import Position, Problem, did_you_mean
from lumbago.evidence import Citation
from lumbago.knowledge.check_words import Check, listed
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.recovery import PooledCurve, Recovery, TrajectoryClass

_HIGHEST: Final = 100
_ROUNDING: Final = 1e-9


def cited(recovery: Recovery) -> Iterator[tuple[str, Position, tuple[Citation, ...]]]:
    """Everything of the expected course that must have a source, with its citations."""
    for curve in recovery.curves.values():
        yield f"curve '{curve.id}'", curve.position, curve.sources
        yield f"curve '{curve.id}', intervals", curve.position, curve.interval_sources
    for class_ in recovery.classes.values():
        yield f"class '{class_.id}'", class_.position, class_.sources
        yield f"class '{class_.id}', shape", class_.position, class_.shape_sources
    for factor in recovery.factors.values():
        yield f"factor '{factor.id}'", factor.position, factor.sources
        yield f"factor '{factor.id}', odds", factor.position, factor.odds_sources
    for share in recovery.shares.values():
        yield f"share '{share.id}'", share.position, share.sources
    for change in recovery.changes.values():
        yield f"change '{change.id}'", change.position, change.sources
    for limit in recovery.limits.values():
        yield f"limit '{limit.id}'", limit.position, limit.sources
    for parameter in recovery.parameters.values():
        yield f"parameter '{parameter.id}'", parameter.position, parameter.sources
    for number in recovery.comparison.values():
        yield f"number '{number.id}'", number.position, number.sources
    for arm in recovery.arms.values():
        yield f"arm '{arm.id}'", arm.position, arm.sources


@listed
def curves_can_be_drawn(knowledge: Knowledge) -> Iterator[Problem]:
    """Every published curve, class and share of recovery can be drawn."""
    recovery = knowledge.recovery
    for curve in recovery.curves.values():
        yield from _curve(curve)
    for class_ in recovery.classes.values():
        yield from _class(class_)
    families = {curve.family for curve in recovery.curves.values()}
    for share in recovery.shares.values():
        if not 0 <= share.share <= 1:
            said = f"share '{share.id}' must be between 0 and 1."
            yield Problem(said, str(share.position), "Use 0.25 for 25 %.")
        if share.fits and share.fits not in families:
            said = f"share '{share.id}' fits '{share.fits}', which is no family of curves."
            yield Problem(said, str(share.position), f"Use one of: {', '.join(sorted(families))}.")
    for factor in recovery.factors.values():
        if factor.odds <= 0:
            said = f"factor '{factor.id}' needs odds above 0."
            yield Problem(said, str(factor.position), "1 changes nothing; 2 doubles the odds.")


@listed
def comparisons_can_be_made(knowledge: Knowledge) -> Iterator[Problem]:
    """Every arm of a comparison is a measure or none, and its numbers fit."""
    recovery = knowledge.recovery
    for arm in recovery.arms.values():
        if arm.measure and arm.measure not in knowledge.care.measures:
            said = f"arm '{arm.id}' stands for '{arm.measure}', which is no measure."
            hint = did_you_mean(arm.measure, knowledge.care.measures)
            hint = hint or "Name a measure of kb/measures."
            yield Problem(said, str(arm.position), hint)
    if not recovery.comparison:
        return
    sure = recovery.comparison["sure_enough"]
    if not 0.5 < sure.values[0] < 1:
        yield Problem(
            "'sure_enough' must be a share above one half.", str(sure.position), "Use 0.8."
        )
    spreads, weights = (recovery.comparison[f"prior_arm_{name}"] for name in ("spread", "weights"))
    if len(spreads.values) != len(weights.values) or abs(sum(weights.values) - 1) > _ROUNDING:
        said = "'prior_arm_weights' needs a weight for each spread, and a sum of 1."
        yield Problem(said, str(weights.position), "For example [0.75, 0.25].")


def _curve(curve: PooledCurve) -> Iterator[Problem]:
    where = str(curve.position)
    points = (curve.means, curve.lows, curve.highs)
    if any(len(values) != len(curve.weeks) for values in points) or len(curve.weeks) < 2:
        said = f"curve '{curve.id}' needs a mean, a low and a high for each of two weeks or more."
        yield Problem(said, where, "Add the missing ones.")
        return
    if curve.weeks[0] != 0 or list(curve.weeks) != sorted(set(curve.weeks)):
        yield Problem(f"curve '{curve.id}' needs rising weeks from 0.", where, "Sort them.")
    for low, mean, high in zip(curve.lows, curve.means, curve.highs, strict=True):
        if not 0 < low <= mean <= high <= _HIGHEST:
            said = (
                f"curve '{curve.id}': {low:g} to {mean:g} to {high:g} is no mean with its interval."
            )
            yield Problem(said, where, "Use points of 0-100, low first.")


def _class(class_: TrajectoryClass) -> Iterator[Problem]:
    where = str(class_.position)
    if bool(class_.recovers_days) == bool(class_.residual):
        said = f"class '{class_.id}' either recovers or settles at a residual."
        yield Problem(said, where, "Give `recovers_days`, or `settles_days` and `residual`.")
    if bool(class_.residual) != bool(class_.settles_days):
        said = f"class '{class_.id}' needs `settles_days` with its `residual`."
        yield Problem(said, where, "Give both.")
    for name in ("recovers_days", "settles_days", "residual", "swing", "period_days"):
        values = getattr(class_, name)
        if values and not (len(values) == 2 and 0 < values[0] <= values[1]):
            said = f"class '{class_.id}': {name} must be two numbers above 0, the lower first."
            yield Problem(said, where, "Write, for example, [3, 14].")


RECOVERY_CHECKS: Final[tuple[Check, ...]] = (curves_can_be_drawn, comparisons_can_be_made)
"""The checks of the expected course, in the order in which they are printed."""

"""How the files of the expected course are written, and how they become `recovery.Recovery`.

Conditions are text in the files and expressions in the model; everything else is the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from lumbago.errors import Position
from lumbago.evidence import Citation
from lumbago.expr import Expr
from lumbago.knowledge import recovery


@dataclass(frozen=True, slots=True)
class RawFactor:
    """A prognostic factor as written."""

    id: str
    odds: float
    sources: tuple[Citation, ...]
    odds_sources: tuple[Citation, ...]
    when: str = ""


@dataclass(frozen=True, slots=True)
class RawLimit:
    """A limit as written."""

    id: str
    when: str
    sources: tuple[Citation, ...]


SHAPES: Final[dict[str, tuple[str, type[Any]]]] = {
    "recovery/curves.yaml": ("recovery_curves", recovery.PooledCurve),
    "recovery/classes.yaml": ("recovery_classes", recovery.TrajectoryClass),
    "recovery/shares.yaml": ("recovery_shares", recovery.CohortShare),
    "recovery/factors.yaml": ("recovery_factors", RawFactor),
    "recovery/changes.yaml": ("recovery_changes", recovery.ImportantChange),
    "recovery/limits.yaml": ("recovery_limits", RawLimit),
    "recovery/parameters.yaml": ("recovery_parameters", recovery.RecoveryParameter),
    "recovery/comparison.yaml": ("comparison_numbers", recovery.RecoveryParameter),
    "recovery/arms.yaml": ("comparison_arms", recovery.ComparisonArm),
}
"""Which file holds which kind, and the shape of its entries."""


def recovery_of(
    unique: Callable[[str], Mapping[str, tuple[Any, Position]]],
    expression: Callable[[str, Position], Expr],
) -> recovery.Recovery:
    """The model from what was read: `unique` gives the entries of a kind by id."""

    def plain(kind: str) -> Mapping[str, Any]:
        return MappingProxyType({id_: entry for id_, (entry, _) in unique(kind).items()})

    factors = {
        id_: recovery.PrognosticFactor(
            id=id_,
            odds=raw.odds,
            sources=raw.sources,
            odds_sources=raw.odds_sources,
            when=expression(raw.when, position) if raw.when else None,
            position=position,
        )
        for id_, (raw, position) in unique("recovery_factors").items()
    }
    limits = {
        id_: recovery.CourseLimit(id_, expression(raw.when, position), raw.sources, position)
        for id_, (raw, position) in unique("recovery_limits").items()
    }
    return recovery.Recovery(
        curves=plain("recovery_curves"),
        classes=plain("recovery_classes"),
        shares=plain("recovery_shares"),
        factors=MappingProxyType(factors),
        changes=plain("recovery_changes"),
        limits=MappingProxyType(limits),
        parameters=plain("recovery_parameters"),
        comparison=plain("comparison_numbers"),
        arms=plain("comparison_arms"),
    )

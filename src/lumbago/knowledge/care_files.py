"""How the files of what to do are written, and how they become `care.Care`.

Conditions are text in the files and expressions in the model; everything else is the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

from lumbago.errors import Position
from lumbago.evidence import Citation
from lumbago.expr import Expr
from lumbago.knowledge import care

Entries = Mapping[str, tuple[Any, Position]]


@dataclass(frozen=True, slots=True)
class RawMeasure:
    """A measure as written."""

    id: str
    kind: care.MeasureKind
    offer: care.Offer
    certainty: care.Certainty
    sources: tuple[Citation, ...]
    agents: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    dosages: tuple[care.Dosage, ...] = ()
    effects: tuple[care.Effect, ...] = ()
    picture: str = ""
    next: str = ""
    back: str = ""
    named_by: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    eases: str = ""
    only_if: str = ""
    one_minute: bool = False
    parts: tuple[str, ...] = ()
    short: tuple[care.Dosage, ...] = ()
    pictures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawSafetyRow:
    """A safety row as written."""

    id: str
    agents: tuple[str, ...]
    when: str
    action: care.SafetyAction
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class RawHabit:
    """A habit as written."""

    id: str
    strength: care.Certainty
    works: care.Certainty
    sources: tuple[Citation, ...]
    when: str = ""
    measures: tuple[str, ...] = ()
    effects: tuple[care.Effect, ...] = ()
    named_by: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


SHAPES: Final[dict[str, tuple[str, type[Any]]]] = {
    "measures/": ("measures", RawMeasure),
    "medicines/": ("medicines", care.Medicine),
    "safety/": ("safety", RawSafetyRow),
    "prevention/": ("habits", RawHabit),
    "care/stages.yaml": ("stages", care.Stage),
    "care/interactions.yaml": ("interactions", care.Interaction),
    "care/intakes.yaml": ("intakes", care.Intake),
    "care/guidelines.yaml": ("guidelines", care.GuidelinePosition),
    "care/limits.yaml": ("limits", care.CareLimit),
}
"""Which files hold which shape: start of the path under kb/ -> (kind, shape of one entry)."""

NESTED: Final[tuple[type[Any], ...]] = (care.Dosage, care.Effect, care.Label)

_CONDITIONS: Final = frozenset({"only_if", "eases", "when"})
_MADE_OF: Final[dict[type[Any], type[Any]]] = {
    RawMeasure: care.Measure,
    RawSafetyRow: care.SafetyRow,
    RawHabit: care.Habit,
}


def care_of(
    entries: Callable[[str], Entries], expression: Callable[[str, Position], Expr]
) -> care.Care:
    """Everything that the plan draws on, from the entries of each kind."""

    def built(kind: str) -> Mapping[str, Any]:
        found = {id_: _made(*pair, expression) for id_, pair in entries(kind).items()}
        return MappingProxyType(found)

    return care.Care(**{one.name: built(one.name) for one in fields(care.Care)})


def _made(raw: Any, position: Position, expression: Callable[[str, Position], Expr]) -> Any:
    made = _MADE_OF.get(type(raw))
    if made is None:
        return raw
    values: dict[str, Any] = {}
    for one in fields(raw):
        value = getattr(raw, one.name)
        if one.name in _CONDITIONS:
            value = expression(value, position) if value else None
        elif isinstance(value, dict):
            value = MappingProxyType(value)
        values[one.name] = value
    return made(**values, position=position)

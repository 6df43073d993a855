"""What there is to look at in the care: every entry, number, condition and text, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from lumbago.errors import Position
from lumbago.evidence import Citation
from lumbago.expr import Expr
from lumbago.knowledge.care import Care, Dosage, Effect, Label, Medicine


class Entry(Protocol):
    """Anything with an id, a place and sources."""

    @property
    def id(self) -> str:  # noqa: D102
        ...

    @property
    def position(self) -> Position:  # noqa: D102
        ...

    @property
    def sources(self) -> tuple[Citation, ...]:  # noqa: D102
        ...


def kinds(care: Care) -> tuple[tuple[str, Mapping[str, Entry]], ...]:
    """Every kind of entry with what it is called."""
    return (
        ("stage", care.stages),
        ("measure", care.measures),
        ("medicine", care.medicines),
        ("safety row", care.safety),
        ("interaction", care.interactions),
        ("habit", care.habits),
        ("intake", care.intakes),
        ("guideline position", care.guidelines),
        ("limit", care.limits),
    )


def cited(care: Care) -> Iterator[tuple[str, Position, tuple[Citation, ...]]]:
    """Everything of the care that must have a source: entries, and every number by itself."""
    for kind, entries in kinds(care):
        for entry in entries.values():
            yield f"{kind} '{entry.id}'", entry.position, entry.sources
    for owner, at, dosage in dosages(care):
        yield f"{owner}, dosage of '{dosage.stage}'", at, dosage.sources
    for owner, at, effect in effects(care):
        yield f"{owner}, effect '{effect.id}'", at, effect.sources
    for medicine, label in labels(care):
        owner = f"medicine '{medicine.id}', label of {label.country}"
        yield owner, medicine.position, label.sources


def dosages(care: Care) -> Iterator[tuple[str, Position, Dosage]]:
    """Every dosage, with whose it is and where."""
    for measure in care.measures.values():
        for dosage in (*measure.dosages, *measure.short):
            yield f"measure '{measure.id}'", measure.position, dosage


def effects(care: Care) -> Iterator[tuple[str, Position, Effect]]:
    """Every result of a study, with whose it is and where."""
    for measure in care.measures.values():
        yield from ((f"measure '{measure.id}'", measure.position, e) for e in measure.effects)
    for medicine in care.medicines.values():
        yield from ((f"medicine '{medicine.id}'", medicine.position, e) for e in medicine.effects)
    for habit in care.habits.values():
        yield from ((f"habit '{habit.id}'", habit.position, e) for e in habit.effects)


def labels(care: Care) -> Iterator[tuple[Medicine, Label]]:
    """Every label of every medicine."""
    for medicine in care.medicines.values():
        yield from ((medicine, label) for label in medicine.labels)


def conditions(care: Care) -> Iterator[Expr]:
    """Every condition that a step of the plan depends on."""
    for measure in care.measures.values():
        yield from (expr for expr in (measure.only_if, measure.eases) if expr is not None)
    yield from (row.when for row in care.safety.values())
    yield from (habit.when for habit in care.habits.values() if habit.when is not None)


def wanted_words(care: Care) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Kind of words, id, whose they are, and the keys that they must have (none: one text)."""
    for measure in care.measures.values():
        keys = ["name", "how", "why", "evidence"]
        keys += ["stop_if"] if measure.dosages else []
        yield "measures", measure.id, str(measure.position), tuple(keys)
    for medicine in care.medicines.values():
        keys = ["name", "why", "evidence"]
        keys += ["how", "stop_if"] if medicine.offer in ("default", "choice") else []
        yield "medicines", medicine.id, str(medicine.position), tuple(keys)
    for habit in care.habits.values():
        yield "habits", habit.id, str(habit.position), ("name", "do", "why", "evidence")
    for row in care.safety.values():
        yield "safety", row.id, str(row.position), ()
    for one in care.interactions.values():
        yield "interactions", one.id, str(one.position), ()
    for stage in care.stages.values():
        yield "stages", stage.id, str(stage.position), ("name", "plain")
    for limit in care.limits.values():
        yield "limits", limit.id, str(limit.position), ()
    for intake in care.intakes.values():
        yield "nutrients", intake.nutrient, str(intake.position), ("name", "food", "evidence")
    for says in care.guidelines.values():
        yield "guidelines", says.guideline, str(says.position), ("name", "scope")
    for _, at, effect in effects(care):
        yield "effects", effect.id, str(at), ()
        yield "figures", effect.measure, str(at), ()

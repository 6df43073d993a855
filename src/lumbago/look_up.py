"""Everything known of one entry of what to do, as rows to print, with who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lumbago.evidence import Citation
from lumbago.expr import Expr, literals, show
from lumbago.knowledge.care import Dosage, Effect, Habit, Label, Measure, Medicine
from lumbago.knowledge.care_parts import Entry, kinds
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import from_base

Rows = list[tuple[str, str]]

_WORDS: Final = {
    "stage": "stages",
    "measure": "measures",
    "medicine": "medicines",
    "safety row": "safety",
    "interaction": "interactions",
    "habit": "habits",
    "limit": "limits",
}
_PLAIN: Final = frozenset({"id", "position", "sources", "effects", "dosages", "short", "labels"})


@dataclass(frozen=True, slots=True)
class Found:
    """One entry: what kind it is, its rows (name and text), and its sources."""

    kind: str
    rows: Rows
    sources: tuple[Citation, ...]


def ids(knowledge: Knowledge) -> Iterator[str]:
    """The id of every entry of what to do."""
    for _, entries_ in kinds(knowledge.care):
        yield from entries_


def entries(knowledge: Knowledge, id_: str) -> Iterator[Found]:
    """Every entry of what to do that has this id."""
    for kind, entries_ in kinds(knowledge.care):
        entry = entries_.get(id_)
        if entry is not None:
            rows = [*_said(knowledge, kind, id_), *_fields(knowledge, entry)]
            if isinstance(entry, Measure):
                rows += [("when", dosage_text(d)) for d in entry.dosages]
                rows += [("in a minute", dosage_text(d)) for d in entry.short]
            if isinstance(entry, Medicine):
                rows += [("label", _label_text(label)) for label in entry.labels]
            if isinstance(entry, Measure | Medicine | Habit):
                rows += [("found", _effect_text(knowledge, effect)) for effect in entry.effects]
            if isinstance(entry, Measure | Medicine):
                rows += _against(knowledge, entry)
            yield Found(kind, [*rows, ("file", f"kb/{entry.position}")], entry.sources)


def decided_by(knowledge: Knowledge, finding: str) -> list[str]:
    """The safety rows, measures and habits that depend on the answer to a question."""
    terms = knowledge.term_expressions
    care = knowledge.care
    depends: list[tuple[str, Expr | None]] = [
        *((row.id, row.when) for row in care.safety.values()),
        *((measure.id, measure.only_if) for measure in care.measures.values()),
        *((measure.id, measure.eases) for measure in care.measures.values()),
        *((habit.id, habit.when) for habit in care.habits.values()),
    ]
    return [
        id_
        for id_, when in depends
        if when is not None and any(part.finding == finding for part, _ in literals(when, terms))
    ]


def _words(knowledge: Knowledge, kind: str, id_: str) -> Any:
    return knowledge.words.get("en", {}).get(kind, {}).get(id_, "")


def _said(knowledge: Knowledge, kind: str, id_: str) -> Iterator[tuple[str, str]]:
    words = _words(knowledge, _WORDS.get(kind, ""), id_)
    if isinstance(words, str):
        yield from (("says", words),) if words else ()
        return
    for key, text in words.items():
        lines = [text] if isinstance(text, str) else list(text)
        yield from ((key.replace("_", " ") if not i else "", s) for i, s in enumerate(lines))


def _fields(knowledge: Knowledge, entry: Entry) -> Iterator[tuple[str, str]]:
    for name in getattr(entry, "__dataclass_fields__", ()):
        value = getattr(entry, name)
        if name not in _PLAIN and value:
            yield name.replace("_", " "), _text(knowledge, value)


def _text(knowledge: Knowledge, value: Any) -> str:
    if isinstance(value, Expr):
        return _condition(knowledge, value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return str(value)


def _condition(knowledge: Knowledge, expr: Expr) -> str:
    def in_unit(finding: str, value: int) -> object:
        unit = knowledge.findings[finding].unit
        return from_base(value, unit) if unit else value

    return show(expr, in_unit)


def _span(span: tuple[int, int]) -> str:
    low, high = span
    return str(high) if low == high else f"{low} to {high}"


def dosage_text(dosage: Dosage) -> str:
    """A dosage in one line: minutes, counts and gaps, those that apply."""
    parts = [
        (dosage.sets, "{} sets"),
        (dosage.repetitions, "{} times each side" if dosage.each_side else "{} times"),
        (dosage.hold_seconds, "hold {} seconds"),
        (dosage.minutes, "{} minutes"),
        (dosage.per_day, "{} a day"),
    ]
    said = [text.format(_span(span)) for span, text in parts if span[1]]
    said += [f"at least {dosage.gap_minutes} minutes apart"] if dosage.gap_minutes else []
    said += [f"at most {dosage.most_days} days"] if dosage.most_days else []
    return f"{dosage.stage}: {', '.join(said)}"


def _label_text(label: Label) -> str:
    return (
        f"{label.country}: {_span(label.dose)} mg, at least {label.interval_minutes / 60:g} hours "
        f"apart, at most {label.most_per_day} mg a day and {label.most_days} days, from age "
        f"{label.youngest} ({', '.join(label.products)}; {label.version}, {label.dated})"
    )


def _effect_text(knowledge: Knowledge, effect: Effect) -> str:
    interval = "" if effect.low is None else f" ({effect.low:g} to {effect.high:g})"
    people = f", {effect.people} people" if effect.people else ""
    sure = ", ".join(sorted({citation.confidence for citation in effect.sources}))
    says = str(_words(knowledge, "effects", effect.id))
    figure = f"{effect.measure} {effect.value:g}{interval}{people}"
    return f"{says} [{figure}; {effect.certainty} certainty; {sure}]"


def _against(knowledge: Knowledge, entry: Measure | Medicine) -> Iterator[tuple[str, str]]:
    carried = frozenset(entry.agents)
    for row in knowledge.care.safety.values():
        if carried & frozenset(row.agents):
            says = _words(knowledge, "safety", row.id)
            yield row.action, f"{row.id}: {_condition(knowledge, row.when)}. {says}"
    for one in knowledge.care.interactions.values():
        if one.first in carried or one.second in carried:
            yield "apart", f"{one.id}: {_words(knowledge, 'interactions', one.id)}"
    yield from (("guideline", text) for text in _guidelines(knowledge, entry.id))


def _guidelines(knowledge: Knowledge, measure: str) -> Iterable[str]:
    for says in knowledge.care.guidelines.values():
        if says.measure == measure:
            name = _words(knowledge, "guidelines", says.guideline)
            shown = name["name"] if isinstance(name, Mapping) else says.guideline
            yield f"{shown}: {says.says.replace('_', ' ')} ({says.sources[0].confidence})"

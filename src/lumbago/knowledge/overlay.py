"""Overlays: the shipped rules with a few changes, to ask what these would do to people.

An overlay is a file of its own, read as strictly as `kb/`. What it makes is a `Knowledge` that carries
the overlay's title and another hash: nothing that takes a person in can be made of it, and it cannot
be kept as a snapshot. Only the executors of the rules and the proofs work on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar

from pydantic import ConfigDict, with_config

from lumbago.errors import InputError, Position, Problem, did_you_mean
from lumbago.expr import (
    And,
    AtLeast,
    Compare,
    Expr,
    Not,
    Or,
    Yes,
    children,
    literals,
    push_negation,
    show,
    walk,
)
from lumbago.knowledge.conditions import Conditions, circular
from lumbago.knowledge.model import DerivedTerm, Disposition, FindingPolarity, Knowledge, Rule
from lumbago.knowledge.read import Path_, plain, validated
from lumbago.knowledge.snapshot import hashes
from lumbago.quantity import from_base

Level = Literal["emergency", "same_day", "soon", "routine"]
_STRICT: Final = ConfigDict(extra="forbid")
_SENTENCE: Final = 4
"""So many words at least make a reason."""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawChange:
    """A change to a rule, or to the `when` of a term; what is left out stays as it is."""

    id: str
    when: str = ""
    disposition: Level | None = None
    action: str = ""
    clock: str = ""
    floor_of: tuple[str, ...] | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawThreshold:
    """A limit of a number moved, as in `was: ">= 60"`, `now: ">= 55"`, in all conditions or these."""

    finding: str
    was: str
    now: str
    only_in: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawAdded:
    """A rule to add. Its reason is that of the overlay, so it has no sources of its own."""

    id: str
    when: str
    disposition: Level
    protects_against: str
    action: str = ""
    clock: str = ""
    floor_of: tuple[str, ...] = ()
    explains: str = ""


_SECTIONS: Final[Mapping[str, type[Any] | None]] = {
    "change": RawChange,
    "thresholds": RawThreshold,
    "remove": None,
    "add": RawAdded,
}
_KEYS: Final = ("title", "why", *_SECTIONS)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one rule or term, in written form; a side that is not there is empty."""

    id: str
    kind: Literal["rule", "term"]
    was: str
    now: str
    before: Disposition | None
    after: Disposition | None


@dataclass(frozen=True, eq=False)
class Overlay:
    """The shipped knowledge, the same with the changes in it, and why somebody asks."""

    title: str
    why: str
    shipped: Knowledge
    knowledge: Knowledge

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every rule and term that is written otherwise, rules first, each by id."""
        rules = (
            Change(
                id_,
                "rule",
                written(self.shipped, was.when) if was else "",
                written(self.knowledge, now.when) if now else "",
                was.disposition if was else None,
                now.disposition if now else None,
            )
            for id_, was, now in _pairs(self.shipped.rules, self.knowledge.rules)
        )
        terms = (
            Change(
                id_,
                "term",
                written(self.shipped, was.when) if was else "",
                written(self.knowledge, now.when) if now else "",
                None,
                None,
            )
            for id_, was, now in _pairs(self.shipped.terms, self.knowledge.terms)
        )
        return (*rules, *terms)

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """The rules that may hold of other people, or ask for something else, than before."""
        found = []
        for id_ in sorted(self.shipped.rules.keys() | self.knowledge.rules.keys()):
            sides = [
                (rule.disposition, push_negation(rule.when, base.term_expressions))
                for base in (self.shipped, self.knowledge)
                if (rule := base.rules.get(id_)) is not None
            ]
            if len(sides) == 1 or sides[0] != sides[1]:
                found.append(id_)
        return tuple(found)


def _pairs(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[tuple[str, Any, Any]]:
    for id_ in sorted(was.keys() | now.keys()):
        if was.get(id_) != now.get(id_):
            yield id_, was.get(id_), now.get(id_)


def written(knowledge: Knowledge, expr: Expr) -> str:
    """A condition in the written form, its numbers in the units of their findings."""

    def in_unit(finding: str, value: int) -> object:
        unit = knowledge.findings[finding].unit
        return from_base(value, unit) if unit else value

    return show(expr, in_unit)


def read_overlay(knowledge: Knowledge, content: bytes, path: str) -> Overlay:
    """An overlay over the shipped knowledge. Raises `InputError` with every problem at once.

    `path` is how the file is called in problems.
    """
    problems: list[Problem] = []
    data, positions = plain(content, path, problems)
    if data is None or not isinstance(data, dict):
        if data is not None:
            hint = f"Begin with `title:` and `why:`; then {', '.join(_SECTIONS)}."
            problems.append(Problem("An overlay must be a mapping.", str(positions[()]), hint))
        raise InputError(problems)
    maker = _Maker(knowledge, data, positions, problems)
    made = maker.knowledge()
    if problems:
        raise InputError(problems)
    return Overlay(maker.title, maker.why, knowledge, made)


class _Maker:
    """Puts the sections of one overlay into the rules and terms, and notes what is wrong."""

    def __init__(
        self,
        shipped: Knowledge,
        data: Mapping[str, Any],
        positions: Mapping[Path_, Position],
        problems: list[Problem],
    ) -> None:
        self.shipped = shipped
        self.positions = positions
        self.problems = problems
        self.rules: dict[str, Rule] = dict(shipped.rules)
        self.terms: dict[str, DerivedTerm] = dict(shipped.terms)
        self.seen: dict[str, Position] = {}
        self.conditions = Conditions(shipped.findings, frozenset(shipped.terms))
        for key in data:
            if key not in _KEYS:
                hint = did_you_mean(key, _KEYS) or f"Use: {', '.join(_KEYS)}."
                self.fail(f"Unknown key '{key}'.", positions[(key,)], hint)
        self.title = self._text(data, "title", 1)
        self.why = self._text(data, "why", _SENTENCE)
        self.sections = {name: self._section(data, name) for name in _SECTIONS}
        if not any(data.get(name) for name in _SECTIONS):
            hint = f"Add one of: {', '.join(_SECTIONS)}."
            self.fail("The overlay changes nothing.", positions[()], hint)

    def fail(self, message: str, position: Position, hint: str = "") -> None:
        self.problems.append(Problem(message, str(position), hint))

    def _text(self, data: Mapping[str, Any], key: str, words: int) -> str:
        position = self.positions.get((key,), self.positions[()])
        value = data.get(key, "")
        if not isinstance(value, str) or len(value.split()) < words:
            hint = "Name it in a few words." if words == 1 else "Say in a sentence why you ask."
            self.fail(f"'{key}' is missing or too short.", position, hint)
            return ""
        return " ".join(value.split())

    def _section(self, data: Mapping[str, Any], name: str) -> list[tuple[Any, Position]]:
        entries, class_ = data.get(name, []), _SECTIONS[name]
        if not isinstance(entries, list):
            self.fail(f"'{name}' must be a list.", self.positions[(name,)], "Begin each with '- '.")
            return []
        found = []
        for index, entry in enumerate(entries):
            at = (name, index)
            if class_ is not None:
                value = validated(class_, entry, at, self.positions, self.problems)
            elif isinstance(entry, str):
                value = entry
            else:
                self.fail("Only ids can be removed.", self.positions[at], "Write one id.")
                value = None
            if value is not None:
                found.append((value, self.positions[at]))
        return found

    def knowledge(self) -> Knowledge:
        """The changed knowledge; worth nothing if there are problems."""
        for name, put in (
            ("thresholds", self.move),
            ("change", self.change),
            ("remove", self.remove),
            ("add", self.add),
        ):
            for entry, position in self.sections[name]:
                put(entry, position)
        for name in circular({term.id: term.when for term in self.terms.values()}):
            at = self.seen.get(name, self.positions[()])
            self.fail(f"The term '{name}' is defined by itself.", at, "Say it in findings.")
        made = replace(
            self.shipped,
            rules=MappingProxyType(self.rules),
            terms=MappingProxyType(self.terms),
            overlay=self.title or "overlay",
        )
        if self.problems:
            return made
        made = replace(made, findings=MappingProxyType(_with_polarity(made)))
        same = {part: self.shipped.hashes[part] for part in ("model", "care", "words")}
        return replace(made, hashes=MappingProxyType(hashes(made, same)))

    # ---------------------------------------------------------------------------------- sections

    def change(self, entry: RawChange, position: Position) -> None:
        if not self._once(entry.id, position):
            return
        given = [f.name for f in fields(entry) if getattr(entry, f.name) not in ("", None)]
        if given == ["id"]:
            hint = "Give `when`, `disposition` or another key."
            self.fail(f"'{entry.id}' is not changed in anything.", position, hint)
        if entry.id in self.terms:
            if set(given) - {"id", "when"}:
                self.fail(f"'{entry.id}' is a term: only its `when` can change.", position)
            if entry.when:
                when = self._expression(entry.when, position)
                self.terms[entry.id] = replace(self.terms[entry.id], when=when)
        elif entry.id in self.rules:
            rule = self.rules[entry.id]
            self._known(entry.action, self.shipped.actions, "action", position)
            for id_ in entry.floor_of or ():
                self._known(id_, self.shipped.rules, "rule", position)
            self.rules[entry.id] = replace(
                rule,
                when=self._expression(entry.when, position) if entry.when else rule.when,
                disposition=(
                    Disposition.of(entry.disposition) if entry.disposition else rule.disposition
                ),
                action=entry.action or rule.action,
                clock=entry.clock or rule.clock,
                floor_of=rule.floor_of if entry.floor_of is None else entry.floor_of,
            )
        else:
            self._unknown(entry.id, position)

    def remove(self, id_: str, position: Position) -> None:
        if not self._once(id_, position):
            return
        if id_ in self.terms:
            hint = "Change its `when`, or change the rules that use it."
            self.fail(f"'{id_}' is a term; only rules can be removed.", position, hint)
        elif self.rules.pop(id_, None) is None:
            self._unknown(id_, position)

    def add(self, entry: RawAdded, position: Position) -> None:
        if entry.id in self.shipped.rules or entry.id in self.shipped.terms:
            hint = "Take another id, or put it under `change`."
            self.fail(f"'{entry.id}' is there already.", position, hint)
            return
        if not self._once(entry.id, position):
            return
        self._known(entry.action, self.shipped.actions, "action", position)
        self._known(entry.protects_against, self.shipped.conditions, "condition", position)
        for id_ in entry.floor_of:
            self._known(id_, self.shipped.rules, "rule", position)
        self.rules[entry.id] = Rule(
            id=entry.id,
            when=self._expression(entry.when, position),
            disposition=Disposition.of(entry.disposition),
            action=entry.action or self.shipped.dispositions[entry.disposition].action,
            protects_against=entry.protects_against,
            because="",
            sources=(),
            floor_of=entry.floor_of,
            clock=entry.clock,
            explains=entry.explains,
            position=position,
        )

    def move(self, entry: RawThreshold, position: Position) -> None:
        """Move one limit of a number, wherever it stands or in the rules and terms named."""
        wrong = len(self.problems)
        was = self._expression(f"{entry.finding} {entry.was}", position)
        now = self._expression(f"{entry.finding} {entry.now}", position)
        for id_ in entry.only_in:
            if id_ not in self.rules and id_ not in self.terms:
                self._unknown(id_, position)
        if not (isinstance(was, Compare) and isinstance(now, Compare)):
            if len(self.problems) == wrong:
                self.fail("A limit must be a comparison.", position, 'Write it like ">= 60".')
            return
        if len(self.problems) > wrong:
            return
        wanted = set(entry.only_in)
        moved = _moved(self.rules, wanted, was, now) | _moved(self.terms, wanted, was, now)
        for id_ in sorted(wanted - moved) or ([] if moved else [""]):
            who = f"'{id_}' does not say" if id_ else "No rule or term says"
            said = f"{who} '{entry.finding} {entry.was}'."
            self.fail(said, position, self._compared(entry.finding))

    # ------------------------------------------------------------------------------------ checks

    def _expression(self, text: str, position: Position) -> Expr:
        expr, problems = self.conditions.read(text, position)
        self.problems += problems
        return expr

    def _once(self, id_: str, position: Position) -> bool:
        first = self.seen.setdefault(id_, position)
        if first != position:
            self.fail(f"'{id_}' stands here twice, first at {first}.", position, "Keep one.")
        return first == position

    def _known(self, id_: str, known: Iterable[str], kind: str, position: Position) -> None:
        if id_ and id_ not in known:
            hint = did_you_mean(id_, known) or f"Look one up with: lumbago kb show {kind.upper()}"
            self.fail(f"'{id_}' is no {kind}.", position, hint)

    def _unknown(self, id_: str, position: Position) -> None:
        known = [*self.shipped.rules, *self.shipped.terms]
        hint = did_you_mean(id_, known) or "To make a rule, put it under `add`."
        self.fail(f"There is no rule or term '{id_}'.", position, hint)

    def _compared(self, finding: str) -> str:
        """Which limits of a number there are, as a hint."""
        users: dict[str, list[str]] = {}
        for entries in (self.shipped.rules, self.shipped.terms):
            for id_, entry in entries.items():
                for node in walk(entry.when):
                    if isinstance(node, Compare) and node.finding == finding:
                        limit = written(self.shipped, node).removeprefix(f"{finding} ")
                        users.setdefault(limit, []).append(id_)
        told = "; ".join(f"{limit} in {', '.join(ids[:3])}" for limit, ids in users.items())
        return f"Its limits: {told}." if told else "No rule compares it with a number."


_Entry = TypeVar("_Entry", Rule, DerivedTerm)


def _moved(entries: dict[str, _Entry], wanted: set[str], was: Expr, now: Expr) -> set[str]:
    """Exchange a part in all conditions, or those wanted; the ids of those that had it."""
    found = {
        id_
        for id_, entry in entries.items()
        if (not wanted or id_ in wanted) and was in walk(entry.when)
    }
    for id_ in found:
        entries[id_] = replace(entries[id_], when=_instead(entries[id_].when, was, now))
    return found


def _instead(expr: Expr, was: Expr, now: Expr) -> Expr:
    """A condition with every occurrence of one part exchanged; terms are not opened."""
    if expr == was:
        return now
    parts = tuple(_instead(part, was, now) for part in children(expr))
    match expr:
        case Not():
            return Not(parts[0])
        case And() | Or() | AtLeast():
            return replace(expr, parts=parts)
        case _:
            return expr


def _with_polarity(knowledge: Knowledge) -> dict[str, Any]:
    """The findings; those that were in no rule before get the polarity that the rules give them."""
    negated: dict[str, set[bool]] = {}
    for rule in knowledge.rules.values():
        for literal, under_not in literals(rule.when, knowledge.term_expressions):
            if isinstance(literal, Yes):
                negated.setdefault(literal.finding, set()).add(under_not)
    found = dict(knowledge.findings)
    for id_, ways in negated.items():
        if found[id_].polarity == "neutral":
            polarity: FindingPolarity = "mitigating" if ways == {True} else "alarming"
            found[id_] = replace(found[id_], polarity=polarity)
    return found

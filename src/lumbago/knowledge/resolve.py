"""From what was read to the frozen model: expressions parsed, units applied, ids checked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lumbago.errors import LumbagoError, Position, Problem
from lumbago.expr import Expr
from lumbago.knowledge import model
from lumbago.knowledge.care_files import care_of
from lumbago.knowledge.conditions import Conditions, circular
from lumbago.knowledge.read import (
    Raw,
    RawClue,
    RawFinding,
    RawPopulation,
    RawRegister,
    RawRule,
    RawStatement,
    RawTerm,
)
from lumbago.knowledge.recovery_files import recovery_of
from lumbago.quantity import to_base


def resolve(raw: Raw) -> tuple[model.Knowledge | None, list[Problem]]:
    """Build the model. Returns it with every problem found; None if it could not be built at all."""
    resolver = _Resolver(raw)
    knowledge = resolver.knowledge()
    return (knowledge if not resolver.fatal else None), resolver.problems


class _Resolver:
    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.problems = list(raw.problems)
        self.fatal = bool(raw.problems)
        self.raw_findings = self.unique("findings")
        self.conditions = Conditions(
            {id_: entry for id_, (entry, _) in self.raw_findings.items()},
            frozenset(entry.id for entry, _ in raw.of("terms")),
            frozenset(raw.broken),
        )

    def knowledge(self) -> model.Knowledge:
        findings = {id_: self.finding(*pair) for id_, pair in self.raw_findings.items()}
        terms = {id_: self.term(*pair) for id_, pair in self.unique("terms").items()}
        self.refuse_cycles(terms)
        return model.Knowledge(
            findings=_frozen(findings),
            terms=_frozen(terms),
            rules=_frozen({i: self.rule(*pair) for i, pair in self.unique("rules").items()}),
            populations=_frozen(
                {i: self.population(*pair) for i, pair in self.unique("populations").items()}
            ),
            lifetimes=self.plain("lifetimes"),
            dispositions=self.plain("dispositions"),
            actions=self.plain("actions"),
            conditions=self.plain("conditions"),
            conflicts=self.plain("conflicts"),
            sources=self.plain("sources"),
            hazards=self.plain("hazards"),
            profile=self.plain("profile"),
            spreads=self.plain("spreads"),
            registers=self.registers(),
            screens=tuple(entry for entry, _ in self.raw.of("screens")),
            lists=tuple(entry for entry, _ in self.raw.of("lists")),
            check_in=tuple(entry for entry, _ in self.raw.of("check_in")),
            words=_frozen(self.raw.words),
            causes=self.plain("causes"),
            clues=_frozen({i: self.clue(*pair) for i, pair in self.unique("clues").items()}),
            syndromes=self.plain("syndromes"),
            lookalikes=self.plain("lookalikes"),
            parameters=self.plain("parameters"),
            pictures=self.plain("pictures"),
            recovery=recovery_of(self.unique, self.expression),
            care=care_of(self.unique, self.expression),
            countries=self.plain("countries"),
            stuck=tuple(entry for entry, _ in self.raw.of("stuck")),
            published=self.plain("published"),
        )

    def unique(self, kind: str) -> dict[str, tuple[Any, Position]]:
        found: dict[str, tuple[Any, Position]] = {}
        for entry, position in self.raw.of(kind):
            if entry.id in found:
                first = found[entry.id][1]
                hint = "Keep one, or rename one."
                self.fail(f"'{entry.id}' is defined twice, first at {first}.", position, hint)
            found[entry.id] = (entry, position)
        return found

    def plain(self, kind: str) -> Mapping[str, Any]:
        return _frozen({id_: entry for id_, (entry, _) in self.unique(kind).items()})

    def fail(self, message: str, position: Position, hint: str = "") -> None:
        self.fatal = True
        self.problems.append(Problem(message, str(position), hint))

    def finding(self, raw: RawFinding, position: Position) -> model.Finding:
        low, high = self.bounds(raw, position)
        if (raw.answer == "choice") != bool(raw.choices):
            hint = "Add `choices`." if raw.answer == "choice" else "Remove `choices`."
            self.fail(f"'{raw.id}': a choice, and only a choice, has choices.", position, hint)
        return model.Finding(
            id=raw.id,
            topic=position.path.rsplit("/", 1)[-1].removesuffix(".yaml"),
            answer=raw.answer,
            polarity=raw.polarity,
            lifetime=raw.lifetime,
            sources=raw.sources,
            unit=raw.unit,
            low=low,
            high=high,
            clock=raw.clock,
            choices=raw.choices,
            ordinary=raw.ordinary,
            sensitivity=raw.sensitivity,
            only_if=self.expression(raw.only_if, position) if raw.only_if else None,
            implies=raw.implies,
            excludes=raw.excludes,
            implied_by=self.expression(raw.implied_by, position) if raw.implied_by else None,
            longer_ago=raw.longer_ago,
            void_denial_if=(
                self.expression(raw.void_denial_if, position) if raw.void_denial_if else None
            ),
            position=position,
        )

    def bounds(self, raw: RawFinding, position: Position) -> tuple[int, int]:
        if raw.answer != "number":
            if raw.unit is not None or raw.range is not None:
                hint = "Remove them, or make it a number."
                self.fail(f"'{raw.id}': a unit and a range are for numbers.", position, hint)
            return 0, 0
        if raw.unit is None or raw.range is None:
            hint = "Write, for example, `unit: years` and `range: [0, 120]`."
            self.fail(f"'{raw.id}': a number needs a unit and a range.", position, hint)
            return 0, 0
        try:
            low, high = (to_base(bound, raw.unit) for bound in raw.range)
        except LumbagoError as error:
            self.fail(f"'{raw.id}': {error}", position, "Write the two ends of the range.")
            return 0, 0
        if low >= high:
            hint = "Write the lower end first."
            self.fail(f"'{raw.id}': the range ends before it starts.", position, hint)
        return low, high

    def term(self, raw: RawTerm, position: Position) -> model.DerivedTerm:
        return model.DerivedTerm(raw.id, self.expression(raw.when, position), raw.sources, position)

    def rule(self, raw: RawRule, position: Position) -> model.Rule:
        return model.Rule(
            id=raw.id,
            when=self.expression(raw.when, position),
            disposition=model.Disposition.of(raw.disposition),
            action=raw.action,
            protects_against=raw.protects_against,
            because=raw.because,
            sources=raw.sources,
            floor_of=raw.floor_of,
            clock=raw.clock,
            explains=raw.explains,
            costs=raw.costs,
            disagrees=raw.disagrees,
            position=position,
        )

    def clue(self, raw: RawClue, position: Position) -> model.Clue:
        return model.Clue(
            id=raw.id,
            yes=self.expression(raw.yes, position),
            no=self.expression(raw.no, position),
            ordinary=raw.ordinary,
            sources=raw.sources,
            only_if=self.expression(raw.only_if, position) if raw.only_if else None,
            position=position,
        )

    def population(self, raw: RawPopulation, position: Position) -> model.Population:
        when = self.expression(raw.when, position)
        return model.Population(raw.id, when, raw.effects, raw.because, raw.sources, position)

    def registers(self) -> Mapping[str, model.Register]:
        found: dict[str, model.Register] = {}
        for entry, position in self.raw.of("registers"):
            if entry.source in found:
                self.fail(f"'{entry.source}' has two registers.", position, "Join them.")
            found[entry.source] = self.register(entry, position)
        return _frozen(found)

    def register(self, raw: RawRegister, position: Position) -> model.Register:
        statements = tuple(self.statement(entry, position) for entry in raw.statements)
        return model.Register(raw.source, raw.title, statements, position)

    def statement(self, raw: RawStatement, position: Position) -> model.Statement:
        return model.Statement(
            id=raw.id,
            says=raw.says,
            where=raw.where,
            kind=raw.kind,
            carried_by=raw.carried_by,
            promise=raw.promise,
            promise_when=self.expression(raw.promise_when, position) if raw.promise_when else None,
            not_carried=raw.not_carried,
            differently=raw.differently,
        )

    def expression(self, text: str, position: Position) -> Expr:
        expr, problems = self.conditions.read(text, position)
        self.fatal = self.fatal or bool(problems)
        self.problems += problems
        return expr

    def refuse_cycles(self, terms: Mapping[str, model.DerivedTerm]) -> None:
        for name in circular({term.id: term.when for term in terms.values()}):
            hint = "Say it in findings and other terms."
            self.fail(f"The term '{name}' is defined by itself.", terms[name].position, hint)


def _frozen(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(mapping))

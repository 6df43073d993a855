"""The symbolic twin of `scalar`: all cases at once, for Z3. Run time never loads it.

Same names, same order as the definition. An answer is symbolic: which values are possible, and
whether it was asked. A level is not a number but, for each disposition, whether it is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, assert_never

import z3

from lumbago.answers import Answer, Answers
from lumbago.expr import And, AtLeast, Compare, Expr, Literal_, Not, OneOf, Or, Term, Yes
from lumbago.knowledge.model import Disposition, Finding, Knowledge, Rule
from lumbago.quantity import Interval
from lumbago.triage.scalar import DOUBT, FORCED, POSSIBLE, TOLD, Open, Reading

Bool: TypeAlias = Any  # z3 ships no types
Reader = Callable[["SymbolicAnswer", Literal_, bool, Reading], Bool]
REACHABLE: Final = tuple(d for d in Disposition if d is not Disposition.SELF_CARE)


@dataclass(frozen=True, slots=True)
class SymbolicAnswer:
    """An answer with open values: a Boolean a value for choices, two integers for a number."""

    asked: Bool
    values: Mapping[str, Bool] = field(default_factory=dict)
    low: Any = None
    high: Any = None

    def same_as(self, other: SymbolicAnswer) -> Bool:
        """Both are the same answer."""
        parts = [self.asked == other.asked]
        parts += [value == other.values[name] for name, value in self.values.items()]
        if self.low is not None:
            parts += [self.low == other.low, self.high == other.high]
        return conjunction(parts)

    def completes(self, other: SymbolicAnswer) -> Bool:
        """The same as `other` where that was asked, and any asked answer where it was not."""
        return z3.If(other.asked, self.same_as(other), self.asked)

    def only(self, *names: str) -> Bool:
        """Exactly these values are possible."""
        return conjunction(
            [value if name in names else z3.Not(value) for name, value in self.values.items()]
        )

    @property
    def certain(self) -> Bool:
        """One value is left."""
        if self.low is not None:
            return self.low == self.high
        return disjunction([self.only(name) for name in self.values])


class SymbolicCase:
    """Every case at once: one symbolic answer a finding, and what makes them answers."""

    def __init__(self, knowledge: Knowledge, name: str, used: frozenset[str]) -> None:
        self.name = name
        self.findings = {id_: knowledge.findings[id_] for id_ in sorted(used)}
        self.answers = {id_: self._answer(f) for id_, f in self.findings.items()}
        self.constraints = [self._is_answer(f) for f in self.findings.values()]

    def _answer(self, finding: Finding) -> SymbolicAnswer:
        stem = f"{self.name}.{finding.id}"
        asked = z3.Bool(f"{stem}.asked")
        if finding.answer == "number":
            return SymbolicAnswer(asked, {}, z3.Int(f"{stem}.low"), z3.Int(f"{stem}.high"))
        names = finding.choices or ("yes", "no")
        return SymbolicAnswer(asked, {n: z3.Bool(f"{stem}.{n}") for n in names})

    def _is_answer(self, finding: Finding) -> Bool:
        answer = self.answers[finding.id]
        if answer.low is not None and answer.high is not None:
            low, high = answer.low, answer.high
            within = z3.And(low >= finding.low, low <= high, high <= finding.high)
            whole = z3.And(low == finding.low, high == finding.high)
        else:
            within = disjunction(list(answer.values.values()))
            whole = conjunction(list(answer.values.values()))
        return z3.And(within, z3.Or(answer.asked, whole))

    @property
    def complete(self) -> Bool:
        """Every question was asked."""
        return conjunction([answer.asked for answer in self.answers.values()])

    @property
    def sure(self) -> Bool:
        """Every answer is asked and certain."""
        return conjunction([z3.And(a.asked, a.certain) for a in self.answers.values()])


def conjunction(parts: list[Bool]) -> Bool:
    """All of them; written so that other solvers read it too."""
    if not parts:
        return z3.BoolVal(True)
    return parts[0] if len(parts) == 1 else z3.And(*parts)


def disjunction(parts: list[Bool]) -> Bool:
    """At least one of them."""
    if not parts:
        return z3.BoolVal(False)
    return parts[0] if len(parts) == 1 else z3.Or(*parts)


def satisfies(literal: Literal_, answer: SymbolicAnswer) -> tuple[Bool, Bool]:
    """Whether all, and whether some, of the values still possible satisfy a literal."""
    if isinstance(literal, Compare):
        assert answer.low is not None
        assert answer.high is not None
        match literal.operator:
            case "<":
                return answer.high < literal.value, answer.low < literal.value
            case "<=":
                return answer.high <= literal.value, answer.low <= literal.value
            case ">":
                return answer.low > literal.value, answer.high > literal.value
            case ">=":
                return answer.low >= literal.value, answer.high >= literal.value
            case _:
                assert_never(literal.operator)
    wanted = literal.values if isinstance(literal, OneOf) else frozenset({"yes"})
    inside = [value for name, value in answer.values.items() if name in wanted]
    outside = [value for name, value in answer.values.items() if name not in wanted]
    return z3.Not(disjunction(outside)), disjunction(inside)


def read(answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading) -> Bool:
    """A literal, or a negated one, under a reading."""
    every, some = satisfies(literal, answer)
    counts = _counts(answer.asked, negated, reading)
    if negated:
        return z3.Or(z3.Not(some), z3.And(z3.Not(every), counts))
    return z3.Or(every, z3.And(some, counts))


def _counts(asked: Bool, negated: bool, reading: Reading) -> Bool:
    def how(open_: Open) -> bool:
        return open_ is Open.ALWAYS or (open_ is Open.TOLD and negated)

    unsure, not_asked = how(reading.unsure), how(reading.not_asked)
    if unsure == not_asked:
        return z3.BoolVal(unsure)
    return asked if unsure else z3.Not(asked)


class Rules:
    """The rules of a knowledge base over symbolic cases. `reader` is replaced only by tests."""

    def __init__(
        self,
        knowledge: Knowledge,
        reader: Reader = read,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.knowledge = knowledge
        self.rules: tuple[Rule, ...] = tuple(
            rule for rule in knowledge.rules_by_urgency if rule.id not in without
        )
        self.terms = knowledge.term_expressions
        self.reader = reader
        self._memo: dict[tuple[str, object, Reading, bool], Bool] = {}

    def holds(
        self, expr: Expr, case: SymbolicCase, reading: Reading, *, negated: bool = False
    ) -> Bool:
        """Whether a condition holds under a reading; negation is pushed down to the answers."""
        match expr:
            case Yes() | Compare() | OneOf():
                return self._literal(expr, case, reading, negated)
            case Term(name=name):
                return self.holds(self.terms[name], case, reading, negated=negated)
            case Not(part=part):
                return self.holds(part, case, reading, negated=not negated)
            case And(parts=parts) | Or(parts=parts):
                combine = conjunction if isinstance(expr, And) is not negated else disjunction
                return combine([self.holds(p, case, reading, negated=negated) for p in parts])
            case AtLeast(n=n, parts=parts):
                needed = len(parts) - n + 1 if negated else n
                held = [self.holds(p, case, reading, negated=negated) for p in parts]
                return at_least(needed, held)
            case _:
                assert_never(expr)

    def _literal(
        self, literal: Literal_, case: SymbolicCase, reading: Reading, negated: bool
    ) -> Bool:
        key = (case.name, literal, reading, negated)
        if key not in self._memo:
            answer = case.answers[literal.finding]
            self._memo[key] = self.reader(answer, literal, negated, reading)
        return self._memo[key]

    def level(self, case: SymbolicCase, reading: Reading) -> dict[Disposition, Bool]:
        """For each disposition, whether a rule of it or above holds under a reading."""
        return {
            reached: disjunction(
                [
                    self.holds(rule.when, case, reading)
                    for rule in self.rules
                    if rule.disposition >= reached
                ]
            )
            for reached in REACHABLE
        }

    def verdict_reading(self, case: SymbolicCase, not_asked: Open) -> dict[Disposition, Bool]:
        """The verdict with "not asked" read one way: told, or doubt worth `same_day`."""
        told = self.level(case, Reading(not_asked, Open.TOLD))
        doubt = self.level(case, Reading(not_asked, Open.ALWAYS))
        return {
            reached: z3.Or(told[reached], doubt[reached])
            if reached <= Disposition.SAME_DAY
            else told[reached]
            for reached in REACHABLE
        }

    def verdict(self, case: SymbolicCase) -> SymbolicVerdict:
        """The whole range for every case."""
        return SymbolicVerdict(
            forced=self.level(case, FORCED),
            low=self.verdict_reading(case, Open.NEVER),
            as_told=self.verdict_reading(case, Open.TOLD),
            high=self.verdict_reading(case, Open.ALWAYS),
            possible=self.level(case, POSSIBLE),
        )


@dataclass(frozen=True, slots=True)
class SymbolicVerdict:
    """The five levels, each as "this disposition is reached"."""

    forced: dict[Disposition, Bool]
    low: dict[Disposition, Bool]
    as_told: dict[Disposition, Bool]
    high: dict[Disposition, Bool]
    possible: dict[Disposition, Bool]


def at_least(n: int, parts: list[Bool]) -> Bool:
    """At least n of the parts; a sum, since cardinality nodes are not SMT-LIB."""
    if n <= 0 or n > len(parts):
        return z3.BoolVal(n <= 0)
    if n == 1:
        return disjunction(parts)
    if n == len(parts):
        return conjunction(parts)
    return z3.Sum([z3.If(part, 1, 0) for part in parts]) >= n


def at_most_as_high(one: Mapping[Disposition, Bool], other: Mapping[Disposition, Bool]) -> Bool:
    """`one <= other`: whatever one reaches, the other reaches."""
    return conjunction([z3.Implies(one[reached], other[reached]) for reached in REACHABLE])


def findings_in(knowledge: Knowledge) -> frozenset[str]:
    """Every finding that a rule can depend on."""
    return frozenset(f for used in knowledge.findings_of_rule.values() for f in used)


def decode(model: z3.ModelRef, case: SymbolicCase) -> Answers:
    """The person that a model describes, as answers for the scalar definition."""
    answers: dict[str, Answer] = {}
    for id_, symbolic in case.answers.items():
        if not z3.is_true(model.eval(symbolic.asked, model_completion=True)):
            continue
        answers[id_] = Answer(_values(model, symbolic))
    return answers


def _values(model: z3.ModelRef, answer: SymbolicAnswer) -> frozenset[str] | Interval:
    if answer.low is not None and answer.high is not None:
        return Interval(_integer(model, answer.low), _integer(model, answer.high))
    return frozenset(
        name
        for name, value in answer.values.items()
        if z3.is_true(model.eval(value, model_completion=True))
    )


def _integer(model: z3.ModelRef, value: z3.ArithRef) -> int:
    found = model.eval(value, model_completion=True)
    assert isinstance(found, z3.IntNumRef)
    return int(found.as_long())


__all__ = [
    "DOUBT",
    "TOLD",
    "Rules",
    "SymbolicAnswer",
    "SymbolicCase",
    "SymbolicVerdict",
    "at_least",
    "at_most_as_high",
    "conjunction",
    "decode",
    "disjunction",
    "findings_in",
    "read",
    "satisfies",
]

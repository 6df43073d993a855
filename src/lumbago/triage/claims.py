"""The safety claims: each a small named function with one plain sentence, as questions for a solver.

A claim is proved when every obligation of it comes out as expected: `unsat` where no case may break
it, `sat` where some case must exist. What is proved is that the rules are applied completely and
without contradiction, never that the rules are the right ones.

Notation: p is any partial case, q a completion of it, D the disposition as told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import z3

from lumbago.answers import YES, Answer
from lumbago.expr import And, AtLeast, Expr, Not, Or, Yes, literals, push_negation
from lumbago.knowledge.model import Disposition, Finding, Knowledge
from lumbago.triage import scalar
from lumbago.triage.smt import (
    Bool,
    Reader,
    Rules,
    SymbolicAnswer,
    SymbolicCase,
    SymbolicVerdict,
    at_most_as_high,
    conjunction,
    disjunction,
    findings_in,
    read,
)

SAME_DAY: Final = Disposition.SAME_DAY
EMERGENCY: Final = Disposition.EMERGENCY
_URGENT_FAMILIES: Final = frozenset({"vascular", "heart_lung", "cord_cauda_equina"})


@dataclass(frozen=True, slots=True)
class Obligation:
    """One question for a solver: `base` and `formulas` together are expected to be `expect`.

    Obligations that share one `base` object are put to the solver without stating it again.
    """

    name: str
    base: tuple[Bool, ...]
    formulas: tuple[Bool, ...]
    expect: Literal["unsat", "sat"]
    cases: tuple[SymbolicCase, ...]


class World:
    """A knowledge base in symbols, with the cases that claims speak of."""

    def __init__(self, knowledge: Knowledge, reader: Reader = read) -> None:
        self.knowledge = knowledge
        self.rules = Rules(knowledge, reader)
        self.used = findings_in(knowledge) | promised_findings(knowledge)
        self.p = SymbolicCase(knowledge, "p", self.used)
        self.q = SymbolicCase(knowledge, "q", self.used)
        self.one_case = tuple(self.p.constraints)
        self.two_cases = (*self.p.constraints, *self.q.constraints)
        self._verdicts: dict[str, SymbolicVerdict] = {}

    def verdict(self, case: SymbolicCase) -> SymbolicVerdict:
        """The verdict of a case, built once."""
        if case.name not in self._verdicts:
            self._verdicts[case.name] = self.rules.verdict(case)
        return self._verdicts[case.name]

    def findings(self, polarity: str) -> list[Finding]:
        """The yes/no findings of a polarity that rules depend on."""
        return [
            finding
            for finding in self.p.findings.values()
            if finding.answer == "yes_no" and finding.polarity == polarity
        ]

    def covers(self, expr: Expr) -> bool:
        """Whether rules depend on every finding of a condition."""
        named = literals(expr, self.knowledge.term_expressions)
        return all(literal.finding in self.used for literal, _ in named)

    def none_of(self, name: str, *formulas: Bool) -> Obligation:
        """No two cases p and q satisfy all the formulas."""
        return Obligation(name, self.two_cases, formulas, "unsat", (self.p, self.q))

    def alone(self, name: str, *formulas: Bool) -> Obligation:
        """No single case p satisfies all the formulas."""
        return Obligation(name, self.one_case, formulas, "unsat", (self.p,))

    def differ_only(
        self, change: Callable[[Finding, SymbolicAnswer, SymbolicAnswer], Bool]
    ) -> Bool:
        """Q is p but for what `change(finding, answer in p, answer in q)` allows."""
        return conjunction(
            [
                change(finding, self.p.answers[id_], self.q.answers[id_])
                for id_, finding in self.p.findings.items()
            ]
        )


Obligations = Iterator[Obligation]
Kind = Literal["evaluator", "knowledge", "both", "interview", "plan"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A safety claim: its id, what kind of thing it is about, and its obligations."""

    id: str
    kind: Kind
    state: Callable[[World], Obligations]

    @property
    def name(self) -> str:
        """The claim's name, for example `alarm_is_monotone`."""
        return self.state.__name__

    @property
    def sentence(self) -> str:
        """The claim in one plain sentence."""
        return " ".join((self.state.__doc__ or "").split())


def ordered(world: World) -> Obligations:
    """Every case, however little is known, gets exactly one disposition, and it lies between what
    is forced and what is possible.
    """
    verdict = world.verdict(world.p)
    chain = (verdict.forced, verdict.low, verdict.as_told, verdict.high, verdict.possible)
    steps = [at_most_as_high(a, b) for a, b in pairwise(chain)]
    yield world.alone("chain", z3.Not(conjunction(steps)))
    equal = [at_most_as_high(b, a) for a, b in pairwise(chain)]
    yield world.alone("complete", world.p.sure, z3.Not(conjunction(equal)))


def range_tells_the_truth(world: World) -> Obligations:
    """Whatever the remaining answers turn out to be, the verdict stays inside the range shown."""
    p, q = world.verdict(world.p), world.verdict(world.q)
    inside = z3.And(at_most_as_high(p.low, q.as_told), at_most_as_high(q.as_told, p.high))
    yield world.none_of("range", _completion(world), z3.Not(inside))


def no_reassurance_while_open(world: World) -> Obligations:
    """If lumbago says "no danger sign", no completion leads to same_day or above."""
    p, q = world.verdict(world.p), world.verdict(world.q)
    cleared = z3.Not(p.high[SAME_DAY])
    yield world.none_of("cleared", _completion(world), cleared, q.as_told[SAME_DAY])


def alarm_is_monotone(world: World) -> Obligations:
    """Reporting or doubting more danger signs never lowers the advice."""
    alarming = {finding.id for finding in world.findings("alarming")}

    def raised(finding: Finding, before: SymbolicAnswer, after: SymbolicAnswer) -> Bool:
        if finding.id not in alarming:
            return before.same_as(after)
        return z3.Or(before.same_as(after), _rises(before, after))

    p, q = world.verdict(world.p), world.verdict(world.q)
    lower = z3.Not(at_most_as_high(p.as_told, q.as_told))
    yield world.none_of("raised", world.differ_only(raised), lower)


def forgetting_never_reassures(world: World) -> Obligations:
    """Losing answers never lowers the worst case; losing a "no" to a danger sign, or any answer
    about an excuse, never lowers the advice.
    """
    p, q = world.verdict(world.p), world.verdict(world.q)

    def lost(_: Finding, before: SymbolicAnswer, after: SymbolicAnswer) -> Bool:
        return z3.Or(before.same_as(after), z3.Not(after.asked))

    wider = z3.And(at_most_as_high(p.possible, q.possible), at_most_as_high(q.forced, p.forced))
    yield world.none_of("any answer", world.differ_only(lost), z3.Not(wider))

    def reassurance_lost(finding: Finding, before: SymbolicAnswer, after: SymbolicAnswer) -> Bool:
        if finding.answer != "yes_no" or finding.polarity == "neutral":
            return before.same_as(after)
        denied = before.only("no") if finding.polarity == "alarming" else z3.BoolVal(True)
        dropped = z3.And(before.asked, denied, z3.Not(after.asked))
        return z3.Or(before.same_as(after), dropped)

    lower = z3.Not(at_most_as_high(p.as_told, q.as_told))
    yield world.none_of("denials and excuses", world.differ_only(reassurance_lost), lower)


def founding_signs(world: World) -> Obligations:
    """Each emergency sign of the three articles leads at least to the disposition in its register,
    whatever else is said.
    """
    verdict = world.verdict(world.p)
    for name, holds, promise in _promises(world):
        yield world.alone(name, holds, z3.Not(verdict.low[promise]))


def unsure_is_not_no(world: World) -> Obligations:
    """Not being sure about a sign that alone would be an emergency gives at least same_day; so does
    any doubt that at its worst would fire a rule of same_day or above.
    """
    verdict = world.verdict(world.p)
    lone = [world.p.answers[finding] for finding in lone_emergencies(world.knowledge)]
    unsure = disjunction([z3.And(a.asked, z3.Not(a.certain)) for a in lone])
    yield world.alone("a lone sign", unsure, z3.Not(verdict.as_told[SAME_DAY]))
    doubt = world.rules.level(world.p, scalar.DOUBT)
    yield world.alone("any doubt", doubt[SAME_DAY], z3.Not(verdict.as_told[SAME_DAY]))


def no_dead_rule(world: World) -> Obligations:
    """Every rule can fire, and changes some verdict or is declared to explain one."""
    case, rules = world.p, world.rules
    base = (*case.constraints, *consistent(world, case), case.sure)
    held = {rule.id: rules.holds(rule.when, case, scalar.TOLD) for rule in rules.rules}
    for rule in rules.rules:
        others = [
            held[other.id]
            for other in rules.rules
            if other.disposition >= rule.disposition and other.id != rule.id
        ]
        alone = [] if rule.explains else [z3.Not(disjunction(others))]
        yield Obligation(rule.id, base, (held[rule.id], *alone), "sat", (case,))


def stop_is_safe(world: World) -> Obligations:
    """When the interview stops, no answer to a question it did not ask could raise the advice."""
    verdict = world.verdict(world.p)
    something_left = disjunction(
        [
            z3.And(
                z3.Not(verdict.as_told[rule.disposition]),
                world.rules.holds(rule.when, world.p, scalar.POSSIBLE),
                disjunction(
                    [
                        z3.Not(world.p.answers[finding].asked)
                        for finding in world.knowledge.findings_of_rule[rule.id]
                    ]
                ),
            )
            for rule in world.rules.rules
        ]
    )
    higher = z3.Not(at_most_as_high(verdict.high, verdict.as_told))
    yield world.alone("something is left to ask", higher, z3.Not(something_left))


def excuses_are_bounded(world: World) -> Obligations:
    """No excuse takes an emergency below same_day."""

    def excused(finding: Finding, before: SymbolicAnswer, after: SymbolicAnswer) -> Bool:
        if finding.polarity != "mitigating":
            return before.same_as(after)
        return z3.Or(before.same_as(after), after.only("yes"))

    p, q = world.verdict(world.p), world.verdict(world.q)
    both_sure = z3.And(world.p.sure, world.q.sure)
    below = z3.Not(q.as_told[SAME_DAY])
    more = world.differ_only(excused)
    yield world.none_of("more excuses", both_sure, more, p.as_told[EMERGENCY], below)


def more_pain_never_lowers(world: World) -> Obligations:
    """A higher pain score never lowers the advice."""

    def more(finding: Finding, before: SymbolicAnswer, after: SymbolicAnswer) -> Bool:
        if finding.unit != "score":
            return before.same_as(after)
        assert before.low is not None
        assert after.low is not None
        assert before.high is not None
        up = z3.And(after.low >= before.low, after.high >= before.high)
        return z3.And(before.asked == after.asked, up)

    p, q = world.verdict(world.p), world.verdict(world.q)
    lower = z3.Not(at_most_as_high(p.as_told, q.as_told))
    yield world.none_of("score", world.differ_only(more), lower)


def no_excuse_for_vessel_heart_or_cord(world: World) -> Obligations:
    """For rules about the aorta, heart, lung, cord and cauda equina, no combination of excuses goes
    below same_day.
    """
    verdict = world.verdict(world.p)
    conditions = world.knowledge.conditions
    for rule in world.rules.rules:
        condition = conditions.get(rule.protects_against)
        if rule.disposition < EMERGENCY or condition is None:
            continue
        if condition.family in _URGENT_FAMILIES:
            bare = without_excuses(push_negation(rule.when, world.knowledge.term_expressions))
            fires = world.rules.holds(bare, world.p, scalar.FORCED)
            yield world.alone(rule.id, fires, z3.Not(verdict.low[SAME_DAY]))


def fever_denied_excuses_nothing(world: World) -> Obligations:
    """Saying "no fever" never lowers the advice below what it is when fever was not asked."""

    def forgotten(finding: Finding, before: SymbolicAnswer, after: SymbolicAnswer) -> Bool:
        if finding.id != "fever":
            return before.same_as(after)
        return z3.And(before.asked, before.only("no"), z3.Not(after.asked))

    p, q = world.verdict(world.p), world.verdict(world.q)
    differs = z3.Not(
        z3.And(at_most_as_high(p.as_told, q.as_told), at_most_as_high(q.as_told, p.as_told))
    )
    yield world.none_of("fever", world.differ_only(forgotten), differs)


def danger_screens_settle_lone_signs(world: World) -> Obligations:
    """The three danger screens, all answered "no", leave no emergency that a single sign could
    still make.
    """
    shown = {
        f for screen in world.knowledge.screens for item in screen.items for f in item.findings
    }
    answers = world.p.answers
    denied = [a.only("no") for id_, a in answers.items() if id_ in shown and "no" in a.values]
    rest = [f.id for f in world.findings("alarming") if f.id not in shown]
    one = disjunction([_only_this(world, finding, shown) for finding in rest])
    level = world.rules.level(world.p, scalar.TOLD)
    yield world.alone("one more sign", conjunction(denied), one, level[EMERGENCY])


CLAIMS: Final = (
    Claim("1", "evaluator", ordered),
    Claim("2", "evaluator", range_tells_the_truth),
    Claim("2b", "evaluator", no_reassurance_while_open),
    Claim("3", "knowledge", alarm_is_monotone),
    Claim("4", "both", forgetting_never_reassures),
    Claim("5", "knowledge", founding_signs),
    Claim("6", "knowledge", unsure_is_not_no),
    Claim("7", "knowledge", no_dead_rule),
    Claim("8", "interview", stop_is_safe),
    Claim("11", "knowledge", excuses_are_bounded),
    Claim("13", "knowledge", more_pain_never_lowers),
    Claim("17", "knowledge", no_excuse_for_vessel_heart_or_cord),
    Claim("18", "evaluator", fever_denied_excuses_nothing),
    Claim("19", "knowledge", danger_screens_settle_lone_signs),
)


def lone_emergencies(knowledge: Knowledge) -> tuple[str, ...]:
    """The findings that alone, with nothing else asked, are an emergency; computed, not listed."""
    rules = scalar.Rules(knowledge)
    return tuple(
        finding.id
        for finding in knowledge.findings.values()
        if finding.answer == "yes_no"
        and rules.level({finding.id: Answer(YES)}, scalar.TOLD) is EMERGENCY
    )


def without_excuses(expr: Expr) -> Expr:
    """A term-free condition with every negated yes/no finding taken as satisfied."""
    match expr:
        case Not(part=Yes()):
            return And(())
        case And(parts=parts):
            return And(tuple(without_excuses(part) for part in parts))
        case Or(parts=parts):
            return Or(tuple(without_excuses(part) for part in parts))
        case AtLeast(n=n, parts=parts):
            return AtLeast(n, tuple(without_excuses(part) for part in parts))
        case _:
            return expr


def _completion(world: World) -> Bool:
    """Q is a completion of p: what was asked stays, what was not gets any answer."""
    return world.differ_only(lambda _, before, after: after.completes(before))


def _rises(before: SymbolicAnswer, after: SymbolicAnswer) -> Bool:
    """One step or more up the ladder no, not asked, unsure, yes."""
    was_no = z3.And(before.asked, before.only("no"))
    now_yes = z3.And(after.asked, after.only("yes"))
    now_unsure = z3.And(after.asked, z3.Not(after.certain))
    return z3.Or(was_no, now_yes, z3.And(z3.Not(before.asked), now_unsure))


def promised_findings(knowledge: Knowledge) -> frozenset[str]:
    """Every finding that a promise is about, whether or not a rule depends on it."""
    promises = [
        statement
        for register in knowledge.registers.values()
        for statement in register.statements
        if statement.promise
    ]
    carriers = {c["finding"] for s in promises for c in s.carried_by if "finding" in c}
    conditions = [s.promise_when for s in promises if s.promise_when is not None]
    terms = knowledge.term_expressions
    named = {literal.finding for when in conditions for literal, _ in literals(when, terms)}
    return frozenset((carriers | named) & knowledge.findings.keys())


def _promises(world: World) -> Iterator[tuple[str, Bool, Disposition]]:
    answers = world.p.answers
    for register in world.knowledge.registers.values():
        for statement in register.statements:
            if not statement.promise:
                continue
            promise = Disposition.of(statement.promise)
            carriers = [c["finding"] for c in statement.carried_by if "finding" in c]
            if statement.promise_when is not None:
                holds = world.rules.holds(statement.promise_when, world.p, scalar.FORCED)
                yield statement.id, holds, promise
                continue
            for finding in carriers:
                if finding in answers:
                    answer = answers[finding]
                    said = z3.And(answer.asked, answer.only("yes"))
                    yield f"{statement.id} {finding}", said, promise


def consistent(world: World, case: SymbolicCase) -> Iterator[Bool]:
    """What the findings' own `only_if`, `implies`, `excludes` and `implied_by` say, for a complete
    case.
    """
    for finding in case.findings.values():
        answer = case.answers[finding.id]
        if "yes" not in answer.values:
            continue
        yes = answer.only("yes")
        gate = finding.only_if
        if gate is not None and world.covers(gate):
            yield z3.Implies(yes, world.rules.holds(gate, case, scalar.FORCED))
        follows = finding.implied_by
        if follows is not None and world.covers(follows):
            yield z3.Implies(world.rules.holds(follows, case, scalar.FORCED), yes)
        for other in finding.implies:
            if other in case.answers:
                yield z3.Implies(yes, case.answers[other].only("yes"))
        for other in finding.excludes:
            if other in case.answers:
                yield z3.Implies(yes, case.answers[other].only("no"))


def _only_this(world: World, finding: str, shown: set[str]) -> Bool:
    parts = [world.p.answers[finding].only("yes")]
    for id_, answer in world.p.answers.items():
        if id_ != finding and id_ not in shown:
            parts.append(z3.Not(answer.asked))
    return conjunction(parts)

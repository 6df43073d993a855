"""What is still at stake: the rules that open answers could bring about, and what would close them.

For every such rule it is worked out how many answers it still needs, and which answers would close
it: of an "and" each part alone, of an "or" all parts together, so that each counts for its share.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from lumbago.answers import Answers
from lumbago.expr import And, AtLeast, Compare, Expr, Literal_, Not, OneOf, Or, Term, Yes
from lumbago.expr import push_negation as push
from lumbago.interview.recall import Places, Recall, RecalledRules
from lumbago.knowledge.model import Disposition, Knowledge, Rule
from lumbago.triage.scalar import Rules, Status, Verdict, status

Closer = tuple[str, bool]
"""A finding, and whether it is "yes" that closes."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a condition that can still hold: the answers it needs, and what closes it."""

    needs: int
    closers: Mapping[Closer, float]


@dataclass(frozen=True, slots=True)
class Stake:
    """A rule that could still raise the advice to `reach`."""

    rule: Rule
    reach: Disposition
    left: Left


_HOLDS: Final = Left(0, {})
_STUCK: Final = Left(1, {})


class Conditions:
    """Every rule, gate and excuse of a knowledge base, with the negations pushed down, once."""

    def __init__(self, knowledge: Knowledge) -> None:
        terms = knowledge.term_expressions
        findings = knowledge.findings.values()
        self.gates = {f.id: push(f.only_if, terms) for f in findings if f.only_if is not None}
        self.voids = {
            f.id: push(f.void_denial_if, terms) for f in findings if f.void_denial_if is not None
        }
        self.excuses = frozenset(f.id for f in findings if f.polarity == "mitigating")
        behind = {
            f.id: [found[f.id] for found in (self.gates, self.voids) if f.id in found]
            for f in findings
        }
        self.places = Places(behind)
        self.rules = [
            OpenRule(rule, push(rule.when, terms), self.places)
            for rule in knowledge.rules_by_urgency
        ]

    def verdict(self, rules: Rules, answers: Answers) -> Verdict:
        """The verdict of the rules, most of it remembered."""
        recalls = [(one.rule, one.held) for one in self.rules]
        return RecalledRules(rules, recalls, self.places.states(answers)).verdict(answers)


class OpenRule:
    """A rule, its condition free of terms, and what was worked out of it before."""

    def __init__(self, rule: Rule, when: Expr, places: Places) -> None:
        self.rule = rule
        self.when = when
        around = places.of(when)
        self.held: Recall[int] = Recall(around)
        self._left: tuple[Recall[Left | None], ...] = (Recall(around), Recall(around))

    def left(self, stakes: Stakes, *, doubt: bool = False) -> Left | None:
        """What is left of the condition, as `Stakes.left`."""
        return self._left[doubt].get(stakes.states, lambda: stakes.left(self.when, doubt=doubt))


class Stakes:
    """What one person's open answers could still change."""

    def __init__(
        self,
        conditions: Conditions,
        answers: Answers,
        verdict: Verdict,
        voided: Collection[str] = (),
    ) -> None:
        self.conditions = conditions
        self.answers = answers
        self.verdict = verdict
        self.voided = voided
        self._gates: dict[str, Left | None] = {}
        self._plain: dict[tuple[Literal_, bool], Left | None] = {}
        self.states = conditions.places.states(answers, voided)

    def raising(self) -> Iterator[Stake]:
        """The rules that could still raise the advice, most urgent first."""
        told = self.verdict.as_told
        doubtful = told < Disposition.SAME_DAY and any(a.unsure for a in self.answers.values())
        for one in self.conditions.rules:
            reach = one.rule.disposition
            if reach <= told:
                return
            left = one.left(self)
            if left is None and doubtful:
                reach, left = min(reach, Disposition.SAME_DAY), one.left(self, doubt=True)
            if left is not None and reach > told:
                yield Stake(one.rule, reach, left)

    def lowering(self) -> frozenset[str]:
        """The excuses not asked that could take away what the advice now rests on."""
        told = self.verdict.as_told
        if self.verdict.low == told:
            return frozenset()
        excuses: set[str] = set()
        for one in self.conditions.rules:
            left = one.left(self, doubt=True) if one.rule.disposition >= told else None
            if left is not None and left.needs == 0:
                excuses |= self.takers(one.when) or frozenset()
        return frozenset(finding for finding in excuses if self.reported(finding))

    def takers(self, expr: Expr) -> frozenset[str] | None:
        """The excuses not asked that could end a condition that holds; None if nothing could."""
        match expr:
            case Yes() | Compare() | OneOf():
                return None
            case Not(part=(Yes() | Compare() | OneOf()) as excuse):
                if status(excuse, self.answers) is not Status.NOT_ASKED:
                    return None
                return frozenset({excuse.finding}) & self.conditions.excuses
            case And(parts=parts):
                found = [takers for part in parts if (takers := self.takers(part)) is not None]
                return frozenset().union(*found) if found else None
            case Or(parts=parts) | AtLeast(parts=parts):
                needed = expr.n if isinstance(expr, AtLeast) else 1
                ends = [self.takers(part) for part in parts if self.holds(part)]
                if ends.count(None) >= needed:
                    return None
                return frozenset().union(*(takers for takers in ends if takers is not None))
            case Not() | Term():
                raise AssertionError(expr)
            case _:
                assert_never(expr)

    def holds(self, when: Expr) -> bool:
        """Whether a condition holds as told, doubts counted."""
        left = self.left(when, doubt=True)
        return left is not None and left.needs == 0

    def reported(self, finding: str) -> bool:
        """Whether a finding has no `only_if`, or that was reported."""
        gate = self.gate(finding)
        return gate is not None and gate.needs == 0

    def gate(self, finding: str) -> Left | None:
        """What is left of the condition under which a finding is asked at all."""
        if finding not in self._gates:
            gate = self.conditions.gates.get(finding)
            self._gates[finding] = _HOLDS if gate is None else self.left(gate, doubt=True)
        return self._gates[finding]

    def left(self, expr: Expr, *, doubt: bool = False) -> Left | None:
        """What is left of a condition without terms, or None if no answer could make it hold.

        `doubt` reads every unsure answer at its worst.
        """
        match expr:
            case Yes() | Compare() | OneOf():
                key = (expr, doubt)
                if key not in self._plain:
                    self._plain[key] = self.plain(expr, doubt)
                return self._plain[key]
            case Not(part=(Yes() | Compare() | OneOf()) as excuse):
                return self.negated(excuse)
            case And(parts=parts):
                found = []
                for part in parts:
                    left = self.left(part, doubt=doubt)
                    if left is None:
                        return None
                    found.append(left)
                return _all_of(found)
            case Or(parts=parts) | AtLeast(parts=parts):
                found = [left for part in parts if (left := self.left(part, doubt=doubt))]
                return _some_of(found, expr.n if isinstance(expr, AtLeast) else 1)
            case Not() | Term():
                raise AssertionError(expr)
            case _:
                assert_never(expr)

    def plain(self, literal: Literal_, doubt: bool) -> Left | None:
        """What is left of an alarm, a number or a choice."""
        match status(literal, self.answers):
            case Status.YES:
                return _HOLDS
            case Status.UNSURE:
                return _HOLDS if doubt else None
            case Status.NO:
                return self.denied(literal)
            case Status.NOT_ASKED if literal.finding in self.voided:
                return self.denied(literal) or _STUCK
            case Status.NOT_ASKED:
                gate = self.gate(literal.finding)
                asked = Left(1, {(literal.finding, False): 1.0})
                return _all_of([asked, gate]) if gate else None
            case other:
                assert_never(other)

    def denied(self, literal: Literal_) -> Left | None:
        """What is left of a denial that may turn out not to count."""
        void = self.conditions.voids.get(literal.finding)
        left = None if void is None else self.left(void, doubt=True)
        return _STUCK if left and not left.closers else left

    def negated(self, excuse: Literal_) -> Left | None:
        """What is left of "not" an excuse, a number or a choice."""
        match status(excuse, self.answers):
            case Status.YES:
                return None
            case Status.NOT_ASKED if excuse.finding not in self.conditions.excuses:
                return Left(0, {(excuse.finding, True): 1.0})
            case _:
                return _HOLDS


def _all_of(parts: Iterable[Left]) -> Left:
    """Every part is needed: each closer closes the whole as far as it closes a part."""
    needs = 0
    closers: dict[Closer, float] = {}
    for part in parts:
        needs += part.needs
        for closer, share in part.closers.items():
            closers[closer] = max(share, closers.get(closer, 0.0))
    return Left(needs, closers)


def _some_of(parts: list[Left], n: int) -> Left | None:
    """`n` parts are enough: a closer of one closes the whole by its share of those that must close."""
    if len(parts) < n:
        return None
    certain = sum(part.needs == 0 and not part.closers for part in parts)
    if certain >= n:
        return _HOLDS
    needs = sum(sorted(part.needs for part in parts)[:n])
    to_close = len(parts) - n + 1
    closers: dict[Closer, float] = {}
    for part in parts:
        for closer, share in part.closers.items():
            closers[closer] = min(1.0, closers.get(closer, 0.0) + share / to_close)
    return Left(needs, closers)

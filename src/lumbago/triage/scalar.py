"""The definition of triage: one formula read four ways, one case at a time.

An answer whose literal is open (some possible value satisfies it, some does not) is read by a
`Reading`: how "not asked" and how "unsure" count. `NEVER` reads an open literal as false, `ALWAYS`
as true, and `TOLD` as the person has told us: an alarm counts only when it was reported, an excuse
only when it was given. Every reading is monotone in the two settings, so

    forced <= low <= as_told <= high <= possible

holds by construction. Doubt about a rule of `same_day` or above counts as `same_day`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, assert_never

from lumbago.answers import Answer, Answers
from lumbago.expr import And, AtLeast, Compare, Expr, Literal_, Not, OneOf, Or, Term, Yes
from lumbago.knowledge.model import Disposition, Knowledge, Rule
from lumbago.quantity import Interval


class Open(IntEnum):
    """How an open literal is read."""

    NEVER = 0
    TOLD = 1
    ALWAYS = 2


class Status(IntEnum):
    """What the answers make of a literal, before any reading."""

    NO = 0
    YES = 1
    UNSURE = 2
    NOT_ASKED = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """How the two kinds of open answer are read."""

    not_asked: Open
    unsure: Open


FORCED: Final = Reading(Open.NEVER, Open.NEVER)
TOLD: Final = Reading(Open.TOLD, Open.TOLD)
DOUBT: Final = Reading(Open.TOLD, Open.ALWAYS)
POSSIBLE: Final = Reading(Open.ALWAYS, Open.ALWAYS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The range of dispositions: what is forced, told, and still possible."""

    forced: Disposition
    low: Disposition
    as_told: Disposition
    high: Disposition
    possible: Disposition

    @property
    def settled(self) -> bool:
        """No further answer could change the verdict."""
        return self.low == self.high

    @property
    def cleared(self) -> bool:
        """No further answer could raise it to `same_day` or above."""
        return self.high < Disposition.SAME_DAY

    @property
    def disposition(self) -> Disposition | None:
        """The one value a program may act on; None while it is unsettled."""
        reached = self.as_told >= Disposition.SAME_DAY
        return self.as_told if reached or self.cleared else None


def satisfies(literal: Literal_, answer: Answer) -> tuple[bool, bool]:
    """Whether all, and whether some, of the values still possible satisfy a literal."""
    match literal, answer.possible:
        case Compare(operator=operator, value=value), Interval(low=low, high=high):
            match operator:
                case "<":
                    return high < value, low < value
                case "<=":
                    return high <= value, low <= value
                case ">":
                    return low > value, high > value
                case ">=":
                    return low >= value, high >= value
                case _:
                    assert_never(operator)
        case ((Yes() | OneOf()), frozenset() as possible):
            wanted = literal.values if isinstance(literal, OneOf) else {"yes"}
            return possible <= wanted, not possible.isdisjoint(wanted)
    raise TypeError(f"{literal} cannot be asked of {answer}")


def status(literal: Literal_, answers: Answers) -> Status:
    """What the answers make of a literal."""
    answer = answers.get(literal.finding)
    if answer is None:
        return Status.NOT_ASKED
    every, some = satisfies(literal, answer)
    if every:
        return Status.YES
    if not some:
        return Status.NO
    return Status.UNSURE if answer.asked else Status.NOT_ASKED


def read(state: Status, negated: bool, reading: Reading) -> bool:
    """A literal, or a negated one, under a reading."""
    if state is Status.YES:
        return not negated
    if state is Status.NO:
        return negated
    how = reading.unsure if state is Status.UNSURE else reading.not_asked
    return how is Open.ALWAYS or (how is Open.TOLD and negated)


class Rules:
    """The rules of a knowledge base, ready to be read for many cases."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.rules: tuple[Rule, ...] = knowledge.rules_by_urgency
        self.terms: Mapping[str, Expr] = knowledge.term_expressions

    def holds(
        self, expr: Expr, answers: Answers, reading: Reading, *, negated: bool = False
    ) -> bool:
        """Whether a condition holds under a reading; negation is pushed down to the answers."""
        match expr:
            case Yes() | Compare() | OneOf():
                return read(status(expr, answers), negated, reading)
            case Term(name=name):
                return self.holds(self.terms[name], answers, reading, negated=negated)
            case Not(part=part):
                return self.holds(part, answers, reading, negated=not negated)
            case And(parts=parts) | Or(parts=parts):
                combine = all if isinstance(expr, And) is not negated else any
                return combine(self.holds(p, answers, reading, negated=negated) for p in parts)
            case AtLeast(n=n, parts=parts):
                needed = len(parts) - n + 1 if negated else n
                held = (self.holds(p, answers, reading, negated=negated) for p in parts)
                return sum(held) >= needed
            case _:
                assert_never(expr)

    def certain(self, expr: Expr, answers: Answers) -> bool:
        """Whether a condition holds whatever the open answers turn out to be."""
        return self.holds(expr, answers, FORCED)

    def level(self, answers: Answers, reading: Reading) -> Disposition:
        """The highest disposition of a rule that holds under a reading."""
        for rule in self.rules:  # most urgent first
            if self.holds(rule.when, answers, reading):
                return rule.disposition
        return Disposition.SELF_CARE

    def verdict_reading(self, answers: Answers, not_asked: Open) -> Disposition:
        """The verdict with "not asked" read one way: told, or doubt worth `same_day`."""
        told = self.level(answers, Reading(not_asked, Open.TOLD))
        if told >= Disposition.SAME_DAY:
            return told
        doubt = self.level(answers, Reading(not_asked, Open.ALWAYS))
        return max(told, min(Disposition.SAME_DAY, doubt))

    def verdict(self, answers: Answers) -> Verdict:
        """The whole range for one case."""
        return Verdict(
            forced=self.level(answers, FORCED),
            low=self.verdict_reading(answers, Open.NEVER),
            as_told=self.verdict_reading(answers, Open.TOLD),
            high=self.verdict_reading(answers, Open.ALWAYS),
            possible=self.level(answers, POSSIBLE),
        )

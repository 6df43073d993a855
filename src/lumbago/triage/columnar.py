"""Triage over columns: the NumPy twin of `scalar`, same names in the same order.

Rows are worked on a chunk at a time. Which rows a condition holds for is a plane of bits, eight rows
a byte, so that `and` and `or` of a whole chunk are one short operation; where all rows agree a
plane is plain True or False and costs nothing. Every number is an integer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from lumbago.columns import CaseTable, Column, Flags, NumberColumn, SetColumn
from lumbago.expr import And, AtLeast, Compare, Expr, Literal_, Not, OneOf, Or, Term, Yes, literals
from lumbago.knowledge.model import Disposition, Knowledge, Rule
from lumbago.triage import scalar
from lumbago.triage.scalar import DOUBT, FORCED, POSSIBLE, TOLD, Open, Reading

__all__ = ["DOUBT", "FORCED", "POSSIBLE", "TOLD", "Chunk", "Open", "Reading", "Rules", "Verdicts"]

Bits = NDArray[np.uint8] | bool
"""For which rows something is true: packed bits (any past the last row say nothing), or all or none."""

Levels = Mapping[Disposition, Bits]
"""For each disposition above the lowest, the rows that reach it."""

Ranks = NDArray[np.uint8]
"""One disposition a row, as its number."""

RANKS: Final = tuple(sorted(set(Disposition) - {Disposition.SELF_CARE}, reverse=True))


@dataclass(frozen=True, slots=True)
class Status:
    """What the answers make of a literal, before any reading: for each status the rows that have it."""

    no: Bits
    yes: Bits
    unsure: Bits
    not_asked: Bits


NOBODY_ASKED: Final = Status(no=False, yes=False, unsure=False, not_asked=True)


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """The range of dispositions of every row: what is forced, told, and still possible."""

    forced: Ranks
    low: Ranks
    as_told: Ranks
    high: Ranks
    possible: Ranks

    def __len__(self) -> int:
        return len(self.as_told)

    @property
    def settled(self) -> Flags:
        """Rows whose verdict no further answer could change."""
        same: Flags = self.low == self.high
        return same

    @property
    def cleared(self) -> Flags:
        """Rows that no further answer could raise to `same_day` or above."""
        below: Flags = self.high < Disposition.SAME_DAY
        return below

    @property
    def unsettled(self) -> Flags:
        """Rows whose `as_told` a program must not act on."""
        below: Flags = self.as_told < Disposition.SAME_DAY
        return below & ~self.cleared

    def row(self, row: int) -> scalar.Verdict:
        """The verdict of one row."""
        return scalar.Verdict(
            *(Disposition(int(ranks[row])) for ranks in (self.forced, self.low, self.as_told)),
            *(Disposition(int(ranks[row])) for ranks in (self.high, self.possible)),
        )


def satisfies(literal: Literal_, column: Column) -> tuple[Flags, Flags]:
    """Per row, whether all, and whether some, of the values still possible satisfy a literal."""
    match literal, column:
        case Compare(operator=operator, value=value), NumberColumn(low=low, high=high):
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
        case ((Yes() | OneOf()), SetColumn()):
            wanted = literal.values if isinstance(literal, OneOf) else {"yes"}
            return column.must_be(wanted), column.may_be(wanted)
    raise TypeError(f"{literal} cannot be asked of {type(column).__name__}")


def status(literal: Literal_, answers: CaseTable) -> Status:
    """What the answers make of a literal."""
    column = answers.columns.get(literal.finding)
    if column is None:
        return NOBODY_ASKED
    every, some = satisfies(literal, column)
    still_open = some & ~every
    if not still_open.any():
        return Status(no=pack(~some), yes=pack(every), unsure=False, not_asked=False)
    asked = column.asked
    return Status(
        no=pack(~some),
        yes=pack(every),
        unsure=pack(still_open & asked),
        not_asked=pack(still_open & ~asked),
    )


def read(state: Status, negated: bool, reading: Reading) -> Bits:
    """A literal, or a negated one, under a reading."""
    held = state.no if negated else state.yes
    for rows, how in ((state.unsure, reading.unsure), (state.not_asked, reading.not_asked)):
        if how is Open.ALWAYS or (how is Open.TOLD and negated):
            held = either(held, rows)
    return held


class Chunk:
    """A few rows with what was found out about them, kept while they are read in several ways."""

    def __init__(self, answers: CaseTable) -> None:
        self.answers = answers
        self.statuses: dict[Literal_, Status] = {}
        self.terms: dict[tuple[str, bool, Reading], Bits] = {}
        self.levels: dict[Reading, Levels] = {}

    def __len__(self) -> int:
        return len(self.answers)

    def status(self, literal: Literal_) -> Status:
        """What the answers make of a literal, worked out once."""
        found = self.statuses.get(literal)
        if found is None:
            found = self.statuses[literal] = status(literal, self.answers)
        return found

    def forget(self, finding: str) -> None:
        """Drop what was found out about a finding, because its column was written to."""
        for literal in [known for known in self.statuses if known.finding == finding]:
            del self.statuses[literal]
        self.terms.clear()
        self.levels.clear()

    def same(self, reading: Reading, among: Iterable[Literal_]) -> Reading:
        """The simplest reading that reads these literals the same; one for all where none is open."""
        known = [self.status(literal) for literal in among]
        unsure = any(state.unsure is not False for state in known)
        not_asked = any(state.not_asked is not False for state in known)
        if not unsure:
            reading = Reading(reading.not_asked, Open.NEVER)
        return reading if not_asked else Reading(Open.NEVER, reading.unsure)


class Rules:
    """The rules of a knowledge base, ready to be read for tables of cases."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.rules: tuple[Rule, ...] = knowledge.rules_by_urgency
        self.terms: Mapping[str, Expr] = knowledge.term_expressions
        self.literals: frozenset[Literal_] = frozenset(
            literal
            for rule in self.rules
            for literal, _ in literals(rule.when, knowledge.term_expressions)
        )

    def holds(self, expr: Expr, answers: Chunk, reading: Reading, *, negated: bool = False) -> Bits:
        """The rows for which a condition holds under a reading."""
        match expr:
            case Yes() | Compare() | OneOf():
                return read(answers.status(expr), negated, reading)
            case Term(name=name):
                key = (name, negated, reading)
                if key not in answers.terms:
                    held = self.holds(self.terms[name], answers, reading, negated=negated)
                    answers.terms[key] = held
                return answers.terms[key]
            case Not(part=part):
                return self.holds(part, answers, reading, negated=not negated)
            case And(parts=parts) | Or(parts=parts):
                every = isinstance(expr, And) is not negated
                held_parts = (self.holds(p, answers, reading, negated=negated) for p in parts)
                start: Bits = every
                return reduce(both if every else either, held_parts, start)
            case AtLeast(n=n, parts=parts):
                needed = len(parts) - n + 1 if negated else n
                held_parts = (self.holds(p, answers, reading, negated=negated) for p in parts)
                return at_least(needed, held_parts)
            case _:
                assert_never(expr)

    def level(self, answers: Chunk, reading: Reading) -> Levels:
        """The rows whose highest disposition of a rule that holds under a reading is this or above."""
        reading = answers.same(reading, self.literals)
        if reading not in answers.levels:
            reached: Bits = False
            levels: dict[Disposition, Bits] = {}
            for disposition in RANKS:
                rules = (rule for rule in self.rules if rule.disposition is disposition)
                held = (self.holds(rule.when, answers, reading) for rule in rules)
                reached = levels[disposition] = reduce(either, held, reached)
            answers.levels[reading] = levels
        return answers.levels[reading]

    def verdict_reading(self, answers: Chunk, not_asked: Open) -> Levels:
        """The verdict with "not asked" read one way: told, or doubt worth `same_day`."""
        told = self.level(answers, Reading(not_asked, Open.TOLD))
        doubt = self.level(answers, Reading(not_asked, Open.ALWAYS))
        return {
            disposition: either(reached, doubt[disposition])
            if disposition <= Disposition.SAME_DAY
            else reached
            for disposition, reached in told.items()
        }

    def verdict(self, answers: CaseTable) -> Verdicts:
        """The whole range for every row."""
        found = np.empty((5, len(answers)), np.uint8)
        start = 0
        for part in answers.chunks():
            for row, levels in zip(found, self.readings(Chunk(part)), strict=True):
                row[start : start + len(part)] = ranks(levels, len(part))
            start += len(part)
        return Verdicts(*found)

    def readings(self, answers: Chunk) -> tuple[Levels, Levels, Levels, Levels, Levels]:
        """The levels that are forced, low, as told, high and possible."""
        return (
            self.level(answers, FORCED),
            self.verdict_reading(answers, Open.NEVER),
            self.verdict_reading(answers, Open.TOLD),
            self.verdict_reading(answers, Open.ALWAYS),
            self.level(answers, POSSIBLE),
        )

    def fired(self, answers: Chunk, reading: Reading) -> dict[str, Bits]:
        """For every rule, the rows for which it holds under a reading, most urgent rule first."""
        reading = answers.same(reading, self.literals)
        return {rule.id: self.holds(rule.when, answers, reading) for rule in self.rules}

    def counts(self, answers: CaseTable, reading: Reading) -> dict[str, int]:
        """For every rule, the number of rows for which it holds under a reading."""
        total = dict.fromkeys((rule.id for rule in self.rules), 0)
        for part in answers.chunks():
            for id_, held in self.fired(Chunk(part), reading).items():
                total[id_] += count(held, len(part))
        return total


def pack(rows: Flags) -> Bits:
    """One flag a row as a plane of bits; False where no row has it."""
    bits = np.packbits(rows)
    return bits if bits.any() else False


def unpack(rows: Bits, length: int) -> Flags:
    """A plane of bits as one flag a row."""
    if isinstance(rows, bool):
        return np.full(length, rows)
    return np.unpackbits(rows, count=length).view(np.bool_)


def count(rows: Bits, length: int) -> int:
    """How many of `length` rows a plane of bits holds for."""
    return int(np.count_nonzero(unpack(rows, length)))


def both(one: Bits, other: Bits) -> Bits:
    """The rows of both planes."""
    if isinstance(one, bool):
        return other if one else False
    if isinstance(other, bool):
        return one if other else False
    return one & other


def either(one: Bits, other: Bits) -> Bits:
    """The rows of either plane."""
    if isinstance(one, bool):
        return True if one else other
    if isinstance(other, bool):
        return True if other else one
    return one | other


def but_not(one: Bits, other: Bits) -> Bits:
    """The rows of the first plane that are not in the second."""
    if isinstance(other, bool):
        return False if other else one
    if isinstance(one, bool):
        return ~other if one else False
    return one & ~other


def at_least(n: int, planes: Iterable[Bits]) -> Bits:
    """The rows of at least `n` of the planes."""
    reached: list[Bits] = [True, *(False for _ in range(n))]  # [k]: in at least k planes so far
    for plane in planes:
        for k in range(n, 0, -1):
            reached[k] = either(reached[k], both(reached[k - 1], plane))
    return reached[n]


def ranks(levels: Levels, length: int) -> Ranks:
    """The highest disposition of every row."""
    total = np.zeros(length, np.uint8)
    for rows in levels.values():
        total += unpack(rows, length)
    return total

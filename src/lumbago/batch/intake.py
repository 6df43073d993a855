"""From columns as handed in to answers: the columnar twin of `lumbago.intake`, same names, same order.

What is plain is worked out for all rows at once. Rows in which the outcome hangs on the order of the
answers, or on own words, are marked `odd`: they go through the definition, one case at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lumbago import intake
from lumbago.answers import NO, YES, Answers
from lumbago.columns import (
    NO_YES,
    CaseTable,
    Codes,
    Column,
    Flags,
    NumberColumn,
    SetColumn,
    absent_code,
    asked_bit,
    code_type,
)
from lumbago.errors import Problem
from lumbago.expr import Expr
from lumbago.knowledge.model import Finding, Knowledge
from lumbago.triage.columnar import DOUBT, FORCED, POSSIBLE, Chunk, Reading, Rules, unpack

Moments = NDArray[np.int64]
"""Microseconds since 1970 in UTC, one a row; `NEVER` where there is none."""

NOBODY: Final = NumberColumn.of([None])
"""A number column of one row without an answer."""

NEVER: Final = int(np.iinfo(np.int64).min)
_HOUR: Final = 3_600_000_000


@dataclass(eq=False)
class Given:
    """Answers as handed in, a column each in their order, and what goes with them.

    `times` are when answers were given, by finding. `profile` are rows with the findings that a
    profile answers there. `odd` are the rows to be taken one at a time. Columns are written to.
    """

    rows: int
    columns: dict[str, Column]
    at: Moments
    times: dict[str, Moments] = field(default_factory=dict)
    profile: list[tuple[NDArray[np.intp], tuple[str, ...]]] = field(default_factory=list)
    odd: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    problems: list[tuple[Problem, Flags]] = field(default_factory=list)


class Desk:
    """Turns columns into answers for one knowledge base."""

    def __init__(self, definition: intake.Desk) -> None:
        self.definition = definition
        self.knowledge: Knowledge = definition.knowledge
        self.rules = Rules(self.knowledge)
        findings = self.knowledge.findings.values()
        self.leading = {f.id: f for f in findings if f.implies or f.excludes}
        self.voidable = [f for f in findings if f.void_denial_if is not None]

    def intake(self, given: Given) -> Chunk:
        """The answers of all rows; those of odd rows say nothing."""
        self.profile(given)
        self.expire(given)
        chunk = Chunk(CaseTable(given.rows, given.columns))
        work = _Work(self, given, chunk)
        work.void()
        work.derive()
        return chunk

    def profile(self, given: Given) -> None:
        """Add what profiles answer with yes, unless an answer was given."""
        for rows, findings in given.profile:
            for id_ in findings:
                codes = codes_of(given, self.knowledge.findings[id_])
                there = codes[rows]
                known = there & 4 == 0
                given.odd[rows[known & (there & 2 == 0)]] = True
                codes[rows[~known]] = _ASKED_YES

    def expire(self, given: Given) -> None:
        """Drop answers that have outlived their finding's lifetime."""
        for id_, times in given.times.items():
            column = given.columns.get(id_)
            hours = self.knowledge.lifetimes[self.knowledge.findings[id_].lifetime].hours
            if column is None or hours is None:
                continue
            dated = (times != NEVER) & (given.at != NEVER) & ~absent(column)
            given.odd |= dated & (times > given.at)
            old = dated & (given.at - np.where(dated, times, given.at) > hours * _HOUR)
            if old.any():
                forget(column, old)
                said = f"The answer is older than {hours} hours and counts as not asked."
                given.problems.append((Problem(said, id_, "Please ask again."), old))


_ASKED_YES: Final = 2 | asked_bit(NO_YES)


class _Work:
    """The answers of one chunk while more follows from them."""

    def __init__(self, desk: Desk, given: Given, chunk: Chunk) -> None:
        self.desk, self.given, self.chunk = desk, given, chunk
        self.findings: Mapping[str, Finding] = desk.knowledge.findings
        self.derived: dict[str, Flags] = {}
        self.blank: dict[str, Flags] = {}

    def holds(self, expr: Expr, reading: Reading) -> Flags:
        return unpack(self.desk.rules.holds(expr, self.chunk, reading), self.given.rows)

    def is_(self, finding: str, values: frozenset[str]) -> Flags | None:
        """The rows whose answer is just these values; None where nobody's can be."""
        column = self.given.columns.get(finding)
        return column.must_be(values) if isinstance(column, SetColumn) else None

    def absent(self, finding: str) -> Flags | None:
        """The rows that have no answer; None where all have one."""
        if finding not in self.blank:
            column = self.given.columns.get(finding)
            rows = np.ones(self.given.rows, np.bool_) if column is None else absent(column)
            self.blank[finding] = rows
        rows = self.blank[finding]
        return rows if rows.any() else None

    def changed(self, finding: str) -> None:
        self.blank.pop(finding, None)
        self.chunk.forget(finding)

    def void(self) -> None:
        """Drop the denials that do not count."""
        for finding in self.desk.voidable:
            denied = self.is_(finding.id, NO)
            assert finding.void_denial_if is not None
            if denied is None or not denied.any():
                continue
            dropped = denied & self.holds(finding.void_denial_if, DOUBT)
            if dropped.any():
                forget(self.given.columns[finding.id], dropped)
                self.changed(finding.id)

    def derive(self) -> None:
        """Answer what follows from what was answered, until nothing more follows."""
        more = True
        while more:
            followed = self._follow()
            by_denial = self._contrapose()
            by_expression = self._by_expression()
            more = self._longer_ago() or followed or by_denial or by_expression

    def _add(self, finding: str, rows: Flags | None, values: frozenset[str]) -> bool:
        """Answer a finding in these rows, all of them without an answer so far."""
        if rows is None or not rows.any():
            return False
        kind = self.findings[finding]
        codes = codes_of(self.given, kind)
        codes[rows] = code_of(values_of(kind), values)
        before = self.derived.get(finding)
        self.derived[finding] = rows if before is None else before | rows
        self.changed(finding)
        return True

    def _follow(self) -> bool:
        """What a yes implies and excludes, as the answers stood before."""
        leading = self.desk.leading
        said = [
            (leading[id_], rows)
            for id_ in list(self.given.columns)
            if id_ in leading
            for rows in [self.is_(id_, YES)]
            if rows is not None and rows.any()
        ]
        more = False
        for finding, rows in said:
            for values, others in ((YES, finding.implies), (NO, finding.excludes)):
                for other in others:
                    more = self._lead(finding.id, other, rows, values) or more
        return more

    def _lead(self, because: str, other: str, rows: Flags, values: frozenset[str]) -> bool:
        column = self.given.columns.get(other)
        if isinstance(column, SetColumn):
            against = rows & ~column.may_be(values)
            if against.any():
                self._contradiction(because, other, against)
        blank = self.absent(other)
        return blank is not None and self._add(other, rows & blank, values)

    def _contradiction(self, because: str, finding: str, rows: Flags) -> None:
        """Two answers that were given are both kept; beside a derived one the order decides."""
        derived = self.derived.get(finding)
        if derived is not None:
            self.given.odd |= rows & derived
            rows = rows & ~derived
        said = f"{because} and {finding} contradict each other; both answers are kept."
        problem = Problem(said, finding, "Please check them.")
        known = [one for one, _ in self.given.problems]
        if not rows.any():
            return
        if problem not in known:
            self.given.problems.append((problem, rows))
            return
        place = known.index(problem)
        self.given.problems[place] = (problem, self.given.problems[place][1] | rows)

    def _contrapose(self) -> bool:
        more = False
        for finding in self.findings.values():
            if not finding.implies:
                continue
            denied = [rows for o in finding.implies if (rows := self.is_(o, NO)) is not None]
            if denied and (blank := self.absent(finding.id)) is not None:
                more = self._add(finding.id, blank & _any(denied), NO) or more
        return more

    def _by_expression(self) -> bool:
        more = False
        for finding in self.desk.definition.implied:
            blank = self.absent(finding.id)
            if blank is not None and finding.implied_by is not None:
                follows = blank & self.holds(finding.implied_by, FORCED)
                more = self._add(finding.id, follows, YES) or more
        for finding in self.desk.definition.gated:
            if finding.answer == "number" or finding.only_if is None:
                continue
            blank = self.absent(finding.id)
            if blank is not None:
                skipped = blank & ~self.holds(finding.only_if, POSSIBLE)
                more = self._add(finding.id, skipped, intake.NOT_ASKED[finding.answer]) or more
        return more

    def _longer_ago(self) -> bool:
        more = False
        for target, askers in self.desk.definition.longer_ago.items():
            denied = [self.is_(asker, NO) for asker in askers]
            blank = self.absent(target)
            if blank is None or any(rows is None for rows in denied):
                continue
            every = np.logical_and.reduce([rows for rows in denied if rows is not None])
            more = self._add(target, blank & every, NO) or more
        return more


def _any(rows: Iterable[Flags]) -> Flags:
    found: Flags = np.logical_or.reduce(list(rows))
    return found


def values_of(finding: Finding) -> tuple[str, ...]:
    """The values of a yes/no or choice finding, as its column has them."""
    return NO_YES if finding.answer == "yes_no" else finding.choices


def code_of(values: tuple[str, ...], possible: frozenset[str]) -> int:
    """The code of a row that was asked and left these values possible."""
    return asked_bit(values) | sum(1 << i for i, value in enumerate(values) if value in possible)


def codes_of(given: Given, finding: Finding) -> Codes:
    """The codes of a yes/no or choice column, made where nobody had answered it."""
    column = given.columns.get(finding.id)
    if column is None:
        column = empty(finding, given.rows)
        given.columns[finding.id] = column
    assert isinstance(column, SetColumn)
    return column.codes


def empty(finding: Finding, rows: int) -> Column:
    """A column that nobody has answered."""
    if finding.answer == "number":
        return NumberColumn.of([None] * rows)
    values = values_of(finding)
    return SetColumn(values, np.full(rows, absent_code(values), code_type(values)))


def absent(column: Column) -> Flags:
    """Per row, whether it has no answer."""
    if isinstance(column, NumberColumn):
        none: Flags = (column.low == NOBODY.low) & (column.high == NOBODY.high)
        return none
    bit = column.codes.dtype.type(1 << len(column.values))
    missing: Flags = (column.codes & bit) != 0
    return missing


def forget(column: Column, rows: Flags) -> None:
    """Take the answers of these rows away."""
    if isinstance(column, NumberColumn):
        column.low[rows], column.high[rows] = NOBODY.low, NOBODY.high
        column.asked[rows] = False
    else:
        column.codes[rows] = absent_code(column.values)


def put(
    given: Given, findings: Mapping[str, Finding], rows: NDArray[np.intp], cases: Sequence[Answers]
) -> None:
    """Write whole sets of answers into some rows, in place of what was there."""
    table = CaseTable.of(findings, cases)
    for id_ in {**given.columns, **table.columns}:
        target = given.columns.setdefault(id_, empty(findings[id_], given.rows))
        source = table.columns.get(id_) or empty(findings[id_], len(rows))
        if isinstance(target, NumberColumn) and isinstance(source, NumberColumn):
            target.low[rows], target.high[rows] = source.low, source.high
            target.asked[rows] = source.asked
        elif isinstance(target, SetColumn) and isinstance(source, SetColumn):
            target.codes[rows] = source.codes

"""Many cases as columns: what is still possible and whether it was asked, row by row.

A `CaseTable` says exactly what a list of `Answers` says. Nothing is filled in: a finding without a
column was answered by nobody, and a row that did not answer keeps everything possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lumbago.answers import Answer, Answers, Origin
from lumbago.errors import InputError, Problem
from lumbago.knowledge.model import Finding
from lumbago.quantity import Interval

Flags = NDArray[np.bool_]
Codes = NDArray[np.unsignedinteger[Any]]

NO_YES: Final = ("no", "yes")
CHUNK: Final = 65_536
"""Rows worked on at a time: enough to hide the cost of a call, few enough to stay in the cache."""

_LOWEST: Final = int(np.iinfo(np.int32).min)
_HIGHEST: Final = int(np.iinfo(np.int32).max)
_FROM_TABLE: Final = Origin("import")


@dataclass(frozen=True, slots=True, eq=False)
class SetColumn:
    """Answers to a yes/no or choice finding, one code of bits a row.

    Bit i: `values[i]` is still possible. The bit after the values: something else still is, which
    marks a row that did not answer. The bit after that: it was asked.
    """

    values: tuple[str, ...]
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(cls, values: tuple[str, ...], answers: Iterable[Answer | None]) -> SetColumn:
        """A column from one answer (None: not answered) a row. `KeyError` for an unknown value."""
        bits = {value: 1 << index for index, value in enumerate(values)}
        absent, asked = absent_code(values), asked_bit(values)
        codes = []
        for answer in answers:
            if answer is None:
                codes.append(absent)
            elif isinstance(answer.possible, Interval):
                raise TypeError(f"{answer} is no set of values.")
            else:
                code = sum(bits[value] for value in answer.possible)
                codes.append(code | asked if answer.asked else code)
        return cls(values, np.array(codes, dtype=code_type(values)))

    @classmethod
    def chosen(cls, values: tuple[str, ...], index: NDArray[np.integer[Any]]) -> SetColumn:
        """A column in which every row was asked and answered `values[index]`."""
        known = [1 << i | asked_bit(values) for i in range(len(values))]
        return cls(values, np.array(known, dtype=code_type(values))[index])

    @classmethod
    def yes_no(cls, yes: Flags) -> SetColumn:
        """A column in which every row was asked and said yes or no."""
        return cls.chosen(NO_YES, yes.view(np.uint8))

    @property
    def asked(self) -> Flags:
        """Per row, whether it was asked."""
        return self._any_bit(asked_bit(self.values))

    def may_be(self, wanted: Iterable[str]) -> Flags:
        """Per row, whether one of these values is still possible."""
        return self._any_bit(self._bits(wanted))

    def must_be(self, wanted: Iterable[str]) -> Flags:
        """Per row, whether every value still possible is one of these."""
        return ~self._any_bit(absent_code(self.values) & ~self._bits(wanted))

    def _bits(self, wanted: Iterable[str]) -> int:
        known = set(wanted)
        return sum(1 << i for i, value in enumerate(self.values) if value in known)

    def _any_bit(self, mask: int) -> Flags:
        flags: Flags = (self.codes & self.codes.dtype.type(mask)) != 0
        return flags

    def answer(self, row: int) -> Answer | None:
        """The answer of one row, None where it did not answer."""
        code = int(self.codes[row])
        if code & (1 << len(self.values)):
            return None
        possible = frozenset(value for i, value in enumerate(self.values) if code & (1 << i))
        return Answer(possible, bool(code & asked_bit(self.values)), _FROM_TABLE)

    def part(self, start: int, stop: int) -> SetColumn:
        """The rows `start` to before `stop`, as a view."""
        return SetColumn(self.values, self.codes[start:stop])


@dataclass(frozen=True, slots=True, eq=False)
class NumberColumn:
    """Answers to a number finding: a closed interval in its base unit, and whether it was asked.

    A row that did not answer has the widest interval that the type can hold.
    """

    low: NDArray[np.int32]
    high: NDArray[np.int32]
    asked: Flags

    def __len__(self) -> int:
        return len(self.low)

    @classmethod
    def of(cls, answers: Iterable[Answer | None]) -> NumberColumn:
        """A column from one answer (None: not answered) a row.

        Raises `InputError` for a number that does not fit into 32 bits.
        """
        low, high, asked = [], [], []
        for answer in answers:
            if answer is None:
                bounds = (_LOWEST, _HIGHEST)
            elif isinstance(answer.possible, Interval):
                bounds = _fitting(answer.possible)
            else:
                raise TypeError(f"{answer} is no interval.")
            low.append(bounds[0])
            high.append(bounds[1])
            asked.append(answer is not None and answer.asked)
        return cls(np.array(low, np.int32), np.array(high, np.int32), np.array(asked, np.bool_))

    @classmethod
    def exactly(cls, values: NDArray[np.int32]) -> NumberColumn:
        """A column in which every row was asked and gave one number."""
        return cls(values, values, np.ones(len(values), np.bool_))

    def answer(self, row: int) -> Answer | None:
        """The answer of one row, None where it did not answer."""
        low, high = int(self.low[row]), int(self.high[row])
        if (low, high) == (_LOWEST, _HIGHEST):
            return None
        return Answer(Interval(low, high), bool(self.asked[row]), _FROM_TABLE)

    def part(self, start: int, stop: int) -> NumberColumn:
        """The rows `start` to before `stop`, as a view."""
        return NumberColumn(self.low[start:stop], self.high[start:stop], self.asked[start:stop])


Column = SetColumn | NumberColumn


def asked_bit(values: tuple[str, ...]) -> int:
    """The bit that says "asked" in the codes of a column with these values."""
    return 1 << (len(values) + 1)


def absent_code(values: tuple[str, ...]) -> int:
    """The code of a row that did not answer: every value and anything else possible, not asked."""
    return (1 << (len(values) + 1)) - 1


def code_type(values: tuple[str, ...]) -> np.dtype[np.unsignedinteger[Any]]:
    """The smallest unsigned type that holds the codes of these values."""
    return np.min_scalar_type(asked_bit(values) | absent_code(values))


def _fitting(interval: Interval) -> tuple[int, int]:
    if interval.low > _LOWEST and interval.high < _HIGHEST:
        return interval.low, interval.high
    raise InputError(Problem(f"{interval} is too large for a table of cases."))


@dataclass(frozen=True, slots=True, eq=False)
class CaseTable:
    """Cases as columns, all of length `rows`; a finding without a column was not asked of anybody."""

    rows: int
    columns: Mapping[str, Column]

    def __post_init__(self) -> None:
        for finding, column in self.columns.items():
            if len(column) != self.rows:
                raise ValueError(f"{finding} has {len(column)} rows, not {self.rows}.")

    def __len__(self) -> int:
        return self.rows

    @classmethod
    def of(cls, findings: Mapping[str, Finding], cases: Sequence[Answers]) -> CaseTable:
        """A table from one set of answers a row.

        `findings` say what kind of answer each takes. Raises `KeyError` for a finding or value that
        is unknown, `InputError` for a number too large for a table.
        """
        answered = {id_ for answers in cases for id_ in answers}
        columns = {
            id_: column_of(findings[id_], [answers.get(id_) for answers in cases])
            for id_ in sorted(answered)
        }
        return cls(len(cases), columns)

    def answers(self, row: int) -> dict[str, Answer]:
        """The answers of one row, findings in the order of the columns."""
        found = ((id_, column.answer(row)) for id_, column in self.columns.items())
        return {id_: answer for id_, answer in found if answer is not None}

    def part(self, start: int, stop: int) -> CaseTable:
        """The rows `start` to before `stop`, as views on the same memory."""
        start, stop, _ = slice(start, stop).indices(self.rows)
        parts = {id_: column.part(start, stop) for id_, column in self.columns.items()}
        return CaseTable(max(0, stop - start), parts)

    def chunks(self, rows: int = CHUNK) -> Iterator[CaseTable]:
        """The table in parts of at most `rows` rows, in order."""
        for start in range(0, self.rows, rows):
            yield self.part(start, start + rows)


def column_of(finding: Finding, answers: Iterable[Answer | None]) -> Column:
    """A column for a finding from one answer (None: not answered) a row."""
    match finding.answer:
        case "yes_no":
            return SetColumn.of(NO_YES, answers)
        case "choice":
            return SetColumn.of(finding.choices, answers)
        case "number":
            return NumberColumn.of(answers)

"""Arrow in, Arrow out: a table of cases to a table of assessments, row for row.

Row i of the result belongs to row i of the input, and says what `assess` says of that row by itself:
the same disposition, range and rules, probabilities within 1e-4. A row that cannot be read has a null
disposition and its `problems`. The shape of the input is in `layout`; this is the output:

| column | what |
|---|---|
| `id`, `at` | of the case |
| `disposition` | the one field a program may act on: a disposition, or `unsettled` |
| `as_told`, `low`, `high` | what the answers so far say, and what the open questions could make of it |
| `settled`, `cleared` | both ends are equal; the top is below `same_day` |
| `action`, `within_hours` | the kind of help, and by when |
| `rules`, `readings` | the rules that hold, most urgent first, and how each was read |
| `doubt` | the unsure answers that raised it or could still raise it |
| `open_count`, `open` | how many questions are open, and the first ten |
| `not_to_be_missed` | what the rules that hold or nearly hold protect against |
| `likely`, `families`, `none_because` | the differential; left out on request |
| `problems` | what was wrong, a sentence each |
| `x_…`, columns to keep | as they came |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lumbago import intake
from lumbago.answers import Answers, Case
from lumbago.batch.decode import Decoder, is_text, microseconds
from lumbago.batch.gate import (
    DISPOSITIONS,
    READINGS,
    AssessmentColumns,
    Likelihoods,
    Ranking,
    assess_columns,
)
from lumbago.batch.intake import NEVER, Desk, Given, put
from lumbago.batch.layout import PROFILE, Layout, case_of_row, layout, row_of
from lumbago.batch.lists import Lists
from lumbago.columns import CHUNK, CaseTable, Flags
from lumbago.differential.explain import UNDER_18
from lumbago.errors import InputError, Problem
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.triage.proof import is_proved
from lumbago.wire import VERSION

Table = TypeVar("Table", pa.Table, pa.RecordBatch)

_FEW: Final = pa.dictionary(pa.int8(), pa.string())
_SOME: Final = pa.dictionary(pa.int16(), pa.string())
_MOMENT: Final = pa.timestamp("us", "UTC")
_SINGLY: Final = 1024


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read, or one that was read with something to report.

    `row` counts from 0 in the table; `assessed` says which of the two it is.
    """

    row: int
    id: str | None
    assessed: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """A batch of assessments, and the rows that had problems."""

    batch: pa.RecordBatch
    bad: tuple[BadRow, ...]


def assess_table(
    knowledge: Knowledge,
    table: Table,
    *,
    at: datetime | None = None,
    differential: bool = True,
    keep: Iterable[str] = (),
) -> Table:
    """Assess every row of a table, or of a record batch.

    `at` is the moment of rows without one. Without `differential` there is triage alone. `keep`
    names columns to carry along. Raises `InputError` if the columns are not those of a table of
    cases.
    """
    worker = Worker(knowledge, table.schema, at=at, differential=differential, keep=keep)
    if isinstance(table, pa.RecordBatch):
        whole = pa.Table.from_batches(worker.batches(pieces(table)), worker.schema)
        return whole.combine_chunks().to_batches()[0] if len(whole) else _no_rows(worker.schema)
    every = (piece for batch in table.to_batches() for piece in pieces(batch))
    return pa.Table.from_batches(worker.batches(every), worker.schema)


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema)


def pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in parts small enough to be worked on at a time."""
    for start in range(0, batch.num_rows, CHUNK):
        yield batch.slice(start, CHUNK)


def cases_table(knowledge: Knowledge, cases: Iterable[Case]) -> pa.Table:
    """Cases as a table that `assess_table` reads. Raises `InputError` for what no column can hold."""
    return table_of_rows([row_of(knowledge, case) for case in cases])


def table_of_rows(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows of text, and of lists of text, as a table with a column for every key."""
    names = dict.fromkeys(name for row in rows for name in row)
    kinds = dict.fromkeys(PROFILE, pa.list_(pa.string()))
    return pa.table(
        {
            name: pa.array([row.get(name) for row in rows], kinds.get(name, pa.string()))
            for name in names
        }
    )


@lru_cache(maxsize=4)
def _desk(knowledge: Knowledge) -> Desk:
    return Desk(intake.Desk(knowledge))


class Worker:
    """Assesses batches of one schema."""

    def __init__(
        self,
        knowledge: Knowledge,
        schema: pa.Schema,
        *,
        at: datetime | None = None,
        differential: bool = True,
        keep: Iterable[str] = (),
    ) -> None:
        self.knowledge = knowledge
        self.at = at
        self.shape: Layout = layout(knowledge, schema.names, keep)
        self.differential = differential
        self.desk = _desk(knowledge)
        self.decoder = Decoder(self.desk.definition, self.shape)
        self.names = _Names(knowledge)
        kept = [schema.field(name) for name in self.shape.kept]
        self.schema = output_schema(knowledge, differential=differential, kept=kept)

    def batches(self, every: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The assessments of each piece."""
        for piece in every:
            yield self.assess(piece).batch

    def assess(
        self, piece: pa.RecordBatch, unread: Mapping[int, Sequence[Problem]] | None = None
    ) -> Assessed:
        """The assessments of a few ten thousand rows, and what was wrong with some.

        `unread` are rows that were already found to be unreadable.
        """
        given = self.decoder.given(piece, microseconds(self.at))
        chunk = self.desk.intake(given)
        remarks, refused = self._singly(piece, given)
        for row, problems in (unread or {}).items():
            refused.add(row)
            remarks[row] = list(problems)
        for problem, rows in given.problems:
            for row in np.flatnonzero(rows & ~given.odd).tolist():
                remarks.setdefault(row, []).append(problem)
        found = assess_columns(
            self.knowledge,
            CaseTable(given.rows, given.columns) if given.odd.any() else chunk,
            differential=self.differential,
        )
        ids = _ids(piece, self.shape)
        return Assessed(
            self._encoded(piece, ids, given, found, refused, remarks),
            tuple(
                BadRow(row, ids[row].as_py(), row not in refused, tuple(remarks[row]))
                for row in sorted(remarks)
            ),
        )

    def _singly(
        self, piece: pa.RecordBatch, given: Given
    ) -> tuple[dict[int, list[Problem]], set[int]]:
        """Take the odd rows through the definition: what is wrong with them, and those refused."""
        remarks: dict[int, list[Problem]] = {}
        refused: set[int] = set()
        odd = np.flatnonzero(given.odd)
        for start in range(0, len(odd), _SINGLY):
            some = odd[start : start + _SINGLY]
            answers: list[Answers] = []
            for row, values in zip(some.tolist(), self._rows(piece, some), strict=True):
                try:
                    case = case_of_row(self.shape, values)
                    taken = self.desk.definition.intake(replace(case, at=case.at or self.at))
                except InputError as error:
                    refused.add(row)
                    remarks[row] = list(error.problems)
                    answers.append({})
                else:
                    answers.append(taken.answers)
                    if taken.problems:
                        remarks[row] = list(taken.problems)
            put(given, self.knowledge.findings, some, answers)
        return remarks, refused

    def _rows(self, piece: pa.RecordBatch, rows: NDArray[np.intp]) -> list[dict[str, Any]]:
        """Some rows as plain values, without the columns that are only carried along."""
        names = [name for name in piece.schema.names if name not in self.shape.kept]
        some = piece.select(names).take(pa.array(rows))
        exact = [_to_microseconds(column) for column in some.columns]
        found: list[dict[str, Any]] = pa.RecordBatch.from_arrays(exact, names=names).to_pylist()
        return found

    def _encoded(
        self,
        piece: pa.RecordBatch,
        ids: pa.Array,
        given: Given,
        found: AssessmentColumns,
        refused: set[int],
        remarks: dict[int, list[Problem]],
    ) -> pa.RecordBatch:
        bad: Flags | None = None
        if refused:
            bad = np.zeros(given.rows, np.bool_)
            bad[list(refused)] = True
        columns = [
            ids,
            pa.array(given.at, mask=given.at == NEVER).cast(_MOMENT),
            *_triage(self.names, found, bad),
        ]
        if found.differential is not None:
            columns += _differential(self.names, found.differential, bad)
        columns.append(_said(remarks, given.rows))
        columns += [piece.column(name) for name in self.shape.kept]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _ids(piece: pa.RecordBatch, shape: Layout) -> pa.Array:
    if "id" not in shape.own:
        return pa.nulls(len(piece), pa.string())
    column = piece.column("id")
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (
        is_text(column.type) or pa.types.is_integer(column.type) or pa.types.is_null(column.type)
    ):
        hint = "Use text or whole numbers."
        raise InputError(Problem(f"The column 'id' holds {column.type}.", hint=hint))
    return column.cast(pa.string())


def _to_microseconds(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column


# ----------------------------------------------------------------------------------- the output


class _Names:
    """The words of the dictionaries of the output."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.dispositions = pa.array(DISPOSITIONS)
        self.readings = pa.array(READINGS)
        self.rules = pa.array([rule.id for rule in knowledge.rules_by_urgency])
        self.findings = pa.array(list(knowledge.findings))
        self.conditions = pa.array(list(knowledge.conditions))
        self.actions = pa.array(list(knowledge.actions))
        self.none = pa.array([UNDER_18])
        hours = [knowledge.dispositions[d.id].within_hours for d in Disposition]
        self.no_hours = np.array([hour is None for hour in hours])
        self.hours = np.array([hour or 0 for hour in hours], np.int32)


def output_schema(
    knowledge: Knowledge, *, differential: bool = True, kept: Iterable[pa.Field] = ()
) -> pa.Schema:
    """The columns of the output. Raises `InputError` if a kept column has the name of another."""
    chance = pa.struct([("condition", _SOME), ("probability", pa.float32())])
    share = pa.struct([("family", _FEW), ("probability", pa.float32())])
    fields: list[tuple[str, pa.DataType]] = [
        ("id", pa.string()),
        ("at", _MOMENT),
        *((name, _FEW) for name in ("disposition", "as_told", "low", "high")),
        ("settled", pa.bool_()),
        ("cleared", pa.bool_()),
        ("action", _FEW),
        ("within_hours", pa.int32()),
        ("rules", pa.list_(_SOME)),
        ("readings", pa.list_(_FEW)),
        ("doubt", pa.list_(_SOME)),
        ("open_count", pa.int32()),
        ("open", pa.list_(_SOME)),
        ("not_to_be_missed", pa.list_(_SOME)),
    ]
    if differential:
        fields += [("likely", pa.list_(chance)), ("families", pa.list_(share))]
        fields += [("none_because", _FEW)]
    whole = [pa.field(name, kind) for name, kind in (*fields, ("problems", pa.list_(pa.string())))]
    taken = {one.name for one in whole}
    kept = list(kept)
    problems = [
        Problem(f"The output has a column '{one.name}' of its own.", hint="Rename the one to keep.")
        for one in kept
        if one.name in taken
    ]
    if problems:
        raise InputError(problems)
    return pa.schema([*whole, *kept], metadata=_metadata(knowledge))


def _metadata(knowledge: Knowledge) -> dict[str, str]:
    proved = "yes" if is_proved(knowledge) else "no"
    return {
        "lumbago": str(VERSION),
        "lumbago.knowledge": knowledge.hash,
        "lumbago.proved": proved,
    }


def _triage(names: _Names, found: AssessmentColumns, bad: Flags | None) -> Iterator[pa.Array]:
    verdicts = found.verdicts
    for codes in (found.disposition, verdicts.as_told, verdicts.low, verdicts.high):
        yield _words(codes, names.dispositions, bad)
    yield pa.array(verdicts.settled, mask=bad)
    yield pa.array(verdicts.cleared, mask=bad)
    yield _words(found.action, names.actions, bad)
    no_hours = names.no_hours[verdicts.as_told]
    yield pa.array(names.hours[verdicts.as_told], mask=no_hours if bad is None else no_hours | bad)
    rules = found.rules
    yield _lists(Lists(rules.offsets, rules.values // 3), names.rules, _SOME, bad)
    yield _lists(Lists(rules.offsets, rules.values % 3), names.readings, _FEW, bad)
    yield _lists(found.doubt, names.findings, _SOME, bad)
    yield pa.array(found.open_count, mask=bad)
    yield _lists(found.open, names.findings, _SOME, bad)
    yield _lists(found.not_to_be_missed, names.conditions, _SOME, bad)


def _words(codes: NDArray[np.uint8], words: pa.Array, bad: Flags | None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.view(np.int8), mask=bad), words)


def _lists(lists: Lists, words: pa.Array, kind: pa.DictionaryType, bad: Flags | None) -> pa.Array:
    index = pa.array(lists.values.astype(kind.index_type.to_pandas_dtype(), copy=False))
    values = pa.DictionaryArray.from_arrays(index, words)
    return _list_array(lists.offsets, values, bad)


def _list_array(offsets: NDArray[np.int32], values: pa.Array, bad: Flags | None) -> pa.Array:
    mask = None if bad is None else pa.array(bad)
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=mask)


def _differential(names: _Names, found: Likelihoods, bad: Flags | None) -> Iterator[pa.Array]:
    yield _ranked(found.likely, "condition", _SOME, bad)
    yield _ranked(found.families, "family", _FEW, bad)
    none = np.where(found.child, 0, 1).astype(np.int8)
    mask = none == 1
    yield pa.DictionaryArray.from_arrays(
        pa.array(np.zeros_like(none), mask=mask if bad is None else mask | bad), names.none
    )


def _ranked(ranking: Ranking, name: str, kind: pa.DictionaryType, bad: Flags | None) -> pa.Array:
    named = ranking.probability > 0
    offsets = np.zeros(len(named) + 1, np.int32)
    np.cumsum(named.sum(axis=1), out=offsets[1:])
    index = ranking.place[named].astype(kind.index_type.to_pandas_dtype())
    words = pa.DictionaryArray.from_arrays(pa.array(index), pa.array(ranking.names))
    values = pa.StructArray.from_arrays(
        [words, pa.array(ranking.probability[named])], names=[name, "probability"]
    )
    return _list_array(offsets, values, bad)


def _said(remarks: dict[int, list[Problem]], rows: int) -> pa.Array:
    """The problems of every row, a sentence each."""
    counts = np.zeros(rows, np.int32)
    for row, problems in remarks.items():
        counts[row] = len(problems)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    said = [str(problem) for row in sorted(remarks) for problem in remarks[row]]
    return _list_array(offsets, pa.array(said, pa.string()), None)

"""Files of cases to files of assessments, a piece at a time: memory does not grow with the rows.

The kind of a file is in its name: `.csv`, `.ndjson` or `.jsonl`, and Parquet for any other. Pieces
are worked on side by side and written in their order. Rows that cannot be read, and rows with
something to report, are listed in a file beside the output; nothing is ever half written.
"""

from __future__ import annotations

import csv
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lumbago.batch.decode import is_text
from lumbago.batch.gate import prepare
from lumbago.batch.layout import layout, row_of
from lumbago.batch.tables import Assessed, Worker, table_of_rows
from lumbago.columns import CHUNK
from lumbago.errors import InputError, Problem, UsageError
from lumbago.fields import lines_of
from lumbago.knowledge.model import Knowledge
from lumbago.whole import written_whole
from lumbago.wire import LINE_LIMIT, case_of, dumps, loads, problem_json

_T = TypeVar("_T")
_R = TypeVar("_R")

SIDE: Final = ".problems.ndjson"
"""What the name of the file beside the output ends with."""

THREADS: Final = min(4, os.cpu_count() or 1)
"""Pieces worked on side by side; each holds some 200 MB."""

_BLOCK: Final = 16 << 20
_LINES: Final = 4096
_ROW_GROUP: Final = 4 * CHUNK

Progress = Callable[[int, int], None]
"""Told how much is done and how much there is, in rows or in bytes."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a file. `numbers` are those of the rows, from 1; None: they follow each other.

    `unread` are rows that are no cases, by place in the batch; `skipped` lines that are no rows, by
    number. `done` of `whole` is how far into the file this piece ends.
    """

    batch: pa.RecordBatch
    done: int
    whole: int
    numbers: NDArray[np.int64] | None = None
    unread: dict[int, tuple[Problem, ...]] = field(default_factory=dict)
    skipped: tuple[tuple[int, Problem], ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """How many rows there were, how many could not be read, and how many others had problems."""

    rows: int
    refused: int
    remarked: int
    side: Path | None


def assess_file(
    knowledge: Knowledge,
    source: Path,
    target: Path,
    *,
    at: datetime | None = None,
    differential: bool = True,
    keep: Sequence[str] = (),
    progress: Progress | None = None,
) -> Summary:
    """Assess every row of a file of cases into another file. `at` is for rows without a moment.

    Raises `InputError` if the file or its columns cannot be read; then nothing is written.
    """
    if source.exists() and target.exists() and source.samefile(target):
        raise UsageError(Problem("The output would overwrite the input.", str(target)))
    prepare(knowledge, differential=differential)

    @lru_cache(maxsize=4)  # one for a whole Parquet file; pieces of JSON differ in columns
    def worker(schema: pa.Schema) -> Worker:
        return Worker(knowledge, schema, at=at, differential=differential, keep=keep)

    def work(piece: Piece) -> tuple[Piece, Assessed]:
        return piece, worker(piece.batch.schema).assess(piece.batch, piece.unread)

    with ExitStack() as stack:
        out = stack.enter_context(_output(target))
        side = _Side(stack, target.with_name(target.name + SIDE))
        rows = refused = remarked = 0
        for piece, found in _in_order(work, _pieces(knowledge, source, keep)):
            side.write(piece, found, rows)
            rows += len(found.batch) + len(piece.skipped)
            refused += len(piece.skipped) + sum(not one.assessed for one in found.bad)
            remarked += sum(one.assessed for one in found.bad)
            out(found.batch)
            if progress is not None:
                progress(piece.done, piece.whole)
    side.finish()
    return Summary(rows, refused, remarked, side.path if refused or remarked else None)


def _in_order(work: Callable[[_T], _R], pieces: Iterable[_T]) -> Iterator[_R]:
    """What becomes of each piece, in order, with one more piece read ahead than is worked on."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[_R]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, piece))
                if len(waiting) > THREADS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


# ----------------------------------------------------------------------------------- reading


def _pieces(knowledge: Knowledge, source: Path, keep: Sequence[str]) -> Iterator[Piece]:
    kinds = {".csv": _csv, ".ndjson": _ndjson, ".jsonl": _ndjson}
    read = kinds.get(source.suffix.lower(), _parquet)
    try:
        if source.suffix.lower() == ".csv":
            layout(knowledge, _header(source), keep)
        yield from read(knowledge, source)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        if isinstance(error, OSError) and error.strerror:
            said = error.strerror.lower()
        raise InputError(Problem(f"The file cannot be read: {said}.", str(source))) from None


def _parquet(_: Knowledge, source: Path) -> Iterator[Piece]:
    with source.open("rb") as stream:
        schema = pq.read_schema(stream)
        words = [one.name for one in schema if is_text(one.type)]
        stream.seek(0)
        file = pq.ParquetFile(stream, read_dictionary=words)
        whole, done = file.metadata.num_rows, 0
        if not whole:
            yield Piece(pa.RecordBatch.from_pylist([], schema), 0, 0)
        for batch in _batches(file):
            done += len(batch)
            yield Piece(batch, done, whole)


def _batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """The rows a few ten thousand at a time, whatever the size of the groups in the file."""
    together: list[int] = []
    rows = 0
    for group in range(file.num_row_groups):
        more = file.metadata.row_group(group).num_rows
        if rows + more > CHUNK and together:
            yield from _groups(file, together)
            together, rows = [], 0
        if more > CHUNK:
            yield from file.iter_batches(CHUNK, row_groups=[group])
        else:
            together.append(group)
            rows += more
    if together:
        yield from _groups(file, together)


def _groups(file: pq.ParquetFile, groups: list[int]) -> Iterator[pa.RecordBatch]:
    yield from file.read_row_groups(groups).combine_chunks().to_batches()


def _header(source: Path) -> list[str]:
    with source.open(encoding="utf-8-sig", newline="") as stream:
        names = next(csv.reader(stream), None)
    if not names:
        hint = "The first line names the columns."
        raise InputError(Problem("The file is empty.", str(source), hint))
    return names


def _csv(_: Knowledge, source: Path) -> Iterator[Piece]:
    names = _header(source)
    invalid: list[pacsv.InvalidRow] = []

    def skip(row: pacsv.InvalidRow) -> str:
        invalid.append(row)
        return "skip"

    words = pa.dictionary(pa.int32(), pa.string())
    whole, before = source.stat().st_size, 0
    with source.open("rb") as stream:
        reader = pacsv.open_csv(
            stream,
            pacsv.ReadOptions(block_size=_BLOCK, use_threads=False),  # in order, so rows count
            pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
            pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, words),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        for batch in reader:
            skipped = tuple((row.number - 1, _fields(row)) for row in invalid)
            invalid.clear()
            numbers = _without(before, len(batch), [number for number, _ in skipped])
            before += len(batch) + len(skipped)
            yield Piece(batch, stream.tell(), whole, numbers, skipped=skipped)
        if not before:
            yield Piece(pa.RecordBatch.from_pylist([], reader.schema), whole, whole)


def _fields(row: pacsv.InvalidRow) -> Problem:
    said = f"The line has {row.actual_columns} fields, not {row.expected_columns}."
    return Problem(said, hint="Put fields with commas in quotes.")


def _without(before: int, rows: int, skipped: Sequence[int]) -> NDArray[np.int64]:
    """The numbers of rows after `before`, where some numbers are not among them."""
    every = np.arange(before + 1, before + rows + len(skipped) + 1)
    return every[~np.isin(every, list(skipped))]


def _ndjson(knowledge: Knowledge, source: Path) -> Iterator[Piece]:
    whole = source.stat().st_size
    with source.open("rb") as stream:
        lines = lines_of(stream)
        while True:
            rows: list[dict[str, Any]] = []
            unread: dict[int, tuple[Problem, ...]] = {}
            for line in islice(lines, _LINES):
                row, problems = _row(knowledge, line)
                if problems:
                    unread[len(rows)] = problems
                rows.append(row)
            if not rows and stream.tell():
                return
            table = table_of_rows(rows or [{"id": None}]).slice(0, len(rows))
            batch = table.combine_chunks().to_batches(len(rows) or 1)
            empty = pa.RecordBatch.from_pylist([], table.schema)
            yield Piece(batch[0] if batch else empty, stream.tell(), whole, unread=unread)
            if not rows:
                return


def _row(knowledge: Knowledge, line: bytes | None) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """A line as a row; or its id alone, and why it is no case."""
    id_ = None
    try:
        if line is None:
            hint = "Split it, one case a line."
            raise InputError(Problem(f"The line is over {LINE_LIMIT} bytes.", hint=hint))
        data = loads(line)
        id_ = data.get("id") if isinstance(data, dict) else None
        return row_of(knowledge, case_of(data)), ()
    except InputError as error:
        return {"id": id_ if isinstance(id_, str) else None}, error.problems


# ----------------------------------------------------------------------------------- writing


@contextmanager
def _output(target: Path) -> Iterator[Callable[[pa.RecordBatch], None]]:
    """Takes batches and writes them into a file that appears when it is whole."""
    kinds = {".csv": _csv_out, ".ndjson": _ndjson_out, ".jsonl": _ndjson_out}
    write = kinds.get(target.suffix.lower(), _parquet_out)
    with written_whole(target) as partial, write(partial) as out:
        yield out


@contextmanager
def _parquet_out(path: Path) -> Iterator[Callable[[pa.RecordBatch], None]]:
    waiting: list[pa.RecordBatch] = []
    with ExitStack() as stack:
        writers: list[pq.ParquetWriter] = []

        def flush() -> None:
            if not writers:
                writers.append(stack.enter_context(pq.ParquetWriter(path, waiting[0].schema)))
            writers[0].write_table(pa.Table.from_batches(waiting))
            waiting.clear()

        def out(batch: pa.RecordBatch) -> None:
            waiting.append(batch)
            if sum(map(len, waiting)) >= _ROW_GROUP:
                flush()

        yield out
        if waiting:
            flush()


@contextmanager
def _ndjson_out(path: Path) -> Iterator[Callable[[pa.RecordBatch], None]]:
    with path.open("w", encoding="utf-8") as stream:

        def out(batch: pa.RecordBatch) -> None:
            for row in batch.to_pylist():
                row["at"] = row["at"].isoformat() if row["at"] else None
                stream.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")

        yield out


@contextmanager
def _csv_out(path: Path) -> Iterator[Callable[[pa.RecordBatch], None]]:
    with ExitStack() as stack:
        writers: list[pacsv.CSVWriter] = []

        def out(batch: pa.RecordBatch) -> None:
            flat = flattened(batch)
            if not writers:
                writers.append(stack.enter_context(pacsv.CSVWriter(path, flat.schema)))
            writers[0].write_batch(flat)

        yield out


def flattened(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Lists as text parted by ';', and of a list of chances each as `name=probability`."""
    columns = [_flat(column) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _flat(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    if not pa.types.is_list(column.type):
        return column
    values = column.flatten()
    if pa.types.is_struct(values.type):
        name, chance = values.flatten()
        shown = pc.cast(pc.round(chance, 4), pa.string())
        values = pc.binary_join_element_wise(_flat(name), shown, "=")
    values = _flat(values).cast(pa.string())
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    mask = column.is_null() if column.null_count else None
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), values, mask=mask), ";")


class _Side:
    """The file of problems beside the output: opened at the first one, gone if there was none."""

    def __init__(self, stack: ExitStack, path: Path) -> None:
        self.stack, self.path = stack, path
        self.stream: TextIO | None = None

    def write(self, piece: Piece, found: Assessed, before: int) -> None:
        """List what was wrong in a piece, in the order of the rows."""
        lines = [(number, None, False, (problem,)) for number, problem in piece.skipped] + [
            (
                before + one.row + 1 if piece.numbers is None else int(piece.numbers[one.row]),
                one.id,
                one.assessed,
                one.problems,
            )
            for one in found.bad
        ]
        for number, id_, assessed, problems in sorted(lines, key=lambda line: line[0]):
            said = [problem_json(problem) for problem in problems]
            line = {"row": number, "id": id_, "assessed": assessed, "problems": said}
            self._open().write(dumps(line) + "\n")

    def _open(self) -> TextIO:
        if self.stream is None:
            partial = self.stack.enter_context(written_whole(self.path))
            self.stream = self.stack.enter_context(partial.open("w", encoding="utf-8"))
        return self.stream

    def finish(self) -> None:
        """Take away what an earlier run left, if this one had no problems."""
        if self.stream is None:
            self.path.unlink(missing_ok=True)

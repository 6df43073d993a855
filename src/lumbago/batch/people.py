"""Simulated people and their diaries as Parquet, drawn and written a block at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lumbago.batch.intake import absent
from lumbago.columns import CaseTable, Column, NumberColumn
from lumbago.knowledge.model import Finding, Knowledge
from lumbago.quantity import to_base
from lumbago.recovery.ensemble import families_of
from lumbago.recovery.simulate_diaries import OUTSIDE, SimulatedPerson, simulated_people
from lumbago.simulate import BLOCK, ordinary
from lumbago.simulate_causes import Caused, World, people_by_cause
from lumbago.whole import written_whole

TRUTH: Final = "x_causes"
"""The column of the causes that a simulated person has."""

DIARY: Final = pa.schema(
    [
        ("id", pa.string()),
        ("family", pa.dictionary(pa.int8(), pa.string())),
        ("entry_day", pa.int32()),
        ("recovered_day", pa.float64()),
        ("day", pa.int32()),
        ("pain", pa.int8()),
        ("own_level", pa.float32()),
    ]
)
"""One answer a row: on day `day` of the diary the person gave `pain` (0-10).

`entry_day` is the day after the onset on which the diary begins, `own_level` the person's own curve
that day (0-10), and `recovered_day` the day after the onset of recovery by that curve: null if it
never comes.
"""


def write_people(knowledge: Knowledge, n: int, seed: int, target: Path) -> None:
    """The people of `simulate.people`, a row each, as a table that `assess_table` reads."""
    rng = np.random.default_rng(seed)
    blocks = (ordinary(knowledge, rows, rng) for rows in _blocks(n))
    _write(target, _people(knowledge, ((table, []) for table in blocks), f"s{seed}"))


def write_patients(knowledge: Knowledge, n: int, seed: int, target: Path, world: World) -> None:
    """The people of `simulate_causes.patients`, a row each, with their causes in `x_causes`."""
    rng = np.random.default_rng(seed)
    blocks = (people_by_cause(knowledge, rows, rng, world) for rows in _blocks(n))
    tables = ((block.table, [(TRUTH, _causes(block))]) for block in blocks)
    _write(target, _people(knowledge, tables, f"c{seed}"))


def write_diaries(knowledge: Knowledge, n: int, seed: int, target: Path) -> None:
    """The diaries of `n` people of every account of recovery, and of `n` that are like none."""
    recovery = knowledge.recovery
    families = (*families_of(recovery, "acute"), OUTSIDE)
    _write(
        target,
        (
            _diary(person, families)
            for family in families
            for person in simulated_people(recovery, n, seed, family)
        ),
    )


def _blocks(n: int) -> Iterator[int]:
    """The sizes of the blocks; one without rows where nobody is asked for."""
    yield from (min(BLOCK, n - start) for start in range(0, max(1, n), BLOCK))


def _people(
    knowledge: Knowledge,
    blocks: Iterable[tuple[CaseTable, list[tuple[str, pa.Array]]]],
    prefix: str,
) -> Iterator[pa.RecordBatch]:
    start = 0
    for table, more in blocks:
        ids = pa.array([f"{prefix}-{start + row}" for row in range(len(table))], pa.string())
        columns = {"id": ids} | {
            id_: column_array(knowledge.findings[id_], column)
            for id_, column in table.columns.items()
        }
        yield pa.RecordBatch.from_pydict(columns | dict(more))
        start += len(table)


def column_array(finding: Finding, column: Column) -> pa.Array:
    """A column of answers as the decoder reads it; what was not asked is null."""
    if isinstance(column, NumberColumn):
        assert finding.unit is not None
        scale = to_base(1, finding.unit)
        mask = absent(column)
        return pa.array(column.low if scale == 1 else np.round(column.low / scale, 4), mask=mask)
    codes, index = np.unique(column.codes, return_inverse=True)
    possible = [
        [v for i, v in enumerate(column.values) if code >> i & 1] for code in codes.tolist()
    ]
    words = ["unsure" if len(v) == len(column.values) else "|".join(v) for v in possible]
    return pa.DictionaryArray.from_arrays(
        pa.array(index.astype(np.int8), mask=absent(column)), pa.array(words, pa.string())
    )


def _causes(block: Caused) -> pa.Array:
    rows, place = np.nonzero(block.active)
    offsets = np.searchsorted(rows, np.arange(len(block.active) + 1)).astype(np.int32)
    words = pa.DictionaryArray.from_arrays(pa.array(place.astype(np.int16)), pa.array(block.causes))
    return pa.ListArray.from_arrays(pa.array(offsets), words)


def _diary(person: SimulatedPerson, families: tuple[str, ...]) -> pa.RecordBatch:
    days = np.flatnonzero(person.kept)
    family = np.full(len(days), families.index(person.family), np.int8)
    recovered = np.full(len(days), person.recovered)
    columns = [
        pa.array([person.id] * len(days)),
        pa.DictionaryArray.from_arrays(pa.array(family), pa.array(families)),
        pa.array(np.full(len(days), person.entry, np.int32)),
        pa.array(recovered, mask=~np.isfinite(recovered)),
        pa.array(days.astype(np.int32)),
        pa.array((person.scores[days] // 10).astype(np.int8)),
        pa.array((person.level[days] / 10).astype(np.float32)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=DIARY)


def _write(target: Path, batches: Iterable[pa.RecordBatch]) -> None:
    """Write batches, a few ten thousand rows to a row group."""
    waiting: list[pa.RecordBatch] = []
    with written_whole(target) as partial:
        writer: pq.ParquetWriter | None = None
        try:
            for batch in batches:
                writer = writer or pq.ParquetWriter(partial, batch.schema)
                waiting.append(batch)
                if sum(map(len, waiting)) >= 8 * BLOCK:
                    writer.write_table(pa.Table.from_batches(waiting))
                    waiting.clear()
            if writer is not None and waiting:
                writer.write_table(pa.Table.from_batches(waiting))
        finally:
            if writer is not None:
                writer.close()

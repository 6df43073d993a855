"""The same over a cluster: a thin adapter for PySpark 4, with no meaning of its own.

Every executor loads the knowledge that is installed there, once, and refuses to work if it is not the
driver's. What a row says is in `layout`, what comes back in `tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from lumbago.batch.layout import layout
from lumbago.batch.tables import Worker, output_schema, pieces
from lumbago.errors import KnowledgeError, Problem
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.snapshot import load


def assess_frame(
    frame: DataFrame,
    *,
    at: datetime | None = None,
    differential: bool = True,
    keep: Iterable[str] = (),
) -> DataFrame:
    """Assess every row of a data frame of cases. `at` is the moment of rows without one.

    Raises `InputError` at once if its columns are not those of a table of cases.
    """
    knowledge, keep = _knowledge(), tuple(keep)
    shape = layout(knowledge, frame.columns, keep)
    own = from_arrow_schema(plain_schema(output_schema(knowledge, differential=differential)))
    kept = [frame.schema[name] for name in shape.kept]
    task = _Task(knowledge.hash, at, differential, keep)
    return frame.mapInArrow(task.run, StructType([*own.fields, *kept]))


@cache
def _knowledge() -> Knowledge:
    """The knowledge of this process; Spark keeps its Python workers."""
    return load()


@dataclass(frozen=True, slots=True)
class _Task:
    """What is sent to the executors: a few words, not the knowledge."""

    knowledge: str
    at: datetime | None
    differential: bool
    keep: tuple[str, ...]

    def run(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Assess the batches of one partition."""
        knowledge = _knowledge()
        if knowledge.hash != self.knowledge:
            hint = "Install the same version of lumbago there."
            raise KnowledgeError(
                Problem("An executor has other knowledge than the driver.", hint=hint)
            )
        for batch in batches:
            worker = Worker(
                knowledge,
                batch.schema,
                at=self.at,
                differential=self.differential,
                keep=self.keep,
            )
            schema = plain_schema(worker.schema)
            for piece in pieces(batch):
                yield worker.assess(piece).batch.cast(schema)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """The schema with text in place of dictionaries, which Spark does not read."""
    return pa.schema([one.with_type(_plain(one.type)) for one in schema])


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([one.with_type(_plain(one.type)) for one in kind])
    return kind

"""Spark in local mode says what a table says. Needs Java and the extra `spark`: `make spark`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

import lumbago
from lumbago.answers import Case
from lumbago.batch.people import write_people
from lumbago.batch.spark import _Task, assess_frame
from lumbago.batch.tables import assess_table, cases_table
from lumbago.errors import InputError, KnowledgeError
from lumbago.knowledge.model import Knowledge

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    return lumbago.load()


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "Europe/Berlin")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
            .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
            .getOrCreate()
        )
        yield session
        session.stop()


def test_a_frame_says_what_a_table_says(
    spark: SparkSession, shipped: Knowledge, tmp_path: Path
) -> None:
    write_people(shipped, 300, 4, tmp_path / "people.parquet")
    frame = spark.read.parquet(str(tmp_path / "people.parquet")).repartition(2, "id")
    found = {row["id"]: row.asDict(recursive=True) for row in assess_frame(frame).collect()}
    table = assess_table(shipped, pq.read_table(tmp_path / "people.parquet"))
    wanted = {row["id"]: row for row in table.to_pylist()}
    assert found.keys() == wanted.keys()
    for id_, row in wanted.items():
        assert {k: v for k, v in found[id_].items() if k not in ("likely", "families")} == {
            k: v for k, v in row.items() if k not in ("likely", "families")
        }
        for name in ("likely", "families"):
            for one, other in zip(found[id_][name], row[name], strict=True):
                assert one["probability"] == pytest.approx(other["probability"], abs=1e-4)


def test_rows_that_cannot_be_read_and_columns_to_keep(
    spark: SparkSession, shipped: Knowledge
) -> None:
    frame = spark.createDataFrame(
        [("a", "yes", 54.0, 1), ("b", "perhaps", None, 2), ("c", None, 17.0, 3)],
        "id string, fever string, age double, x_ward int",
    )
    rows = assess_frame(frame, at=AT, differential=False).orderBy("id").collect()
    assert [row["disposition"] for row in rows] == ["same_day", None, "unsettled"]
    assert [row["x_ward"] for row in rows] == [1, 2, 3]
    assert "'perhaps' is not an answer" in rows[1]["problems"][0]
    assert rows[0]["at"].timestamp() == AT.timestamp()
    cases = [Case.of(id="a", age=54, answers={"fever": "yes"}, at=AT)]
    wanted = assess_table(shipped, cases_table(shipped, cases)).to_pylist()[0]
    assert rows[0]["rules"] == wanted["rules"]


def test_unknown_columns_are_refused_at_once(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("a", "yes")], "id string, fevr string")
    with pytest.raises(InputError, match="Did you mean 'fever'"):
        assess_frame(frame)


def test_other_knowledge_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="other knowledge than the driver"):
        list(_Task("sha256:other", AT, True, ()).run(iter(())))

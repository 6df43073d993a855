"""Simulated people and diaries come back from Parquet as they were drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lumbago.batch.layout import case_of_row, layout
from lumbago.batch.people import TRUTH, write_diaries, write_patients, write_people
from lumbago.cli import main
from lumbago.intake import Desk
from lumbago.knowledge.model import Knowledge
from lumbago.recovery.ensemble import families_of
from lumbago.recovery.simulate_diaries import OUTSIDE, simulated_people
from lumbago.simulate import BLOCK, people
from lumbago.simulate_causes import World, patients


def test_people_come_back(knowledge: Knowledge, tmp_path: Path) -> None:
    target = tmp_path / "people.parquet"
    n = BLOCK + 30
    write_people(knowledge, n, 5, target)
    table = pq.read_table(target)
    assert len(table) == n
    shape, desk = layout(knowledge, table.schema.names), Desk(knowledge)
    some = [0, 1, 2, BLOCK - 1, BLOCK, n - 1]
    drawn = dict(enumerate(people(knowledge, n, 5)))
    for row, values in zip(some, table.take(some).to_pylist(), strict=True):
        case = case_of_row(shape, values)
        assert case.id == drawn[row].id
        assert desk.given(case) == desk.given(drawn[row])


def test_patients_come_back_with_their_causes(knowledge: Knowledge, tmp_path: Path) -> None:
    target, world = tmp_path / "patients.parquet", World(even=1, answered=0.4)
    write_patients(knowledge, 60, 6, target, world)
    table = pq.read_table(target)
    shape, desk = layout(knowledge, table.schema.names), Desk(knowledge)
    assert shape.kept == (TRUTH,)
    drawn = list(patients(knowledge, 60, 6, world))
    for values, (case, causes) in zip(table.to_pylist(), drawn, strict=True):
        assert tuple(values[TRUTH]) == causes
        assert desk.given(case_of_row(shape, values)) == desk.given(case)


def test_diaries_come_back(knowledge: Knowledge, tmp_path: Path) -> None:
    target = tmp_path / "diaries.parquet"
    write_diaries(knowledge, 3, 7, target)
    rows = pq.read_table(target).to_pylist()
    families = (*families_of(knowledge.recovery, "acute"), OUTSIDE)
    found = iter(rows)
    for family in families:
        for person in simulated_people(knowledge.recovery, 3, 7, family):
            for day in np.flatnonzero(person.kept).tolist():
                row = next(found)
                assert (row["id"], row["family"], row["day"]) == (person.id, family, day)
                assert row["pain"] * 10 == person.scores[day]
                assert row["own_level"] == pytest.approx(person.level[day] / 10, abs=1e-6)
                never = row["recovered_day"] is None
                assert never or row["recovered_day"] == person.recovered
                assert never is bool(np.isinf(person.recovered))
    assert next(found, None) is None


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "out.parquet")
    assert main(["simulate", "20", "--seed", "3", "--parquet", target]) == 0
    assert pq.read_table(target).num_rows == 20
    assert (
        main(["simulate", "5", "--causes", "neck", "--answered", "0.5", "--parquet", target]) == 0
    )
    assert TRUTH in pq.read_schema(target).names
    assert main(["simulate", "1", "--diaries", "--parquet", target]) == 0
    assert "pain" in pq.read_schema(target).names
    assert main(["simulate", "0", "--parquet", target]) == 0
    assert main(["simulate", "1", "--diaries"]) == 2
    assert main(["simulate", "1", "--parquet", str(tmp_path / "no" / "out.parquet")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]

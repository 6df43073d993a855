"""Files in, files out: every kind, bad rows, nothing half written, memory flat."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lumbago import Case, InputError, UsageError, assess
from lumbago.batch import files
from lumbago.batch.files import SIDE, Summary, assess_file
from lumbago.batch.tables import assess_table, cases_table
from lumbago.knowledge.model import Knowledge
from lumbago.simulate import people
from lumbago.wire import case_json, dumps

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture
def some(knowledge: Knowledge) -> list[Case]:
    return list(people(knowledge, 40, 2))


def run(knowledge: Knowledge, source: Path, target: Path, **more: Any) -> Summary:
    return assess_file(knowledge, source, target, at=AT, differential=False, **more)


def side(target: Path) -> list[dict[str, Any]]:
    path = target.with_name(target.name + SIDE)
    return [json.loads(line) for line in path.read_text().splitlines()]


def write(path: Path, table: pa.Table) -> Path:
    if path.suffix == ".csv":
        with path.open("w", newline="") as stream:
            rows = csv.DictWriter(stream, table.schema.names)
            rows.writeheader()
            rows.writerows(table.to_pylist())
    else:
        pq.write_table(table, path)
    return path


@pytest.mark.parametrize("kind", ["parquet", "csv", "ndjson"])
def test_every_kind_of_file_says_the_same(
    knowledge: Knowledge, tmp_path: Path, some: list[Case], kind: str
) -> None:
    source, target = tmp_path / f"in.{kind}", tmp_path / "out.parquet"
    if kind == "ndjson":
        source.write_text("".join(dumps(case_json(case)) + "\n" for case in some))
    else:
        write(source, cases_table(knowledge, some))
    told: list[tuple[int, int]] = []
    summary = run(knowledge, source, target, progress=lambda *pair: told.append(pair))
    assert summary == Summary(40, 0, 0, None)
    assert told[-1][0] == told[-1][1] > 0
    wanted = assess_table(knowledge, cases_table(knowledge, some), at=AT, differential=False)
    assert pq.read_table(target).to_pylist() == wanted.to_pylist()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"in.{kind}", "out.parquet"]


def test_every_kind_of_output(knowledge: Knowledge, tmp_path: Path, some: list[Case]) -> None:
    table = cases_table(knowledge, some[:9])
    source = write(tmp_path / "in.parquet", table)
    wanted = assess_table(knowledge, table, at=AT).to_pylist()
    assess_file(knowledge, source, tmp_path / "out.ndjson", at=AT)
    lines = [json.loads(line) for line in (tmp_path / "out.ndjson").read_text().splitlines()]
    assert [line | {"at": None} for line in lines] == [row | {"at": None} for row in wanted]
    assert datetime.fromisoformat(lines[0]["at"]) == AT
    assess_file(knowledge, source, tmp_path / "out.csv", at=AT)
    with (tmp_path / "out.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row, one in zip(rows, wanted, strict=True):
        assert row["disposition"] == one["disposition"]
        assert row["rules"] == ";".join(one["rules"])
        likely = [f"{c['condition']}={c['probability']:.4f}" for c in one["likely"]]
        shown = [part.split("=") for part in row["likely"].split(";")]
        assert [f"{name}={float(chance):.4f}" for name, chance in shown] == likely


def test_bad_rows_are_listed_and_the_rest_goes_through(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    table = pa.table(
        {
            "id": ["a", "b", "c", "d"],
            "fever": ["yes", "perhaps", None, "no"],
            "groin_lump_stuck_painful": [None, None, None, "yes"],
            "groin_lump": [None, None, None, "no"],
        }
    )
    target = tmp_path / "out.parquet"
    summary = run(knowledge, write(tmp_path / "in.parquet", table), target)
    assert summary == Summary(4, 1, 1, tmp_path / ("out.parquet" + SIDE))
    found = pq.read_table(target).to_pylist()
    assert [row["disposition"] is None for row in found] == [False, True, False, False]
    bad, odd = side(target)
    assert (bad["row"], bad["id"], bad["assessed"]) == (2, "b", False)
    assert bad["problems"][0]["where"] == "answers.fever"
    assert (odd["row"], odd["assessed"]) == (4, True)
    assert "contradict" in odd["problems"][0]["message"]
    run(knowledge, write(tmp_path / "in.parquet", table.slice(0, 1)), target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def test_lines_that_are_no_rows(knowledge: Knowledge, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.parquet"
    source.write_text('id,fever,x_note\n1,yes,"a\nb"\n2,no\n3,,c\n4,yes,d,e\n5,maybe,\n6,no,\n')
    summary = run(knowledge, source, target)
    assert (summary.rows, summary.refused) == (6, 3)
    rows = pq.read_table(target).to_pylist()
    assert [row["id"] for row in rows] == ["1", "3", "5", "6"]
    assert rows[0]["x_note"] == "a\nb"
    assert [(line["row"], line["id"]) for line in side(target)] == [(2, None), (4, None), (5, "5")]
    assert "2 fields, not 3" in side(target)[0]["problems"][0]["message"]


def test_bad_lines_of_ndjson(knowledge: Knowledge, tmp_path: Path) -> None:
    source, target = tmp_path / "in.ndjson", tmp_path / "out.parquet"
    lines = [
        '{"lumbago": 1, "id": "a", "age": 54, "answers": {"fever": "yes"}}',
        '{"lumbago": 1, "id": "b", "answers": {"fevr": "yes"}}',
        "{",
        '{"lumbago": 2, "id": "d"}',
        '{"lumbago": 1, "id": "e", "text": "my back hurts", "answers": '
        '{"age_years": {"from": 50, "to": 59}}}',
        '{"lumbago": 1, "id": "f", "answers": {"fever": 3.5, "age_years": [5]}}',
    ]
    source.write_text("\n\n".join(lines) + "\n")
    summary = run(knowledge, source, target)
    assert (summary.rows, summary.refused) == (6, 4)
    rows = pq.read_table(target).to_pylist()
    assert [row["id"] for row in rows] == ["a", "b", None, "d", "e", "f"]
    assert [row["disposition"] for row in rows][1:4] == [None, None, None]
    assert [line["row"] for line in side(target)] == [2, 3, 4, 6]
    assert "Did you mean 'fever'?" in rows[1]["problems"][0]


def refused(knowledge: Knowledge, source: Path, target: Path) -> str:
    before = sorted(source.parent.iterdir())
    with pytest.raises((InputError, UsageError)) as error:
        run(knowledge, source, target)
    assert sorted(source.parent.iterdir()) == before
    return str(error.value)


def test_files_that_cannot_be_read(knowledge: Knowledge, tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    target.write_bytes(b"an earlier result")
    assert "no such file" in refused(knowledge, tmp_path / "none.parquet", target)
    for kind in ("csv", "parquet"):
        (tmp_path / f"empty.{kind}").touch()
        assert refused(knowledge, tmp_path / f"empty.{kind}", target)
    (tmp_path / "in.csv").write_text("id,fevr\n1,yes\n")
    assert "Did you mean 'fever'?" in refused(knowledge, tmp_path / "in.csv", target)
    (tmp_path / "in.parquet").write_text("this is not Parquet")
    assert "cannot be read" in refused(knowledge, tmp_path / "in.parquet", target)
    (tmp_path / "latin.csv").write_bytes(b"id,fever\n\xff,yes\n")
    assert refused(knowledge, tmp_path / "latin.csv", target)
    assert "overwrite" in refused(knowledge, target, target)
    assert target.read_bytes() == b"an earlier result"


def test_files_without_rows(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,fever\n")
    (tmp_path / "in.ndjson").touch()
    write(tmp_path / "in.parquet", pa.table({"fever": pa.array([], pa.string())}))
    for kind in ("csv", "ndjson", "parquet"):
        assert run(knowledge, tmp_path / f"in.{kind}", tmp_path / "out.parquet").rows == 0
        assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


@pytest.mark.parametrize(("group", "pieces"), [(100, 15), (7, 15), (5, 20), (3, 17), (1, 15)])
def test_pieces_stay_in_their_order(
    group: int,
    pieces: int,
    knowledge: Knowledge,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Groups of rows that are too large or too small do not make the pieces so."""
    monkeypatch.setattr(files, "CHUNK", 7)
    monkeypatch.setattr(files, "_ROW_GROUP", 20)
    ids = [str(n) for n in range(100)]
    fever = ["yes" if n % 3 else "no" for n in range(100)]
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({"id": ids, "fever": fever}), source, row_group_size=group)
    done: list[int] = []
    run(knowledge, source, tmp_path / "out.parquet", progress=lambda rows, _: done.append(rows))
    assert pq.read_table(tmp_path / "out.parquet").column("id").to_pylist() == ids
    assert len(done) == pieces


def cli(arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lumbago.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )


def test_the_command(knowledge: Knowledge, tmp_path: Path, some: list[Case]) -> None:
    write(tmp_path / "in.parquet", cases_table(knowledge, some))
    arguments = ["assess", "--parquet", "in.parquet", "out.parquet", "--at", AT.isoformat()]
    done = cli(arguments, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "40 cases\n")
    row = pq.read_table(tmp_path / "out.parquet").to_pylist()[0]
    assert row["disposition"] == assess(knowledge, some[0]).triage.disposition
    (tmp_path / "in.csv").write_text("id,fever\n1,perhaps\n")
    done = cli(["assess", "--parquet", "in.csv", "out.csv", "--triage-only"], tmp_path)
    assert done.returncode == 1
    assert done.stderr == "1 cases, 1 of them could not be read: see out.csv.problems.ndjson\n"
    done = cli(["assess", "--parquet", "in.csv", "no/such/folder/out.csv"], tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("lumbago: no/such/folder/out.csv: The file cannot be written")
    assert cli(["assess", "--triage-only"], tmp_path).returncode == 2

"""Triage of the same people by the same rules in other engines, checked to be equal, then timed.

`rule-engine` stands for rules engines written in Python: it is in steady development, calls itself
stable, is under a BSD licence, and takes conditions as text. `common-expression-language` (Rust,
Apache-2.0) brings CEL, in which policies are written elsewhere. DuckDB gets all rules as one query.
Left out: `business-rules`, `durable-rules` and `experta` have had no release for years, and CLIPS
matches facts against each other, of which a rule over one person has no use.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from benchmarks.peers import (
    CEL,
    PYTHON_LIKE,
    Dialect,
    Translator,
    plain_columns,
    plain_rows,
    sql,
)

import lumbago
from lumbago.answers import Answers
from lumbago.columns import CaseTable
from lumbago.knowledge.model import Knowledge
from lumbago.simulate import ordinary
from lumbago.triage import columnar, scalar

Benchmark = Any

GROUP = "triage: cases a second"
MILLION = 1_000_000
FEW = 2_000
ROUNDS = 3


class Town(NamedTuple):
    """People with ordinary pain, as columns and as plain values, and what columns make of them."""

    knowledge: Knowledge
    table: CaseTable
    plain: dict[str, Any]
    told: Any


@cache
def town() -> Town:
    knowledge = lumbago.load()
    table = ordinary(knowledge, MILLION, np.random.default_rng(1))
    told = columnar.Rules(knowledge).verdict(table).as_told
    return Town(knowledge, table, plain_columns(knowledge, table), told)


def _say(benchmark: Benchmark, who: str, cases: int) -> None:
    benchmark.group = GROUP
    benchmark.extra_info |= {"who": who, "cases": cases}


def test_lumbago_in_columns(benchmark: Benchmark) -> None:
    _, table, _, told = town()
    rules = columnar.Rules(lumbago.load())
    _say(benchmark, "lumbago, columns, 1 thread", MILLION)
    found = benchmark.pedantic(rules.verdict, (table,), rounds=ROUNDS)
    assert (found.as_told == told).all()


@pytest.mark.parametrize("threads", [1, 2])
def test_duckdb(benchmark: Benchmark, threads: int) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb, of the group bench, is not installed")
    knowledge, _, plain, told = town()
    columns = plain | {"row": np.arange(MILLION, dtype=np.int32)}
    query = sql(knowledge, plain, "cases").replace("AS told", 'AS told, "row"', 1)
    with duckdb.connect() as database:
        database.register("columns", columns)
        database.execute("CREATE TABLE cases AS SELECT * FROM columns")
        database.execute(f"SET threads = {threads}")

        def run() -> Any:
            return database.execute(query).fetchnumpy()

        _say(benchmark, f"DuckDB, 1 query, {threads} thread{'s' * (threads > 1)}", MILLION)
        found = benchmark.pedantic(run, rounds=ROUNDS, warmup_rounds=1)
    by_row = np.empty(MILLION, np.uint8)
    by_row[found["row"]] = found["told"]
    assert (by_row == told).all()


def test_lumbago_one_by_one(benchmark: Benchmark) -> None:
    """The definition in plain Python, in the one reading that the others are asked for."""
    knowledge, table, _, told = town()
    rules = scalar.Rules(knowledge)
    people = [table.answers(row) for row in range(FEW)]

    def levels(people: list[Answers]) -> list[int]:
        return [int(rules.level(answers, scalar.TOLD)) for answers in people]

    _say(benchmark, "lumbago, one by one", FEW)
    assert benchmark.pedantic(levels, (people,), rounds=ROUNDS) == told[:FEW].tolist()


def test_cel(benchmark: Benchmark) -> None:
    cel = pytest.importorskip("cel", reason="CEL, of the group bench, is not installed")
    conditions = _conditions(CEL)
    chain = " ".join(f"{said} ? {level} :" for level, said in conditions)
    program = cel.compile(f"{chain} 0")
    _one_by_one(benchmark, "CEL, one by one", program.execute)


def test_rule_engine(benchmark: Benchmark) -> None:
    engine = pytest.importorskip("rule_engine", reason="rule-engine is not installed")
    rules = [(level, engine.Rule(said)) for level, said in _conditions(PYTHON_LIKE)]

    def level(person: dict[str, Any]) -> int:
        return next((level for level, rule in rules if rule.matches(person)), 0)

    _one_by_one(benchmark, "rule-engine, one by one", level)


def _conditions(dialect: Dialect) -> list[tuple[int, str]]:
    knowledge, _, plain, _ = town()
    levels = Translator(knowledge, dialect, plain).levels()
    return [(int(level), said) for level, said in levels.items()]


def _one_by_one(benchmark: Benchmark, who: str, level: Any) -> None:
    _, _, plain, told = town()
    people = plain_rows(plain, FEW)

    def levels() -> list[int]:
        return [level(person) for person in people]

    _say(benchmark, who, FEW)
    assert benchmark.pedantic(levels, rounds=ROUNDS) == told[:FEW].tolist()

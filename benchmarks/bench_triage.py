"""A million cases in columns, and every safety claim by two solvers."""

from __future__ import annotations

import resource
from typing import Any

import numpy as np

import lumbago
from lumbago.columns import NO_YES, CaseTable, SetColumn
from lumbago.simulate import dispositions, ordinary
from lumbago.triage.claims import CLAIMS
from lumbago.triage.columnar import Rules
from lumbago.triage.prover import Outcome, prove_all, versions

MILLION = 1_000_000
Benchmark = Any


def test_a_million_verdicts_in_columns(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    table = ordinary(knowledge, MILLION, np.random.default_rng(1))
    rules = Rules(knowledge)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    verdict = benchmark.pedantic(rules.verdict, (table,), rounds=3)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    benchmark.extra_info["more memory, MB"] = (after - before) // 1024
    assert len(verdict.as_told) == MILLION


def test_a_million_half_answered(benchmark: Benchmark) -> None:
    """A quarter each yes, no, not sure, not asked: nothing is alike, every reading is worked out."""
    knowledge = lumbago.load()
    dice = np.random.default_rng(1)
    codes = np.array([0b1001, 0b1010, 0b1011, 0b0111], np.uint8)  # no, yes, unsure, not asked
    columns = {
        id_: SetColumn(NO_YES, codes[dice.integers(4, size=MILLION, dtype=np.uint8)])
        for id_, finding in knowledge.findings.items()
        if finding.answer == "yes_no" and not finding.for_care
    }
    rules = Rules(knowledge)
    found = benchmark.pedantic(rules.verdict, (CaseTable(MILLION, columns),), rounds=3)
    assert (found.forced < found.high).any()


def test_a_hundred_thousand_ordinary_people(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()

    def run() -> Any:
        return dispositions(knowledge, ordinary(knowledge, 100_000, np.random.default_rng(0)))

    assert benchmark.pedantic(run, rounds=2)


def _all_proved(solver: str) -> bool:
    proofs = prove_all(lumbago.load(), CLAIMS, [solver])
    return all(proof.outcome is Outcome.PROVED for proof in proofs)


def test_every_claim_by_z3(benchmark: Benchmark) -> None:
    assert benchmark.pedantic(_all_proved, ("z3",), rounds=1)


def test_every_claim_by_cvc5(benchmark: Benchmark) -> None:
    assert "cvc5" in versions()
    assert benchmark.pedantic(_all_proved, ("cvc5",), rounds=1)

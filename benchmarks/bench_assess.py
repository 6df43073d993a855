"""One assessment, the import of the core, and the whole command from a cold start."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import lumbago

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
CASE = lumbago.Case.of(
    age=54,
    sex="female",
    answers={"fever": "no", "saddle_numbness": "unsure", "pain_severity_0_10": 8},
    at=AT,
)
TEXT = "bent to pick up a box yesterday and my back locked. no numbness, can pee fine"

Benchmark = Any


def test_one_assessment(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    result = benchmark(lumbago.assess, knowledge, CASE)
    assert result.triage.disposition == "same_day"


def test_one_assessment_of_own_words(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    case = lumbago.Case.of(age=54, sex="female", text=TEXT, at=AT)
    lumbago.assess(knowledge, case)
    assert benchmark(lumbago.assess, knowledge, case).mentions


def test_load_the_snapshot(benchmark: Benchmark) -> None:
    assert benchmark(lumbago.load).rules


def _process(*arguments: str) -> int:
    return subprocess.run([sys.executable, *arguments], capture_output=True, check=False).returncode


def test_import_the_core_in_a_new_process(benchmark: Benchmark) -> None:
    assert benchmark.pedantic(_process, ("-c", "import lumbago"), rounds=10) == 0


def test_start_python_alone(benchmark: Benchmark) -> None:
    assert benchmark.pedantic(_process, ("-c", "pass"), rounds=10) == 0


def test_assess_text_from_a_cold_start(benchmark: Benchmark) -> None:
    command = ("-m", "lumbago.cli", "assess", "--text", TEXT, "--age", "54", "--sex", "female")
    assert benchmark.pedantic(_process, command, rounds=10) in (0, 1)

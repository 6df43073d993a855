"""From Parquet to Parquet: a million people, as a command of its own, with its memory.

Each run is a new process, so its time has the start of Python and the loading of the knowledge in it.
Processor seconds are beside the time: on a busy machine they are what can be compared.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import lumbago
from lumbago.batch.people import write_patients, write_people
from lumbago.simulate_causes import World

Benchmark = Any

MILLION = 1_000_000
HALF_A_MILLION = 500_000


@dataclass(frozen=True)
class Run:
    """Seconds of the clock, seconds of the processors, and the most memory held, in MB."""

    seconds: float
    processor: float
    memory: int


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        knowledge = lumbago.load()
        for rows in (HALF_A_MILLION, MILLION):
            write_people(knowledge, rows, 1, Path(name) / f"{rows}.parquet")
        half = World(answered=0.5)
        write_patients(knowledge, HALF_A_MILLION // 2, 1, Path(name) / "half.parquet", half)
        yield Path(name)


def _run(folder: Path, name: str, *options: str) -> Run:
    """`lumbago assess --parquet` in a process of its own."""
    arguments = [sys.executable, "-m", "lumbago.cli", "assess", "--parquet"]
    arguments += [str(folder / f"{name}.parquet"), str(folder / "out.parquet"), *options]
    start = time.perf_counter()
    child = os.posix_spawn(sys.executable, arguments, os.environ)
    _, status, used = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 1)  # 1: somebody contradicts himself
    seconds = time.perf_counter() - start
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def _measured(benchmark: Benchmark, folder: Path, name: str, *options: str) -> Run:
    run: Run = benchmark.pedantic(_run, (folder, name, *options), rounds=1)
    benchmark.extra_info["processor seconds"] = round(run.processor, 1)
    benchmark.extra_info["memory, MB"] = run.memory
    benchmark.extra_info["load"] = round(os.getloadavg()[0], 1)
    return run


def test_a_million_assessments(benchmark: Benchmark, folder: Path) -> None:
    assert _measured(benchmark, folder, str(MILLION)).memory < 1024


def test_a_million_triages(benchmark: Benchmark, folder: Path) -> None:
    assert _measured(benchmark, folder, str(MILLION), "--triage-only").memory < 1024


def test_half_answered_people(benchmark: Benchmark, folder: Path) -> None:
    assert _measured(benchmark, folder, "half").memory < 1024


def test_memory_does_not_grow_with_the_rows(benchmark: Benchmark, folder: Path) -> None:
    few = _run(folder, str(HALF_A_MILLION))
    many = _measured(benchmark, folder, str(MILLION))
    benchmark.extra_info["memory of half a million, MB"] = few.memory
    assert many.memory < few.memory + 100

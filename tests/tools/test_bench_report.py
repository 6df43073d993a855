from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def report() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_report", TOOLS / "bench_report.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def one(name: str, median: float, group: str = "", **extra: Any) -> dict[str, Any]:
    stats = {"median": median, "min": median / 2, "rounds": 3}
    fullname = f"benchmarks/bench_x.py::{name}"
    return {
        "name": name,
        "fullname": fullname,
        "group": group,
        "stats": stats,
        "extra_info": extra,
    }


FACTS = {
    "processor": "A processor",
    "python": "CPython 3.11.7",
    "cores": 2,
    "memory_gib": 8,
    "system": "An OS",
    "load_before": [0.1, 0.2, 0.3],
    "packages": {"duckdb": "2.0.0"},
}
PEERS = [
    one("quick", 1.0, "triage: cases a second", who="lumbago", cases=1000),
    one("slow", 4.0, "triage: cases a second", who="other", cases=1000),
]


def run_file(tmp_path: Path, *benchmarks: dict[str, Any]) -> Path:
    file = tmp_path / "run.json"
    file.write_text(json.dumps({"machine_info": FACTS, "benchmarks": list(benchmarks)}))
    return file


def test_missed_and_reached(report: ModuleType) -> None:
    run = {"test_one_assessment": one("test_one_assessment", 0.02)}
    rows = list(report.figures(run))
    row = next(row for row in rows if row.startswith("| one assessment"))
    assert "| 15 ms | **20 ms: missed** |" in row
    run = {"test_one_assessment": one("test_one_assessment", 0.0151 - 0.001)}
    assert any("| 14.1 ms |" in row for row in report.figures(run))
    assert any("| not measured |" in row for row in report.figures(run))


def test_more_is_better_for_ratios(report: ModuleType) -> None:
    figure = report.Figure("x", 150.0, lambda _: 0.0, "x", "times", more_is_better=True)
    assert figure.reached(151)
    assert not figure.reached(149)
    assert figure.used(300) == 0.5


def test_ratios_are_of_cases_a_second(report: ModuleType) -> None:
    run = {bench["name"]: bench for bench in PEERS}
    assert report.times("quick", "slow")(run) == 4
    table = list(report.peers(run))
    assert "| lumbago | 1,000 | 1 |" in table
    assert "| other | 250 | 4 |" in table


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0000123, "s", "12 µs"),
        (0.00045, "s", "0.45 ms"),
        (0.0057, "s", "5.7 ms"),
        (12.34, "s", "12.3 s"),
        (302.7, "times", "303"),
        (0.587, "share", "0.59"),
        (5, "MB", "5 MB"),
    ],
)
def test_amounts(report: ModuleType, value: float, unit: str, said: str) -> None:
    assert report.amount(value, unit) == said


def test_only_what_stands_between_the_markers_is_renewed(report: ModuleType) -> None:
    page = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    assert report.renewed(page, "new\n") == f"before\n{report.BEGIN}\nnew\n{report.END}\nafter\n"
    with pytest.raises(SystemExit, match="has no"):
        report.renewed("no markers", "new")


def test_a_part_of_a_run_is_printed_and_never_written(
    report: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"{report.BEGIN}\nold\n{report.END}\n")
    monkeypatch.setattr(report, "PAGE", page)
    file = str(run_file(tmp_path, *PEERS))
    monkeypatch.setattr(sys, "argv", ["bench_report.py", file])
    assert report.main() == 0
    assert "2 cores of A processor, 8 GiB of memory, An OS" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["bench_report.py", file, "--write"])
    assert report.main() == 1
    assert "one assessment" in capsys.readouterr().err
    assert "old" in page.read_text()


def test_the_pictures(report: ModuleType) -> None:
    run = {bench["name"]: bench for bench in PEERS}
    run |= {"test_one_assessment": one("test_one_assessment", 0.02)}
    found = report.pictures(run)
    assert set(found) == {"benchmarks-figures.svg", "benchmarks-peers.svg"}
    for text in found.values():
        ElementTree.fromstring(text)
    assert "133 %" in found["benchmarks-figures.svg"]


def test_every_figure_reads_a_benchmark_that_exists(report: ModuleType) -> None:
    """A name that no benchmark has any more would be "not measured" for ever."""
    written = "".join(
        file.read_text(encoding="utf-8") for file in (TOOLS.parent / "benchmarks").glob("*.py")
    )

    class Names(dict[str, Any]):
        def __missing__(self, name: str) -> Any:
            assert f"def {name.split('[', maxsplit=1)[0]}(" in written, name
            return one(name, 1.0, who="", cases=1) | {"extra_info": Anything()}

    class Anything(dict[str, Any]):
        def __missing__(self, key: str) -> int:
            return 1

    for figure in report.FIGURES:
        figure.value(Names())

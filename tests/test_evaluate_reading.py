"""Labelled snippets to figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lumbago.cli import main
from lumbago.evaluate_reading import (
    ReadingFigures,
    evaluate_reading,
    reading_json,
    reading_misses,
    reading_tables,
)
from lumbago.knowledge.model import Knowledge

SNIPPETS = Path(__file__).parent / "reading" / "snippets.ndjson"
LEAST_RECALL = 0.95
LEAST_F1 = 0.88


def _line(text: str, **labels: Any) -> str:
    return json.dumps({"id": "x", "text": text, **labels})


def _figures(knowledge: Knowledge, *lines: str) -> ReadingFigures:
    return evaluate_reading(knowledge, lines)


@pytest.fixture(scope="module")
def own(knowledge: Knowledge) -> ReadingFigures:
    return evaluate_reading(knowledge, SNIPPETS.read_bytes().splitlines())


def test_found_missed_and_added(knowledge: Knowledge) -> None:
    line = _line("I can't pee. no fever", yes=["bladder_retention", "nausea"], no=["fever"])
    figures = _figures(knowledge, line)
    assert {finding for finding, _ in figures.read[0].found} == {"bladder_retention", "fever"}
    assert {finding for finding, _ in figures.read[0].missed} == {"nausea"}
    assert (figures.alarming_yes.hits, figures.alarming_yes.of) == (1, 2)
    assert (figures.labelled.recall.hits, figures.labelled.recall.of) == (2, 3)


def test_a_yes_read_as_a_no_is_turned_around(knowledge: Knowledge) -> None:
    figures = _figures(knowledge, _line("no fever", yes=["fever"]), _line("fever", no=["fever"]))
    assert (figures.turned_alarming.hits, figures.turned_alarming.of) == (2, 2)
    assert [one.turned for one in figures.read] == [{"fever"}, {"fever"}]


def test_parent_and_child_count_the_same(knowledge: Knowledge) -> None:
    child = _figures(knowledge, _line("my foot slaps when I walk", yes=["foot_drop"]))
    both = _line("my foot slaps when I walk", yes=["foot_drop", "leg_weakness_one"])
    assert child.labelled == _figures(knowledge, both).labelled
    assert child.labelled.f1 == 1.0


def test_numbers(knowledge: Knowledge) -> None:
    line = _line("pain 8/10 for 3 weeks", numbers={"pain_score": 8, "duration_days": 20})
    figures = _figures(knowledge, line)
    assert (figures.numbers.hits, figures.numbers.of) == (1, 2)
    assert figures.read[0].numbers_missed == ("pain_duration_days",)


def test_nothing_labelled_gives_no_figure(knowledge: Knowledge) -> None:
    figures = _figures(knowledge, "", _line("hello there, my friend"))
    assert figures.labelled.f1 is None
    assert figures.alarming_yes.share is None
    assert list(reading_tables(figures, knowledge.words["en"]["evaluate"]))


def test_the_interval_holds_the_figure_and_is_repeatable(
    knowledge: Knowledge, own: ReadingFigures
) -> None:
    low, high = own.labelled.f1_interval
    assert own.labelled.f1 is not None
    assert low <= own.labelled.f1 <= high
    again = evaluate_reading(knowledge, SNIPPETS.read_bytes().splitlines())
    assert again == own


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (_line("x", yess=["fever"]), "yess"),
        (_line("x", yes=["fevr"]), "fever"),
        ("[]", "object"),
        ('{"id": "x"}', "text"),
        (_line("x" * 1_000_001), "characters"),
    ],
)
def test_a_bad_line_is_told_and_the_rest_goes_on(
    knowledge: Knowledge, line: str, said: str
) -> None:
    figures = _figures(knowledge, line, _line("no fever", no=["fever"]))
    assert [bad.line for bad in figures.bad] == [1]
    assert said in str(figures.bad[0].problems[0])
    assert len(figures.read) == 1


def test_own_snippets_are_read(own: ReadingFigures) -> None:
    """Snippets of the project's own: no danger turned around, and nearly all of them found."""
    assert own.turned_alarming.hits == 0
    assert own.alarming_yes.share is not None
    assert own.alarming_yes.share >= LEAST_RECALL
    assert own.labelled.f1 is not None
    assert own.labelled.f1 >= LEAST_F1


def test_tables_and_json_show_the_same(knowledge: Knowledge, own: ReadingFigures) -> None:
    words: Mapping[str, Any] = knowledge.words["en"]["evaluate"]
    data = reading_json(own)
    misses = reading_misses(own, words)
    assert len(misses.rows) == len(data["misses"])
    first = next(iter(reading_tables(own, words)))
    assert f"{own.labelled.f1:.2f}" in first.rows[0][-1]
    assert data["alarming_yes"]["of"] == own.alarming_yes.of


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "some.ndjson"
    file.write_text(_line("fever", yes=["fever", "nausea"]) + "\n{\n")
    assert main(["evaluate", "--reading", str(file), "--misses"]) == 1
    assert "nausea" in capsys.readouterr().out
    assert main(["evaluate", "--reading", str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["alarming_yes"]["of"] == 2
    assert main(["evaluate", "--reading", "--interview", str(file)]) == 2

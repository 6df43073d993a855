"""What a person sees in the terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lumbago import Case, InputError, assess, terminal
from lumbago.knowledge.model import Knowledge

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "84")


def _shown(capsys: pytest.CaptureFixture[str], knowledge: Knowledge, **answers: Any) -> str:
    result = assess(knowledge, Case.of(answers=answers, at=AT))
    terminal.show_assessment(knowledge, result, open_all=False)
    return " ".join(capsys.readouterr().out.split())


def test_an_emergency_comes_first_and_alone(
    capsys: pytest.CaptureFixture[str], knowledge: Knowledge
) -> None:
    said = _shown(capsys, knowledge, fainted_or_collapsed="yes")
    assert said.index("Get emergency help now") < said.index("Call an ambulance now")
    assert said.index("Call an ambulance now") < said.index("E09")
    assert "Do not take aspirin" in said


def test_open_questions_are_counted(
    capsys: pytest.CaptureFixture[str], knowledge: Knowledge
) -> None:
    said = _shown(capsys, knowledge, lifted_or_bent="yes")
    assert "Not finished yet" in said
    assert "more; see them all with --open all" in said


def test_nothing_is_called_that(knowledge: Knowledge) -> None:
    with pytest.raises(InputError, match="Nothing is called 'E00'"):
        terminal.explain(knowledge, "E00")


def test_the_checks_are_a_line_each(
    capsys: pytest.CaptureFixture[str], knowledge: Knowledge
) -> None:
    assert terminal.show_checks(knowledge) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ok")]
    assert len(lines) >= 15

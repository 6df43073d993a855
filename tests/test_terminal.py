"""What a person sees in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lumbago import Case, InputError, assess, terminal
from lumbago.knowledge.model import Knowledge
from lumbago.wire import case_of, loads

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


def _answering(monkeypatch: pytest.MonkeyPatch, replies: Iterator[str]) -> None:
    monkeypatch.setattr("rich.console.Console.input", lambda *_, **__: next(replies))


def test_the_interview_takes_answers_back_and_saves(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    knowledge: Knowledge,
    tmp_path: Path,
) -> None:
    """Own words, a wrong age, the age, sex, back to it, sex again, then a collapse."""
    file = tmp_path / "case.json"
    replies = iter(["", "430", "44", "2", "b", "1", "1", *["y"] * 12])
    _answering(monkeypatch, replies)
    assert terminal.ask(knowledge, AT, file) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "430 is outside what age_years can be." in said
    assert "Get emergency help now" in said
    saved = case_of(loads(file.read_bytes()))
    assert saved.given["sex_at_birth"].value == "female"
    assert saved.at == AT


def test_stopping_early_is_no_all_clear(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    knowledge: Knowledge,
) -> None:
    _answering(monkeypatch, iter(["", "44", "q", ""]))
    assert terminal.ask(knowledge, AT, None) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Stopped." in said
    assert "Not finished yet" in said


def test_denying_everything_ends_in_an_answer(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    knowledge: Knowledge,
) -> None:
    """No to every list and question, small numbers, the first choice: no danger sign is left."""

    numbers = iter(["30", "3", "4", "36.8", "3", "4"])

    def reply(_: object, prompt: object = "", **__: object) -> str:
        text = str(prompt)
        if "Type a number" in text:
            return next(numbers)
        if "numbers that apply" in text or "y yes" in text:
            return "n"
        return "1" if "number of your answer" in text else ""

    monkeypatch.setattr("rich.console.Console.input", reply)
    assert terminal.ask(knowledge, AT, None) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Not finished yet" not in said
    assert "This changes at once if you notice" in said


def test_nothing_is_called_that(knowledge: Knowledge) -> None:
    with pytest.raises(InputError, match="Nothing is called 'E00'"):
        terminal.explain(knowledge, "E00")


def test_the_checks_are_a_line_each(
    capsys: pytest.CaptureFixture[str], knowledge: Knowledge
) -> None:
    assert terminal.show_checks(knowledge) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ok")]
    assert len(lines) >= 15

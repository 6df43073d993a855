"""The interview in the terminal, as a person types it."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lumbago import ask
from lumbago.knowledge.model import Knowledge
from lumbago.wire import case_of, loads

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
Type = Callable[[Iterator[str]], None]


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Type:
    """Give the lines that a person types, one a prompt."""

    def typed(replies: Iterator[str]) -> None:
        monkeypatch.setattr("rich.console.Console.input", lambda *_, **__: next(replies))

    return typed


def _said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_an_emergency_after_a_wrong_age_and_a_change_of_mind(
    capsys: pytest.CaptureFixture[str], typing: Type, knowledge: Knowledge, tmp_path: Path
) -> None:
    """No words, a wrong age, the age, back to it, another, the sex; then a collapse."""
    file = tmp_path / "case.json"
    typing(iter(["", "430", "44", "b", "45", "2", "1", "y"]))
    assert ask.ask(knowledge, AT, file) == 0
    said = _said(capsys)
    assert "430 is outside what age_years can be." in said
    assert "Get emergency help now" in said
    saved = case_of(loads(file.read_bytes()))
    assert saved.given["age_years"].value == "45"
    assert saved.given["fainted_or_collapsed"].origin.detail == "danger-1-1/collapse"
    assert saved.at == AT


def test_back_goes_to_the_screen_before(
    capsys: pytest.CaptureFixture[str], typing: Type, knowledge: Knowledge
) -> None:
    typing(iter(["", "44", "2", "b", "44", "2", "q", ""]))
    assert ask.ask(knowledge, AT, None) == 0
    said = _said(capsys)
    assert said.count("How old are you?") == 2
    assert said.count("Screen 2") == 2


def test_why_tells_what_a_yes_could_be_a_sign_of(
    capsys: pytest.CaptureFixture[str], typing: Type, knowledge: Knowledge
) -> None:
    typing(iter(["", "44", "2", "n", "w", "q", ""]))
    assert ask.ask(knowledge, AT, None) == 0
    said = _said(capsys)
    assert "a yes can be a sign of" in said
    assert "cauda equina" in said


def test_stopping_early_is_no_all_clear(
    capsys: pytest.CaptureFixture[str], typing: Type, knowledge: Knowledge
) -> None:
    typing(iter(["", "44", "q", ""]))
    assert ask.ask(knowledge, AT, None) == 0
    said = _said(capsys)
    assert "Stopped." in said
    assert "Not finished yet" in said


def test_nothing_typed_is_not_none(
    capsys: pytest.CaptureFixture[str], typing: Type, knowledge: Knowledge
) -> None:
    """Enter alone, a number that is not there and a stray word are asked again."""
    typing(iter(["", "44", "2", "", "9", "maybe", "q", ""]))
    assert ask.ask(knowledge, AT, None) == 0
    assert _said(capsys).count("Please use one of these keys.") == 3


def test_own_words_are_shown_back(
    capsys: pytest.CaptureFixture[str], typing: Type, knowledge: Knowledge, tmp_path: Path
) -> None:
    file = tmp_path / "case.json"
    typing(iter(["bent over to pick up a box and I have a fever", "y", "", "q"]))
    assert ask.ask(knowledge, AT, file) == 0
    said = _said(capsys)
    assert "You wrote: “have a fever”" in said or "You wrote: “fever”" in said
    saved = case_of(loads(file.read_bytes()))
    assert saved.given["fever"].value == "yes"
    assert saved.given["lifted_or_bent"].value == "yes"


def _denying(prompts: list[str]) -> Callable[..., str]:
    """No to every list and question, small numbers, the first choice."""

    def reply(_: object, prompt: object = "", **__: object) -> str:
        prompts.append(str(prompt))
        if "Type a number " in str(prompt):
            return "30" if len(prompts) < 4 else "3"
        return "2" if "number of your answer" in str(prompt) else "n"

    return reply


def test_denying_everything_ends_in_an_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge
) -> None:
    """A man of 30 who says no to everything is told that nothing needs a doctor today."""
    monkeypatch.setattr("rich.console.Console.input", _denying([]))
    monkeypatch.chdir("/tmp")
    monkeypatch.setattr(ask._Talk, "first_words", lambda _: "")
    monkeypatch.setattr(ask._Talk, "offer_save", lambda *_: None)
    assert ask.ask(knowledge, AT, None) == 0
    said = _said(capsys)
    assert "That is enough to answer you." in said
    assert "Not finished yet" not in said
    assert "This changes at once if you notice" in said


class _Terminal:
    """A real terminal with a person before it who waits for each prompt."""

    def __init__(self, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        env = {**os.environ, "COLUMNS": "80", "LINES": "40", "TERM": "xterm"}
        command = [sys.executable, "-m", "lumbago.cli", "ask", *arguments]
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=env)
        os.close(slave)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Read until a text was printed since the last line that was typed."""
        end = time.monotonic() + 60
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self.master], [], [], 0.2)[0]:
                raw = os.read(self.master, 65536).decode(errors="replace")
                self.seen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw)

    def type(self, line: str) -> None:
        self.seen = ""
        os.write(self.master, f"{line}\n".encode())


def test_the_interview_in_a_real_terminal(tmp_path: Path) -> None:
    """Who, nothing on the first danger screen, a numb saddle on the second: help now, and saved."""
    saved = tmp_path / "case.json"
    terminal = _Terminal("--save", str(saved))
    terminal.wait_for("What is happening?")
    terminal.type("")
    for shown, line in [("How old", "44"), ("What sex", "2"), ("is this an emergency", "n")]:
        terminal.wait_for(shown)
        terminal.wait_for(">")
        terminal.type(line)
    terminal.wait_for("Screen 3")
    for answer in (*["n"] * 6, "y"):  # and nothing after the answer that settles it
        terminal.wait_for(">")
        terminal.type(answer)
    terminal.wait_for("Get emergency help now")
    assert terminal.process.wait(timeout=60) == 0
    answers = json.loads(saved.read_text())["answers"]
    assert answers["saddle_numbness"] == {"value": "yes", "from": "list:danger-2-1"}

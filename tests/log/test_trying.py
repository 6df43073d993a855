"""`lumbago try` as it is typed, with a clock that goes on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from lumbago.answers import Case, Given
from lumbago.assess import assess
from lumbago.cli import _parser, main
from lumbago.errors import InputError, UsageError
from lumbago.events import Session
from lumbago.knowledge.model import Knowledge
from lumbago.log import command, trying
from lumbago.log.edge import Edge
from lumbago.store import Home, Record
from lumbago.testing_plan import ordinary_answers

AT = datetime(2026, 11, 20, 8, tzinfo=ZoneInfo("Europe/Berlin"))


class Terminal:
    """A record of one person, a clock, and what was printed."""

    def __init__(self, knowledge: Knowledge, home: Path) -> None:
        self.knowledge = knowledge
        self.now = AT
        self.dice = Random(11)
        self.environment = {"LUMBAGO_HOME": str(home), "TZ": "Europe/Berlin", "XDG_RUNTIME_DIR": ""}
        self.type("log", "people", "--add", "Anna")

    def edge(self, out: Console) -> Edge:
        return Edge(
            self.knowledge,
            lambda: self.now,
            self.dice.randbytes,
            self.environment,
            out,
            out,
            False,
            lambda _: "",
        )

    def type(self, *words: str, wanted: int = 0) -> str:
        printed = io.StringIO()
        options = _parser().parse_args(words)
        run = trying.run if words[0] == "try" else command.run
        out = Console(file=printed, width=84, highlight=False)
        assert run(self.edge(out), options) == wanted, printed.getvalue()
        return " ".join(printed.getvalue().split())

    def tell(self, pain: int) -> None:
        days = 1 + (self.now - AT) / timedelta(days=1)
        given = ordinary_answers(self.knowledge, pain_severity_0_10=pain)
        given["pain_duration_days"] = days
        case = Case("a", self.now, given={id_: Given(one) for id_, one in given.items()})
        options = _parser().parse_args(["log"])
        out = Console(file=io.StringIO())
        command.keep(self.edge(out), options, case, assess(self.knowledge, case))

    def arm(self) -> str:
        """What the last session was."""
        home = Home.default(self.environment)
        with Record.open(home, now=self.now, dice=self.dice.randbytes) as record:
            log = record.log(record.episodes(record.people()[0])[-1])
        payload = log[-1].payload
        assert isinstance(payload, Session)
        return payload.arm


@pytest.fixture
def anna(knowledge: Knowledge, tmp_path: Path) -> Terminal:
    return Terminal(knowledge, tmp_path / "home")


def test_it_is_offered_only_when_it_is_safe(anna: Terminal) -> None:
    assert "Not now: your answers are not settled" in anna.type("try", wanted=1)
    assert "Not now" in anna.type("try", "start", "--yes", wanted=1)
    assert "No comparison is under way" in anna.type("try", "next", "--pain", "5", wanted=1)
    assert "No comparison is under way" in anna.type("try", "result", wanted=1)
    assert "No comparison is under way" in anna.type("try", "report", wanted=1)
    assert "No comparison is under way" in anna.type("try", "stop", wanted=1)
    anna.tell(9)
    assert "pain of 9 or 10" in anna.type("try", "start", "--yes", wanted=1)
    anna.tell(7)
    assert "lumbago try start" in anna.type("try")


def test_a_session_step_by_step(anna: Terminal) -> None:
    anna.tell(7)
    with pytest.raises(UsageError, match="--yes"):
        anna.type("try", "start")
    begun = anna.type("try", "start", "--yes")
    assert "15 sessions over up to 5 days" in begun
    assert "answer can come after 12 of them" in begun
    assert "First say your pain" in anna.type("try")
    said = anna.type("try", "next", "--pain", "7")
    assert "This time:" in said
    assert "08:20" in said
    assert "08:20, right after it" in anna.type("try")
    assert "First say your pain after" in anna.type("try", "next", "--pain", "7", wanted=1)
    anna.now += timedelta(minutes=2)
    assert "The session goes on until" in anna.type("try", "record", "--pain", "5", wanted=1)
    anna.now += timedelta(minutes=20)
    assert "once more at 08:50" in anna.type("try", "record", "--pain", "5")
    anna.now += timedelta(minutes=29)
    assert "08:50, half an hour after" in anna.type("try")
    assert "1 of 15 sessions done" in anna.type("try", "record", "--pain", "4,5")
    assert "must wear off" in anna.type("try", "next", "--pain", "7", wanted=1)
    assert "The first answer comes after 4 rounds" in anna.type("try", "result")
    with pytest.raises(InputError, match="Too early"):
        anna.type("try", "result", "--svg", "nowhere.svg")
    with pytest.raises(UsageError, match="What was it like"):
        anna.type("try", "record")
    with pytest.raises(InputError, match="0 to 10"):
        anna.type("try", "record", "--pain", "12")
    assert "show it to a pharmacist" in anna.type("try", "record", "--trouble", "skin")
    assert "What you scored is kept" in anna.type("try", "stop", "--because", "the skin")
    shown = anna.type("log", "show")
    assert "comparison begun: heat, cold, rest" in shown
    assert "comparison stopped" in shown


def test_five_days_to_an_answer(
    anna: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anna.tell(7)
    anna.type("try", "start", "--yes")
    for day in range(5):
        for hours in (0, 4, 8):
            anna.now = AT + timedelta(days=day, hours=hours)
            before = 7 - day
            if hours == 0:
                anna.tell(before)
            anna.type("try", "next", "--pain", str(before))
            later = before - (2.5 if anna.arm() == "heat" else 0)
            anna.now += timedelta(minutes=50)
            anna.type("try", "record", "--pain", str(max(0, later)))
    said = anna.type("try", "result", "--svg", str(tmp_path / "picture.svg"))
    assert said.startswith("Heat helps you more, by enough to matter (")
    assert "no cure" in said
    assert "danger signs still count" in said
    root = ElementTree.fromstring((tmp_path / "picture.svg").read_text(encoding="utf-8"))
    dots = [one for one in root.iter() if one.get("class") == "dot"]
    assert len(dots) == 15, "each session a dot"
    report = anna.type("try", "report")
    for words in (
        "N-of-1",
        "SHA-256",
        "Not blinded",
        "15 of 15 sessions",
        "autocorrelated",
        "no. round",
    ):
        assert words in report
    capsys.readouterr()
    anna.type("try", "result", "--json")
    data = json.loads(capsys.readouterr().out)["comparison"]
    assert data["best"] == "heat"
    assert data["state"] == "complete"
    assert len(data["sessions"]) == 15
    assert {pair["answer"] for pair in data["pairs"]} >= {"helps_more"}
    assert "compared already" in anna.type("try", "start", "--yes", wanted=1)
    assert "This comparison is over" in anna.type("try")
    _beside_the_sources(anna, tmp_path, capsys)


def _beside_the_sources(anna: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The own result stands beside what the sources say, wherever a log is at hand."""
    capsys.readouterr()
    anna.type("log", "show", "--json")
    file = tmp_path / "log.ndjson"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    run: Callable[..., str] = lambda *words: _main(capsys, *words)  # noqa: E731
    own = "Your own comparison (15 sessions, 20 November to 24 November): Heat helps you more"
    assert own in run("explain", "heat_or_cold_first", "--log", str(file))
    assert own in run("kb", "show", "heat_or_cold_first", "--log", str(file))
    assert "Your own" not in run("explain", "heat_or_cold_first")
    assert "Your own" not in run("explain", "cold_minutes", "--log", str(file)), (
        "it was not compared"
    )
    page = run("kb", "disagreements", "--log", str(file))
    assert page.count(own) >= 2
    assert "Your own" not in run("kb", "disagreements")


def _main(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return " ".join(capsys.readouterr().out.split())

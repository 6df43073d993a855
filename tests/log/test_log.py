"""`lumbago log` as it is typed: real processes, real files."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lumbago import ask
from lumbago.knowledge.model import Knowledge
from lumbago.log import command
from lumbago.log.options import add_log
from lumbago.store import Home
from lumbago.store.erase import search

PASSPHRASE = "four quiet horses"
Run = Callable[..., "subprocess.CompletedProcess[str]"]
CASE = {
    "lumbago": 1,
    "age": 44,
    "sex": "male",
    "answers": {"saddle_numbness": "no", "diabetes": "no"},
}


@pytest.fixture
def log(tmp_path: Path) -> Run:
    """Run a command with a record of its own; returns what it did, whatever the status."""

    def run(*arguments: str, wanted: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "LUMBAGO_HOME": str(tmp_path / "home"), "NO_COLOR": "1"}
        environment |= {"COLUMNS": "84", "TZ": "Europe/Berlin", "XDG_RUNTIME_DIR": ""}
        command_ = [sys.executable, "-m", "lumbago.cli", *arguments]
        done = subprocess.run(
            command_, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == wanted, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


def test_a_day_with_the_record(log: Run, tmp_path: Path) -> None:
    assert "nothing in the record" in log("log").stdout
    log("log", "people", "--add", "Anna")
    assert "A new record of this spell" in log("log", "note", "Ask about driving").stdout
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), encoding="utf-8")
    log("assess", str(file), "--save")
    done = log("log", "add", "--pain", "6.5", "--activity", "put on socks=3", "--no", "--json")
    assert json.loads(done.stdout)["triage"]["disposition"] == "unsettled"
    assert "500 mg of ibuprofen" in log("log", "dose", "ibuprofen", "0.5 g").stdout
    assert "900 mg of ibuprofen" in log("log", "dose", "ibuprofen", "400 mg").stdout
    events = [json.loads(line) for line in log("log", "show", "--json").stdout.splitlines()]
    assert [event["kind"] for event in events] == [
        "note", "told", "assessed", "check_in", "assessed", "taken", "taken",
    ]  # fmt: skip
    assert {event["zone"] for event in events} == {"Europe/Berlin"}
    assert events[3]["payload"]["answers"]["fever"] == {"value": "no", "from": "list:check_in-1"}
    shown = log("log").stdout
    for words in ("Anna, since", "pain 6.5 of 10", "put on socks 3 of 10", "500 mg ibuprofen"):
        assert words in shown
    log("log", "note", "not that", "--corrects", events[0]["id"])
    assert "corrected later" in log("log", "show", "--last", "99").stdout
    log("log", "over")
    assert "A new record of this spell" in log("log", "note", "again").stdout


def test_an_alarm_is_triaged_at_once(log: Run) -> None:
    log("log", "people", "--add", "Anna")
    calm = json.loads(log("log", "add", "--no", "--json").stdout)
    assert calm["triage"]["disposition"] == "unsettled"
    done = json.loads(log("log", "add", "--no", "--yes", "now_bleeding", "--json").stdout)
    assert done["triage"]["disposition"] == "emergency"
    done = json.loads(log("log", "add", "--pain", "2", "--json").stdout)
    assert done["triage"]["disposition"] == "emergency", "it stands until it is answered"
    shown = log("log", "add", "--answer", "vomiting_blood_or_black_stool=no").stdout
    assert "Get emergency help now" not in shown


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["add"], 1, "Nothing was answered."),
        (["add", "--pain", "11"], 1, "--pain: '11' is not a number from 0 to 10."),
        (["add", "--pain", "much"], 1, "'much' is not a number."),
        (["add", "--yes", "now_fevr"], 1, "Did you mean 'now_fever'?"),
        (["add", "--answer", "fever"], 1, "--answer: 'fever' has no '='."),
        (["add", "--answer", "fevr=no"], 1, "Unknown finding 'fevr'. Did you mean 'fever'?"),
        (["add", "--roland", "25"], 1, "not a whole number from 0 to 24"),
        (["dose", "ibuprofn", "400"], 1, "Did you mean 'ibuprofen'?"),
        (["dose", "ibuprofen", "400 mcg"], 1, "'400 mcg' is not an amount."),
        (["dose", "ibuprofen", "0.5"], 1, "no whole number of milligrams"),
        (["note", " "], 1, "There must be some text."),
        (["note", "x", "--at", "2999-01-01T00:00+00:00"], 1, "That is in the future."),
        (["note", "x", "--at", "yesterday"], 1, "'yesterday' is not a moment."),
        (["note", "x", "--corrects", "nothing"], 1, "There is no entry 'nothing'"),
        (["--zone", "Berlin", "note", "x"], 1, "Did you mean 'Europe/Berlin'?"),
        (["note", "x", "--for", "Ann"], 1, "Nobody here is called 'Ann'. Did you mean 'Anna'?"),
        (["people", "--add", "anna"], 1, "Somebody is called 'anna' already."),
        (["import", "nowhere.json"], 1, "The file cannot be read"),
        (["erase", "--person"], 2, "This cannot be undone. Add --yes to erase."),
        (["erase", "--yes"], 1, "There is nothing of Anna in the record."),
        (["lock"], 1, ""),
        (["unlock"], 1, ""),
        (["passphrase", "change"], 1, ""),
        (["noet"], 2, "invalid choice"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    log: Run, arguments: list[str], status: int, message: str
) -> None:
    log("log", "people", "--add", "Anna")
    done = log("log", *arguments, wanted=status)
    assert message in done.stderr
    assert len(done.stderr.splitlines()) <= 2


def test_several_people_are_asked_for(log: Run) -> None:
    log("log", "people", "--add", "Anna")
    log("log", "people", "--add", "Bert")
    assert "Use --for with one of: Anna, Bert." in log("log", "note", "x", wanted=2).stderr
    log("log", "--for", "bert", "note", "of Bert")
    log("log", "note", "of Anna", "--for", "Anna")
    assert "of Bert" in log("log", "--for", "Bert").stdout
    assert "of Bert" not in log("log", "show", "--for", "Anna").stdout
    log("log", "people", "--rename", "Bert", "Robert")
    assert log("log", "people").stdout.split() == ["Anna", "Robert"]


def test_out_and_back_and_gone(log: Run, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    log("log", "people", "--add", "Anna")
    log("log", "note", "xylophone")
    log("log", "over")
    log("log", "note", "bassoon")
    whole = log("log", "export").stdout
    log("log", "export", str(tmp_path / "all.json"))
    assert (tmp_path / "all.json").read_text(encoding="utf-8") == whole
    assert (tmp_path / "all.json").stat().st_mode & 0o777 == 0o600
    rows = list(csv.reader(io.StringIO(log("log", "export", "--csv").stdout)))
    assert [row[-1] for row in rows[1:]] == ["xylophone", "episode", "over", "bassoon"]
    assert json.loads(log("log", "export", "--schema").stdout)["$id"] == "urn:lumbago:record:1"
    done = log("log", "erase", "--episode", "1", "--yes")
    assert "none is left" in done.stdout
    assert search(home, ["xylophone"]) == ()
    log("log", "erase", "--episode", "5", "--yes", wanted=1)
    assert "bassoon" in log("log").stdout
    log("log", "erase", "--person", "--yes")
    assert search(home, ["bassoon", "Anna"]) == ()
    for file in home.files():
        file.unlink()
    log("log", "import", str(tmp_path / "all.json"))
    assert log("log", "export").stdout == whole
    assert "0 entries were new" in log("log", "import", str(tmp_path / "all.json")).stdout


def test_a_passphrase_from_first_to_last(log: Run, tmp_path: Path) -> None:
    home, secret = Home(tmp_path / "home"), tmp_path / "secret"
    secret.write_text(f"{PASSPHRASE}\nanother quiet horse\n", encoding="utf-8")
    with_it = ("--passphrase-file", str(secret))
    log("log", "people", "--add", "Anna")
    log("log", "note", "xylophone")
    said = log("log", "passphrase", "set", *with_it).stdout
    recovery = next(line.strip() for line in said.splitlines() if line.count("-") == 8)
    assert search(home, ["xylophone", "Anna"]) == ()
    locked = log("log", wanted=1).stderr
    assert "The record is locked." in locked
    assert "lumbago log unlock" in locked
    assert "xylophone" in log("log", *with_it).stdout
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong passphrase\n", encoding="utf-8")
    assert "not the passphrase" in log("log", "--passphrase-file", str(wrong), wanted=1).stderr
    log("log", "note", "bassoon", *with_it)
    log("log", "passphrase", "change", *with_it)
    log("log", *with_it, wanted=1)
    secret.write_text("another quiet horse\n", encoding="utf-8")
    assert "bassoon" in log("log", *with_it).stdout
    assert "each command asks" in log("log", "unlock", *with_it, wanted=1).stdout
    log("log", "lock")
    written = tmp_path / "recovery"
    written.write_text(f"{recovery}\n", encoding="utf-8")
    log("log", "passphrase", "recovery", "--recovery", "--passphrase-file", str(written))
    log("log", "unlock", "--recovery", "--passphrase-file", str(written), wanted=1)
    log("log", "erase", "--yes", *with_it)
    log("log", "passphrase", "remove", *with_it)
    assert "nothing in the record" in log("log").stdout
    assert search(home, ["xylophone"]) == ()


def test_a_file_of_secrets_must_hold_them(log: Run, tmp_path: Path) -> None:
    log("log", "people", "--add", "Anna")
    assert (
        "cannot be read"
        in log(
            "log", "passphrase", "set", "--passphrase-file", str(tmp_path / "none"), wanted=1
        ).stderr
    )
    (tmp_path / "empty").write_text("")
    assert (
        "has no line 1"
        in log(
            "log", "passphrase", "set", "--passphrase-file", str(tmp_path / "empty"), wanted=1
        ).stderr
    )
    assert "Unlock it first" in log("log", "passphrase", "set", wanted=1).stderr


# ----------------------------------------------------------------------------------- in a terminal


class Terminal:
    """A person at a terminal: lines that are typed, secret ones apart, and what is shown."""

    def __init__(self, knowledge: Knowledge, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.knowledge = knowledge
        self.environment = {"LUMBAGO_HOME": str(home), "TZ": "Europe/Berlin"}
        self.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
        self.monkeypatch = monkeypatch

    def types(self, *arguments: str, lines: list[str], secrets: list[str] | None = None) -> int:
        import argparse

        replies: Iterator[str] = iter(lines)
        hidden: Iterator[str] = iter(secrets or [])
        self.monkeypatch.setattr("rich.console.Console.input", lambda *_, **__: next(replies))
        parser = argparse.ArgumentParser()
        add_log(parser.add_subparsers(), lambda _: 0)
        options = parser.parse_args(["log", *arguments])
        edge = command.edge_of(self.knowledge, lambda: self.now, os.urandom, self.environment)
        from dataclasses import replace

        edge = replace(edge, interactive=True, secret=lambda _: next(hidden))
        status = command.run(edge, options)
        assert next(replies, None) is None, "everything that was typed was asked for"
        return status


@pytest.fixture
def terminal(knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "84")
    return Terminal(knowledge, tmp_path / "home", monkeypatch)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_a_check_in_line_by_line(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["Anna", "11", "6.5", "put on socks", "3", "", *["n"] * 6, "x", "n", *["n"] * 3, ""]
    assert terminal.types("add", lines=lines) == 0
    shown = said(capsys)
    assert "What should we call you here?" in shown
    assert "'11' is not a number from 0 to 10." in shown
    assert "Anything new?" in shown
    assert "Please use one of these keys." in shown
    assert "Not everything is settled" in shown
    terminal.now += timedelta(days=14, hours=1)
    lines = ["5", "4", "", "abc", "9", *["n"] * 10, ""]
    assert terminal.types("add", lines=lines) == 0
    assert "Week 2" in said(capsys)
    terminal.types("show", lines=[])
    assert "Roland-Morris 9 of 24" in said(capsys)


def test_what_was_ticked_is_asked_one_by_one(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ["Anna", "", "", "n", "n", "n", "n", "y", *["n"] * 5]
    assert terminal.types("add", lines=[*first, "44", "2", "q"]) == 0
    shown = said(capsys)
    assert "Some of it can be many things, so we ask which." in shown
    assert "How old are you?" in shown
    assert "fever" in shown
    terminal.types("show", "--json", lines=[])
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["check_in", "told", "assessed"]


def test_pain_that_rose_asks_everything_again(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    calm = ["3", "", *["n"] * 10, ""]
    terminal.types("people", "--add", "Anna", lines=[])
    terminal.types("add", lines=calm)
    terminal.now += timedelta(hours=24)
    terminal.types("add", lines=["6", "", *["n"] * 10, "q"])
    assert "clearly stronger than a day ago" in said(capsys)


def test_whom_it_is_for_is_asked(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("Anna", "Bert"):
        terminal.types("people", "--add", name, lines=[])
    terminal.types("note", "of Bert", lines=["2"])
    terminal.types("note", "of Anna", lines=["anna"])
    assert "1 Anna · 2 Bert" in said(capsys)
    terminal.types("show", lines=["1"])
    assert "of Anna" in said(capsys)


def test_erasing_asks_for_the_name(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.types("people", "--add", "Anna", lines=[])
    terminal.types("note", "xylophone", lines=[])
    assert terminal.types("erase", lines=["yes"]) == 1
    assert "Type Anna to erase this spell of pain (1 entries)" in said(capsys)
    assert terminal.types("erase", "--person", lines=["Anna"]) == 0
    assert "Erased: 1 entries" in said(capsys)


def test_a_passphrase_is_typed_twice(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    from lumbago.errors import InputError

    with pytest.raises(InputError, match="not the same"):
        terminal.types("passphrase", "set", lines=[], secrets=[PASSPHRASE, "other"])
    terminal.types("passphrase", "set", lines=[], secrets=[PASSPHRASE, PASSPHRASE])
    assert "It is shown once" in said(capsys)
    terminal.types("people", lines=[], secrets=[PASSPHRASE])
    assert "Nobody is in the record yet" in said(capsys)


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no folder in memory here")
def test_unlocked_for_a_while(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    runtime = Path("/dev/shm") / f"lumbago-test-{os.getpid()}"
    runtime.mkdir(mode=0o700)
    try:
        terminal.environment["XDG_RUNTIME_DIR"] = str(runtime)
        terminal.types("passphrase", "set", lines=[], secrets=[PASSPHRASE, PASSPHRASE])
        assert terminal.types("unlock", "--minutes", "5", lines=[], secrets=[PASSPHRASE]) == 0
        terminal.types("people", lines=[])
        terminal.now += timedelta(minutes=4)
        terminal.types("people", "--add", "Anna", lines=[])
        terminal.now += timedelta(minutes=1)
        terminal.types("people", lines=[], secrets=[PASSPHRASE])
        terminal.types("unlock", lines=[], secrets=[PASSPHRASE])
        assert list(runtime.iterdir())
        terminal.types("lock", lines=[])
        assert not list(runtime.iterdir())
    finally:
        for left in runtime.iterdir():
            left.unlink()
        runtime.rmdir()


def test_an_interview_can_be_kept(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replies = iter(["", "44", "2", "q", "r"])
    monkeypatch.setattr("rich.console.Console.input", lambda *_, **__: next(replies))
    kept: list[object] = []
    now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    ask.ask(knowledge, now, None, lambda case, assessment: kept.append((case.at, assessment.at)))
    assert kept == [(now, now)]

"""`lumbago plan` as a process: a plan, the card in its place, a log by line, and clear errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lumbago.event_files import event_json
from lumbago.events import Chosen, Event, Payload, Taken
from lumbago.knowledge.model import Knowledge
from lumbago.testing_plan import ordinary_answers
from lumbago.wire import dumps

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
START = ("--start", "2026-11-21T08:30:00+00:00")


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "lumbago.cli", "plan", *arguments]
    env = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(command, input=stdin, capture_output=True, check=False, env=env)


@pytest.fixture
def case(knowledge: Knowledge, tmp_path: Path) -> Path:
    return written(knowledge, tmp_path)


def written(knowledge: Knowledge, folder: Path, **changes: Any) -> Path:
    data = {
        "lumbago": 1,
        "id": "c-1",
        "at": AT.isoformat(),
        "answers": ordinary_answers(knowledge, **changes),
        "profile": {"day": {"zone": "Europe/London"}, "country": "gb"},
    }
    path = folder / "case.json"
    path.write_text(dumps(data), encoding="utf-8")
    return path


def log(folder: Path, *payloads: Payload) -> Path:
    events = [Event(f"e{n}", AT, AT, "Europe/London", p) for n, p in enumerate(payloads)]
    path = folder / "events.ndjson"
    path.write_text("\n".join(dumps(event_json(e)) for e in events), encoding="utf-8")
    return path


def test_a_plan_is_a_page_or_json(case: Path) -> None:
    done = run(str(case), *START)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Your plan" in done.stdout.decode()
    data = json.loads(run(str(case), *START, "--json").stdout)
    assert data["refused"] is None
    assert data["id"] == "c-1"
    assert data["items"][0]["start"] == AT.isoformat()


def test_a_log_changes_the_plan(case: Path, tmp_path: Path) -> None:
    events = log(
        tmp_path,
        Chosen("medicine", "ibuprofen"),
        Chosen("medicines_logged", "all"),
        Taken("ibuprofen", 200),
    )
    data = json.loads(run(str(case), *START, "--log", str(events), "--json").stdout)
    (dose,) = [m["dose"] for m in data["medicines"] if m["dose"]]
    assert dose["not_before"] == "2026-11-21T14:30:00+00:00"
    assert dose["taken_in_24_hours"] == 200
    assert dose["label"]["country"] == "GB"


def test_something_urgent_is_the_card(knowledge: Knowledge, tmp_path: Path) -> None:
    urgent = written(knowledge, tmp_path, saddle_numbness="yes")
    said = run(str(urgent), *START).stdout.decode()
    assert "Until you are seen" in said
    assert "Your plan" not in said
    data = json.loads(run(str(urgent), *START, "--json").stdout)
    assert data["refused"]["because"][0] == "urgent"
    assert "items" not in data


def test_a_case_without_answers_is_asked_for_them() -> None:
    done = run("-", stdin=b'{"lumbago": 1}')
    assert "No plan yet" in done.stdout.decode()
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("nowhere.json",), 1, "cannot be read"),
        ((), 2, "CASE.json"),
        (("CASE", "--start", "yesterday"), 1, "'yesterday' is not a moment"),
        (("CASE", "--start", "2026-11-21T08:30:00"), 1, "no UTC offset"),
        (("CASE", "--start", "2026-11-20T08:30:00+00:00"), 1, "before the case was told"),
        (("CASE", *START, "--log", "nowhere.ndjson"), 1, "cannot be read"),
        (("CASE", *START, "--log", "LOG"), 1, "line 1"),
    ],
)
def test_bad_input_is_one_plain_line(
    case: Path, tmp_path: Path, arguments: tuple[str, ...], status: int, message: str
) -> None:
    bad = tmp_path / "bad.ndjson"
    bad.write_text('{"lumbago": 1, "kind": "takn"}\n', encoding="utf-8")
    names = {"CASE": str(case), "LOG": str(bad)}
    done = run(*(names.get(argument, argument) for argument in arguments))
    said = done.stderr.decode()
    assert done.returncode == status
    assert message in said
    assert "Traceback" not in said
    assert done.stdout == b""


def test_a_nonsense_zone_is_an_error(knowledge: Knowledge, tmp_path: Path) -> None:
    path = written(knowledge, tmp_path)
    text = path.read_text(encoding="utf-8").replace("Europe/London", "Europe/Lundon")
    path.write_text(text, encoding="utf-8")
    said = run(str(path), *START).stderr.decode()
    assert "profile.day.zone" in said
    assert "Did you mean" in said

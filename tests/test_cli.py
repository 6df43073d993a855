"""The command line, run as a process the way a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lumbago.knowledge.model import Knowledge
from lumbago.wire import LINE_LIMIT

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "back-went-lifting.json"


def _run(*arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "lumbago.cli", *arguments]
    env = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(command, input=stdin or b"", capture_output=True, check=False, env=env)


def test_the_example_is_a_card_with_its_reason() -> None:
    done = _run("assess", str(EXAMPLE))
    said = done.stdout.decode()
    assert "Get medical help today" in said
    assert "E01" in said
    assert done.stderr == b""


def test_own_words_and_json() -> None:
    done = _run("assess", "--text", "chest pain and my back hurts", "--age", "60", "--json")
    data = json.loads(done.stdout)
    assert done.returncode == 0
    assert data["triage"]["disposition"] == "emergency"
    assert data["at"]


def test_silence_is_not_an_all_clear() -> None:
    done = _run("assess", "--text", "my back hurts", "--age", "30", "--sex", "male")
    said = done.stdout.decode()
    assert "Not finished yet" in said
    for reassuring in ("Look after it yourself", "nothing needs a doctor", "self_care", "routine"):
        assert reassuring not in said


def test_many_cases_by_line_in_order_and_the_run_goes_on() -> None:
    lines = [
        b'{"lumbago": 1, "id": "a", "answers": {"fever": "yes"}, "at": "2026-11-21T08:30:00+00:00"}',
        b"not json",
        b"",
        b'{"lumbago": 1, "id": "b", "answers": {"fevr": "yes"}}',
        b"x" * (LINE_LIMIT + 100),
        b'{"lumbago": 1, "id": "\xff"}',
        b'{"lumbago": 1, "id": "c", "age": 430}',
        b'{"lumbago": 1, "id": "d"}',
    ]
    done = _run("assess", "--ndjson", stdin=b"\n".join(lines))
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [line["id"] for line in out] == ["a", None, "b", None, None, "c", "d"]
    assert out[0]["triage"]["disposition"] == "same_day"
    assert "line 2" in out[1]["problems"][0]["where"]
    assert "Did you mean 'fever'?" in out[2]["problems"][0]["hint"]
    assert "bytes" in out[3]["problems"][0]["message"]
    assert "UTF-8" in out[4]["problems"][0]["message"]
    assert out[6]["triage"]["disposition"] == "unsettled"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("assess", "missing.json"), 1, "missing.json: The file cannot be read: no such file"),
        (("assess",), 2, "What should be assessed? Give CASE.json or --text."),
        (("assess", "a.json", "--text", "x"), 2, "Give a case file or --text, not both."),
        (("assess", "--text", "x", "--age", "old"), 2, "'old' is not an age."),
        (("assess", "--text", "x", "--age", "430"), 1, "430 is outside what age_years can be."),
        (("assess", "--text", "x", "--at", "noon"), 1, "'noon' is not a moment."),
        (("assess", "--sex", "femal", "--text", "x"), 2, "invalid choice"),
        (("assess", "--ndjson", "a.json"), 2, "standard input alone"),
        (("ases",), 2, "invalid choice"),
        ((), 2, "Which command? See: lumbago -h"),
        (("ask",), 2, "lumbago ask needs a terminal."),
        (("explain", "E99"), 1, "Nothing is called 'E99'."),
        (("kb", "show", "saddle_numbnes"), 1, "Did you mean 'saddle_numbness'?"),
        (("simulate", "some"), 2, "'some' is not a whole number"),
        (("evaluate", "missing.ndjson"), 1, "There is no such file."),
        (("evaluate",), 2, "Which cases? Give CASES.ndjson."),
        (("evaluate", "a", "--predictions", "b"), 1, "a: There is no such file."),
        (("evaluate", "a", "--unheld", "no"), 2, "--unheld goes with --interview."),
        (
            ("evaluate", "a", "--reading", "--people", "0"),
            2,
            "--people does not go with --reading.",
        ),
        (("evaluate", "a", "--predictions", "b", "--record", "n"), 2, "--record does not go with"),
        (("evaluate", "a", "--predictions", "b", "--page"), 2, "do not go together."),
        (("evaluate", "a", "--page"), 2, "--page takes no cases. It shows what was recorded."),
        (("evaluate", "--page", "--picture", "x"), 2, "There is no picture 'x'. One of: triage"),
        (("evaluate", "a", "--picture", "x"), 2, "--picture goes with --page."),
        (("simulate", "3", "--record"), 2, "--record goes with --rules."),
        (("simulate", "3", "--even"), 2, "--even and --answered go with --causes."),
        (("simulate", "3", "--causes", "--answered", "2"), 2, "'2' is not a share."),
        (("simulate", "3", "--causes", "--rules"), 2, "--causes draws others"),
        (("simulate", "3", "--causes", "knee"), 2, "invalid choice"),
        (("prove", "99"), 2, "There is no claim '99'."),
    ],
)
def test_a_wrong_call_says_what_to_do(arguments: tuple[str, ...], status: int, said: str) -> None:
    done = _run(*arguments)
    assert said in done.stderr.decode()
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in it."),
        (b"{]", "This is not JSON"),
        (b"\xff\xfe{}", "This is not UTF-8 text."),
        (b'{"lumbago": 1, "answers": {"fever": "maybe"}}', "'maybe' is not an answer to fever."),
        (b'{"lumbago": 1, "answers": {"temperature_celsius": "38 F"}}', "Did you mean 38 C?"),
        (b" " * (LINE_LIMIT + 1), "For many cases use --ndjson."),
    ],
)
def test_a_bad_case_file_is_explained(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "case.json"
    file.write_bytes(content)
    done = _run("assess", str(file))
    assert done.returncode == 1
    assert said in done.stderr.decode()


def test_contradictory_answers_are_kept_and_shown() -> None:
    case = b'{"lumbago": 1, "answers": {"breathless_at_rest": "yes", "breathlessness": "no"}}'
    done = _run("assess", "-", stdin=case)
    assert done.returncode == 1
    assert "contradict each other" in " ".join(done.stdout.decode().split())


def test_a_closed_pipe_is_no_error() -> None:
    lines = b'{"lumbago": 1}\n' * 200
    command = f"{sys.executable} -m lumbago.cli assess --ndjson | head -n 1"
    done = subprocess.run(["bash", "-c", command], input=lines, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    "id_",
    [
        "E01",
        "saddle_numbness",
        "any_ces_sign",
        "muscle_strain",
        "hen09",
        "wallwork_acute",
        "older_age",
    ],
)
def test_explain_shows_any_id_with_its_sources(id_: str) -> None:
    said = _run("explain", id_).stdout.decode()
    assert id_ in said
    assert len(said.splitlines()) > 5


def test_a_rule_is_explained_with_its_place_and_who_disagrees() -> None:
    said = " ".join(_run("explain", "E03").stdout.decode().split())
    assert "kb/red_flags/cauda_equina.yaml:" in said
    assert "both_legs_pain_new" in said
    assert "Sources disagree here" in said


def test_the_version_says_what_is_proved() -> None:
    assert _run("--version").stdout.startswith(b"lumbago 0.")
    said = _run("--version", "--verbose").stdout.decode()
    assert "knowledge sha256:" in said
    assert "proved" in said


def test_people_of_every_cause_are_cases_that_can_be_evaluated(tmp_path: Path) -> None:
    first = _run("simulate", "6", "--seed", "2", "--causes", "neck", "--answered", "1", "--even")
    assert first.returncode == 0
    people = [json.loads(line) for line in first.stdout.splitlines()]
    assert [one["id"] for one in people] == [f"c2-{i}" for i in range(6)]
    for one in people:
        assert one["gold"]["diagnosis"] in one["gold"]["acceptable_diagnoses"]
        assert one["answers"]["pain_site_neck"] == "yes"
    file = tmp_path / "people.ndjson"
    file.write_bytes(first.stdout)
    done = _run("evaluate", str(file), "--json", "--people", "0")
    data = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert data["causes"]["answers_alone"]["cause_first"]["of"] == 6
    assert data["modes"]["answers_alone"]["exact"]["of"] == 0
    assert data["reliability"]["people"] == {}


def test_another_program_is_scored_on_the_same_cases(tmp_path: Path) -> None:
    cases, said = tmp_path / "cases.ndjson", tmp_path / "said.ndjson"
    gold = {"disposition": "emergency"}
    cases.write_text(json.dumps({"lumbago": 1, "id": "a", "gold": gold}), encoding="utf-8")
    said.write_text('{"id": "a", "disposition": "self_care"}', encoding="utf-8")
    done = _run("evaluate", str(cases), "--predictions", str(said), "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    data = json.loads(done.stdout)
    assert data["predictions"]["missed_emergencies"]["hits"] == 1
    assert b"this program" in _run("evaluate", str(cases), "--predictions", str(said)).stdout
    said.write_text('{"id": "b", "disposition": "sefl_care"}', encoding="utf-8")
    done = _run("evaluate", str(cases), "--predictions", str(said), "--json")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"line 1, disposition: 'sefl_care' is not a disposition." in done.stderr


def test_the_evaluation_page_is_what_was_recorded() -> None:
    page = Path("docs/evaluation.md").read_text(encoding="utf-8")
    assert _run("evaluate", "--page").stdout.decode() == page


def test_simulated_people_are_cases_and_the_seed_decides() -> None:
    first = _run("simulate", "3", "--seed", "7")
    assert first.stdout == _run("simulate", "3", "--seed", "7").stdout
    assert first.stdout != _run("simulate", "3", "--seed", "8").stdout
    assessed = _run("assess", "--ndjson", stdin=first.stdout)
    assert len(assessed.stdout.splitlines()) == 3
    assert assessed.returncode == 0


# ------------------------------------------------------------------------------------ the course


@pytest.fixture
def easing(knowledge: Knowledge, tmp_path: Path) -> tuple[Path, Path]:
    """Somebody asked about everything on day 10, and a diary that eases."""
    answers: dict[str, object] = {
        one.id: "no" for one in knowledge.findings.values() if one.answer == "yes_no"
    }
    answers |= {"pain_site_low_back": "yes", "clearly_improving": "yes", "pain_severity_0_10": 4}
    answers |= {"pain_duration_days": 10}
    data = {"lumbago": 1, "at": "2026-11-21T08:30:00+00:00", "age": 40, "sex": "male"}
    case, log = tmp_path / "case.json", tmp_path / "log.ndjson"
    case.write_text(json.dumps({**data, "answers": answers}), encoding="utf-8")
    moments = [f"2026-11-{day}T08:00:00+00:00" for day in range(12, 22)]
    events = [
        {"lumbago": 1, "id": f"e{n}", "happened_at": at, "recorded_at": at, "zone": "Etc/UTC"}
        | {"kind": "check_in", "payload": {"pain": pain}}
        for n, (at, pain) in enumerate(zip(moments, [8, 8, 7, 7, 6, 6, 5, 5, 4, 4], strict=True))
    ]
    log.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    return case, log


def test_the_course_in_words_and_as_a_picture(easing: tuple[Path, Path], tmp_path: Path) -> None:
    case, log = easing
    svg = tmp_path / "course.svg"
    done = _run("course", str(case), "--log", str(log), "--svg", str(svg))
    said = done.stdout.decode()
    assert done.returncode == 0
    assert done.stderr == b""
    assert "In the usual range. The danger signs still count." in said
    assert "◎" in said
    assert "░" in said
    assert svg.read_text(encoding="utf-8").startswith("<svg")


def test_the_course_as_data_names_no_disposition(easing: tuple[Path, Path]) -> None:
    case, log = easing
    done = _run("course", str(case), "--log", str(log), "--json")
    data = json.loads(done.stdout)
    assert data["none_because"] is None
    assert data["signs"]["start"] == 7.5
    assert data["course"]["standing"] == "usual"
    pains = [dot["pain"] for dot in data["course"]["dots"]]
    assert pains == [8, 8, 7, 7, 6, 6, 5, 5, 4, 4, 4]  # the last is that of the case
    assert not any(word in done.stdout for word in (b"self_care", b"routine", b"soon", b"cleared"))
    assert _run("course", str(case), "--log", str(log), "--json").stdout == done.stdout


def test_old_answers_refuse_the_course_and_leave_no_picture(
    easing: tuple[Path, Path], tmp_path: Path
) -> None:
    case, log = easing
    svg = tmp_path / "course.svg"
    later = ("--at", "2026-11-22T09:00:00+00:00", "--svg", str(svg))
    done = _run("course", str(case), "--log", str(log), *later)
    assert done.returncode == 1
    assert "No curve for now" in done.stdout.decode()
    assert not svg.exists()
    data = json.loads(_run("course", str(case), "--log", str(log), *later, "--json").stdout)
    assert data["course"] is None
    assert data["none_because"]["reason"] == "questions_open"


def test_a_log_that_cannot_be_read_is_an_error_with_its_line(
    easing: tuple[Path, Path], tmp_path: Path
) -> None:
    case, log = easing
    lines = log.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace("pain", "pian")
    log.write_text("\n".join(lines), encoding="utf-8")
    done = _run("course", str(case), "--log", str(log))
    assert done.returncode == 1
    assert b"line 3" in done.stderr
    assert done.stdout == b""
    missing = _run("course", str(case), "--log", str(tmp_path / "none"))
    assert missing.returncode == 1
    assert b"cannot be read" in missing.stderr


def test_the_course_of_what_was_logged_alone_or_of_the_record(
    easing: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUMBAGO_HOME", str(tmp_path / "home"))
    empty = _run("course", "--json")
    assert empty.returncode == 1
    assert b"Nothing is in the record yet." in empty.stderr
    nothing = tmp_path / "nothing.ndjson"
    nothing.write_text("", encoding="utf-8")
    assert b"Nothing is logged." in _run("course", "--log", str(nothing)).stderr
    case, log = easing
    alone = json.loads(_run("course", "--log", str(log), "--json").stdout)
    assert alone["none_because"]["reason"] == "age_unknown"  # nobody told a case
    assert _run("log", "people", "--add", "Ana").returncode == 0
    assert _run("assess", str(case), "--save", "--for", "Ana").returncode == 0
    recorded = json.loads(_run("course", "--json", "--at", "2026-11-21T09:00:00+00:00").stdout)
    assert recorded["none_because"] is None
    assert [dot["pain"] for dot in recorded["course"]["dots"]] == [4]

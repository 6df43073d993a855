"""The terminal's figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lumbago import InputError, UsageError, figures
from lumbago.figures import EvaluationOptions
from lumbago.knowledge.model import Knowledge


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.ndjson"
    rows = [
        {"answers": {"saddle_numbness": "yes"}, "gold": {"disposition": "emergency"}},
        {"answers": {"fever": "yes"}, "gold": {"disposition": "emergency"}},
        {"answers": {"fever": "no"}, "gold": {"disposition": "self_care"}},
    ]
    file.write_text("\n".join(json.dumps({"lumbago": 1, **row}) for row in rows))
    return file


def test_the_evaluation_as_tables_and_misses(
    capsys: pytest.CaptureFixture[str], knowledge: Knowledge, cases: Path
) -> None:
    assert (
        figures.show_evaluation(knowledge, cases, EvaluationOptions(misses=True, people=300)) == 0
    )
    said = capsys.readouterr().out
    assert "67 %" in said
    assert "D02" in said


def test_the_evaluation_as_json(
    capsys: pytest.CaptureFixture[str], knowledge: Knowledge, cases: Path
) -> None:
    cases.write_text(cases.read_text() + "\nnot json\n")
    assert (
        figures.show_evaluation(knowledge, cases, EvaluationOptions(as_json=True, people=300)) == 1
    )
    data = json.loads(capsys.readouterr().out)
    assert data["modes"]["answers_alone"]["acceptable"]["hits"] == 2
    assert data["bad"][0]["line"] == 4
    assert data["reliability"]["people"]["usual"]["first_cause"]["people"] == 300
    assert data["reliability"]["cases"]["text_alone"]["first_cause"]["claims"] == 0


def test_the_evaluation_as_a_page(knowledge: Knowledge, cases: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    options = EvaluationOptions(as_json=True, page=page, people=0)
    assert figures.show_evaluation(knowledge, cases, options) == 0
    assert "<!doctype html>" in page.read_text(encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []
    nowhere = EvaluationOptions(page=tmp_path / "none" / "page.html", people=0)
    with pytest.raises(InputError, match="The page cannot be written: no such file"):
        figures.show_evaluation(knowledge, cases, nowhere)


def test_the_alarm_rate_comes_with_its_sensitivity(
    capsys: pytest.CaptureFixture[str], knowledge: Knowledge
) -> None:
    assert figures.show_rule_costs(knowledge, 2000, 1) == 0
    said = capsys.readouterr().out
    assert "as given" in said
    assert "bladder_retention 0.03" in said
    assert "upper bound" in said


def test_one_claim_by_name(capsys: pytest.CaptureFixture[str], knowledge: Knowledge) -> None:
    assert figures.show_proofs(knowledge, "more_pain_never_lowers", ("z3",), 30.0, False) == 0
    said = capsys.readouterr()
    assert "proved" in said.out + said.err
    assert "It does not mean that the rules are the right ones." in " ".join(said.out.split())


def test_only_a_whole_run_is_recorded(knowledge: Knowledge) -> None:
    with pytest.raises(UsageError, match="Only a whole run is recorded"):
        figures.show_proofs(knowledge, "13", ("z3",), 30.0, True)

"""The interview played against cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lumbago.answers import Case, Given
from lumbago.evaluate_interview import (
    Unheld,
    complete,
    evaluate_interview,
    interview_json,
    interview_tables,
    play,
)
from lumbago.figures import show_interview
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.rates import Rate


def line(id_: str, answers: dict[str, Any], **more: Any) -> str:
    case = {"lumbago": 1, "id": id_, "age": 40, "sex": "male", "answers": answers, **more}
    return json.dumps(case)


BRUISED = line("bruised", {"leg_weakness_one": "yes", "weakness_only_pain": "yes"})
NUMB = line(
    "numb",
    {"saddle_numbness": "yes"},
    text="fever and chest pain",
    gold={"disposition": "emergency"},
)


def test_the_words_are_not_used_and_the_end_is_that_of_the_whole_case(
    knowledge: Knowledge,
) -> None:
    figures = evaluate_interview(knowledge, [BRUISED, "", NUMB])
    assert figures.same == Rate(2, 2)
    assert figures.lower == figures.higher == Rate(0, 2)
    assert figures.acceptable == Rate(1, 1)
    bruised, numb = figures.played
    assert (bruised.told, numb.told) == (Disposition.ROUTINE, Disposition.EMERGENCY)
    assert numb.screens < bruised.screens
    assert numb.screens == 3
    assert figures.screens.most == bruised.screens
    assert figures.bad == ()


def test_not_sure_is_never_lower_and_may_rest_on_doubt(knowledge: Knowledge) -> None:
    figures = evaluate_interview(knowledge, [BRUISED, NUMB], Unheld.UNSURE)
    assert figures.lower == Rate(0, 2)
    assert figures.doubt == Rate(1, 2)
    assert figures.played[0].told is Disposition.SAME_DAY


def test_what_is_passed_over_stays_open(knowledge: Knowledge) -> None:
    figures = evaluate_interview(knowledge, [BRUISED, NUMB], Unheld.SKIP)
    assert figures.stopped == {"passed": 1, "settled": 1}
    assert figures.played[0].said == "unsettled"
    assert figures.same == Rate(2, 2)


def test_a_bad_line_is_named_and_the_run_goes_on(knowledge: Knowledge) -> None:
    figures = evaluate_interview(knowledge, [NUMB, "{", line("odd", {"fevr": "yes"})])
    assert [(bad.line, bad.id) for bad in figures.bad] == [(2, None), (3, "odd")]
    assert len(figures.played) == 1


def test_completing_keeps_what_is_held_and_what_follows_from_it(knowledge: Knowledge) -> None:
    held = Case(given={"foot_drop": Given("yes"), "fever": Given("unsure")}, text="chest pain")
    whole = complete(knowledge, held, Unheld.NO)
    said = {id_: given.value for id_, given in whole.given.items()}
    assert whole.text == ""
    assert (said["foot_drop"], said["leg_weakness_one"], said["fever"]) == ("yes", "yes", "unsure")
    assert said["chest_pain"] == "no"
    assert said["pregnancy_status"] == "no"
    assert said["pain_duration_days"] == 4
    assert said["sex_at_birth"] == "unsure"
    passed = complete(knowledge, held, Unheld.SKIP)
    assert "chest_pain" not in passed.given


def test_somebody_who_says_longer_ago(knowledge: Knowledge) -> None:
    held = Case(given={"bladder_or_sex_change_old": Given("yes"), "age_years": Given(40)})
    case, _, _ = play(knowledge, complete(knowledge, held, Unheld.NO))
    assert case.given["bladder_or_sex_change_old"].value == "yes"
    assert case.given["bladder_or_sex_change_old"].origin.detail == "danger-2-1"


def test_the_figures_are_tables_and_json(knowledge: Knowledge) -> None:
    figures = evaluate_interview(knowledge, [BRUISED, "{"], Unheld.SKIP)
    tables = list(interview_tables(figures, knowledge.words["en"]["evaluate"]))
    assert "passed over" in tables[0].title
    assert any("This is not JSON" in row[2] for row in tables[-1].rows)
    data = json.loads(json.dumps(interview_json(figures)))
    assert data["unheld"] == "skip"
    assert data["same"]["share"] == 1
    assert data["screens"]["most"] == figures.screens.most


@pytest.mark.parametrize("as_json", [True, False])
def test_they_are_printed(
    capsys: pytest.CaptureFixture[str], knowledge: Knowledge, tmp_path: Path, as_json: bool
) -> None:
    file = tmp_path / "cases.ndjson"
    file.write_text(f"{NUMB}\n{{\n", encoding="utf-8")
    assert show_interview(knowledge, file, "no", as_json=as_json) == 1
    out = capsys.readouterr().out
    assert '"unheld": "no"' in out if as_json else "How long it is" in out

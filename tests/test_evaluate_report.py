"""The figures as tables and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lumbago.evaluate import Evaluation, Mode, evaluate
from lumbago.evaluate_causes import Fit, cause_score
from lumbago.evaluate_reliability import Sureness, sureness
from lumbago.evaluate_report import (
    FamilyRow,
    family_rows,
    figures_json,
    instead_text,
    lines,
    miss_lines,
    sureness_lines,
)
from lumbago.knowledge.model import Knowledge


def line(id_: str, best: str, **more: Any) -> str:
    labels = {"disposition": best, "acceptable_diagnoses": more.pop("causes", [])}
    return json.dumps({"lumbago": 1, "id": id_, "age": 40, "sex": "male", "gold": labels, **more})


LINES: list[str | bytes] = [
    line("ces", "emergency", answers={"saddle_numbness": "yes"}, causes=["cauda_equina_syndrome"]),
    "not json",
    line("ok", "self_care", answers={"saddle_numbness": "no"}, causes=["muscle_strain"]),
    line("doubt", "self_care", answers={"saddle_numbness": "unsure"}),
    line("low", "emergency", answers={"headache": "no"}, age=70),
]


@pytest.fixture(scope="module")
def result(knowledge: Knowledge) -> Evaluation:
    return evaluate(knowledge, LINES)


@pytest.fixture(scope="module")
def sure(knowledge: Knowledge, result: Evaluation) -> Sureness:
    return sureness(knowledge, result, people=300, seed=1, draws=20)


@pytest.fixture(scope="module")
def words(knowledge: Knowledge) -> Any:
    return knowledge.words["en"]["evaluate"]


def test_tables_have_words_and_equal_rows(
    knowledge: Knowledge, result: Evaluation, sure: Sureness, words: Any
) -> None:
    tables = [
        *lines(result, words),
        *sureness_lines(sure, words),
        miss_lines(result, Mode.ANSWERS, words),
    ]
    assert tables[0].title == words["figures"]
    assert len(tables) == 2 + 1 + len(Mode) + 1 + 1 + 3 + 1
    for table in tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.heads)}
    assert list(lines(evaluate(knowledge, []), words)) == []


def test_only_what_is_labelled_is_counted(knowledge: Knowledge, words: Any) -> None:
    gold = {"acceptable_diagnoses": ["muscle_strain"]}
    case = json.dumps({"lumbago": 1, "age": 40, "gold": gold})
    titles = [table.title for table in lines(evaluate(knowledge, [case]), words)]
    assert titles[0] == words["causes"]
    assert len(titles) == 2


def test_rules_in_doubt_are_marked(result: Evaluation, words: Any) -> None:
    rows = {row[1]: row for row in miss_lines(result, Mode.ANSWERS, words).rows}
    assert "E01?" in rows["doubt"][-1]
    assert rows["low"][-1] == "-"


def test_the_families_say_what_came_first_instead(words: Any) -> None:
    fits = [
        Fit(1, 1, False, False, "bone", "bone"),
        Fit(None, 2, False, False, "bone", "nerve_root"),
        Fit(None, None, False, False, "bone", ""),
        Fit(None, 2, False, False, "skin", "bone"),
    ]
    first, second = family_rows(cause_score(fits))
    assert first == FamilyRow("bone", 3, 1, 2, (("", 1), ("nerve_root", 1)))
    assert instead_text(first, words) == "no list 1; nerve root 1"
    assert (second.family, second.cases, second.first, second.in_three) == ("skin", 1, 0, 1)


def test_every_family_group_and_world_has_its_word(knowledge: Knowledge, words: Any) -> None:
    families = {condition.family for condition in knowledge.conditions.values()}
    assert families <= words["families"].keys()
    assert set(knowledge.findings["sex_at_birth"].choices) <= words["groups"].keys()


def test_figures_as_json(result: Evaluation, sure: Sureness) -> None:
    data = json.loads(json.dumps(figures_json(result, sure)))
    both = data["modes"]["text_and_answers"]
    assert both["called_emergency"]["hits"] == 1
    assert both["called_emergency"]["of"] == 2
    assert both["levels"]["emergency"]["told"]["emergency"] == 1
    assert data["misses"]["answers_alone"][0]["id"] == "low"
    assert [bad["line"] for bad in data["bad"]] == [2]
    assert data["modes"]["text_alone"]["exact"]["share"] == pytest.approx(1 / 2, abs=1e-4)
    assert data["families"]["text_alone"]["mechanical"]["cases"] == 1
    ages = [one["group"] for one in data["groups"]["text_and_answers"] if one["kind"] == "age"]
    assert ages == ["35-49", "65-74"] * 2
    usual = data["reliability"]["people"]["usual"]["first_cause"]
    assert usual["claims"] == data["reliability"]["drawn"] == 300
    assert sum(part["claims"] for part in usual["bins"]) == 300

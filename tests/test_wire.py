"""The JSON shapes, both ways."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lumbago import Case, InputError, assess
from lumbago.answers import Given, Origin, Profile
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.wire import (
    TEXT_LIMIT,
    assessment_json,
    case_json,
    case_of,
    dumps,
    gold_of,
    loads,
    problems_json,
)

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
WHOLE = {
    "lumbago": 1,
    "id": "c-17",
    "at": "2026-11-21T08:30:00+01:00",
    "text": "my back locked",
    "answers": {
        "fever": "no",
        "saddle_numbness": "unsure",
        "pain_severity_0_10": 8,
        "age_years": {"from": 50, "to": 59},
        "diabetes": {"value": "no", "from": "list:history-1", "at": "2026-11-21T07:00:00+01:00"},
    },
    "profile": {"medicines": ["warfarin"], "day": {"zone": "Europe/Berlin"}},
}


def test_a_case_survives_the_round_trip() -> None:
    case = case_of(WHOLE)
    assert case_of(case_json(case)) == case
    assert case.profile == Profile(medicines=("warfarin",), day={"zone": "Europe/Berlin"})
    diabetes = case.given["diabetes"]
    assert diabetes.origin.kind == "list"
    assert diabetes.origin.detail == "history-1"
    assert diabetes.origin.given_at is not None


def test_age_and_sex_are_short_for_their_findings() -> None:
    case = case_of({"lumbago": 1, "age": 54, "sex": "female"})
    assert case.given == {"age_years": Given(54), "sex_at_birth": Given("female")}


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ({"anwsers": {}}, "Unknown key 'anwsers'.", "Did you mean 'answers'?"),
        ({"lumbago": 2}, "Version 2 is not known.", 'Add "lumbago": 1.'),
        ({"at": "yesterday"}, "'yesterday' is not a moment.", "Write it like"),
        ({"at": "2026-11-21T08:30:00"}, "has no UTC offset.", "Write it like"),
        ({"at": 5}, "'5' is not a moment.", "Write it like"),
        ({"id": 7}, "An id must be text.", ""),
        ({"text": 7}, "Own words must be text.", ""),
        ({"text": "x" * (TEXT_LIMIT + 1)}, "The text has", "Keep it under"),
        ({"answers": ["fever"]}, "Answers must be an object", ""),
        ({"age": 54, "answers": {"age_years": 45}}, "'age' and 'age_years' disagree.", "Keep one"),
        ({"answers": {"fever": {"value": "no", "form": "tap"}}}, "Unknown key 'form'", "'from'"),
        ({"answers": {"fever": {"value": "no", "from": "tapp"}}}, "not where an answer", "'tap'"),
        ({"profile": []}, "A profile must be an object.", ""),
        ({"profile": {"medicine": []}}, "Unknown key 'medicine'.", "'medicines'"),
        ({"profile": {"medicines": "warfarin"}}, "must be a list of names", ""),
        ({"profile": {"day": {"zonne": 1}}}, "Unknown key 'zonne'.", "'zone'"),
    ],
)
def test_a_wrong_shape_is_named(change: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        case_of({"lumbago": 1, **change})
    (problem,) = caught.value.problems
    assert message in problem.message
    assert hint in problem.hint


def test_every_wrong_shape_comes_at_once() -> None:
    with pytest.raises(InputError) as caught:
        case_of({"at": "x", "txt": "y", "age": 1, "answers": 3})
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "There is nothing in it."),
        ("{", "This is not JSON"),
        ('{"a": 1, "a": 2}', "The key 'a' is repeated."),
        ('{"a": NaN}', "'NaN' is not a number."),
        (b"\xff\xfe", "This is not UTF-8 text."),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_json_is_said_plainly(text: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        loads(text)


def test_a_list_is_not_a_case() -> None:
    with pytest.raises(InputError, match="must be a JSON object"):
        case_of([])


def test_the_assessment_has_its_fixed_shape(knowledge: Knowledge) -> None:
    case = Case.of(age=54, sex="female", answers={"saddle_numbness": "unsure"}, at=AT, id="c-17")
    data = assessment_json(knowledge, assess(knowledge, case))
    assert list(data) == [
        "lumbago",
        "id",
        "at",
        "knowledge",
        "proved",
        "triage",
        "findings",
        "differential",
        "problems",
    ]
    triage = data["triage"]
    assert triage["disposition"] == "same_day"
    assert triage["range"] == ["same_day", "emergency"]
    assert triage["settled"] is False
    assert triage["cleared"] is False
    assert triage["within_hours"] == 24
    assert triage["doubt"] == ["saddle_numbness"]
    assert len(triage["open"]) == 10
    assert triage["open"][0]["could_raise_to"] == "emergency"
    assert triage["rules"][0]["findings"] == ["saddle_numbness"]
    assert triage["rules"][0]["sources"]
    everything = assessment_json(knowledge, assess(knowledge, case), open_all=True)
    assert len(everything["triage"]["open"]) > 10
    assert json.loads(dumps(data)) == data


def test_an_unsettled_case_says_so_and_nothing_less(knowledge: Knowledge) -> None:
    triage = assessment_json(knowledge, assess(knowledge, Case(at=AT)))["triage"]
    assert triage["disposition"] == "unsettled"
    assert triage["as_told"] == "self_care"
    assert triage["open"]


def test_mentions_carry_their_span(knowledge: Knowledge) -> None:
    text = "I have a fever and no chest pain"
    data = assessment_json(knowledge, assess(knowledge, Case(at=AT, text=text)))
    by_id = {finding["finding"]: finding for finding in data["findings"]}
    start, end = by_id["fever"]["span"]
    assert "fever" in text[start:end]
    assert by_id["fever"]["value"] == "yes"
    assert by_id["chest_pain"]["value"] == "no"


def test_gold_labels() -> None:
    gold = gold_of(
        {"gold": {"disposition": "soon", "acceptable_dispositions": ["soon", "same_day"]}}
    )
    assert gold.disposition is Disposition.SOON
    assert gold.acceptable == {Disposition.SOON, Disposition.SAME_DAY}
    with pytest.raises(InputError, match="no gold label"):
        gold_of({})
    with pytest.raises(InputError, match="'soonish' is not a disposition") as caught:
        gold_of({"gold": {"disposition": "soonish"}})
    assert "'soon'" in caught.value.problems[0].hint


def test_a_bad_line_keeps_its_id() -> None:
    with pytest.raises(InputError) as caught:
        case_of({"lumbago": 1, "id": "c-9", "ansers": {}})
    data = problems_json("c-9", caught.value)
    assert data["id"] == "c-9"
    assert data["problems"][0]["message"] == "Unknown key 'ansers'."


def test_the_default_origin_is_a_tap() -> None:
    assert case_of({"lumbago": 1, "answers": {"fever": "no"}}).given["fever"].origin == Origin(
        "tap"
    )

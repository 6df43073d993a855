from __future__ import annotations

import json
from typing import Any

import pytest

import lumbago
from lumbago import evaluate as ev
from lumbago.evaluate import Baseline, Mode, Place
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.rates import Rate
from lumbago.wire import LINE_LIMIT, Gold

EMERGENCY, SAME_DAY, SOON = Disposition.EMERGENCY, Disposition.SAME_DAY, Disposition.SOON
ROUTINE, SELF_CARE = Disposition.ROUTINE, Disposition.SELF_CARE


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return lumbago.load()


def gold(best: Disposition, *others: Disposition) -> Gold:
    return Gold(best, frozenset({best, *others}))


def line(id_: str, best: str, accepted: list[str] | None = None, **more: Any) -> str:
    labels: dict[str, Any] = {"disposition": best}
    if accepted:
        labels["acceptable_dispositions"] = accepted
    return json.dumps({"lumbago": 1, "id": id_, "age": 40, "sex": "male", "gold": labels, **more})


@pytest.mark.parametrize(
    ("told", "where"),
    [
        (SELF_CARE, Place.UNDER),
        (ROUTINE, Place.ACCEPTABLE),
        (SOON, Place.BETWEEN),
        (SAME_DAY, Place.ACCEPTABLE),
        (EMERGENCY, Place.OVER),
    ],
)
def test_place(told: Disposition, where: Place) -> None:
    assert ev.place(gold(SAME_DAY, ROUTINE), told) is where


def test_score() -> None:
    pairs = [
        (gold(EMERGENCY), EMERGENCY),
        (gold(EMERGENCY, SAME_DAY), SAME_DAY),
        (gold(EMERGENCY), SAME_DAY),
        (gold(SELF_CARE), SOON),
    ]
    found = ev.score(pairs)
    assert (found.exact, found.acceptable) == (Rate(1, 4), Rate(2, 4))
    assert (found.under, found.over) == (Rate(1, 4), Rate(1, 4))
    assert (found.missed_emergencies, found.called_emergency) == (Rate(1, 3), Rate(1, 3))
    assert found.table[EMERGENCY, SAME_DAY] == 2
    assert (found.found(EMERGENCY), found.right(EMERGENCY)) == (Rate(1, 3), Rate(1, 1))
    assert (found.found(SAME_DAY), found.right(SAME_DAY)) == (Rate(0, 0), Rate(0, 2))


LINES: list[str | bytes] = [
    line("ces", "emergency", answers={"saddle_numbness": "yes"}),
    "not json",
    "",
    line("ok", "self_care", answers={"saddle_numbness": "no"}),
    line("odd", "self_care", answers={"sadle_numbness": "no"}),
    line("level", "urgent"),
    json.dumps({"lumbago": 1, "id": "bare"}),
    " " * 10 + "x" * LINE_LIMIT,
    line("low", "emergency", answers={"headache": "no"}),
    b"\xff\xfe",
]


def test_bad_lines_are_reported_and_the_run_goes_on(knowledge: Knowledge) -> None:
    result = ev.evaluate(knowledge, LINES)
    assert [(bad.line, bad.id) for bad in result.bad] == [
        (2, None), (5, "odd"), (6, None), (7, None), (8, None), (10, None),
    ]  # fmt: skip
    assert "Did you mean 'saddle_numbness'?" in str(result.bad[1].problems[0])
    assert "characters" in str(result.bad[4].problems[0])
    assert [outcome.line for outcome in result.outcomes[Mode.TEXT]] == [1, 4, 9]


def test_modes_use_what_their_names_say(knowledge: Knowledge) -> None:
    given = {"saddle_numbness": "yes", "age_years": 40}
    case = line("x", "emergency", answers=given, text="bent down and my back went")
    result = ev.evaluate(knowledge, [case])
    told = {mode: result.outcomes[mode][0] for mode in Mode}
    assert told[Mode.TEXT_AND_ANSWERS].verdict.as_told is EMERGENCY
    assert told[Mode.ANSWERS].verdict.as_told is EMERGENCY
    assert told[Mode.TEXT].verdict.as_told < EMERGENCY
    assert told[Mode.ANSWERS].alarms == ("saddle_numbness",)
    assert "saddle_numbness" not in told[Mode.TEXT].alarms


def test_baselines(knowledge: Knowledge) -> None:
    result = ev.evaluate(knowledge, LINES)
    told = {
        baseline: {said for (_, said), cases in result.baselines[baseline].table.items() if cases}
        for baseline in Baseline
    }
    assert told[Baseline.ANY_ALARM] == {EMERGENCY, SELF_CARE}
    assert told[Baseline.ALWAYS_DOCTOR] == {SOON}
    assert told[Baseline.ALWAYS_SELF_CARE] == {SELF_CARE}
    assert result.baselines[Baseline.ANY_ALARM].called_emergency == Rate(1, 2)


def test_misses_are_too_low_first(knowledge: Knowledge) -> None:
    high = line("high", "self_care", answers={"saddle_numbness": "yes"})
    found = ev.misses(ev.evaluate(knowledge, [high, *LINES]), Mode.ANSWERS)
    assert [(miss.id, miss.place) for miss in found] == [("low", Place.UNDER), ("high", Place.OVER)]
    assert "E01" in found[1].rules


def test_rules_in_doubt_are_marked(knowledge: Knowledge) -> None:
    case = line("x", "self_care", answers={"saddle_numbness": "unsure"})
    result = ev.evaluate(knowledge, [case])
    outcome = result.outcomes[Mode.ANSWERS][0]
    assert outcome.verdict.as_told is SAME_DAY
    assert "E01" in outcome.doubted
    assert "E01" not in outcome.rules
    assert outcome.doubt == ("saddle_numbness",)


def test_a_case_without_a_disposition_counts_for_its_cause_alone(knowledge: Knowledge) -> None:
    labels = {"diagnosis": "muscle_strain", "acceptable_diagnoses": ["muscle_strain"]}
    case = json.dumps({"lumbago": 1, "id": "cause", "age": 40, "gold": labels})
    result = ev.evaluate(knowledge, [case, line("ok", "self_care")])
    both = Mode.TEXT_AND_ANSWERS
    assert [outcome.place is None for outcome in result.outcomes[both]] == [True, False]
    assert result.scores[both].exact.of == 1
    assert sum(result.scores[both].table.values()) == 1
    assert result.causes[both].cause_first.of == 1
    assert result.baselines[Baseline.ALWAYS_DOCTOR].exact.of == 1


def test_groups_are_those_of_the_person(knowledge: Knowledge) -> None:
    told = {"pain_site_neck": "yes"}
    cases = [line("neck", "self_care", answers=told), line("back", "emergency")]
    result = ev.evaluate(knowledge, cases)
    first, second = result.outcomes[Mode.TEXT_AND_ANSWERS]
    assert first.groups == {"age": "35-49", "sex": "male", "region": "neck"}
    assert second.groups["region"] == "back"
    found = ev.groups(result, Mode.TEXT_AND_ANSWERS, Place.UNDER)
    assert [(one.kind, one.name, one.rate.hits) for one in found] == [
        ("region", "back", 1),
        ("region", "neck", 0),
    ]

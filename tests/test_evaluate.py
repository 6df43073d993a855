from __future__ import annotations

import json
from typing import Any

import pytest

import lumbago
from lumbago import evaluate as ev
from lumbago.evaluate import Baseline, Mode, Place, Rate
from lumbago.knowledge.model import Disposition, Knowledge
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


def test_wilson_interval() -> None:
    low, high = Rate(8, 10).interval
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert Rate(0, 53).interval == pytest.approx((0, 0.0676), abs=1e-4)
    assert Rate(5, 5).interval[1] == 1
    assert str(Rate(8, 10)) == "80 % (49-94)"


def test_a_rate_of_nothing_claims_nothing() -> None:
    assert (Rate(0, 0).share, Rate(0, 0).interval, str(Rate(0, 0))) == (None, (0.0, 1.0), "-")


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
    table = ev.miss_lines(result, Mode.ANSWERS, knowledge.words["en"]["evaluate"])
    assert "E01?" in table.rows[0][-1]


def test_tables_have_words_and_equal_rows(knowledge: Knowledge) -> None:
    words = knowledge.words["en"]["evaluate"]
    result = ev.evaluate(knowledge, LINES)
    tables = [*ev.lines(result, words), ev.miss_lines(result, Mode.ANSWERS, words)]
    assert tables[0].title == words["figures"]
    assert len(tables) == 1 + 1 + len(Mode) + 1 + 1
    for table in tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.heads)}
    assert not any(
        table.title == words["bad"] for table in ev.lines(ev.evaluate(knowledge, []), words)
    )


def test_figures_as_json(knowledge: Knowledge) -> None:
    data = json.loads(json.dumps(ev.figures_json(ev.evaluate(knowledge, LINES))))
    both = data["modes"]["text_and_answers"]
    assert both["called_emergency"]["hits"] == 1
    assert both["called_emergency"]["of"] == 2
    assert both["levels"]["emergency"]["told"]["emergency"] == 1
    assert data["misses"]["answers_alone"][0]["id"] == "low"
    assert [bad["line"] for bad in data["bad"]] == [2, 5, 6, 7, 8, 10]
    assert data["modes"]["text_alone"]["exact"]["share"] == pytest.approx(1 / 3, abs=1e-4)

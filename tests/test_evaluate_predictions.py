from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lumbago
from lumbago.errors import InputError
from lumbago.evaluate import Evaluation, Mode, evaluate, score
from lumbago.evaluate_predictions import (
    Predicted,
    evaluate_predictions,
    predicted_json,
    predicted_tables,
    read_predictions,
)
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.rates import Rate
from lumbago.wire import LINE_LIMIT, Gold

LEVELS = [level.id for level in Disposition]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return lumbago.load()


def case(id_: str | None, best: str, *causes: str, sex: str = "male", **answers: str) -> str:
    gold = {"disposition": best, "acceptable_diagnoses": list(causes)}
    data = {"lumbago": 1, "age": 40, "sex": sex, "answers": answers, "gold": gold}
    return json.dumps(data if id_ is None else data | {"id": id_})


def said(id_: str, disposition: str | None, **more: Any) -> str:
    return json.dumps({"id": id_, "disposition": disposition, **more})


CASES = [
    case("a", "emergency", "cauda_equina_syndrome", saddle_numbness="yes"),
    case("b", "self_care", "muscle_strain", sex="female"),
    case("c", "soon"),
]


@pytest.fixture(scope="module")
def own(knowledge: Knowledge) -> Evaluation:
    return evaluate(knowledge, CASES)


def predicted(knowledge: Knowledge, own: Evaluation, *lines: str) -> Predicted:
    return evaluate_predictions(knowledge, own, read_predictions(knowledge, lines))


def test_the_figures_of_another_program(knowledge: Knowledge, own: Evaluation) -> None:
    lines = (said("c", "emergency"), "", said("a", "same_day"), said("b", "self_care"))
    found = predicted(knowledge, own, *lines)
    assert found.score.acceptable == Rate(1, 3)
    assert (found.score.under, found.score.over) == (Rate(1, 3), Rate(1, 3))
    assert found.score.missed_emergencies == Rate(1, 1)
    assert found.silent == Rate(0, 3)
    assert found.causes is None
    female = next(group for group in found.acceptable if group.name == "female")
    assert (female.rate, female.others) == (Rate(1, 1), Rate(0, 2))


def test_silence_is_never_right_and_misses_an_emergency(
    knowledge: Knowledge, own: Evaluation
) -> None:
    found = predicted(knowledge, own, *(said(id_, None) for id_ in "abc"))
    assert found.score.acceptable == Rate(0, 3)
    assert (found.score.under, found.score.over) == (Rate(0, 3), Rate(0, 3))
    assert found.score.missed_emergencies == Rate(1, 1)
    assert found.silent == Rate(3, 3)


def test_what_lumbago_says_scores_as_lumbago(knowledge: Knowledge, own: Evaluation) -> None:
    outcomes = own.outcomes[Mode.TEXT_AND_ANSWERS]
    lines = (said(str(one.id), one.verdict.as_told.id) for one in outcomes)
    assert predicted(knowledge, own, *lines).score == own.scores[Mode.TEXT_AND_ANSWERS]


def test_causes_are_ranked_and_families_count_once(knowledge: Knowledge, own: Evaluation) -> None:
    lines = (
        said(
            "a", "emergency", causes=["muscle_strain"], not_to_be_missed=["cauda_equina_syndrome"]
        ),
        said(
            "b", "self_care", causes=["ligament_sprain", "cauda_equina_syndrome", "muscle_strain"]
        ),
        said("c", "soon", causes=[]),
    )
    found = predicted(knowledge, own, *lines)
    assert found.causes is not None
    assert found.causes.cause_first == Rate(0, 2)
    assert found.causes.cause_in_three == Rate(1, 2)
    assert found.causes.family_first == Rate(1, 2)
    assert found.causes.serious_kept == Rate(1, 1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("no json", "line 1, column 1: This is not JSON"),
        ("[]", "line 1: A prediction must be a JSON object, like {...}."),
        ('{"id": "a"}', "line 1, disposition: The disposition is missing."),
        ('{"disposition": "soon"}', "line 1, id: The id of the case is missing, or is no text."),
        ('{"id": 7, "disposition": "soon"}', "line 1, id: The id of the case is missing"),
        (said("a", "sameday"), "'sameday' is not a disposition. Did you mean 'same_day'?"),
        (said("a", "A&E"), "is not a disposition. One of: self_care, routine"),
        ('{"id": "a", "disposition": true}', "'True' is not a disposition."),
        (said("a", "soon", cause=[]), "Unknown key 'cause'. Did you mean 'causes'?"),
        (said("a", "soon", causes="muscle_strain"), "line 1, causes: This must be a list of ids."),
        (
            said("a", "soon", causes=["muscle_strian"]),
            "Unknown condition 'muscle_strian'. Did you mean 'muscle_strain'?",
        ),
        (said("a", "soon", causes=["muscle_strain", "muscle_strain"]), "An id is there twice."),
        (said("a", "soon", not_to_be_missed=[]), "These need 'causes' beside them."),
        (" " * LINE_LIMIT + said("a", "soon"), "characters. Keep a line under"),
    ],
)
def test_a_line_that_is_no_prediction(knowledge: Knowledge, line: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_predictions(knowledge, [line])
    assert any(message in str(problem) for problem in caught.value.problems)


def test_all_lines_that_are_wrong_are_said_at_once(knowledge: Knowledge) -> None:
    with pytest.raises(InputError) as caught:
        read_predictions(knowledge, ["{", said("a", "soon"), said("a", "soon"), "[]"])
    where = [problem.where.split(",")[0] for problem in caught.value.problems]
    assert where == ["line 1", "line 3", "line 4"]
    assert "'a' was said before, in line 2." in str(caught.value)


def test_causes_stand_in_every_line_or_in_none(knowledge: Knowledge) -> None:
    lines = [said("a", "soon", causes=["muscle_strain"]), said("b", "soon"), said("c", "soon")]
    with pytest.raises(InputError, match="others have none: b, c") as caught:
        read_predictions(knowledge, lines)
    assert caught.value.problems[0].where == "line 2"


def test_every_case_has_a_prediction_and_every_prediction_a_case(
    knowledge: Knowledge, own: Evaluation
) -> None:
    with pytest.raises(InputError) as caught:
        predicted(knowledge, own, said("a", "soon"), said("d", "soon"))
    text = str(caught.value)
    assert "There is no prediction for b, c." in text
    assert "predictions, line 2: There is no case 'd'." in text


def test_many_missing_cases_are_counted(knowledge: Knowledge) -> None:
    own = evaluate(knowledge, [case(f"n{number}", "soon") for number in range(8)])
    with pytest.raises(InputError, match="n0, n1, n2, n3, n4 and 3 more"):
        predicted(knowledge, own)


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        ([case(None, "soon")], "cases, line 1: The case has no id."),
        ([case("a", "soon"), case("a", "soon")], "'a' is there before, in line 1."),
        (["{}"], "line 1, lumbago"),
    ],
)
def test_cases_that_nobody_can_be_judged_by(
    knowledge: Knowledge, cases: list[str], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        predicted(knowledge, evaluate(knowledge, cases), said("a", "soon"))
    assert message in str(caught.value)


def test_tables_and_json_say_the_same(knowledge: Knowledge, own: Evaluation) -> None:
    causes: dict[str, Any] = {"causes": ["muscle_strain"]}
    found = predicted(knowledge, own, *(said(id_, "soon", **causes) for id_ in "abc"))
    words = knowledge.words["en"]["evaluate"]
    figures, by_cause, groups = predicted_tables(found, words)
    data = predicted_json(found)
    acceptable = next(row for row in figures.rows if row[0] == words["acceptable"])
    assert acceptable[1] == "33 % (6-79)"
    assert data["predictions"]["acceptable"]["hits"] == 1
    assert figures.rows[-1][:2] == (words["silent"], "0 % (0-56)")
    assert by_cause.heads == ("", words["this_program"], words["lumbago_on_them"])
    assert data["causes"]["cause_first"]["hits"] == 1
    assert len(groups.rows) == len([g for g in data["groups"] if g["place"] == "acceptable"]) == 2
    assert (
        data["lumbago"]["acceptable"]["of"]
        == data["baselines"]["always_see_a_doctor"]["acceptable"]["of"]
    )


levels = st.sampled_from(list(Disposition))
golds = st.builds(
    lambda best, others: Gold(best, frozenset({best, *others})), levels, st.lists(levels)
)


@given(st.lists(st.tuples(golds, st.none() | levels)))
def test_saying_nothing_instead_never_scores_better(
    pairs: list[tuple[Gold, Disposition | None]],
) -> None:
    told, silent = score(pairs), score((gold, None) for gold, _ in pairs)
    assert silent.acceptable.hits == silent.exact.hits == 0
    assert silent.missed_emergencies.hits >= told.missed_emergencies.hits
    assert told.acceptable.of == silent.acceptable.of == len(pairs)

"""The flat shape: which columns there may be, and one row as a case."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago import InputError
from lumbago.answers import Case, Given
from lumbago.batch.layout import case_of_row, layout, row_of
from lumbago.intake import Desk, value_of
from lumbago.knowledge.model import Knowledge
from lumbago.testing import answer_to
from lumbago.wire import case_json, case_of


def problems(knowledge: Knowledge, *names: str, keep: tuple[str, ...] = ()) -> str:
    with pytest.raises(InputError) as error:
        layout(knowledge, names, keep)
    return str(error.value)


def test_unknown_columns_are_named_with_the_nearest_known(knowledge: Knowledge) -> None:
    said = problems(knowledge, "id", "sadle_numbness", "ward", "fever__when")
    assert "Unknown column 'sadle_numbness'. Did you mean 'saddle_numbness'?" in said
    assert "To carry it along, call it 'x_ward'" in said
    assert "'fever__when'" in said
    assert "twice" in problems(knowledge, "id", "id")
    assert "no column 'ward' to keep" in problems(knowledge, "id", keep=("ward",))
    assert "needs both" in problems(knowledge, "pain_severity_0_10__low")
    assert layout(knowledge, ["ward", "x_y", "age", "age__at"], ["ward"]).kept == ("ward", "x_y")


@given(st.data())
def test_a_case_is_the_same_after_being_a_row(knowledge: Knowledge, data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.sampled_from(sorted(knowledge.findings)), unique=True, max_size=8))
    given_ = {id_: _given(knowledge, id_, data) for id_ in ids}
    case = Case(id="c", text=data.draw(st.sampled_from(["", "my back"])), given=given_)
    row = row_of(knowledge, case)
    back = case_of_row(layout(knowledge, row), row)
    desk = Desk(knowledge)
    assert desk.given(back) == desk.given(case_of(case_json(case)))
    assert (back.id, back.text, back.at) == (case.id, case.text, case.at)


def _given(knowledge: Knowledge, id_: str, data: st.DataObject) -> Given:
    finding = knowledge.findings[id_]
    if finding.answer == "yes_no":
        return Given(data.draw(st.sampled_from(["yes", "no", "unsure", True, False])))
    said = answer_to(finding).map(lambda answer: value_of(finding, answer.possible))
    return Given(data.draw(st.just("unsure") | said))


def test_what_no_column_can_hold_is_refused(knowledge: Knowledge) -> None:
    told: list[tuple[str, Any]] = [
        ("fevr", "yes"),
        ("fever", {"a": 1}),
        ("age_years", True),
        ("fever", []),
    ]
    for id_, value in told:
        with pytest.raises(InputError):
            row_of(knowledge, Case.of(answers={id_: value}))


def test_both_ways_of_saying_an_age_must_agree(knowledge: Knowledge) -> None:
    shape = layout(knowledge, ["age", "age_years", "age__low", "age__high"])
    assert case_of_row(shape, {"age": 5, "age_years": 5}).given["age_years"].value == 5
    with pytest.raises(InputError, match="disagree"):
        case_of_row(shape, {"age": 5, "age_years": 6})
    with pytest.raises(InputError, match="Both a number and an interval"):
        case_of_row(shape, {"age": 5, "age__low": 5, "age__high": 6})

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.answers import NO, YES, YES_OR_NO, Answer
from lumbago.columns import NO_YES, CaseTable, NumberColumn, SetColumn
from lumbago.errors import InputError
from lumbago.knowledge.model import Finding
from lumbago.quantity import Interval

FINDINGS = {
    "fever": Finding("fever", "t", "yes_no", "alarming", "now", ()),
    "age": Finding("age", "t", "number", "neutral", "fixed", (), unit="years", high=120),
    "sex": Finding(
        "sex", "t", "choice", "neutral", "fixed", (), choices=("female", "male", "other")
    ),
}

intervals = st.tuples(st.integers(-200, 60_000_000), st.integers(0, 50)).map(
    lambda pair: Interval(pair[0], pair[0] + pair[1])
)
cases = st.fixed_dictionaries(
    {},
    optional={
        "fever": st.builds(Answer, st.sampled_from([YES, NO, YES_OR_NO]), st.booleans()),
        "age": st.builds(Answer, intervals, st.booleans()),
        "sex": st.builds(
            Answer,
            st.frozensets(st.sampled_from(FINDINGS["sex"].choices), min_size=1),
            st.booleans(),
        ),
    },
)


def said(answers: dict[str, Answer]) -> dict[str, tuple[object, bool]]:
    return {id_: (answer.possible, answer.asked) for id_, answer in answers.items()}


@given(st.lists(cases, max_size=20))
def test_a_table_says_what_its_cases_say(rows: list[dict[str, Answer]]) -> None:
    table = CaseTable.of(FINDINGS, rows)
    assert [said(table.answers(row)) for row in range(len(table))] == [said(row) for row in rows]


@given(st.lists(cases, max_size=20), st.integers(1, 7))
def test_chunks_are_the_table_in_order(rows: list[dict[str, Answer]], size: int) -> None:
    parts = list(CaseTable.of(FINDINGS, rows).chunks(size))
    assert all(len(part) <= size for part in parts)
    found = [said(part.answers(row)) for part in parts for row in range(len(part))]
    assert found == [said(row) for row in rows]


def test_what_nobody_answered_has_no_column() -> None:
    table = CaseTable.of(FINDINGS, [{}, {"fever": Answer(NO)}])
    assert set(table.columns) == {"fever"}
    assert table.answers(0) == {}


def test_a_row_that_did_not_answer_is_within_no_set_of_values() -> None:
    column = SetColumn.of(("female", "male"), [None, Answer(frozenset({"female", "male"}), False)])
    assert column.must_be(("female", "male")).tolist() == [False, True]
    assert column.may_be(["male"]).tolist() == [True, True]
    assert column.asked.tolist() == [False, False]


def test_codes_are_one_byte_a_row() -> None:
    assert SetColumn.yes_no(np.array([True, False])).codes.nbytes == 2
    six = tuple("abcdef")
    assert SetColumn.of(six, [None]).codes.dtype == np.uint8
    assert SetColumn.of((*six, "g"), [None]).codes.dtype == np.uint16


def test_chosen_and_exactly_are_asked_answers() -> None:
    table = CaseTable(
        2,
        {
            "fever": SetColumn.chosen(NO_YES, np.array([1, 0])),
            "age": NumberColumn.exactly(np.array([54, 55], np.int32)),
        },
    )
    assert said(table.answers(0)) == {"fever": (YES, True), "age": (Interval(54, 54), True)}
    assert said(table.answers(1)) == {"fever": (NO, True), "age": (Interval(55, 55), True)}


def test_a_part_is_a_view() -> None:
    table = CaseTable.of(FINDINGS, [{"fever": Answer(YES)}] * 4)
    whole, part = table.columns["fever"], table.part(1, 3).columns["fever"]
    assert isinstance(whole, SetColumn)
    assert isinstance(part, SetColumn)
    assert np.shares_memory(whole.codes, part.codes)
    assert len(table.part(3, 99)) == 1
    assert len(table.part(9, 99)) == 0


def test_columns_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="fever has 2 rows, not 3"):
        CaseTable(3, {"fever": SetColumn.of(NO_YES, [None, None])})


def test_a_number_beyond_the_type_is_refused() -> None:
    with pytest.raises(InputError, match="too large"):
        CaseTable.of(FINDINGS, [{"age": Answer(Interval(0, 2**31))}])


def test_answers_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(TypeError):
        CaseTable.of(FINDINGS, [{"age": Answer(YES)}])
    with pytest.raises(TypeError):
        CaseTable.of(FINDINGS, [{"fever": Answer(Interval(1, 1))}])
    with pytest.raises(KeyError):
        CaseTable.of(FINDINGS, [{"sex": Answer(frozenset({"unknown"}))}])
    with pytest.raises(KeyError):
        CaseTable.of(FINDINGS, [{"fevr": Answer(YES)}])

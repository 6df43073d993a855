"""Answers, mentions and cases."""

from __future__ import annotations

from lumbago.answers import NO, YES, YES_OR_NO, Answer, Case, Given
from lumbago.quantity import Interval


def test_unsure_is_asked_and_open() -> None:
    assert Answer(YES_OR_NO).unsure
    assert not Answer(YES_OR_NO, asked=False).unsure
    assert not Answer(YES).unsure
    assert not Answer(NO).unsure
    assert Answer(Interval(50, 59)).unsure
    assert not Answer(Interval(50, 50)).unsure


def test_a_case_of_plain_values_keeps_them_unchecked() -> None:
    case = Case.of(age=54, sex="female", answers={"fever": "no"}, text="ow", id="c")
    assert case.given == {
        "fever": Given("no"),
        "age_years": Given(54),
        "sex_at_birth": Given("female"),
    }
    assert (case.text, case.id, case.at) == ("ow", "c", None)

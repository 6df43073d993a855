"""What every shape of the wire shares: strict JSON, keys, moments, answers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lumbago.answers import Given, Origin
from lumbago.errors import InputError, Problem
from lumbago.fields import collect, given_json, given_of, loads, moment, storable, unknown_keys

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": ' + "9" * 5000 + "}", "more digits than can be meant"),
        ('{"a": Infinity}', "is not a number"),
        ('{"a": 1, "a": 1}', "is repeated"),
        (" ", "nothing in it"),
    ],
)
def test_what_is_no_plain_json_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        loads(text)


@pytest.mark.parametrize("data", [{"a": "\ud800"}, {"a": [1e999]}])
def test_what_cannot_be_written_is_refused(data: object) -> None:
    with pytest.raises(InputError, match="here: "):
        storable(data, "here")


@pytest.mark.parametrize(
    "given",
    [
        Given("no"),
        Given(8, Origin("list", "danger-1")),
        Given("yes", Origin("text", given_at=AT)),
    ],
)
def test_an_answer_survives_the_round_trip(given: Given) -> None:
    assert given_of(given_json(given), "answers.x") == given


def test_problems_are_collected() -> None:
    problems: list[Problem] = []
    assert collect(problems, lambda: moment("2026-11-21T08:30:00+00:00", "at")) == AT
    assert collect(problems, lambda: moment("2026-11-21T08:30:00", "at")) is None
    problems += unknown_keys({"att": 1, "at": 2}, ("at",), "case")
    assert [(problem.where, problem.hint) for problem in problems] == [
        ("at", "Write it like 2026-11-21T08:30:00+01:00."),
        ("case", "Did you mean 'at'?"),
    ]

from __future__ import annotations

import pytest

from lumbago.errors import (
    InputError,
    KnowledgeError,
    LumbagoError,
    Position,
    Problem,
    UsageError,
    did_you_mean,
)


@pytest.mark.parametrize(
    ("position", "text"),
    [
        (Position("a.yaml", 3, 7), "a.yaml:3:7"),
        (Position("a.yaml", 3), "a.yaml:3"),
        (Position("a.yaml"), "a.yaml"),
        (Position(""), ""),
    ],
)
def test_a_position_is_written_as_editors_read_it(position: Position, text: str) -> None:
    assert str(position) == text


def test_positions_are_in_the_order_of_the_files() -> None:
    later, earlier = Position("b.yaml", 1), Position("a.yaml", 9, 2)
    assert sorted([later, earlier, Position("a.yaml", 9, 1)])[-2:] == [earlier, later]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("It is wrong."), "It is wrong."),
        (Problem("It is wrong.", "a.yaml:3"), "a.yaml:3: It is wrong."),
        (Problem("It is wrong.", hint="Do this."), "It is wrong. Do this."),
        (Problem("It is wrong.", "a.yaml:3", "Do this."), "a.yaml:3: It is wrong. Do this."),
    ],
)
def test_a_problem_says_where_what_and_what_to_do(problem: Problem, text: str) -> None:
    assert str(problem) == text


@pytest.mark.parametrize("kind", [UsageError, InputError, KnowledgeError])
def test_every_error_is_caught_by_its_base_and_carries_problems(kind: type[LumbagoError]) -> None:
    one, other = Problem("One."), Problem("Other.", "here")
    assert kind("One.").problems == (one,)
    assert kind(one).problems == (one,)
    assert kind([one, other]).problems == (one, other)
    assert str(kind(iter([one, other]))) == "One.\nhere: Other."
    with pytest.raises(LumbagoError):
        raise kind(one)


def test_a_near_word_is_suggested_and_a_far_one_is_not() -> None:
    known = ("saddle_numbness", "fever", "leg_weakness_one")
    assert did_you_mean("sadle_numbness", known) == "Did you mean 'saddle_numbness'?"
    assert did_you_mean("leg_weakness", known) == "Did you mean 'leg_weakness_one'?"
    assert did_you_mean("toothache", known) == ""
    assert did_you_mean("fever", ()) == ""

"""What is remembered is what would be worked out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago.answers import NO, YES_OR_NO, Answer, Answers
from lumbago.interview.recall import MOST, READINGS, VOIDED, Places, Recall
from lumbago.interview.stakes import Conditions, Stakes
from lumbago.knowledge.model import Knowledge
from lumbago.testing import partial_answers
from lumbago.triage.scalar import FORCED, POSSIBLE, Rules, Status


@pytest.fixture(scope="module")
def rules(knowledge: Knowledge) -> Rules:
    return Rules(knowledge)


@pytest.fixture(scope="module")
def conditions(knowledge: Knowledge) -> Conditions:
    return Conditions(knowledge)


def agree(conditions: Conditions, rules: Rules, answers: Answers, voided: set[str]) -> None:
    verdict = rules.verdict(answers)
    assert conditions.verdict(rules, answers) == verdict
    stakes = Stakes(conditions, answers, verdict, voided)
    for one in conditions.rules:
        for doubt in (False, True):
            assert one.left(stakes, doubt=doubt) == stakes.left(one.when, doubt=doubt)


@settings(max_examples=80)
@given(st.data())
def test_it_is_what_the_rules_say(
    knowledge: Knowledge, conditions: Conditions, rules: Rules, data: st.DataObject
) -> None:
    """One memory over all examples, and each looked at again with one answer more, less, voided."""
    answers = data.draw(partial_answers(knowledge, max_size=40))
    agree(conditions, rules, answers, set())
    agree(conditions, rules, answers, set())
    danger = [f.id for f in knowledge.findings.values() if f.void_denial_if is not None]
    other = data.draw(st.sampled_from(danger))
    agree(conditions, rules, {**answers, other: Answer(NO)}, set())
    agree(conditions, rules, {**answers, other: Answer(YES_OR_NO)}, set())
    without = {id_: answer for id_, answer in answers.items() if id_ != other}
    agree(conditions, rules, without, {other})


def test_every_gate_and_doubt_of_a_finding_changes_what_is_remembered(
    knowledge: Knowledge, conditions: Conditions
) -> None:
    """A rule is told apart by whatever decides whether one of its findings is asked or counts."""
    for one in conditions.rules:
        own = conditions.places.of(one.when)
        for finding in knowledge.findings_of_rule[one.rule.id]:
            for behind in (conditions.gates, conditions.voids):
                if finding in behind:
                    assert conditions.places.of(behind[finding]) <= own


def test_a_denial_that_does_not_count_has_a_state_of_its_own(
    conditions: Conditions, knowledge: Knowledge
) -> None:
    voided = next(f.id for f in knowledge.findings.values() if f.void_denial_if is not None)
    states = conditions.places.states({}, {voided})
    assert set(states) == {Status.NOT_ASKED, VOIDED}
    assert VOIDED not in {*Status}
    assert VOIDED not in conditions.places.states({voided: Answer(NO)}, {voided})


def test_it_forgets_and_does_not_grow() -> None:
    made: list[int] = []
    some: Recall[int] = Recall([0, 2])

    def make() -> int:
        made.append(1)
        return len(made)

    assert [some.get(states, make) for states in ((1, 0, 1), (1, 5, 1), (1, 0, 2))] == [1, 1, 2]
    for number in range(10, 10 + MOST):
        some.get((number, 0, 0), make)
    assert some.get((1, 0, 1), make) > MOST
    assert Recall[int]([]).get((1,), make) == len(made)


def test_nothing_is_kept_of_a_condition_without_literals() -> None:
    assert Places({}).states({}) == []


def test_every_reading_of_a_verdict_has_its_bit() -> None:
    assert len(READINGS) == len(set(READINGS)) == 7
    assert READINGS[0] == FORCED
    assert READINGS[-1] == POSSIBLE

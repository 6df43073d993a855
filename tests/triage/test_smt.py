"""The symbolic twin says of every case what the definition says."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lumbago.answers import NO, YES, YES_OR_NO, Answer, Answers
from lumbago.expr import AtLeast, Compare, Expr, Not, OneOf, Or, Yes
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import Interval
from lumbago.testing import answer_to, partial_answers, thresholds
from lumbago.triage import scalar, smt
from lumbago.triage.smt import SymbolicAnswer, SymbolicCase, decode, findings_in

EVERY_READING = tuple(
    scalar.Reading(not_asked, unsure) for not_asked in scalar.Open for unsure in scalar.Open
)
READINGS = (  # those that make up a verdict
    scalar.FORCED,
    scalar.Reading(scalar.Open.NEVER, scalar.Open.TOLD),
    scalar.Reading(scalar.Open.NEVER, scalar.Open.ALWAYS),
    scalar.TOLD,
    scalar.DOUBT,
    scalar.Reading(scalar.Open.ALWAYS, scalar.Open.TOLD),
    scalar.POSSIBLE,
)
LEVELS = ("forced", "low", "as_told", "high", "possible")
FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Twins:
    """Both executors of one knowledge base, and a way to put one case to the symbolic one.

    `reached` and `held` keep each formula negated and as it is, to be picked by what is expected.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.definition = scalar.Rules(knowledge)
        self.symbolic = smt.Rules(knowledge)
        self.case = SymbolicCase(knowledge, "p", findings_in(knowledge))
        verdict = self.symbolic.verdict(self.case)
        self.reached = {
            (name, level): (z3.Not(reached), reached)
            for name in LEVELS
            for level, reached in getattr(verdict, name).items()
        }
        self.held = {
            (rule.id, reading): (z3.Not(held), held)
            for rule in self.symbolic.rules
            for reading in READINGS
            for held in (self.symbolic.holds(rule.when, self.case, reading),)
        }
        self.solver = z3.Solver()
        self.solver.add(*self.case.constraints)

    def model(self, answers: Answers) -> z3.ModelRef:
        """The one model in which the symbolic case is these answers."""
        self.solver.push()
        for id_, symbolic in self.case.answers.items():
            self.solver.add(*fixed(symbolic, answers.get(id_)))
        assert self.solver.check() == z3.sat
        model = self.solver.model()
        self.solver.pop()
        return model

    def agree(self, answers: Answers) -> None:
        model = self.model(answers)
        expected = self.definition.verdict(answers)
        same = {
            key: pair[getattr(expected, key[0]) >= key[1]] for key, pair in self.reached.items()
        }
        held = {
            key: pair[self.definition.holds(self.knowledge.rules[key[0]].when, answers, key[1])]
            for key, pair in self.held.items()
        }
        if not true_in(model, z3.And(*same.values(), *held.values())):
            wrong = [key for key, is_so in (same | held).items() if not true_in(model, is_so)]
            pytest.fail(f"{wrong} of {answers}")

    def everybody(self, n: int, seed: int) -> Iterator[dict[str, Answer]]:
        """People with few or many answers, of every kind, on and beside every threshold."""
        dice, near = Random(seed), thresholds(self.knowledge)
        for _ in range(n):
            asked = dice.sample(sorted(self.case.findings), dice.choice((0, 3, 12, 60, 200)))
            yield {id_: self._any(id_, near.get(id_, ()), dice) for id_ in asked}

    def _any(self, id_: str, near: tuple[int, ...], dice: Random) -> Answer:
        finding = self.knowledge.findings[id_]
        if finding.answer == "yes_no":
            return Answer(dice.choice((YES, NO, NO, YES_OR_NO)))
        if finding.answer == "choice":
            some = dice.sample(finding.choices, dice.randint(1, len(finding.choices)))
            return Answer(frozenset(some))
        two = sorted(dice.choices(near, k=2))
        return Answer(Interval(two[0], two[dice.randint(0, 1)]))


def fixed(symbolic: SymbolicAnswer, answer: Answer | None) -> Iterator[Any]:
    """The symbolic answer is this one."""
    if answer is None:
        yield z3.Not(symbolic.asked)
        return
    yield symbolic.asked
    if isinstance(answer.possible, Interval):
        yield symbolic.low == answer.possible.low
        yield symbolic.high == answer.possible.high
    else:
        for name, value in symbolic.values.items():
            yield value == (name in answer.possible)


def true_in(model: z3.ModelRef, formula: Any) -> bool:
    return bool(z3.is_true(model.eval(formula, model_completion=True)))


@pytest.fixture(scope="module")
def twins(knowledge: Knowledge) -> Twins:
    return Twins(knowledge)


def test_all_executors_agree_over_the_knowledge(twins: Twins) -> None:
    for answers in twins.everybody(250, seed=20261121):
        twins.agree(answers)


@FEW
@given(data=st.data())
def test_they_agree_over_the_people_that_others_test_with(
    twins: Twins, data: st.DataObject
) -> None:
    answers = data.draw(partial_answers(twins.knowledge))
    used = {id_: answer for id_, answer in answers.items() if id_ in twins.case.findings}
    twins.agree(used)


def test_a_model_decodes_to_the_person_it_was_made_from(twins: Twins) -> None:
    for answers in twins.everybody(20, seed=7):
        assert decode(twins.model(answers), twins.case) == answers


CONDITIONS: tuple[Expr, ...] = (
    Yes("fever"),
    OneOf("sex_at_birth", frozenset({"male", "other"})),
    *(Compare("age_years", operator, 60) for operator in ("<", "<=", ">", ">=")),
    AtLeast(0, (Yes("fever"), Yes("nausea"))),
    AtLeast(2, (Yes("fever"), Yes("nausea"), Not(Compare("age_years", ">", 60)))),
    AtLeast(3, (Yes("fever"), Yes("nausea"), Yes("vomiting"))),
    Not(AtLeast(2, (Yes("fever"), Yes("nausea"), Yes("vomiting")))),
    Or(()),
)


@FEW
@given(data=st.data())
def test_every_kind_of_condition_is_read_alike(twins: Twins, data: st.DataObject) -> None:
    findings = twins.knowledge.findings
    names = ("fever", "nausea", "vomiting", "age_years", "sex_at_birth")
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True))
    answers = {id_: data.draw(answer_to(findings[id_], (59, 60, 61))) for id_ in chosen}
    model = twins.model(answers)
    for condition in CONDITIONS:
        for reading in EVERY_READING:
            for negated in (False, True):
                formula = twins.symbolic.holds(condition, twins.case, reading, negated=negated)
                wanted = twins.definition.holds(condition, answers, reading, negated=negated)
                assert true_in(model, formula) is wanted, (condition, reading, negated)

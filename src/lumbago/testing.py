"""For people who test against lumbago: Hypothesis strategies for answers and cases.

Values of numbers are drawn on and beside every threshold that a rule names, on purpose. Needs
`hypothesis`; nothing at run time imports this module.
"""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from lumbago.answers import NO, YES, YES_OR_NO, Answer, Answers
from lumbago.expr import Compare, literals
from lumbago.knowledge.model import Finding, Knowledge
from lumbago.quantity import Interval


def thresholds(knowledge: Knowledge) -> Mapping[str, tuple[int, ...]]:
    """Number finding to the values on and beside each constant a rule compares it with."""
    found: dict[str, set[int]] = {}
    for rule in knowledge.rules.values():
        for literal, _ in literals(rule.when, knowledge.term_expressions):
            if isinstance(literal, Compare):
                near = {literal.value - 1, literal.value, literal.value + 1}
                found.setdefault(literal.finding, set()).update(near)
    bounded: dict[str, tuple[int, ...]] = {}
    for id_, values in found.items():
        finding = knowledge.findings[id_]
        inside = {value for value in values if finding.low <= value <= finding.high}
        bounded[id_] = tuple(sorted(inside | {finding.low, finding.high}))
    return bounded


def answer_to(finding: Finding, near: tuple[int, ...] = ()) -> SearchStrategy[Answer]:
    """Any answer to a finding: yes, no, unsure, a choice, some choices, a number, an interval."""
    if finding.answer == "yes_no":
        return st.sampled_from([Answer(YES), Answer(NO), Answer(YES_OR_NO)])
    if finding.answer == "choice":
        some = st.frozensets(st.sampled_from(finding.choices), min_size=1)
        return some.map(Answer)
    number = st.sampled_from(near) if near else st.integers(finding.low, finding.high)
    pair = st.tuples(number, number).map(lambda two: Answer(Interval(min(two), max(two))))
    return st.one_of(number.map(lambda value: Answer(Interval(value, value))), pair)


def sure_answer_to(finding: Finding, near: tuple[int, ...] = ()) -> SearchStrategy[Answer]:
    """An answer that leaves one value."""
    if finding.answer == "yes_no":
        return st.sampled_from([Answer(YES), Answer(NO)])
    if finding.answer == "choice":
        return st.sampled_from(finding.choices).map(lambda choice: Answer(frozenset({choice})))
    number = st.sampled_from(near) if near else st.integers(finding.low, finding.high)
    return number.map(lambda value: Answer(Interval(value, value)))


@st.composite
def partial_answers(draw: st.DrawFn, knowledge: Knowledge, max_size: int = 12) -> dict[str, Answer]:
    """Answers to some findings; everything else is not asked."""
    near = thresholds(knowledge)
    ids = draw(
        st.lists(st.sampled_from(sorted(knowledge.findings)), unique=True, max_size=max_size)
    )
    return {id_: draw(answer_to(knowledge.findings[id_], near.get(id_, ()))) for id_ in ids}


@st.composite
def completions(draw: st.DrawFn, knowledge: Knowledge, answers: Answers) -> dict[str, Answer]:
    """The answers, with every other finding answered in some way."""
    near = thresholds(knowledge)
    whole = dict(answers)
    said_yes = set(draw(st.lists(st.sampled_from(sorted(knowledge.findings)), max_size=10)))
    for id_, finding in knowledge.findings.items():
        if id_ in whole:
            continue
        if finding.answer == "yes_no":
            whole[id_] = Answer(YES) if id_ in said_yes else Answer(NO)
        else:
            whole[id_] = draw(answer_to(finding, near.get(id_, ())))
    return whole

"""The columns must say exactly what the definition says, in every reading."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lumbago
from lumbago.answers import NO, YES, YES_OR_NO, Answer
from lumbago.columns import CaseTable, NumberColumn, SetColumn
from lumbago.expr import And, AtLeast, Compare, Expr, Not, OneOf, Or, Term, Yes
from lumbago.knowledge.model import DerivedTerm, Disposition, Finding, Knowledge, Rule
from lumbago.quantity import Interval
from lumbago.triage import columnar, scalar
from lumbago.triage.columnar import at_least, both, but_not, count, either, pack, unpack
from lumbago.triage.scalar import Open, Reading

READINGS = tuple(Reading(*pair) for pair in product(Open, Open))
SEXES = ("female", "male", "other")
FINDINGS = {
    **{id_: Finding(id_, "t", "yes_no", "neutral", "now", ()) for id_ in "abcd"},
    "n": Finding("n", "t", "number", "neutral", "now", (), unit="years", high=9),
    "sex": Finding("sex", "t", "choice", "neutral", "fixed", (), choices=SEXES),
}


def knowledge_of(
    rules: dict[str, tuple[Expr, Disposition]], terms: dict[str, Expr] | None = None
) -> Knowledge:
    empty: Any = {field.name: MappingProxyType({}) for field in fields(Knowledge)}
    made = {id_: Rule(id_, when, level, "", "", "", ()) for id_, (when, level) in rules.items()}
    named = {id_: DerivedTerm(id_, when, ()) for id_, when in (terms or {}).items()}
    return Knowledge(**empty | {"findings": FINDINGS, "rules": made, "terms": named, "screens": ()})


literals = st.one_of(
    st.sampled_from("abcd").map(Yes),
    st.builds(Compare, st.just("n"), st.sampled_from(["<", "<=", ">", ">="]), st.integers(-1, 10)),
    st.builds(OneOf, st.just("sex"), st.frozensets(st.sampled_from(SEXES), min_size=1)),
)


def larger(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(parts, min_size=1, max_size=4).map(tuple)
    counted = several.flatmap(
        lambda found: st.integers(1, len(found)).map(lambda n: AtLeast(n, found))
    )
    return st.one_of(parts.map(Not), several.map(And), several.map(Or), counted)


conditions = st.recursive(st.one_of(literals, st.just(Term("t"))), larger, max_leaves=8)
levels = st.sampled_from([level for level in Disposition if level])
rule_sets = st.dictionaries(st.sampled_from("ABCDEF"), st.tuples(conditions, levels), max_size=6)
cases = st.fixed_dictionaries(
    {},
    optional={
        **{
            id_: st.builds(Answer, st.sampled_from([YES, NO, YES_OR_NO]), st.booleans())
            for id_ in "abcd"
        },
        "n": st.builds(
            Answer,
            st.tuples(st.integers(0, 9), st.integers(0, 3)).map(lambda p: Interval(p[0], sum(p))),
            st.booleans(),
        ),
        "sex": st.builds(Answer, st.frozensets(st.sampled_from(SEXES), min_size=1), st.booleans()),
    },
)


def agree(knowledge: Knowledge, rows: list[dict[str, Answer]]) -> None:
    definition, twin = scalar.Rules(knowledge), columnar.Rules(knowledge)
    table = CaseTable.of(knowledge.findings, rows)
    verdicts = twin.verdict(table)
    assert [verdicts.row(row) for row in range(len(rows))] == [
        definition.verdict(row) for row in rows
    ]
    chunk = columnar.Chunk(table)
    for reading in READINGS:
        fired = {id_: unpack(held, len(rows)) for id_, held in twin.fired(chunk, reading).items()}
        reached = columnar.ranks(twin.level(chunk, reading), len(rows))
        for index, row in enumerate(rows):
            assert reached[index] == definition.level(row, reading)
            for rule in definition.rules:
                assert fired[rule.id][index] == definition.holds(rule.when, row, reading)


@given(rule_sets, literals, st.lists(cases, min_size=1, max_size=9))
def test_any_rules_over_any_answers(
    rules: dict[str, tuple[Expr, Disposition]], term: Expr, rows: list[dict[str, Answer]]
) -> None:
    agree(knowledge_of(rules, {"t": term}), rows)


@given(conditions, literals, st.lists(cases, min_size=1, max_size=9), st.booleans())
def test_any_condition_negated_or_not(
    condition: Expr, term: Expr, rows: list[dict[str, Answer]], negated: bool
) -> None:
    knowledge = knowledge_of({}, {"t": term})
    chunk = columnar.Chunk(CaseTable.of(FINDINGS, rows))
    for reading in READINGS:
        held = columnar.Rules(knowledge).holds(condition, chunk, reading, negated=negated)
        wanted = [
            scalar.Rules(knowledge).holds(condition, row, reading, negated=negated) for row in rows
        ]
        assert unpack(held, len(rows)).tolist() == wanted


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return lumbago.load()


def thresholds(knowledge: Knowledge) -> dict[str, list[int]]:
    """Every constant that a rule compares a finding with, one below and one above it too."""
    found: dict[str, set[int]] = {id_: set() for id_ in knowledge.findings}
    for literal in columnar.Rules(knowledge).literals:
        if isinstance(literal, Compare):
            found[literal.finding] |= {literal.value - 1, literal.value, literal.value + 1}
    return {id_: sorted(values) or [0] for id_, values in found.items()}


def people(knowledge: Knowledge, n: int, seed: int) -> Iterator[dict[str, Answer]]:
    """Cases from nearly silent to all alarms, with numbers on and beside every threshold."""
    dice = random.Random(seed)
    edges = thresholds(knowledge)
    for _ in range(n):
        silent, open_, yes = dice.choice([0, 0.2, 0.9]), dice.choice([0, 0.1]), dice.random() ** 4
        row: dict[str, Answer] = {}
        for finding in knowledge.findings.values():
            if dice.random() < silent:
                continue
            unsure, asked = dice.random() < open_, dice.random() < 0.8
            match finding.answer:
                case "number":
                    ends = sorted(dice.choices(edges[finding.id], k=2))
                    row[finding.id] = Answer(Interval(ends[0], ends[unsure]), asked)
                case "choice":
                    some = dice.sample(finding.choices, dice.randint(1, 3) if unsure else 1)
                    row[finding.id] = Answer(frozenset(some), asked)
                case "yes_no":
                    value = YES_OR_NO if unsure else YES if dice.random() < yes else NO
                    row[finding.id] = Answer(value, asked)
        yield row


def test_the_knowledge_over_generated_people(knowledge: Knowledge) -> None:
    rows = list(people(knowledge, 400, seed=1))
    verdicts = columnar.Rules(knowledge).verdict(CaseTable.of(knowledge.findings, rows))
    definition = scalar.Rules(knowledge)
    for index, row in enumerate(rows):
        assert verdicts.row(index) == definition.verdict(row), row
    assert set(verdicts.as_told.tolist()) >= {Disposition.SOON, Disposition.EMERGENCY}


def test_every_rule_in_every_reading(knowledge: Knowledge) -> None:
    agree(knowledge, list(people(knowledge, 40, seed=2)))


def test_every_threshold_at_its_edge(knowledge: Knowledge) -> None:
    for literal in columnar.Rules(knowledge).literals:
        if not isinstance(literal, Compare):
            continue
        edge = [literal.value + step for step in (-1, 0, 1)]
        spans = [Interval(low, high) for low in edge for high in edge if low <= high]
        rows = [{literal.finding: Answer(s, asked)} for s in spans for asked in (True, False)]
        state = columnar.status(literal, CaseTable.of(knowledge.findings, rows))
        for reading, negated in product(READINGS, (True, False)):
            held = unpack(columnar.read(state, negated, reading), len(rows)).tolist()
            assert held == [
                scalar.read(scalar.status(literal, row), negated, reading) for row in rows
            ]


def test_rows_beyond_one_chunk() -> None:
    knowledge = knowledge_of({"A": (Compare("n", ">=", 5), Disposition.SOON)})
    values = np.arange(150_001, dtype=np.int32) % 10
    table = CaseTable(len(values), {"n": NumberColumn.exactly(values)})
    rules = columnar.Rules(knowledge)
    assert (rules.verdict(table).as_told == np.where(values >= 5, 2, 0)).all()
    assert rules.counts(table, columnar.TOLD) == {"A": int((values >= 5).sum())}


def test_what_may_be_shown() -> None:
    rules = columnar.Rules(
        knowledge_of({"A": (Yes("a"), Disposition.SAME_DAY), "B": (Yes("b"), Disposition.SOON)})
    )
    rows = [{"b": Answer(YES)}, {"a": Answer(NO), "b": Answer(YES)}, {"a": Answer(YES_OR_NO)}]
    verdicts = rules.verdict(CaseTable.of(FINDINGS, rows))
    shown = [verdicts.row(row) for row in range(len(verdicts))]
    assert verdicts.unsettled.tolist() == [verdict.disposition is None for verdict in shown]
    assert verdicts.settled.tolist() == [verdict.settled for verdict in shown]
    assert verdicts.cleared.tolist() == [verdict.cleared for verdict in shown]
    assert verdicts.unsettled.tolist() == [True, False, False]


def test_a_literal_is_asked_of_its_own_kind_of_answer() -> None:
    with pytest.raises(TypeError):
        columnar.satisfies(Yes("n"), NumberColumn.exactly(np.zeros(1, np.int32)))
    with pytest.raises(TypeError):
        columnar.satisfies(Compare("a", "<", 1), SetColumn.yes_no(np.ones(1, np.bool_)))


planes = st.one_of(st.booleans(), st.lists(st.booleans(), min_size=11, max_size=11))


@given(st.lists(planes, min_size=2, max_size=5), st.integers(1, 5))
def test_planes_are_flags_in_short(found: list[bool | list[bool]], n: int) -> None:
    bits = [plane if isinstance(plane, bool) else pack(np.array(plane)) for plane in found]
    flags = np.array([[plane] * 11 if isinstance(plane, bool) else plane for plane in found])
    one, other = flags[0], flags[1]
    assert unpack(both(bits[0], bits[1]), 11).tolist() == (one & other).tolist()
    assert unpack(either(bits[0], bits[1]), 11).tolist() == (one | other).tolist()
    assert unpack(but_not(bits[0], bits[1]), 11).tolist() == (one & ~other).tolist()
    assert count(but_not(bits[0], bits[1]), 11) == (one & ~other).sum()
    assert unpack(at_least(n, bits), 11).tolist() == (flags.sum(axis=0) >= n).tolist()

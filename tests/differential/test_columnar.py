"""The columns must give the probabilities of the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago.answers import YES, Answer, Answers
from lumbago.columns import CaseTable
from lumbago.differential import columnar, scalar
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import Interval
from lumbago.simulate import ordinary
from lumbago.simulate_causes import World, people_by_cause
from lumbago.testing import partial_answers

CLOSE = 1e-4


@pytest.fixture(scope="module")
def network(knowledge: Knowledge) -> columnar.Network:
    return columnar.Network(knowledge)


def agree(network: columnar.Network, cases: list[Answers]) -> None:
    definition = network.definition
    table = CaseTable.of(network.knowledge.findings, cases)
    found = network.posterior(table)
    for row, answers in enumerate(cases):
        assert bool(found.child[row]) is definition.child(answers)
        if definition.child(answers):
            assert not found.probability[row].any()
            continue
        posterior = definition.posterior(answers)
        wanted = [posterior.probability.get(cause, 0.0) for cause in found.causes]
        assert found.probability[row] == pytest.approx(wanted, abs=CLOSE)
        for place, family in enumerate(found.families):
            conditions = network.knowledge.conditions
            members = [c for c in posterior.causes if conditions[c].family == family]
            any_of = posterior.any_of(members)
            assert found.family[row, place] == pytest.approx(any_of, abs=CLOSE), family


@settings(max_examples=25)
@given(st.data())
def test_any_answers(knowledge: Knowledge, network: columnar.Network, data: st.DataObject) -> None:
    some = partial_answers(knowledge, max_size=30)
    agree(network, data.draw(st.lists(some, min_size=1, max_size=4)))


def test_people_of_every_cause(knowledge: Knowledge, network: columnar.Network) -> None:
    people = people_by_cause(knowledge, 40, np.random.default_rng(4), World(even=1))
    agree(network, [people.table.answers(row) for row in range(len(people))])


def test_every_region_age_and_sex(network: columnar.Network) -> None:
    sites: list[dict[str, Answer]] = [
        {},
        {"pain_site_upper_mid_back": Answer(YES)},
        {"pain_site_neck": Answer(YES)},
        {"pain_site_neck": Answer(YES), "pain_site_low_back": Answer(YES)},
    ]
    ages = [
        Interval(17, 17),
        Interval(18, 34),
        Interval(30, 66),
        Interval(75, 120),
        Interval(0, 120),
    ]
    sexes = [frozenset({"male"}), frozenset({"female"}), frozenset({"other"})]
    finding = network.knowledge.findings["age_years"]
    cases: list[Answers] = [
        site
        | {"age_years": Answer(Interval(age.low, min(age.high, finding.high)))}
        | {"sex_at_birth": Answer(sex)}
        for site in sites
        for age in ages
        for sex in sexes
    ]
    agree(network, [*cases, *sites])


def test_more_rows_than_a_chunk(knowledge: Knowledge, network: columnar.Network) -> None:
    rows = columnar.CHUNK + 3
    table = ordinary(knowledge, rows, np.random.default_rng(2))
    found = network.posterior(table)
    assert len(found) == rows
    assert np.isfinite(found.probability).all()
    assert (found.probability.sum(axis=1) > 0.99).all()
    last = network.posterior(table.part(rows - 2, rows))
    assert found.probability[-2:] == pytest.approx(last.probability, abs=1e-6)


def test_nobody(network: columnar.Network) -> None:
    assert len(network.posterior(CaseTable(0, {}))) == 0


def test_nothing_asked(network: columnar.Network) -> None:
    found = network.posterior(CaseTable(3, {}))
    assert found.probability[0] == pytest.approx(found.probability[2])
    assert not found.child.any()


def test_hypotheses_are_all_singles_and_pairs() -> None:
    assert columnar.hypotheses(("a", "b", "c")) == (
        *(("a",), ("b",), ("c",)),
        *(("a", "b"), ("a", "c"), ("b", "c")),
    )


def test_the_definition_is_shared(network: columnar.Network) -> None:
    assert isinstance(network.definition, scalar.Network)

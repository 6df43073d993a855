"""Probabilities hold in other worlds: numbers moved, clues that share dice, some answers missing."""

from __future__ import annotations

import numpy as np
import pytest

from lumbago.answers import YES
from lumbago.columns import NumberColumn, SetColumn
from lumbago.differential.columnar import Network
from lumbago.differential.scalar import NECK
from lumbago.evaluate_reliability import PROMISED, View, people_claims
from lumbago.intake import Desk
from lumbago.knowledge.model import Knowledge
from lumbago.reliability import reliability
from lumbago.simulate_causes import BLOCK, World, patients, people_by_cause
from lumbago.wire import case_json, case_of

PEOPLE = 4000
MANY = 20_000


@pytest.fixture(scope="module")
def network(knowledge: Knowledge) -> Network:
    return Network(knowledge)


@pytest.mark.parametrize(
    "world",
    [World(), World(answered=0.25), World(region=NECK), World(moved=False, together=0)],
)
def test_the_expected_calibration_error(
    knowledge: Knowledge, network: Network, world: World
) -> None:
    people = people_by_cause(knowledge, MANY, np.random.default_rng(5), world)
    worth = knowledge.parameters["bands"].values[-1]
    for view, claims in people_claims(network, people, worth):
        found = reliability(claims, np.random.default_rng(0), draws=10)
        assert found.claims >= MANY, view
        assert found.error <= PROMISED, view


def test_a_world_of_other_shares_is_not_believed(knowledge: Knowledge, network: Network) -> None:
    people = people_by_cause(knowledge, PEOPLE, np.random.default_rng(5), World(even=1))
    claims = dict(people_claims(network, people, 0.01))[View.FIRST]
    assert reliability(claims, np.random.default_rng(0), draws=10).error > 3 * PROMISED


def test_the_same_people_for_the_same_seed(knowledge: Knowledge) -> None:
    one, other = (people_by_cause(knowledge, BLOCK + 5, np.random.default_rng(3)) for _ in range(2))
    assert (one.active == other.active).all()
    assert one.table.answers(BLOCK) == other.table.answers(BLOCK)


def test_people_have_one_cause_or_two(knowledge: Knowledge) -> None:
    people = people_by_cause(knowledge, PEOPLE, np.random.default_rng(6))
    count = people.active.sum(axis=1)
    assert set(count) == {1, 2}
    assert 0.04 < (count == 2).mean() < 0.12
    strain = people.active[:, people.causes.index("muscle_strain")].mean()
    assert 0.2 < strain < 0.5
    even = people_by_cause(knowledge, PEOPLE, np.random.default_rng(6), World(even=1))
    assert even.active[:, people.causes.index("muscle_strain")].mean() < 0.05


def test_answers_make_sense(knowledge: Knowledge) -> None:
    world = World(answered=1)
    table = people_by_cause(knowledge, PEOPLE, np.random.default_rng(7), world).table
    age = table.columns["age_years"]
    assert isinstance(age, NumberColumn)
    assert age.low.min() >= 18
    sex, pregnant = table.columns["sex_at_birth"], table.columns["pregnancy_status"]
    assert isinstance(sex, SetColumn)
    assert isinstance(pregnant, SetColumn)
    expecting = pregnant.must_be({"20_weeks_or_more"})
    assert not (expecting & sex.must_be({"male"})).any()
    sudden, gradual = table.columns["sudden_onset"], table.columns["gradual_onset"]
    assert isinstance(sudden, SetColumn)
    assert isinstance(gradual, SetColumn)
    assert (sudden.must_be(YES) != gradual.must_be(YES)).all()


def test_the_first_people_are_the_same_whatever_the_number(knowledge: Knowledge) -> None:
    few, many = (people_by_cause(knowledge, n, np.random.default_rng(3)) for n in (7, BLOCK + 9))
    assert (few.active == many.active[:7]).all()
    assert [few.table.answers(row) for row in range(7)] == [
        many.table.answers(row) for row in range(7)
    ]
    nobody = people_by_cause(knowledge, 0, np.random.default_rng(3))
    assert (len(nobody), nobody.active.shape[0]) == (0, 0)


@pytest.mark.parametrize("world", [World(), World(region=NECK, answered=1)])
def test_people_as_cases_are_the_people_of_the_table(knowledge: Knowledge, world: World) -> None:
    table = people_by_cause(knowledge, 40, np.random.default_rng(9), world)
    cases = list(patients(knowledge, 40, 9, world))
    assert len(cases) == 40
    for row, (case, causes) in enumerate(cases):
        assert case.id == f"c9-{row}"
        assert causes == tuple(
            cause for cause, is_one in zip(table.causes, table.active[row], strict=True) if is_one
        )
        desk = Desk(knowledge).intake(case_of(case_json(case)))
        assert not desk.problems
        told = table.table.answers(row)
        assert told.keys() <= desk.answers.keys()
        assert all(desk.answers[id_].possible == one.possible for id_, one in told.items())


def test_who_has_it_in_the_neck_says_so(knowledge: Knowledge) -> None:
    causes: set[str] = set()
    for case, active in patients(knowledge, 300, 1, World(region=NECK, answered=0)):
        assert case.given["pain_site_neck"].value == "yes"
        causes.update(active)
    assert causes <= {cause.id for cause in knowledge.causes.values() if cause.neck}
    assert len(causes) > 5

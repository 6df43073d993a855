"""Probabilities hold in other worlds: numbers moved, clues that share dice, some answers missing."""

from __future__ import annotations

import numpy as np
import pytest

from lumbago.answers import YES
from lumbago.columns import NumberColumn, SetColumn
from lumbago.differential.columnar import Network
from lumbago.knowledge.model import Knowledge
from lumbago.simulate_causes import BLOCK, Caused, World, calibration, people_by_cause

PEOPLE = 4000
PROMISED = 0.05


@pytest.fixture(scope="module")
def network(knowledge: Knowledge) -> Network:
    return Network(knowledge)


def probabilities(network: Network, people: Caused) -> np.ndarray:
    columns = [network.causes.index(cause) for cause in people.causes]
    return network.posterior(people.table).probability[:, columns].astype(float)


@pytest.mark.parametrize(
    "world", [World(), World(together=0.8), World(answered=0.25), World(moved=False, together=0)]
)
def test_the_expected_calibration_error(
    knowledge: Knowledge, network: Network, world: World
) -> None:
    people = people_by_cause(knowledge, PEOPLE, np.random.default_rng(5), world)
    found = probabilities(network, people)
    rows, top = np.arange(PEOPLE), found.argmax(axis=1)
    assert calibration(found[rows, top], people.active[rows, top]).error <= PROMISED
    worth = found > 0.01
    assert calibration(found[worth], people.active[worth]).error <= PROMISED


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


def test_calibration_counts_the_gaps() -> None:
    probability = np.array([0.95, 0.95, 0.15, 0.15])
    perfect = calibration(probability, np.array([True, True, False, False]))
    assert perfect.error == pytest.approx(0.1)
    assert [count for count, _, _ in perfect.bins] == [2, 2]
    assert calibration(np.array([1.0]), np.array([True])).error == 0

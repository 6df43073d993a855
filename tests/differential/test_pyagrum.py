"""An independent engine on the same network, and what it costs to allow two causes at most.

pyAgrum knows nothing of how the differential is worked out: it gets a table a clue. With tempering
off both must agree. It is a test extra; without it this file is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest

from lumbago.differential.columnar import hypotheses
from lumbago.differential.scalar import Active, Network
from lumbago.knowledge.model import Knowledge
from lumbago.simulate_causes import World, people_by_cause

gum = pytest.importorskip("pyagrum", reason="pyagrum, a test extra, is not installed")

FEW = (
    *("muscle_strain", "radiculopathy_sciatica", "spinal_stenosis", "kidney_stone"),
    *("pyelonephritis", "spinal_infection", "vertebral_compression_fracture", "shingles"),
)


@pytest.fixture(scope="module")
def network(knowledge: Knowledge) -> Network:
    made = Network(knowledge)
    for question in made.questions.values():
        question.temper({})
    return made


@pytest.fixture(scope="module")
def evidence(knowledge: Knowledge, network: Network) -> list[dict[str, bool]]:
    """What people of every cause answer."""
    world = World(even=1, answered=0.3)
    people = people_by_cause(knowledge, 25, np.random.default_rng(8), world)
    return [network.evidence(people.table.answers(row)) for row in range(len(people))]


def bayes_net(network: Network, sets: tuple[Active, ...], weights: Mapping[str, float]) -> Any:
    """One variable for the hypothesis, one for each clue."""
    net = gum.BayesNet()
    cause = net.add(gum.LabelizedVariable("cause", "", len(sets)))
    prior = np.array([_weight(network, active, weights) for active in sets])
    net.cpt(cause).fillWith(list(prior / prior.sum()))
    for question in network.questions.values():
        clue = net.add(gum.LabelizedVariable(question.id, "", 2))
        net.addArc(cause, clue)
        yes = np.array([question.chance(active) for active in sets])
        net.cpt(clue)[:] = np.stack([1 - yes, yes], axis=1)
    return net


def _weight(network: Network, active: Active, weights: Mapping[str, float]) -> float:
    product_: float = np.prod([weights[cause] for cause in active]).item()
    return product_ * network.pair_odds ** (len(active) - 1)


def test_the_same_posteriors(network: Network, evidence: list[dict[str, bool]]) -> None:
    weights = network.list_weights(("back",), {})
    sets = hypotheses(tuple(weights))
    engine = gum.LazyPropagation(bayes_net(network, sets, weights))
    engine.setTargets({"cause"})
    for told in evidence:
        engine.setEvidence({clue: int(yes) for clue, yes in told.items()})
        engine.makeInference()
        theirs = engine.posterior("cause").toarray()
        posterior = network.update(weights, told)
        ours = [*posterior.single, *(value for row in posterior.pairs for value in row)]
        assert np.abs(theirs - ours).max() < 1e-5


def test_causes_as_variables_of_their_own(
    network: Network, evidence: list[dict[str, bool]]
) -> None:
    """Eight causes that may all be active, in any number: the engine sums over all 255 sets."""
    weights = network.list_weights(("back",), {})
    weights = {cause: weights[cause] for cause in FEW}
    net, clues = _free_net(network, weights)
    engine = gum.LazyPropagation(net)
    for told in evidence:
        seen = {clue: yes for clue, yes in told.items() if clue in clues}
        engine.setEvidence({"somebody": 1, **{clue: int(yes) for clue, yes in seen.items()}})
        engine.makeInference()
        free = {cause: engine.posterior(cause)[1] for cause in FEW}
        sets = [s for size in range(1, len(FEW) + 1) for s in combinations(FEW, size)]
        assert free == pytest.approx(_enumerated(network, sets, weights, seen), abs=1e-9)


def _free_net(network: Network, weights: Mapping[str, float]) -> tuple[Any, set[str]]:
    net = gum.BayesNet()
    for cause, weight in weights.items():
        net.add(gum.LabelizedVariable(cause, "", 2))
        odds = network.pair_odds * weight
        net.cpt(cause).fillWith([1 / (1 + odds), odds / (1 + odds)])
    clues: set[str] = set()
    for question in network.questions.values():
        tied = [cause for cause in weights if cause in question.ties]
        if tied:
            clues.add(question.id)
            _add(net, question.id, tied, question.chance)
    _add(net, "somebody", list(weights), lambda active: 1.0 if active else 0.0)
    return net, clues


def _add(net: Any, name: str, parents: list[str], chance: Any) -> None:
    net.add(gum.LabelizedVariable(name, "", 2))
    for parent in parents:
        net.addArc(parent, name)
    for states in product((0, 1), repeat=len(parents)):
        active = tuple(p for p, state in zip(parents, states, strict=True) if state)
        yes = chance(active)
        net.cpt(name)[dict(zip(parents, states, strict=True))] = [1 - yes, yes]


def _enumerated(
    network: Network, sets: list[Active], weights: Mapping[str, float], told: Mapping[str, bool]
) -> dict[str, float]:
    values = []
    for active in sets:
        value = _weight(network, active, weights)
        for clue, yes in told.items():
            chance = network.questions[clue].chance(active)
            value *= chance if yes else 1 - chance
        values.append(value)
    total = sum(values)
    return {
        cause: sum(v for v, active in zip(values, sets, strict=True) if cause in active) / total
        for cause in weights
    }


def test_two_at_most_costs_little(network: Network, evidence: list[dict[str, bool]]) -> None:
    """Three causes at once change no probability by more than a few hundredths, mostly far less."""
    weights = network.list_weights(("back",), {})
    weights = {cause: weights[cause] for cause in FEW}
    every = [s for size in range(1, len(FEW) + 1) for s in combinations(FEW, size)]
    pairs = [active for active in every if len(active) <= 2]
    worst = []
    for told in evidence:
        seen = {
            clue: yes for clue, yes in told.items() if network.questions[clue].ties.keys() & FEW
        }
        free, two = (_enumerated(network, sets, weights, seen) for sets in (every, pairs))
        worst.append(max(abs(free[cause] - two[cause]) for cause in FEW))
    assert np.median(worst) < 0.005
    assert max(worst) < 0.3

"""The differential in columns and singly, beside an independent engine and what the machine can do.

The engine (pyAgrum, a test extra) gets the same network, one variable for the hypothesis and one a
clue, and the same people's answers; tempering is off on both sides. The roofline is the matrix
products and the exponentials of the columns at this machine's own rates.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lumbago
from lumbago.answers import Answers
from lumbago.columns import CaseTable
from lumbago.differential import columnar, scalar
from lumbago.differential.explain import Explainer
from lumbago.simulate_causes import World, people_by_cause

Benchmark = Any

PEOPLE = 40_000
ENGINE_PEOPLE = 200
SOME, HALF, ALL = World(answered=0.3), World(answered=0.5), World(answered=1)
ROUNDS = 3


def _network(*, temper: bool) -> columnar.Network:
    knowledge = lumbago.load()
    definition = scalar.Network(knowledge)
    if not temper:
        for question in definition.questions.values():
            question.temper({})
    return columnar.Network(knowledge, definition)


def _people(network: columnar.Network, world: World, n: int) -> CaseTable:
    return people_by_cause(network.knowledge, n, np.random.default_rng(1), world).table


def _fastest(run: Callable[[], object]) -> float:
    """Seconds of the fastest of a few runs."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize(
    "world", [SOME, HALF, ALL], ids=["a third answered", "half answered", "all answered"]
)
def test_people_a_second(benchmark: Benchmark, world: World) -> None:
    network = _network(temper=True)
    table = _people(network, world, PEOPLE)
    network.posterior(table.part(0, 10))
    benchmark.pedantic(network.posterior, (table,), rounds=ROUNDS)
    seconds = benchmark.stats["min"]
    benchmark.extra_info["people a second"] = round(PEOPLE / seconds)
    benchmark.extra_info["share of the roofline"] = round(_roofline(network) * PEOPLE / seconds, 2)


def _roofline(network: columnar.Network) -> float:
    """Seconds a person that the products and exponentials alone would take."""
    sheet = network.sheet(("back",))
    rng = np.random.default_rng(0)
    lines, sets = sheet.scores.shape
    left = rng.random((columnar.ROWS, lines), dtype=np.float32)
    told = rng.random((sheet.answers, columnar.ROWS), dtype=np.float32)
    score = -rng.random((columnar.ROWS, sets), dtype=np.float32)
    out = np.empty_like(score)
    seconds = sum(
        _fastest(run)
        for run in (
            lambda: sheet.gains @ told,
            lambda: np.matmul(left, sheet.scores, out=out),
            lambda: np.exp(score, out=out),
            lambda: score @ sheet.member,
        )
    )
    return seconds / columnar.ROWS


@pytest.mark.parametrize(
    "world", [SOME, HALF, ALL], ids=["a third answered", "half answered", "all answered"]
)
def test_beside_an_independent_engine(benchmark: Benchmark, world: World) -> None:
    gum = pytest.importorskip("pyagrum", reason="pyagrum, a test extra, is not installed")
    network = _network(temper=False)
    table = _people(network, world, PEOPLE)
    network.posterior(table.part(0, 10))
    engine, told = _engine(gum, network, table)

    def theirs() -> None:
        for one in told:
            engine.setEvidence(one)
            engine.makeInference()
            engine.posterior("cause")

    slow = _fastest(theirs) / len(told)
    benchmark.pedantic(network.posterior, (table,), rounds=ROUNDS)
    fast = benchmark.stats["min"] / PEOPLE
    benchmark.extra_info["people a second"] = round(1 / fast)
    benchmark.extra_info["engine, people a second"] = round(1 / slow)
    benchmark.extra_info["answers a person"] = round(np.mean([len(one) for one in told]).item())
    benchmark.extra_info["times as many"] = round(slow / fast)


def _engine(
    gum: Any, network: columnar.Network, table: CaseTable
) -> tuple[Any, list[dict[str, int]]]:
    definition = network.definition
    sheet = network.sheet(("back",))
    weights = definition.list_weights(("back",), {})
    net = gum.BayesNet()
    cause = net.add(gum.LabelizedVariable("cause", "", len(sheet.sets)))
    prior = np.array(
        [
            np.prod([weights[one] for one in active]) * definition.pair_odds ** (len(active) - 1)
            for active in sheet.sets
        ]
    )
    net.cpt(cause).fillWith(list(prior / prior.sum()))
    for question in network.questions:
        clue = net.add(gum.LabelizedVariable(question.id, "", 2))
        net.addArc(cause, clue)
        yes = np.array([question.chance(active) for active in sheet.sets])
        net.cpt(clue)[:] = np.stack([1 - yes, yes], axis=1)
    engine = gum.LazyPropagation(net)
    engine.setTargets({"cause"})
    rows = (definition.evidence(table.answers(row)) for row in range(ENGINE_PEOPLE))
    return engine, [{clue: int(yes) for clue, yes in row.items()} for row in rows]


def _one_person(network: columnar.Network) -> Answers:
    return _people(network, SOME, 1).answers(0)


def test_one_person_with_reasons(benchmark: Benchmark) -> None:
    network = _network(temper=True)
    explainer = Explainer(network.knowledge)
    answers = _one_person(network)
    assert benchmark(explainer.differential, answers).likely


def test_one_posterior(benchmark: Benchmark) -> None:
    network = _network(temper=True)
    answers = _one_person(network)
    assert benchmark(network.definition.posterior, answers).causes


def test_making_ready(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    assert benchmark(scalar.Network, knowledge).questions

"""The differential in columns and singly, beside independent engines and what the machine can do.

pyAgrum and pgmpy (of the group `bench`) get the same network, one variable for the hypothesis and
one a clue, and the same people's answers; tempering is off on all sides, and what they say must be
equal before it is timed. The roofline is the matrix products and the exponentials of the columns at
this machine's own rates.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

import lumbago
from lumbago.answers import Answers
from lumbago.columns import CaseTable
from lumbago.differential import columnar, scalar
from lumbago.differential.explain import Explainer
from lumbago.quantity import Interval
from lumbago.simulate_causes import World, people_by_cause

Benchmark = Any

PEOPLE = 40_000
ENGINE_PEOPLE = 200
SOME, HALF, ALL = World(answered=0.3), World(answered=0.5), World(answered=1)
WORLDS = {"a third answered": SOME, "half answered": HALF, "all answered": ALL}
ROUNDS = 3
LIST = ("back",)
EQUAL = 1e-5


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


@pytest.mark.parametrize("world", WORLDS)
def test_people_a_second(benchmark: Benchmark, world: str) -> None:
    network = _network(temper=True)
    table = _people(network, WORLDS[world], PEOPLE)
    network.posterior(table.part(0, 10))
    benchmark.pedantic(network.posterior, (table,), rounds=ROUNDS)
    seconds = benchmark.stats["min"]
    benchmark.extra_info["people a second"] = round(PEOPLE / seconds)
    benchmark.extra_info["share of the roofline"] = round(_roofline(network) * PEOPLE / seconds, 2)


def _roofline(network: columnar.Network) -> float:
    """Seconds a person that the products and exponentials alone would take."""
    sheet = network.sheet(LIST)
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


class Hypotheses(NamedTuple):
    """The network as any engine can be told it: what is believed first, and how often a clue is yes."""

    sets: tuple[tuple[str, ...], ...]
    prior: Any
    yes: dict[str, Any]

    def causes(self, posterior: Any, prior: Any) -> dict[str, float]:
        """The probability of every cause out of that of every hypothesis.

        Age and sex move what is believed first. The engines are told one belief for everybody, so
        that they have to be told only once; a person's own is put in its place here, untimed.
        """
        own = posterior * prior / self.prior
        own /= own.sum()
        found: dict[str, float] = {}
        for active, probability in zip(self.sets, own, strict=True):
            for cause in active:
                found[cause] = found.get(cause, 0.0) + float(probability)
        return found


@cache
def _hypotheses() -> Hypotheses:
    network = _network(temper=False)
    sets = tuple(map(tuple, network.sheet(LIST).sets))
    yes = {
        question.id: np.array([question.chance(active) for active in sets])
        for question in network.questions
    }
    return Hypotheses(sets, _prior(network, {}, sets), yes)


def _prior(network: columnar.Network, answers: Answers, sets: Any) -> Any:
    definition = network.definition
    weights = definition.list_weights(LIST, answers)
    prior = np.array(
        [
            np.prod([weights.get(one, 0.0) for one in active])
            * definition.pair_odds ** (len(active) - 1)
            for active in sets
        ]
    )
    return prior / prior.sum()


def _by_pyagrum(network: Hypotheses) -> Callable[[dict[str, int]], Any]:
    gum = pytest.importorskip("pyagrum", reason="pyagrum is not installed")
    net = gum.BayesNet()
    cause = net.add(gum.LabelizedVariable("cause", "", len(network.sets)))
    net.cpt(cause).fillWith(list(network.prior))
    for id_, yes in network.yes.items():
        clue = net.add(gum.LabelizedVariable(id_, "", 2))
        net.addArc(cause, clue)
        net.cpt(clue)[:] = np.stack([1 - yes, yes], axis=1)
    engine = gum.LazyPropagation(net)
    engine.setTargets({"cause"})

    def posterior(told: dict[str, int]) -> Any:
        engine.setEvidence(told)
        engine.makeInference()
        return engine.posterior("cause").toarray()

    return posterior


def _by_pgmpy(network: Hypotheses) -> Callable[[dict[str, int]], Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own deprecations
        pytest.importorskip("pgmpy", reason="pgmpy, of the group bench, is not installed")
        from pgmpy.factors.discrete import TabularCPD
        from pgmpy.inference import VariableElimination
        from pgmpy.models import DiscreteBayesianNetwork
    size = len(network.sets)
    net = DiscreteBayesianNetwork([("cause", clue) for clue in network.yes])
    net.add_cpds(TabularCPD("cause", size, network.prior[:, None]))
    for id_, yes in network.yes.items():
        net.add_cpds(TabularCPD(id_, 2, np.stack([1 - yes, yes]), ["cause"], [size]))
    engine = VariableElimination(net)

    def posterior(told: dict[str, int]) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return engine.query(["cause"], evidence=told, show_progress=False).values

    return posterior


ENGINES = {"pyAgrum": _by_pyagrum, "pgmpy": _by_pgmpy}


def _say(benchmark: Benchmark, who: str, world: str, cases: int) -> None:
    benchmark.group = f"likely causes: people a second, {world}"
    benchmark.extra_info |= {"who": who, "cases": cases}


@pytest.mark.parametrize("world", WORLDS)
def test_columns_untempered(benchmark: Benchmark, world: str) -> None:
    network = _network(temper=False)
    table = _people(network, WORLDS[world], PEOPLE)
    network.posterior(table.part(0, 10))
    _say(benchmark, "lumbago, columns", world, PEOPLE)
    benchmark.pedantic(network.posterior, (table,), rounds=ROUNDS)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("engine", ENGINES)
def test_beside_an_independent_engine(benchmark: Benchmark, engine: str, world: str) -> None:
    network, beliefs = _network(temper=False), _hypotheses()
    table = _people(network, WORLDS[world], 2 * ENGINE_PEOPLE)
    ours = network.posterior(table)
    rows = [row for row in range(len(table)) if _fits(network, table.answers(row))][:ENGINE_PEOPLE]
    told = [
        {clue: int(yes) for clue, yes in network.definition.evidence(table.answers(row)).items()}
        for row in rows
    ]
    posterior = ENGINES[engine](beliefs)
    _say(benchmark, engine, world, len(rows))
    benchmark.extra_info["answers a person"] = round(np.mean([len(one) for one in told]).item())
    found = benchmark.pedantic(lambda: [posterior(one) for one in told], rounds=ROUNDS)
    apart = 0.0
    for row, one in zip(rows, found, strict=True):
        theirs = beliefs.causes(one, _prior(network, table.answers(row), beliefs.sets))
        mine = dict(zip(ours.causes, ours.probability[row].tolist(), strict=True))
        apart = max(apart, *(abs(share - mine[cause]) for cause, share in theirs.items()))
    benchmark.extra_info["largest difference"] = apart
    assert apart < EQUAL


def _fits(network: columnar.Network, answers: Answers) -> bool:
    """Whether the list of causes that the engines were told is the one for this person."""
    age = answers.get("age_years")
    years = age.possible if age is not None else None
    adult = not isinstance(years, Interval) or years.low >= network.definition.adult_from
    return adult and network.definition.regions(answers) == LIST


def test_one_by_one(benchmark: Benchmark) -> None:
    network = _network(temper=False)
    table = _people(network, HALF, 50)
    people = [table.answers(row) for row in range(len(table))]
    _say(benchmark, "lumbago, one by one", "half answered", len(people))
    definition = network.definition
    benchmark.pedantic(lambda: [definition.posterior(one) for one in people], rounds=ROUNDS)


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

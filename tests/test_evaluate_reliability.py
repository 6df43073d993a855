"""How sure the differential was, on cases and on people whose cause is known."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lumbago.differential.columnar import Network
from lumbago.evaluate import Mode, evaluate
from lumbago.evaluate_causes import Claim, Fit
from lumbago.evaluate_reliability import (
    WORLDS,
    View,
    case_claims,
    people_claims,
    sureness,
    sureness_json,
)
from lumbago.knowledge.model import Knowledge
from lumbago.simulate_causes import BLOCK, people_by_cause


def test_claims_about_cases_are_kept_by_case() -> None:
    one, other = Claim(0.6, True), Claim(0.2, False)
    fits = [
        Fit(1, 1, False, False, first=one, causes=(one, other), families=(one,)),
        None,
        Fit(None, None, False, False),
        Fit(2, 1, False, False, first=other, causes=(other,), families=(one, other)),
    ]
    found = case_claims(fits)
    assert found[View.FIRST].probability.tolist() == [0.6, 0.2]
    assert found[View.CAUSES].cluster.tolist() == [0, 0, 2]
    assert found[View.FAMILIES].true.tolist() == [True, True, False]
    assert all(claims.people == claims.clusters == 3 for claims in found.values())


def test_claims_about_people_are_what_the_columns_say(knowledge: Knowledge) -> None:
    people = people_by_cause(knowledge, BLOCK + 44, np.random.default_rng(4))
    network = Network(knowledge)
    found = dict(people_claims(network, people, worth=0.01))
    first = found[View.FIRST]
    assert len(first) == len(people)
    assert (first.clusters, set(first.cluster)) == (2, {0, 1})
    posterior = network.definition.posterior(people.table.answers(0))
    best = max(posterior.probability, key=lambda cause: posterior.probability[cause])
    assert first.probability[0] == pytest.approx(posterior.probability[best], abs=1e-4)
    causes = {people.causes[i] for i in np.flatnonzero(people.active[0])}
    assert first.true[0] == (best in causes)
    named = found[View.CAUSES]
    assert named.probability.min() >= 0.01
    assert len(named) > len(found[View.FAMILIES]) > len(people)
    # nearly every true cause is worth a word
    assert named.true.sum() / people.active.sum() > 0.9


def test_no_people_are_drawn_unless_asked(knowledge: Knowledge) -> None:
    labels = {"acceptable_diagnoses": ["muscle_strain"]}
    case: dict[str, Any] = {"lumbago": 1, "age": 40, "gold": labels}
    result = evaluate(knowledge, [json.dumps(case)])
    none = sureness(knowledge, result, people=0, seed=0, draws=10)
    assert none.people == {}
    assert none.cases[Mode.TEXT_AND_ANSWERS][View.FIRST].claims == 1
    some = sureness(knowledge, result, people=50, seed=0, draws=10)
    assert some.people.keys() == WORLDS.keys()
    assert some == sureness(knowledge, result, people=50, seed=0, draws=10)
    assert sureness_json(some)["people"]["usual"]["first_cause"]["people"] == 50


def test_every_world_has_its_word(knowledge: Knowledge) -> None:
    words = knowledge.words["en"]["evaluate"]
    assert WORLDS.keys() == words["worlds"].keys()
    assert {*View, *Mode} <= words.keys()

"""The people on whom a change is tried, and the groups they belong to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lumbago.answers import Answer
from lumbago.columns import CaseTable
from lumbago.differential.scalar import Network
from lumbago.evaluate_groups import groups_of
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import Interval
from lumbago.whatif.people import (
    SIMULATED,
    Crowd,
    Grouper,
    Kind,
    crowds,
    serious_causes,
    urgent_causes,
)


def test_so_many_of_each_kind_and_the_same_for_the_same_seed(knowledge: Knowledge) -> None:
    found = list(crowds(knowledge, 301, seed=4))
    assert {
        kind: sum(len(c) for c in found if c.kind is kind) for kind in SIMULATED
    } == dict.fromkeys(SIMULATED, 301)
    again = list(crowds(knowledge, 301, seed=4))
    other = list(crowds(knowledge, 301, seed=5))
    for one, same, different in zip(found, again, other, strict=True):
        assert one.table.answers(7) == same.table.answers(7)
        assert any(one.table.answers(i) != different.table.answers(i) for i in range(20))
    for crowd in found[1:]:
        assert crowd.active.any(axis=1).all()
        assert all(answer.asked for answer in crowd.table.answers(0).values())


def test_causes_are_picked_out(knowledge: Knowledge) -> None:
    causes = ("muscle_strain", "cauda_equina_syndrome", "shingles")
    active = np.array([[True, False, False], [False, True, True], [False, False, True]])
    crowd = Crowd(Kind.EVEN, CaseTable(3, {}), causes, active)
    urgent = urgent_causes(knowledge, causes)
    assert urgent == [knowledge.conditions[c].usual == "emergency" for c in causes]
    assert crowd.with_cause(urgent).tolist() == [False, True, False]
    assert serious_causes(knowledge, causes)[1]
    nobody = replace(crowd, causes=(), active=np.zeros((3, 0), np.bool_))
    assert nobody.with_cause([]).tolist() == [False] * 3


def test_groups_are_those_of_the_evaluation(knowledge: Knowledge) -> None:
    people = [crowd.table.answers(row) for crowd in crowds(knowledge, 40, 2) for row in range(15)]
    people += [
        {},
        {"age_years": Answer(Interval(30, 60)), "pain_site_neck": Answer(frozenset({"yes"}))},
    ]
    table = CaseTable.of(knowledge.findings, people)
    labels, network = Grouper(knowledge).labels(table), Network(knowledge)
    for row, answers in enumerate(people):
        wanted = groups_of(knowledge, answers, network.regions(answers))
        assert {kind: str(found[row]) for kind, found in labels.items()} == wanted

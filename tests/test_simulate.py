from __future__ import annotations

from dataclasses import fields, replace
from itertools import islice
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import lumbago
from lumbago import simulate
from lumbago.columns import CaseTable, Flags, SetColumn
from lumbago.errors import KnowledgeError
from lumbago.evidence import Share
from lumbago.expr import And, Compare, Expr, Not, OneOf, Or, Yes
from lumbago.knowledge.model import Disposition, Finding, Knowledge, Rule, Spread
from lumbago.simulate import BLOCK, ordinary, people, rule_costs, sensitivity
from lumbago.triage import scalar
from lumbago.triage.columnar import Rules

N = 4 * BLOCK


def finding(id_: str, share: float, **more: Any) -> Finding:
    given = Share(share, "estimate", "s", "at", "why")
    return Finding(id_, "t", "yes_no", "neutral", "now", (), ordinary=given, **more)


def knowledge_of(*findings: Finding, rules: tuple[Rule, ...] = (), **more: Any) -> Knowledge:
    empty: Any = {field.name: MappingProxyType({}) for field in fields(Knowledge)}
    known = {"findings": {f.id: f for f in findings}, "rules": {r.id: r for r in rules}}
    return Knowledge(**empty | known | {"screens": ()} | more)


def rule(id_: str, when: Expr, level: Disposition) -> Rule:
    return Rule(id_, when, level, "", "", "", ())


def drawn(knowledge: Knowledge, seed: int = 0) -> CaseTable:
    return ordinary(knowledge, N, np.random.default_rng(seed))


def yes(table: CaseTable, id_: str) -> Flags:
    column = table.columns[id_]
    assert isinstance(column, SetColumn)
    return column.must_be(["yes"])


def near(share: float) -> Any:
    return pytest.approx(share, abs=4 * (share * (1 - share) / N) ** 0.5 + 1e-3)


def test_shares_are_kept() -> None:
    table = drawn(
        knowledge_of(finding("a", 0.3), finding("b", 0.004), finding("c", 0), finding("d", 1))
    )
    found = {id_: yes(table, id_).mean() for id_ in "abcd"}
    assert found == {"a": near(0.3), "b": near(0.004), "c": 0, "d": 1}
    assert (yes(table, "a") & yes(table, "b")).mean() == near(0.0012)


def test_what_is_asked_for_the_plan_alone_is_not_drawn() -> None:
    kept, care = finding("a", 0.3), replace(finding("b", 0.3), topic="care_skin")
    assert set(drawn(knowledge_of(kept, care)).columns) == {"a"}
    shipped = ordinary(lumbago.load(), 10, np.random.default_rng(0)).columns
    assert not {f.id for f in lumbago.load().findings.values() if f.for_care} & shipped.keys()


def test_a_question_not_put_is_answered_no() -> None:
    gate = And((Yes("parent"), Not(Yes("other"))))
    table = drawn(
        knowledge_of(
            finding("nested", 0.5, only_if=gate), finding("other", 0.4), finding("parent", 0.5)
        )
    )
    put = yes(table, "parent") & ~yes(table, "other")
    assert not (yes(table, "nested") & ~put).any()
    assert yes(table, "nested")[put].mean() == pytest.approx(0.5, abs=0.03)


def test_what_is_implied_follows_and_both_shares_are_kept() -> None:
    table = drawn(knowledge_of(finding("a", 0.1, implies=("b",)), finding("b", 0.3)))
    assert not (yes(table, "a") & ~yes(table, "b")).any()
    assert (yes(table, "a").mean(), yes(table, "b").mean()) == (near(0.1), near(0.3))


def test_what_is_asked_only_because_of_what_implies_it() -> None:
    knowledge = knowledge_of(
        finding("chills", 0.5, only_if=Or((Yes("shakes"), Yes("fever")))),
        finding("fever", 0.2),
        finding("shakes", 0.1, implies=("chills",)),
    )
    table = drawn(knowledge)
    asked = yes(table, "shakes") | yes(table, "fever")
    assert simulate.order(knowledge) == ("fever", "shakes", "chills")
    assert not (yes(table, "shakes") & ~yes(table, "chills")).any()
    assert yes(table, "chills")[asked].mean() == pytest.approx(0.5, abs=0.03)


def test_what_is_excluded_is_never_together() -> None:
    table = drawn(
        knowledge_of(
            finding("a", 0.5, excludes=("b",)),
            finding("b", 0.3),
            finding("old", 0.2),
            finding("new", 0.1, longer_ago="old"),
        )
    )
    assert not (yes(table, "a") & yes(table, "b")).any()
    assert not (yes(table, "new") & yes(table, "old")).any()
    shares = {"a": 0.5, "b": 0.3, "old": 0.2, "new": 0.1}
    assert {id_: yes(table, id_).mean() for id_ in shares} == {
        i: near(s) for i, s in shares.items()
    }


def test_what_follows_from_a_condition_is_yes() -> None:
    knowledge = knowledge_of(
        Finding("sex", "t", "choice", "neutral", "fixed", (), choices=("female", "male")),
        finding("a", 0.2, implied_by=OneOf("sex", frozenset({"male"}))),
        spreads={"sex": Spread("sex", "categorical", (), shares={"male": 3, "female": 1})},
    )
    table = drawn(knowledge)
    men = table.columns["sex"]
    assert isinstance(men, SetColumn)
    assert men.must_be(["male"]).mean() == near(0.75)
    assert (yes(table, "a") == men.must_be(["male"])).all()


def test_numbers_and_choices_follow_their_spread() -> None:
    number: Any = {"lifetime": "now", "sources": (), "polarity": "neutral", "topic": "t"}
    knowledge = knowledge_of(
        Finding("age", answer="number", unit="years", **number),
        Finding("days", answer="number", unit="days", **number),
        Finding("score", answer="number", unit="score", **number),
        Finding("heat", answer="number", unit="celsius", **number),
        Finding(
            "state",
            answer="choice",
            choices=("no", "yes"),
            only_if=Compare("age", ">=", 40),
            **number,
        ),
        spreads={
            "age": Spread("age", "normal", (), mean=50, sd=20, lowest=30, highest=70),
            "days": Spread("days", "lognormal", (), median=4, log_sd=0.5, lowest=0.1, highest=99),
            "score": Spread("score", "categorical", (), shares={"2.5": 0.5, "7": 0.5}),
            "state": Spread("state", "categorical", (), shares={"yes": 1}),
        },
    )
    columns: Any = drawn(knowledge).columns
    age, days, score = (columns[id_].low for id_ in ("age", "days", "score"))
    assert (age.min(), age.max(), round(age.mean())) == (30, 69, 49)  # years are complete ones
    assert np.median(days) / 1440 == pytest.approx(4, rel=0.03)
    assert set(score.tolist()) == {25, 70}
    assert (columns["state"].must_be(["yes"]) == (age >= 40)).all()
    assert "heat" not in columns


def test_the_same_seed_gives_the_same_people_however_many() -> None:
    knowledge = knowledge_of(finding("a", 0.5), finding("b", 0.5))
    few = ordinary(knowledge, 10, np.random.default_rng(3))
    many = ordinary(knowledge, BLOCK + 10, np.random.default_rng(3))
    assert len(few) == 10
    assert (yes(few, "a") == yes(many, "a")[:10]).all()
    assert list(people(knowledge, 5, 3)) == list(islice(people(knowledge, 50, 3), 5))
    assert list(people(knowledge, 5, 3)) != list(people(knowledge, 5, 4))
    assert len(ordinary(knowledge, 0, np.random.default_rng(3))) == 0


def test_a_new_finding_moves_no_other() -> None:
    one, two = knowledge_of(finding("b", 0.5)), knowledge_of(finding("a", 0.5), finding("b", 0.5))
    assert (yes(drawn(one), "b") == yes(drawn(two), "b")).all()


def test_people_are_the_rows_of_the_table_as_they_would_be_handed_in() -> None:
    knowledge = knowledge_of(
        finding("a", 0.5),
        Finding("days", "t", "number", "neutral", "now", (), unit="days"),
        spreads={"days": Spread("days", "categorical", (), shares={"1.5": 1})},
    )
    table = ordinary(knowledge, 3, np.random.default_rng(8))
    cases = list(people(knowledge, 3, 8))
    assert [case.id for case in cases] == ["s8-0", "s8-1", "s8-2"]
    assert [case.given["a"].value == "yes" for case in cases] == yes(table, "a").tolist()
    assert cases[0].given["days"].value == 1.5


def test_questions_that_wait_for_each_other_are_refused() -> None:
    knowledge = knowledge_of(
        finding("a", 0.5, only_if=Yes("b")), finding("b", 0.5, only_if=Yes("a"))
    )
    with pytest.raises(KnowledgeError, match="only because of each other: "):
        simulate.order(knowledge)


RULES = (
    rule("E", And((Yes("a"), Yes("b"))), Disposition.EMERGENCY),
    rule("F", Yes("c"), Disposition.EMERGENCY),
    rule("D", Yes("a"), Disposition.SAME_DAY),
    rule("N", Or((Yes("b"), Yes("c"))), Disposition.SOON),
    rule("R", Not(Yes("d")), Disposition.ROUTINE),
)


def test_costs_are_what_leaving_a_rule_out_changes() -> None:
    findings = [
        finding(id_, share) for id_, share in zip("abcd", (0.4, 0.3, 0.2, 0.5), strict=True)
    ]
    knowledge = knowledge_of(*findings, rules=RULES)
    table = ordinary(knowledge, 500, np.random.default_rng(1))
    told = [scalar.Rules(knowledge).level(table.answers(row), scalar.TOLD) for row in range(500)]
    shares = {level: told.count(level) / 500 for level in Disposition}
    assert simulate.dispositions(knowledge, table) == pytest.approx(shares)
    costs = rule_costs(knowledge, table)
    assert [cost.alone for cost in costs] == sorted((c.alone for c in costs), reverse=True)
    for cost in costs:
        rest = {id_: r for id_, r in knowledge.rules.items() if id_ != cost.rule}
        without = scalar.Rules(replace(knowledge, rules=rest))
        moved = [
            level
            for row in range(500)
            if (level := without.level(table.answers(row), scalar.TOLD)) != told[row]
        ]
        assert cost.alone == pytest.approx(len(moved) / 500)
        assert cost.otherwise == pytest.approx({d: moved.count(d) / 500 for d in set(moved)})


def test_sensitivity_changes_one_share_then_all() -> None:
    other = (Share(0.5, "estimate", "s", "at", "why"),)
    knowledge = knowledge_of(
        replace(finding("a", 0.1), sensitivity=other),
        replace(finding("c", 0.1), sensitivity=other),
        rules=(rule("A", Yes("a"), Disposition.SOON), rule("C", Yes("c"), Disposition.EMERGENCY)),
    )
    found = sensitivity(knowledge, BLOCK, 5)
    assert [dict(s.changed) for s in found] == [{}, {"a": 0.5}, {"c": 0.5}, {"a": 0.5, "c": 0.5}]
    urgent = [s.dispositions[Disposition.EMERGENCY] for s in found]
    assert urgent[0] == urgent[1]
    assert urgent[2] == urgent[3] == pytest.approx(0.5, abs=0.03)
    assert sensitivity(knowledge_of(finding("a", 0.1)), 10, 5)[0].changed == {}


def test_people_from_the_knowledge_are_told_what_their_row_says() -> None:
    knowledge = lumbago.load()
    table = ordinary(knowledge, 60, np.random.default_rng(2))
    told = Rules(knowledge).verdict(table).as_told
    voidable = {f.id for f in knowledge.findings.values() if f.void_denial_if}
    for row, case in enumerate(people(knowledge, 60, 2)):
        assessment = lumbago.assess(knowledge, case)
        assert {problem.where for problem in assessment.problems} <= voidable
        assert set(assessment.answers) >= set(case.given) - voidable
        assert assessment.triage.verdict.as_told == told[row]
    assert len(rule_costs(knowledge, table)) == len(knowledge.rules)

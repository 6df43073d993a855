"""Mutation of the knowledge: what the mutants are, how they are caught, and the score on record.

`python tests/triage/test_mutation.py` counts again and writes the score down.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
import yaml

from lumbago.answers import NO, YES, YES_OR_NO, Answer, Answers, Case
from lumbago.errors import KnowledgeError
from lumbago.expr import And, AtLeast, Compare, Expr, Not, OneOf, Or, Term, Yes, show
from lumbago.intake import Desk
from lumbago.knowledge.model import DerivedTerm, Disposition, Knowledge, Rule
from lumbago.knowledge.snapshot import KB, compile_files
from lumbago.quantity import Interval
from lumbago.triage.mutation import (
    Expectation,
    Mutant,
    Person,
    Tally,
    identity,
    mutants,
    people,
    read_cases,
    record,
    score,
)

CASES = Path(__file__).parent.parent / "cases"
SCORE = CASES / "mutation_score.json"
SAMPLE = 150
TARGET = 0.95
DAY = 24 * 60


def hand_written(knowledge: Knowledge) -> list[Expectation]:
    desk = Desk(knowledge)

    @cache
    def resolved(age: int, sex: str, answers: str) -> Answers:
        return desk.intake(Case.of(age=age, sex=sex, answers=json.loads(answers))).answers

    def answers_of(person: Person) -> Answers:
        return resolved(person["age"], person["sex"], json.dumps(person["answers"]))

    return list(read_cases(CASES, answers_of))


@pytest.fixture(scope="module")
def cases(knowledge: Knowledge) -> list[Expectation]:
    return hand_written(knowledge)


def with_rules(knowledge: Knowledge, rules: Iterable[Rule], **terms: Expr) -> Knowledge:
    """The findings of the shipped knowledge under a few rules of our own."""
    named = {id_: DerivedTerm(id_, when, ()) for id_, when in terms.items()}
    return replace(
        knowledge,
        rules=MappingProxyType({rule.id: rule for rule in rules}),
        terms=MappingProxyType(named),
        registers=MappingProxyType({}),
    )


def rule(id_: str, when: Expr, level: Disposition = Disposition.SAME_DAY) -> Rule:
    return Rule(id_, when, level, "gp_routine", "other_unspecified", "why", ())


# ----------------------------------------------------------------------------------- the mutants


@pytest.mark.parametrize(
    ("when", "changed"),
    [
        (Yes("fever"), set()),
        (
            And((Yes("fever"), Not(Yes("clearly_improving")))),
            {
                "fever or not clearly_improving",
                "not clearly_improving",
                "fever",
                "fever and clearly_improving",
            },
        ),
        (
            Or((Yes("fever"), Yes("nausea"), Term("severe_pain"))),
            {
                "fever and nausea and severe_pain",
                "nausea or severe_pain",
                "fever or severe_pain",
                "fever or nausea",
            },
        ),
        (Compare("age_years", ">=", 60), {"age_years >= 59", "age_years >= 61"}),
        (
            Compare("pain_duration_days", ">", 14 * DAY),
            {f"pain_duration_days > {13 * DAY}", f"pain_duration_days > {15 * DAY}"},
        ),
        (
            Compare("pain_severity_0_10", ">=", 70),
            {"pain_severity_0_10 >= 60", "pain_severity_0_10 >= 80"},
        ),
        (Compare("age_years", ">", 0), {"age_years > 1"}),
        (
            AtLeast(2, (Yes("fever"), Yes("nausea"), Yes("vomiting"))),
            {
                "count(fever, nausea, vomiting) >= 1",
                "count(fever, nausea, vomiting) >= 3",
                "count(nausea, vomiting) >= 2",
                "count(fever, vomiting) >= 2",
                "count(fever, nausea) >= 2",
            },
        ),
        (OneOf("sex_at_birth", frozenset({"male"})), set()),
        (
            OneOf("sex_at_birth", frozenset({"male", "other"})),
            {'sex_at_birth == "male"', 'sex_at_birth == "other"'},
        ),
        (
            And((Yes("fever"), Or((Yes("nausea"), Yes("vomiting"))))),
            {
                "fever or (nausea or vomiting)",
                "nausea or vomiting",
                "fever",
                "fever and (nausea and vomiting)",
                "fever and vomiting",
                "fever and nausea",
            },
        ),
    ],
    ids=lambda part: show(part) if isinstance(part, Expr) else "",
)
def test_a_condition_is_changed_in_every_single_place(
    knowledge: Knowledge, when: Expr, changed: set[str]
) -> None:
    small = with_rules(knowledge, [rule("X", when)])
    small = replace(small, terms=knowledge.terms)
    found = [mutant for mutant in mutants(small) if mutant.where == "X"]
    rewritten = [m for m in found if m.kind not in ("delete", "lower")]
    assert {show(m.rule.when) for m in rewritten if m.rule is not None} == changed
    assert len(rewritten) == len(changed)
    assert len(found) == len(changed) + 2


def test_a_rule_is_deleted_and_lowered_by_one_step(knowledge: Knowledge) -> None:
    small = with_rules(knowledge, [rule("X", Yes("fever"))])
    deleted, lowered = mutants(small)
    assert "X" not in deleted.of(small).rules
    assert lowered.of(small).rules["X"].disposition is Disposition.SOON
    assert (lowered.was, lowered.now) == ("fever", "same_day -> soon")


def test_a_term_is_changed_for_every_rule_that_uses_it(knowledge: Knowledge) -> None:
    small = with_rules(
        knowledge,
        [rule("X", Term("ill")), rule("Y", And((Term("ill"), Yes("nausea"))))],
        ill=Or((Yes("fever"), Yes("vomiting"))),
    )
    (swapped,) = [m for m in mutants(small) if m.where == "ill" and m.kind == "swap"]
    assert swapped.of(small).term_expressions["ill"] == And((Yes("fever"), Yes("vomiting")))
    assert swapped.of(small).rules is not small.rules
    assert dict(swapped.of(small).rules) == dict(small.rules)


def test_every_mutant_of_the_knowledge_has_a_name_of_its_own(knowledge: Knowledge) -> None:
    names = [mutant.id for mutant in mutants(knowledge)]
    assert len(names) == len(set(names))
    assert len(names) > 2000


# --------------------------------------------------------------------------------- rows of people


def test_a_plain_row_is_two_people() -> None:
    row = {
        "fires": {"age": 60, "sex": "male", "answers": {}, "level": "emergency"},
        "near_miss": {"age": 59, "sex": "male", "answers": {}},
    }
    assert list(people(row)) == [
        ("fires", True, row["fires"]),
        ("near miss", False, row["near_miss"]),
    ]


def test_a_row_with_options_is_a_person_each_and_one_with_none() -> None:
    row: dict[str, Any] = {
        "fires": {"age": 60, "sex": "male", "answers": {"fever": "yes"}, "level": "emergency"},
        "with_any": ["nausea", {"pain_severity_0_10": 7}],
        "not_if": [{"age": 59}, {"fever": "no"}, "clearly_improving"],
    }
    found = {name: (holds, person) for name, holds, person in people(row)}
    assert {name: holds for name, (holds, _) in found.items()} == {
        "with none": False,
        "with nausea": True,
        "with pain_severity_0_10 7": True,
        "but age 59": False,
        "but fever no": False,
        "but clearly_improving": False,
    }
    assert found["with none"][1]["answers"] == {"fever": "yes"}
    assert found["with nausea"][1]["answers"] == {"fever": "yes", "nausea": "yes"}
    assert found["with nausea"][1]["level"] == "emergency"
    assert found["but age 59"][1] == {
        "age": 59,
        "sex": "male",
        "answers": {"fever": "yes", "nausea": "yes"},
    }
    assert found["but fever no"][1]["answers"] == {"fever": "no", "nausea": "yes"}


# ---------------------------------------------------------------------------------- being caught


def the(knowledge: Knowledge, *ids: str) -> list[Mutant]:
    found = [mutant for mutant in mutants(knowledge) if mutant.id in ids]
    assert len(found) == len(ids)
    return found


def test_a_blunt_case_leaves_survivors_and_a_sharp_one_none(knowledge: Knowledge) -> None:
    small = with_rules(knowledge, [rule("X", And((Compare("age_years", ">=", 60), Yes("fever"))))])

    def person(age: int, fever: frozenset[str]) -> Answers:
        return {"age_years": Answer(Interval(age, age)), "fever": Answer(fever)}

    blunt = [Expectation("old and feverish", person(80, YES), frozenset({"X"}))]
    report = score(small, blunt, claims=False)
    assert {m.id for m in report.survivors} == {
        "X lowered",
        "X swapped to: age_years >= 60 or fever",
        "X without: age_years >= 60",
        "X without: fever",
        "X age_years >= 60 -> age_years >= 59",
        "X age_years >= 60 -> age_years >= 61",
    }
    assert report.share == pytest.approx(1 / 7)

    none = frozenset({"X"})
    sharp = [
        Expectation("on it", person(60, YES), none, at_least=Disposition.SAME_DAY),
        Expectation("one short", person(59, YES), silent=none),
        Expectation("no fever", person(60, NO), silent=none),
    ]
    report = score(small, sharp, claims=False)
    assert report.survivors == ()
    assert report.total == Tally(mutants=7, by_cases=7)
    assert report.share == 1.0


def test_a_mutant_is_caught_by_the_level_of_somebody_in_doubt(knowledge: Knowledge) -> None:
    small = with_rules(knowledge, [rule("X", Yes("fever"), Disposition.EMERGENCY)])
    unsure = {"fever": Answer(YES_OR_NO)}
    level = Disposition.SAME_DAY
    doubtful = [Expectation("unsure", unsure, at_least=level, at_most=level)]
    report = score(small, doubtful, claims=False)
    assert [m.id for m in report.survivors] == ["X lowered"]  # doubt is worth same_day either way


def test_what_changes_nobody_s_level_is_equivalent(knowledge: Knowledge) -> None:
    strong = rule("X", Yes("sudden_onset"), Disposition.EMERGENCY)
    weak = rule("Y", Or((Yes("sudden_intense_pain"), Yes("fever"))))
    small = with_rules(knowledge, [strong, weak])
    report = score(small, [], the(small, "Y without: sudden_intense_pain"), claims=False)
    assert report.total == Tally(mutants=1, equivalent=1)  # it implies the sudden onset
    report = score(small, [], the(small, "Y without: fever"), claims=False)
    assert report.total == Tally(mutants=1, survived=1)


def test_a_mutant_of_a_term_is_equivalent_only_if_no_rule_changes(knowledge: Knowledge) -> None:
    rules = [rule("X", Term("ill")), rule("Y", Yes("fever"), Disposition.EMERGENCY)]
    small = with_rules(knowledge, rules, ill=Or((Yes("fever"), Yes("vomiting"))))
    drops = the(small, "ill without: fever", "ill without: vomiting")
    report = score(small, [], drops, claims=False)
    assert [m.id for m in report.survivors] == ["ill without: vomiting"]
    assert report.total.equivalent == 1


def test_a_claim_catches_what_no_case_does(knowledge: Knowledge) -> None:
    excused = And((Yes("chest_pain"), Not(Yes("chest_wall_only"))))
    floor = rule("Floor", Yes("chest_pain"))
    small = with_rules(knowledge, [rule("X", excused, Disposition.EMERGENCY), floor])
    report = score(small, [], the(small, "Floor deleted"))
    assert report.total == Tally(mutants=1, by_claims=1)
    assert report.claimed == {"Floor deleted": "6"}


def test_a_case_that_does_not_come_out_is_refused(knowledge: Knowledge) -> None:
    wrong = [Expectation("nobody", {}, frozenset({"E11"}))]
    with pytest.raises(KnowledgeError, match="nobody: The case does not come out"):
        score(knowledge, wrong, [])


# ----------------------------------------------------------------------- the knowledge as shipped


def explained() -> dict[str, str]:
    text = (CASES / "rules" / "survivors.yaml").read_text(encoding="utf-8")
    found: dict[str, str] = yaml.safe_load(text)
    return found


def test_a_sample_of_the_mutants_is_caught(knowledge: Knowledge, cases: list[Expectation]) -> None:
    chosen = Random(20261121).sample(list(mutants(knowledge)), SAMPLE)
    report = score(knowledge, cases, chosen, claims=False)
    noticed_by_claims = set(json.loads(SCORE.read_text("utf-8"))["caught_by_claims"])
    assert {m.id for m in report.survivors} <= noticed_by_claims | explained().keys()
    assert report.share >= TARGET


def test_the_score_on_record_is_of_these_rules_and_cases(knowledge: Knowledge) -> None:
    recorded = json.loads(SCORE.read_text(encoding="utf-8"))
    again = "count again with: python tests/triage/test_mutation.py"
    assert recorded["of"] == identity(knowledge, CASES), again


def test_the_score_on_record_reaches_the_target_and_every_survivor_is_explained() -> None:
    recorded = json.loads(SCORE.read_text(encoding="utf-8"))
    real = recorded["mutants"] - recorded["equivalent"]
    assert recorded["caught"] + len(recorded["survivors"]) == real
    assert recorded["caught"] >= TARGET * real
    assert recorded["survivors"].keys() == explained().keys()
    assert all(why.strip() for why in explained().values())


def count_again() -> None:
    knowledge = compile_files(KB)
    report = score(knowledge, hand_written(knowledge))
    text = json.dumps(record(knowledge, CASES, report), indent=2)
    SCORE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    count_again()
